"""``vmgui run FILE``: run a program and print, operation by operation, what came of it."""

from __future__ import annotations

import argparse
import sys
from typing import Any

import msgspec
from rich.table import Table

from vmgui.cli import FAILED, OK
from vmgui.commands.common import begin, console, describe
from vmgui.formats.oplang import located
from vmgui.formats.step_list import listed, stops, write
from vmgui.projection.steps import Steps
from vmgui.timeline.session import Done, Session
from vmgui.timeline.values import OperationError


def main(arguments: argparse.Namespace) -> int:
    """Run the program; 0 when all of it ran, 1 when the kernel stopped, 2 for bad input."""
    document, session = begin(arguments)
    for operation in document.operations:
        try:
            session.apply(operation)
        except OperationError as error:
            raise located(error, operation, str(arguments.file)) from error
        if session.dead:
            break
    if arguments.format:
        steps = Steps(session.columns, session.operations)
        places = stops(steps, 0, len(session))
        write(sys.stdout, listed(session, places), arguments.format)
    elif arguments.json:
        _write_json(session, arguments.steps)
    else:
        _write_table(session, arguments.steps)
    return FAILED if session.dead else OK


def _result(done: Done) -> str:
    return str(done.bug) if done.bug else done.outcome.failure or describe(done.outcome.value)


def _write_table(session: Session, steps: bool) -> None:
    out = console()
    if steps:
        for done in session.operations:
            out.print(f"[bold]{done.index:>3}  {done.operation}[/]")
            for row, text in _steps(session, done):
                out.print(f"{row:>9}  {text}", markup=False)
            out.print(f"     → {_result(done)}", markup=False)
            out.print(done.outcome.text, markup=False, end="")
        return
    table = Table("#", "operation", "result", "steps", box=None)
    for done in session.operations:
        steps_taken = f"{done.first_row}…{done.last_row}"
        table.add_row(str(done.index), str(done.operation), _result(done), steps_taken)
    out.print(table)
    for done in session.operations:
        if done.outcome.text:
            out.print(f"\n[bold]{done.index:>3}  {done.operation}[/]")
            out.print(done.outcome.text, markup=False, end="")


def _steps(session: Session, done: Done) -> list[tuple[int, str]]:
    """Position after each step of an operation, and what the step did."""
    steps = Steps(session.columns, session.operations)
    places = stops(steps, done.first_row, done.last_row)
    found = listed(session, places)
    return [(s.step, f"{s.text} ({s.rows} rows)" if s.rows > 1 else s.text) for s in found]


def _write_json(session: Session, steps: bool) -> None:
    for done in session.operations:
        line: dict[str, Any] = {
            "i": done.index, "op": str(done.operation), "value": done.outcome.value,
            "bug": str(done.bug) if done.bug else None, "text": done.outcome.text,
            "first_step": done.first_row, "last_step": done.last_row,
        }  # fmt: skip
        if steps:
            line["steps"] = [{"step": at, "text": text} for at, text in _steps(session, done)]
        sys.stdout.write(msgspec.json.encode(line).decode() + "\n")
