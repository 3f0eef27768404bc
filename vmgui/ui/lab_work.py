"""Labs in Study: what a student does in one is kept, and handed in as a file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QInputDialog, QMessageBox

from vmgui import folders
from vmgui.formats.errors import FormatError
from vmgui.ui import files
from vmgui.ui.words import tr

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vmgui.lessons.hand_in import HandIn
    from vmgui.lessons.model import Lesson
    from vmgui.lessons.run import PageRun
    from vmgui.ui.studying import Study


def folder() -> Path:
    """Where work on labs is kept, a file for each."""
    return folders.data() / "labs"


class LabWork(QObject):
    """The work on the lab that is open: which student it is of, and the operations of each task."""

    def __init__(self, study: Study):
        super().__init__(study)
        self.study = study
        self._busy = False

    @property
    def lab(self) -> Lesson | None:
        """The lab that is open and as it was written."""
        run, chip = self.study.run, self.study.chip
        return run.lesson if run is not None and run.lesson.kind == "lab" and chip is None else None

    def seed(self, lab: Lesson, anew: bool = False) -> str:
        """What the lab is drawn with, once it is known whose it is; "" when nobody wants to say."""
        from vmgui.lessons.hand_in import seed_of

        work = self._kept(lab)
        if work is None or anew:
            work = self._asked(lab, work)
            if work is None:
                return ""
            self._keep(lab, work)
        return seed_of(lab.name, work.student)

    def _asked(self, lab: Lesson, work: HandIn | None) -> HandIn | None:
        """Ask whose the lab is; another student begins it anew."""
        from vmgui.lessons.hand_in import MAX_NAME
        from vmgui.lessons.sheet import started

        before = work.student if work is not None else ""
        told = tr("Your student id. It decides the numbers of your lab, so write it as your school does.")
        student, said = QInputDialog.getText(self.study.desk.window, lab.title, told, text=before)
        student = student.strip()[:MAX_NAME]
        if not said or not student:
            return None
        if work is None or student == before:
            return work or started(lab, student)
        lost = tr("The work of {0} in this lab is deleted. Hand it in first if it is wanted.").format(before)
        if QMessageBox.question(self.study.desk.window, lab.title, lost) != QMessageBox.StandardButton.Yes:
            return work
        return started(lab, student)

    # --- what was done -----------------------------------------------------------------------------

    def take_up(self, page: PageRun) -> None:
        """Run what was done on this page before; what cannot run any more is told."""
        lab = self.lab
        work = self._kept(lab) if lab is not None else None
        if lab is None or work is None:
            return
        lines = next((work.tasks.get(number, ()) for number in _tasks(lab, page.index)), ())
        self._busy = True
        bar = files.Progress(self.study.desk, tr("Running {0}").format(lab.title))
        try:
            for line in lines:
                self.study.desk.workspace.run(line, bar.going)
        except FormatError as error:
            self.study.desk.window.notices.fail(tr(str(error)))
        finally:
            bar.close()
            self._busy = False

    def note(self) -> None:
        """Keep what was done on the page that is open: all its tasks share the page's operations."""
        lab, page, session = self.lab, self.study.page, self.study.desk.workspace.session
        work = self._kept(lab) if lab is not None and not self._busy else None
        if lab is None or work is None or page is None or session is None:
            return
        lines = tuple(str(done.operation) for done in session.operations[page.count :])
        self._keep(lab, _with(work, dict.fromkeys(_tasks(lab, page.index), lines)))

    # --- handing in --------------------------------------------------------------------------------

    def hand_in(self) -> None:
        """Write the file that is handed in, where the student wants it."""
        from vmgui.lessons import hand_in
        from vmgui.lessons.results import safe

        window, lab = self.study.desk.window, self.lab
        work = self._kept(lab) if lab is not None else None
        if lab is None or work is None:
            window.notices.say(tr("Open a lab first: only labs are handed in"))
            return
        start = Path.home() / f"{safe(work.student)}_{lab.name}{hand_in.SUFFIX}"
        kinds = f"vmgui (*{hand_in.SUFFIX})"
        path = files.ask_to_write(window, tr("Hand in"), start, kinds, hand_in.SUFFIX)
        if path is None:
            return
        try:
            hand_in.save(path, _with(work, answers=dict(self._answers(lab))))
        except OSError as error:
            why = tr("The work could not be saved as {0}: {1}")
            window.notices.fail(why.format(path, error.strerror or error))
        else:
            self.study.progress.finish(lab.name, "")
            window.notices.say(tr("Saved as {0}. This is the file to hand in.").format(path))

    def _answers(self, lab: Lesson) -> Iterator[tuple[int, str]]:
        """The last answer to each question, counted from 1 over the whole lab."""
        from vmgui.lessons.model import Predict

        record = self.study.progress.of(lab.name)
        asked = [f"{page.id}:{i}" for page in lab.pages for i, _each in enumerate(page.of(Predict))]
        for number, key in enumerate(asked, 1):
            given = record.questions[key].given if key in record.questions else []
            if given:
                yield number, given[-1]

    # --- the file ----------------------------------------------------------------------------------

    def _kept(self, lab: Lesson) -> HandIn | None:
        """What is kept of a lab; None at the beginning, and when it cannot be read."""
        from vmgui.lessons import hand_in

        held = self.study.desk.window.keeping.labs
        if lab.name in held:
            return held[lab.name]
        try:
            return hand_in.load(_file(lab))
        except FormatError:
            return None

    def _keep(self, lab: Lesson, work: HandIn) -> None:
        from vmgui.lessons import hand_in

        keeping = self.study.desk.window.keeping
        try:
            _file(lab).parent.mkdir(parents=True, exist_ok=True)
            hand_in.save(_file(lab), work)
            keeping.labs.pop(lab.name, None)
        except OSError as error:
            keeping.labs[lab.name] = work
            keeping.tell(_file(lab).parent, error)


def _file(lab: Lesson) -> Path:
    return folder() / f"{lab.name}.vmlab"


def _tasks(lab: Lesson, index: int) -> range:
    """The numbers of the tasks of a page, counted from 1 over the whole lab."""
    from vmgui.lessons.model import Task

    counts = [sum(1 for _task in page.of(Task)) for page in lab.pages]
    first = 1 + sum(counts[:index])
    return range(first, first + counts[index])


def _with(
    work: HandIn, tasks: dict[int, tuple[str, ...]] | None = None, answers: dict[int, str] | None = None
) -> HandIn:
    return replace(work, tasks={**work.tasks, **(tasks or {})}, answers=answers or work.answers)
