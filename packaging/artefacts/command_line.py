"""The command line as data, read off the program's own parsers: for the manual page and for shells."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from artefacts.common import ROOT


@dataclass(frozen=True)
class Argument:
    """An option by its flags, or without any a word by its place.

    `value` is what a reader calls what it takes, "" for a switch; `choices`, if any, are all of that.
    """

    flags: tuple[str, ...]
    value: str
    help: str
    choices: tuple[str, ...]
    is_path: bool


@dataclass(frozen=True)
class Command:
    """A command: the words that call it, after the name of the program, and what may follow them."""

    words: tuple[str, ...]
    help: str
    usage: str
    arguments: tuple[Argument, ...]
    commands: tuple[Command, ...]

    def all(self) -> Iterator[Command]:
        """This command and all below it, each before its own."""
        yield self
        for command in self.commands:
            yield from command.all()

    @property
    def options(self) -> tuple[Argument, ...]:
        """What begins with a dash."""
        return tuple(each for each in self.arguments if each.flags)

    @property
    def places(self) -> tuple[Argument, ...]:
        """What does not."""
        return tuple(each for each in self.arguments if not each.flags)


def described() -> Command:
    """The program with all its commands; its own arguments are those of the window and of help."""
    os.environ["NO_COLOR"] = "1"  # from Python 3.14 on a usage is coloured
    sys.path.insert(0, str(ROOT))
    try:
        from vmgui import cli
    finally:
        sys.path.remove(str(ROOT))
    top, window = cli.parser(), cli.window_parser()
    whole = command((), "", top)
    opened = command((), "", window)
    says = f"{top.description}\n\n{top.epilog}"
    return Command((), says, opened.usage, (*whole.arguments, *opened.arguments), whole.commands)


def command(words: tuple[str, ...], says: str, parser: argparse.ArgumentParser) -> Command:
    """What a parser understands."""
    found: list[Argument] = []
    below: list[Command] = []
    for action in parser._actions:  # noqa: SLF001  argparse shows its arguments in no other way
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            told = {choice.dest: choice.help or "" for choice in action._choices_actions}  # noqa: SLF001
            below += [command((*words, name), told[name], each) for name, each in action.choices.items()]
        else:
            found.append(argument(action))
    return Command(words, says, usage(parser), tuple(found), tuple(below))


def argument(action: argparse.Action) -> Argument:
    """An option or a word by its place."""
    choices = tuple(map(str, action.choices or ()))
    named = action.metavar or (f"{{{','.join(choices)}}}" if choices else action.dest.upper())
    value = "" if action.nargs == 0 else named if isinstance(named, str) else " ".join(named)
    return Argument(tuple(action.option_strings), value, action.help or "", choices, action.type is Path)


def usage(parser: argparse.ArgumentParser) -> str:
    """The line that shows how it is called."""
    return " ".join(parser.format_usage().split()).removeprefix("usage: ")
