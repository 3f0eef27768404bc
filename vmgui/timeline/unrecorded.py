"""A session that runs the same engine without keeping rows: for comparing, where nobody steps.

Only the calls that somebody asked for are kept.  What an operation wrote can be taken back until the next
one begins, so that one which cannot run changes nothing here either.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from vmgui.engine.kernel import Kernel, arena_end, arena_start
from vmgui.engine.machine import Machine
from vmgui.engine.trace import FUNCTIONS, Recorder, Rows
from vmgui.engine.words import BadAddress
from vmgui.timeline.cursor import Cursor
from vmgui.timeline.session import Session

#: What entering a call gives that nobody listens to.
UNHEARD = -1


class Listener(Recorder):
    """Memory that keeps the spans of the functions called ``heard``, and no rows of stores.

    ``before`` has what each word held that was written since the last `take`, by word number.
    """

    def __init__(self, arena: int, end: int, heard: frozenset[str]) -> None:
        super().__init__(arena, end)
        self.before: dict[int, int] = {}
        self._heard = frozenset(i for i, function in enumerate(FUNCTIONS) if function.name in heard)

    def take(self) -> Rows:
        """Hand out the spans since the last call; what was written before is for good."""
        self.before = {}
        return super().take()

    def restart(self, row: int, span: int) -> None:
        """Forget what was heard, and take what was written for good."""
        self.before = {}
        super().restart(row, span)

    def take_back(self) -> None:
        """Give every word that was written since the last `take` its old value, and forget the spans."""
        for i, old in self.before.items():
            self.words[i] = old
        self.restart(self.row0, self.span0)

    def _bind_store(self) -> None:
        words, before = self.words, self.before

        def store(addr: int, value: int) -> None:
            i = addr >> 3
            if i not in before:
                try:
                    before[i] = words[i]
                except IndexError:
                    raise BadAddress(addr, is_write=True) from None
            words[i] = value

        self.store = store  # type: ignore[method-assign]

    def _bind_spans(self) -> None:
        super()._bind_spans()
        enter_heard, leave_heard, heard = self.enter, self.leave, self._heard
        assert enter_heard is not None

        def enter(function: int, args: tuple[Any, ...]) -> int:
            return enter_heard(function, args) if function in heard else UNHEARD

        def leave(me: int, result: Any, returned: int) -> None:
            if me != UNHEARD:
                leave_heard(me, result, returned)

        self.enter, self.leave = enter, leave


class Unrecorded(Session):
    """A session whose columns hold the spans of the functions ``heard``, and nothing else."""

    def __init__(
        self, machine: Machine, prepare: Callable[[Kernel], None] | None, heard: frozenset[str]
    ) -> None:
        self._listener = Listener(arena_start(machine), arena_end(machine), heard)
        super().__init__(machine, prepare)

    def _memory(self) -> Recorder:
        return self._listener

    def _forget(self, row: int, span: int) -> None:
        self._listener.take_back()

    def cursor(self) -> Cursor:
        """There is nothing to move through."""
        raise NotImplementedError("an unrecorded session keeps no rows")
