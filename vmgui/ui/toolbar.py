"""The toolbar: perspectives, program, machine, boot parameters, run and theme."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
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
from vmgui.ui.language import LANGUAGES, SHORT, current
from vmgui.ui.theme import DARK, Theme
from vmgui.ui.words import tr

HEIGHT = 48
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
        return QSize(34 + round(themes.metrics(11, False, True).horizontalAdvance(self.text())) + 4, 22)

    minimumSizeHint = sizeHint

    def paintEvent(self, event) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        on, theme = self.isChecked(), self.theme
        track = QRectF(1, self.height() / 2 - 6.5, 24, 13)
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
            QRectF(32, 0, self.width(), self.height()), Qt.AlignmentFlag.AlignVCenter, self.text()
        )
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(theme.color("accent"))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.end()


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
        self.setFixedHeight(HEIGHT)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self._actions = actions
        self.theme: Theme = DARK
        self.menus = menus(actions, self)
        self._add_brand()
        self._add_perspectives()
        self.addSeparator()
        self.program = self._tool("folder", tr("Program: open another"))
        self.program.setMinimumWidth(190)
        self.program.setMaximumWidth(260)
        self.program.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.program.setMenu(self.menus[0])
        self.addWidget(self.program)
        self.machine = self._tool("machine", tr("Machine: processors, memory, boot parameters"))
        self.machine.clicked.connect(actions["machine"].trigger)
        self.machine.setProperty("chip", True)
        self.addWidget(self.machine)
        self._add_boot()
        spacer = QWidget()
        spacer.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.addWidget(spacer)
        self._add_end()

    def _tool(self, icon: str, name: str) -> QToolButton:
        button = QToolButton()
        button.setProperty("icon_name", icon)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setAccessibleName(name)
        button.setToolTip(name)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return button

    def _add_brand(self) -> None:
        self.brand = self._tool("", tr("Menu"))
        self.brand.setIcon(themes.app_icon())
        self.brand.setIconSize(QSize(22, 22))
        self.brand.setText("vmgui")
        self.brand.setFont(themes.font(16, bold=True))
        self.brand.setProperty("flat", True)
        self.brand.setObjectName("brand")
        self.brand.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self)
        for each in self.menus:
            menu.addMenu(each)
        self.brand.setMenu(menu)
        self.addWidget(self.brand)

    def _add_perspectives(self) -> None:
        group = QWidget()
        row = QHBoxLayout(group)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for i, name in enumerate(PERSPECTIVES):
            button = QToolButton()
            button.setDefaultAction(self._actions[name])
            button.setProperty("segment", ("first", "middle", "middle", "last")[i])
            button.setFixedHeight(26)
            row.addWidget(button)
        self._actions["explore"].setChecked(True)
        self.addWidget(group)

    def _add_boot(self) -> None:
        self.boot = QWidget()
        row = QHBoxLayout(self.boot)
        row.setContentsMargins(6, 0, 0, 0)
        row.setSpacing(10)
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
        self._boot_action = self.addWidget(self.boot)

    def _add_end(self) -> None:
        self.run = self._tool("play-solid", tr("Run operation"))
        self.run.setText(tr("Run operation"))
        self.run.setProperty("primary", True)
        self.run.clicked.connect(self._actions["run"].trigger)
        self.run.setToolTip(self._actions["run"].toolTip())
        self.addWidget(self.run)
        self.present = self._tool("present", tr("Present"))
        self.present.setText(tr("Present"))
        self.present.setEnabled(False)
        self.present.setToolTip(tr("The lecture view comes with a later version"))
        self.addWidget(self.present)
        self.look = self._tool("moon", tr("Theme"))
        self.look.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        self.look.clicked.connect(self._actions["theme"].trigger)
        self.look.setToolTip(self._actions["theme"].toolTip())
        self.addWidget(self.look)
        self.language = self._tool("globe", tr("Language"))
        self.language.setText(f"{SHORT[current()]}  ▾")
        self.language.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        spoken = QMenu(self.language)
        spoken.addActions([self._actions[f"language_{name}"] for name in LANGUAGES])
        self.language.setMenu(spoken)
        self.addWidget(self.language)
        self.help = self._tool("help", tr("Help"))
        self.help.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        self.help.clicked.connect(self._actions["help"].trigger)
        self.help.setToolTip(self._actions["help"].toolTip())
        self.addWidget(self.help)
        for button in (self.program, self.machine, self.run, self.present, self.look, self.language,
                       self.help):  # fmt: skip
            button.setFixedHeight(28)

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

    def tell(self, title: str, machine: str, dirty: bool) -> None:
        """Name the program and the machine."""
        shown = themes.metrics(themes.UI, True).elidedText(title, Qt.TextElideMode.ElideRight, 180)
        self.program.setText(f"{shown}{' •' if dirty else ''}  ▾")
        self.program.setToolTip(tr("{0}: changed since it was saved").format(title) if dirty else title)
        self.machine.setText(machine)

    def fold(self, narrow: bool) -> None:
        """In a narrow window the boot parameters and Present give way; the menus have them."""
        self._boot_action.setVisible(not narrow)
        self.program.setMinimumWidth(120 if narrow else 190)
