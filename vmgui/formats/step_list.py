"""The steps of a program as a list: text, JSON or CSV, for a table, a script or a report."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import IO, Literal

import msgspec

from vmgui.projection.narration import sentence
from vmgui.projection.scope import operation_at
from vmgui.projection.steps import Steps
from vmgui.timeline.session import Session

#: What a list can be written as.
Format = Literal["text", "json", "csv"]


class Listed(msgspec.Struct, frozen=True):
    """One step: its position, the rows it took, its operation (from 1) and that in words, what it did."""

    step: int
    rows: int
    number: int
    operation: str
    function: str
    text: str


FIELDS = Listed.__struct_fields__


def stops(steps: Steps, first: int, last: int) -> Iterator[tuple[int, int]]:
    """Where each step of [first, last] begins and ends."""
    at = first
    while at < last:
        after = min(steps.after(at), last)
        yield at, after
        at = after


def listed(
    session: Session, places: Iterable[tuple[int, int]], say: Callable[[str], str] = str
) -> Iterator[Listed]:
    """The steps that begin and end at these places; `say` puts a sentence into the reader's language."""
    for before, at in places:
        done = operation_at(session.operations, at)
        said = sentence(session.columns, at - 1)
        number, operation = (done.index + 1, str(done.operation)) if done else (0, "")
        yield Listed(at, at - before, number, operation, said.function, say(said.text)[:])  # a plain str


def write(out: IO[str], steps: Iterable[Listed], form: Format) -> None:
    """Write a list; JSON is an array of objects."""
    if form == "csv":
        write_table(out, FIELDS, (msgspec.structs.astuple(step) for step in steps))
    elif form == "json":
        mark = "["
        for step in steps:
            out.write(f"{mark}\n{msgspec.json.encode(step).decode()}")
            mark = ","
        out.write("[]\n" if mark == "[" else "\n]\n")
    else:
        _write_text(out, steps)


def write_table(out: IO[str], fields: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write any table as CSV, with the names of its columns in the first line."""
    table = csv.writer(out, lineterminator="\n")
    table.writerow(fields)
    table.writerows(rows)


def _write_text(out: IO[str], steps: Iterable[Listed]) -> None:
    number = 0
    for step in steps:
        if step.number != number:
            number = step.number
            out.write(f"{number:>3}  {step.operation}\n")
        rows = f" ({step.rows} rows)" if step.rows > 1 else ""
        out.write(f"{step.step:>9}  {step.text}{rows}\n")
