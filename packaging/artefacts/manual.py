"""The manual page, in the language of `man`, from what the command line says of itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from artefacts.command_line import Argument, Command, described
from artefacts.common import epoch, version

#: What no parser says.
REST = r"""
.SH EXIT STATUS
.TP
.B 0
All is well.
.TP
.B 1
Something differs, or went wrong.
.TP
.B 2
The input makes no sense.
.SH FILES
.TP
.I ~/.config/vmgui/vmgui.ini
What the user has chosen.
.TP
.I /etc/xdg/vmgui/vmgui.ini
Defaults for all users of this computer.
.TP
.I ~/.local/share/vmgui
Progress in lessons, and work on labs.
.TP
.I ~/.local/state/vmgui/recovery
Copies of work that is not saved.
.TP
.I /usr/local/share/vmgui/courses/NAME
A course for all users: a folder
.I lessons
and a folder
.I labs
of Markdown files.
.I ~/.local/share/vmgui/courses/NAME
is one for this user alone.
.SH ENVIRONMENT
.TP
.BR XDG_CONFIG_HOME ", " XDG_DATA_HOME ", " XDG_STATE_HOME ", " XDG_CACHE_HOME
Where the files of the user are, if not there.
.TP
.BR XDG_CONFIG_DIRS ", " XDG_DATA_DIRS
Where defaults and courses for all users are looked for.
.TP
.B QT_QPA_PLATFORM
With the value
.B offscreen
the window needs no display.
"""


def page(top: Command | None = None) -> str:
    """The whole page."""
    top = top or described()
    day = datetime.fromtimestamp(epoch(), UTC).strftime("%Y-%m-%d")
    summary, _, epilog = top.help.partition("\n\n")
    lines = [
        f'.TH VMGUI 1 {day} "vmgui {version()}" "User Commands"',
        ".nh",
        ".ad l",
        ".SH NAME",
        f"vmgui \\- {plain(summary[0].lower() + summary[1:]).rstrip('.')}",
        ".SH SYNOPSIS",
        called(top.usage),
        ".br",
        called("vmgui COMMAND ..."),
        ".SH DESCRIPTION",
        plain(epilog),
        ".SH OPTIONS",
        *arguments((*top.places, *top.options)),
        ".SH COMMANDS",
        *(line for each in top.commands for line in section(each)),
    ]
    return "\n".join(lines) + REST


def section(command: Command) -> Iterator[str]:
    """A command and those below it; one that only leads to others is no section of its own."""
    if command.commands:
        for below in command.commands:
            yield from section(below)
        return
    yield f".SS vmgui {' '.join(command.words)}"
    yield plain(command.help[0].upper() + command.help[1:]) + "."
    yield ".PP"
    yield called(command.usage.replace(" [-h]", ""))
    yield from arguments(each for each in command.arguments if "-h" not in each.flags)


def arguments(wanted: Iterable[Argument]) -> Iterator[str]:
    """A list of arguments, each with what it does."""
    for each in wanted:
        value = rf"\fI{plain(each.value)}\fR" if each.value else ""
        flags = ", ".join(rf"\fB{plain(flag)}\fR" for flag in each.flags)
        yield ".TP"
        yield " ".join(part for part in (flags, value) if part)
        yield plain(each.help)


def called(usage: str) -> str:
    """How a command is called: names of values are slanted, all else is as one types it."""
    words = re.split(r"(\b[A-Z]+\b(?:\.png)?)", usage)
    return "".join(rf"\fI{plain(word)}\fR" if at % 2 else rf"\fB{plain(word)}\fR" if word else ""
                   for at, word in enumerate(words))  # fmt: skip


def plain(text: str) -> str:
    """Text that no macro and no escape begins in."""
    safe = text.replace("\\", r"\e").replace("-", r"\-")
    return rf"\&{safe}" if safe.startswith((".", "'")) else safe
