"""The toolbar: perspectives, program, machine, boot parameters, run and theme."""

from __future__ import annotations

from PySide6.QtCore import QLocale, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QHBoxLayout,
    QLabel,
    QMenu,
    QSizePolicy,
    QToolBar,
    QToolButton,
    QWidget,
)

from vmgui.ui import theme as themes
from vmgui.ui.actions import MENUS, Actions
from vmgui.ui.theme import DARK, Theme, px
from vmgui.ui.words import tr

HEIGHT = 48
#: Icons, which grow with the type as long as there is room for all.
ICON, LARGEST = 16, 24
#: As in the style sheet.
SPACING, MARGIN = 8, 12
#: What gives way in a narrow window, the first one first.
FOLDS = (
    "machine", "boot", "short title", "present", "run", "machine", "machine", "machine", "brand", "language",
    "title",
)  # fmt: skip
PERSPECTIVES = ("explore", "study", "lecture", "real")


class Switch(QAbstractButton):
    """A small switch with its name beside it, for a boot parameter."""

    def __init__(self, text: str, tip: str, parent: QWidget | None = None):
        super().__init__(parent)
        self.theme: Theme = DARK
        self.setText(text)
        self.setCheckable(True)
        self.setToolTip(tip)
        self.setAccessibleName(text)
        self.setAccessibleDescription(tip)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        return QSize(px(38 + themes.metrics(11, False, True).horizontalAdvance(self.text())), px(22))

    minimumSizeHint = sizeHint

    def paintEvent(self, event) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        with themes.enlarged(painter, self.rect()) as rect:
            self._draw(painter, rect)
        painter.end()

    def _draw(self, painter: QPainter, rect: QRectF) -> None:
        on, theme = self.isChecked(), self.theme
        track = QRectF(1, rect.height() / 2 - 6.5, 24, 13)
        painter.setPen(theme.color("accent" if self.hasFocus() or on else "border"))
        painter.setBrush(theme.color("accent_solid" if on else "bg3"))
        painter.drawRoundedRect(track, 6.5, 6.5)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("on_accent" if on else "text3"))
        painter.drawEllipse(
            QPointF(track.right() - 6.5 if on else track.left() + 6.5, track.center().y()), 4.5, 4.5
        )
        painter.setFont(themes.font(11, mono=True))
        painter.setPen(theme.color("text1" if on else "text2"))
        painter.drawText(
            QRectF(32, 0, rect.width(), rect.height()), Qt.AlignmentFlag.AlignVCenter, self.text()
        )
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(theme.color("accent"))
            painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)


def menus(actions: Actions, parent: QWidget) -> list[QMenu]:
    """The menus of the window, made of the table of actions."""
    made = []
    for title, entries in MENUS:
        menu = QMenu(tr(title), parent)
        menu.setToolTipsVisible(True)
        for spec in entries:
            if spec is None:
                menu.addSeparator()
            elif spec.menu:
                submenu(menu, tr(spec.menu)).addAction(actions[spec.name])
            else:
                menu.addAction(actions[spec.name])
        made.append(menu)
    return made


def submenu(menu: QMenu, title: str) -> QMenu:
    """The submenu of a menu, made when it is first asked for."""
    there = [each for each in menu.findChildren(QMenu) if each.title() == title]
    return there[0] if there else menu.addMenu(title)


class Toolbar(QToolBar):
    """Everything in it is an action of the window; the program's button has the file menu."""

    def __init__(self, actions: Actions, parent: QWidget | None = None):
        super().__init__(tr("Toolbar"), parent)
        self.setObjectName("toolbar")
        self.setMovable(False)
        self.setFixedHeight(px(HEIGHT))
        self.setIconSize(QSize(1, 1) * min(px(ICON), LARGEST))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.toggleViewAction().setVisible(False)  # without it there would be no menus
        self._actions = actions
        self.theme: Theme = DARK
        self.menus = menus(actions, self)
        self._add_brand()
        self._add_perspectives()
        self.addSeparator()
        self.program = self._tool("folder", tr("Program: open another"))
        self.program.setMaximumWidth(px(260))
        self.program.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.program.setMenu(self.menus[0])
        self.addWidget(self.program)
        self.machine = self._tool("machine", tr("Machine: processors, memory, boot parameters"))
        self.machine.clicked.connect(self._open_machine)
        self.machine.setProperty("chip", True)
        self.addWidget(self.machine)
        self._add_boot()
        spacer = QWidget()
        spacer.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.addWidget(spacer)
        self._add_end()
        self._title, self._dirty = "", False
        self._machine: tuple[str, ...] = ("",)
        self._runs = True

    def _tool(self, icon: str, name: str, action: str = "") -> QToolButton:
        """A button; it does what an action does, and is there as long as the action is."""
        button = QToolButton()
        button.setProperty("icon_name", icon)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setAccessibleName(name)
        button.setToolTip(name)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        if action:
            done = self._actions[action]
            button.setText(name)
            button.setToolTip(done.toolTip())
            button.setEnabled(done.isEnabled())
            button.clicked.connect(done.trigger)
            done.enabledChanged.connect(button.setEnabled)
        return button

    def _add_brand(self) -> None:
        self.brand = self._tool("", tr("Menu"))
        self.brand.setIcon(themes.app_icon())
        self.brand.setText("vmgui")
        self.brand.setFont(themes.widget_font(16, bold=True))
        self.brand.setProperty("flat", True)
        self.brand.setObjectName("brand")
        self.brand.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self)
        for each in self.menus:
            menu.addMenu(each)
        self.brand.setMenu(menu)
        group = QWidget()  # in the toolbar itself its icon would be as small as the others
        row = QHBoxLayout(group)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.brand)
        group.setFixedHeight(px(28))
        self.addWidget(group)

    def _add_perspectives(self) -> None:
        group = QWidget()
        row = QHBoxLayout(group)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for i, name in enumerate(PERSPECTIVES):
            button = QToolButton()
            button.setDefaultAction(self._actions[name])
            button.setProperty("segment", ("first", "middle", "middle", "last")[i])
            button.setFixedHeight(px(26))
            row.addWidget(button)
        self._actions["explore"].setChecked(True)
        self.addWidget(group)

    def _add_boot(self) -> None:
        self.boot = QWidget()
        row = QHBoxLayout(self.boot)
        row.setContentsMargins(px(6), 0, 0, 0)
        row.setSpacing(px(10))
        label = QLabel(tr("Boot"))
        label.setProperty("role", "secondary")
        row.addWidget(label)
        self.switches: dict[str, Switch] = {}
        for name in ("nohugevmalloc", "nohugeiomap"):
            action = self._actions[name]
            switch = Switch(name, action.toolTip())
            switch.clicked.connect(action.trigger)
            action.toggled.connect(switch.setChecked)
            self.switches[name] = switch
            row.addWidget(switch)
        self.addWidget(self.boot)

    def _add_end(self) -> None:
        self.run = self._tool("play-solid", tr("Run operation"), "run")
        self.run.setProperty("primary", True)
        self.present = self._tool("present", tr("Present"), "present")
        self.look = self._tool("moon", tr("Theme"), "theme")
        self.language = self._tool("globe", tr("Language"))
        self.language.setText(language())
        self.language.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self)
        menu.addActions([action for action in self._actions if action.objectName().startswith("language_")])
        self.language.setMenu(menu)
        self.language.setToolTip(tr("Language: English or Chinese"))
        self.help = self._tool("help", tr("Help"), "help")
        for button in (self.look, self.help):
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        ends = (self.run, self.present, self.look, self.language, self.help)
        for button in ends:
            self.addWidget(button)
        for button in (self.program, self.machine, *ends):
            button.setFixedHeight(px(28))

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self.theme = theme
        for button in (self.program, self.machine, self.present, self.language, self.help):
            button.setIcon(themes.icon(button.property("icon_name"), theme.text2))
        self.run.setIcon(themes.icon("play-solid", theme.on_accent))
        self.look.setIcon(themes.icon("moon" if theme.dark else "sun", theme.text1))
        for switch in self.switches.values():
            switch.theme = theme
            switch.update()

    def tell(self, title: str, machine: tuple[str, ...], dirty: bool) -> None:
        """Name the program and the machine; of the machine's names, the longest that there is room for."""
        self._title, self._machine, self._dirty = title, machine, dirty
        self.program.setToolTip(tr("{0}: changed since it was saved").format(title) if dirty else title)
        tip = tr("Machine: processors, memory, boot parameters")
        self.machine.setToolTip(f"{machine[0]}\n{tip}")
        self.machine.setAccessibleDescription(machine[0])
        self.fold()

    def offer_runs(self, runs: bool) -> None:
        """Have what runs operations and boots; a recording was run, and booted, elsewhere."""
        if runs != self._runs:
            self._runs = runs
            self.fold()

    def _open_machine(self) -> None:
        """The dialog of the machine; where the switches have given way, a menu with them first."""
        if self.boot.isVisible() or not self._runs:
            self._actions["machine"].trigger()
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions([self._actions[name] for name in ("machine", *self.switches)])
        menu.popup(self.machine.mapToGlobal(self.machine.rect().bottomLeft()))

    # --- room ------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fold()

    def fold(self) -> None:
        """Give up as much as there is no room for: the menus and tips have it all."""
        for gone in range(len(FOLDS) + 1):
            self._give_up(FOLDS[:gone])
            if self._needed() <= self.width():
                return

    def _give_up(self, gone: tuple[str, ...]) -> None:
        icon, both = Qt.ToolButtonStyle.ToolButtonIconOnly, Qt.ToolButtonStyle.ToolButtonTextBesideIcon
        self._show(self.boot, self._runs and "boot" not in gone)
        self._show(self.run, self._runs)
        self.brand.setToolButtonStyle(icon if "brand" in gone else both)
        for name in ("run", "present", "language"):
            getattr(self, name).setToolButtonStyle(icon if name in gone else both)
        shorter = sum(name.startswith("machine") for name in gone)
        named = shorter < len(self._machine)
        self.machine.setText(self._machine[shorter] if named else "")
        self.machine.setToolButtonStyle(both if named else icon)
        room = 90 if "short title" in gone else 180
        shown = themes.elided(self._title, room, bold=True)
        shown = "" if "title" in gone else shown
        self.program.setText(f"{shown}{' •' if self._dirty else ''}  ▾")

    def _show(self, widget: QWidget, shown: bool) -> None:
        """Show a widget or not: its action does it."""
        for action in self.actions():
            if self.widgetForAction(action) is widget:
                action.setVisible(shown)

    def _needed(self) -> int:
        """The width of all that is visible."""
        widgets = [self.widgetForAction(action) for action in self.actions() if action.isVisible()]
        wide = [max(w.minimumWidth(), min(w.sizeHint().width(), w.maximumWidth())) for w in widgets if w]
        return sum(wide) + px(SPACING) * (len(wide) - 1) + 2 * px(MARGIN)


def language() -> str:
    """The language of the window as its button names it."""
    return "中文" if QLocale().language() == QLocale.Language.Chinese else "EN"
