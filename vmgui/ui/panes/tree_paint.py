"""How rows of the page-table tree are drawn: what is the same for all of them is found once a painting."""

from __future__ import annotations

from functools import partial

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
#: The signs that are not plain letters and stand in numbers and names.
SIGNS = "…×−—"
NO_PEN = QPen(Qt.PenStyle.NoPen)
#: So far the words of a guard page reach beyond the column of addresses.
BEYOND = 60
#: By kind of row: those in bold, and those whose entry leads nowhere.
BOLD, FAINT = ("table", "leaf", "refused"), ("guard", "folded", "freed")
#: Those of which lowest tables are full.
ALIKE = ("leaf", "guard")
#: A text, and where it begins in a row that begins there.
Placed = tuple[float, float, str]
#: A row in sight: where it and its name begin, the token of its ground, "" for its own, and whether it is
#: open; None for one that does not lead anywhere.
Seen = tuple[int, int, Row, str, bool | None]


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

    def write_all(self, painter: QPainter, texts: list[Placed], color: QColor) -> None:
        """Write texts of plain letters and signs of the house."""
        if not self._whole:
            for x, y, text in texts:
                self.write_any(painter, x, y, text, color)
        elif texts:
            painter.setFont(self.font)
            painter.setPen(color)
            base, draw = self._base, painter.drawText
            for x, y, text in texts:
                draw(QPointF(x, y + base), text)

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
        self.theme, self.size = theme, QSize(px(40), px(ROW))
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
        return self.look.size


class Painting:
    """What is the same for all rows while a view is painted: columns and words, the arrow, what is chosen."""

    def __init__(self, view: QTreeView, rows: TreeDelegate, painter: QPainter) -> None:
        self._view, self._indent = view, view.indentation()
        self._look, self._prefix, self._factor = rows.look, rows.prefix, themes.factor()
        self._columns = tuple(
            (view.columnViewportPosition(c) / self._factor + 2, view.columnWidth(c) / self._factor - 4)
            for c in range(COLUMNS)
        )
        self._width = view.viewport().width()
        self._guard, self._guard_of = tr("guard page"), tr("guard page of {0}")
        self._state = view.isEnabled(), view.hasFocus()
        below = view.viewport()
        self.paper = below.palette().color(below.backgroundRole())
        #: What all rows look alike by, for as long as they are kept as pictures.
        self._alike = self._columns, self._state, self._prefix, self._guard_of, self.paper.rgb()
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

    def draw(self, painter: QPainter, rows: list[Seen]) -> None:
        """Draw rows: nearly all of lowest tables together, others as pictures where these are the same."""
        lowest, pictures, high = [], self._pictures, self._look.size.height()
        for seen in rows:
            y, left, row, ground, opened = seen
            if pictures is None or row.sign:
                self._draw(painter, QRect(0, y, self._width, high), left, row, ground, opened)
            elif row.level == "pte" and row.kind in ALIKE:
                lowest.append(seen)
            else:
                key = row, left, ground, opened, self._alike
                alone = pictures.get(key) or pictures.keep(key, self._width, partial(self._draw_alone, seen))
                painter.drawPixmap(0, y, alone)
        if pictures is not None:
            self._draw_lowest(painter, lowest, pictures)

    def _draw_alone(self, seen: Seen, sheet: Sheet) -> None:
        whole = QRect(0, 0, self._width, self._look.size.height())
        sheet.painter.fillRect(whole, self.paper)
        self._draw(sheet.painter, whole, *seen[1:])

    def _draw(
        self, painter: QPainter, area: QRect, left: int, row: Row, ground: str, opened: bool | None
    ) -> None:
        ground = ground or self._ground(row)
        if ground:
            painter.fillRect(area, self._look.theme.color(ground))
        if self._factor == 1:
            self._write(painter, area.y(), left, row)
        else:
            with themes.enlarged(painter, area):
                self._write(painter, 0, left, row)
        if opened is not None:
            self._draw_arrow(painter, left, area, opened)

    def _draw_lowest(self, painter: QPainter, rows: list[Seen], pictures: LinePictures) -> None:
        """Draw leaves and guard pages: most end alike, which is drawn once; texts of one look at a time."""
        look, theme, high = self._look, self._look.theme, self._look.size.height()
        (x, width), (second, _room), (third, _room), _flags = self._columns
        names: dict[str, list[Placed]] = {kind: [] for kind in ALIKE}
        addresses: list[Placed] = []
        frames: list[Placed] = []
        for y, left, row, ground, _opened in rows:
            ground, kind = ground or self._ground(row), row.kind
            if ground:
                painter.fillRect(0, y, self._width, high, theme.color(ground))
            self._draw_end(painter, y, row, ground, pictures)
            start = max(x, left + 2)
            letters = look.bold if kind == "leaf" else look.name
            names[kind].append((start, y, self._name_in(letters, x + width - start, row.name)))
            if kind == "leaf":
                addresses.append((second, y, self._address(row)))
                frames.append((third, y, self._frame(row)))
            else:
                self._va(painter, y, row)
        look.bold.write_all(painter, names["leaf"], look.inks["pte"])
        look.name.write_all(painter, names["guard"], look.text3)
        look.cell.write_all(painter, addresses, look.text3)
        look.cell.write_all(painter, frames, look.text2)

    def _draw_end(self, painter: QPainter, y: int, row: Row, ground: str, pictures: LinePictures) -> None:
        """Draw the frame of a guard page, or the flags of a leaf, as a picture."""
        column, write = (2, self._pfn) if row.kind == "guard" else (3, self._flags)
        x, room = self._columns[column]
        key = row.kind, row.count, row.size, row.flags, row.new, ground, self._alike
        picture = pictures.get(key)
        if picture is None:
            if column == 3 and self._badge_room(row) > room:
                write(painter, y, row)  # it reaches into the column before
                return
            room += 2  # letters may reach a little beyond their width

            def draw(sheet: Sheet) -> None:
                color = self._look.theme.color(ground) if ground else self.paper
                sheet.painter.fillRect(QRectF(0, 0, room, self._look.height), color)
                sheet.painter.translate(-x, 0)
                write(sheet.painter, 0, row)

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
            name = self._shorter(letters, room, name)
        if kind == "refused" or row.sign:
            letters.write_any(painter, x, y, name, ink)
        else:
            letters.write(painter, x, y, name, ink)

    def _name_in(self, letters: Letters, room: float, name: str) -> str:
        return name if letters.wide(name) <= room else self._shorter(letters, room, name)

    @staticmethod
    def _shorter(letters: Letters, room: float, name: str) -> str:
        """A name of plain letters, or what of it has room."""
        return letters.fitting(room, name.replace("…", "-"), name.split("…")[0] + "…]")

    def _va(self, painter: QPainter, y: float, row: Row) -> None:
        look, (x, room), kind = self._look, self._columns[1], row.kind
        if kind == "guard":
            text = self._guard_of.format(row.owner or tr("an area"))
            text = look.small.fitting(room + BEYOND, text, self._guard)
            look.small.write_any(painter, x, y, text, look.text3)
        elif kind == "folded":
            look.small.write_any(painter, x, y, tr("folded: same entry"), look.text3)
        else:
            look.cell.write(painter, x, y, self._address(row), look.text3)

    def _address(self, row: Row) -> str:
        cell, room = self._look.cell, self._columns[1][1]
        text = tail(row.va) if row.va >> 32 == self._prefix else f"{row.va >> 32:08x}…"
        return text if cell.wide(text) <= room else cell.fitting(room, tail(row.va, 4))

    def _pfn(self, painter: QPainter, y: float, row: Row) -> None:
        look, (x, room), kind = self._look, self._columns[2], row.kind
        if kind == "refused":
            look.badge.write_any(painter, x, y, look.badge.fitting(room, tr("refused"), "✗"), look.error)
        elif kind == "guard":
            look.cell.write(painter, x + room - look.dash, y, "—", look.text3)
        elif row.pfn is not None and kind != "folded":
            look.cell.write(painter, x, y, self._frame(row), look.text2)

    def _frame(self, row: Row) -> str:
        cell, room, text = self._look.cell, self._columns[2][1], f"{row.pfn:x}"
        if row.kind == "empty" or (row.kind == "leaf" and row.count > 1):
            return cell.fitting(room, text + "…", text)
        return text if cell.wide(text) <= room else ""

    def _flags(self, painter: QPainter, y: float, row: Row) -> None:
        look, (x, room) = self._look, self._columns[3]
        said = self._said(row)
        badge, width = said or row.badge, self._badge_room(row)
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

    @staticmethod
    def _said(row: Row) -> str:
        return tr("NEW") if row.new else tr("freed") if row.kind == "freed" else ""

    def _badge_room(self, row: Row) -> float:
        badge = self._said(row) or row.badge
        return self._look.badge.any_wide(badge) + 10 if badge else 0.0

    def _letters(self, painter: QPainter, x: float, y: float, room: float, row: Row) -> None:
        words, small = row.flags, self._look.small
        if row.region and small.wide(region_words()[row.region]) <= room:
            words = region_words()[row.region]
        while words and small.wide(words) > room:
            words = words.rpartition(" ")[0]  # the last ones give way first
        if words:
            small.write_any(painter, x, y, words, self._look.text2)
