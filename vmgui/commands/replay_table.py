"""The result of many replays as a table on a terminal: scenarios by boots, and what it rests on."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from vmgui.formats.conformance import Report, Row
from vmgui.formats.errors import printable


def write_table(out: Console, report: Report) -> None:
    """Write scenarios by boots, then what was not compared and what was taken over, and why."""
    boots = [boot.boot for boot in report.boots]
    cells = {(row.scenario, row.boot): row for row in report.scenarios}
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("scenario")
    for boot in boots:
        table.add_column(escape(printable(boot)), justify="right")
    for scenario in sorted({row.scenario for row in report.scenarios}):
        table.add_row(escape(printable(scenario)), *(_cell(cells.get((scenario, boot))) for boot in boots))
    table.add_section()
    table.add_row("operations", *(f"{boot.identical}/{boot.operations}" for boot in report.boots))
    out.print(table)
    _write_counts(out, "not compared", report.not_compared)
    _write_counts(out, "taken over from the recordings", report.imported)
    _write_counts(out, "unsupported, in operations", report.unsupported_reasons)


def _cell(row: Row | None) -> str:
    if row is None:
        return ""
    if row.identical == row.operations:
        return f"[green]{row.identical}[/]"
    colour = "red" if row.different else "yellow"
    return f"[{colour}]{row.identical}/{row.operations}[/]"


def _write_counts(out: Console, title: str, counts: dict[str, int]) -> None:
    if counts:
        out.print(f"\n{title}")
    for what, count in counts.items():
        out.print(f"  {count:>9}  {escape(printable(what))}")
    if counts:
        out.print()
