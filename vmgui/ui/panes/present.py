"""The lecture view: one beat fills the screen, with its question, the stage and one sentence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import QEvent, QKeyCombination, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QCursor, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import QToolTip, QWidget

from vmgui.projection.beat_text import BeatText
from vmgui.projection.narration import Mood
from vmgui.projection.stage import Stage
from vmgui.ui import theme as themes
from vmgui.ui.actions import PRESENT_KEYS
from vmgui.ui.paint import CENTRE, LEFT, RIGHT, Sheet, Type
from vmgui.ui.panes.present_parts import BUTTON, Hint, IconButton, Large, draw_sentence, spot, unit
from vmgui.ui.panes.stage import StageCanvas
from vmgui.ui.selection import Selection
from vmgui.ui.theme import DARK, Theme
from vmgui.ui.words import tr

#: How much larger the stage is drawn than in the window.
SCALE = 1.5
MARGIN = 28
DIGITS = {Qt.Key(Qt.Key.Key_0.value + n): str(n) for n in range(10)}
#: What each key asks for, by key and modifiers.
KEYS = {QKeySequence(key).toString(): spec.name for spec in PRESENT_KEYS for key in spec.keys}


def named(key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> str:
    """A key with its modifiers as the table writes it; those of the keypad are the same keys."""
    held = modifiers & ~Qt.KeyboardModifier.KeypadModifier
    return QKeySequence(QKeyCombination(held, key)).toString()


@dataclass(frozen=True, slots=True)
class Slide:
    """What the view says at a beat: `number` of `count` in its operation, what is before and after it."""

    text: BeatText
    operation: str = ""
    mood: Mood = "plain"
    number: int = 0
    count: int = 0
    before: str = ""
    after: str = ""


class PresentView(QWidget):
    """Full screen, no frame. It shows a slide and a stage, and says what its keys and buttons ask for.

    Signals: `wanted` carries the name of a move ("next", "previous", "play", ...), `jumped` the number of a
    beat, `left` that the lecture is over, `fronted` whether the view is in front of all windows.
    """

    wanted = Signal(str)
    jumped = Signal(int)
    left = Signal()
    fronted = Signal(bool)

    def __init__(self, selection: Selection, parent: QWidget | None = None):
        super().__init__(parent, Qt.WindowType.Window | Qt.WindowType.FramelessWindowHint)
        self.setObjectName("present")
        self.setWindowTitle(tr("vmgui: lecture"))
        self.setAccessibleName(tr("Lecture"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(640, 360)
        self.theme: Theme = DARK
        self.slide: Slide | None = None
        self.canvas = StageCanvas(selection, self, large=True)
        self.canvas.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.canvas.set_scale(SCALE)
        self._make_buttons()
        self.curtain = Curtain(self)

    def _make_buttons(self) -> None:
        self.back = IconButton("step-back", tr("Previous beat"), tr("Previous beat (←, PgUp)"), self)
        self.play = IconButton("play-solid", tr("Play"), tr("Play or pause (Space)"), self, primary=True)
        self.next = IconButton("step", tr("Next beat"), tr("Next beat (→, PgDn)"), self)
        self.before = Hint("←", tr("Previous beat"), tr("Previous beat (←, PgUp)"), self)
        self.after = Hint("→", tr("Next beat"), tr("Next beat (→, PgDn)"), self, right=True)
        for button, name in ((self.back, "previous"), (self.play, "play"), (self.next, "next"),
                             (self.before, "previous"), (self.after, "next")):  # fmt: skip
            button.clicked.connect(lambda _on=False, name=name: self.wanted.emit(name))

    @property
    def buttons(self) -> tuple[Large, ...]:
        """The buttons, from left to right."""
        return self.before, self.back, self.play, self.next, self.after

    # --- what is shown ---------------------------------------------------------------------------

    def show_slide(self, slide: Slide) -> None:
        """Show what is said at a beat, and tell a screen reader."""
        if slide == self.slide:
            return
        self.slide = slide
        QToolTip.hideText()  # it is about the beat before
        self.before.say(slide.before)
        self.after.say(slide.after)
        self.back.setEnabled(bool(slide.before))
        self.next.setEnabled(bool(slide.after))
        self.setAccessibleDescription(f"{slide.text.head} {slide.text.plain}")
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.DescriptionChanged))
        self.update()

    def show_stage(self, stage: Stage | None, moving: bool = False) -> None:
        """Show the stage of the step; what comes next the sentence says."""
        self.canvas.set_stage(replace(stage, next_writes=0) if stage is not None else None, moving)

    def show_playing(self, playing: bool) -> None:
        """Offer to pause, or to play."""
        self.play.show_icon("pause" if playing else "play-solid")
        self.play.setAccessibleName(tr("Pause") if playing else tr("Play"))

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self.theme = theme
        self.canvas.set_theme(theme)
        self._lay_out()

    # --- layout and drawing ----------------------------------------------------------------------

    @property
    def scale(self) -> float:
        """Pixels for each pixel of the design."""
        return unit(self.size())

    def resizeEvent(self, event) -> None:
        self._lay_out()

    def _lay_out(self) -> None:
        s, w, h = self.scale, self.width(), self.height()
        self.setStyleSheet(f"QToolTip {{ font-size: {round(15 * s)}px; padding: {round(4 * s)}px; }}")
        self.canvas.factor = s  # the screen decides on its size, not the size of type of the window
        self.canvas.setGeometry(0, round(54 * s), w, round(self._box().y() - 64 * s))
        for button in self.buttons:
            button.dress(self.theme, s)
        y, wide, high = h - 60 * s, BUTTON.width() * s, BUTTON.height() * s
        for i, button in enumerate((self.back, self.play, self.next)):
            button.setGeometry(round(w / 2 - 112 * s + 54 * s * i), round(y), round(wide), round(high))
        room = round(w / 2 - 112 * s - MARGIN * s - 12 * s)
        self.before.setGeometry(round(MARGIN * s), round(y), room, round(high))
        self.after.setGeometry(w - round(MARGIN * s) - room + round(110 * s), round(y), room - round(110 * s),
                               round(high))  # fmt: skip
        self.curtain.setGeometry(self.rect())
        self.curtain.update()
        self.update()

    def _box(self) -> QRectF:
        s = self.scale
        return QRectF(MARGIN * s, self.height() - 204 * s, self.width() - 2 * MARGIN * s, 112 * s)

    def paintEvent(self, event) -> None:
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.fillRect(self.rect(), self.theme.color("bg1"))
            if self.slide is not None:
                self._draw(Sheet(painter, self.theme), self.slide, self.scale)
        finally:
            painter.end()

    def _draw(self, sheet: Sheet, slide: Slide, s: float) -> None:
        theme = self.theme
        top = QRectF(MARGIN * s, 16 * s, self.width() - 2 * MARGIN * s, 36 * s)
        head, mono = Type(22 * s, True), Type(17 * s, mono=True)
        sheet.text(top, slide.text.head, theme.color("text1"), head)
        rest = top.width() - head.width(slide.text.head) - 24 * s
        shown = themes.metrics(mono.pixels, mono=True).elidedText(
            slide.operation, Qt.TextElideMode.ElideRight, rest
        )
        sheet.text(top, shown, theme.color("text2"), mono, RIGHT)
        draw_sentence(sheet, self._box(), slide.text.says, slide.mood, s)
        if slide.count:
            at = QRectF(self.width() / 2 + 61 * s, self.height() - 60 * s, 140 * s, BUTTON.height() * s)
            said = f"{slide.number} / {slide.count}"
            sheet.text(at, said, theme.color("text2"), Type(18 * s, mono=True), LEFT)
        line = QRectF(0, self.height() - 5 * s, self.width(), 5 * s)
        sheet.painter.fillRect(line, theme.color("bg3"))
        line.setWidth(self.width() * slide.number / max(slide.count, 1))
        sheet.painter.fillRect(line, theme.color("accent"))

    # --- keys, wheel, closing --------------------------------------------------------------------

    def _act(self, name: str) -> None:
        """Do what a key is for: what lies over the beat is the view's own, the rest is asked for."""
        own: dict[str, Callable[[], object]] = {
            "blank": self.curtain.blank, "zoom": self.zoom, "spot": self.point, "help": self.curtain.help,
            "jump": self._jump, "leave": self._leave,
        }  # fmt: skip
        if name in own:
            own[name]()
        else:
            self.curtain.lift()
            self.wanted.emit(name)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The keys of the table; digits are kept for a jump."""
        key, modifiers = Qt.Key(event.key()), event.modifiers()
        plain = not modifiers & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
        if plain and key in DIGITS:
            self.curtain.type(DIGITS[key])
        elif plain and key == Qt.Key.Key_Backspace:
            self.curtain.type("")
        else:
            name = KEYS.get(named(key, modifiers)) or (KEYS.get(named(key)) if plain else None)
            if name is not None:
                self._act(name)
            else:
                super().keyPressEvent(event)

    def _leave(self) -> None:
        if not self.curtain.lift():
            self.left.emit()

    def _jump(self) -> None:
        digits = self.curtain.digits
        self.curtain.lift()
        if digits:
            self.jumped.emit(int(digits))

    def zoom(self) -> None:
        """Enlarge what is under the pointer, or show the whole stage again."""
        self.canvas.zoom_to(QPointF(self.canvas.mapFromGlobal(QCursor.pos())) / self.canvas.factor)

    def point(self) -> None:
        """Make the pointer a spot that everybody sees, or an arrow again; no tip covers what it points at."""
        if self.pointing:
            self.unsetCursor()
        else:
            self.setCursor(spot(self.theme, self.scale, self.devicePixelRatioF()))
            QToolTip.hideText()
        self.canvas.tips = not self.pointing

    @property
    def pointing(self) -> bool:
        """Whether the pointer is a spot."""
        return self.cursor().shape() == Qt.CursorShape.BitmapCursor

    def changeEvent(self, event) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange:
            self.fronted.emit(self.isActiveWindow())

    def closeEvent(self, event) -> None:
        self.left.emit()
        super().closeEvent(event)

    def event(self, event: QEvent) -> bool:
        """Tab does not wander about: there is one thing to look at."""
        tabs = (Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() in tabs:
            return True
        return super().event(event)


class Curtain(QWidget):
    """What lies over a beat: a blank screen, the digits of a jump, the keys; the mouse goes through it."""

    def __init__(self, view: PresentView):
        super().__init__(view)
        self.view = view
        self.blanked = self.helping = False
        self.digits = ""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def _show(self) -> None:
        self.setVisible(self.blanked or self.helping or bool(self.digits))
        self.raise_()
        self.update()

    def blank(self) -> None:
        """Make the screen black, or show the beat again."""
        self.blanked = not self.blanked
        self._show()

    def help(self) -> None:
        """Show the keys in one line, or hide them."""
        self.helping = not self.helping
        self._show()

    def type(self, digit: str) -> None:
        """Add a digit of the beat to jump to; nothing takes the last one away."""
        self.digits = (self.digits + digit)[:4] if digit else self.digits[:-1]
        self._show()

    def lift(self) -> bool:
        """Take everything away; whether there was something."""
        was = self.isVisible()
        self.blanked = self.helping = False
        self.digits = ""
        self._show()
        return was

    def help_text(self) -> str:
        """The keys in one line."""
        return tr("← → beat   Ctrl+← → operation   Space play   7 Enter jump   B blank   Z zoom   L spot   "
                  "N notes   Esc leave")  # fmt: skip

    def paintEvent(self, event) -> None:
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._draw(Sheet(painter, self.view.theme), self.view.scale)
        finally:
            painter.end()

    def _draw(self, sheet: Sheet, s: float) -> None:
        theme, middle = self.view.theme, QPoint(self.width() // 2, self.height() // 2)
        if self.blanked:
            sheet.painter.fillRect(self.rect(), Qt.GlobalColor.black)
            return
        if self.digits:
            card = QRectF(middle.x() - 90 * s, middle.y() - 60 * s, 180 * s, 120 * s)
            sheet.box(card, theme.color("bg3"), theme.color("accent"), 2, 8 * s)
            sheet.text(card.adjusted(0, 0, 0, -24 * s), self.digits, theme.color("text1"),
                       Type(44 * s, True, True), CENTRE)  # fmt: skip
            low = card.adjusted(0, 76 * s, 0, 0)
            sheet.text(low, tr("Enter: to this beat"), theme.color("text2"), Type(15 * s), CENTRE)
        if self.helping:
            kind = Type(15 * s)
            bar = QRectF(0, self.height() - 90 * s, self.width(), 28 * s)
            sheet.box(bar, theme.color("bg3"), None)
            sheet.text(bar, self.help_text(), theme.color("text1"), kind, CENTRE)
