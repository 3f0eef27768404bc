"""The status bar: counters of the kernel at the step, what is under the pointer, and the keys to know."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QStatusBar, QWidget

from vmgui import __version__
from vmgui.projection.status import Counters, summary
from vmgui.ui import theme as themes
from vmgui.ui.theme import DARK, Theme

HEIGHT = 24


class StatusLine(QStatusBar):
    """Counters left, hints right; a tip of a pane takes the place of the counters for a while."""

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.theme: Theme = DARK
        self._counters: Counters | None = None
        self.setFixedHeight(HEIGHT)
        self.setSizeGripEnabled(False)
        self.left = QLabel()
        self.left.setTextFormat(Qt.TextFormat.RichText)
        self.left.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.left.setContentsMargins(12, 0, 0, 0)
        self.keys = QLabel(
            self.tr("Space play · → step · Shift+→ step over · Ctrl+→ next op · W why · ? keys")
        )
        self.keys.setProperty("role", "secondary")
        self.version = QLabel(self.tr("engine v6.12 · vmgui {0}").format(__version__))
        self.version.setProperty("role", "mono")
        self.version.setContentsMargins(8, 0, 12, 0)
        self.addWidget(self.left, 1)
        self.addPermanentWidget(self.keys)
        self.addPermanentWidget(self.version)
        for label in (self.left, self.keys, self.version):
            label.setFont(themes.font(themes.SECONDARY))

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self.theme = theme
        if self._counters is not None:
            self.tell(self._counters)

    def tell(self, counters: Counters) -> None:
        """Show the counters of a step."""
        self._counters = counters
        bar = f'<span style="color:{self.theme.border}">&nbsp;&nbsp;│&nbsp;&nbsp;</span>'
        parts = []
        for text, tone in summary(counters):
            color = {"good": self.theme.success, "bad": self.theme.error}.get(tone, self.theme.text2)
            parts.append(f'<span style="color:{color}">{text}</span>')
        self.left.setText(bar.join(parts))
