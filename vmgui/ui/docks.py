"""Where the panes are: docks around the stage and the map, in the sizes of the design, narrow or wide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QDockWidget,
    QFrame,
    QHBoxLayout,
    QMainWindow,
    QMenu,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QTabWidget,
    QToolBar,
    QWidget,
)

from vmgui.ui.panes.header import PaneHeader
from vmgui.ui.panes.still import Still
from vmgui.ui.theme import px

if TYPE_CHECKING:
    from vmgui.ui.panes.rail import Rail
from vmgui.ui.words import tr

LEFT, RIGHT, BOTTOM = 268, 348, 308
STAGE, MAP, TREE, FRAMES = 372, 248, 322, 298
TRANSPORT = 100  # with the timeline, and nothing below it
RAIL, CENTRE = 48, 524  # the stage can just be read
SOURCE, STACK, WHY = 560, 390, 650
NARROW, LOW, SLIM, FLAT = 1440, 820, 1280, 440
#: Less than this beside a stage that can be read is no room for the right docks.
TIGHT = 200
#: What a kept layout is known by: of a wide window, of a narrow one.
VERSIONS = (3, 4)
#: The docks at the right of the stage, the first in front.
RIGHTS = ("tree", "frames", "allocator")
#: Docks that are only there when the user wants them.
ASKED_FOR = frozenset({"statistics"})
#: The part of the window's height that the animator takes at most.
MOST = 0.36
#: The part it takes at most when its details are asked for in a very low window.
MOST_ASKED = 0.56


class Dock(QDockWidget):
    """A dock whose title bar is the header of its pane: a double click on it floats the dock.

    Floating it has a title bar of its own, to be moved, closed and put back by.
    """

    def __init__(self, name: str):
        super().__init__()
        self.setObjectName(f"dock-{name}")
        self._nothing = QWidget(self)
        self.setTitleBarWidget(self._nothing)
        self.topLevelChanged.connect(self._floated)
        self.setAllowedAreas(Qt.DockWidgetArea.AllDockWidgetAreas)

    def _floated(self, floats: bool) -> None:
        """Have the title bar of the system while floating: Qt makes it where there is none."""
        self.setTitleBarWidget(None if floats else self._nothing)  # type: ignore[arg-type]

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        at: QWidget | None = self.childAt(event.position().toPoint())
        while at is not None and at is not self and not isinstance(at, PaneHeader):
            at = at.parentWidget()
        if isinstance(at, PaneHeader):
            self.setFloating(not self.isFloating())
        else:
            super().mouseDoubleClickEvent(event)

    def fill(self, title: str, pane: QWidget) -> None:
        """Put another pane in; the one that was there is deleted."""
        old = self.widget()
        self.setWindowTitle(title)
        self.setWidget(pane)
        if old is not None:
            old.hide()
            old.deleteLater()


def dock(window: QMainWindow, name: str, title: str, pane: QWidget) -> Dock:
    """The dock of that name with a pane in it: the one of the window, where it is, or one to be added."""
    held = window.findChild(Dock, f"dock-{name}") or Dock(name)
    held.fill(title, pane)
    return held


class Ends(QStackedWidget):
    """The headers of panes that are tabs: beside the tabs, so that they take no height of their own."""

    def sizeHint(self) -> QSize:
        tabs = self.parentWidget()
        assert isinstance(tabs, QTabWidget)
        bar = tabs.tabBar().sizeHint()
        return QSize(max(tabs.width() - bar.width(), 0), bar.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 0)


class Details(QTabWidget):
    """Source, stack and Why? side by side, or as tabs where there is no room."""

    def __init__(self, panes: dict[str, Still], headers: list[PaneHeader], parent: QWidget | None = None):
        super().__init__(parent)
        self.setDocumentMode(True)
        self.tabBar().setAccessibleName(tr("Details of the step"))
        self._panes, self._headers = panes, headers
        self._wide = QSplitter(Qt.Orientation.Horizontal)
        self._wide.setChildrenCollapsible(False)
        self._ends = Ends(self)
        self.setCornerWidget(self._ends)
        self.currentChanged.connect(self._ends.setCurrentIndex)
        self._tabbed: bool | None = None
        self.arrange(False)

    def arrange(self, tabbed: bool) -> None:
        """Put the panes side by side or in tabs."""
        if tabbed == self._tabbed:
            return
        self._tabbed = tabbed
        while self.count():
            self.removeTab(0)
        if tabbed:
            for title, pane in self._panes.items():
                self.addTab(pane, title)  # which shows the one in front, and no other
        else:
            for pane in self._panes.values():
                self._wide.addWidget(pane)
                pane.show()
            self._wide.setSizes([px(SOURCE), px(STACK), px(WHY)])
            self.addTab(self._wide, "")
        self.tabBar().setVisible(tabbed)
        self._place_headers(tabbed)

    def _place_headers(self, tabbed: bool) -> None:
        """The headers stand beside the tabs, which have their titles, or on their panes."""
        height = self.tabBar().sizeHint().height() if tabbed else None
        for header, pane in zip(self._headers, self._panes.values(), strict=True):
            header.shorten(height)
            held = pane.inner.layout()
            if tabbed:
                self._ends.addWidget(header)
            elif isinstance(held, QBoxLayout):
                held.insertWidget(0, header)
                header.show()
        self._ends.setCurrentIndex(self.currentIndex())
        self._ends.setVisible(tabbed)

    def show_pane(self, pane: QWidget) -> None:
        """Bring a pane to the front."""
        for index in range(self.count()):
            held = self.widget(index)
            if held is not None and held.isAncestorOf(pane):
                self.setCurrentIndex(index)


class Layout:
    """The docks of a window. `reset` restores the design, `state` and `restore` what the user made of it."""

    def __init__(
        self, window: QMainWindow, docks: dict[str, Dock], centre: QSplitter, details: Details, rail: Rail
    ):
        self.window, self.docks, self.centre, self.details, self.rail = window, docks, centre, details, rail
        window.setCorner(Qt.Corner.BottomLeftCorner, Qt.DockWidgetArea.BottomDockWidgetArea)
        window.setCorner(Qt.Corner.BottomRightCorner, Qt.DockWidgetArea.BottomDockWidgetArea)
        window.setTabPosition(Qt.DockWidgetArea.RightDockWidgetArea, _NORTH)
        self._narrow = self._low = self._tight = False
        if all(dock.parent() is window for dock in docks.values()):
            self.fit(window.width(), window.height())
            self.centre.setSizes([px(STAGE), px(MAP)])
        else:
            self.reset()

    def reset(self) -> None:
        """Put everything back where the design has it."""
        window, docks = self.window, self.docks
        window.setCorner(Qt.Corner.BottomLeftCorner, Qt.DockWidgetArea.BottomDockWidgetArea)
        for dock in docks.values():
            dock.setFloating(False)  # before it is removed: one that has no place stays a window
            window.removeDockWidget(dock)
        window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, docks["operations"])
        window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, docks["tree"])
        window.splitDockWidget(docks["tree"], docks["frames"], Qt.Orientation.Vertical)
        window.tabifyDockWidget(docks["tree"], docks["allocator"])
        window.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, docks["animator"])
        window.splitDockWidget(docks["animator"], docks["statistics"], Qt.Orientation.Horizontal)
        for name, dock in docks.items():
            dock.setVisible(name not in ASKED_FOR)
        docks["tree"].raise_()
        self._narrow = False
        self._resize()
        self.fit(window.width(), window.height(), force=True)

    def resize(self) -> None:
        """Give every pane the size of the design, where there is room for it."""
        self.fit(self.window.width(), self.window.height(), force=True)

    def _resize(self) -> None:
        held = self.window.layout()
        if held is not None:
            held.activate()
        docks, across, down = self.docks, Qt.Orientation.Horizontal, Qt.Orientation.Vertical
        left = px(RAIL) if self.rail.folded and not self.rail.opened else px(LEFT)
        right = max(min(px(RIGHT), self.window.width() - left - px(CENTRE)), 1)
        self.window.resizeDocks([docks["operations"], docks["tree"]], [left, right], across)
        self._resize_bottom()
        if not self._narrow:
            self.window.resizeDocks([docks["tree"], docks["frames"]], [px(TREE), px(FRAMES)], down)
        self.centre.setSizes([px(STAGE), px(MAP)])

    def _resize_bottom(self) -> None:
        """Give the animator the height of the design, or what it may have of a low window."""
        above: QWidget | None = self.details
        while above is not None and above is not self.window.parentWidget():
            held = above.layout()
            if held is not None:
                held.activate()  # what was hidden or shown just now has another size
            above = above.parentWidget()
        height = self.window.height()
        wanted = px(TRANSPORT if height < px(FLAT) else BOTTOM - 90 if height < px(LOW) else BOTTOM)
        below = min(wanted, round(height * MOST))
        self.window.resizeDocks([self.docks["animator"]], [below], Qt.Orientation.Vertical)

    def fit(self, width: int, height: int, force: bool = False) -> None:
        """Tabs where there is no room: the right docks below 1440 px, the details below 820; then less."""
        self.details.setVisible(height >= px(FLAT))
        if self.rail.folded != (width < px(SLIM)):
            self.rail.fold(width < px(SLIM))
        narrow, low = width < px(NARROW), height < px(LOW)
        if force or narrow != self._narrow:
            self._narrow = narrow
            self._arrange_right(narrow)
        if force or low != self._low:
            self._low = low
            self.details.arrange(low)
            self._resize_bottom()
        tight = width - px(RAIL) - px(CENTRE) < px(TIGHT)
        if force or tight != self._tight:
            self._make_room(tight)
        if force:
            self._resize()

    def _make_room(self, tight: bool) -> None:
        """Leave its width to the stage where it cannot be read beside others, which a key brings back."""
        self._tight = tight
        right = [dock for dock in map(self.docks.get, RIGHTS) if dock is not None and not dock.isFloating()]
        shown = not self.docks["animator"].isHidden()  # else another perspective is
        if shown and (tight or all(dock.isHidden() for dock in right)):
            for dock in right:
                dock.setVisible(not tight)

    def bring(self, pane: QWidget) -> None:
        """Have a pane in sight, in its dock or among the details, and give it room where there is little."""
        height, width = self.window.height(), self.window.width()
        for dock in self.docks.values():
            if dock.isAncestorOf(pane):
                was_hidden = dock.isHidden()
                dock.show()
                dock.raise_()
                if was_hidden and self._tight:
                    across = min(px(RIGHT), width // 2)
                    self.window.resizeDocks([dock], [across], Qt.Orientation.Horizontal)
        if self.details.isAncestorOf(pane) and self.details.isHidden():
            self.details.show()
            below = min(px(BOTTOM - 90), round(height * MOST_ASKED))
            self.window.resizeDocks([self.docks["animator"]], [below], Qt.Orientation.Vertical)
        elif self.centre.isAncestorOf(pane) and height < px(FLAT):
            self.resize()  # it has all the room again
        self.details.show_pane(pane)

    def tab_details(self, tabbed: bool) -> None:
        """Show the details of a step as tabs or side by side, until there is another size to fit."""
        self._low = tabbed
        self.details.arrange(tabbed)

    def _arrange_right(self, narrow: bool) -> None:
        tree, frames, allocator = (self.docks[name] for name in ("tree", "frames", "allocator"))
        if tree.isFloating() or frames.isFloating():
            return
        tabbed, hidden = not allocator.isFloating(), allocator.isHidden()
        front = (
            tree if allocator.visibleRegion().isEmpty() else allocator
        )  # a tab behind another is "visible"
        if narrow:
            self.window.tabifyDockWidget(tree, frames)
        else:
            for dock in (frames, tree, *[allocator] * tabbed):  # what is split off from a tab becomes a tab
                self.window.removeDockWidget(dock)
            self.window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, tree)
            self.window.splitDockWidget(tree, frames, Qt.Orientation.Vertical)
            for dock in (tree, frames):
                dock.setVisible(not self.docks["animator"].isHidden())  # else another perspective is
        if tabbed:
            self.window.tabifyDockWidget(tree, allocator)
            allocator.setVisible(not hidden)
        front.raise_()
        if not narrow:
            self._resize()

    def state(self) -> QByteArray:
        """The layout as bytes."""
        return self.window.saveState(VERSIONS[self._narrow])

    def restore(self, state: QByteArray) -> bool:
        """Bring a kept layout back; False for one of another version, which is passed over.

        One of a wide window fits into a narrow one, and the other way round.  The toolbar is there whatever
        the layout says: in it are the menus.
        """
        known = self.window.restoreState(state, VERSIONS[self._narrow])
        if not known and self.window.restoreState(state, VERSIONS[not self._narrow]):
            known = True
            self._arrange_right(self._narrow)
        bar = self.window.findChild(QToolBar, "toolbar")
        if bar is not None:
            bar.show()
        return known

    def add_to(self, menu: QMenu) -> None:
        """Offer to show and hide each dock, and to float it."""
        menu.addSeparator()
        panes = menu.addMenu(tr("Panes"))
        for dock in self.docks.values():
            panes.addAction(dock.toggleViewAction())
        floating = menu.addMenu(tr("Float"))
        for dock in self.docks.values():
            action = floating.addAction(dock.windowTitle())
            action.triggered.connect(lambda _on=False, d=dock: d.setFloating(not d.isFloating()))


_NORTH = QTabWidget.TabPosition.North


def beside(wide: QWidget, narrow: QWidget) -> QWidget:
    """Two widgets in a row; the first takes the room, all of it while the other is hidden."""
    made = QWidget()
    row = QHBoxLayout(made)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(0)
    row.addWidget(wide, 1)
    row.addWidget(narrow)
    return made


def scrolled(inner: QWidget) -> QScrollArea:
    """A widget that has at least the size it needs; where there is less room it is scrolled, not cut."""
    made = QScrollArea()
    made.setFrameShape(QFrame.Shape.NoFrame)
    made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    made.setWidgetResizable(True)
    made.setWidget(inner)
    return made
