"""``vmgui step FILE``: step through a program in the terminal, with the reasons."""

from __future__ import annotations

import argparse
import linecache
import re
import sys

from rich.console import Console

from vmgui.cli import OK
from vmgui.commands.common import begin, console, describe
from vmgui.formats.errors import printable
from vmgui.projection.narration import sentence
from vmgui.projection.steps import Steps
from vmgui.timeline import spans
from vmgui.timeline.replay import Replayer, line_steps
from vmgui.timeline.session import Session
from vmgui.timeline.why import Explanation, Verdict, explain

HELP = (
    "Enter or n next   b back   o over   u out   O next operation   P previous operation   "
    "w why   s stack   l lines   g N go to step N   q quit"
)


class Stepper:
    """Where the reader of the terminal stands, and what each key does."""

    def __init__(self, session: Session, out: Console) -> None:
        self.session, self.out, self.at = session, out, 0
        self.steps = Steps(session.columns, session.operations)
        self.replayer = Replayer(session)
        self.moves = {
            "": self.steps.after, "n": self.steps.after, "b": self.steps.before, "o": self.steps.over,
            "u": self.steps.out, "O": self.steps.operation_after, "P": self.steps.operation_before,
        }  # fmt: skip

    def command(self, text: str) -> bool:
        """Obey one line; False ends the session."""
        word, _, rest = text.strip().partition(" ")
        if word == "q":
            return False
        if word in self.moves:
            self._go(self.moves[word](self.at))
        elif word == "g" and re.fullmatch("[0-9]{1,18}", rest.strip()):
            self._go(min(int(rest), len(self.session)))
        elif word in ("w", "s"):
            self._explain(word)
        elif word == "l":
            self._lines()
        else:
            self.out.print(HELP, markup=False)
        return True

    def _go(self, at: int) -> None:
        if at == self.at:
            self.out.print("(the end)" if at else "(the beginning)")
            return
        done = self.session.operation_at(at - 1) if at else None
        before = self.session.operation_at(self.at - 1) if self.at else None
        self.at = at
        if done is not before and done is not None:
            result = done.outcome.failure or describe(done.outcome.value)
            self.out.print(f"[bold cyan]{done.operation}[/]  → {result}")
        if at:
            columns = self.session.columns
            indent = "  " * (len(spans.stack(columns, at - 1)) - 1)
            self.out.print(f"{at:>8}  {indent}{sentence(columns, at - 1).text}", markup=False)

    def _explain(self, word: str) -> None:
        found = explain(self.session, self.replayer, self.at - 1) if self.at else None
        if found is None:
            self.out.print("Nothing has run yet.")
        elif word == "s":
            for frame in found.frames:
                self.out.print(f"{frame.function}:{frame.line}", markup=False)
        else:
            self._why(found)

    def _lines(self) -> None:
        """The lines of the engine's text that the last step ran."""
        done = self.session.operation_at(self.at - 1) if self.at else None
        if done is None:
            self.out.print("Nothing has run yet.")
            return
        begin = max(self.steps.before(self.at), done.first_row)
        for line in line_steps(self.replayer, done):
            if begin <= line.row < self.at:
                text = linecache.getline(line.code.co_filename, line.line).rstrip()
                self.out.print(f"{line.code.co_name}:{line.line:<4} {text}", markup=False)

    def _why(self, found: Explanation) -> None:
        marks = {Verdict.TAKEN: "✗", Verdict.PASSED: "✓", Verdict.NOT_REACHED: "–"}
        self.out.print(f"{found.function}:", markup=False)
        for guard in found.guards:
            values = ", ".join(f"{v.name} = {describe(v.value)}" for v in guard.values)
            comment = f"  # {guard.comment}" if guard.comment else ""
            self.out.print(f"  {marks[guard.verdict]} if {guard.condition}{comment}", markup=False)
            if values:
                self.out.print(f"        {values}", markup=False)


def main(arguments: argparse.Namespace) -> int:
    """Step through the program, reading one command a line."""
    document, session = begin(arguments)
    session.apply_all(document.operations)
    out = console()
    out.print(f"{printable(document.title)}: {len(session)} steps. {HELP}", markup=False)
    stepper = Stepper(session, out)
    while True:
        out.print("> ", end="")
        line = sys.stdin.readline()
        if not line or not stepper.command(line.rstrip("\n")):
            return OK
