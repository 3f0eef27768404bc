"""The transport row: the buttons of a player, its speeds, the step counter and what the step did."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QIcon, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QStyleOptionToolButton,
    QToolButton,
    QWidget,
)

from vmgui.projection.numbers import count
from vmgui.ui import theme as themes
from vmgui.ui.actions import Actions
from vmgui.ui.panes.header import Segments
from vmgui.ui.panes.still import Solid
from vmgui.ui.player import SPEEDS, Player
from vmgui.ui.speech import announce
from vmgui.ui.theme import DARK, Theme, px
from vmgui.ui.words import plain, tr

BUTTONS = ("first", "previous_operation", "back", "play", "step", "over", "next_operation", "last")
ICONS = {
    "first": "first", "previous_operation": "previous-operation", "back": "step-back", "step": "step",
    "over": "step-over", "next_operation": "next-operation", "last": "last",
}  # fmt: skip
#: Buttons that a narrow transport goes without.
SPARED = ("previous_operation", "over", "next_operation")
LEGEND = (("▼", "table"), ("◆", "pmd"), ("✗", "error"), ("≈", "accent"), ("!", "error"))
HEIGHT = 38
#: From this width on there is room for the legend of the marks.
WIDE = 1440
#: Below these the sizes of steps, then the speeds give way; the menus have them.
LEAST, BOTH = 780, 200
#: How the headline is drawn.
LINES = (Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft).value | Qt.TextFlag.TextWordWrap.value


class Headline(Solid):
    """One line; where there is no room, two smaller ones, and dots behind them. Its tip says all.

    It paints itself: for Qt's label every other text is another layout, and another size another style.
    """

    def __init__(self) -> None:
        super().__init__()
        self._said = self._shown = ""
        self._tight = False
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setWordWrap(True)

    def say(self, text: str) -> None:
        """Say something else."""
        if text != self._said:
            self._said = text
            self.setToolTip(text)
            self.setAccessibleName(text)
            self._fit()

    @property
    def said(self) -> str:
        """All of it."""
        return self._said

    def text(self) -> str:
        """What is shown of it."""
        return self._shown

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        room, f = max(40, self.width()), themes.factor()
        wide = themes.metrics(themes.BODY * f, bold=True).horizontalAdvance(self._said)
        self._tight = wide > room
        small = themes.metrics(themes.SECONDARY * f, bold=True)
        self._shown = _in_two_lines(self._said, small, room) if self._tight else self._said
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, palette = QPainter(self), self.palette()
        self.lay_ground(painter)
        painter.setFont(themes.widget_font(themes.SECONDARY if self._tight else themes.BODY, bold=True))
        painter.setPen(palette.color(QPalette.ColorRole.WindowText))
        painter.drawText(self.rect(), LINES, self._shown)
        painter.end()


def _in_two_lines(text: str, small: QFontMetricsF, room: int) -> str:
    """As much of a text as two lines hold: words do not fill a line to its end."""
    area = QRectF(0, 0, room, 10 * small.height())
    shown = text
    for lines in (1.8, 1.5, 1.2, 0.95):
        shown = small.elidedText(text, Qt.TextElideMode.ElideRight, lines * room)
        found = small.boundingRect(area, Qt.TextFlag.TextWordWrap, shown)
        fits = found.height() <= 2 * small.lineSpacing() + 1
        if fits and found.width() <= room:  # no long word is broken
            break
    return shown


def _sign_of(mood: str) -> str:
    """A mood in a sign and a word; nothing for what is plain."""
    if mood == "plain":
        return ""
    return {"refused": "✗ " + tr("refused"), "error": "! " + tr("error"), "huge": "◆ " + tr("huge")}[mood]


class PlayButton(QToolButton):
    """On the ground of the accent: the icon of its action is for the ground of a menu."""

    ground_icon = QIcon()

    def initStyleOption(self, option: QStyleOptionToolButton) -> None:
        super().initStyleOption(option)
        option.icon = self.ground_icon


class Transport(QFrame):
    """Buttons are the actions of the window; the counter tells the play-head in rows."""

    def __init__(self, actions: Actions, player: Player, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName("transport")
        self.theme: Theme = DARK
        self._dressed = ("", "")
        self._told = ("", "plain")
        self._brief = False
        self.player = player
        self.setProperty("surface", "pane")
        self.setFixedHeight(px(HEIGHT))
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(px(12), 0, px(14), 0)
        self._row.setSpacing(px(4))
        self._play = PlayButton()
        self.buttons = {name: self._button(actions, name) for name in BUTTONS}
        self._row.addSpacing(px(12))
        self.speeds = Segments(tr("Speed"), {f"{s:g}": f"{s:g}×" for s in SPEEDS})
        self.speeds.buttons["1"].setChecked(True)
        self.speeds.chosen.connect(lambda key: player.set_speed(float(key)))
        self._row.addWidget(self.speeds)
        self._row.addSpacing(px(8))
        self.sizes = Segments(tr("A step is"), self._sizes())
        for size, button in self.sizes.buttons.items():
            button.setToolTip(actions[f"size_{size}"].toolTip())
        self.sizes.chosen.connect(lambda size: actions[f"size_{size}"].trigger())
        self._row.addWidget(self.sizes)
        self._add_labels()
        player.moved.connect(self._moved)
        player.playing_changed.connect(self._turned)
        player.speed_changed.connect(lambda speed: self.speeds.buttons[f"{speed:g}"].setChecked(True))

    def _sizes(self) -> dict[str, str]:
        """What a step can be, in a word each."""
        return {
            "operation": tr("op"), "call": tr("call"), "write": tr("write"),
            "line": tr("line"),
        }  # fmt: skip

    def _button(self, actions: Actions, name: str) -> QToolButton:
        button = self._play if name == "play" else QToolButton()
        button.setDefaultAction(actions[name])
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        button.setProperty("flat", True)
        button.setProperty("primary", name == "play")
        button.setFixedSize(QSize(px(28), px(28)))
        button.setAccessibleName(plain(actions[name].text()))
        self._row.addWidget(button)
        return button

    def _add_labels(self) -> None:
        self.before, self.counter, self.length = QLabel(tr("step")), Solid(), Solid()
        self.counter.setObjectName("counter")
        self.counter.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.counter.setAccessibleName(tr("Step"))
        for label in (self.before, self.length):
            label.setProperty("role", "counter")
        rows = tr("Rows that have happened: stores, and calls entered or left.")
        runs = tr("Up to 16 neighbouring entries written in a loop are one step.")
        self.counter.setToolTip(f"{rows}\n{runs}")
        self.mood = QLabel()
        self.mood.setFixedHeight(px(20))
        self.line = QLabel()
        self.line.setProperty("role", "counter")
        self.line.hide()
        self.headline = Headline()
        self.legend = QLabel()
        self.legend.setProperty("role", "secondary")
        self._row.addSpacing(px(16))
        for label in (self.before, self.counter, self.length, self.line):
            self._row.addWidget(label)
        self._row.addSpacing(px(14))
        self._row.addWidget(self.mood)
        self._row.addSpacing(px(2))
        self._row.addWidget(self.headline, 1)
        self._row.addWidget(self.legend)

    def set_theme(self, theme: Theme, actions: Actions) -> None:
        """Draw in another theme."""
        self.theme = theme
        for name, icon in ICONS.items():
            actions[name].setIcon(themes.icon(icon, theme.text1))
        self._dress_play()
        names = (tr("table"), tr("huge"), tr("refused"), tr("flush"), tr("error"))
        self.legend.setText("&nbsp;&nbsp; ".join(
            f'<span style="color:{getattr(theme, token)}">{sign}</span>&nbsp;{name}'
            for (sign, token), name in zip(LEGEND, names, strict=True)
        ))  # fmt: skip
        self._moved(self.player.at)

    def _turned(self, playing: bool) -> None:
        self._dress_play()
        if not playing:
            self._announce()

    def _dress_play(self) -> None:
        name, button = "pause" if self.player.playing else "play-solid", self._play
        button.ground_icon = themes.icon(name, self.theme.on_accent)
        button.defaultAction().setIcon(themes.icon(name, self.theme.text1))
        button.setAccessibleName(tr("Pause") if self.player.playing else tr("Play"))

    def _moved(self, at: int) -> None:
        """Count; there is always room for the last step, so that nothing moves while the digits grow."""
        last = count(self.player.length)
        self.counter.setText(count(at))
        self.length.setText(f"/ {last}")
        for label, longest in ((self.counter, last), (self.length, self.length.text())):
            size = label.fontMetrics().size(0, longest)
            if size != label.minimumSize():
                label.setFixedSize(size)
                self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.legend.setVisible(self.width() >= px(WIDE))
        self.sizes.setVisible(self.width() >= px(LEAST + BOTH))
        self.speeds.setVisible(self.width() >= px(LEAST))
        self._fit()

    def _fit(self) -> None:
        """In very little room the number of the step is whole, without the words around it."""
        for label in (self.before, self.length):
            label.show()
        for label in (self.before, self.length):
            label.setVisible(self.width() >= px(LEAST) or self._row.minimumSize().width() <= self.width())

    def tell_line(self, text: str | None) -> None:
        """Say which line runs next, where steps are lines; None when the step is all there is to say."""
        self.line.setText(text or "")
        self.line.setVisible(bool(text))

    def set_brief(self, brief: bool) -> None:
        """Have few buttons and the counter: what the step did is told elsewhere, and the keys do the rest."""
        if brief != self._brief:
            self._brief = brief
            for name in SPARED:
                self.buttons[name].setVisible(not brief)
            self._show_told()

    def tell(self, text: str, mood: str) -> None:
        """Say what the step did; `mood` is plain, refused, huge or error."""
        self._told = tr(text), mood
        self._show_told()
        if not self.player.playing or mood in ("refused", "error"):
            self._announce()

    def _show_told(self) -> None:
        text, mood = self._told
        sign = _sign_of(mood)
        self.mood.setVisible(bool(sign) and not self._brief)
        self.mood.setText(sign)
        if (mood, self.theme.name) != self._dressed:
            self._dressed = mood, self.theme.name
            self._dress_mood(mood)
        self.headline.say("" if self._brief else text)
        self.setAccessibleDescription(text)

    @property
    def said(self) -> str:
        """What the step did."""
        return self._told[0]

    def _announce(self) -> None:
        """Let a screen reader say what the step did; while playing only what went wrong, and the last."""
        announce(self, ": ".join(part for part in (self.mood.text(), self.said) if part))

    def _dress_mood(self, mood: str) -> None:
        ink = self.theme.pmd if mood == "huge" else self.theme.error
        ground = self.theme.bg3 if mood == "huge" else self.theme.tint_error
        self.mood.setStyleSheet(
            f"color: {ink}; background: {ground}; border: 1px solid {ink}; border-radius: 3px;"
            " padding: 0 4px;"
        )
