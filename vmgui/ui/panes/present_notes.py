"""Speaker notes: the beat the audience sees, the next one, the speaker's own words, the time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QElapsedTimer, QLocale, Qt, QTime, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from vmgui.projection.beat_text import BeatText
from vmgui.ui.panes.present import Slide
from vmgui.ui.theme import Theme, px
from vmgui.ui.words import tr


@dataclass(frozen=True, slots=True)
class Said:
    """What the audience sees, what comes next, and what was written for the speaker."""

    slide: Slide
    next: BeatText
    notes: str


class NotesWindow(QWidget):
    """A window for the screen of the speaker.

    Signals: `closed` says that it was closed, `pressed` carries a key: the lecture takes it.
    """

    closed = Signal()
    pressed = Signal(object)

    def __init__(
        self,
        parent: QWidget | None = None,
        elapsed: Callable[[], int] | None = None,
        now: Callable[[], QTime] = QTime.currentTime,
    ):
        super().__init__(parent, Qt.WindowType.Window)
        self.setWindowTitle(tr("Speaker notes"))
        self.setObjectName("notes")
        self.resize(px(520), px(560))
        self._elapsed, self._now = elapsed or self._stopwatch(), now
        self._begun = self._elapsed()
        self.beat, self.sentence, self.next = QLabel(), QLabel(), QLabel()
        self.time, self.clock = QLabel(), QLabel()
        self.notes = QPlainTextEdit(readOnly=True)
        self.notes.setPlaceholderText(
            tr("No notes here. Comments above an operation and the notes of bookmarks are shown.")
        )
        self._lay_out()
        self._timer = QTimer(self, interval=1000)
        self._timer.timeout.connect(self.tick)
        self.tick()

    @staticmethod
    def _stopwatch() -> Callable[[], int]:
        timer = QElapsedTimer()
        timer.start()
        return lambda: timer.elapsed() // 1000

    def _lay_out(self) -> None:
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 12, 16, 12)
        box.setSpacing(8)
        self.again = QPushButton(tr("Restart the clock"))
        self.again.clicked.connect(self.restart)
        for widget in (self.again, self.notes):
            widget.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # keys are those of the lecture
        for label, pixels, bold, name in (
            (self.time, 26, True, tr("Time since the lecture began")), (self.clock, 16, False, tr("Time")),
            (self.beat, 14, True, tr("Beat")), (self.sentence, 14, False, tr("Sentence")),
            (self.next, 14, False, tr("Next beat")),
        ):  # fmt: skip
            weight = "bold" if bold else "normal"
            label.setStyleSheet(f"font-size: {px(pixels)}px; font-weight: {weight};")
            label.setWordWrap(label not in (self.time, self.clock))
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setAccessibleName(name)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        top = QHBoxLayout()
        top.addWidget(self.time)
        top.addWidget(self.clock)
        top.addStretch(1)
        top.addWidget(self.again)
        box.addLayout(top)
        self.notes.setAccessibleName(tr("Notes"))
        box.addWidget(self.beat)
        box.addWidget(self.sentence)
        box.addWidget(self.notes, 1)
        box.addWidget(self.next)

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self.setStyleSheet(
            f"#notes {{ background: {theme.bg1}; }} QPlainTextEdit {{ font-size: {px(16)}px; }}"
        )

    def tell(self, said: Said) -> None:
        """Show another beat."""
        slide = said.slide
        number = f"{slide.number} / {slide.count}   " if slide.count else ""
        named = dict.fromkeys(part for part in (slide.text.title, slide.operation) if part)
        self.beat.setText(number + " · ".join(named))
        self.sentence.setText(slide.text.plain)
        self.next.setText(tr("Next: {0}").format(said.next.title) if said.next.title else tr("The end"))
        self.next.setToolTip(said.next.plain)
        if self.notes.toPlainText() != said.notes:
            self.notes.setPlainText(said.notes)

    def restart(self) -> None:
        """Count the time from here."""
        self._begun = self._elapsed()
        self.tick()

    def tick(self) -> None:
        """Show the time."""
        seconds = self._elapsed() - self._begun
        hours, rest = divmod(seconds, 3600)
        minutes = f"{rest // 60:02}:{rest % 60:02}"
        self.time.setText(f"{hours}:{minutes}" if hours else minutes)
        self.clock.setText(QLocale().toString(self._now(), QLocale.FormatType.ShortFormat))

    def keyPressEvent(self, event) -> None:
        self.pressed.emit(event)

    def showEvent(self, event) -> None:
        super().showEvent(event)
        self._timer.start()

    def hideEvent(self, event) -> None:
        super().hideEvent(event)
        self._timer.stop()

    def closeEvent(self, event) -> None:
        super().closeEvent(event)
        self.closed.emit()
