"""Two machines in lockstep: operations and what each gave, the first difference, and both side by side."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from vmgui.engine.kernel import Kernel
from vmgui.engine.machine import Machine
from vmgui.projection.lockstep import FACTS, Lane, Lockstep, Pair
from vmgui.projection.numbers import count
from vmgui.projection.status import counters, summary
from vmgui.projection.steps import Steps
from vmgui.projection.views import ViewReader
from vmgui.ui.panes.address_map import AddressMapPane
from vmgui.ui.panes.marked_rows import MarkedRows, RowDelegate
from vmgui.ui.panes.rows import dress
from vmgui.ui.panes.stage_pane import StagePane
from vmgui.ui.player import Player
from vmgui.ui.selection import Selection
from vmgui.ui.theme import DARK, Theme, px
from vmgui.ui.words import tr

#: In the box of machines: what is no variant but asks for one.
OWN = "own"
NOTHING = "–"


def fact_words() -> dict[str, str]:
    """What is compared, as the table names it."""
    return {
        "returned": tr("returned"), "leaves": tr("leaves installed"), "tables": tr("tables allocated"),
        "flushes": tr("TLB flushes"), "purged": tr("areas purged"), "error": tr("error"),
        "steps": tr("steps (not compared)"),
    }  # fmt: skip


def variant_words(name: str) -> str:
    """What a variant of the machine is called."""
    kind, _, value = name.partition(" ")
    if kind == "levels":
        levels, _, bits = value.partition(" bits ")
        return tr("{0} levels of page tables ({1} bits)").format(levels, bits)
    if kind == "cpus":
        return tr("1 CPU") if value == "1" else tr("{0} CPUs").format(value)
    if kind == "preset":
        return tr("preset {0}").format(value)
    return tr("without huge pages") if value == "off" else tr("with huge pages")


def value_text(value: str | int) -> str:
    """A fact as it is written."""
    return count(value) if isinstance(value, int) else tr(value) or NOTHING


def summed(pair: Pair) -> str:
    """What differs in a pair of results, in words."""
    words, parts = fact_words(), []
    for name in pair.differs:
        left, right = (value_text(getattr(side, name)) for side in (pair.left, pair.right))
        parts.append(tr("{0} {1} against {2}").format(words[name], left, right))
    return ", ".join(parts)


class LaneView(QWidget):
    """One machine: its stage, its map and its counters. Its player is the only one that moves its replica."""

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.player, self.selection = Player(self), Selection(self)
        self._reader: ViewReader | None = None
        self.title = QLabel()
        self.title.setProperty("role", "title")
        self.title.setMargin(px(6))
        self.stage, self.map = StagePane(self.selection), AddressMapPane(self.selection)
        self.counters = QLabel()
        self.counters.setProperty("role", "secondary")
        self.counters.setMargin(px(6))
        self.counters.setWordWrap(True)
        split = QSplitter(Qt.Orientation.Vertical)
        split.setChildrenCollapsible(False)
        split.addWidget(self.stage)
        split.addWidget(self.map)
        split.setSizes([250, 170])
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.title)
        box.addWidget(split, 1)
        box.addWidget(self.counters)
        self.player.moved.connect(self._show)

    def show_lane(self, lane: Lane, title: str) -> None:
        """Show a machine that has run its program."""
        session = lane.session
        cursor = session.cursor()
        self._reader = ViewReader(session, cursor, Kernel(session.machine, cursor))
        self.title.setText(title)
        self.player.attach(cursor, Steps(session.columns, session.operations))

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self.stage.set_theme(theme)
        self.map.set_theme(theme)

    def _show(self, _at: int) -> None:
        if self._reader is None:
            return
        views = self._reader.read()
        self.stage.set_stage(views.stage)
        self.map.set_map(views.map)
        told = [tr(text) for text, _tone in summary(counters(self._reader.k, views.map, ()))[1:]]
        self.counters.setText(" · ".join(told))


class MachinesPane(QWidget):
    """The choice of the second machine, the verdict, the operations, the facts of one, both machines.

    `machine_wanted` carries the name of a variant, or OWN; `again_wanted` that the program should run again.
    """

    machine_wanted = Signal(str)
    again_wanted = Signal()

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.theme: Theme = DARK
        self.found: Lockstep | None = None
        self.second = QComboBox()
        self.second.setAccessibleName(tr("Second machine"))
        self.second.setToolTip(tr("The same operations run on this machine, too"))
        self.second.activated.connect(lambda index: self.machine_wanted.emit(self.second.itemData(index)))
        self.previous = QPushButton(tr("Previous difference"))
        self.next = QPushButton(tr("Next difference"))
        self.previous.clicked.connect(lambda: self._go_to_difference(-1))
        self.next.clicked.connect(lambda: self._go_to_difference(1))
        self.again = QPushButton(tr("Run again"))
        self.again.setToolTip(tr("The program was changed since; run it on both machines again"))
        self.again.clicked.connect(self.again_wanted)
        self.again.hide()
        self.verdict = QLabel()
        self.verdict.setMargin(px(8))
        self.verdict.setWordWrap(True)
        self.operations = MarkedRows(
            ("", tr("Operation"), tr("First machine"), tr("Second machine"), tr("Differs in")), self
        )
        self.facts = MarkedRows(("", tr("Of this operation"), tr("First"), tr("Second")), self)
        self.delegate = RowDelegate(self)
        self.list = self._table(self.operations, tr("Operations on both machines"), (26, 250, 150, 150))
        self.table = self._table(self.facts, tr("What the operation gave"), (26, 150, 140))
        self.left, self.right = LaneView(), LaneView()
        self.list.selectionModel().currentRowChanged.connect(lambda now, _last: self._show(now.row()))
        self._lay_out()
        self.setFocusProxy(self.list)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setContentsMargins(px(10), px(8), px(10), px(8))
        top.setSpacing(px(8))
        label = QLabel(tr("Second machine"))
        label.setBuddy(self.second)
        for widget in (label, self.second):
            top.addWidget(widget)
        top.addStretch(1)
        for button in (self.again, self.previous, self.next):
            top.addWidget(button)
        tables = QSplitter(Qt.Orientation.Horizontal)
        tables.addWidget(self.list)
        tables.addWidget(self.table)
        tables.setSizes([820, 460])
        lanes = QSplitter(Qt.Orientation.Horizontal)
        lanes.setChildrenCollapsible(False)
        lanes.addWidget(self.left)
        lanes.addWidget(self.right)
        lanes.setSizes([640, 640])
        split = QSplitter(Qt.Orientation.Vertical)
        split.setChildrenCollapsible(False)
        split.addWidget(tables)
        split.addWidget(lanes)
        split.setSizes([190, 480])
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(top)
        box.addWidget(self.verdict)
        box.addWidget(split, 1)

    def _table(self, model: MarkedRows, name: str, widths: tuple[int, ...]) -> QTableView:
        table = QTableView()
        dress(table, model, self.delegate, name, widths, row=20, least=20)
        return table

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self.theme = self.delegate.theme = theme
        for pane in (self.left, self.right):
            pane.set_theme(theme)
        self._dress()

    # --- content ---------------------------------------------------------------------------------

    def offer(self, variants: dict[str, Machine], chosen: str) -> None:
        """Offer second machines by name; `chosen` is the one that runs."""
        self.second.clear()
        for name in variants:
            self.second.addItem(variant_words(name), name)
        self.second.addItem(tr("own machine…"), OWN)
        self.second.setCurrentIndex(max(self.second.findData(chosen), 0))

    def show_lockstep(self, found: Lockstep, left: str, right: str) -> None:
        """Show both machines, and go to the first operation in which they differ."""
        self.found = found
        self.again.hide()
        self.operations.show([self._row(place, pair) for place, pair in enumerate(found.pairs)])
        self.left.show_lane(found.left, tr("First: {0}").format(left))
        self.right.show_lane(found.right, tr("Second: {0}").format(right))
        self._dress()
        first = found.first
        self.list.selectRow(0 if first is None else first)
        differing = any(pair.differs for pair in found.pairs)
        for button in (self.previous, self.next):
            button.setEnabled(differing)

    def show_stale(self) -> None:
        """The program was changed since: offer to run it again."""
        self.again.show()

    def _row(self, place: int, pair: Pair) -> tuple[str, tuple[str, ...], str]:
        mark, words = "≠" if pair.differs else "=", fact_words()
        sides = [tr(side.error) or side.returned or NOTHING for side in (pair.left, pair.right)]
        said = ", ".join(words[name] for name in pair.differs)
        tip = f"{pair.operation}\n{summed(pair)}" if pair.differs else str(pair.operation)
        return mark, (mark, f"{place + 1} {pair.operation}", *sides, said), tip

    def _dress(self) -> None:
        if self.found is None:
            return
        first, pairs = self.found.first, self.found.pairs
        if first is None:
            text, token = (
                tr("✓ The two machines do not differ in any of {0} operations").format(count(len(pairs))),
                "success",
            )
        else:
            text = tr("≠ First difference: operation {0}, {1}: {2}").format(
                first + 1, pairs[first].operation, summed(pairs[first])
            )
            token = "now"
        self.verdict.setText(text)
        self.verdict.setStyleSheet(
            f"background: {getattr(self.theme, f'tint_{token}')}; color: {self.theme.text1};"
            f" border-left: 3px solid {getattr(self.theme, token)}; font-weight: bold;"
        )

    def _show(self, place: int) -> None:
        """Bring both machines to the end of an operation, and tell what it gave on each."""
        if self.found is None or not 0 <= place < len(self.found.pairs):
            self.facts.show([])
            return
        pair = self.found.pairs[place]
        rows: list[tuple[str, tuple[str, ...], str]] = []
        for name, text in fact_words().items():
            left, right = (value_text(getattr(side, name)) for side in (pair.left, pair.right))
            mark = "≠" if name in pair.differs else "=" if name in FACTS else "?"
            rows.append((mark, (mark, text, left, right), f"{text}\n{left}\n{right}"))
        self.facts.show(rows)
        for view, lane in ((self.left, self.found.left), (self.right, self.found.right)):
            view.player.seek(lane.end(place))
        self.operations.set_current(place)

    def _go_to_difference(self, by: int) -> None:
        if self.found is None:
            return
        here = self.list.currentIndex().row()
        places = [place for place, pair in enumerate(self.found.pairs) if pair.differs]
        there = [place for place in places if (place - here) * by > 0]
        if there:
            self.list.selectRow(min(there, key=lambda place: abs(place - here)))
