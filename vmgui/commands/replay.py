"""``vmgui replay PATH...``: run the scripts of recordings on the engine and compare, field by field."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from rich.markup import escape

from vmgui.cli import BAD_INPUT, FAILED, OK
from vmgui.commands.common import console
from vmgui.formats.errors import FormatError
from vmgui.formats.recording import find
from vmgui.formats.replay import replay_file
from vmgui.formats.verdict import Difference, ScenarioResult

#: Longest text of a value in the table; `--json` has all of it.
SHOWN = 300


def main(arguments: argparse.Namespace) -> int:
    """Replay all recordings; 0 when every operation is identical, 1 when not, 2 for bad input."""
    results: list[ScenarioResult] = []
    broken = 0
    for path in find(arguments.paths):
        result = _replay(path)
        if result is None:
            broken += 1
            continue
        results.append(result)
        if arguments.json:
            sys.stdout.write(result.to_json().decode() + "\n")
            sys.stdout.flush()
        else:
            _write(result)
    if not arguments.json:
        _write_sum(results)
    if broken:
        return BAD_INPUT
    return OK if all(result.is_identical for result in results) else FAILED


def _replay(path: Path) -> ScenarioResult | None:
    """Replay one file; what cannot be read is reported and the others go on."""
    try:
        return replay_file(path)
    except FormatError as error:
        sys.stderr.write(f"vmgui: {error}\n")
        return None


def _write(result: ScenarioResult) -> None:
    """One line a scenario, and what keeps it from being identical."""
    out = console()
    colour = "green" if result.is_identical else "red" if result.different else "yellow"
    counts = f"identical {result.identical}/{result.ops}"
    if result.different:
        counts += f", different {result.different}"
    if result.unsupported:
        counts += f", unsupported {result.unsupported}"
    name = escape(f"{result.boot}/{result.scenario}")
    out.print(f"{name:<40} [{colour}]{counts}[/], {result.compared_fields} fields compared")
    if isinstance(result.unusable, str):
        out.print(f"    unusable: {escape(result.unusable)}")
    for why in result.unsupported_reasons:
        out.print(f"    unsupported: {escape(why)}")
    if result.first_difference:
        _write_difference(out, result.first_difference)


def _write_difference(out: Any, difference: Difference) -> None:
    where = f"operation {difference.op}" if isinstance(difference.op, int) else f"{difference.op} record"
    line = f" `{difference.line}`" if difference.line else ""
    out.print(f"    first difference: {escape(where + line)}, field {escape(difference.field)}")
    out.print(f"        kernel {escape(_cut(difference.kernel))}")
    out.print(f"        engine {escape(_cut(difference.engine))}")


def _cut(value: Any) -> str:
    text = str(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]} ... ({len(text)} characters)"


def _write_sum(results: list[ScenarioResult]) -> None:
    identical, ops = sum(r.identical for r in results), sum(r.ops for r in results)
    whole = sum(r.is_identical for r in results)
    console().print(
        f"{whole} of {len(results)} scenarios identical; operations: {identical} of {ops} identical, "
        f"{sum(r.different for r in results)} different, {sum(r.unsupported for r in results)} unsupported"
    )
