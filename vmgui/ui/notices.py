"""Notices: what went wrong or was done, on a slip over the panes that never takes the focus."""

from __future__ import annotations

import logging
from collections.abc import Callable
from html import escape

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from vmgui import log
from vmgui.ui import theme as themes
from vmgui.ui.theme import DARK, Theme, px
from vmgui.ui.words import tr

_said = log.topic(log.WINDOW)
#: Milliseconds a notice that only informs stays.
STAYS = 8000
#: Pixels between the slip and what it lies on.
EDGE = 2


def rich(text: str) -> str:
    """The first line as it is, the others in mono with their blanks: a caret stays below its place."""
    first, *rest = escape(text).split("\n")
    return f"<b>{first}</b>" + (f"<pre style='margin:0'>{chr(10).join(rest)}</pre>" if rest else "")


class NoticeBar(QFrame):
    """One notice at a time; an error stays until it is closed or the next one comes.

    It lies over the top of its parent, no wider than its text: what is below stays where it is.  Below one
    that comes `first` it leaves that in sight.
    """

    first = False

    def __init__(self, parent: QWidget):
        super().__init__(parent)
        self._ground = parent
        parent.installEventFilter(self)
        self.setObjectName("notice")
        self.theme: Theme = DARK
        self._kind, self.said = "info", ""
        self.icon = QLabel()
        self.label = QLabel()
        self.label.setTextFormat(Qt.TextFormat.RichText)
        self.label.setFont(themes.widget_font(themes.UI))
        self.action_button = QToolButton()
        self.action_button.clicked.connect(lambda: self._do())
        self._do: Callable[[], object] = self.hide
        self.close_button = QToolButton()
        self.close_button.setProperty("flat", True)
        self.close_button.setAccessibleName(tr("Close this notice"))
        self.close_button.clicked.connect(self.hide)
        row = self.row = QHBoxLayout(self)
        row.setContentsMargins(px(12), px(2), px(8), px(2))
        row.addWidget(self.icon)
        row.addWidget(self.label, 1)
        row.addWidget(self.action_button)
        row.addWidget(self.close_button)
        self._timer = QTimer(self, singleShot=True, interval=STAYS)
        self._timer.timeout.connect(self.hide)
        self.hide()

    @property
    def text(self) -> str:
        """What it says now; empty when it is closed."""
        return "" if self.isHidden() else self.said

    def say(self, text: str) -> None:
        """Tell something that is well."""
        self._show("info", text)
        self._timer.start()

    def fade(self) -> None:
        """It has done its duty: it stays as long as one that only informs."""
        if not self.fading:
            self._timer.start()

    @property
    def fading(self) -> bool:
        """Whether it goes by itself."""
        return self._timer.isActive()

    def end(self) -> None:
        """What it advised is done: a notice that only informs goes."""
        if self._timer.isActive():
            self._timer.stop()
            self.hide()

    def fail(self, text: str, offer: tuple[str, Callable[[], object]] | None = None) -> None:
        """Tell something that could not be done; `offer` is a button's text and what it does."""
        self._show("error", text, offer)
        self._timer.stop()

    def ask(self, text: str, offer: tuple[str, Callable[[], object]]) -> None:
        """Tell something that waits for an answer; `offer` is a button's text and what it does."""
        self._show("info", text, offer)
        self._timer.stop()

    def _show(
        self, kind: str, text: str, offer: tuple[str, Callable[[], object]] | None = None
    ) -> None:
        self._kind, text = kind, tr(text)
        _said.log(logging.ERROR if kind == "error" else logging.INFO, "%s", text)
        self.action_button.setVisible(offer is not None)
        if offer is not None:
            self.action_button.setText(offer[0])
            self._do = offer[1]
        self.said = text
        self.label.setText(rich(text))
        self._dress()
        self._place()
        self.show()
        self.setAccessibleName(text)
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        elif event.type() == QEvent.Type.ChildAdded:
            self.raise_()
        return False

    def _place(self) -> None:
        """Lie in the middle of the upper edge, as wide as the text, or as there is room."""
        room = self._ground.width() - 2 * px(EDGE)
        self.label.setWordWrap(False)
        width = min(self.sizeHint().width(), room)
        self.label.setWordWrap(True)
        height = max(self.heightForWidth(width), self.minimumSizeHint().height())
        bars = [bar for bar in self._ground.findChildren(NoticeBar) if bar.first and not bar.isHidden()]
        top = px(EDGE) + max((bar.geometry().bottom() for bar in bars if bar is not self), default=0)
        self.setGeometry(px(EDGE) + (room - width) // 2, top, width, height)
        self.raise_()

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self.theme = theme
        self._dress()

    def _dress(self) -> None:
        error = self._kind == "error"
        ink, ground = ("error", "tint_error") if error else ("accent", "tint_accent")
        self.setStyleSheet(
            f"#notice {{ background: {getattr(self.theme, ground)};"
            f" border: 1px solid {getattr(self.theme, ink)}; border-radius: {px(5)}px; }}"
        )
        self.icon.setPixmap(themes.pixmap("refused" if error else "bulb", getattr(self.theme, ink), px(16)))
        self.close_button.setIcon(themes.icon("cross", self.theme.text2))
