"""The animator: the keys of a player, the track of time, what the step is, and its details."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QLabel, QSizePolicy, QVBoxLayout, QWidget

from vmgui.projection.beat_text import BeatText
from vmgui.projection.narration import Mood
from vmgui.ui.panes.lesson_text import inline, unmarked
from vmgui.ui.theme import BODY, DARK, SECONDARY, Theme, px

#: In less room the details are below the track, and nothing is told between them.
LEAST = 560
#: What a beat begins with, and the token of its ink.
SIGNS: dict[Mood, tuple[str, str]] = {
    "huge": ("◆ ", "pmd"), "refused": ("✗ ", "error"), "error": ("! ", "error"), "plain": ("", "text1"),
}  # fmt: skip


class Narration(QLabel):
    """What the running beat is in a sentence or two, and below it what the step did."""

    def __init__(self) -> None:
        super().__init__()
        self.theme: Theme = DARK
        self._said: tuple[BeatText | None, Mood, str] = None, "plain", ""
        self.setObjectName("narration")
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.setContentsMargins(px(15), px(6), px(15), px(6))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)

    def tell(self, text: BeatText | None, mood: Mood, step: str) -> None:
        """Say another beat, and what the step itself did."""
        self._said = text, mood, step
        sign, ink = SIGNS[mood]
        color, parts = getattr(self.theme, ink), []
        if text is not None:
            title = "" if text.says.replace("**", "").startswith(text.title.rstrip("…")) else f"{text.title}."
            head = f'<b style="color:{color};font-size:{px(BODY)}px">{sign}{title}</b> '
            parts.append(f'<p style="margin:0 0 {px(6)}px 0">{head}{inline(text.says)}</p>')
        small = inline(step, SECONDARY if text is not None else BODY)
        parts.append(f'<p style="margin:0;color:{self.theme.text2}">{small}</p>')
        self.setText("".join(parts))
        self.setAccessibleName(unmarked(f"{text.title}. {text.says}" if text is not None else step))

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self.theme = theme
        text, mood, step = self._said
        if text is not None or step:
            self.tell(text, mood, step)


class Animator(QWidget):
    """Holds the panes: the details below the track, or at its right, and then the narration below it."""

    def __init__(self, transport: QWidget, scrubber: QWidget, details: QWidget):
        super().__init__()
        self.narration = Narration()
        self._line = QFrame()
        self._line.setProperty("surface", "line")
        self._line.setFixedWidth(1)
        track = QWidget()
        held = QVBoxLayout(track)
        held.setContentsMargins(0, 0, 0, 0)
        held.setSpacing(0)
        for widget in (transport, scrubber):
            held.addWidget(widget)
        held.addWidget(self.narration, 1)
        self._box = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._wanted = False
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(0)
        for part, stretch in ((track, 0), (self._line, 0), (details, 1)):
            self._box.addWidget(part, stretch)
        self.set_beside(False)

    def set_beside(self, beside: bool) -> None:
        """Put the details beside the track, where both have room, or below it."""
        self._wanted = beside
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        beside = self._wanted and self.width() >= px(LEAST)
        way = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        self._box.setDirection(way)
        self._box.setStretch(0, 10 if beside else 0)
        self._box.setStretch(2, 11 if beside else 1)
        self.narration.setVisible(beside)
        self._line.setVisible(beside)

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self.narration.set_theme(theme)
