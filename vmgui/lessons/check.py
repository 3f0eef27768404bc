"""Checks lessons: everything that can be wrong with one is found by running it, and told with its line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from vmgui.formats.errors import FormatError
from vmgui.lessons import questions, reasons
from vmgui.lessons.conditions import Condition, Node, Unknown
from vmgui.lessons.fact_functions import FUNCTIONS
from vmgui.lessons.facts import BEFORE, Facts, nearest
from vmgui.lessons.model import Beat, Checks, Figure, Lesson, Page, Predict, Prose, Task
from vmgui.lessons.numbers_in_prose import unchecked
from vmgui.lessons.questions import Question
from vmgui.lessons.reader import name_of, read
from vmgui.lessons.run import LessonRun, PageRun
from vmgui.lessons.tasks import began, judge, solved
from vmgui.lessons.translation import differences
from vmgui.texts import Text
from vmgui.timeline.verbs import VERBS

#: Lessons with parameters are run with what the author wrote first, and with what these seeds draw.
SEEDS = ("", "1", "2", "3")
#: More errors than this in one file are not told.
MOST_ERRORS = 50


def check(paths: Iterable[str | Path]) -> list[FormatError]:
    """Everything that is wrong with these lessons, file by file and in order of lines.

    A folder in which any lesson is translated into a language needs all its lessons in that language.
    """
    files = sorted({Path(path) for path in paths})
    found: list[FormatError] = []
    known: dict[Path, Lesson] = {}
    for path in files:
        try:
            known[path] = read(path)
        except FormatError as error:
            found.append(error)
        else:
            found += check_lesson(known[path])
    for path, lesson in known.items():
        found += _translations(path, lesson)
    return found


def check_lesson(lesson: Lesson) -> list[FormatError]:
    """What is wrong with one lesson, without its translations."""
    checker = _Checker(lesson)
    checker.run()
    return checker.errors[:MOST_ERRORS]


def _translations(path: Path, lesson: Lesson) -> Iterator[FormatError]:
    """What is missing or different in the other languages of the folder; told once, at the English file."""
    siblings = sorted(path.parent.glob("*.*.md"))
    languages = {name_of(each)[1] for each in siblings}
    for language in sorted(languages - {lesson.language}):
        other = path.with_name(f"{lesson.name}.{language}.md")
        if not other.exists():
            yield FormatError(Text("its translation {0} is missing", other.name), file=str(path))
        elif lesson.language == "en":
            try:
                yield from differences(lesson, read(other))
            except FormatError as error:
                yield error


class _Checker:
    """Runs one lesson in all its ways and gathers what goes wrong, each thing once."""

    def __init__(self, lesson: Lesson) -> None:
        self.lesson, self.errors = lesson, list[FormatError]()
        self._told: set[tuple[int, str]] = set()

    def run(self) -> None:
        """Check everything."""
        self._pages()
        for seed in SEEDS if self.lesson.draw else SEEDS[:1]:
            with self._caught():
                self._played(LessonRun(self.lesson, seed), whole=True)
        for page in self.lesson.pages:
            self._numbers(page)
        self.errors.sort(key=lambda error: error.line)

    @contextmanager
    def _caught(self) -> Iterator[None]:
        try:
            yield
        except FormatError as error:
            self._tell(error)

    def _tell(self, error: FormatError) -> None:
        key = error.line, str(error.why)
        if key not in self._told:
            self._told.add(key)
            self.errors.append(error)

    def _fail(self, why: str, line: int, near: str | None = None) -> None:
        self._tell(FormatError(why, file=self.lesson.file, line=line, suggestion=near))

    # --- pages -----------------------------------------------------------------------------------------

    def _pages(self) -> None:
        """Every page has a name of its own, and a way leads to it."""
        pages = self.lesson.pages
        ids = [page.id for page in pages]
        for i, page in enumerate(pages):
            if page.id in ids[:i]:
                self._fail(Text("there is another page {0!r}", page.id), page.line)
            for way in page.next:
                if way.to not in ids:
                    self._fail(Text("there is no page {0!r}", way.to), page.line, nearest(way.to, ids))
        reached, waiting = {0}, [0]
        while waiting:
            here = waiting.pop()
            below = [here + 1] if all(way.when for way in pages[here].next) and here + 1 < len(ids) else []
            onward = [ids.index(way.to) for way in pages[here].next if way.to in ids] + below
            waiting += [each for each in onward if each not in reached]
            reached.update(onward)
        for i, page in enumerate(pages):
            if i not in reached:
                self._fail(Text("no path reaches this page"), page.line)

    def _numbers(self, page: Page) -> None:
        """Every number in a text is an expression, or a check of the page states it."""
        vouched = [text for block in page.of(Checks) for _line, text in block.conditions]
        for line, text in _texts(page):
            for at, word in unchecked(text, vouched):
                self._fail(Text("nothing checks the number {0}: write it as an {1}, or state it in a check",
                                word, "{expression}"), line + text.count("\n", 0, at))  # fmt: skip

    # --- a run -----------------------------------------------------------------------------------------

    def _played(self, run: LessonRun, whole: bool) -> None:
        """Everything that a page shows and asks; what a chip changes only with the first seed."""
        for index in range(len(run)):
            page = run.page(index)  # without its operations nothing behind it means anything
            self._shown(page)
            self._asked(page)
            for block in page.page.of(Checks):
                for line, text in block.conditions:
                    with self._caught():
                        self._holds(page, page.condition(text, line))
            for task in page.tasks:
                with self._caught():
                    self._task(page, task)
            with self._caught():
                page.following()
            if whole and not run.seed:
                self._broken(page)

    def _broken(self, page: PageRun) -> None:
        for chip in page.chips:
            try:
                other = page.run.broken(chip).page(page.index)
                _ = other.figures, other.beats
                for predict in other.predictions:
                    self._question(questions.question(other, predict), predict)
            except FormatError as error:
                why = Text("with {0!r}: {1}", chip.label, error.why)
                self._fail(why, error.line or page.page.line)

    def _shown(self, page: PageRun) -> None:
        for prose in page.page.of(Prose):
            with self._caught():
                page.fill(prose.text, prose.line)
        for figure in page.page.of(Figure):
            with self._caught():
                page.shown(figure)
        for beat in page.page.of(Beat):
            with self._caught():
                page.stop(beat)

    def _asked(self, page: PageRun) -> None:
        """Every question has one answer, which is right, and says something to every wrong one."""
        for predict in page.predictions:
            with self._caught():
                self._question(questions.question(page, predict), predict)

    def _question(self, question: Question, predict: Predict) -> None:
        if not reasons.grade(question, question.answer).right:
            why = Text("the engine's own answer {0!r} is not taken for right", question.answer)
            self._fail(why, predict.line)
        for wrong in question.wrong:
            if wrong[0] == question.answer:
                self._fail(Text("this known mistake is the right answer: {0}", wrong[0]), predict.line)
            elif question.choices and wrong[0] not in {choice.key for choice in question.choices}:
                self._fail(Text("{0!r} is none of the answers", wrong[0]), predict.line)
        reasons.notes(question)

    def _holds(self, page: PageRun, condition: Condition) -> None:
        if condition.holds(page.facts):
            return
        node = condition.root
        saw = ""
        if node.kind == "compared":
            saw = " (" + ", ".join(f"{_source(condition, n)} = {_seen(condition, n, page.facts)}"
                                   for n in node.parts if n.kind not in ("number", "text")) + ")"  # fmt: skip
        why = Text("does not hold{0}", saw)
        raise FormatError(why, file=self.lesson.file, line=condition.line, text=condition.source,
                          width=len(condition.source))  # fmt: skip

    def _task(self, page: PageRun, task: Task) -> None:
        for text in (task.ask, *task.hints, *(part.text for part in task.parts)):
            page.fill(text, task.line)
        for verb in task.verbs:
            if verb not in VERBS:
                self._fail(Text("unknown operation {0!r}", verb), task.line, nearest(verb, VERBS))
        for part in task.goals:
            self._known(page, page.condition(part.goal, task.line))
        if task.solution and self.lesson.kind == "lab":
            self._fail(Text("a lab does not tell its solution"), task.line)
        if judge(task, page, began(page)).reached:
            self._fail(Text("the goal is reached before anything is done"), task.line)
        if task.solution:
            judgement = judge(task, page, solved(task, page))
            if not judgement.reached:
                missing = next((p.missing for p in judgement.parts if p.missing), "")
                said = judgement.text or missing or Text("the state is another one")
                self._fail(Text("the solution does not reach the goal: {0}", said), task.line)

    def _known(self, page: PageRun, condition: Condition) -> None:
        """The names of a goal exist; what it says of things that are yet to be made cannot be asked."""
        arguments = {id(part) for node in condition.root.names if node.kind == "call" for part in node.parts}
        for node in condition.root.names:
            name = node.text.removeprefix(BEFORE)
            if node.kind == "call" and name not in FUNCTIONS:
                condition.fail(Text("there is no function {0!r}", name), node, nearest(name, FUNCTIONS))
            if node.kind == "name" and id(node) not in arguments:
                try:
                    page.facts.name(node.text)
                except Unknown as error:
                    condition.fail(error.why, node, error.near)


def _source(condition: Condition, node: Node) -> str:
    return condition.source[node.start : node.end]


def _seen(condition: Condition, node: Node, facts: Facts) -> str:
    return str(replace(condition, root=node).value(facts))


def _texts(page: Page) -> Iterator[tuple[int, str]]:
    """Every text of a page that is read by a learner, with its line."""
    for block in page.blocks:
        if isinstance(block, Prose):
            yield block.line, block.text
        elif isinstance(block, Predict):
            options = (text for option in block.options for text in (option.text, option.because))
            said = (wrong.because for wrong in block.wrong)
            texts = (block.ask, block.right, block.otherwise, *block.hints, *options, *said)
            yield from ((block.line, text) for text in texts)
        elif isinstance(block, Task):
            texts = (block.ask, *block.hints, *(part.text for part in block.parts))
            yield from ((block.line, text) for text in texts)
        elif isinstance(block, Figure):
            yield block.line, block.caption
        elif isinstance(block, Beat):
            yield from ((block.line, text) for text in (block.say, block.note))
