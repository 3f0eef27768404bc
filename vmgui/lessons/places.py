"""Places: steps of a program, named by what happens there, so that they stay right when numbers change."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from vmgui.engine.trace import FUNCTIONS
from vmgui.projection.beats import READERS, WATCHED
from vmgui.projection.entries import Geometry
from vmgui.projection.levels import LEVELS
from vmgui.projection.marks import failed
from vmgui.texts import Text
from vmgui.timeline import spans
from vmgui.timeline.session import Done, Session
from vmgui.timeline.verbs import VERBS

#: What can happen in an operation: the kinds of beats, as one word each.
KINDS = (
    "area", "frames", "table", "refused", "huge", "small", "written", "cleared", "table-freed", "lazy",
    "flush", "purge", "access", "error", "panic",
)  # fmt: skip
_LEVEL = re.compile("|".join(LEVELS))


class NoPlace(ValueError):
    """A place that does not exist; `near` is the nearest that may."""

    def __init__(self, why: str, near: str | None = None) -> None:
        super().__init__(why)
        self.why, self.near = why, near


@dataclass(frozen=True, slots=True)
class Place:
    """A place: so many rows have happened just `before` it and `after` it, in an operation by its number."""

    before: int
    after: int
    operation: int


def operation(session: Session, text: str, first: int = 0, count: int | None = None) -> Done:
    """The operation that a text means: the name it makes, ``vfree f``, ``purge``, or ``op 3``.

    Of several the last. `first` is the number of the page's first operation, from which ``op`` counts, and
    `count` how many have run.
    """
    done, more = _operation(session, text.split(), first, count)
    if more:
        raise NoPlace(Text("{0!r} is no operation of this lesson", text))
    return done


def find(session: Session, text: str, first: int = 0, count: int | None = None) -> Place:
    """The place that `text` means; NoPlace when there is none."""
    done, words = _operation(session, text.split(), first, count)
    if not words:
        return Place(done.first_row, done.last_row, done.index)
    if words == ["start"] or words == ["end"]:
        at = done.first_row if words == ["start"] else done.last_row
        return Place(at, at, done.index)
    number = _number(words.pop()) if len(words) > 1 and _number(words[-1]) is not None else 1
    found = list(happenings(session, done, words))
    if not found:
        raise NoPlace(
            Text("in {0} nothing happens that is called {1!r}", str(done.operation), " ".join(words))
        )
    if number is None or not -1 <= number - 1 < len(found):
        raise NoPlace(Text("{0!r} happens {1} times there", " ".join(words), len(found)))
    before, after = found[number - 1]
    return Place(before, after, done.index)


def _number(word: str) -> int | None:
    """Which of several; 0 is the last."""
    return 0 if word == "last" else int(word) if word.isdecimal() and 0 < len(word) < 7 else None


def _operation(session: Session, words: list[str], first: int, count: int | None) -> tuple[Done, list[str]]:
    """The operation that the first words mean, and the words behind them."""
    done = session.operations[:count]
    if not words:
        raise NoPlace(Text("a place is missing"))
    name, *more = words
    if name == "op" and more:
        number = _number(more[0])
        if not number or first + number > len(done):
            raise NoPlace(Text("there is no operation {0} here: {1} have run", more[0], len(done) - first))
        return done[first + number - 1], more[1:]
    made = [each for each in done if each.operation.target == name]
    if made:
        return made[-1], more
    called = [each for each in done if each.operation.name == name]
    about = [each for each in called if more and more[0] in (str(v) for v in each.operation.args.values())]
    if about:
        return about[-1], more[1:]
    if called:
        return called[-1], more
    known = {word for each in done for word in (each.operation.target, each.operation.name) if word}
    near = get_close_matches(name, known, 1)
    what = Text("no operation makes {0!r}", name) if name not in VERBS else Text("{0!r} does not run", name)
    raise NoPlace(what, near[0] if near else None)


def happenings(session: Session, done: Done, words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where something happens in an operation: the steps before and after."""
    kind, *more = words
    if kind in ("enter", "leave") and len(more) == 1:
        yield from _calls(session, done, kind, more[0])
    elif kind in KINDS and len(more) < 2:
        yield from _beats(session, done, kind.replace("-", " "), more[0] if more else "")
    else:
        near = get_close_matches(kind, (*KINDS, "start", "end", "enter", "leave"), 1)
        raise NoPlace(Text("{0!r} is nothing that can happen in an operation", " ".join(words)),
                      near[0] if near else None)  # fmt: skip


def _calls(session: Session, done: Done, way: str, function: str) -> Iterator[tuple[int, int]]:
    names = {each.name for each in FUNCTIONS}
    if function not in names:
        near = get_close_matches(function, names, 1)
        why = Text("{0!r} is no function of the engine that is recorded as a call", function)
        raise NoPlace(why, near[0] if near else None)
    columns = session.columns
    found = spans.spans_of(columns, frozenset({function}), done.first_span, done.last_span)
    rows = columns.spans.first if way == "enter" else columns.spans.last
    yield from ((row, row + 1) for row in sorted(int(rows[span]) for span in found))


def _beats(session: Session, done: Done, kind: str, level: str) -> Iterator[tuple[int, int]]:
    if level and level not in LEVELS:
        near = get_close_matches(level, LEVELS, 1)
        raise NoPlace(Text("{0!r} is no level of page tables", level), near[0] if near else None)
    if kind in ("error", "panic"):
        if done.bug is not None if kind == "panic" else failed(done):
            yield done.first_row, done.last_row
        return
    columns, shape = session.columns, Geometry(session.kernel)
    found: list[tuple[int, int]] = []
    for span in spans.spans_of(columns, WATCHED, done.first_span, done.last_span):
        call = spans.call(columns, span)
        if call.raised or level and not _of_level(call.function.name, level):
            continue
        for step, what, _key, _values, _mood in READERS[call.function.name](call, columns, shape):
            if what == kind:
                found.append((call.first, step))
    yield from sorted(found, key=lambda each: each[1])


def _of_level(function: str, level: str) -> bool:
    found = _LEVEL.search(function)
    return found is not None and found.group() == level
