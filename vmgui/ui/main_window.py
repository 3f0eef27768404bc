"""The window: an empty frame at once, so that it is there; toolbar and panes after the first paint.

PySide makes its enumerations, hundreds of them, when they are first touched: so what needs them is imported
when the frame has been painted.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QApplication, QMainWindow, QVBoxLayout, QWidget

from vmgui.formats.errors import FormatError
from vmgui.ui.keeping import Keeping
from vmgui.ui.settings import SCALES, Settings
from vmgui.ui.words import tr

if TYPE_CHECKING:
    from PySide6.QtCore import QObject
    from PySide6.QtGui import QPaintEvent

    from vmgui.ui.actions import Actions, KeyRules
    from vmgui.ui.desk import Desk
    from vmgui.ui.focus import Rings
    from vmgui.ui.notices import NoticeBar
    from vmgui.ui.recovery import Keeper
    from vmgui.ui.status import StatusLine
    from vmgui.ui.theme import Theme
    from vmgui.ui.toolbar import Toolbar
    from vmgui.ui.workspace import Workspace

SIZE, LEAST = QSize(1600, 1000), QSize(1280, 720)
#: What the system puts around a window, about.
FRAME = QSize(16, 40)
#: The layout that holds where the window is, and how large.
PLACE = "window"
#: What the empty frame is painted with: bg1 of the themes.
GROUND = {"dark": "#151A23", "light": "#FFFFFF"}


class MainWindow(QMainWindow):
    """The frame. `painted` is emitted once, after the first paint; `furnish` brings what is in it."""

    painted = Signal()

    actions_: Actions
    toolbar: Toolbar
    status: StatusLine
    notices: NoticeBar
    theme: Theme
    _rings: Rings

    def __init__(self, settings: Settings | None = None):
        super().__init__()
        self._app = cast(QApplication, QApplication.instance())
        self.settings = settings or Settings()
        self.desk: Desk | None = None
        self._keys: KeyRules | None = None
        self._was_painted = False
        self.keeper: Keeper | None = None
        self.keeping = Keeping(self)
        self.mistake = ""  # the last one of ours, as it was raised
        self.setObjectName("window")
        self.setWindowTitle("vmgui")
        self.setMinimumSize(LEAST)
        self.resize(SIZE)
        self.setAcceptDrops(True)
        self._add_middle()
        self.setStyleSheet(f"QMainWindow {{ background: {GROUND[self.settings.theme]}; }}")

    def _add_middle(self) -> None:
        self.middle = QWidget()
        self.centre = QVBoxLayout(self.middle)
        self.centre.setContentsMargins(0, 0, 0, 0)
        self.centre.setSpacing(0)
        self.setCentralWidget(self.middle)

    def open_on_screen(self) -> None:
        """Show it where and as large as it was left; the first time in its size, or over a small screen."""
        room, needed = self.screen().availableSize(), SIZE + FRAME
        small = room.width() < needed.width() or room.height() < needed.height()
        if small:
            self.setMinimumSize(LEAST.boundedTo(room - FRAME))  # else its end would be below the screen's
        kept = self.settings.layout(PLACE)
        if kept is not None and self.restoreGeometry(kept):
            self.showNormal() if self.isFullScreen() else self.show()
        elif small:
            self.showMaximized()
        else:
            self.show()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._was_painted:
            self._was_painted = True
            self.painted.emit()

    # --- what is in it ---------------------------------------------------------------------------

    def furnish(self) -> Desk:
        """Import what is heavy and put toolbar, status bar and panes in."""
        if self.desk is None:
            self._add_frame()
            self.desk = self._add_desk(None)
        return self.desk

    def refurnish(self) -> None:
        """Take out toolbar, status bar and panes and build them anew: another language, another size of type.

        The program goes on, and what is shown stays: play-head, selection, layout.  Other windows are closed.
        """
        if self.desk is None:
            return
        from shiboken6 import isValid

        from vmgui.ui.keepsake import Keepsake

        kept, workspace = Keepsake.of(self.desk), self.desk.workspace
        self.setUpdatesEnabled(False)
        try:
            gone = self._clear(self.desk)
            self.desk = self._add_desk(workspace)
            self.desk.room.show()  # what is put into a visible widget is hidden at first
            kept.give(self.desk)
            if self.keeper is not None:
                self.keeper.attach(self.desk)
            for old in filter(isValid, gone):
                old.deleteLater()
        finally:
            self.setUpdatesEnabled(True)

    def _clear(self, desk: Desk) -> list[QObject]:
        """Take everything out, and return it.

        What runs a program again lets events be handled, and one of these may be handling one: so they have
        to stay until all is done.
        """
        from PySide6.QtCore import Qt
        from PySide6.QtWidgets import QDialog

        desk.close()
        desk.workspace.disconnect_all()
        dialogs = (*self.findChildren(QDialog), *self.findChildren(QMainWindow))
        for dialog in dialogs:
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
            dialog.close()
        self.rest()
        self.removeToolBar(self.toolbar)
        for action in self.actions_:
            self.removeAction(action)
        held: list[QWidget] = []
        while (item := self.centre.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                held.append(widget)
        for notice in self.middle.findChildren(type(self.notices)):
            notice.hide()
            held.append(notice)
        gone = [*dialogs, self.toolbar, self.actions_, desk, *held]
        for old in gone:
            old.setObjectName("")  # what comes has the same name in the layout
        return gone

    def _add_frame(self) -> None:
        """What stays as long as the window."""
        from vmgui.ui import theme as themes
        from vmgui.ui.actions import KeyRules
        from vmgui.ui.focus import Rings

        themes.load_fonts()
        themes.set_scale(self.settings.scale)
        if self._app.style().name() != "fusion":  # to set it again would dress every widget anew
            self._app.setStyle("Fusion")
        self.theme = themes.THEMES[self.settings.theme]
        self.setWindowIcon(themes.app_icon())
        self.setDockNestingEnabled(True)
        self._keys = KeyRules(self)
        self._app.focusChanged.connect(self._keys.watch)
        self._rings = Rings(lambda: self.theme.color("accent"), self)
        self._app.focusChanged.connect(self._rings.watch)

    def _add_desk(self, workspace: Workspace | None) -> Desk:
        from vmgui.ui.desk import Desk

        self._add_parts()
        desk = Desk(self, workspace)
        desk.set_theme(self.theme)
        return desk

    def _add_parts(self) -> None:
        from PySide6.QtCore import Qt

        from vmgui.ui import theme as themes
        from vmgui.ui.actions import Actions, specs
        from vmgui.ui.notices import NoticeBar
        from vmgui.ui.status import StatusLine
        from vmgui.ui.toolbar import Toolbar

        self._app.setFont(themes.widget_font())
        self.middle.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.actions_ = Actions(self, {spec.name: partial(self.perform, spec.name) for spec in specs()})
        self.actions_["full_screen"].setChecked(self.isFullScreen())
        self.toolbar = Toolbar(self.actions_, self)
        self.addToolBar(Qt.ToolBarArea.TopToolBarArea, self.toolbar)
        self.status = StatusLine()
        self.setStatusBar(self.status)
        self.notices = NoticeBar(self.middle)
        self.apply_theme()

    def rest(self) -> None:
        """Put the focus where nothing takes keys: Space and the arrows play and step."""
        self.middle.setFocus()

    def perform(self, name: str) -> None:
        """Do an action; what is wrong becomes a notice: the one boundary for errors of the user's input."""
        if self.desk is None:
            return
        try:
            self.desk.handlers[name]()
        except (FormatError, ValueError, OSError) as error:
            self.notices.fail(str(error))

    def open(self, path: Path) -> None:
        """Open a document, an operation file or a recording."""
        desk = self.furnish()
        try:
            desk.open_path(path)
        except (FormatError, ValueError, OSError) as error:
            self.notices.fail(str(error))

    # --- looks -----------------------------------------------------------------------------------

    def change_theme(self) -> None:
        """Change between dark and light."""
        from vmgui.ui.theme import THEMES

        self.theme = THEMES["light" if self.theme.dark else "dark"]
        self.settings.theme = self.theme.name
        self.apply_theme()

    def apply_theme(self) -> None:
        """Draw everything in the theme."""
        from vmgui.ui import theme as themes

        self._app.setPalette(themes.palette(self.theme))
        self.setStyleSheet(themes.style_sheet(self.theme))
        self.toolbar.set_theme(self.theme)
        self.notices.set_theme(self.theme)
        if self.desk is not None:
            self.desk.set_theme(self.theme)

    def change_scale(self, step: int) -> None:
        """Larger or smaller type, rows, icons and panes; 0 is 100 %."""
        from vmgui.ui import theme as themes

        if self.desk is None:
            return
        at = SCALES.index(self.settings.scale)
        scale = SCALES[max(0, min(at + step, len(SCALES) - 1))] if step else 100
        if scale != self.settings.scale:
            self.settings.scale = scale
            themes.set_scale(scale)
            self.refurnish()
            self.desk.perspectives.resize()
        self.notices.say(tr("Type and rows are at {0} %").format(scale))

    def focusNextPrevChild(self, forwards: bool) -> bool:
        """Tab goes through the panes in the order of the design, whatever was made when."""
        if self.desk is not None:
            from vmgui.ui.focus import move_on

            return move_on(self, self.desk.in_tab_order(), forwards)
        return super().focusNextPrevChild(forwards)

    def resizeEvent(self, event) -> None:
        super().resizeEvent(event)
        if self.desk is not None:
            self.desk.fit(self.width(), self.height())

    def changeEvent(self, event) -> None:
        super().changeEvent(event)
        if self.desk is not None and event.type() == event.Type.WindowStateChange:
            self.actions_["full_screen"].setChecked(self.isFullScreen())

    # --- files dropped, closing ------------------------------------------------------------------

    def dragEnterEvent(self, event) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event) -> None:
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths and (self.desk is None or self.desk.may_discard()):
            event.acceptProposedAction()
            self.open(paths[0])

    def closeEvent(self, event) -> None:
        if self.desk is not None and not self.desk.may_discard():
            event.ignore()
            return
        self.settings.keep_layout(PLACE, self.saveGeometry())
        if self.keeper is not None:
            self.keeper.end()
        if self.desk is not None:
            self.desk.close()
        if self._keys is not None:
            self._app.focusChanged.disconnect(self._keys.watch)
            self._app.focusChanged.disconnect(self._rings.watch)
            self._keys = None
        event.accept()
