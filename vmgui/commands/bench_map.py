"""The address map with very many areas, for ``vmgui bench ui``: panning and zooming, without an engine."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from vmgui.commands.bench_ui import Times, behind, drawn, quietest, share
from vmgui.commands.bench_window import Row, Told, screen
from vmgui.projection.address_map import AddressMap, Block, BlockKind, TopCell
from vmgui.projection.levels import Level

CELL = 1 << 27  # pages that an entry of the top level covers
CELLS = 64
#: How many areas, and how long a picture may take.
SIZES = ((100_000, 8.0), (1_000_000, 10.0))
MOVES = 100
LEFT = 50  # half of the moves lead from everything to so many areas


def many(areas: int) -> AddressMap:
    """A map with so many areas of different sizes, levels and kinds, as the reader would have made it."""
    blocks, at = [], 0
    for i in range(areas):
        pages = 1 + i % 7 + (512 if i % 50 == 0 else 0)
        level: Level = "pmd" if pages > 512 else "pte"
        kind: BlockKind = "lazy" if i % 13 == 0 else "mapped"
        blocks.append(Block(at << 12, at, at + pages + 1, 1, kind, level=level, leaves=pages, mapped=pages))
        at += pages + 1 + i % 3
    cells = tuple(TopCell(i, i * CELL < at, i * CELL < at) for i in range(CELLS))
    return AddressMap(0, CELLS * CELL, "pgd", CELL, cells, tuple(blocks))


def moving(quick: bool) -> Iterator[Told]:
    """The map alone, as wide as in the window."""
    with screen() as qt:
        for areas, goal in SIZES[:1] if quick else SIZES:
            yield f"the map with {areas} areas"
            yield from _moves(qt, areas, goal)


def _moves(qt: Any, areas: int, goal: float) -> Iterator[Row]:
    from vmgui.ui.panes.map_canvas import AddressMapCanvas
    from vmgui.ui.panes.map_scale import View
    from vmgui.ui.selection import Selection

    canvas = AddressMapCanvas(Selection())
    canvas.resize(984, 218)
    canvas.show()
    canvas.load_plot()
    shown = many(areas)
    canvas.set_map(shown)
    end = shown.blocks[-1].end
    qt.processEvents()

    def panned(_round: int) -> Times:
        wide = end / 20
        views = [View(i * (end - wide) / MOVES, i * (end - wide) / MOVES + wide) for i in range(MOVES)]
        return [drawn(qt, partial(canvas.move_view, view)) for view in views]

    def zoomed(_round: int) -> Times:
        view, times, notch = View(0, end), [], (areas / LEFT) ** (2 / MOVES)
        for i in range(MOVES):
            view = view.zoomed(notch if i < MOVES // 2 else 1 / notch, end / 2)
            times.append(drawn(qt, partial(canvas.move_view, view)))
        return times

    for name, run in (("pan", panned), ("zoom", zoomed)):
        times = quietest(run, 95)
        yield f"map {name}, {areas} areas, p95", share(times, 95), "ms", goal, behind(times)
    canvas.close()
    canvas.deleteLater()
    qt.processEvents()
