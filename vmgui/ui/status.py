"""The status bar: counters of the kernel at the step, what is under the pointer, and the keys to know."""

from __future__ import annotations

from PySide6.QtGui import QPalette, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QStatusBar, QWidget

from vmgui import __version__
from vmgui.projection.status import Counters, summary
from vmgui.ui.panes.still import Solid, Still
from vmgui.ui.theme import px
from vmgui.ui.words import tr

HEIGHT = 24
#: Roles of the style sheet by tone.
ROLES = {"": "secondary", "good": "success", "bad": "error"}


class Count(Solid):
    """A counter in words; it is put where it belongs by what holds it: another text is no other layout."""

    def __init__(self) -> None:
        super().__init__(QPalette.ColorRole.AlternateBase)
        self._said = self._role = ""
        self.wide = 0

    def say(self, text: str, role: str) -> None:
        """Say something else, in the looks of a role."""
        if role != self._role:
            self._role = role
            self.setProperty("role", role)
            self.style().unpolish(self)
            self.style().polish(self)
            self._be_solid()
        elif text == self._said:
            return
        self._said = text
        self.setAccessibleName(text)
        self.ensurePolished()
        self.wide = self.fontMetrics().horizontalAdvance(text)
        self.update()

    def text(self) -> str:
        """What it says."""
        return self._said


class Counts(QWidget):
    """Counters beside each other, as many as there is room for."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        self.parts: list[Count] = []
        self.wide = 0

    def say(self, texts: list[tuple[str, str]]) -> bool:
        """Say texts, each in the looks of a role; whether they need another width than before."""
        before = [part.wide for part in self.parts]
        while len(self.parts) < len(texts):
            self.parts.append(Count())
            self.parts[-1].setParent(self)
        for i, (text, role) in enumerate(texts):
            self.parts[i].say(f"   │   {text}" if i else text, role)
        for part in self.parts[len(texts) :]:
            part.say("", ROLES[""])
        wide = [part.wide for part in self.parts]
        self.wide = sum(wide)
        return wide != before

    def place(self, room: int) -> None:
        """Put the parts beside each other; the last ones give way where there is not so much room."""
        x = px(12)
        for part in self.parts:
            part.setGeometry(x, 0, part.wide, self.height())
            x += part.wide
            room -= part.wide
            part.setVisible(room >= 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        for part in self.parts:
            part.resize(part.wide, self.height())


class StatusLine(QStatusBar):
    """Counters left, hints right; a tip of a pane takes the place of the counters for a while."""

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self._counters: Counters | None = None
        self._said: list[tuple[str, str]] = []
        self._instead: tuple[str, ...] = ()
        self.setFixedHeight(px(HEIGHT))
        self.setSizeGripEnabled(False)
        self.left = Counts()
        self.parts = self.left.parts
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
        room = self.width() - px(64)
        keys, version = self.keys.sizeHint().width(), self.version.sizeHint().width()
        wide = max(self.left.wide, self.fontMetrics().horizontalAdvance(self.currentMessage()))
        self.keys.setVisible(wide + keys + version <= room)
        self.version.setVisible(wide + version <= room)
        self.left.place(room)

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
        if self.left.say(texts):
            self._fit()
