"""A lecture: which beat is shown, on which screen, what the next key leads to; notes for the speaker."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QScreen, QShortcut

from vmgui.formats.document import comment_of
from vmgui.projection.beat_text import BeatText
from vmgui.projection.beats import Beat
from vmgui.ui.panes.present import PresentView, Slide
from vmgui.ui.panes.present_notes import NotesWindow, Said
from vmgui.ui.player import SPEEDS, Timer, clock
from vmgui.ui.words import tr

if TYPE_CHECKING:
    from vmgui.lessons.page_beats import PageBeats
    from vmgui.projection.beats import BeatReader
    from vmgui.projection.stage import Stage
    from vmgui.ui.desk import Desk
    from vmgui.ui.theme import Theme

#: Milliseconds that a beat is shown while playing: some to look, and some for each character to read.
LOOK, READ = 1500, 45


def handlers(desk: Desk) -> dict[str, Callable[[], object]]:
    """What the actions of a lecture do."""
    return {
        "present": lambda: desk.presenter.toggle(),
        "lecture": lambda: desk.presenter.toggle(),
        "notes": lambda: desk.presenter.toggle_notes(),
        "reduced_motion": lambda: desk.presenter.reduce(desk.window.actions_["reduced_motion"].isChecked()),
    }


def stage_screen(screens: Sequence[QScreen], home: QScreen | None) -> QScreen | None:
    """The screen that the audience sees: another than that of the window, where there is one."""
    return next((screen for screen in screens if screen is not home), home)


class Presenter(QObject):
    """Shows the beats of the open program, or those that the open page of a lesson has written.

    The play-head stays the window's: leaving keeps the step.  `turned` says that a lecture began or ended.
    """

    turned = Signal(bool)

    def __init__(self, desk: Desk, timer: Timer | None = None):
        super().__init__(desk)
        self.desk = desk
        self.view: PresentView | None = None
        self.notes: NotesWindow | None = None
        self.playing = False
        self._clicker: list[QShortcut] = []
        self._timer: Timer = timer if timer is not None else clock(self)
        self._timer.timeout.connect(self._tick)
        desk.workspace.replaced.connect(self.refresh)
        desk.workspace.changed.connect(self.refresh)
        desk.player.moved.connect(self.refresh)
        desk.scene.staged.connect(self._staged)
        desk.workspace.noted.connect(self.refresh)
        self.reduce(desk.window.settings.reduced_motion)

    # --- beginning and end -----------------------------------------------------------------------

    def toggle(self) -> None:
        """Begin the lecture, or end it."""
        if self.view is None:
            self.start()
        else:
            self.stop()

    def start(self) -> None:
        """Fill a screen with the beat of this step: the second one where there are two."""
        if self.view is not None:
            return
        window = self.desk.window
        self.desk.player.pause()
        view = self.view = PresentView(self.desk.selection, window)
        view.wanted.connect(self._do)
        view.jumped.connect(self.jump)
        view.left.connect(self.stop)
        view.fronted.connect(self._cover)
        view.set_theme(window.theme)
        view.canvas.motion.reduced = window.settings.reduced_motion
        home = window.screen()
        screen = stage_screen(QGuiApplication.screens(), home)
        if screen is not None:
            view.setScreen(screen)
            view.setGeometry(screen.geometry())
        if screen is not home or window.settings.speaker_notes:
            self._show_notes()
        self._mark(True)
        self.turned.emit(True)
        self._clicker = [self._remote("PgDown", self.next), self._remote("PgUp", self.previous)]
        self.refresh()
        view.showFullScreen()
        view.activateWindow()
        view.setFocus()

    def _remote(self, key: str, move: Callable[[], None]) -> QShortcut:
        """A key of a clicker that works in the window, too, while the view is on another screen."""
        made = QShortcut(QKeySequence(key), self.desk.window)
        made.activated.connect(move)
        return made

    def stop(self) -> None:
        """End the lecture at the step where it is."""
        view, self.view = self.view, None
        if view is None:
            return
        self._cover(False)
        for shortcut in self._clicker:
            shortcut.deleteLater()
        self._clicker = []
        self.pause()
        self._mark(False)
        self._hide_notes()
        view.close()
        view.deleteLater()
        self.turned.emit(False)
        self.desk.window.activateWindow()
        self.desk.window.rest()

    def _quit(self) -> None:
        """End the lecture first: what is asked about a changed program has to be seen."""
        self.stop()
        self.desk.window.actions_["quit"].trigger()

    def _cover(self, covered: bool) -> None:
        """What nobody sees is not painted: the window, while the view lies over all of it."""
        window, view = self.desk.window, self.view
        hidden = view is not None and covered and view.isFullScreen() and view.screen() is window.screen()
        if window.updatesEnabled() == hidden:
            window.setUpdatesEnabled(not hidden)

    def _mark(self, presenting: bool) -> None:
        actions = self.desk.window.actions_
        actions["lecture"].setChecked(presenting)
        actions[self.desk.perspectives.current].setChecked(not presenting)

    def toggle_notes(self) -> None:
        """Show the notes in a window of their own, or hide them; the next lecture does the same."""
        shown = self.notes is None
        self.desk.window.settings.speaker_notes = shown
        if shown:
            self._show_notes()
            self.refresh()
        else:
            self._hide_notes()

    def _show_notes(self) -> None:
        if self.notes is None:
            self.notes = NotesWindow(self.desk.window)
            self.notes.set_theme(self.desk.window.theme)
            self.notes.closed.connect(self._hide_notes)
            self.notes.pressed.connect(self._pressed)
            self.notes.show()

    def _pressed(self, event: QKeyEvent) -> None:
        if self.view is not None:
            self.view.keyPressEvent(event)

    def _hide_notes(self) -> None:
        notes, self.notes = self.notes, None
        if notes is not None:
            notes.close()
            notes.deleteLater()

    def reduce(self, reduced: bool) -> None:
        """Show steps at once from here on, or as motions."""
        self.desk.window.settings.reduced_motion = reduced
        self.desk.window.actions_["reduced_motion"].setChecked(reduced)
        self.desk.stage.canvas.motion.reduced = reduced
        if self.view is not None:
            self.view.canvas.motion.reduced = reduced

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        if self.view is not None:
            self.view.set_theme(theme)
        if self.notes is not None:
            self.notes.set_theme(theme)

    # --- moves -----------------------------------------------------------------------------------

    def _do(self, name: str) -> None:
        {
            "next": self.next, "previous": self.previous, "play": self.toggle_playing, "first": self.first,
            "last": self.last, "next_operation": self.next_operation, "notes": self.toggle_notes,
            "previous_operation": self.previous_operation, "theme": self.desk.window.change_theme,
            "quit": self._quit,
        }[name]()  # fmt: skip

    def _go(self, beat: Beat | None) -> None:
        if beat is not None:
            self.pause()
            self.desk.player.seek(beat.step, single=True)

    def next(self) -> None:
        """To the next beat, of the next operation or page after the last of this one."""
        beat = self._beats.after(self.desk.player.at) if self._beats is not None else None
        if beat is None and self._beats is not None:
            self.desk.study.turn_page(1)
        else:
            self._go(beat)

    def previous(self) -> None:
        """To the beat before, of the page before in front of the first of this one."""
        beat = self._beats.before(self._here()) if self._beats is not None else None
        page = self.desk.study.shown
        if page is not None and (beat is None or beat.step <= page.start):
            self.desk.study.turn_page(-1)
        else:
            self._go(beat)

    def _here(self) -> int:
        """The step of the beat that is shown: between two it is the first of them."""
        beat = self._beats.at(self.desk.player.at) if self._beats else None
        return beat.step if beat is not None else self.desk.player.at

    def first(self) -> None:
        """To the first beat of the program."""
        if self._beats is not None:
            self._go(self._beats.after(0))

    def last(self) -> None:
        """To the last beat of the program."""
        if self._beats is not None:
            self._go(self._beats.before(self.desk.player.length + 1))

    def next_operation(self) -> None:
        """To the beginning of the next operation."""
        self._begin(1)

    def previous_operation(self) -> None:
        """To the beginning of this operation, or of the one before."""
        beat = self._now()
        self._begin(0 if beat is not None and self._here() != self.beats_of(beat.operation)[0].step else -1)

    def _begin(self, further: int) -> None:
        beat, session = self._now(), self.desk.workspace.session
        index = beat.operation + further if beat is not None else 0
        if self._beats is not None and session is not None and 0 <= index < len(session.operations):
            self._go(next(iter(self._beats.of(index)), None))

    def jump(self, number: int) -> None:
        """To a beat of this operation, counted from 1; too large a number is the last."""
        beat = self._now() or (self._beats.after(0) if self._beats is not None else None)
        if beat is not None:
            beats = self.beats_of(beat.operation)
            self._go(beats[max(1, min(number, len(beats))) - 1])

    def _now(self) -> Beat | None:
        return self._beats.at(self.desk.player.at) if self._beats is not None else None

    def beats_of(self, operation: int) -> tuple[Beat, ...]:
        """The beats of an operation, while there is a lecture."""
        return self._beats.of(operation) if self._beats is not None else ()

    # --- playing ---------------------------------------------------------------------------------

    def toggle_playing(self) -> None:
        """Go from beat to beat by itself, or stay."""
        if self.playing:
            self.pause()
        elif self._beats is not None and self._beats.after(self.desk.player.at) is not None:
            self._set_playing(True)
            self._wait()

    def pause(self) -> None:
        """Stay at this beat."""
        self._timer.stop()
        self._set_playing(False)

    def _set_playing(self, playing: bool) -> None:
        self.playing = playing
        if self.view is not None:
            self.view.show_playing(playing)

    def _wait(self) -> None:
        said = self.view.slide.text.plain if self.view is not None and self.view.slide is not None else ""
        speed = self.desk.player.speed if self.desk.player.speed in SPEEDS else 1.0
        self._timer.start(round((LOOK + READ * len(said)) / speed))

    def _tick(self) -> None:
        beat = self._beats.after(self.desk.player.at) if self._beats is not None else None
        if beat is None or self.view is None:
            self.pause()
            return
        self.desk.player.seek(beat.step, single=True)
        self._wait()

    # --- what is shown ---------------------------------------------------------------------------

    @property
    def _beats(self) -> BeatReader | PageBeats | None:
        """The beats of what is open, while there is a lecture or a window of notes."""
        return self.desk.narrator.beats if self.view is not None or self.notes is not None else None

    def _staged(self, stage: Stage | None, moving: bool) -> None:
        if self.view is not None:
            self.view.show_stage(stage, moving)
        if self.view is not None or self.notes is not None:
            self._show_slide()

    def refresh(self, *_what: object) -> None:
        """Show the beat of the step where the play-head is."""
        session, shape = self.desk.workspace.session, self.desk.scene.shape
        if (self.view is None and self.notes is None) or session is None or shape is None:
            return
        if self.view is not None:
            self.view.show_stage(self.desk.scene.stage)
        self._show_slide()

    def _show_slide(self) -> None:
        beats = self._beats
        if beats is None:
            return
        beat = beats.at(self.desk.player.at)
        slide = self._slide(beat) if beat is not None else self._title()
        near = beats.before(self._here()), beats.after(self.desk.player.at)
        slide = replace(slide, before=self._name(near[0]), after=self._name(near[1]))
        if self.view is not None:
            self.view.show_slide(slide)
        if self.notes is not None:
            self.notes.tell(Said(slide, self._text(near[1]), self._written(beat)))

    def _slide(self, beat: Beat) -> Slide:
        session = self.desk.workspace.session
        line = str(session.operations[beat.operation].operation) if session is not None else ""
        beats = self.beats_of(beat.operation)
        text = self._text(beat)
        return Slide(text, line, text.mood or beat.mood, beats.index(beat) + 1, len(beats))

    def _title(self) -> Slide:
        space = self.desk.workspace
        says = tr("Press → to begin.") if len(space.session or ()) else tr("There is no operation yet.")
        return Slide(BeatText(space.title, space.title, says))

    def _text(self, beat: Beat | None) -> BeatText:
        return self.desk.narrator.text(beat)

    def _name(self, beat: Beat | None) -> str:
        """What a hint calls a beat; it says how many alike are passed over."""
        if beat is None:
            return ""
        title = self._text(beat).title
        return tr("{0}, after {1} alike").format(title, beat.alike) if beat.alike else title

    def _written(self, beat: Beat | None) -> str:
        """The speaker's own notes: the comment above the operation, bookmarks up to the next beat."""
        space = self.desk.workspace
        if beat is None or space.session is None:
            return space.document.description
        after = self._beats.after(beat.step) if self._beats is not None else None
        until = after.step if after is not None else self.desk.player.length + 1
        parts = [self.desk.narrator.note(beat)]
        if beat.kind == "begin":
            parts.append(comment_of(space.current(), beat.operation))
        for marked in self.desk.bookmarks.all:
            if marked.step is not None and beat.step <= marked.step < until:
                parts.append("\n".join(part for part in (marked.held.text, marked.held.note) if part))
        return "\n\n".join(part for part in parts if part)
