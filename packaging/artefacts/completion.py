"""What shells complete a command line by: scripts for bash, zsh and fish, from the command line itself."""

from __future__ import annotations

from collections.abc import Iterator

from artefacts.command_line import Argument, Command


def bash(top: Command) -> str:
    """A script for bash: which command it is, then what may follow the word before, or the command."""
    lines = ["# Completion of vmgui for bash.", "_vmgui() {", "    COMPREPLY=()", "    local command= at"]
    lines += ["    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}"]
    lines += ["    for ((at = 1; at < COMP_CWORD; at++)); do", '        case "$command ${COMP_WORDS[at]}" in']
    for each in top.all():
        for below in each.commands:
            lines.append(f'            "{_path(each)} {below.words[-1]}") command="{_path(below)}" ;;')
    lines += ["        esac", "    done", '    case "$command $before" in']
    for each in top.all():
        for option in each.options:
            wanted = "|".join(f'"{_path(each)} {flag}"' for flag in option.flags)
            if option.value:
                lines.append(f"        {wanted}) {_bash_value(option)}; return ;;")
    lines += ["    esac", '    case "$command" in']
    for each in top.all():
        lines.append(f'        "{_path(each)}")')
        lines += [f"            {line}" for line in _bash_words(each)]
        lines.append("            ;;")
    return "\n".join([*lines, "    esac", "}", "complete -F _vmgui vmgui", ""])


def _path(command: Command) -> str:
    """What stands in the variable `command` of the script for bash."""
    return "".join(f" {word}" for word in command.words)


def _bash_value(argument: Argument) -> str:
    if argument.choices:
        return f"""COMPREPLY=($(compgen -W '{" ".join(argument.choices)}' -- "$word"))"""
    return _BASH_FILES if argument.is_path else ":"


_BASH_FILES = """compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$word")"""


def _bash_words(command: Command) -> Iterator[str]:
    flags = " ".join(flag for option in command.options for flag in option.flags)
    yield f"""if [[ $word == -* ]]; then COMPREPLY=($(compgen -W '{flags}' -- "$word")); return; fi"""
    if any(each.is_path for each in command.places):
        yield _BASH_FILES
    words = [each.words[-1] for each in command.commands]
    words += [choice for each in command.places for choice in each.choices]
    if words:
        yield f"""COMPREPLY+=($(compgen -W '{" ".join(words)}' -- "$word"))"""


# --- zsh ---------------------------------------------------------------------------------------


def zsh(top: Command) -> str:
    """A script for zsh: a function for each command, which its own `_arguments` reads."""
    functions = "\n".join("\n".join(_zsh_function(each)) for each in top.all())
    return f'#compdef vmgui\n{functions}\n_vmgui "$@"\n'


def _zsh_name(command: Command) -> str:
    return "_".join(("_vmgui", *command.words))


def _zsh_function(command: Command) -> Iterator[str]:
    specs = [f"'{spec}'" for option in command.options for spec in _zsh_option(option)]
    places = [f"'*:{_zsh(each.value)}:{_zsh_value(each)}'" for each in command.places]
    yield f"{_zsh_name(command)}() {{"
    if command.commands:
        yield "    local curcontext=$curcontext state line"
        places = ["'1: :->first'", "'*:: :->rest'"]
    yield "    _arguments -C \\\n        " + " \\\n        ".join([*specs, *places])
    if command.commands:
        yield from _zsh_below(command)
    yield "}"


def _zsh_below(command: Command) -> Iterator[str]:
    told = " ".join(rf"{each.words[-1]}\:'{_zsh(each.help, inner=True)}'" for each in command.commands)
    files = " 'files:file:_files'" if command.places else ""
    yield "    case $state in"
    yield f'        first) _alternative "commands:command:(({told}))"{files} ;;'
    yield "        rest) case $words[1] in"
    for each in command.commands:
        yield f"            {each.words[-1]}) {_zsh_name(each)} ;;"
    yield "        esac ;;"
    yield "    esac"


def _zsh_option(option: Argument) -> Iterator[str]:
    value = f":{_zsh(option.value)}:{_zsh_value(option)}" if option.value else ""
    for flag in option.flags:
        yield f"{flag}[{_zsh(option.help)}]{value}"


def _zsh_value(argument: Argument) -> str:
    return f"({' '.join(argument.choices)})" if argument.choices else "_files" if argument.is_path else " "


def _zsh(text: str, inner: bool = False) -> str:
    """A text inside of a specification, in single quotes; `inner` for one within double quotes as well."""
    for mark in ("\\", "[", "]", ":"):
        text = text.replace(mark, rf"\{mark}")
    if inner:
        for mark in ('"', "$", "`"):
            text = text.replace(mark, rf"\{mark}")
        return text.replace("'", "’")
    return text.replace("'", "'\\''")


# --- fish --------------------------------------------------------------------------------------


def fish(top: Command) -> str:
    """A script for fish: a line for each word, with the condition under which it may come."""
    lines = ["# Completion of vmgui for fish.", "complete -c vmgui -f"]
    for each in top.all():
        lines += (f"complete -c vmgui -n {_fish(_where(each))} {rest}" for rest in _fish_words(each))
    return "\n".join([*lines, ""])


def _where(command: Command) -> str:
    seen = [f"__fish_seen_subcommand_from {word}" for word in command.words]
    if command.commands:
        below = " ".join(each.words[-1] for each in command.commands)
        seen.append(f"not __fish_seen_subcommand_from {below}")
    return "; and ".join(seen)


def _fish_words(command: Command) -> Iterator[str]:
    if any(each.is_path for each in command.places):
        yield "-F"
    for each in command.commands:
        yield f"-a {each.words[-1]} -d {_fish(each.help)}"
    for place in command.places:
        if place.choices:
            yield f"-a {_fish(' '.join(place.choices))}"
    for option in command.options:
        flags = " ".join(f"-{'l' if len(flag) > 2 else 's'} {flag.lstrip('-')}" for flag in option.flags)
        value = f" -x -a {_fish(' '.join(option.choices))}" if option.choices else ""
        value = value or ((" -r -F" if option.is_path else " -x") if option.value else "")
        yield f"{flags}{value} -d {_fish(option.help)}"


def _fish(text: str) -> str:
    """A text in single quotes."""
    quoted = text.replace("\\", "\\\\").replace("'", r"\'")
    return f"'{quoted}'"
