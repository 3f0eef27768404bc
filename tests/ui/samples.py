"""Hand-made projections: what the painted panes are given in their tests."""

from dataclasses import replace

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from vmgui.projection.address_map import AddressMap, Block, TopCell
from vmgui.projection.frames import Frames, IoWindow
from vmgui.projection.stage import BitField, Column, Leaf, Physical, Slot, Stage
from vmgui.projection.timeline_marks import Mark, Segment, TimelineMarks

BASE = 0xFFFFC90000000000
VA = 0xFFFFC90040400000
SHIFTS = {"pgd": 39, "pud": 30, "pmd": 21, "pte": 12}
M = 1 << 20


def column(level, state, table=None, used=(), leaf=False, va=VA, **more):
    """A column whose entries `used` lead to tables or leaves."""
    size = 1 << SHIFTS[level]
    what = "leaf" if leaf else "table"
    slots = tuple(Slot(i, what, 0x3B000 + i, 0x63 | i << 12) if i in used else Slot(i) for i in range(512))
    runs = tuple((i, i + 1, what) for i in used)
    base = va // (size * 512) * size * 512
    return Column(
        level, state, va // size % 512, table, count=len(used), base=base, entry_size=size,
        slots=slots if table is not None else (), runs=runs, **more,
    )  # fmt: skip


def fields(va):
    """The ruler of a 4-level machine."""
    return (
        BitField("sign", 63, 48, va >> 48), BitField("pgd", 47, 39, va >> 39 & 511),
        BitField("p4d", 38, 39, 0), BitField("pud", 38, 30, va >> 30 & 511),
        BitField("pmd", 29, 21, va >> 21 & 511), BitField("pte", 20, 12, va >> 12 & 511),
        BitField("offset", 11, 0, va & 4095),
    )  # fmt: skip


def refused():
    """A 2 MiB page refused because the device does not begin at a multiple of 2 MiB."""
    columns = (
        column("pgd", "done", 0x2800, range(402, 466), name="init_top_pgt"), Column("p4d", "folded", 0),
        column("pud", "done", 0x2803, (0, 1), boot=True), column("pmd", "working", 0x3B4C1, new=True),
        column("pte", "fallback"),
    )  # fmt: skip
    leaf = Leaf("pmd", "refused", 2 * M, 0x100101000, 2 * M, "phys-misaligned")
    return Stage(
        VA, 4, fields(VA), columns, owner="f", pages=1024, leaf=leaf,
        physical=Physical(0x100000000, 0x100400000, 2 * M, True), next_writes=512,
    )  # fmt: skip


def installed():
    """The same range mapped by a 2 MiB page."""
    stage = refused()
    columns = list(stage.columns)
    columns[3] = column("pmd", "working", 0x3B4C1, (2,), leaf=True)
    columns[4] = column("pte", "skipped")
    leaf = Leaf("pmd", "installed", 2 * M, 0x200000000, 2 * M)
    return replace(
        stage, columns=tuple(columns), leaf=leaf, physical=Physical(0x1FFE00000, 0x200400000, 2 * M)
    )


def hole():
    """An address below which there is no table."""
    columns = list(refused().columns)
    columns[3:] = [column("pmd", "unreached"), column("pte", "unreached")]
    return replace(refused(), columns=tuple(columns), leaf=None, physical=None, looking=True)


def block(name, first, pages, level="pte", **more):
    """An area with a guard page; `first` in pages."""
    more = {"kind": "mapped", "mapped": pages, "leaves": pages, "caller": "vmalloc"} | more
    more = {"leaf_size": 1 << SHIFTS[level or "pte"]} | more
    return Block(BASE + (first << 12), first, first + pages + 1, 1, name=name, level=level, **more)


def address_map(**more):
    """Two small areas side by side and two large ones."""
    blocks = (
        block("a", 0, 1024), block("c", 1026, 16, kind="lazy"), block("b", 2048, 2048, "pmd", leaves=4),
        block("f", 8192, 1024, None, kind="pending", mapped=0, leaves=0, io=True, phys=0x100101000),
    )  # fmt: skip
    cells = tuple(TopCell(402 + i, True, i == 0) for i in range(64))
    given = {"blocks": blocks, "grid_entries": (0,), "focus": (8192, 8704)} | more
    return AddressMap(BASE, 64 << 27, "pgd", 1 << 27, cells, **given)


def far_map(levels):
    """One page at the far end of a machine's range."""
    base, pages, cell, n = {
        4: (BASE, (32 << 40) >> 12, 1 << 27, 64),
        5: (0xFFA0000000000000, (12800 << 40) >> 12, 1 << 36, 50),
    }[levels]
    last = Block(base + (pages - 2 << 12), pages - 2, pages, 1, "mapped", "end", "vmalloc", "pte", 1, 1)
    cells = tuple(TopCell(i, True, i == n - 1) for i in range(n))
    return AddressMap(base, pages, "pgd", cell, cells, (last,), focus=(pages - 2, pages - 1))


def many(n):
    """A map with n areas."""
    blocks = tuple(block(f"v{i}", i * 8, 4, "pte" if i % 3 else "pmd") for i in range(n))
    return address_map(blocks=blocks, focus=None)


def frames():
    """1 GiB: some of each kind."""
    cells = bytes([1] * 20 + [0] * 460 + [3] * 24 + [2] * 6 + [4] * 2)
    io = (IoWindow(0x800000000, 960 * M, "fb0", "mapped"), IoWindow(0x100101000, 4 * M, "f", "refused"))
    return Frames(
        262144,
        512,
        cells,
        (235520, 10240, 3072, 12288, 1024),
        (4, 3, 2, 3, 2, 3, 3, 1, 1, 0, 231),
        io,
        (511 * 512,),
    )


def marks():
    """Three operations of 100 steps with an event each."""
    segments = (
        Segment(0, 0, 100, "a = vmalloc 4M", "a", "pte"),
        Segment(1, 100, 200, "f = ioremap 0x100101000 4M", "f", "io"),
        Segment(2, 200, 300, "vfree a", "", "free"),
    )  # fmt: skip
    return TimelineMarks(300, segments, (Mark(40, "table"), Mark(150, "refused"), Mark(250, "flush")))


def move(widget, pos, buttons=Qt.MouseButton.NoButton):
    """Move the pointer over a widget that need not be on a screen."""
    at = QPointF(pos)
    event = QMouseEvent(
        QEvent.Type.MouseMove, at, at, Qt.MouseButton.NoButton, buttons, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(widget, event)
