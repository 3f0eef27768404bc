"""What is said at a beat: in the words of the lesson that is open, else in those of any program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from vmgui.projection.beat_text import BeatText, text_of
from vmgui.projection.beats import Beat, BeatReader
from vmgui.ui.language import current
from vmgui.ui.perspectives import STUDY

if TYPE_CHECKING:
    from vmgui.lessons.page_beats import PageBeats
    from vmgui.ui.desk import Desk


class Narrator(QObject):
    """Has the beats of what is open, and says them; made anew when another program or page is."""

    def __init__(self, desk: Desk):
        super().__init__(desk)
        self.desk = desk
        self._read: BeatReader | None = None
        self._page: PageBeats | None = None
        desk.workspace.replaced.connect(self.forget)
        desk.scene.staged.connect(self.tell)
        desk.scene.settled.connect(self.tell)

    def forget(self) -> None:
        """Another page or program is open."""
        self._read = self._page = None

    def tell(self, *_what: object) -> None:
        """Say in Study what the step is."""
        desk = self.desk
        if desk.perspectives.current != STUDY:
            return
        at, step = desk.player.at, desk.transport.said
        beats = (each.at(at) for each in (self.beats, self.read) if each is not None)
        beat = next((each for each in beats if each is not None and each.step == at), None)
        if beat is None and self.read is not None:
            beat = self.read.at(at)
        if beat is None:
            desk.animator.narration.tell(None, "plain", step)
        else:
            text = self.text(beat)
            desk.animator.narration.tell(text, text.mood or beat.mood, step)

    @property
    def read(self) -> BeatReader | None:
        """The beats that are read from the program; None while nothing is open."""
        session, shape = self.desk.workspace.session, self.desk.scene.shape
        if self._read is None and session is not None and shape is not None:
            self._read = BeatReader(session.columns, session.operations, shape)
        return self._read

    @property
    def beats(self) -> BeatReader | PageBeats | None:
        """The beats of the page of a lesson that has some, else those of the program."""
        page, read = self.desk.study.shown, self.read
        if page is None or not page.beats or read is None:
            return read
        if self._page is None:
            from vmgui.lessons.page_beats import PageBeats

            self._page = PageBeats(page, read)
        return self._page

    def text(self, beat: Beat | None) -> BeatText:
        """What is said at a beat; why a huge page was refused only where the play-head is there."""
        if beat is None:
            return BeatText("", "", "")
        if beat.key.startswith("lesson:") and self._page is not None:
            return self._page.text(beat)
        scene, read = self.desk.scene, self.read
        here = read is not None and read.at(self.desk.player.at) == beat
        views = scene.views if here else None
        stage = views.stage if views is not None else None
        why = scene.explanation if here and self.desk.player.at == beat.step else None
        return text_of(beat, current(), why, stage)

    def note(self, beat: Beat | None) -> str:
        """What the lesson's author notes for the speaker at a beat; "" for none."""
        written = beat is not None and beat.key.startswith("lesson:") and self._page is not None
        return self._page.note(beat) if written and self._page is not None and beat is not None else ""
