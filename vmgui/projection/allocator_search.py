"""The way of `find_vmap_lowest_match` through the free tree: the engine's own search, run once more on words.

Nothing here decides where a search goes. The function runs over a replica, and what it looks at is written
down: its variables at each read, the answers of `is_within_this_va`, and what `va_clip` is then asked to cut.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from sys import _getframe
from typing import Any, Literal

from vmgui.engine.kernel import Kernel
from vmgui.engine.machine import Machine
from vmgui.engine.mm.vmap_area import __alloc_vmap_area, fit_type
from vmgui.engine.mm.vmap_tree import get_subtree_max_size, rb_entry
from vmgui.engine.structs import list_head, rb_node, rb_root
from vmgui.engine.trace import FUNCTIONS
from vmgui.projection.scope import Scope
from vmgui.timeline import spans
from vmgui.timeline.columns import Columns
from vmgui.timeline.spans import Call

Way = Literal["", "left", "right", "up", "found", "end"]
#: Why the search goes where it goes, in the order of its questions.
Reason = Literal[
    "left_room", "left_small", "left_low", "fits", "short", "low", "unaligned", "right_room", "right_small",
    "right_done",
]  # fmt: skip
SEARCH, ASKED, CUT = "find_vmap_lowest_match", "is_within_this_va", "classify_va_fit_type"
_CODE = next(function.code for function in FUNCTIONS if function.name == SEARCH)


@dataclass(frozen=True, slots=True)
class Visit:
    """The search at one free area, whose struct is at `at`.

    `climbed`: it came from below. `left` and `right` are the largest sizes on the two sides, `vstart` where
    the search may begin just now. `asked` is the answer whether the request fits here; None while nobody has
    asked. `way` is where the search goes on; "" while that is not known.
    """

    at: int
    start: int
    end: int
    climbed: bool
    left: int
    right: int
    vstart: int
    asked: bool | None = None
    way: Way = ""
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Fit:
    """What `va_clip` is asked to cut, [start, start + size), out of the free area [low, high)."""

    kind: fit_type
    low: int
    high: int
    start: int
    size: int


@dataclass(frozen=True, slots=True)
class Search:
    """A search: `visits` are those up to the step; `ended` says that it has returned.

    `length` is what a side of the tree must hold to be entered. `fit` is None before the end, and where the
    lowest match lies too high or there is none.
    """

    span: int
    size: int
    align: int
    vstart: int
    vend: int
    length: int
    visits: tuple[Visit, ...]
    ended: bool
    fit: Fit | None

    @property
    def here(self) -> Visit | None:
        """Where the search is."""
        return self.visits[-1] if self.visits else None


@dataclass
class _Note:
    """What was seen when the search came to an area; `sides` are the areas left and right of it."""

    at: int
    start: int
    end: int
    left: int
    right: int
    sides: tuple[int, int]
    vstart: int
    length: int
    answer: bool | None = None


@dataclass
class _Trial:
    """Words that begin as `base` and `changed` say and then change apart; it notes where a search is."""

    base: Any
    changed: dict[int, int]
    notes: list[_Note] = field(default_factory=list)
    fit: Fit | None = None
    calls: list[tuple[str, tuple[Any, ...]]] = field(default_factory=list)

    @property
    def words(self) -> _Trial:
        """What struct views index."""
        return self

    def __getitem__(self, index: int) -> int:
        """Return a word by its number; a read of the search itself tells where it is."""
        frame = _getframe(2)  # past the property of the struct
        if frame.f_code is _CODE:
            self._note(frame.f_locals)
        known = self.changed.get(index)
        return int(self.base[index]) if known is None else known

    def load(self, addr: int) -> int:
        """Return the word at byte address ``addr``."""
        return self[addr >> 3]

    def store(self, addr: int, value: int) -> None:
        """Change a word, here only."""
        self.changed[addr >> 3] = value

    def enter(self, function: int, args: tuple[Any, ...]) -> int:
        """A kernel function is called."""
        name = FUNCTIONS[function].name
        self.calls.append((name, args))
        if name == ASKED:
            self._note(_getframe(2).f_locals)  # past the wrapper of the function
        return len(self.calls) - 1

    def leave(self, me: int, result: Any, _returned: int) -> None:
        """A kernel function returns."""
        name, args = self.calls[me]
        if name == ASKED:
            self.notes[-1].answer = bool(result)
        elif name == CUT:
            va, start, size = args
            self.fit = Fit(fit_type(result), va.va_start, va.va_end, start, size)

    def _note(self, names: dict[str, Any]) -> None:
        node: rb_node | None = names.get("node")
        if node is None:
            return
        va = rb_entry(node)
        if self.notes and self.notes[-1].at == va.addr:
            return
        left, right = node.rb_left, node.rb_right
        self.notes.append(_Note(
            va.addr, va.va_start, va.va_end, get_subtree_max_size(left), get_subtree_max_size(right),
            (rb_entry(left).addr if left else 0, rb_entry(right).addr if right else 0),
            names["vstart"], names["length"],
        ))  # fmt: skip


class SearchReader:
    """Reads the search that a step is in, or that has just ended."""

    def __init__(self, machine: Machine, source: Any, columns: Columns) -> None:
        self._machine, self._source, self._columns = machine, source, columns
        self._known: tuple[tuple[int, int, int], Search, tuple[Call, ...]] | None = None

    def forget(self) -> None:
        """Operations were taken back: a span may be another one from then on."""
        self._known = None

    def read(self, now: Scope) -> Search | None:
        """The search at a step, as far as it has come; None when the step is in no search."""
        outer = now.running("__alloc_vmap_area")
        if outer is None:
            return None
        found = spans.spans_in(self._columns, outer, frozenset([SEARCH]))
        call = spans.call(self._columns, found[0]) if found else None
        if call is None or call.first >= now.at:
            return None
        key = call.span, call.first, call.last
        if self._known is None or self._known[0] != key:
            asked = spans.spans_in(self._columns, call, frozenset([ASKED]))
            questions = tuple(spans.call(self._columns, span) for span in asked)
            whole = _run(self._machine, self._source.view, self._columns, outer, call, now.at)
            self._known = key, whole, questions
        return _until(self._known[1], self._known[2], call.last, now.at)


def _run(machine: Machine, words: Any, columns: Columns, outer: Call, call: Call, at: int) -> Search:
    """Let the engine search and cut, on the words as they were when the search began."""
    rows, given = columns.rows, outer.arguments
    before: dict[int, int] = {}
    for row in range(at - 1, call.first - 1, -1):  # of several rows on one word the first one counts
        before[int(rows.word[row])] = int(rows.old[row])
    trial = _Trial(words, before)
    k = Kernel(machine, trial)
    root, head = rb_root(trial, given["root"]), list_head(trial, given["head"])
    size, align, vstart, vend = (given[name] for name in ("size", "align", "vstart", "vend"))
    __alloc_vmap_area(k, root, head, size, align, vstart, vend)
    visits = tuple(_visits(trial.notes, size))
    length = trial.notes[0].length if trial.notes else size
    return Search(call.span, size, align, vstart, vend, length, visits, True, trial.fit)


def _visits(notes: Sequence[_Note], size: int) -> Iterator[Visit]:
    climbed = False
    for i, note in enumerate(notes):
        way: Way = "found" if note.answer else "end"
        if i + 1 < len(notes):
            after = notes[i + 1].at
            way = "left" if after == note.sides[0] else "right" if after == note.sides[1] else "up"
        yield Visit(
            note.at, note.start, note.end, climbed, note.left, note.right, note.vstart, note.answer, way,
            tuple(_reasons(note, climbed, way, size)),
        )  # fmt: skip
        climbed = way == "up"


def _reasons(note: _Note, climbed: bool, way: Way, size: int) -> Iterator[Reason]:
    """Which of the search's questions were answered how, at one area."""
    if way == "left":
        yield "left_room"
        return
    if not climbed:
        yield "left_small" if note.left < note.length else "left_low"
    if note.answer:
        yield "fits"
        return
    if note.end - note.start < size:
        yield "short"
    else:
        yield "low" if note.end - max(note.start, note.vstart) < size else "unaligned"
    if way == "right":
        yield "right_room"
    else:
        yield "right_small" if note.right < note.length else "right_done"


def _until(whole: Search, questions: Sequence[Call], last: int, at: int) -> Search:
    """A search as far as it has come when `at` rows have happened."""
    if last < at:
        return whole
    asked = [q for q in questions if q.first < at]
    with_answer = [i for i, visit in enumerate(whole.visits) if visit.asked is not None]
    if not asked:
        here = 0
        visits = [replace(v, asked=None, way="", reasons=()) for v in whole.visits[:1]]
        return replace(whole, visits=tuple(visits), ended=False, fit=None)
    here = with_answer[len(asked) - 1]
    visit = whole.visits[here]
    known = asked[-1].last < at
    told = _before_answer(visit.reasons) if not known else visit.reasons
    if known and not visit.asked:
        told = tuple(r for r in told if not r.startswith("right_"))
    way: Way = "found" if known and visit.asked else ""
    visit = replace(visit, asked=visit.asked if known else None, way=way, reasons=told)
    return replace(whole, visits=(*whole.visits[:here], visit), ended=False, fit=None)


def _before_answer(reasons: tuple[Reason, ...]) -> tuple[Reason, ...]:
    return tuple(r for r in reasons if r.startswith("left_"))
