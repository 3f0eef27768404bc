"""The beats that a page of a lesson has written: asked like those that are read from a program."""

from __future__ import annotations

from vmgui.lessons.run import PageRun, Stop
from vmgui.projection.beat_text import BeatText
from vmgui.projection.beats import Beat, BeatReader, shortened


class PageBeats:
    """The beats of one page, in the order of its steps; `note` is what the speaker alone sees."""

    def __init__(self, page: PageRun, reader: BeatReader) -> None:
        self._title = page.fill(page.page.title, page.page.line)
        found = sorted(page.beats, key=lambda stop: stop.place.after)
        self._stops = [(_beat(number, stop, reader), stop) for number, stop in enumerate(found)]
        self._beats = tuple(beat for beat, _stop in self._stops)

    def of(self, index: int) -> tuple[Beat, ...]:
        """The beats of the page that are in an operation, counted from 0."""
        return tuple(beat for beat in self._beats if beat.operation == index)

    def at(self, step: int) -> Beat | None:
        """The beat that is running when `step` rows have happened; None before the first."""
        return next((beat for beat in reversed(self._beats) if beat.step <= step), None)

    def after(self, step: int) -> Beat | None:
        """The first beat behind a step."""
        return next((beat for beat in self._beats if beat.step > step), None)

    def before(self, step: int) -> Beat | None:
        """The last beat before a step."""
        return next((beat for beat in reversed(self._beats) if beat.step < step), None)

    def text(self, beat: Beat) -> BeatText:
        """What is said at a beat: the page's title is the question above the picture."""
        says = self._stop(beat).say.replace("`", "")
        return BeatText(self._title, shortened(says.replace("**", "")), says)

    def note(self, beat: Beat) -> str:
        """The speaker's note of a beat."""
        return self._stop(beat).note

    def _stop(self, beat: Beat) -> Stop:
        return next(stop for known, stop in self._stops if known == beat)


def _beat(number: int, stop: Stop, reader: BeatReader) -> Beat:
    """A stop as a beat, in the mood of what happens there."""
    near, step = reader.at(stop.place.after), stop.place.after
    mood = near.mood if near is not None and near.step == step else "plain"
    return Beat(step, "begin", stop.place.operation, f"lesson: {number}", (), mood)
