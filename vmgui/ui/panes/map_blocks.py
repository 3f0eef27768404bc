"""Areas as blocks on a scale: exact ones with labels while they are few, a row of densities when many."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage

from vmgui.projection.address_map import AddressMap, Block
from vmgui.projection.density import FIRST_LEVEL, LAZY, Density
from vmgui.projection.levels import LEVELS
from vmgui.projection.numbers import address, count, physical, size
from vmgui.ui.paint import CENTRE, DASH, Sheet, Type
from vmgui.ui.panes.map_scale import Scale
from vmgui.ui.selection import Place
from vmgui.ui.theme import Theme
from vmgui.ui.words import tr

MANY = 200
NARROW_AREA, NARROW_GUARD = 3.0, 5.0
CALLERS = ("pte", "pmd", "pud", "io", "pgd", "table", "p4d", "now")



@dataclass(frozen=True, slots=True)
class Look:
    """How blocks are coloured and how much is written on them."""

    by: str = "level"
    callers: tuple[str, ...] = ()
    lens: bool = False
    small: bool = False

    def token(self, block: Block) -> str:
        """The colour token of a block: its largest leaf, or its caller."""
        if self.by == "caller" and block.caller in self.callers:
            return CALLERS[self.callers.index(block.caller) % len(CALLERS)]
        if block.level is not None:
            return block.level
        return "io" if block.io else "pte"


def leaves_text(shown: AddressMap, block: Block) -> str:
    """How many leaves of which size, 22 × 2 MiB, and pages beside them; nothing for small pages."""
    if block.level in (None, "pte") or not block.leaves:
        return ""
    small = block.mapped - (block.leaves * block.leaf_size >> shown.page_shift)
    rest = f" + {tr('{0} pages').format(count(small))}" if small > 0 else ""
    return f"{block.leaves} × {size(block.leaf_size)}{rest}"


def name_of(block: Block) -> str:
    """What the program calls an area, or what the kernel made it for."""
    uses = {"percpu": tr("per-CPU"), "sparse": tr("sparse")}
    kinds = {"vmap-block": tr("vmap block"), "image": tr("kernel image")}
    return block.name or uses.get(block.use, "") or kinds.get(block.kind, "")


def share_text(block: Block) -> str:
    """How much of an area that is mapped piece by piece is mapped; "" for others."""
    pages = block.body_end - block.first
    return {
        "percpu": tr("per-CPU memory: {0} of {1} pages mapped"),
        "sparse": tr("sparse area: {0} of {1} pages mapped"),
    }.get(block.use, "").format(count(block.mapped), count(pages))


def block_tip(shown: AddressMap, block: Block) -> str:
    """An area in words, with its full addresses."""
    start, end = shown.address(block.first), shown.address(block.body_end)
    state = {
        "mapped": tr("mapped"),
        "pending": tr("reserved, not mapped yet"),
        "lazy": tr("lazily freed: not reusable before a TLB flush"),
        "vmap-block": tr("{0} of {1} pages used, {2} given back and not flushed").format(
            block.used, block.total, block.dirty
        ),
        "image": tr("a part of the kernel; its pages are not shown"),
    }[block.kind]
    pages = tr("{0} pages").format(count(block.body_end - block.first))
    body = size(shown.bytes(block.body_end - block.first))
    parts = [
        f"{name_of(block) or tr('area')} · {address(start)} – {address(end)}",
        " · ".join(p for p in (body, pages, leaves_text(shown, block)) if p),
        " · ".join(p for p in (block.caller, share_text(block) or state) if p),
    ]
    if block.phys is not None:
        parts.append(tr("physical {0}").format(physical(block.phys)))
    if block.guard:
        parts.append(tr("then {0} of guard, never mapped").format(size(shown.bytes(block.guard))))
    return "\n".join(parts)


def place_of(shown: AddressMap, block: Block) -> Place:
    """What a block stands for."""
    body = shown.bytes(block.body_end - block.first)
    phys = None if block.phys is None else (block.phys, block.phys + body)
    return Place(va=(shown.address(block.first), shown.address(block.end)), area=block.id, phys=phys)


def draw_body(sheet: Sheet, block: Block, body: QRectF, scale: Scale, look: Look) -> None:
    """Draw a block that is not just a colour."""
    _draw_body(sheet, block, body, look)
    _draw_mapped(sheet, block, body, scale, look)


def _draw_body(sheet: Sheet, block: Block, body: QRectF, look: Look) -> None:
    theme, token = sheet.theme, look.token(block)
    if block.kind == "lazy":
        sheet.box(body, sheet.hatch("lazy"), theme.color("lazy"), 1)
    elif block.use:
        _draw_pieces(sheet, block, body, token)
    elif block.kind == "pending":
        ink = "io" if block.io else token
        sheet.box(body, theme.ink(ink, 0.18), theme.ink(ink), 2, 0, DASH)
    elif block.kind == "vmap-block":
        sheet.box(body, theme.color("bg1"), theme.fill(token), 1.6)
        for pages, fill in ((block.used + block.dirty, theme.color("lazy")), (block.used, theme.fill(token))):
            wide = max(body.width() * pages / max(block.total, 1), 4) if pages else 0
            sheet.cells([QRectF(body.x(), body.y(), wide, body.height())], fill)
    elif block.kind == "image":
        sheet.box(body, theme.color("reserved", 0.3), theme.color("reserved"), 1)
    elif theme.dark or body.width() < 5:
        sheet.cells([body], theme.fill(token))
    else:
        sheet.cells([body], theme.ink(token))
        sheet.cells([body.adjusted(1, 1, -1, -1)], theme.fill(token))


def _draw_pieces(sheet: Sheet, block: Block, body: QRectF, token: str) -> None:
    """What is mapped piece by piece: an outline, filled from below as far as pages are mapped."""
    pages = max(block.body_end - block.first, 1)
    sheet.box(body, sheet.theme.color("bg1"), sheet.theme.fill(token), 1.6)
    tall = max(body.height() * block.mapped / pages, 2) if block.mapped else 0
    sheet.cells([QRectF(body.x(), body.bottom() - tall, body.width(), tall)], sheet.theme.fill(token))


def _draw_mapped(sheet: Sheet, block: Block, body: QRectF, scale: Scale, look: Look) -> None:
    """While an area is being filled, the part without leaves is not solid."""
    partly = 0 < block.mapped < block.body_end - block.first
    if block.use or block.kind not in ("mapped", "pending") or not partly:
        return
    theme, token = sheet.theme, look.token(block)
    cut = min(max(scale.x(block.first + block.mapped), body.left()), body.right())
    if block.kind == "pending":
        sheet.cells([QRectF(body.x(), body.y(), cut - body.x(), body.height())], theme.fill(token))
        return
    rest = QRectF(cut, body.y(), body.right() - cut, body.height())
    sheet.cells([rest], theme.color("bg1"))
    sheet.box(rest, theme.ink(token, 0.18), theme.ink(token), 1.4, 0, DASH)


def draw_label(
    sheet: Sheet, shown: AddressMap, block: Block, body: QRectF, scale: Scale, look: Look
) -> None:
    """Write on a block that is wide enough as much as there is room for."""
    solid = block.kind == "mapped" and block.mapped >= block.body_end - block.first and not block.use
    ink = sheet.theme.color("on_fill" if solid or (block.kind == "mapped" and block.mapped == 0) else "text1")
    text = size(shown.bytes(block.body_end - block.first))
    if look.lens or look.small:
        tail = look.lens and body.left() > scale.x(block.first) + 1
        _draw_one_line(sheet, shown, block, body, ink, text, tail)
        return
    edge = 1 if block.kind == "vmap-block" else 3
    inner = body.adjusted(edge, 0, -edge, 0)
    lines: list[tuple[Type, tuple[str, ...]]] = [(Type(12, True, True), (name_of(block), _short(block.name)))]
    if block.kind == "vmap-block":
        lines.append((Type(10), (f"{block.used}/{block.total}",)))
    elif body.width() >= 90:
        leaves = leaves_text(shown, block)
        lines.append((Type(11), (f"{text} · {leaves}" if leaves else text, text)))
        lines.append((Type(11, mono=True), (block.caller,)))
    else:
        lines.append((Type(11), (text, text.replace(" ", ""))))
        if block.io and block.kind == "mapped":
            lines.append((Type(11), ("I/O",)))
    if block.use:
        lines[1:] = [(Type(10), (f"{count(block.mapped)}/{count(block.body_end - block.first)}",))]
    elif block.kind == "pending":
        lines[2:] = [(Type(11), (tr("not yet"),))]
    room = int(body.height() // 15)
    lines = [(kind, texts) for kind, texts in lines if kind.fit(inner.width(), *texts)][: max(room, 1)]
    y = body.center().y() - 7.5 * len(lines)
    partly = 0 < block.mapped < block.body_end - block.first
    if lines and (partly or block.kind == "lazy" or block.use):
        _draw_plate(sheet, body, [kind.width(kind.fit(inner.width(), *texts)) for kind, texts in lines])
    for kind, texts in lines:
        sheet.fit(QRectF(inner.x(), y, inner.width(), 15), ink, kind, *texts, align=CENTRE)
        y += 15


def _draw_plate(sheet: Sheet, body: QRectF, widths: list[float]) -> None:
    """A ground for text that would lie half on a filled and half on an empty part."""
    width, height = max(widths) + 10, 15.0 * len(widths) + 2
    plate = QRectF(body.center().x() - width / 2, body.center().y() - height / 2, width, height)
    sheet.box(plate.intersected(body), sheet.theme.color("bg1"), None, 0, 3)


def _short(name: str) -> str:
    return name if len(name) <= 3 else ""


def _draw_one_line(
    sheet: Sheet, shown: AddressMap, block: Block, body: QRectF, ink: QColor, text: str, tail: bool
) -> None:
    inner = body.adjusted(6, 0, -6, 0)
    pages = tr("{0} pages").format(count(block.body_end - block.first))
    name = name_of(block)
    if block.kind == "lazy":
        name = name or tr("an area")
        texts = (
            tr("{0} · lazily freed, TLB flush pending · {1}").format(name, pages),
            tr("{0} · lazily freed").format(name),
            name,
        )
        kind = Type(11, True)
        chosen = kind.fit(inner.width(), *texts)
        width = kind.width(chosen) + 10
        plate = QRectF(inner.center().x() - width / 2, inner.center().y() - 9, width, 18)
        sheet.box(plate, sheet.theme.color("bg1"), None, 0, 4)
        sheet.text(inner, chosen, sheet.theme.color("text1"), kind, CENTRE)
        return
    if tail and name:
        sheet.fit(inner, ink, Type(11, True), tr("{0} (tail)").format(name), name, align=CENTRE)
        return
    io = tr("{0} I/O").format(text) if block.io else text
    long = " · ".join(p for p in (name, block.caller, io) if p)
    if leaves_text(shown, block):
        long = " · ".join(p for p in (name, io, leaves_text(shown, block)) if p)
    sheet.fit(inner, ink, Type(11, True), long, f"{name} · {text}", name, align=CENTRE)


def draw_density(sheet: Sheet, density: Density, rect: QRectF, first: int, end: int) -> None:
    """Draw thousands of blocks as one row of pixels, stretched to the height."""
    width = max(int(rect.width()), 1)
    kinds, share = density.row(first, end, width)
    strength = np.where(share > 0, np.maximum(np.sqrt(share), 0.25), 0.0)
    ground, towards = _mixtures(sheet.theme)
    pixels = (ground + towards[kinds] * strength[:, None]).astype(np.uint8)
    image = QImage(pixels.data, width, 1, width * 4, QImage.Format.Format_RGB32)
    sheet.painter.drawImage(rect, image)


@lru_cache(maxsize=8)
def _mixtures(theme: Theme) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The colour of free space and what takes it to that of each kind, byte by byte as a picture has them."""
    ground = np.array(_bytes(theme.color("free")), np.float64)
    return ground, np.array([_bytes(colour) for colour in _kind_colours(theme)], np.float64) - ground


def _bytes(color: QColor) -> tuple[int, int, int, int]:
    found = color.blue(), color.green(), color.red(), 255
    return found if sys.byteorder == "little" else found[::-1]


def _kind_colours(theme: Theme) -> list[QColor]:
    colours = [theme.color("free")] * (FIRST_LEVEL + len(LEVELS))
    colours[LAZY] = theme.color("lazy")
    for i, level in enumerate(LEVELS):
        colours[FIRST_LEVEL + i] = theme.fill(level)
    return colours


def free_ground(sheet: Sheet, rect: QRectF) -> None:
    """The ground of a tier: free address space."""
    ground, line = sheet.theme.color("free"), sheet.theme.color("border")
    if sheet.enlarged:
        sheet.box(rect, ground, line, 1)
        return
    sheet.painter.fillRect(rect, line)
    sheet.painter.fillRect(rect.adjusted(1, 1, -1, -1), ground)
