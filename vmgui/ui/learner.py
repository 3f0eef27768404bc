"""What a learner does on a page of a lesson: answers, asks for hints, builds what a task wants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from vmgui.formats.errors import FormatError
from vmgui.ui import files
from vmgui.ui.words import tr

if TYPE_CHECKING:
    from vmgui.lessons.progress import LessonRecord
    from vmgui.ui.panes.lesson_cards import PredictionCard, TaskCard
    from vmgui.ui.selection import Place
    from vmgui.ui.studying import Study


class Learner(QObject):
    """The answers and hints of one lesson. `noted` are answers of an exam, by page and question."""

    def __init__(self, study: Study):
        super().__init__(study)
        self.study = study
        self.noted: dict[tuple[int, int], str] = {}
        self._used: dict[tuple[int, int], int] = {}  # hints, by page and question; tasks count down from -1
        study.desk.selection.changed.connect(self._selected)

    def begin(self) -> None:
        """Another lesson: nothing is answered."""
        self.noted.clear()
        self._used.clear()

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
            return
        if study.exam:
            self.noted[study.at, number] = read
            card.note(read)
        else:
            right = card.judge(read)
            if self._record:
                study.progress.answer(self._record, study.page_id, number, given, right)
        study.refresh()

    def recall(self, record: LessonRecord | None) -> None:
        """Show what was answered before."""
        study = self.study
        for number, card in enumerate(study.pane.cards):
            noted = self.noted.get((study.at, number))
            if noted is not None and study.exam:
                card.note(noted)
            elif noted is not None:
                card.judge(noted)
            elif record is not None and self._record and not study.exam:
                kept = record.questions.get(f"{study.page_id}:{number}")
                if kept is not None and kept.right:
                    card.judge(card.question.answer)

    def hand_in(self) -> None:
        """Judge the answers of an exam."""
        from vmgui.lessons import questions, reasons

        run = self.study.run
        assert run is not None
        for (index, number), given in self.noted.items():
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
        self._used[key] = used = self._used.get(key, 0) + 1
        if self._record and key[1] >= 0:
            study.progress.hint(self._record, study.page_id, key[1])
        if used <= len(hints):
            what.show_hint(hints[used - 1])
        else:
            what.give_up()
        study.refresh()

    def hints(self) -> tuple[int, int]:
        """How many hints of what is open were given, and how many there are."""
        _what, hints, key = self._open()
        return min(self._used.get(key, 0), len(hints)), len(hints)

    def _open(self) -> tuple[PredictionCard | TaskCard | None, tuple[str, ...], tuple[int, int]]:
        """The question or task that is open, its hints, and what they are counted by."""
        study, pane = self.study, self.study.pane
        card = study.waiting
        if card is not None:
            return card, card.question.hints, (study.at, pane.cards.index(card))
        task = next((task for task in pane.tasks if task.open), None)
        if task is None or study.page is None:
            return None, (), (study.at, 0)
        hints = tuple(study.page.fill(hint, task.task.line) for hint in task.task.hints)
        return task, hints, (study.at, -1 - pane.tasks.index(task))

    # --- tasks -----------------------------------------------------------------------------------

    def run_line(self, number: int, line: str) -> None:
        """Run an operation for a task."""
        desk, task = self.study.desk, self.study.pane.tasks[number]
        bar = files.Progress(desk, tr("Running {0}").format(line))
        try:
            desk.workspace.run(line, bar.going)
        except FormatError as error:
            task.command.show_error(error)
            return
        finally:
            bar.close()
        task.command.set_text("")
        task.command.field.remember(line)

    def judge(self, number: int) -> None:
        """See what of a task is reached."""
        from vmgui.lessons import tasks

        study, session = self.study, self.study.desk.workspace.session
        if session is None or study.page is None:
            return
        card = study.pane.tasks[number]
        judgement = tasks.judge(card.task, study.page, session)
        card.show_judgement(judgement)
        if self._record:
            study.progress.reach(self._record, study.page_id, number, judgement.points, judgement.reached)
        study.refresh()
