"""What is said to an answer: right, or the reason that fits the mistake, found in what the engine did."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from vmgui.lessons import huge
from vmgui.lessons.conditions import Unknown, evaluated, parse
from vmgui.lessons.facts import BEFORE, Facts
from vmgui.lessons.questions import LEAVES, Question, entry, read_number
from vmgui.projection.allocator_tree import image_of, read_tree
from vmgui.projection.levels import LEVELS, Level
from vmgui.projection.narration import sentence
from vmgui.projection.numbers import address as address_text
from vmgui.projection.numbers import count, size
from vmgui.texts import Text
from vmgui.timeline import spans
from vmgui.timeline.outcome import ObjKind


@dataclass(frozen=True, slots=True)
class Feedback:
    """What is said to an answer; `shown` is the step that shows why."""

    right: bool
    text: str
    shown: int


def grade(question: Question, given: str) -> Feedback:
    """Compare an answer with the engine's; `NoAnswer` when it cannot be one."""
    read = question.read(given)
    if read == question.answer:
        return Feedback(True, question.right or _confirmed(question), question.shown)
    return Feedback(False, reason(question, read), question.shown)


def reason(question: Question, read: str) -> str:
    """Why an answer, as `Question.read` gives it, is wrong."""
    known = dict(question.wrong).get(read) or next(
        (choice.because for choice in question.choices if choice.key == read and choice.because), ""
    )
    if known:
        return known
    if question.kind in ("level", "huge"):
        return _of_choice(question, read) or question.otherwise or _plain(question)
    if question.kind == "choice":
        return question.otherwise or _plain(question)
    given, answer = read_number(read) or 0, read_number(question.answer) or 0
    tellers: dict[str, Callable[[Question, int, int], Iterator[str]]] = {
        "entry": _entry, "slot": _entry, "address": _address, "number": _number,
    }  # fmt: skip
    found = next(tellers[question.kind](question, given, answer), "")
    return found or question.otherwise or _plain(question)


def notes(question: Question) -> dict[str, str]:
    """What there is to say to every wrong choice, by its key: shown beside them once it is answered."""
    keys = (choice.key for choice in question.choices)
    return {key: reason(question, key) for key in keys if key != question.answer}


def _plain(question: Question) -> str:
    return Text("That is not what the engine does. Look at the step, and try again.")


def _confirmed(question: Question) -> str:
    """What is said to a right answer where the author says nothing."""
    if question.kind == "level" and question.answer in ("pmd", "pud"):
        return Text("All checks for a {0} leaf passed.", question.answer.upper())
    if question.kind == "huge" and question.done is not None and question.level is not None:
        if question.answer == huge.YES:
            return Text("All checks for a {0} leaf passed.", question.level.upper())
        return _why_not(question, question.level)
    if question.kind in ("entry", "slot") and question.address is not None and question.level is not None:
        return _bits(question.facts, question.address, question.level)
    if not question.shown:
        return Text("The engine says the same.")
    said = sentence(question.facts.session.columns, question.shown - 1)
    return Text("The engine says the same: {0}.", said.text)


# --- levels, huge pages --------------------------------------------------------------------------------


def _of_choice(question: Question, read: str) -> str:
    if question.done is None:
        return ""
    if question.kind == "level":
        chosen = next(level for level in LEAVES if level == read)
        if LEAVES.index(chosen) < LEAVES.index(_leaf(question.answer)):
            return _why_not(question, chosen)
        right = question.answer.upper()
        if _leaves_of(question, chosen):
            return Text("There are {0} leaves as well, but the largest are {1}.", chosen.upper(), right)
        return Text("{0} leaves come only where a check for a {1} leaf fails: here all of them pass.",
                    chosen.upper(), right)  # fmt: skip
    level = question.level
    assert level is not None
    if question.answer == huge.YES:
        guard = huge.checks(level).get(read)
        if guard is None:
            return Text("It is asked for, and every check passes.")
        said = huge.holds(guard, question.facts, question.language)
        return Text("That check passes: {0}. So do all others.", said)
    return _why_not(question, level)


def _leaves_of(question: Question, level: Level) -> int:
    """How many leaves of a level map what the operation made."""
    done = question.done
    made = done.outcome.made if done is not None else None
    if done is None or made is None:
        return 0
    return question.facts.replica.census(done.last_row, made.place, made.place + made.size).leaves[level]


def _leaf(answer: str) -> Level:
    return next(level for level in LEVELS if level == answer)


def _why_not(question: Question, level: Level) -> str:
    """Why there is no leaf of a level: the check that refused it, with its values."""
    facts, done = question.facts, question.done
    assert done is not None
    call = huge.first_try(facts, done, level)
    if call is None:
        return huge.why_never(facts, done, level)
    guard = facts.replica.decided(call)
    if guard is None:
        return Text("All checks for a {0} leaf passed.", level.upper())
    return huge.why_refused(facts, call, guard, question.language)


# --- entries -------------------------------------------------------------------------------------------


def _entry(question: Question, given: int, answer: int) -> Iterator[str]:
    facts, level, va = question.facts, question.level, question.address
    assert level is not None
    assert va is not None
    shape = facts.replica.shape
    for other in shape.levels:
        if other != level and entry(facts, va, other) == given:
            low, high = _field(facts, other)
            yield Text("{0} is the index at the {1} level, bits {2} to {3}. {4}", given, other.upper(),
                       high, low, _where(facts, va, level))  # fmt: skip
    if va >> shape.page_shift == given or va % shape.page_size == given:
        yield Text("An index is only one field of the address. {0}", _where(facts, va, level))
    yield from _misread(given, answer)
    if abs(given - answer) == 1:
        first = va // shape.covers(level) * shape.covers(level) + (given - answer) * shape.covers(level)
        yield Text("One off: entry {0} covers the {1} from {2} on, and entries count from 0.",
                   given, size(shape.covers(level)), address_text(first))  # fmt: skip
    if given >= shape.entries[level]:
        yield Text("A {0} table has {1} entries, from 0 to {2}.", level.upper(),
                   count(shape.entries[level]), shape.entries[level] - 1)  # fmt: skip
    yield _where(facts, va, level)


def _where(facts: Facts, va: int, level: Level) -> str:
    low, high = _field(facts, level)
    return Text(
        "The question is about the {0} level: read bits {1} to {2} of {3}.",
        level.upper(), high, low, address_text(va),
    )  # fmt: skip


def _field(facts: Facts, level: Level) -> tuple[int, int]:
    """The lowest and the highest bit of the index of a level."""
    shape = facts.replica.shape
    low = shape.shift[level]
    return low, low + shape.entries[level].bit_length() - 2


def _bits(facts: Facts, va: int, level: Level) -> str:
    low, high = _field(facts, level)
    index = entry(facts, va, level)
    return Text("Bits {0} to {1} of {2} are {3}, which is {4}.", high, low, address_text(va),
                f"{index:0{high - low + 1}b}", index)  # fmt: skip


def _misread(given: int, answer: int) -> Iterator[str]:
    """A number in one base taken for the other."""
    if answer > 9 and f"{answer:x}" == str(given):
        yield Text("{0} is the same number in hexadecimal: write 0x in front of it.", given)
    elif answer > 9 and str(answer) == f"{given:x}":
        yield Text("{0} is the decimal number, but 0x in front says that it is hexadecimal.", answer)


# --- numbers -------------------------------------------------------------------------------------------


def _number(question: Question, given: int, answer: int) -> Iterator[str]:
    shape = question.facts.replica.shape
    page, huge_page = shape.page_size, shape.covers("pmd")
    yield from _misread(given, answer)
    yield from _total(question, given)
    if answer and given == answer * page:
        yield Text("That is the number of bytes; the question asks for pages of {0}.", size(page))
    if given and given * page == answer:
        yield Text("That is the number of pages; the question asks for bytes, {0} a page.", size(page))
    if answer and given == answer * (huge_page // page) or given and given * (huge_page // page) == answer:
        yield Text("A leaf of {0} stands for {1} pages of {2}.", size(huge_page), count(huge_page // page),
                   size(page))  # fmt: skip
    if abs(given - answer) == (page if answer and answer % page == 0 else 1):
        yield Text("One too many.") if given > answer and answer % page else _guard(given > answer)


def _guard(more: bool) -> str:
    if more:
        return Text("One page too many: the guard page does not count here.")
    return Text("One too few: is there a guard page, or an end that counts as well?")


def _total(question: Question, given: int) -> Iterator[str]:
    """The total where a difference to the start of the page was asked."""
    if not question.source:
        return
    root = parse(question.source).root
    if root.kind != "sum" or root.text != "-" or not root.parts[1].text.startswith(BEFORE):
        return
    try:
        total, was = (evaluated(part, question.facts) for part in root.parts)
    except Unknown:
        return
    if total == given:
        yield Text("That is the total: {0} were there before. The question is how many are added.", was)


def _address(question: Question, given: int, answer: int) -> Iterator[str]:
    facts = question.facts
    shape, k = facts.replica.shape, facts.session.kernel
    obj = next((o for o in facts.names.values() if o.place == answer and o.kind is not ObjKind.PAGES), None)
    if obj is not None and obj.size:
        if given in (answer + obj.size, answer + obj.size - k.PAGE_SIZE):
            yield Text("That is where {0} ends; the question is where it begins.", obj.name)
        if shape.physical(facts.kernel.mem, shape.canonical(answer)) == given:
            yield Text(
                "That is the physical address that {0} is mapped to; the question asks for the virtual one.",
                obj.name,
            )
        if abs(given - answer) == k.PAGE_SIZE:
            yield Text("One page off: every area ends with a guard page, which nobody maps.")
        yield from _hole(question, obj.name, given, obj.size, answer)
    if abs(given - answer) == k.PAGE_SIZE:
        yield Text("One page off: is there a guard page between?")


def _hole(question: Question, name: str, given: int, wanted: int, answer: int) -> Iterator[str]:
    """Whether there was room at an address when the area was looked for."""
    facts = question.facts
    done = facts.operation(name)
    k = facts.replica.at(done.first_row)
    tree = read_tree(image_of(k.mem), k.free_vmap_area_root)
    holes = zip(tree.start.tolist(), tree.end.tolist(), strict=True)
    hole = next(((low, high) for low, high in holes if low <= given < high), None)
    if not k.VMALLOC_START <= given <= k.VMALLOC_END:
        yield Text("{0} is outside of the vmalloc range.", address_text(given))
        return
    if hole is None:
        yield Text("{0} is not free: something lies there.", address_text(given))
        return
    room = min(hole[1], k.VMALLOC_END + 1) - given
    if room < wanted:
        yield Text("From {0} on only {1} are free, and {2} are needed, guard page included.",
                   address_text(given), size(room), size(wanted))  # fmt: skip
    columns = facts.session.columns
    searches = spans.spans_of(columns, frozenset({"alloc_vmap_area"}), done.first_span, done.last_span)
    align = spans.call(columns, searches[0]).arguments["align"] if searches else 1
    if align > 1 and given % align:
        yield Text(
            "{0} is not aligned: the search wants a multiple of {1}.", address_text(given), size(align)
        )
    if given > answer:
        yield Text("It would fit there, but the search takes the lowest place that fits.")
