"""Study: a lesson beside the stage; what it asks stops the play-head until it is answered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from vmgui.formats.errors import FormatError
from vmgui.timeline.session import Stopped
from vmgui.ui import files
from vmgui.ui.course_list import course, entry_of, far, listed, saved
from vmgui.ui.lab_work import LabWork
from vmgui.ui.language import current
from vmgui.ui.learner import Done, Learner
from vmgui.ui.perspectives import EXPLORE, STUDY
from vmgui.ui.study_room import StudyRoom
from vmgui.ui.words import tr

if TYPE_CHECKING:
    from vmgui.lessons.course import Entry
    from vmgui.lessons.model import Chip, Lesson
    from vmgui.lessons.progress import LessonRecord, Progress
    from vmgui.lessons.run import LessonRun, PageRun
    from vmgui.timeline.session import Session
    from vmgui.ui.desk import Desk
    from vmgui.ui.docks import Dock
    from vmgui.ui.panes.lesson import LessonPane
    from vmgui.ui.panes.lesson_cards import PredictionCard

#: What is drawn for whoever opens a lesson the first time; "again" counts on.
FIRST = "1"


def handlers(desk: Desk) -> dict[str, Callable[[], object]]:
    """What the actions of lessons do."""
    return {
        "study": lambda: desk.perspectives.show(STUDY),
        "course": lambda: desk.study.show_course(),
        "lesson_next": lambda: desk.study.go_on(),
        "lesson_back": lambda: desk.study.go_back(),
        "hint": lambda: desk.study.learner.hint(),
        "lesson_again": lambda: desk.study.again(),
        "hand_in": lambda: desk.study.lab.hand_in(),
        "ask_me": lambda: desk.study.ask_me(),
    }


@dataclass(frozen=True)
class Opened:
    """A lesson and its page, `at` from 0, as they are open, with what the learner did.

    `entry` is None outside the course.
    """

    entry: Entry | None
    lesson: Lesson
    seed: int | str
    at: int
    chip: Chip | None
    session: Session | None
    handed_in: bool
    done: Done


def progress_file() -> Path:
    """Where progress is kept."""
    from vmgui.lessons.progress import own_file

    return own_file()


class Study(QObject):
    """The lesson that is open, its page, and what was answered."""

    def __init__(self, desk: Desk):
        super().__init__(desk)
        self.desk = desk
        self.room = StudyRoom(desk, self._wire)
        self.entry: Entry | None = None
        self.run: LessonRun | None = None
        self.page: PageRun | None = None
        self.at = 0
        self.chip: Chip | None = None
        self.handed_in = False
        self.learner = Learner(self)
        self.lab = LabWork(self)
        self._progress: Progress | None = None
        self._loading = False
        self._session: Session | None = None
        self._lines: list[str] = []  # of the page itself: a learner's own follow them
        desk.workspace.replaced.connect(self._replaced)
        desk.workspace.changed.connect(self._changed)
        desk.player.locked.connect(self._locked)
        desk.starter.lesson_wanted.connect(self.open)

    @property
    def progress(self) -> Progress:
        """What was answered and reached on this computer."""
        if self._progress is None:
            self._progress = self.desk.window.keeping.progress(progress_file())
        return self._progress

    @property
    def pane(self) -> LessonPane:
        """The lesson's pane, made when it is first wanted."""
        return self.room.pane

    @property
    def docks(self) -> dict[str, Dock]:
        """The docks of Study."""
        return self.room.docks

    @property
    def middle(self) -> QWidget:
        """What stands beside the lesson: stage and map, the same as in Explore."""
        self.room.furnish()
        return self.desk.room

    def _wire(self, pane: LessonPane) -> None:
        actions = self.desk.window.actions_
        pane.given.connect(self.learner.answer)
        pane.show_wanted.connect(self.desk.go)
        pane.entered.connect(self.learner.run_line)
        pane.judge_wanted.connect(self.learner.judge)
        pane.undo_wanted.connect(actions["undo"].trigger)
        pane.chip_wanted.connect(self.break_it)
        pane.page_wanted.connect(self.show_page)
        pane.course.wanted.connect(self.open)
        for button, name in ((pane.footer.back, "lesson_back"), (pane.footer.hint, "hint"),
                             (pane.footer.on, "lesson_next")):  # fmt: skip
            button.clicked.connect(actions[name].trigger)
        pane.addAction(actions["hint"])

    # --- coming and going ------------------------------------------------------------------------

    def entered(self) -> None:
        """Study is shown: the page again if the program is another by now, or the course."""
        if self.page is None:
            self.show_course()
        elif not self._mine:
            files.unless_lost(self.desk, partial(self.show_page, self.at, self.chip))
        else:
            self.refresh()
        self.desk.narrator.tell()

    def left(self) -> None:
        """Study is left: the play-head is free, unless it is an exam."""
        desk = self.desk
        self.room.leave()
        desk.window.status.tell_instead()
        if not self.exam:
            desk.details.show()
            desk.player.limit = None
            desk.scrubber.conceal(None)

    @property
    def _mine(self) -> bool:
        """Whether the program is the page's own, with nothing but what the learner added to it."""
        session = self.desk.workspace.session
        if session is None or session is not self._session:
            return False
        return [str(each.operation) for each in session.operations[: len(self._lines)]] == self._lines

    @property
    def shown(self) -> PageRun | None:
        """The page that is open, while Study is shown."""
        return self.page if self.desk.perspectives.current == STUDY else None

    def show_course(self) -> None:
        """Show all lessons; Study comes to the front."""
        if self.desk.perspectives.current != STUDY:
            self.page = None
            self.desk.perspectives.show(STUDY)
            return
        self.pane.course.show_course(listed(self.progress))
        self.pane.setCurrentWidget(self.pane.course)
        self.pane.course.setFocus()
        self.desk.window.status.tell_instead(saved(self.progress))

    def open(self, name: str) -> None:
        """Open a lesson or a lab of the course where it was left."""
        entry = next((each for each in course() if each.name == name), None)
        if entry is None:
            raise FormatError(tr("there is no lesson {0!r}").format(name))
        files.unless_lost(self.desk, lambda: self._tell(lambda: self._open(entry, entry.read(current()))))

    def open_file(self, path: Path) -> None:
        """Open the file of a lesson; FormatError, and nothing changed, when it cannot be read or run."""
        from vmgui.lessons.reader import read

        self._open(entry_of(path), read(path))

    def go_on_with(self, path: Path, page: str) -> None:
        """Open a lesson that was left, at its page; one of the course in the language that is spoken."""
        from vmgui.lessons.reader import read

        entry = entry_of(path)
        self._tell(lambda: self._open(entry, entry.read(current()) if entry else read(path), page))

    def _open(self, entry: Entry | None, lesson: Lesson, page: str = "") -> None:
        if lesson.kind == "lab":
            self._open_lab(entry, lesson)
        elif entry is None:
            self.begin(None, lesson, FIRST, page)
        else:
            record = self.progress.of(entry.name)
            self.begin(entry, lesson, record.seed or FIRST, page or record.page)

    def _open_lab(self, entry: Entry | None, lab: Lesson, anew: bool = False) -> None:
        """Open a lab with the values of its student, who is asked for when nobody knows."""
        seed = self.lab.seed(lab, anew)
        if seed:
            self.begin(entry, lab, seed, self.progress.of(lab.name).page)

    def _tell(self, do: Callable[[], object]) -> None:
        """Do what reads and runs a lesson; what is wrong with it is said."""
        try:
            do()
        except Stopped:
            self.desk.window.notices.say(tr("Stopped: the lesson is as it was"))
        except (FormatError, OSError) as error:
            self.desk.window.notices.fail(tr(str(error)))

    def begin(self, entry: Entry | None, lesson: Lesson, seed: str, page: str = "") -> None:
        """Study a lesson with what a seed draws, from a page on; FormatError when it cannot run."""
        from vmgui.lessons.run import LessonRun

        run, ids = LessonRun(lesson, seed), [each.id for each in lesson.pages]
        if not ids:
            raise FormatError(tr("this lesson has no page"), file=lesson.file)
        self._turn(run, ids.index(page) if page in ids else 0, None, entry)

    def again(self) -> None:
        """The same lesson with other numbers; a lab with those of another student."""
        run = self.run
        if run is not None and run.lesson.kind == "lab":
            self._tell(lambda: self._open_lab(self.entry, run.lesson, anew=True))
        elif run is not None:
            other = int(run.seed) + 1 if str(run.seed).isdecimal() else 1
            self._tell(lambda: self.begin(self.entry, run.lesson, str(other)))

    # --- a page ----------------------------------------------------------------------------------

    def show_page(self, index: int, chip: Chip | None = None) -> None:
        """Open a page: its program runs, and the play-head stands before what is asked."""
        run = self.run
        if run is not None:
            self._tell(lambda: self._turn(run, index, chip, self.entry))

    def _turn(self, run: LessonRun, index: int, chip: Chip | None, entry: Entry | None) -> None:
        """Lay out and run a page; FormatError, and nothing changed, when that cannot be done."""
        bar = files.Progress(self.desk, tr("Running {0}").format(run.lesson.title))
        try:
            page = self._prepared(run, index, chip, bar)
            if run is not self.run:
                self.run, self.entry, self.handed_in = run, entry, False
                self.learner.begin()
            self.at, self.chip, self.page = index, chip, page
            self._load(page, bar)
        finally:
            bar.close()
        self.lab.take_up(page)
        self._show(page)
        at = self.desk.player.limit
        self.desk.player.seek(page.start if at is None else at)
        self.pane.setFocus()

    def _prepared(self, run: LessonRun, index: int, chip: Chip | None, bar: files.Progress) -> PageRun:
        """A page that has run, laid out in the pane."""
        from vmgui.lessons import questions

        used = run if chip is None else run.broken(chip)
        used.going = bar.going
        page, lesson = used.page(index), run.lesson
        minutes = tr("about {0} min").format(lesson.minutes) if lesson.minutes else ""
        head = " · ".join(part for part in (lesson.part, lesson.title) if part)
        self.pane.show_page(page, questions.of(page), chip, head, minutes)
        return page

    def _show(self, page: PageRun) -> None:
        """Let everything show a page that has been loaded."""
        if self.desk.perspectives.current != STUDY:
            self.desk.perspectives.show(STUDY)
        if self.entry is not None and self.run is not None:
            self.progress.visit(self.entry.name, page.page.id, str(self.run.seed))
        self.learner.recall(self._record())
        self.refresh()

    def _load(self, page: PageRun, bar: files.Progress) -> None:
        self._loading = True
        try:
            self.desk.workspace.show(page.document(), None, bar)
        finally:
            self._loading = False
        self.desk.workspace.begin_here()
        self._adopt()

    def _adopt(self) -> None:
        """The program that is open is the page's."""
        session = self._session = self.desk.workspace.session
        if session is not None and self.page is not None:
            self._lines = [str(each.operation) for each in session.operations[: self.page.count]]

    @property
    def open_page(self) -> tuple[Path, str] | None:
        """The file of the lesson and the page whose program is open; None while the course is listed."""
        if self.run is None or not self._mine or self.pane.currentWidget() is self.pane.course:
            return None
        return Path(self.run.lesson.file).absolute(), self.page_id

    @property
    def page_id(self) -> str:
        """The page that is open."""
        return self.page.page.id if self.page is not None else ""

    def _record(self) -> LessonRecord | None:
        return self.progress.of(self.entry.name) if self.entry is not None else None

    @property
    def exam(self) -> bool:
        """Whether answers are only noted, and later steps stay hidden."""
        return self.run is not None and self.run.lesson.exam and not self.handed_in

    @property
    def waiting(self) -> PredictionCard | None:
        """The question that waits for an answer; None also outside Study."""
        return self.pane.waiting if self.shown is not None else None

    def _lock(self) -> None:
        """Stop the play-head before the first question that is open; in an exam before the first of all."""
        open_ = [card.question.gate.before for card in self.pane.cards if card.open or self.exam]
        lecture = self.desk.presenter.view is not None and not self.exam
        self.desk.player.limit = limit = None if lecture else min(open_, default=None)
        self.desk.scrubber.conceal(limit)
        if limit is not None and self.desk.player.at > limit:
            self.desk.player.seek(limit)
        for figure in self.pane.figures:
            figure.conceal(limit is not None and figure.shown.place.after > limit)
        self.desk.details.setVisible(not self.exam)

    def _locked(self) -> None:
        card = self.pane.waiting
        if card is not None and not self.exam:
            self.pane.reveal(card)
            self.desk.window.notices.say(tr("Answer the question first: then the next step is shown"))
        else:
            self.desk.window.notices.say(tr("What follows is shown when the exam is handed in"))

    # --- what the learner does -------------------------------------------------------------------

    def break_it(self, chip: Chip | None) -> None:
        """The page with one thing changed, or as it was."""
        self.show_page(self.at, chip)

    # --- pages -----------------------------------------------------------------------------------

    def go_on(self) -> None:
        """To the next page when nothing is open here; after the last one to the course."""
        if self.page is None or self.run is None:
            return
        card = self.pane.waiting
        if card is not None:
            self.pane.reveal(card)
            self.desk.window.notices.say(tr("Answer the question first: then the next page opens"))
            return
        if self.entry is not None and self.chip is None:
            self.progress.finish(self.entry.name, self.page_id)
        following = self.run.page(self.at).following()
        if following is not None:
            self.show_page(following)
        elif self.exam:
            self.hand_in()
        elif self.lab.lab is not None:
            self.lab.hand_in()
        else:
            self._finish(self.run.lesson.title)

    def _finish(self, title: str) -> None:
        """The lesson is done: back to the course; its last program can be shown to others."""
        if self.entry is not None:
            self.progress.finish(self.entry.name, "")
        self.show_course()
        said = tr("“{0}” is done. Explain it to somebody: present it, or export your own walk.")
        window = self.desk.window
        window.notices.ask(said.format(title), (tr("Export…"), partial(window.perform, "export")))

    def lectured(self, begun: bool) -> None:
        """A lecture begins, at the beginning of the page where a question has stopped, or it ends."""
        stopped = self.shown is not None and self.desk.player.limit is not None
        self.refresh()
        if begun and stopped and self.page is not None and self.desk.player.limit is None:
            self.desk.player.seek(self.page.start)

    def turn_page(self, by: int) -> None:
        """To the page after or before, in a lecture: nobody has to answer."""
        page = self.shown
        if page is not None and not self.exam:
            to = page.following() if by > 0 else self.at - 1
            if to is not None and to >= 0:
                self.show_page(to)

    def go_back(self) -> None:
        """To the page before; from the first one to the course."""
        if self.page is not None and self.at:
            self.show_page(self.at - 1)
        else:
            self.show_course()

    def hand_in(self) -> None:
        """End the exam: answers are judged, and everything is open."""
        self.handed_in = True
        self.learner.hand_in()
        self.show_page(0)

    def ask_me(self) -> None:
        """Ask about the step that is shown, without any lesson; not before a lesson's own question."""
        from vmgui.ui.dialogs.ask import AskWindow

        if self.waiting is not None or self.exam:
            self.desk.window.notices.say(tr("Answer the question of the lesson first"))
        else:
            AskWindow.show_for(self.desk)

    def refresh(self) -> None:
        """Lock, footer and cards as they stand."""
        if self.page is None or self.run is None or self.shown is None:
            return
        self._lock()
        pane, record = self.pane, self._record()
        pages = [page.id for page in self.run.lesson.pages]
        done = [record is not None and page in record.pages for page in pages]
        last = self.run.page(self.at).following() is None
        ending = tr("Hand in") if self.exam or self.lab.lab is not None else tr("Finish")
        on = ending if last else tr("Continue")
        pane.footer.show_pages(done, self.at, on)
        used, of = self.learner.hints()
        pane.footer.show_hints(used, 0 if self.exam else of)
        session = self.desk.workspace.session
        if session is not None:
            for card in pane.tasks:
                own = session.operations[self.page.count :]
                card.show_program(str(each.operation) for each in own)
        told = far(self.progress, record, pane.cards, sum(done), len(pages), self.exam)
        self.desk.window.status.tell_instead(*told)

    # --- what follows ----------------------------------------------------------------------------

    def _replaced(self) -> None:
        if self._loading:
            return
        self.desk.scrubber.conceal(None)
        if self.desk.perspectives.current == STUDY:
            self.desk.perspectives.show(EXPLORE)

    def _changed(self) -> None:
        """A program of a lesson belongs to the lesson: nobody asks whether to save it."""
        if self.desk.perspectives.current == STUDY and self.desk.workspace.session is self._session:
            self.desk.workspace.dirty = False
            self.desk.workspace.titled.emit()
            self.lab.note()
            self.refresh()

    # --- another language or size ----------------------------------------------------------------

    def opened(self) -> Opened | None:
        """What is open, for a desk that is built anew."""
        if self.run is None or self.page is None:
            return None
        return Opened(self.entry, self.run.lesson, self.run.seed, self.at, self.chip, self._session,
                      self.handed_in, self.learner.done())  # fmt: skip

    def reopen(self, kept: Opened) -> None:
        """Open what another desk showed, in the language that is spoken here; its program goes on."""
        from vmgui.lessons.run import LessonRun

        lesson = kept.entry.read(current()) if kept.entry is not None else kept.lesson
        run, chip = LessonRun(lesson, kept.seed), kept.chip
        if chip is not None:  # its label may be in another language
            chip = next((each for each in run.page(kept.at).chips if (each.set_, each.boot) ==
                         (chip.set_, chip.boot)), None)  # fmt: skip
        bar = files.Progress(self.desk, tr("Running {0}").format(lesson.title))
        try:
            page = self._prepared(run, kept.at, chip, bar)
        finally:
            bar.close()
        self.run, self.entry, self.handed_in = run, kept.entry, kept.handed_in
        self.at, self.chip, self.page = kept.at, chip, page
        self.learner.take_up(kept.done)
        if self.desk.workspace.session is kept.session:
            self.desk.workspace.retitle(lesson.title)
            self._adopt()
        self.learner.recall(self._record())
