"""Rows of the two sides of a recording: what stands in each cell, its mark, and how it sorts and filters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSortFilterProxyModel, Qt

from vmgui.engine.mm.vm_struct import VM_ALLOC, VM_IOREMAP, VM_MAP
from vmgui.formats.records import BusyNamed
from vmgui.formats.side_by_side import Area, Operation
from vmgui.projection.numbers import short_size, size
from vmgui.ui.panes.rows import TableRows
from vmgui.ui.words import tr

ROLE = Qt.ItemDataRole.UserRole
SORT = Qt.ItemDataRole.UserRole + 1
OTHER, UNKNOWN = ("≠", "+", "−"), "?"


@dataclass(frozen=True, slots=True)
class SideRow:
    """One row: mark, group of the filter, cells, what each sorts by, and tip."""

    mark: str
    kind: str
    cells: tuple[str, ...]
    keys: tuple[int | str, ...]
    tip: str


def kind_of(area: BusyNamed) -> str:
    """How an area was asked for, from its VM_* flags."""
    flags = area[4]
    if flags is None:
        return "vm_map_ram"
    for bit, name in ((VM_IOREMAP, "ioremap"), (VM_ALLOC, "vmalloc"), (VM_MAP, "vmap")):
        if flags & bit:
            return name
    return "other"


def area_row(number: int, area: Area) -> SideRow:
    """An area of the end: kernel, mark, engine; `number` counts them by address from 1."""
    held = area.kernel or area.engine
    assert held is not None
    theirs, ours = area.kernel, area.engine
    kernel = ("—", "", "", "") if theirs is None else (
        f"{theirs[1]:#x}-{theirs[2]:#x}", str(theirs[2] - theirs[1]), area.caller, _pages(theirs),
    )  # fmt: skip
    engine = ("—", "", "", "", "") if ours is None else (
        f"{ours[1]:#x}-{ours[2]:#x}", size(ours[2] - ours[1]), leaves_of(area), tr("area {0}").format(number),
        tr("+{0} guard").format(short_size(area.guard)) if area.guard else tr("no guard"),
    )  # fmt: skip
    bytes_, mapped = area.end - area.start, sum(number for _size, number in area.leaves)
    keys = (
        area.start, bytes_, area.caller, held[5], area.mark, area.start, bytes_, mapped, number, area.guard
    )  # fmt: skip
    tip = f"{area.start:#018x}-{area.end:#018x} · {size(bytes_)} · {area.caller or kind_of(held)}"
    said = f"{tip}\n{tr(area.why)}" if area.why else tip
    return SideRow(area.mark, kind_of(held), (*kernel, area.mark, *engine), keys, said)


def leaves_of(area: Area) -> str:
    """What an area is mapped by, the largest first."""
    return " + ".join(f"{number} × {short_size(each)}" for each, number in area.leaves) or "—"


def _pages(area: BusyNamed) -> str:
    return f"pages={area[5]}" if area[5] else f"node {area[0]}"


def operation_row(op: Operation) -> SideRow:
    """An operation of the script: what it returned on both sides, and the first difference."""
    returned = next((f for f in op.fields if f.name == "ret"), None)
    theirs, ours = (returned.kernel, returned.engine) if returned else ("", "")
    why = next((tr(f.why) for f in op.fields if f.why), "")
    same = sum(f.mark == "=" for f in op.fields)
    result = why or tr("{0} fields identical").format(same)
    cells = (str(op.number), op.line, theirs, op.mark, ours, result)
    keys = (op.number, op.line, theirs, op.mark, ours, result)
    said = "\n".join([op.line, *dict.fromkeys(tr(f.why) for f in op.fields if f.why)])
    return SideRow(op.mark, _verb(op.line), cells, keys, said)


def _verb(line: str) -> str:
    words = line.split() or [""]
    return words[2] if len(words) > 2 and words[1] == "=" else words[0]


def groups(rows: Sequence[SideRow], most: int = 3) -> dict[str, int]:
    """The filter's groups with their counts: all, differences, the commonest kinds."""
    found = {"all": len(rows), "differences": sum(row.mark in OTHER for row in rows)}
    unknown = sum(row.mark == UNKNOWN for row in rows)
    if unknown:
        found["unknown"] = unknown
    return found | dict(Counter(row.kind for row in rows).most_common(most))


class SideRows(TableRows):
    """Rows of both sides, each a SideRow; `split` is the column of the mark."""

    def __init__(self, heads: tuple[str, ...], split: int, parent=None):
        super().__init__(heads, parent)
        self.split = split

    def data(self, index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row, column = self.rows[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return row.cells[column]
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.tip
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{row.cells[column]}, {mark_words()[row.mark]}"
        if role == SORT:
            key = row.keys[column]
            return f"{key:020d}" if isinstance(key, int) else key
        return (row, index.row() == self.current) if role == ROLE else None


class Sieve(QSortFilterProxyModel):
    """Both sides at once, sorted by a column, of a group, with a text in them."""

    def __init__(self, rows: SideRows, parent=None):
        super().__init__(parent)
        self.rows, self.group, self.text = rows, "all", ""
        self.setSortRole(SORT)
        self.setSourceModel(rows)

    def sift(self, group: str, text: str) -> None:
        """Show only a group, and of it what holds a text."""
        self.group, self.text = group, text.casefold()
        self.invalidate()

    def filterAcceptsRow(self, number: int, parent) -> bool:
        row = self.rows.rows[number]
        wanted = {
            "all": True, "differences": row.mark in OTHER, "unknown": row.mark == UNKNOWN,
        }.get(self.group, row.kind == self.group)  # fmt: skip
        said = (row.kind, *row.cells)
        return wanted and (not self.text or any(self.text in text.casefold() for text in said))


def mark_words() -> dict[str, str]:
    """The marks in words."""
    return {
        "=": tr("identical"), "≠": tr("differs"), "+": tr("engine only"), "−": tr("kernel only"),
        "?": tr("not comparable"),
    }  # fmt: skip
