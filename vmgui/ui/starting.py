"""The start page: going on where one was, the course, the scenarios, files and recordings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from vmgui import assets
from vmgui.formats.document import SUFFIX
from vmgui.formats.errors import FormatError
from vmgui.formats.scenarios import head, scenarios
from vmgui.projection.numbers import count
from vmgui.ui import files
from vmgui.ui.course_list import listed
from vmgui.ui.perspectives import EXPLORE, REAL, START, STUDY
from vmgui.ui.settings import Left
from vmgui.ui.words import tr
from vmgui.ui.workspace import DEFAULT

if TYPE_CHECKING:
    from vmgui.ui.desk import Desk
    from vmgui.ui.panes.start import StartPage


@dataclass(frozen=True)
class Offer:
    """Something to begin with: its text, a line below it, and what it does."""

    text: str
    detail: str
    do: Callable[[], object]


class Starter(QObject):
    """The start page, made when it is first wanted, and what each of its entries does.

    `lesson_wanted` carries the name of a lesson: whoever shows lessons opens it.
    """

    lesson_wanted = Signal(str)

    def __init__(self, desk: Desk):
        super().__init__(desk)
        self.desk = desk
        self._page: StartPage | None = None
        self._says = ""
        desk.workspace.replaced.connect(self._forget)
        desk.player.moved.connect(self._fade)
        for another in (desk.workspace.replaced, desk.workspace.changed):
            another.connect(lambda: self.leave(EXPLORE))

    @property
    def page(self) -> StartPage:
        """The page."""
        if self._page is None:
            self._page = self._make()
        return self._page

    def _make(self) -> StartPage:
        from vmgui.ui.panes.start import StartPage

        desk, window = self.desk, self.desk.window
        page = StartPage([each for each in scenarios() if each.has_thumbnail])
        page.again.setChecked(window.settings.start_page)
        page.hide()
        page.set_theme(window.theme)
        page.scenario_wanted.connect(self.open_scenario)
        page.action_wanted.connect(window.perform)
        page.appeared.connect(self._offer)
        page.closed.connect(self.close)
        page.again.toggled.connect(self.show_at_start)
        window.centre.addWidget(page, 1)
        desk.extra_panes.append(page)
        return page

    def leave(self, perspective: str) -> None:
        """Show a perspective instead of the page."""
        if self.desk.perspectives.current == START:
            self.desk.perspectives.show(perspective)

    def close(self) -> None:
        """Back to the perspective that was there before the page."""
        self.leave(self.desk.perspectives.before)

    def show_at_start(self, on: bool) -> None:
        """Have the page when vmgui starts, or have it no more."""
        self.desk.window.settings.start_page = on
        if self._page is not None:
            self._page.again.setChecked(on)

    def keep(self) -> None:
        """Keep where the user is, to go on there at the next start."""
        left = self._here()
        if left is not None and not (self.desk.perspectives.current == START and self._untouched):
            self.desk.window.settings.keep_last(left)

    def _here(self) -> Left | None:
        """Where the user is; None in a program that has no file."""
        desk = self.desk
        shown, step = desk.perspectives.current, desk.player.at
        shown = desk.perspectives.before if shown == START else shown
        lecture = desk.presenter.view is not None
        if (lesson := desk.study.open_page) is not None:
            step = step if desk.study.chip is None else 0
            return Left(lesson[0], step, shown, lesson[1], lecture)
        if shown == STUDY and not lecture:
            return Left(perspective=STUDY)
        both = desk.recordings.both
        path = desk.workspace.source if both is None else Path(both.recording.file)
        return None if path is None else Left(path.absolute(), step, shown, lecture=lecture)

    @property
    def _untouched(self) -> bool:
        """Whether what is open is what vmgui starts with."""
        space = self.desk.workspace
        return not (self.desk.player.at or space.dirty or space.source != assets.path(DEFAULT))

    # --- what there is to begin with -------------------------------------------------------------

    def _offer(self) -> None:
        lessons = self._lessons()
        latest = self._latest(lessons)
        again = [] if latest is None else [replace(latest, text=tr("Continue: {0}").format(latest.text))]
        self.page.offer(self._resume(latest), [*again, *lessons.values()], self._recent())

    def _resume(self, latest: Offer | None) -> Offer:
        """The program that is open; at the start of vmgui, the one that was open when it ended."""
        space, kept = self.desk.workspace, self.desk.window.settings.last
        if not self._untouched:
            return Offer(tr("Back to the program"), placed(space.title, self.desk.player.at), self.close)
        there = kept is not None and (kept.path is None or kept.path.is_file())
        if kept is not None and there and kept != Left(space.source):
            going = partial(files.unless_lost, self.desk, partial(self.go_on, kept))
            return Offer(tr("Continue"), self._told(kept), going)
        if latest is not None:
            return replace(latest, text=tr("Continue"), detail=f"{latest.text} · {latest.detail}")
        first = tr("“{0}”: a short program. Space plays it, Right goes a step.")
        return Offer(tr("Begin"), first.format(tr(space.title)), self.close)

    def _told(self, left: Left) -> str:
        """Where one goes on, in words."""
        if left.path is None:
            return tr("Course")
        from vmgui.lessons.reader import name_of

        lesson = self._lessons().get(name_of(left.path)[0]) if left.path.suffix == files.LESSON else None
        program = placed(title_of(left.path), left.step)
        said = program if lesson is None else f"{lesson.text} · {lesson.detail}"
        words = {STUDY: tr("Study"), REAL: tr("Real kernel")}
        where = tr("Lecture") if left.lecture else words.get(left.perspective, "")
        return f"{said} · {where}" if where else said

    def _lessons(self) -> dict[str, Offer]:
        """The course in order, by name, each lesson at the page where it was left."""
        found = {}
        for each in listed(self.desk.study.progress):
            detail = " · ".join(part for part in (each.part, each.detail) if part)
            found[each.name] = Offer(each.title, detail, partial(self.lesson_wanted.emit, each.name))
        return found

    def _latest(self, lessons: dict[str, Offer]) -> Offer | None:
        """The lesson that was open last, unless it is done."""
        progress = self.desk.study.progress
        return None if "" in progress.of(progress.latest).pages else lessons.get(progress.latest)

    def _recent(self) -> list[Offer]:
        """The files that were opened last and are still there."""
        there = [path for path in self.desk.window.settings.recent if path.exists()]
        opening = partial(partial, files.unless_lost, self.desk)
        return [Offer(path.name, str(path), opening(partial(self.desk.window.open, path))) for path in there]

    # --- what they do ----------------------------------------------------------------------------

    def go_on(self, left: Left) -> None:
        """Be again where the user was."""
        desk, before = self.desk, self.desk.workspace.session
        if left.path is None:
            self.leave(left.perspective)
            return
        if left.path.suffix == files.LESSON:
            desk.study.go_on_with(left.path, left.page)
        elif left.path in {each.path for each in scenarios()}:
            desk.open_copy(left.path)
        else:
            desk.window.open(left.path)
        if desk.workspace.session is before:
            return  # it could not be opened, which has been said
        desk.perspectives.show(left.perspective)
        if left.step:
            limit = desk.player.limit
            desk.player.seek(min(left.step, desk.player.length if limit is None else limit))
        if left.lecture:
            desk.presenter.start()

    def open_scenario(self, path: Path) -> None:
        """Run a program that comes with vmgui; say what it shows, and offer the step where it does."""
        files.unless_lost(self.desk, partial(self._begin, path))

    def _begin(self, path: Path) -> None:
        desk = self.desk
        desk.open_copy(path)
        marked = desk.bookmarks.all[:1]
        if desk.workspace.source == path and marked and marked[0].step is not None:
            self._says = tr(desk.workspace.document.description)
            offer = tr("Show the step"), partial(self._show_step, marked[0].step, marked[0].held.note)
            desk.window.notices.ask(self._says, offer)

    def _show_step(self, step: int, note: str) -> None:
        self.desk.go(step)
        self._says = note
        self.desk.window.notices.say(note)

    def _fade(self, *_step: object) -> None:
        """Who steps on has read what was said, and wants to see the header below it."""
        if self._says and self.desk.window.notices.text == self._says:
            self.desk.window.notices.fade()

    def _forget(self) -> None:
        """What was said of a scenario goes with it."""
        if self._says and self.desk.window.notices.text == self._says:
            self.desk.window.notices.hide()
        self._says = ""


def title_of(path: Path) -> str:
    """What a program is called, as far as its file tells."""
    try:
        return head(path)[0] if path.suffix == SUFFIX else path.stem
    except FormatError:
        return path.stem


def placed(title: str, step: int) -> str:
    """A program, and where in it one goes on."""
    said = tr("“{0}”, at step {1}") if step else tr("“{0}”, from its beginning")
    return said.format(tr(title), count(step))
