"""What a real kernel did beside what the engine does: areas and operations in rows, filtered and sorted."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from vmgui.formats.side_by_side import SideBySide
from vmgui.projection.history import reaches
from vmgui.projection.numbers import count
from vmgui.ui.panes.header import Segments
from vmgui.ui.panes.recording_rows import SideRows, area_row, groups, operation_row
from vmgui.ui.panes.recording_table import SideTable
from vmgui.ui.panes.recording_words import verdict_of, verdict_text
from vmgui.ui.theme import DARK, Theme, px
from vmgui.ui.words import tr

AREAS, OPERATIONS = "areas", "operations"
#: Kinds that the filter offers beside all and the differences.
MOST = 3


class RecordingPane(QWidget):
    """The head with the verdict and the filter, and a table for areas and one for operations.

    Signals: `load_wanted`; `chosen` says that another row is; `opened` that it is to be gone to.
    """

    load_wanted = Signal()
    chosen = Signal()
    opened = Signal()

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName("recording")
        self.setProperty("surface", "pane")
        self.both: SideBySide | None = None
        self.theme: Theme = DARK
        self.areas = SideRows(
            (tr("Range"), tr("Bytes"), tr("Caller"), tr("Detail"), "", tr("Range"), tr("Size"), tr("Leaves"),
             tr("Area"), ""), 4, self,
        )  # fmt: skip
        self.operations = SideRows(
            (tr("No."), tr("Operation"), tr("Returned"), "", tr("Returned"), tr("Compared")), 3, self
        )
        kernel, engine = tr("Kernel"), tr("Engine")
        at_end, result = tr("busy areas at the end, by address"), tr("result of the replay")
        lines, again = tr("lines of the script and what they returned"), tr("the same lines, replayed")
        areas, wide = tr("Areas at the end"), (268, 66, 150, 76, 40, 268, 68, 104, 72, 84)
        operations, narrow = tr("Operations"), (44, 400, 150, 40, 150)
        giving = {5: 160, 0: 254, 2: 88, 7: 78, 8: 58, 4: 26, 1: 58, 3: 72, 6: 64}
        self.tables = {
            AREAS: SideTable(self.areas, areas, wide, (kernel, at_end, engine, result), giving),
            OPERATIONS: SideTable(self.operations, operations, narrow, (kernel, lines, engine, again)),
        }
        self._make_head()
        self._lay_out()
        for table in self.tables.values():
            table.chosen.connect(lambda _row: self.chosen.emit())
            table.opened.connect(lambda _row: self.opened.emit())

    # --- head ------------------------------------------------------------------------------------

    def _make_head(self) -> None:
        self.load = QPushButton(tr("Load…"))
        self.load.setToolTip(tr("Open what a real kernel did and compare it with the engine"))
        self.load.clicked.connect(self.load_wanted)
        self.source, self.replay, self.verdict = QLabel(), QLabel(), QLabel()
        self.verdict.setAccessibleName(tr("Verdict"))
        for label in (self.source, self.replay):
            label.setTextFormat(Qt.TextFormat.RichText)
        self.views = Segments(tr("Rows"), {AREAS: tr("Areas"), OPERATIONS: tr("Operations")})
        self.views.chosen.connect(self.show_view)
        self.filters: Segments | None = None
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(tr("filter"))
        self.filter.setClearButtonEnabled(True)
        self.filter.setAccessibleName(tr("Show rows that hold a text"))
        self.filter.setMaximumWidth(px(150))
        self.filter.textChanged.connect(lambda _text: self._sift())

    def _lay_out(self) -> None:
        self.head, row = QFrame(), QHBoxLayout()
        self.head.setProperty("surface", "header")
        for widget in (self.load, self.source, QLabel("→"), self.replay, self.verdict):
            row.addWidget(widget)
        row.addStretch(1)
        self._filter_row = QHBoxLayout()
        self._filter_row.addWidget(self.views)
        self._filter_row.addStretch(1)
        self._filter_row.addWidget(self.filter)
        for line in (row, self._filter_row):
            line.setSpacing(px(12))
        both = QVBoxLayout(self.head)
        both.setContentsMargins(px(12), px(8), px(12), px(8))
        both.setSpacing(px(8))
        both.addLayout(row)
        both.addLayout(self._filter_row)
        self.stack, self.empty = QStackedWidget(), self._empty()
        for page in (self.empty, *self.tables.values()):
            self.stack.addWidget(page)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.head)
        box.addWidget(self.stack, 1)
        self.head.hide()

    def _empty(self) -> QWidget:
        page = QWidget()
        box = QVBoxLayout(page)
        title = QLabel(tr("Compare the engine with a real kernel"))
        title.setProperty("role", "headline")
        told = tr("A recording holds what Linux 6.12 did, operation by operation.")
        done = tr("The engine replays it, and every field that differs is shown.")
        text = QLabel(f"{told}\n{done}")
        text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        button = QPushButton(tr("Load a recording…"))
        button.setProperty("primary", True)
        button.clicked.connect(self.load_wanted)
        box.addStretch(2)
        for widget in (title, text, button):
            box.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
            box.addSpacing(px(10))
        box.addStretch(3)
        return page

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self.theme = theme
        for table in self.tables.values():
            table.set_theme(theme)
        self._dress()

    def _dress(self) -> None:
        if self.both is None:
            return
        sign, token = verdict_of(self.both)
        self.verdict.setText(f"{sign} {verdict_text(self.both)}")
        ground, ink = getattr(self.theme, f"tint_{token}"), getattr(self.theme, token)
        self.verdict.setStyleSheet(
            f"background: {ground}; color: {ink}; border: 2px solid {ink}; border-radius: {px(5)}px;"
            f" padding: {px(4)}px {px(12)}px; font-weight: bold; font-size: {px(15)}px;"
        )

    # --- content ---------------------------------------------------------------------------------

    def show_recording(self, both: SideBySide) -> None:
        """Show a scenario: its areas, or its operations where the kernel did not live to list areas."""
        self.both = both
        run, boot = both.recording.run, both.recording.boot
        many, events = count(len(both.operations)), count(sum(len(op.ev) for op in both.recording.ops))
        about = tr("{0} operations · {1}").format(many, boot.release or run.kernel)
        self.source.setText(_two_lines(run.scenario, about))
        again = tr("same order, same sizes · {0} events").format(events)
        self.replay.setText(_two_lines(tr("Engine replay"), again))
        self._dress()
        self.areas.show([area_row(number, area) for number, area in enumerate(both.areas, 1)])
        self.operations.show([operation_row(op) for op in both.operations])
        self.head.show()
        self.views.buttons[AREAS].setEnabled(bool(both.areas))
        self.views.choose(AREAS if both.areas else OPERATIONS)
        for table, rows in ((self.tables[AREAS], self.areas), (self.tables[OPERATIONS], self.operations)):
            worst = next((i for i, row in enumerate(rows.rows) if row.mark not in ("=", "?")), 0)
            table.choose(worst)

    def close_recording(self) -> None:
        """There is nothing to compare any more."""
        self.both = None
        self.areas.show([])
        self.operations.show([])
        self.head.hide()
        self.stack.setCurrentWidget(self.empty)
        self.chosen.emit()

    @property
    def view(self) -> str:
        """Which rows are shown: areas or operations."""
        return self.views.current

    @property
    def table(self) -> SideTable:
        """The table that is shown."""
        return self.tables[self.view]

    def show_view(self, view: str) -> None:
        """Show areas or operations."""
        rows = self.areas.rows if view == AREAS else self.operations.rows
        if self.filters is not None:
            self._filter_row.removeWidget(self.filters)
            self.filters.hide()
            self.filters.deleteLater()
        words = {"all": tr("All"), "differences": tr("Differences"), "unknown": tr("Not comparable")}
        found = groups(rows, MOST)
        self.filters = Segments(tr("Show"), {k: f"{words.get(k, k)} {count(n)}" for k, n in found.items()})
        self.filters.chosen.connect(lambda _group: self._sift())
        self._filter_row.insertWidget(2, self.filters)
        self.stack.setCurrentWidget(self.tables[view])
        self._sift()
        self.chosen.emit()

    def _sift(self) -> None:
        if self.filters is not None:
            self.table.sieve.sift(self.filters.current, self.filter.text().strip())

    def show_step(self, at: int) -> None:
        """Mark the operation of the play-head."""
        if self.both is not None:
            reached = [i for i, op in enumerate(self.both.operations) if op.done and reaches(op.done, at)]
            self.operations.set_current(reached[-1] if reached else -1)


def _two_lines(first: str, second: str) -> str:
    return f"<b>{first}</b><br><span style='font-size:{px(11)}px'>{second}</span>"
