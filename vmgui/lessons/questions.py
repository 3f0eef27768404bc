"""Questions with their answers: the engine computes them from what the operations of the page did."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from vmgui.formats.errors import FormatError
from vmgui.lessons import huge
from vmgui.lessons.conditions import Unknown, Value, number
from vmgui.lessons.facts import Facts
from vmgui.lessons.model import Option, Predict, QuestionKind
from vmgui.lessons.places import Place
from vmgui.lessons.run import PageRun
from vmgui.projection.levels import LEVELS, Level
from vmgui.projection.numbers import UNITS, count, size
from vmgui.texts import Text
from vmgui.timeline.session import Done
from vmgui.timeline.spans import Call

LETTERS = "ABCDEFGH"
#: Levels that can hold a leaf, the largest first.
LEAVES: tuple[Level, ...] = ("pud", "pmd", "pte")
#: Checks that are always among the answers to "huge or not, and why".
USUAL = ("shift-cap", "arch-unsupported", "partial-entry", "virt-misaligned", "phys-misaligned")
_BLANK = re.compile(r"[\s_,\u2009\u202f]")


class NoAnswer(ValueError):
    """What was typed cannot be an answer: it counts as none."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Choice:
    """An answer to choose: its key, which is what is given, its text, and what to say if it is wrong."""

    key: str
    text: str
    because: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A question, and the engine's `answer`: the key of a choice, or a number as text.

    `gate` is where the play-head waits, `shown` the step that shows the answer.  `address` and `level` say
    which entry is asked for; `wrong` are known wrong answers with what to say to each.
    """

    kind: QuestionKind
    ask: str
    answer: str
    facts: Facts
    gate: Place
    shown: int
    choices: tuple[Choice, ...] = ()
    right: str = ""
    otherwise: str = ""
    hints: tuple[str, ...] = ()
    wrong: tuple[tuple[str, str], ...] = ()
    done: Done | None = None
    address: int | None = None
    level: Level | None = None
    source: str = ""
    language: str = "en"

    def read(self, given: str) -> str:
        """An answer as it is compared; `NoAnswer` when it is none."""
        if self.choices:
            return self._chosen(given)
        value = read_number(given, self.kind == "address")
        if value is None:
            raise NoAnswer(Text("{0!r} is no number: write 12, 0x1f or 4M", given.strip()[:40]))
        return shown(value, self.kind)

    def _chosen(self, given: str) -> str:
        keys = {choice.key.lower(): choice.key for choice in self.choices}
        word = given.strip().lower()
        if word in keys:
            return keys[word]
        place = LETTERS.lower().find(word) if len(word) == 1 else -1
        if not 0 <= place < len(self.choices):
            raise NoAnswer(Text("{0!r} is none of the answers", given.strip()[:40]))
        return self.choices[place].key


def of(page: PageRun) -> tuple[Question, ...]:
    """The questions of a page, in order; FormatError if one has no answer, or more than one."""
    return tuple(question(page, predict) for predict in page.predictions)


def question(page: PageRun, predict: Predict) -> Question:
    """One question of a page."""
    makers = {
        "choice": _choice, "number": _number, "address": _number, "level": _level, "huge": _huge,
        "entry": _entry, "slot": _entry,
    }  # fmt: skip
    try:
        return makers[predict.kind](page, predict)
    except Unknown as error:
        raise _fail(page, predict, error.why, error.near) from error


# --- the kinds of questions ----------------------------------------------------------------------------


def _choice(page: PageRun, predict: Predict) -> Question:
    holding = [
        option for option in predict.options if page.condition(option.when, predict.line).holds(page.facts)
    ]
    if len(holding) != 1:
        why = Text("{0} of the options hold at the end of the page: exactly one must be right", len(holding))
        raise _fail(page, predict, why)
    choices = tuple(_chosen(page, predict, *each) for each in zip(LETTERS, predict.options, strict=False))
    answer = LETTERS[predict.options.index(holding[0])]
    return _made(page, predict, answer, choices=choices)


def _chosen(page: PageRun, predict: Predict, key: str, option: Option) -> Choice:
    return Choice(key, page.fill(option.text, predict.line), page.fill(option.because, predict.line))


def _number(page: PageRun, predict: Predict) -> Question:
    condition = page.condition(predict.answer, predict.line)
    if not any(condition.root.names):
        why = Text("an answer is computed, not written: {0!r} has no name in it", predict.answer)
        raise _fail(page, predict, why)
    value = condition.value(page.facts)
    if isinstance(value, str) or value < 0:
        raise _fail(page, predict, Text("the answer is no number: {0}", value))
    return _made(page, predict, shown(value, predict.kind), source=condition.source)


def _level(page: PageRun, predict: Predict) -> Question:
    facts, done = _about(page, predict)
    made = facts.object(predict.about)
    k = facts.replica.kernel
    answer = facts.replica.census(
        done.last_row, made.place, made.place + max(made.size - k.PAGE_SIZE, 1)
    ).largest
    if not made.addr or answer is None:
        raise _fail(page, predict, Text("{0!r} maps nothing: no level is right", predict.about))
    choices = level_choices(facts, made.size - k.PAGE_SIZE)
    tried = huge.first_try(facts, done, "pmd" if answer == "pte" else answer)
    return _made(page, predict, answer, done=done, choices=choices, decided=tried)


def level_choices(facts: Facts, nbytes: int) -> tuple[Choice, ...]:
    """The levels of this machine that can hold leaves, with how many of them `nbytes` would need."""
    levels = (level for level in LEAVES if holds_leaves(facts, level))
    return tuple(_leaves(facts, level, nbytes) for level in levels)


def holds_leaves(facts: Facts, level: Level) -> bool:
    """Whether a machine may have leaves of a level; those of a folded one lie in the top table."""
    shape = facts.replica.shape
    return not shape.folded(level) or level == shape.leaf_level("pgd")


def _leaves(facts: Facts, level: Level, nbytes: int) -> Choice:
    """A level, and how many leaves of it would be needed."""
    covers = facts.replica.shape.covers(level)
    needed = max(-(-nbytes // covers), 1)
    one = Text("{0}: one leaf of {1}", level.upper(), size(covers))
    many = Text("{0}: {1} leaves of {2}", level.upper(), count(needed), size(covers))
    some = Text("{0}: leaves of {1}", level.upper(), size(covers))
    return Choice(level, one if needed == 1 else many if nbytes % covers == 0 else some)


def _huge(page: PageRun, predict: Predict) -> Question:
    facts, done = _about(page, predict)
    level = _level_of(page, predict, LEAVES[:-1])
    answer = huge.outcome(facts, done, level)
    choices = tuple(huge_choices(facts, level, answer, page.lesson.language))
    tried = huge.first_try(facts, done, level)
    return _made(page, predict, answer, done=done, level=level, choices=choices, decided=tried)


def huge_choices(facts: Facts, level: Level, answer: str, language: str) -> Iterator[Choice]:
    """Huge; or not, and the check of the kernel's text that refuses it; or not even asked for."""
    yield Choice(huge.YES, Text("Yes: a leaf of {0}", size(facts.replica.shape.covers(level))))
    for key, guard in huge.checks(level).items():
        if key in USUAL or key == answer:
            yield Choice(key, Text("No: {0}", huge.fails(guard, facts, language)))
    yield Choice(huge.NEVER, Text("No: nobody asks for it"))


def _entry(page: PageRun, predict: Predict) -> Question:
    level = _level_of(page, predict, LEVELS)
    value = page.condition(predict.about, predict.line) if predict.about not in page.facts.names else None
    address = page.facts.object(predict.about).place if value is None else value.value(page.facts)
    if isinstance(address, str) or not address:
        raise _fail(page, predict, Text("{0!r} has no address", predict.about))
    return _made(page, predict, str(entry(page.facts, address, level)), address=address, level=level)


def entry(facts: Facts, address: int, level: Level) -> int:
    """The index of the entry that an address selects at a level."""
    shape = facts.replica.shape
    return address // shape.covers(level) % shape.entries[level]


def _about(page: PageRun, predict: Predict) -> tuple[Facts, Done]:
    return page.facts, page.facts.operation(predict.about)


def _level_of(page: PageRun, predict: Predict, known: tuple[Level, ...]) -> Level:
    found = next((level for level in known if level == predict.level), None)
    if found is None:
        raise _fail(page, predict, Text("{0!r} is none of {1}", predict.level, ", ".join(known)))
    folded = page.facts.replica.shape.folded(found)
    if folded and (known is LEVELS or not holds_leaves(page.facts, found)):
        raise _fail(page, predict, Text("this machine has no {0} level", found.upper()))
    return found


def _made(
    page: PageRun,
    predict: Predict,
    answer: str,
    choices: tuple[Choice, ...] = (),
    done: Done | None = None,
    address: int | None = None,
    level: Level | None = None,
    source: str = "",
    decided: Call | None = None,
) -> Question:
    def filled(text: str) -> str:
        return page.fill(text, predict.line)

    gate = page.gate(predict)
    shows = gate.after if decided is None else decided.last + 1  # where Why? has all of its checks
    right = "" if page.run.changed else filled(predict.right)
    wrong = tuple((_text_of(page, predict, w.is_), filled(w.because)) for w in predict.wrong)
    return Question(
        predict.kind, filled(predict.ask), answer, page.facts, gate, shows, choices,
        right, filled(predict.otherwise), tuple(map(filled, predict.hints)), wrong, done, address, level,
        source, page.lesson.language,
    )  # fmt: skip


def _text_of(page: PageRun, predict: Predict, expression: str) -> str:
    """A known wrong answer as it is compared: a key, or the value of an expression."""
    if predict.kind in ("level", "huge", "choice"):
        return expression
    return shown(page.condition(expression, predict.line).value(page.facts), predict.kind)


def _fail(page: PageRun, predict: Predict, why: str, near: str | None = None) -> FormatError:
    return FormatError(why, file=page.lesson.file, line=predict.line, suggestion=near)


# --- numbers -------------------------------------------------------------------------------------------


def shown(value: Value, kind: QuestionKind) -> str:
    """A number as answers of this kind are written."""
    return f"{value:#x}" if kind == "address" and isinstance(value, int) else str(value)


def read_number(text: str, address: bool = False) -> int | None:
    """The number that a learner typed: 12, 1 024, 0x1f, 4M, 4 MiB; an address also without 0x."""
    text = _BLANK.sub("", text.strip())
    if len(text) > 40:
        return None
    for _unit, name in UNITS:
        if text.lower().endswith(name.lower()):
            text = text[: -len(name)] + name[0]
    if address and re.fullmatch(r"[0-9A-Fa-f]{8,16}", text):
        text = f"0x{text}"
    value = number(text)
    return value if value is None or value >> 128 == 0 else None
