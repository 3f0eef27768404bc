"""Vmap blocks as rows: what each CPU takes from, and a strip of every block's pages."""

from __future__ import annotations

from itertools import groupby

from PySide6.QtCore import QRectF

from vmgui.projection.allocator import AllocatorReader
from vmgui.projection.allocator_blocks import Block, PageState
from vmgui.projection.numbers import count, size, tail
from vmgui.ui.paint import Sheet
from vmgui.ui.panes.allocator_rows import SMALL, Many, Row
from vmgui.ui.panes.allocator_words import bounds, note, pages_of
from vmgui.ui.selection import Place
from vmgui.ui.words import tr

#: The height of the bracket below a strip that shows what the next flush has to cover.
BRACKET = 4.0


def block_summary(blocks: tuple[Block, ...]) -> tuple[str, ...]:
    """All blocks in a line."""
    used, dirty = sum(b.used for b in blocks), sum(b.dirty for b in blocks)
    free = sum(b.free for b in blocks)
    if not blocks:
        return (tr("vm_map_ram of up to 64 pages makes blocks"), tr("no vmap blocks"))
    many = tr("1 block") if len(blocks) == 1 else tr("{0} blocks").format(count(len(blocks)))
    pages = tr("{0} used, {1} dirty, {2} free pages").format(count(used), count(dirty), count(free))
    return f"{many} · {pages}", many


def block_rows(reader: AllocatorReader, blocks: tuple[Block, ...], opened: set[object]) -> list[Row | Many]:
    """Blocks by the CPU that takes from them."""
    if not blocks:
        return [note(tr("no vmap blocks: vm_map_ram makes them"), tr("no vmap blocks"))]
    rows: list[Row | Many] = [_legend()]
    for cpu, found in groupby(blocks, key=lambda block: block.cpu):
        mine = list(found)
        key = ("queue", cpu)
        queued = sum(block.queue is not None for block in mine)
        brief = tr("{0} in its queue").format(queued), str(queued)
        rows.append(Row(key, (tr("CPU {0}").format(cpu),), brief, look="head", opens=True,
                        opened=key not in opened))  # fmt: skip
        if key not in opened:
            rows += [_row(block) for block in mine]
    return rows


def _row(block: Block) -> Row:
    counts = tr("used {0} · dirty {1} · free {2}").format(block.used, block.dirty, block.free)
    short = f"{block.used} / {block.dirty} / {block.free}"
    place = tr("full, in no queue")
    if block.queue is not None:
        place = tr("place {0} in the queue").format(block.queue + 1)
    dirty = tr("nothing to flush")
    if block.to_flush:
        dirty = tr("dirty range: pages {0} to {1}").format(block.dirty_min, block.dirty_max - 1)
    length = size(block.end - block.start)
    tip = "\n".join((
        f"{bounds(block.start, block.end)} · {length}",
        tr("{0}: {1}").format(pages_of(block.total), counts),
        place, dirty, tr("in the hash of CPU {0}").format(block.bucket),
    ))  # fmt: skip
    return Row(
        ("block", block.start), (f"{tail(block.start)} · {length}", tail(block.start)), (counts, short),
        (f"{place} · {dirty}", dirty, place), depth=1, mono=True,
        place=Place(va=(block.start, block.end), area=block.start), tip=tip,
        draw=lambda sheet, rect: draw_strip(sheet, rect, block),
    )  # fmt: skip


def _legend() -> Row:
    names = state_words()
    return Row("legend", ("",), tip=" · ".join(names.values()), draw=_draw_legend)


def state_words() -> dict[PageState, str]:
    """The states of a page of a block."""
    return {
        "used": tr("used"), "back": tr("dirty, to be flushed"), "spent": tr("dirty, flushed"),
        "free": tr("free"),
    }  # fmt: skip


def _draw_legend(sheet: Sheet, rect: QRectF) -> None:
    """A swatch and a name for every state; the names are short where there is no room."""
    names, x = state_words(), rect.x()
    needed = sum(SMALL.width(name) + 28 for name in names.values())
    for state, name in names.items():
        text = name if needed <= rect.width() else name.split(", ")[-1]
        swatch = QRectF(x, rect.center().y() - 5, 12, 10)
        sheet.box(swatch, fill_of(sheet, state), sheet.theme.color("border"), 1, 2)
        sheet.text(QRectF(x + 16, rect.y(), 200, rect.height()), text, sheet.theme.color("text2"), SMALL)
        x += SMALL.width(text) + 28


def fill_of(sheet: Sheet, state: PageState):
    """The look of pages by state: solid, striped, plain, empty."""
    theme = sheet.theme
    return {
        "used": theme.fill("pte"), "back": sheet.hatch("lazy"), "spent": theme.color("reserved"),
        "free": theme.color("free"),
    }[state]  # fmt: skip


def draw_strip(sheet: Sheet, rect: QRectF, block: Block) -> None:
    """The pages of a block from the first to the last, and a bracket below its dirty range."""
    theme, scale = sheet.theme, rect.width() / block.total
    bar = QRectF(rect.x(), rect.y(), rect.width(), rect.height() - BRACKET)
    for first, end, state in block.runs:
        part = QRectF(bar.x() + first * scale, bar.y(), max((end - first) * scale, 1.5), bar.height())
        sheet.box(part, fill_of(sheet, state))
    sheet.box(bar, None, theme.color("border"), 1, 2)
    if block.to_flush:
        x1, x2 = bar.x() + block.dirty_min * scale, bar.x() + block.dirty_max * scale
        sheet.line(x1, rect.bottom(), max(x2, x1 + 3), rect.bottom(), theme.color("accent"), 2)
