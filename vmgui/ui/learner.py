"""What a learner does on a page of a lesson: answers, asks for hints, builds what a task wants."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from vmgui.formats.errors import FormatError
from vmgui.formats.oplang import parse
from vmgui.ui import files
from vmgui.ui.speech import announce
from vmgui.ui.words import tr

if TYPE_CHECKING:
    from vmgui.lessons.progress import LessonRecord
    from vmgui.lessons.tasks import Judgement
    from vmgui.ui.panes.lesson_cards import PredictionCard, TaskCard
    from vmgui.ui.selection import Place
    from vmgui.ui.studying import Study


#: Page from 0, what is broken there, and which question from 0; the tasks of a page count down from -1.
Key = tuple[int, str, int]


@dataclass
class Done:
    """What was done in a lesson since it was opened: the last answers, hints used, tasks that were judged."""

    given: dict[Key, str] = field(default_factory=dict)
    given_up: set[Key] = field(default_factory=set)
    hints: dict[Key, int] = field(default_factory=dict)
    judged: set[Key] = field(default_factory=set)


class Learner(QObject):
    """The answers and hints of one lesson; in an exam answers are only noted."""

    def __init__(self, study: Study):
        super().__init__(study)
        self.study = study
        self._done = Done()
        study.desk.selection.changed.connect(self._selected)

    def begin(self) -> None:
        """Another lesson: nothing is answered."""
        self._done = Done()

    def done(self) -> Done:
        """What was done, for a desk that is built anew."""
        return self._done

    def take_up(self, done: Done) -> None:
        """Go on with what was done."""
        self._done = done

    def _key(self, number: int) -> Key:
        chip = self.study.chip
        return self.study.at, "" if chip is None else f"{sorted(chip.set_.items())} {chip.boot}", number

    @property
    def _record(self) -> str:
        """The lesson that is recorded; "" for none: outside the course, and where something was broken."""
        study = self.study
        return study.entry.name if study.entry is not None and study.chip is None else ""

    # --- questions -------------------------------------------------------------------------------

    def answer(self, number: int, given: str) -> None:
        """An answer to a question of the page."""
        from vmgui.lessons.questions import NoAnswer

        study, card = self.study, self.study.pane.cards[number]
        try:
            read = card.question.read(given)
        except NoAnswer as error:
            card.refuse(tr(error.why))
            study.pane.reveal(card.wrong)
            return
        self._done.given[self._key(number)] = read
        held = study.pane.holds_focus(card)  # a field that is answered gives it away
        if study.exam:
            card.note(read)
        else:
            right = card.judge(read)
            if self._record:
                study.progress.answer(self._record, study.page_id, number, given, right)
        announce(card, card.box.accessibleName(), at_once=True)
        if held and not card.open:
            study.pane.focus_next()
        study.refresh()
        study.pane.reveal(card.box)

    def recall(self, record: LessonRecord | None) -> None:
        """Show what was answered before."""
        study = self.study
        for number, card in enumerate(study.pane.cards):
            given = self._done.given.get(self._key(number))
            if given is not None and study.exam:
                card.note(given)
            elif self._key(number) in self._done.given_up:
                card.give_up()
            elif given is not None:
                card.judge(given)
            elif record is not None and self._record and not study.exam:
                kept = record.questions.get(f"{study.page_id}:{number}")
                if kept is not None and kept.right:
                    card.judge(card.question.answer)
            used = self._done.hints.get(self._key(number), 0)
            if used:
                card.show_hint(card.question.hints[min(used, len(card.question.hints)) - 1])
        for number in range(len(study.pane.tasks)):
            if self._key(-1 - number) in self._done.judged:
                self._judged(number)

    def hand_in(self) -> None:
        """Judge the answers of an exam."""
        from vmgui.lessons import questions, reasons

        run = self.study.run
        assert run is not None
        for (index, broken, number), given in self._done.given.items():
            if broken:
                continue
            page = run.page(index)
            right = reasons.grade(questions.of(page)[number], given).right
            if self._record:
                self.study.progress.answer(self._record, page.page.id, number, given, right)

    def _selected(self, place: Place | None) -> None:
        """An entry was clicked: the answer to a question that asks for one."""
        card = self.study.waiting
        if card is None or place is None or card.question.kind != "slot":
            return
        if place.index is not None and place.level == card.question.level:
            card.enter(str(place.index))

    # --- hints -----------------------------------------------------------------------------------

    def hint(self) -> None:
        """The next hint of what is open; after the last one the answer."""
        study = self.study
        if study.page is None or study.exam:
            return
        what, hints, key = self._open()
        if what is None:
            return
        used = self._done.hints.get(key, 0) + 1
        if self._record and key[2] >= 0:
            study.progress.hint(self._record, study.page_id, key[2])
        if used <= len(hints):
            self._done.hints[key] = used
            what.show_hint(hints[used - 1])
        else:
            what.give_up()
            if key[2] >= 0:
                self._done.given_up.add(key)
        study.pane.reveal(what.hint_box if used <= len(hints) else what.box)
        announce(what, (what.hint_box if used <= len(hints) else what.box).accessibleName(), at_once=True)
        study.refresh()

    def hints(self) -> tuple[int, int]:
        """How many hints of what is open were given, and how many there are."""
        _what, hints, key = self._open()
        return min(self._done.hints.get(key, 0), len(hints)), len(hints)

    def _open(self) -> tuple[PredictionCard | TaskCard | None, tuple[str, ...], Key]:
        """The question or task that is open, its hints, and what they are counted by."""
        study, pane = self.study, self.study.pane
        card = study.waiting
        if card is not None:
            return card, card.question.hints, self._key(pane.cards.index(card))
        task = next((task for task in pane.tasks if task.open), None)
        if task is None or study.page is None:
            return None, (), self._key(0)
        hints = tuple(study.page.fill(hint, task.task.line) for hint in task.task.hints)
        return task, hints, self._key(-1 - pane.tasks.index(task))

    # --- tasks -----------------------------------------------------------------------------------

    def run_line(self, number: int, line: str) -> None:
        """Run an operation for a task, if it is one that may be used there."""
        from vmgui.lessons.tasks import barred

        desk, task = self.study.desk, self.study.pane.tasks[number]
        bar = files.Progress(desk, tr("Running {0}").format(line))
        try:
            operation = parse(line)
            why = barred(task.task, operation) if operation is not None else ""
            if why:
                raise FormatError(why)
            desk.workspace.run(line, bar.going)
        except FormatError as error:
            task.command.show_error(error)
            return
        finally:
            bar.close()
        task.command.set_text("")
        task.command.field.remember(line)

    def judge(self, number: int) -> None:
        """See what of a task is reached, and keep it."""
        judgement, study = self._judged(number), self.study
        if judgement is None:
            return
        self._done.judged.add(self._key(-1 - number))
        card = study.pane.tasks[number]
        announce(card, card.box.accessibleName(), at_once=True)
        if self._record:
            study.progress.reach(self._record, study.page_id, number, judgement.points, judgement.reached)
        study.refresh()

    def _judged(self, number: int) -> Judgement | None:
        """Show what of a task is reached by what has run."""
        from vmgui.lessons import tasks

        study, session = self.study, self.study.desk.workspace.session
        if session is None or study.page is None:
            return None
        card = study.pane.tasks[number]
        judgement = tasks.judge(card.task, study.page, session)
        card.show_judgement(judgement)
        return judgement
