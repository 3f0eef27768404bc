"""The status bar: counters of the kernel at the step, what is under the pointer, and the keys to know."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QStatusBar, QWidget

from vmgui import __version__
from vmgui.projection.status import Counters, summary
from vmgui.ui.panes.still import Still
from vmgui.ui.theme import px
from vmgui.ui.words import tr

HEIGHT = 24
#: Roles of the style sheet by tone.
ROLES = {"": "secondary", "good": "success", "bad": "error"}


class StatusLine(QStatusBar):
    """Counters left, hints right; a tip of a pane takes the place of the counters for a while."""

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self._counters: Counters | None = None
        self._said: list[tuple[str, str]] = []
        self._instead: tuple[str, ...] = ()
        self.setFixedHeight(px(HEIGHT))
        self.setSizeGripEnabled(False)
        self.parts: list[QLabel] = []
        self.left = QWidget()
        self.left.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        self._row = QHBoxLayout(self.left)
        self._row.setContentsMargins(px(12), 0, 0, 0)
        self._row.setSpacing(0)
        self._row.addStretch(1)
        self.keys = QLabel()
        self.keys.setProperty("role", "secondary")
        self.version = QLabel(tr("engine v6.12 · vmgui {0}").format(__version__))
        self.version.setProperty("role", "mono")
        self.version.setContentsMargins(px(8), 0, px(12), 0)
        self.addWidget(Still(self.left, clear=True), 1)
        self.addPermanentWidget(self.keys)
        self.addPermanentWidget(self.version)
        self.messageChanged.connect(self._fit)

    def hint(self, text: str) -> None:
        """Tell the keys to know."""
        self.keys.setText(text)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """The hints give way, then the version, then the last counters: nothing is cut.

        Both give way to what is under the pointer where its words need the room.
        """
        wide = [label.sizeHint().width() for label in self.parts]
        room = self.width() - px(64)
        keys, version = self.keys.sizeHint().width(), self.version.sizeHint().width()
        told = self.fontMetrics().horizontalAdvance(self.currentMessage())
        self.keys.setVisible(max(sum(wide), told) + keys + version <= room)
        self.version.setVisible(max(sum(wide), told) + version <= room)
        for label, width in zip(self.parts, wide, strict=True):
            room -= width
            label.setVisible(room >= 0)

    def tell_instead(self, *texts: str) -> None:
        """Show these where the counters are; nothing brings them back."""
        self._instead = texts
        self._show()

    def tell(self, counters: Counters) -> None:
        """Show the counters of a step."""
        if counters != self._counters:
            self._counters = counters
            self._show()

    def _show(self) -> None:
        counted = summary(self._counters) if self._counters is not None else ()
        texts = [(tr(text), ROLES[tone]) for text, tone in counted]
        if self._instead:
            broken = [each for each in texts if each[1] == "error"]
            texts = [*broken, *((text, "secondary") for text in self._instead)]
        if texts == self._said:
            return
        self._said = texts
        while len(self.parts) < len(texts):
            self.parts.append(QLabel())
            self._row.insertWidget(self._row.count() - 1, self.parts[-1])
        for label in self.parts[len(texts) :]:
            label.clear()
        for i, (label, (text, role)) in enumerate(zip(self.parts, texts, strict=False)):
            label.setText(f"   │   {text}" if i else text)
            if label.property("role") != role:
                label.setProperty("role", role)
                label.style().unpolish(label)
                label.style().polish(label)
        self._fit()
