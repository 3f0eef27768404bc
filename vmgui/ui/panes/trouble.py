"""The panic pane: what stopped the kernel, or what it warns of, and the ways out."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from vmgui.projection.numbers import address
from vmgui.projection.trouble import Trouble
from vmgui.ui import theme as themes
from vmgui.ui.panes.source import mono
from vmgui.ui.theme import DARK, Theme, px
from vmgui.ui.words import tr

WIDTH = 430


class TroublePane(QFrame):
    """Beside the source: hidden while all is well. `wanted` carries the name of the action of a button.

    "copy" is the report, "close" hides a warning until the next one.
    """

    wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName("trouble")
        self.setAccessibleName(tr("What went wrong"))
        self.theme: Theme = DARK
        self.trouble: Trouble | None = None
        self._closed: tuple[str, int] | None = None
        self.head = QLabel()
        self.head.setWordWrap(True)
        self.log = QPlainTextEdit()
        self.log.setReadOnly(True)
        self.log.setFont(themes.widget_font(10.5, mono=True))
        self.log.setAccessibleName(tr("What the kernel logged"))
        self.buttons = {name: QPushButton() for name in ("back", "undo", "new", "copy", "close")}
        row = QHBoxLayout()
        row.setSpacing(6)
        for name, button in self.buttons.items():
            button.clicked.connect(lambda _on=False, name=name: self._press(name))
            row.addWidget(button)
        row.addStretch(1)
        box = QVBoxLayout(self)
        box.setContentsMargins(12, 8, 10, 8)
        box.setSpacing(5)
        box.addWidget(self.head)
        box.addWidget(self.log, 1)
        box.addLayout(row)
        self._name_buttons()
        self.hide()

    def sizeHint(self) -> QSize:
        return QSize(px(WIDTH), px(160))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(WIDTH), px(60))

    def _name_buttons(self) -> None:
        texts = {
            "back": (tr("Step back"), tr("One step back: before it happened")),
            "undo": (tr("Undo"), tr("Take the operation back that did it")),
            "new": (tr("Reboot"), tr("Boot this machine anew, with an empty program")),
            "copy": (tr("Copy report"), tr("Copy all of this as text")),
            "close": (tr("Close"), tr("Hide this warning")),
        }
        for name, (text, tip) in texts.items():
            self.buttons[name].setText(text)
            self.buttons[name].setToolTip(tip)

    def show_trouble(self, trouble: Trouble | None) -> None:
        """Show what has gone wrong at a step; None hides the pane."""
        if trouble is not None and self._closed == (trouble.place, trouble.step):
            trouble = None
        if trouble == self.trouble:
            return
        self.trouble = trouble
        self.setVisible(trouble is not None)
        if trouble is None:
            return
        self._tell(trouble)
        self.buttons["new"].setVisible(trouble.stopped)
        self.buttons["close"].setVisible(not trouble.stopped)
        self._dress()
        self.setAccessibleDescription(trouble.report)
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def _tell(self, trouble: Trouble) -> None:
        function, place = mono(trouble.function), mono(trouble.place)
        heads = {
            "BUG": tr("<b>! BUG in {0}</b> · {1}"),
            "oops": tr("<b>! Oops in {0}</b> · {1}"),
            "panic": tr("<b>! Panic in {0}</b> · {1}"),
            "WARN": tr("<b>! Warning in {0}</b> · {1}"),
        }
        self.head.setText(heads[trouble.kind].format(function, place))
        lines = [trouble.reason] if trouble.reason else []
        lines.append(tr("The kernel has stopped.") if trouble.stopped else tr("The kernel goes on."))
        if trouble.fault is not None:
            lines.append(tr("Fault address: {0}").format(address(trouble.fault)))
        if trouble.given:
            given = ", ".join(f"{name} = {value}" for name, value in trouble.given)
            lines.append(tr("Given: {0}").format(given))
        if trouble.lines:
            lines += ["", tr("Kernel log:"), *trouble.lines]
        self.log.setPlainText("\n".join(lines))

    def _press(self, name: str) -> None:
        if name == "close" and self.trouble is not None:
            self._closed = self.trouble.place, self.trouble.step
            self.show_trouble(None)
        elif name != "close":
            self.wanted.emit(name)

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self.theme = theme
        self._dress()

    def _dress(self) -> None:
        stopped = self.trouble is None or self.trouble.stopped
        line, ground = ("error", "tint_error") if stopped else ("now", "tint_now")
        theme = self.theme
        self.setStyleSheet(
            f"#trouble {{ background: {getattr(theme, ground)}; border: 2px solid {getattr(theme, line)};"
            f" border-radius: 4px; }} #trouble QLabel {{ color: {theme.text1}; background: transparent; }}"
            f" #trouble QPlainTextEdit {{ background: {theme.bg0}; color: {theme.text1}; }}"
        )
