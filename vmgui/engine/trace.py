"""The recorder: a row per store, a span per kernel function, taken without a word in the engine's text."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable
from functools import wraps
from sys import _getframe
from types import CodeType
from typing import Any, NamedTuple, ParamSpec, TypeVar

from vmgui.engine.words import MASK64, TRANSPARENT, BadAddress, Memory, Words, transparent

P = ParamSpec("P")
R = TypeVar("R")

#: Between two breaths lie so many calls, and one.
BREATH = 1023
#: What a span returned: nothing, a number, a pointer; or it never returned (BUG).
RETURNED_NONE, RETURNED_INT, RETURNED_PTR, RAISED = range(4)


class Function(NamedTuple):
    """A kernel function as the recorder knows it."""

    name: str
    code: CodeType
    parameters: tuple[str, ...]


#: Every ``@kernel_function`` of the engine, by the number its spans carry.
FUNCTIONS: list[Function] = []


class Sites:
    """Places in the engine's text: a number cheap enough to take at every store, a line when asked."""

    def __init__(self) -> None:
        self.index: dict[int, int] = {}
        self.codes: list[CodeType] = []

    def pass_over(self, codes: Iterable[int]) -> None:
        """Give the code objects ``codes`` (by id) the number -1: a store in them belongs further out."""
        self.index.update(dict.fromkeys(codes, -1))

    def base(self, code: CodeType) -> int:
        """Return the site number of instruction 0 of ``code``; others add their ``f_lasti``."""
        known = self.index.get(id(code))
        if known is not None:
            return known
        self.index[id(code)] = site = len(self.codes) << 16
        self.codes.append(code)
        return site

    def line(self, site: int) -> tuple[CodeType, int]:
        """Resolve a site to its code object and line number."""
        code, lasti = self.codes[site >> 16], site & 0xFFFF
        for start, end, line in code.co_lines():
            if start <= lasti < end and line is not None:
                return code, line
        return code, code.co_firstlineno


#: One table for the process: engine text does not change while it runs.
SITES = Sites()


class Rows(NamedTuple):
    """What was recorded since the last `Recorder.take`: plain arrays, one entry a row or a span."""

    word: array[int]
    old: array[int]
    new: array[int]
    site: array[int]
    function: array[int]
    first: array[int]
    last: array[int]
    parent: array[int]
    result: array[int]
    returned: array[int]
    arg: array[int]
    args: array[int]


def _empty() -> Rows:
    return Rows(*(array(code) for code in "IQQIHIIiQBIQ"))


def _go_on() -> None:
    """Nobody wants to stop."""


def encode(value: Any) -> int:
    """Reduce an argument to the word a register would hold: a number, or a struct's address."""
    if isinstance(value, int):
        return value & MASK64
    if value is None:
        return 0
    return int(getattr(value, "addr", getattr(value, "value", 0))) & MASK64


class Recorder(Memory):
    """Memory whose stores append one row: (word, old, new, site).

    A row is a store, or the entry or exit of a span (on word 0, which never changes).  `take` hands
    out what was gathered; row and span numbers go on counting from there.
    """

    def __init__(self, arena: int, end: int) -> None:
        super().__init__(arena, end)
        self.rows = _empty()
        self.row0 = self.span0 = 0
        self._open = -1
        #: Called now and then while a call begins; what it raises ends the operation.
        self.breathe: Callable[[], None] = _go_on

    def record(self) -> None:
        """Begin to record; before this it is plain memory."""
        SITES.pass_over(TRANSPARENT)
        self._bind_store()
        self._bind_spans()

    def take(self) -> Rows:
        """Hand out the rows and spans since the last call and begin anew after them."""
        taken = self.rows
        self.row0 += len(taken.word)
        self.span0 += len(taken.function)
        self.rows = _empty()
        self.record()
        return taken

    def restart(self, row: int, span: int) -> None:
        """Forget what is untaken and count on from ``row`` and ``span`` (after an undo)."""
        self.rows = _empty()
        self.row0, self.span0, self._open = row, span, -1
        self.record()

    def _counted(self) -> Callable[[int], None]:
        """What a row's word goes to, last of its columns; a replay watches here."""
        return self.rows.word.append

    def _bind_store(self) -> None:
        rows, words, sites = self.rows, self.words, SITES
        word, old, new, site = self._counted(), rows.old.append, rows.new.append, rows.site.append
        known = sites.index.get

        def store(addr: int, value: int) -> None:
            i = addr >> 3
            try:
                was = words[i]
            except IndexError:
                raise BadAddress(addr, is_write=True) from None
            frame = _getframe(2)  # past the transparent helper that called us
            base = known(id(frame.f_code))
            while base == -1:
                frame = frame.f_back  # type: ignore[assignment]
                base = known(id(frame.f_code))
            if base is None:
                base = sites.base(frame.f_code)
            site(base | frame.f_lasti)
            old(was)
            new(value)
            words[i] = value
            word(i)

        self.store = store  # type: ignore[method-assign]

    def _bind_spans(self) -> None:
        self.enter, self.leave = self._entering(), self._leaving()

    def _entering(self) -> Callable[[int, tuple[Any, ...]], int]:
        rows, words, row0, base = self.rows, self.rows.word, self.row0, SITES.base
        word, old, new, site = self._counted(), rows.old.append, rows.new.append, rows.site.append

        def enter(function: int, args: tuple[Any, ...]) -> int:
            me = len(rows.function)
            if not me & BREATH:
                self.breathe()
            rows.function.append(function)
            rows.parent.append(self._open)
            rows.first.append(row0 + len(words))
            rows.last.append(0)
            rows.result.append(0)
            rows.returned.append(RAISED)
            rows.arg.append(len(rows.args))
            rows.args.extend([arg & MASK64 if type(arg) is int else encode(arg) for arg in args])
            self._open = self.span0 + me
            site(base(FUNCTIONS[function].code))
            old(0)
            new(0)
            word(0)  # the last of a row, as someone may stop here
            return me

        return enter

    def _leaving(self) -> Callable[[int, Any, int], None]:
        rows, words, row0, base, known = self.rows, self.rows.word, self.row0, SITES.base, SITES.index.get
        word, old, new, site = self._counted(), rows.old.append, rows.new.append, rows.site.append

        def leave(me: int, result: Any, returned: int) -> None:
            frame = _getframe(2)  # past the wrapper of the function that returns
            while known(id(frame.f_code)) == -1:
                frame = frame.f_back  # type: ignore[assignment]
            rows.last[me] = row0 + len(words)
            rows.result[me] = encode(result)
            rows.returned[me] = returned
            self._open = rows.parent[me]
            site(base(frame.f_code) | frame.f_lasti)
            old(0)
            new(0)
            word(0)

        return leave


class Overlay(Recorder):
    """A recorder over words that somebody else prepared: for replaying one operation apart."""

    def __init__(self, arena: int, end: int, words: Words) -> None:
        self._prepared = words
        super().__init__(arena, end)

    def _attach(self) -> None:
        self.words = self._prepared

    def is_zero(self, addr: int, nbytes: int) -> bool:
        """Tell whether the ``nbytes`` from ``addr`` on are all zero."""
        if isinstance(self.words, memoryview):
            return self.words[addr >> 3 : (addr + nbytes) >> 3].tobytes() == bytes(nbytes)
        return not any(self.words[i] for i in range(addr >> 3, (addr + nbytes) >> 3))


def _kind(result: object) -> int:
    if result is None:
        return RETURNED_NONE
    return RETURNED_INT if isinstance(result, int) else RETURNED_PTR


def kernel_function(fn: Callable[P, R]) -> Callable[P, R]:
    """Open a span around a function that the kernel names, so that every step knows its call stack.

    The first argument is the kernel object; the others are positional, as in C.  A function that follows a
    pointer to where there is no memory ends in the kernel's own report of it.
    """
    code = fn.__code__
    number = len(FUNCTIONS)
    FUNCTIONS.append(Function(fn.__name__, code, code.co_varnames[1 : code.co_argcount]))

    @wraps(fn)
    def call(k: Any, *args: Any) -> R:
        mem = k.mem
        enter = mem.enter
        if enter is None:
            try:
                return fn(k, *args)  # type: ignore[call-arg]
            except BadAddress as bad:
                k.fault(bad)
        me = enter(number, args)
        try:
            try:
                result = fn(k, *args)  # type: ignore[call-arg]
            except BadAddress as bad:
                k.fault(bad)
        except BaseException:
            mem.leave(me, None, RAISED)
            raise
        mem.leave(me, result, _kind(result))
        return result

    return transparent(call)  # type: ignore[return-value]


__all__ = ["FUNCTIONS", "SITES", "Function", "Overlay", "Recorder", "Rows", "kernel_function", "transparent"]
