"""A handout in PDF: so many steps a page, each with its picture, number, operation and sentence.

It is always light, and can be copied in grey: what a colour tells, a shape or a word tells as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QMarginsF, QRectF, Qt
from PySide6.QtGui import QPageLayout, QPageSize, QPainter, QPdfWriter
from PySide6.QtWidgets import QWidget

from vmgui.formats.step_list import Listed
from vmgui.projection.numbers import count
from vmgui.ui import theme as themes
from vmgui.ui.export_pictures import render, whole
from vmgui.ui.theme import LIGHT
from vmgui.ui.words import tr

#: Steps a page, and how they are arranged: columns, rows, whether the page lies on its side.
GRIDS = {1: (1, 1, True), 2: (1, 2, False), 4: (2, 2, True), 6: (2, 3, False)}
PAPERS = {"A4": QPageSize.PageSizeId.A4, "Letter": QPageSize.PageSizeId.Letter}
#: Pixels of the design on a page are 1/96 inch.
DPI, RESOLUTION, MARGIN = 96, 1200, 12
HEAD, FOOT, GAP, TITLE, LINE = 34.0, 22.0, 18.0, 18.0, 15.0
MIDDLE = Qt.AlignmentFlag.AlignLeft.value | Qt.AlignmentFlag.AlignVCenter.value
WRAP = Qt.TextFlag.TextWordWrap.value | Qt.AlignmentFlag.AlignTop.value


@dataclass(frozen=True)
class Sheets:
    """How a handout is laid out."""

    title: str
    paper: str = "A4"
    each: int = 2

    def pages(self, steps: int) -> int:
        """How many pages so many steps take."""
        return -(-steps // self.each)


def begin(place: Path, sheets: Sheets) -> QPdfWriter:
    """An empty PDF on this paper."""
    writer = QPdfWriter(str(place))
    writer.setTitle(sheets.title)
    writer.setCreator("vmgui")
    writer.setResolution(RESOLUTION)
    side = QPageLayout.Orientation.Landscape if GRIDS[sheets.each][2] else QPageLayout.Orientation.Portrait
    size, margins = QPageSize(PAPERS[sheets.paper]), QMarginsF(MARGIN, MARGIN, MARGIN, MARGIN)
    writer.setPageLayout(QPageLayout(size, side, margins, QPageLayout.Unit.Millimeter))
    return writer


def save(path: Path, sheets: Sheets, steps: int, shown: Iterator[tuple[Listed, QWidget]]) -> None:
    """Write a handout of `steps` steps; each is painted when it is asked for. OSError when it cannot be."""
    with whole(path) as place:
        writer, painter = begin(place, sheets), QPainter()
        if not painter.begin(writer):
            raise OSError(tr("{0} could not be written").format(path))
        try:
            for number, (step, widget) in enumerate(shown):
                page, cell = divmod(number, sheets.each)
                if cell == 0 and page:
                    writer.newPage()
                painter.save()
                painter.scale(RESOLUTION / DPI, RESOLUTION / DPI)
                area = QRectF(0, 0, writer.width() * DPI / RESOLUTION, writer.height() * DPI / RESOLUTION)
                if cell == 0:
                    paint_page(painter, area, sheets, page + 1, sheets.pages(steps))
                paint_step(painter, cell_of(area, sheets, cell), step, widget)
                painter.restore()
        finally:
            painter.end()


def cell_of(area: QRectF, sheets: Sheets, cell: int) -> QRectF:
    """The part of a page for one of its steps."""
    columns, rows, _side = GRIDS[sheets.each]
    width = (area.width() - GAP * (columns - 1)) / columns
    height = (area.height() - HEAD - FOOT - GAP * (rows - 1)) / rows
    x, y = cell % columns * (width + GAP), HEAD + cell // columns * (height + GAP)
    return QRectF(area.x() + x, area.y() + y, width, height)


def paint_page(painter: QPainter, area: QRectF, sheets: Sheets, page: int, pages: int) -> None:
    """Title and page number."""
    painter.setFont(themes.font(themes.BODY, bold=True))
    painter.setPen(LIGHT.color("text1"))
    head = QRectF(area.x(), area.y(), area.width(), HEAD - 10)
    painter.drawText(head, MIDDLE, sheets.title)
    painter.setPen(LIGHT.color("border"))
    painter.drawLine(head.bottomLeft(), head.bottomRight())
    painter.setFont(themes.font(themes.SECONDARY))
    painter.setPen(LIGHT.color("text2"))
    foot = QRectF(area.x(), area.bottom() - FOOT, area.width(), FOOT)
    where = tr("page {0} of {1}").format(page, pages)
    painter.drawText(foot, Qt.AlignmentFlag.AlignRight.value | Qt.AlignmentFlag.AlignBottom.value, where)
    painter.drawText(foot, Qt.AlignmentFlag.AlignLeft.value | Qt.AlignmentFlag.AlignBottom.value, "vmgui")


def paint_step(painter: QPainter, cell: QRectF, step: Listed, widget: QWidget) -> None:
    """The picture of a step as large as there is room for, between its heading and its sentence."""
    number = tr("step {0}").format(count(step.step))
    painter.setFont(themes.font(themes.UI, bold=True))
    painter.setPen(LIGHT.color("text1"))
    painter.drawText(QRectF(cell.x(), cell.y(), cell.width(), TITLE), WRAP, f"{number} · {step.operation}")
    room = cell.height() - TITLE - 3 * LINE - 6
    factor = min(cell.width() / widget.width(), room / widget.height())
    painter.save()
    painter.translate(cell.x(), cell.y() + TITLE)
    painter.scale(factor, factor)
    painter.setClipRect(widget.rect())
    render(widget, painter)
    painter.restore()
    bottom = cell.y() + TITLE + widget.height() * factor
    painter.setPen(LIGHT.color("border"))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(QRectF(cell.x(), cell.y() + TITLE, widget.width() * factor, widget.height() * factor))
    painter.setFont(themes.font(themes.UI))
    painter.setPen(LIGHT.color("text1"))
    painter.drawText(QRectF(cell.x(), bottom + 6, cell.width(), 3 * LINE), WRAP, step.text)
