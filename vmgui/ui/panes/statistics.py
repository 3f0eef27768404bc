"""Statistics over time: a small plot for each thing that is counted, over the same steps, with the play-head.

pyqtgraph makes the plots when the pane is shown for the first time, and reads nothing while nobody sees it.
It is imported then, too: it takes longer to load than the whole window.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QGraphicsTextItem, QMenu, QToolButton, QToolTip, QVBoxLayout, QWidget

from vmgui.projection.numbers import count, decimal, size
from vmgui.projection.statistics import Name, Series, StatisticsReader
from vmgui.texts import mark as _
from vmgui.timeline.session import Session
from vmgui.ui import theme as themes
from vmgui.ui.docks import scrolled
from vmgui.ui.panes.header import PaneHeader
from vmgui.ui.theme import DARK, Theme, px
from vmgui.ui.words import tr

if TYPE_CHECKING:
    import pyqtgraph as pg

#: Pixels of the design that a plot wants beside others; the narrowest zoom, in steps; the height of a legend.
WIDE, FEWEST, LEGEND = 170, 16, 17
#: Pixels of the design that a plot with its legend needs, and the numbers of the steps below the last.
HIGH, STEPS = 44, 26
DASHED, SOLID = "╍╍", "━━"


@dataclass(frozen=True)
class Curve:
    """One line of a plot: what it shows, in words, its colour, and whether it is dashed."""

    name: Name
    text: str
    ink: str
    dashed: bool = False


#: Each plot and its curves; `share` is the largest free range as a part of all that is free.
PLOTS: dict[str, tuple[Curve, ...]] = {
    "lazy": (Curve("lazy", _("Lazily freed pages"), "text2"), Curve("purges", _("a purge"), "error")),
    "mapped": (Curve("small", _("Mapped small"), "pte"), Curve("huge", _("huge"), "pmd", True)),
    "tables": (Curve("tables", _("Page-table pages"), "table"),),
    "ranges": (Curve("ranges", _("Free ranges"), "pud"),),
    "share": (Curve("largest", _("Largest free range, %"), "io", True),),
    "flushes": (Curve("flushes", _("TLB flushes so far"), "accent"),),
}  # fmt: skip
BYTES = frozenset({"mapped"})
#: What the menu calls a plot whose first curve does not say all that it shows.
NAMES = {"mapped": _("Mapped, small and huge")}


class StatisticsPane(QWidget):
    """The plots.

    Signals: `sought` the step that was clicked, `described` what the pointer is on, `zoomed` the steps in
    sight, `export_wanted` and `copy_wanted` that the user wants the numbers.
    """

    sought = Signal(int)
    described = Signal(str)
    zoomed = Signal(float, float)
    export_wanted = Signal()
    copy_wanted = Signal()

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName("statistics")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("Statistics over time"))
        self.theme: Theme = DARK
        self.reader: StatisticsReader | None = None
        self.step = self.length = 0
        self._stale, self._whole, self._across = True, True, 0
        self.plots: dict[str, pg.PlotItem] = {}
        self.curves: dict[Name, pg.PlotDataItem] = {}
        self.heads: list[pg.InfiniteLine] = []
        self.legends: dict[str, QGraphicsTextItem] = {}
        self.view: pg.GraphicsLayoutWidget | None = None
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self._draw)
        self._make()

    def _make(self) -> None:
        self.header = PaneHeader(tr("Statistics over time"))
        self.chooser = QToolButton()
        self.chooser.setText(tr("Plots"))
        self.chooser.setToolTip(tr("Choose what is plotted; copy or save the numbers"))
        self.chooser.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self.chooser)
        self.toggles = {}
        for key, curves in PLOTS.items():
            action = menu.addAction(tr(NAMES.get(key, curves[0].text)))
            action.setCheckable(True)
            action.setChecked(True)
            action.toggled.connect(lambda _on: self._arrange(True))
            self.toggles[key] = action
        menu.addSeparator()
        menu.addAction(tr("Show all steps"), self.show_all)
        menu.addAction(tr("Copy the numbers as CSV"), self.copy_wanted.emit)
        menu.addAction(tr("Save the numbers as CSV…"), self.export_wanted.emit)
        self.chooser.setMenu(menu)
        self.header.add(self.chooser)
        self.box = QVBoxLayout(self)
        self.box.setContentsMargins(0, 0, 0, 0)
        self.box.setSpacing(0)
        self.box.addWidget(self.header)
        self.box.addStretch(1)

    # --- the plots -----------------------------------------------------------------------------------

    def _make_plots(self) -> None:
        import pyqtgraph as pg

        from vmgui.ui.panes.statistics_axes import StepAxis, ValueAxis

        self.view = view = pg.GraphicsLayoutWidget()
        view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        view.ci.setSpacing(px(4))
        view.ci.setContentsMargins(px(6), px(4), px(10), px(4))
        for key, curves in PLOTS.items():
            axes = {"left": ValueAxis(key in BYTES, key != "share"), "bottom": StepAxis()}
            plot = pg.PlotItem(axisItems=axes, enableMenu=False)
            plot.hideButtons()
            plot.setMouseEnabled(x=True, y=False)
            plot.vb.setAutoVisible(y=True)
            for curve in curves:
                self.curves[curve.name] = plot.plot(stepMode=None if curve.name == "purges" else "right")
            head = pg.InfiniteLine(self.step)
            plot.addItem(head, ignoreBounds=True)
            self.heads.append(head)
            # pyqtgraph's own title would say how wide a plot is at least
            plot.layout.setContentsMargins(0, px(LEGEND), 0, 0)
            self.legends[key] = text = QGraphicsTextItem(plot)
            text.setFont(themes.widget_font(themes.SECONDARY))
            text.setPos(px(4), -px(3))
            self.plots[key] = plot
        first = next(iter(self.plots.values()))
        for plot in self.plots.values():
            if plot is not first:
                plot.setXLink(first)
        first.vb.sigXRangeChanged.connect(self._ranged)
        view.scene().sigMouseClicked.connect(self._clicked)
        view.scene().sigMouseMoved.connect(self._moved)
        self.box.takeAt(self.box.count() - 1)
        self.box.addWidget(scrolled(view), 1)
        self.set_theme(self.theme)
        self._arrange(True)

    def _arrange(self, anew: bool = False) -> None:
        """Put the chosen plots side by side, as many as there is room for."""
        if self.view is None:
            return
        chosen = [key for key, action in self.toggles.items() if action.isChecked()]
        across = max(1, min(3, self.width() // px(WIDE), len(chosen)))
        if across == self._across and not anew:
            return
        self._across = across
        for plot in self.plots.values():
            if plot in self.view.ci.items:
                self.view.removeItem(plot)
        for i, key in enumerate(chosen):
            self.view.addItem(self.plots[key], i // across, i % across)
            self.plots[key].showAxis("bottom", i + across >= len(chosen))
        rows = -(-len(chosen) // across) if chosen else 0
        self.view.setMinimumHeight(px(rows * HIGH + STEPS))

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self.theme = theme
        if self.view is None:
            return
        import pyqtgraph as pg

        self.view.setBackground(theme.color("bg1"))
        for head in self.heads:
            head.setPen(pg.mkPen(theme.color("now"), width=2 * self.devicePixelRatioF()))
        for key, curves in PLOTS.items():
            plot = self.plots[key]
            for side in ("left", "bottom"):
                plot.getAxis(side).setPen(theme.color("border"))
                plot.getAxis(side).setTextPen(theme.color("text2"))
            for curve in curves:
                self._dress(curve)
            legend = " ".join(self._legend(curve) for curve in curves)
            self.legends[key].setHtml(legend)

    def _dress(self, curve: Curve) -> None:
        ink, item = self.theme.color(curve.ink), self.curves[curve.name]
        if curve.name == "purges":
            item.setPen(None)
            item.setSymbol("t")
            item.setSymbolSize(px(8))
            item.setSymbolBrush(ink)
            item.setSymbolPen(None)
            return
        import pyqtgraph as pg

        style = Qt.PenStyle.DashLine if curve.dashed else Qt.PenStyle.SolidLine
        # a cosmetic pen is as wide in pixels of the device
        item.setPen(pg.mkPen(ink, width=1.5 * self.devicePixelRatioF(), style=style))

    def _legend(self, curve: Curve) -> str:
        sign = "▼" if curve.name == "purges" else DASHED if curve.dashed else SOLID
        ink, text = getattr(self.theme, curve.ink), self.theme.text2
        return f"<span style='color:{ink}'>{sign}</span> <span style='color:{text}'>{tr(curve.text)}</span>"

    # --- what is shown -------------------------------------------------------------------------------

    def attach(self, session: Session) -> None:
        """Show another session."""
        self.reader = StatisticsReader(session)
        self._whole = True
        self.changed()

    def changed(self) -> None:
        """Operations were added, taken back or edited: read them at once if anybody sees it."""
        self._stale = True
        self.refresh()

    def refresh(self) -> None:
        """Read what has changed, and draw it."""
        if not self._stale or self.reader is None or self.visibleRegion().isEmpty():
            return
        if self.view is None:
            self._make_plots()
        self._stale = False
        self.reader.read()
        whole, before = self._whole, self.length
        self.length = self.reader.length
        for plot in self.plots.values():
            plot.setLimits(xMin=0, xMax=max(self.length, 1), minXRange=FEWEST)
        if whole or not before:
            self.show_all()
        self._later.start()

    def show_all(self) -> None:
        """Show all steps."""
        self._whole = True
        if self.plots:
            next(iter(self.plots.values())).setXRange(0, max(self.length, 1), padding=0)

    def show_range(self, first: float, last: float) -> None:
        """Show these steps: what the timeline shows."""
        if self.plots and (first, last) != self.range():
            next(iter(self.plots.values())).setXRange(first, last, padding=0)

    def range(self) -> tuple[float, float]:
        """The steps in sight."""
        first, last = next(iter(self.plots.values())).vb.viewRange()[0]
        return float(first), float(last)

    def _ranged(self, _box: object, steps: tuple[float, float]) -> None:
        self._whole = steps[0] <= 0 and steps[1] >= self.length
        self._later.start()
        self.zoomed.emit(float(steps[0]), float(steps[1]))

    def _draw(self) -> None:
        """Give the curves as many points as there are pixels for."""
        if self.reader is None or self.view is None:
            return
        first, last = self.range()
        columns = max(self.width() // self._across, 100)
        for name, item in self.curves.items():
            if name == "purges":
                purges = self.reader["purges"]
                at = Series(purges.at[1:], purges.value[1:]).at[:: max(len(purges.at) // columns, 1)]
                lazy = self.reader["lazy"]
                item.setData(at, lazy.value[np.searchsorted(lazy.at, at, "right") - 1])
                continue
            series = self.series(name).thinned(first, last, columns)
            item.setData(np.append(series.at, max(self.length, 1)), np.append(series.value, series.value[-1]))

    def series(self, name: Name) -> Series:
        """What a curve shows: the largest free range is a part of all that is free, in percent."""
        assert self.reader is not None
        found = self.reader[name]
        if name != "largest":
            return found
        free = self.reader["free"]
        whole = free.value[np.searchsorted(free.at, found.at, "right") - 1]
        return Series(found.at, 100.0 * found.value / np.maximum(whole, 1))

    def set_step(self, step: int) -> None:
        """Move the play-head."""
        self.step = step
        for head in self.heads:
            head.setValue(step)
        if self.reader is not None and not self._stale and self.isVisible():
            self.setAccessibleDescription(self.words(step))

    def words(self, step: int) -> str:
        """What is counted at a step."""
        said = [tr("step {0}").format(count(step))]
        for key, curves in PLOTS.items():
            for curve in curves:
                value = self.series(curve.name)
                number = value.value[np.searchsorted(value.at, step, "right") - 1]
                text = size(int(number)) if key in BYTES else count(number)
                text = decimal(float(number), 4) if key == "share" else text
                what = tr("Purges so far") if curve.name == "purges" else tr(curve.text)
                said.append(f"{what}: {text}")
        return "\n".join(said)

    def sizeHint(self) -> QSize:
        return QSize(px(540), px(240))

    # --- the mouse -----------------------------------------------------------------------------------

    def step_at(self, at: QPointF) -> int | None:
        """The step under a place of the plots."""
        for plot in self.plots.values():
            if plot.scene() is not None and plot.vb.sceneBoundingRect().contains(at):
                return max(0, min(round(plot.vb.mapSceneToView(at).x()), self.length))
        return None

    def _clicked(self, event) -> None:
        step = self.step_at(event.scenePos())
        if step is not None and event.button() == Qt.MouseButton.LeftButton:
            self.sought.emit(step)

    def _moved(self, at: QPointF) -> None:
        step = self.step_at(at)
        if step is None or self.reader is None or self.view is None:
            self.described.emit("")
            return
        text = self.words(step)
        self.described.emit(text)
        QToolTip.showText(self.view.mapToGlobal(self.view.mapFromScene(at)), text, self.view)

    def event(self, event: QEvent) -> bool:
        """On another screen the pens of the curves are as wide as before."""
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self.set_theme(self.theme)
        return super().event(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        QTimer.singleShot(0, self, self.refresh)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()
        self._later.start()
