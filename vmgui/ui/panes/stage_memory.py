"""The right end of the stage: physical memory, the leaf that is wanted or mapped, and how it was decided."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QPointF, QRectF

from vmgui.projection.numbers import physical, size
from vmgui.projection.stage import Access, Leaf, Stage
from vmgui.ui.paint import CENTRE, DASH, RIGHT, WRAPPED, Sheet, Type, part_of
from vmgui.ui.panes.stage_box import CHIP_HEIGHT
from vmgui.ui.panes.stage_layout import MARGIN, Plan
from vmgui.ui.panes.stage_parts import Parts
from vmgui.ui.selection import Place
from vmgui.ui.words import tr


@dataclass(frozen=True, slots=True)
class MemoryBox:
    """Where the column of physical memory lies and which addresses it shows."""

    rect: QRectF
    start: int
    end: int
    scale: float
    narrow: bool = False

    def y(self, phys: int) -> float:
        """The height of a physical address, a little inside the frame."""
        pad = 12 * self.scale
        tall = self.rect.height() - 2 * pad
        return self.rect.y() + pad + tall * (phys - self.start) / max(self.end - self.start, 1)


def why(leaf: Leaf, arch: str) -> str:
    """Why a leaf was refused, in a few words."""
    one, x86 = size(leaf.size), arch == "x86_64"
    return {
        "shift-cap": tr("not allowed"),
        "arch-unsupported": tr("CPU lacks it"),
        "partial-entry": tr("{0} asked").format(size(leaf.asked)),
        "virt-misaligned": tr("VA not aligned"),
        "phys-misaligned": tr("PA not aligned"),
        "ptdump-busy": tr("table busy"),
        "cannot-free-table": tr("table in the way"),
        "arch-setter-refused": tr("MTRR not uniform") if x86 else tr("entry in use"),
        None: tr("{0} refused").format(one),
    }[leaf.refusal]


def found_in(stage: Stage, box: MemoryBox) -> QRectF | None:
    """Where the leaf is, to which the arrow leads, or the page that only a TLB leads to."""
    if stage.physical is None:
        return None
    if stage.leaf is not None:
        return _place(box, stage.leaf.phys, stage.leaf.size)
    access = stage.access
    if access is None or access.phys is None:
        return None
    return _place(box, access.phys & -stage.page_size, stage.page_size)


def _place(box: MemoryBox, phys: int, length: int) -> QRectF:
    """Where a stretch of memory is drawn: high enough for a line of text."""
    s, top, bottom = box.scale, box.y(phys), box.y(phys + length)
    return QRectF(box.rect.x() + 8 * s, top, box.rect.width() - 16 * s, max(bottom - top, 22 * s))


def compose(parts: Parts, stage: Stage, plan: Plan) -> QRectF | None:
    """Physical memory as a part; where the leaf is."""
    shown = stage.physical
    start, end = (shown.start, shown.end) if shown is not None else (0, 1)
    box = MemoryBox(plan.memory, start, end, plan.scale, plan.narrow)
    found = found_in(stage, box)
    look = (stage.physical, stage.leaf, None if stage.access is None else stage.access.phys)
    if not parts.has("memory", look):
        rect, s = box.rect, box.scale
        left = 130 * s if stage.leaf is not None and stage.leaf.refusal == "phys-misaligned" else 20
        area = (rect.x() - left, rect.y() - 30 * s, rect.width() + left + 20, rect.height() + 30 * s + 1)
        parts.add("memory", look, area, partial(draw_memory, stage=stage, box=box, found=found))
    return found


def draw_memory(sheet: Sheet, stage: Stage, box: MemoryBox, found: QRectF | None) -> None:
    """Draw physical memory with its grid, and the leaf where it was found."""
    s, rect, leaf = box.scale, box.rect, stage.leaf
    around = rect.adjusted(-20, -30 * s, 20, 1)
    none = stage.physical is None
    sheet.cached(("memory", s, none), around, lambda part: _draw_ground(part, rect, s, none))
    if none:
        return
    if found is not None and leaf is not None:
        _draw_leaf(sheet, leaf, box, found)
    elif found is not None:
        _draw_stale(sheet, stage, found, s)
    _draw_grid(sheet, stage, box, found)
    if leaf is not None and found is not None:
        _draw_leaf_text(sheet, stage, leaf, box, found)


def _draw_ground(sheet: Sheet, rect: QRectF, s: float, none: bool) -> None:
    title = QRectF(rect.x() - 8, rect.y() - 30 * s, rect.width() + 16, 20 * s)
    kind = Type(12.5 * s, True)
    names = tr("Physical memory"), tr("Physical")
    sheet.fit(title, sheet.theme.color("text1"), kind, *names, align=CENTRE)
    sheet.box(rect, sheet.theme.color("bg0"), sheet.theme.color("border"), 1, 4)
    if none:
        said = tr("none is reached")
        sheet.text(rect.adjusted(8, 12, -8, 0), said, sheet.theme.color("text3"), Type(11 * s), WRAPPED)


def _draw_grid(sheet: Sheet, stage: Stage, box: MemoryBox, leaf: QRectF | None) -> None:
    theme, s, shown = sheet.theme, box.scale, stage.physical
    assert shown is not None
    kind = Type(11 * s, mono=True)
    step = max(shown.grid, 1)
    first = -(-shown.start // step) * step
    tight = box.y(first + step) - box.y(first) < 40 * s
    left, right, room = box.rect.x() + 1, box.rect.right() - 1, box.rect.width() - 20
    middle, border, ring = box.rect.center().x(), theme.color("border"), theme.color("ring")
    over, under = (leaf.top(), leaf.bottom()) if leaf is not None else (0.0, 0.0)
    for at in range(first, shown.end + 1, step):
        y = box.y(at)
        crossed = leaf is not None and over + 1 < y < under - 1
        sheet.line(left, y, right, y, ring if crossed else border, 1.6 if crossed else 1)
        if tight and not crossed:
            continue
        text = kind.fit(room, physical(at), f"…{at & 0xFFFFFF:06x}")
        width = kind.width(text) + 10
        label = QRectF(middle - width / 2, y - 8 * s, width, 16 * s)
        if leaf is not None and not crossed and label.intersects(leaf.adjusted(0, 2, 0, -2)):
            above = label.center().y() <= over + 2
            label.moveBottom(over - 1) if above else label.moveTop(under + 1)
        ink = theme.color("text1")
        sheet.box(label, theme.color("bg1"), ink if crossed else border, 1, 3)
        sheet.text(label, text, ink if crossed else theme.color("text2"), kind, CENTRE)


def _draw_leaf(sheet: Sheet, leaf: Leaf, box: MemoryBox, rect: QRectF) -> None:
    theme = sheet.theme
    if leaf.state == "installed":
        sheet.box(rect, theme.fill(leaf.level), theme.ink(leaf.level), 1.2, 3)
    elif leaf.state == "refused":
        sheet.box(rect, theme.color("tint_error"), theme.color("error"), 2, 2, (5, 3))
    else:
        sheet.box(rect, theme.ink(leaf.level, 0.12), theme.ink(leaf.level), 1.6, 2, DASH)
    if leaf.refusal == "partial-entry" and leaf.asked < leaf.size:
        cut = box.y(leaf.phys + leaf.asked)
        sheet.box(QRectF(rect.x(), cut, rect.width(), rect.bottom() - cut), sheet.hatch("guard"), None)
    place = Place(phys=(leaf.phys, leaf.phys + leaf.size))
    sheet.hit(rect, place, partial(_leaf_tip, leaf))
    sheet.ring(rect, place)


def _leaf_tip(leaf: Leaf) -> str:
    return tr("{size} at {start}").format(size=size(leaf.size), start=physical(leaf.phys))


def _draw_stale(sheet: Sheet, stage: Stage, rect: QRectF, s: float) -> None:
    """The page that only a CPU's TLB still leads to."""
    theme, access = sheet.theme, stage.access
    assert access is not None
    assert access.phys is not None
    phys = access.phys & -stage.page_size
    sheet.box(rect, theme.color("tint_error"), theme.color("error"), 2, 2, (5, 3))
    line = QRectF(rect.x() + 6, rect.y() + 3 * s, rect.width() - 12, 16 * s)
    sheet.fit(line, theme.color("text1"), Type(11 * s, True, True), physical(phys), align=CENTRE)
    if rect.height() > 36 * s:
        words = tr("reached by the TLB only"), tr("by the TLB only"), tr("TLB")
        sheet.fit(line.translated(0, 16 * s), theme.color("text1"), Type(11 * s), *words, align=CENTRE)
    place = Place(phys=(phys, phys + stage.page_size))
    sheet.hit(rect, place, tr("{0}: the tables do not lead here any more").format(physical(phys)))
    sheet.ring(rect, place)


def _draw_leaf_text(sheet: Sheet, stage: Stage, leaf: Leaf, box: MemoryBox, rect: QRectF) -> None:
    theme, s = sheet.theme, box.scale
    ink = theme.color("on_fill" if leaf.state == "installed" else "text1")
    mono, bold, plain = Type(11 * s, True, True), Type(12 * s, True), Type(11 * s)
    inner = rect.adjusted(6, 0, -6, 0)
    line = 16.5 * s
    one = size(leaf.size)
    wanted = {"installed": tr("{0} mapped"), "refused": tr("{0} wanted"), "tried": tr("{0} wanted")}[
        leaf.state
    ]
    grid = stage.physical.grid if stage.physical else leaf.size
    first = -(-leaf.phys // max(grid, 1)) * grid
    crossed = box.y(first) if first > leaf.phys else rect.bottom() + 20
    limit = min(rect.bottom(), crossed - 8 * s if crossed > rect.y() + 2 else rect.bottom())
    if leaf.refusal == "partial-entry" and leaf.asked < leaf.size:
        limit = min(limit, box.y(leaf.phys + leaf.asked))  # below is hatched
    first_row = QRectF(inner.x(), inner.y() + 2 * s, inner.width(), line)
    if limit - rect.y() < 0.9 * line:
        pass
    elif limit - rect.y() < 2 * line:
        row = QRectF(inner.x(), inner.y(), inner.width(), max(limit - rect.y(), line))
        sheet.fit(row, ink, mono, physical(leaf.phys), one, align=CENTRE)
    else:
        sheet.fit(first_row, ink, mono, physical(leaf.phys), align=CENTRE)
        sheet.fit(first_row.translated(0, line), ink, bold, wanted.format(one), one, align=CENTRE)
    if leaf.refusal == "phys-misaligned":
        note = QRectF(inner.x(), crossed + 13 * s, inner.width(), line)
        if note.bottom() < rect.bottom():
            sheet.fit(note, ink, plain, tr("straddles a boundary"), tr("straddles"), align=CENTRE)
        _draw_offset(sheet, leaf, box)


def _draw_offset(sheet: Sheet, leaf: Leaf, box: MemoryBox) -> None:
    theme, s = sheet.theme, box.scale
    low = leaf.phys // leaf.size * leaf.size
    if low < box.start or box.y(leaf.phys) - box.y(low) < 16 * s:
        return
    x, top, bottom, color = box.rect.x() - 4, box.y(low), box.y(leaf.phys), theme.color("error")
    sheet.line(x, top, x, bottom, color, 1.4)
    for y in (top, bottom):
        sheet.line(x - 3, y, x + 3, y, color, 1.4)
    text, kind = f"+0x{leaf.phys - low:x}", Type(11 * s, True, True)
    # near its lower end: the upper one may be beside the words over the table that is not there yet
    label = QRectF(x - 5 - kind.width(text), bottom - 11 * s, kind.width(text), 16 * s)
    if box.narrow:
        label.moveLeft(x + 10)
        label.moveTop(bottom - 18 * s)
    sheet.box(label.adjusted(-2, 0, 2, 0), theme.color("bg0" if box.narrow else "bg1"))
    sheet.text(label, text, color, kind, RIGHT)
    sheet.line(box.rect.x(), bottom, box.rect.right(), bottom, color, 1)


def draw_leaf_arrow(
    sheet: Sheet,
    stage: Stage,
    leaf: Leaf,
    start: tuple[float, float],
    end: tuple[float, float],
    s: float,
    under: float | None = None,
    done: tuple[float, float] = (1, 1),
) -> None:
    """Draw the arrow from an entry to its leaf, and on it the chip that says what became of it.

    With `under` the arrow runs at that height, below the tables that are in its way. `done` tells how far
    the arrow and the chip are.
    """
    theme = sheet.theme
    text = size(leaf.size)
    if leaf.state != "installed":
        text = tr("{0} refused").format(text) if leaf.state == "refused" else tr("{0}?").format(text)
    kind, height = Type(12 * s, True), CHIP_HEIGHT * s
    room = end[0] - start[0]
    width = min(kind.width(text) + 40 * s, room - 12)
    left = start[0] + max(min(30 * s, (room - width) / 2), 4)
    y = start[1] if under is None else under
    if under is not None:
        left, height = start[0] + 40 * s, 21 * s
    chip = QRectF(left, y - height / 2, width, height)
    color = theme.color("error") if leaf.state == "refused" else theme.ink(leaf.level)
    dash = None if leaf.state == "installed" else (5, 3)
    head = [start, (chip.left(), y)] if under is None else [start, (start[0] + 12, start[1])]
    if under is not None:
        head += [(start[0] + 12, y), (chip.left(), y)]
    middle = (chip.right() + end[0]) / 2 if under is None else end[0] - 14
    tail = [(chip.right() + 4, y), (middle, y), (middle, end[1]), (end[0], end[1])]
    tail = tail if abs(y - end[1]) > 1 else [tail[0], tail[-1]]
    if done[0] < 1:
        sheet.elbow(part_of([*head, *tail], done[0]), color, 2, dash)
    else:
        if done[1] < 1:  # the chip lies over it
            sheet.elbow([*head, *tail], color, 2, dash, True)
        else:
            sheet.elbow(head, color, 2, dash)
            sheet.elbow(tail, color, 2, dash, True)
        with sheet.faded(done[1]):
            _draw_chip(sheet, leaf, chip, text, color, kind, s)
    if leaf.state == "refused":
        sheet.hit(chip, Place(level=leaf.level), lambda: f"✗ {text}: {why(leaf, stage.arch)}")


def _draw_chip(sheet: Sheet, leaf: Leaf, chip: QRectF, text: str, color, kind: Type, s: float) -> None:
    theme = sheet.theme
    fill = theme.color("tint_error") if leaf.state == "refused" else theme.color("bg2")
    sheet.box(chip, fill, color, 1.6, chip.height() / 2)
    centre, r = QPointF(chip.x() + 16 * s, chip.center().y()), min(8 * s, chip.height() / 2 - 2.5)
    mark = {"refused": "✗", "installed": "✓", "tried": "?"}[leaf.state]
    sheet.box(QRectF(centre.x() - r, centre.y() - r, 2 * r, 2 * r), None, color, 1.6, r)
    if leaf.state == "refused":
        d = 3.2 * s
        sheet.line(centre.x() - d, centre.y() - d, centre.x() + d, centre.y() + d, color, 1.8)
        sheet.line(centre.x() - d, centre.y() + d, centre.x() + d, centre.y() - d, color, 1.8)
    elif leaf.state == "installed":
        points = [(-3.6, 0.2), (-1.0, 2.8), (3.6, -2.6)]
        sheet.elbow([(centre.x() + x * s, centre.y() + y * s) for x, y in points], color, 1.8)
    else:
        sheet.text(
            QRectF(centre.x() - r, centre.y() - r, 2 * r, 2 * r), mark, color, Type(10 * s, True), CENTRE
        )
    rest = QRectF(chip.x() + 29 * s, chip.y(), chip.width() - 36 * s, chip.height())
    sheet.fit(rest, theme.color("text1"), kind, text, size(leaf.size))


def access_words(access: Access, short: bool = False) -> str:
    """An access and its end, in words; in short without the reason."""
    kind = {"touch": tr("touch"), "read": tr("read"), "write": tr("write")}[access.kind]
    end = {
        "hit": tr("TLB hit"), "walk": tr("walked the tables"), "stale": tr("stale TLB entry used"),
        "fault": tr("fault"),
    }[access.outcome]  # fmt: skip
    reason = {
        "guard": tr("a guard page"), "hole": tr("nothing is mapped here"),
        "stale": tr("freed, not yet flushed"),
        "read-only": tr("the entry is read-only"),
        "not-canonical": tr("no table translates this address"),
        "reserved-bit": tr("the processor has no such physical address"),
    }.get(access.reason, access.reason)  # fmt: skip
    said = tr("{kind} by CPU {cpu}: {end}").format(kind=kind, cpu=access.cpu, end=end)
    return tr("{0}, {1}").format(said, reason) if reason and not short else said


def compose_notes(parts: Parts, stage: Stage, s: float, wide: int, high: int) -> None:
    """What is told of an access and of a flush as a part, in a stage so wide and high."""
    look = (stage.access, stage.flushed)
    if any(look) and not parts.has("notes", look):
        draw = partial(draw_notes, stage=stage, s=s, wide=wide, high=high)
        parts.add("notes", look, (0, 0, wide, high), draw)


def draw_notes(sheet: Sheet, stage: Stage, s: float, wide: int, high: int) -> None:
    """Draw what is told of an access and of a flush."""
    margin = MARGIN * min(s, wide / 984)
    if stage.access is not None:
        draw_access(sheet, stage.access, QRectF(margin, high - 26 * s, wide - 2 * margin, 21 * s), s)
    if stage.flushed:
        draw_flush(sheet, QRectF(margin - 6, 24 * s, wide - 2 * margin + 12, 26 * s), s)


def draw_access(sheet: Sheet, access: Access, rect: QRectF, s: float) -> None:
    """Draw a line that says who touched the address and what happened."""
    theme = sheet.theme
    bad = access.outcome in ("fault", "stale")
    color, kind = theme.color("error" if bad else "success"), Type(11 * s, True)
    text, short = (("✗ " if bad else "✓ ") + access_words(access, brief) for brief in (False, True))
    chip = QRectF(rect.x(), rect.y(), min(kind.width(text) + 20, rect.width()), rect.height())
    sheet.box(chip, theme.color("tint_error" if bad else "tint_success"), color, 1.2, chip.height() / 2)
    sheet.fit(chip.adjusted(10, 0, -8, 0), theme.color("text1"), kind, text, short)


def draw_flush(sheet: Sheet, band: QRectF, s: float) -> None:
    """Draw a band over the ruler that says that the TLBs are flushed."""
    accent, kind, said = sheet.theme.color("accent"), Type(12 * s, True), tr("≈ TLB flush")
    sheet.box(band, sheet.theme.color("accent", 0.22), accent, 1, 4)
    chip = QRectF(0, 0, kind.width(said) + 20 * s, band.height() - 4 * s)
    chip.moveCenter(band.center())
    sheet.box(chip, sheet.theme.color("bg1"), accent, 1, chip.height() / 2)
    sheet.text(chip, said, sheet.theme.color("text1"), kind, CENTRE)
