"""The kernel's result beside the engine's: operations with their verdicts, and the fields of one."""

from __future__ import annotations

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRectF, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QSplitter,
    QStyle,
    QStyledItemDelegate,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from vmgui.formats.side_by_side import Field, Operation, SideBySide
from vmgui.projection.history import reaches
from vmgui.ui.paint import CENTRE, LEFT, Sheet, Type
from vmgui.ui.panes.header import PaneHeader
from vmgui.ui.theme import DARK, Theme
from vmgui.ui.words import tr

CELL, MARK = Type(10.5, mono=True), Type(12, True)
ROW = 19
ROLE = Qt.ItemDataRole.UserRole
COLORS = {"=": "success", "≠": "error", "?": "text3"}


class Rows(QAbstractTableModel):
    """Rows of texts with a mark; `ROLE` gives the mark and whether the row is the running one."""

    def __init__(self, heads: tuple[str, ...], parent=None):
        super().__init__(parent)
        self.heads = heads
        self.rows: list[tuple[str, tuple[str, ...], str]] = []
        self.current = -1

    def show(self, rows: list[tuple[str, tuple[str, ...], str]]) -> None:
        """Show other rows: mark, texts, tip."""
        self.beginResetModel()
        self.rows, self.current = rows, -1
        self.endResetModel()

    def set_current(self, row: int) -> None:
        """Mark the running row."""
        old, self.current = self.current, row
        for each in (old, row):
            if 0 <= each < len(self.rows):
                self.dataChanged.emit(self.index(each, 0), self.index(each, len(self.heads) - 1))

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:
        return len(self.heads)

    def data(self, index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        mark, texts, tip = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return texts[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip or texts[index.column()]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            words = {"=": tr("identical"), "≠": tr("differs"), "?": tr("not compared")}
            return f"{texts[index.column()]}, {words[mark]}"
        return (mark, index.row() == self.current) if role == ROLE else None

    def headerData(self, section: int, orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return self.heads[section]
        return None


class RowDelegate(QStyledItemDelegate):
    """Mono text cut at the end; a row that differs has its ground and its mark in the error colour."""

    theme: Theme = DARK

    def paint(self, painter, option, index) -> None:
        mark, current = index.data(ROLE)
        sheet, rect = Sheet(painter, self.theme), QRectF(option.rect)
        if mark == "≠":
            sheet.box(rect, self.theme.color("tint_error"))
        if current or option.state & QStyle.StateFlag.State_Selected:
            sheet.box(rect, self.theme.color("tint_accent"))
        text = index.data()
        if text in COLORS:
            sheet.text(rect, text, self.theme.color(COLORS[text]), MARK, CENTRE)
            return
        room = rect.adjusted(4, 0, -4, 0)
        while text and CELL.width(text) > room.width():
            text = text[: max(0, min(len(text) - 2, int(len(text) * room.width() / CELL.width(text))))] + "…"
            if text == "…":
                break
        sheet.text(room, text, self.theme.color("text1" if mark == "≠" else "text2"), CELL, LEFT)


class RecordingPane(QWidget):
    """`step_wanted` carries the first step of a chosen operation."""

    step_wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName("recording")
        self.both: SideBySide | None = None
        self.theme: Theme = DARK
        self.header = PaneHeader(tr("Recording"))
        self.verdict = QLabel()
        self.verdict.setMargin(8)
        self.verdict.setWordWrap(True)
        self.operations = Rows(("", tr("Operation"), tr("Returned")), self)
        self.fields = Rows(("", tr("Field"), tr("Kernel"), tr("Engine")), self)
        self.delegate = RowDelegate(self)
        self.list = self._table(self.operations, tr("Operations of the recording"), (26, 210))
        self.table = self._table(self.fields, tr("Fields: the kernel's and the engine's"), (26, 84, 116))
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(self.list)
        split.addWidget(self.table)
        split.setSizes([260, 260])
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        for widget in (self.header, self.verdict):
            box.addWidget(widget)
        box.addWidget(split, 1)
        self.list.selectionModel().currentRowChanged.connect(lambda now, _last: self._show_fields(now.row()))
        self.list.activated.connect(self._go)
        self.setFocusProxy(self.list)

    def _table(self, model: Rows, name: str, widths: tuple[int, ...]) -> QTableView:
        table = QTableView()
        table.setModel(model)
        table.setItemDelegate(self.delegate)
        table.setAccessibleName(name)
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.verticalHeader().hide()
        table.verticalHeader().setMinimumSectionSize(10)
        table.verticalHeader().setDefaultSectionSize(ROW)
        head = table.horizontalHeader()
        head.setMinimumSectionSize(20)
        head.setStretchLastSection(True)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for column, width in enumerate(widths):
            table.setColumnWidth(column, width)
        return table

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self.theme = self.delegate.theme = theme
        self._dress()
        for table in (self.list, self.table):
            table.viewport().update()

    def _dress(self) -> None:
        if self.both is None:
            return
        r = self.both.result
        token = "success" if r.is_identical else "error" if r.different else "now"
        self.verdict.setText(f"{'✓' if r.is_identical else '≠' if r.different else '?'} {tr(self.both.verdict)}")
        self.verdict.setStyleSheet(
            f"background: {getattr(self.theme, f'tint_{token}')}; color: {self.theme.text1};"
            f" border-left: 3px solid {getattr(self.theme, token)}; font-weight: bold;"
        )

    # --- content ---------------------------------------------------------------------------------

    def show_recording(self, both: SideBySide) -> None:
        """Show a scenario."""
        self.both = both
        self.header.detail.setText(both.title)
        self._dress()
        self.operations.show(
            [(op.mark, (op.mark, op.line, _returned(op)), _tip(op)) for op in both.operations]
        )
        worst = next((i for i, op in enumerate(both.operations) if op.mark == "≠"), 0)
        self.list.selectRow(worst)

    def close_if_other(self, session: object) -> None:
        """Another program was opened: there is nothing to compare any more."""
        if self.both is not None and self.both.session is not session:
            self.both = None
            self.operations.show([])
            self.fields.show([])
            self.header.detail.setText("")
            self.verdict.setText(tr("No recording is open"))

    def show_step(self, at: int) -> None:
        """Follow the play-head."""
        if self.both is None:
            return
        reached = [i for i, op in enumerate(self.both.operations) if op.done and reaches(op.done, at)]
        self.operations.set_current(reached[-1] if reached else -1)
        if reached:
            self.list.selectRow(reached[-1])

    def _show_fields(self, row: int) -> None:
        if self.both is None or not 0 <= row < len(self.both.operations):
            self.fields.show([])
            return
        fields = sorted(self.both.operations[row].fields, key=lambda field: "≠?=".index(field.mark))
        self.fields.show([(f.mark, (f.mark, f.name, f.kernel, f.engine), _field_tip(f)) for f in fields])

    def _go(self, index) -> None:
        if self.both is not None:
            done = self.both.operations[index.row()].done
            if done is not None:
                self.step_wanted.emit(done.first_row)


def _returned(op: Operation) -> str:
    return next((f.kernel for f in op.fields if f.name == "ret"), "")


def _tip(op: Operation) -> str:
    said = [tr(f.why) for f in op.fields if f.why]
    return "\n".join([op.line, *dict.fromkeys(said)])


def _field_tip(field: Field) -> str:
    lines = [field.name, f"kernel: {field.kernel}", f"engine: {field.engine}", field.why]
    return "\n".join(line[:600] for line in lines if line)
