"""``vmgui vmallocinfo [FILE]``: the areas of a kernel, as its /proc/vmallocinfo tells them."""

from __future__ import annotations

import argparse

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from vmgui.cli import OK
from vmgui.commands.common import console
from vmgui.formats.errors import printable
from vmgui.formats.vmallocinfo import PROC, Area, Listing, read
from vmgui.projection import numbers


def main(arguments: argparse.Namespace) -> int:
    """Print the areas of a file, by default of this machine; what is hidden or not understood is told."""
    listing = read(arguments.file or PROC)
    write(console(), listing)
    return OK


def write(out: Console, listing: Listing) -> None:
    """Write the areas by address, lines not understood, the totals of each kind, and what to know."""
    table = _table("start", "end", "size>", "caller", "pages>", "phys", "kind")
    for area in listing.sorted:
        table.add_row(*(escape(printable(cell)) for cell in cells(area)))
    for unread in listing.unread:
        table.add_row("?", f"line {unread.line}", "", escape(printable(unread.text[:80])))
    out.print(table)
    kinds = _table("kind", "areas>", "size>")
    for kind, (count, size) in listing.kinds().items():
        kinds.add_row(escape(kind) or "-", numbers.count(count), numbers.size(size))
    out.print()
    out.print(kinds)
    out.print(f"\n{listing.total()}")
    for warning in listing.warnings():
        out.print(f"[yellow]{escape(warning)}[/]")


def cells(area: Area) -> tuple[str, ...]:
    """What a row says of an area: no address that is none."""
    where = (numbers.address(area.start), numbers.address(area.end)) if area.located else ("?", "?")
    phys = numbers.physical(area.phys) if area.phys else ""
    return (*where, numbers.size(area.size), area.caller, str(area.pages or ""), phys, area.kind)


def _table(*titles: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in titles:
        table.add_column(title.rstrip(">"), justify="right" if title.endswith(">") else "left", no_wrap=True)
    return table
