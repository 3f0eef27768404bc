"""``vmgui replay PATH...``: run the scripts of recordings on the engine and compare, field by field."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from rich.markup import escape

from vmgui import assets
from vmgui.cli import BAD_INPUT, FAILED, INTERRUPTED, OK
from vmgui.commands.common import console
from vmgui.commands.replay_jobs import replayed
from vmgui.commands.replay_table import write_table
from vmgui.formats.conformance import Report, dates, report_of, save
from vmgui.formats.errors import printable
from vmgui.formats.fingerprint import fingerprint
from vmgui.formats.recording import find
from vmgui.formats.verdict import Difference, ScenarioResult

#: A recording to begin with, for whoever has none.
SAMPLES = "samples"
#: Longest text of a value in the table; `--json` has all of it.
SHOWN = 300
#: Up to so many recordings each gets a line of its own; beyond, the table has those that are identical.
FEW = 12


def main(arguments: argparse.Namespace) -> int:
    """Replay all recordings; 0 when every operation is identical, 1 when not, 2 for bad input."""
    paths = arguments.paths or [assets.path(SAMPLES)]
    files = find(paths)
    jobs = min(arguments.jobs or os.cpu_count() or 1, len(files))
    results: list[ScenarioResult] = []
    try:
        results.extend(_heard(files, jobs, arguments.json))
    except KeyboardInterrupt:
        sys.stderr.write(f"\nvmgui: stopped after {len(results)} of {len(files)} recordings\n")
        return INTERRUPTED
    engine = fingerprint() if arguments.report is not None else ""
    report = report_of(results, dates(paths), engine)
    if arguments.report is not None:
        save(report, arguments.report)
    if arguments.json:
        summary = msgspec.to_builtins(report.without_scenarios())
        _write_json({"summary": {name: value for name, value in summary.items() if value != ""}})
    elif results:
        _write_sum(report, len(files))
    if len(results) < len(files):
        return BAD_INPUT
    return OK if all(result.is_identical for result in results) else FAILED


def _heard(files: list[Path], jobs: int, as_json: bool) -> Iterator[ScenarioResult]:
    """Replay all files and write of each what is to be said; what cannot be read is only reported."""
    progress = _Progress(len(files))
    for path, result in replayed(files, jobs, progress.step):
        progress.clear()
        if isinstance(result, str):
            sys.stderr.write(f"vmgui: {result}\n")
            continue
        if as_json:
            sys.stdout.write(result.to_json().decode() + "\n")
            sys.stdout.flush()
        elif len(files) <= FEW or not result.is_identical:
            _write(result)
        progress.show(path)
        yield result
    progress.clear()


class _Progress:
    """A line on standard error that says how far it is, where somebody can see it."""

    def __init__(self, of: int) -> None:
        self.done, self.of = 0, of
        self.seen = sys.stderr.isatty() and of > 1

    def step(self, path: Path) -> None:
        """One more is done."""
        self.done += 1
        self.show(path)

    def show(self, path: Path) -> None:
        """Write the line."""
        if self.seen:
            sys.stderr.write(f"\r\033[K{self.done} of {self.of}  {path.parent.name}/{path.name}")
            sys.stderr.flush()

    def clear(self) -> None:
        """Make room for something else."""
        if self.seen:
            sys.stderr.write("\r\033[K")
            sys.stderr.flush()


def _write_json(value: Any) -> None:
    sys.stdout.write(msgspec.json.encode(value, order="deterministic").decode() + "\n")


def _write(result: ScenarioResult) -> None:
    """One line a scenario, and what keeps it from being identical."""
    out = console()
    colour = "green" if result.is_identical else "red" if result.different else "yellow"
    counts = f"identical {result.identical}/{result.ops}"
    if result.different:
        counts += f", different {result.different}"
    if result.unsupported:
        counts += f", unsupported {result.unsupported}"
    name = _plain(f"{result.boot}/{result.scenario}")
    fields = f"{result.compared_fields} fields and {result.compared_events} events compared"
    out.print(f"{name:<40} [{colour}]{counts}[/], {fields}")
    if isinstance(result.unusable, str):
        out.print(f"    unusable: {_plain(result.unusable)}")
    for why in result.unsupported_reasons:
        out.print(f"    unsupported: {_plain(why)}")
    if result.first_difference:
        _write_difference(out, result.first_difference)


def _write_difference(out: Any, difference: Difference) -> None:
    where = f"operation {difference.op}" if isinstance(difference.op, int) else f"{difference.op} record"
    line = f" `{difference.line}`" if difference.line else ""
    out.print(f"    first difference: {_plain(where + line)}, field {_plain(difference.field)}")
    out.print(f"        kernel {_plain(difference.kernel)}")
    out.print(f"        engine {_plain(difference.engine)}")


def _plain(value: Any) -> str:
    """A value out of a file as harmless text of some length: a terminal obeys neither marks nor controls."""
    text = str(value)
    cut = text if len(text) <= SHOWN else f"{text[:SHOWN]} ... ({len(text)} characters)"
    return escape(printable(cut))


def _write_sum(report: Report, files: int) -> None:
    """The table of all recordings, what was left out and taken over, and the totals."""
    if files > 1:
        write_table(console(), report)
    sums = report.totals
    console().print(
        f"{sums.identical_scenarios} of {sums.scenarios} scenarios identical; "
        f"operations: {sums.identical} of {sums.operations} identical, "
        f"{sums.different} different, {sums.unsupported} unsupported; "
        f"{sums.compared_fields} fields and {sums.compared_events} events compared"
    )
