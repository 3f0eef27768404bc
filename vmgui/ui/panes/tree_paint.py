"""How rows of the page-table tree are drawn: what is the same for all of them is found once a painting."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTreeView

from vmgui.projection.levels import LEVELS
from vmgui.projection.numbers import tail
from vmgui.projection.tree_rows import Row
from vmgui.ui import theme as themes
from vmgui.ui.models.page_tables import COLUMNS
from vmgui.ui.paint import LEFT, Sheet, Type
from vmgui.ui.panes.compare_marks import GROUNDS, draw_edge, glyph
from vmgui.ui.panes.line_pictures import LinePictures
from vmgui.ui.theme import DARK, Theme, px
from vmgui.ui.words import tr

ROW = 19
#: How many bytes of pictures of rows, and of parts of them, are kept.
MOST = 4 << 20
#: A column so wide shows the sizes of leaves whole.
WIDE = 100
#: The signs that are not plain letters and stand in numbers and names.
SIGNS = "…×−—"
NO_PEN = QPen(Qt.PenStyle.NoPen)
#: So far the words of a guard page reach beyond the column of addresses.
BEYOND = 60
#: By kind of row: those in bold, and those whose entry leads nowhere.
BOLD, FAINT = ("table", "leaf", "refused"), ("guard", "folded", "freed")


def region_words() -> dict[str, str]:
    """What the kernel uses a part of its addresses for."""
    return {
        "vmalloc": tr("vmalloc"), "direct map": tr("direct map"), "modules": tr("modules"),
        "KASAN shadow": tr("KASAN"),
    }  # fmt: skip


class Letters:
    """A type of text as it is written in a row: from a point on its base line, which needs no rectangle."""

    def __init__(self, kind: Type, height: float) -> None:
        self.font, self._kind, self._height = themes.font(*kind), kind, height
        self._base = kind.base(height)
        #: Whether the signs of the house are in the font itself: those of another one may shift the line.
        self._whole = themes.metrics(*kind).size(0, SIGNS).height() == kind.height
        pitches = {kind.width(letter) for letter in f"0W.{SIGNS}"}
        self.pitch = pitches.pop() if len(pitches) == 1 and self._whole else 0.0

    def wide(self, text: str) -> float:
        """How wide a text of plain letters and signs of the house is."""
        return self.pitch * len(text) if self.pitch else self._kind.width(text)

    def any_wide(self, text: str) -> float:
        """How wide any text is."""
        return self._kind.width(text)

    def fitting(self, room: float, *texts: str) -> str:
        """The first text that fits, else nothing."""
        for text in texts:
            if self._kind.width(text) <= room:
                return text
        return ""

    def write(self, painter: QPainter, x: float, y: float, text: str, color: QColor) -> None:
        """Write a text of plain letters and signs of the house in a row that begins at `y`."""
        if not self._whole:
            self.write_any(painter, x, y, text, color)
            return
        painter.setFont(self.font)
        painter.setPen(color)
        painter.drawText(QPointF(x, y + self._base), text)

    def write_any(self, painter: QPainter, x: float, y: float, text: str, color: QColor) -> None:
        """Write any text."""
        painter.setFont(self.font)
        painter.setPen(color)
        if text.isascii():
            painter.drawText(QPointF(x, y + self._base), text)
        else:
            painter.drawText(QRectF(x, y, self._kind.width(text) + 1, self._height), LEFT, text)


class Look:
    """What a theme and a size of texts make of all rows."""

    def __init__(self, theme: Theme) -> None:
        self.theme = theme
        self.height = height = px(ROW) / themes.factor()
        self.name, self.bold = Letters(Type(11, mono=True), height), Letters(Type(11, True, True), height)
        self.cell, self.small = Letters(Type(10.5, mono=True), height), Letters(Type(10.5), height)
        self.badge = Letters(Type(11, True), height)
        self.dash = self.cell.any_wide("—")
        self.text2, self.text3 = theme.color("text2"), theme.color("text3")
        self.error, self.on_fill = theme.color("error"), theme.color("on_fill")
        self.inks = {level: theme.color(level) for level in LEVELS}


class TreeDelegate(QStyledItemDelegate):
    """Knows how high a row is and how rows look; the view draws whole rows, with no style option to fill."""

    def __init__(self, view: QTreeView):
        super().__init__(view)
        self.look = Look(DARK)
        self.pictures = LinePictures(ROW, MOST)
        self.prefix = 0  # the upper half of most addresses

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self.look = Look(theme)

    def sizeHint(self, option, index) -> QSize:
        return QSize(px(40), px(ROW))


class Painting:
    """What is the same for all rows while a view is painted: columns and words, the arrow, what is chosen."""

    def __init__(self, view: QTreeView, rows: TreeDelegate, painter: QPainter) -> None:
        self._view, self._indent = view, view.indentation()
        self._look, self._prefix, self._factor = rows.look, rows.prefix, themes.factor()
        self._columns = tuple(
            (view.columnViewportPosition(c) / self._factor + 2, view.columnWidth(c) / self._factor - 4)
            for c in range(COLUMNS)
        )
        chosen = view.selectionModel()
        self.chosen = chosen if chosen.hasSelection() else None
        self.lefts: dict[int, int] = {}  # where names begin, by the number of their table
        self._guard, self._guard_of = tr("guard page"), tr("guard page of {0}")
        self._state = view.isEnabled(), view.hasFocus()
        #: What all rows look alike by, for as long as they are kept as pictures.
        below = view.viewport()
        self._paper = below.palette().color(below.backgroundRole())
        self._alike = self._columns, self._state, self._prefix, self._guard_of, self._paper.rgb()
        self._pictures = self._kept(rows, painter)

    def _kept(self, rows: TreeDelegate, painter: QPainter) -> LinePictures | None:
        """The pictures of rows, where such a one is the same as the row."""
        if self._factor != 1 or Sheet(painter, self._look.theme).vector:
            return None
        rows.pictures.look(self._look.theme, painter.deviceTransform().m11(), 0)
        return rows.pictures if rows.pictures.sharp else None

    def _draw_arrow(self, painter: QPainter, left: int, row: QRect, opened: bool) -> None:
        """Draw whether a row is open. Qt would ask for all rows above it first, for lines we do not have."""
        option, state, (enabled, focused) = QStyleOptionViewItem(), QStyle.StateFlag, self._state
        self._view.initViewItemOption(option)
        option.rect = QRect(left - self._indent, row.top(), self._indent, row.height())
        option.state = state.State_Item | state.State_Children
        if enabled:
            option.state |= state.State_Enabled
        if focused:
            option.state |= state.State_Active
        if opened:
            option.state |= state.State_Open
        style = self._view.style()
        style.drawPrimitive(QStyle.PrimitiveElement.PE_IndicatorBranch, option, painter, self._view)

    def draw(
        self, painter: QPainter, area: QRect, left: int, row: Row, ground: str, opened: bool | None
    ) -> None:
        """Draw a row whose name begins at `left`; `opened` is None for one that does not lead anywhere.

        `ground` is the token of its ground, "" for its own.
        """
        ground = ground or self._ground(row)
        pictures = self._pictures
        if pictures is None or row.sign:
            self._draw(painter, area, left, row, ground, opened)
        elif row.level == "pte":
            self._draw_lowest(painter, area, left, row, ground, pictures)
        else:
            key = row, left, ground, opened, self._alike
            picture = pictures.get(key)
            if picture is None:
                whole = QRect(0, 0, area.width(), area.height())

                def draw(sheet: Sheet) -> None:
                    sheet.painter.fillRect(whole, self._paper)
                    self._draw(sheet.painter, whole, left, row, ground, opened)

                picture = pictures.keep(key, area.width(), draw)
            painter.drawPixmap(area.x(), area.y(), picture)

    def _draw(
        self, painter: QPainter, area: QRect, left: int, row: Row, ground: str, opened: bool | None
    ) -> None:
        if ground:
            painter.fillRect(area, self._look.theme.color(ground))
        if self._factor == 1:
            self._write(painter, area.y(), left, row)
        else:
            with themes.enlarged(painter, area):
                self._write(painter, 0, left, row)
        if opened is not None:
            self._draw_arrow(painter, left, area, opened)

    def _draw_lowest(
        self, painter: QPainter, area: QRect, left: int, row: Row, ground: str, pictures: LinePictures
    ) -> None:
        """Draw a row of a lowest table: nearly all of them end alike, which is drawn once."""
        y, kind = area.y(), row.kind
        if ground:
            painter.fillRect(area, self._look.theme.color(ground))
        x, width = self._columns[0]
        start = max(x, left + 2)
        if kind == "guard":
            self._draw_end(painter, y, row, ground, pictures)
        self._name(painter, start, y, x + width - start, row)
        self._va(painter, y, row)
        if kind != "guard":
            self._pfn(painter, y, row)
        if kind == "leaf" and self._columns[3][1] >= WIDE:
            self._draw_end(painter, y, row, ground, pictures)
        elif kind != "guard":  # of which there is no more to say
            self._flags(painter, y, row)

    def _draw_end(self, painter: QPainter, y: int, row: Row, ground: str, pictures: LinePictures) -> None:
        """Draw the frame of a guard page, or the flags of a leaf, as a picture."""
        column = 2 if row.kind == "guard" else 3
        x, room = self._columns[column]
        room += 2  # letters may reach a little beyond their width
        key = row.kind, row.count, row.size, row.flags, row.new, ground, self._alike
        picture = pictures.get(key)
        if picture is None:

            def draw(sheet: Sheet) -> None:
                color = self._look.theme.color(ground) if ground else self._paper
                sheet.painter.fillRect(QRectF(0, 0, room, self._look.height), color)
                sheet.painter.translate(-x, 0)
                (self._pfn if column == 2 else self._flags)(sheet.painter, 0, row)

            picture = pictures.keep(key, room, draw)
        painter.drawPixmap(QPointF(x, y), picture)

    @staticmethod
    def _ground(row: Row) -> str:
        if row.kind == "refused":
            return "tint_error"
        return GROUNDS.get(row.sign, "tint_now" if row.touched else "")

    def _write(self, painter: QPainter, y: float, left: int, row: Row) -> None:
        x, width = self._columns[0]
        start = max(x, left / self._factor + 2)
        if row.sign:
            draw_edge(Sheet(painter, self._look.theme), QRectF(0, y, width, self._look.height), row.sign)
        self._name(painter, start, y, x + width - start, row)
        self._va(painter, y, row)
        self._pfn(painter, y, row)
        self._flags(painter, y, row)

    def _name(self, painter: QPainter, x: float, y: float, room: float, row: Row) -> None:
        look, kind, name = self._look, row.kind, row.name
        letters = look.bold if kind in BOLD else look.name
        ink = look.text3 if kind in FAINT else look.inks[row.level]
        if kind == "refused" or row.sign:
            ink, mark = (look.error, "✗ ") if kind == "refused" else (ink, "")
            name = f"{glyph(row.sign)} {mark}{name}" if row.sign else f"{mark}{name}"
            width = letters.any_wide(name)
        else:
            width = letters.wide(name)
        if kind in ("gone", "freed"):
            middle, left = y + look.height / 2, x + (12 if row.sign else 0)
            Sheet(painter, look.theme).line(left, middle, x + min(width, room), middle, ink)
        if width > room:
            name = letters.fitting(room, name.replace("…", "-"), name.split("…")[0] + "…]")
        if kind == "refused" or row.sign:
            letters.write_any(painter, x, y, name, ink)
        else:
            letters.write(painter, x, y, name, ink)

    def _va(self, painter: QPainter, y: float, row: Row) -> None:
        look, (x, room), kind = self._look, self._columns[1], row.kind
        if kind == "guard":
            text = self._guard_of.format(row.owner or tr("an area"))
            text = look.small.fitting(room + BEYOND, text, self._guard)
            look.small.write_any(painter, x, y, text, look.text3)
        elif kind == "folded":
            look.small.write_any(painter, x, y, tr("folded: same entry"), look.text3)
        else:
            text = tail(row.va) if row.va >> 32 == self._prefix else f"{row.va >> 32:08x}…"
            if look.cell.wide(text) > room:
                text = look.cell.fitting(room, tail(row.va, 4))
            look.cell.write(painter, x, y, text, look.text3)

    def _pfn(self, painter: QPainter, y: float, row: Row) -> None:
        look, (x, room), kind = self._look, self._columns[2], row.kind
        if kind == "refused":
            look.badge.write_any(painter, x, y, look.badge.fitting(room, tr("refused"), "✗"), look.error)
        elif kind == "guard":
            look.cell.write(painter, x + room - look.dash, y, "—", look.text3)
        elif row.pfn is not None and kind != "folded":
            text = f"{row.pfn:x}"
            if kind == "empty" or (kind == "leaf" and row.count > 1):
                text = look.cell.fitting(room, text + "…", text)
            elif look.cell.wide(text) > room:
                return
            look.cell.write(painter, x, y, text, look.text2)

    def _flags(self, painter: QPainter, y: float, row: Row) -> None:
        look, (x, room) = self._look, self._columns[3]
        said = tr("NEW") if row.new else tr("freed") if row.kind == "freed" else ""
        badge = said or row.badge
        width = look.badge.any_wide(badge) + 10 if badge else 0.0
        if row.flags or row.region:
            self._letters(painter, x, y, room - width - 10, row)
        end = x + room - 6
        if badge and (row.kind == "leaf" or row.new):
            painter.setPen(NO_PEN)
            painter.setBrush(look.theme.color("now_fill") if row.new else look.theme.fill(row.level))
            painter.drawRoundedRect(QRectF(end - width, y + 2, width, look.height - 4), 3, 3)
            write = look.badge.write_any if said else look.badge.write
            write(painter, end - width + 5, y, badge, look.on_fill)
        elif said:
            look.cell.write_any(painter, end - look.cell.any_wide(said), y, said, look.text2)
        elif badge:
            look.cell.write(painter, end - look.cell.wide(badge), y, badge, look.text2)

    def _letters(self, painter: QPainter, x: float, y: float, room: float, row: Row) -> None:
        words, small = row.flags, self._look.small
        if row.region and small.wide(region_words()[row.region]) <= room:
            words = region_words()[row.region]
        while words and small.wide(words) > room:
            words = words.rpartition(" ")[0]  # the last ones give way first
        if words:
            small.write_any(painter, x, y, words, self._look.text2)
