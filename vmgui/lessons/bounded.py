"""A session whose program may write only so many rows: files of strangers are run in it."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from vmgui.engine.kernel import arena_end, arena_start
from vmgui.engine.machine import Machine
from vmgui.engine.trace import Recorder
from vmgui.texts import Text
from vmgui.timeline.cursor import Image
from vmgui.timeline.session import Session
from vmgui.timeline.values import OperationError


class TooMuch(OperationError):
    """The program writes more than it may; the operation that did has changed nothing."""


class _Bounded(Recorder):
    """Memory that counts rows, and stops the operation that writes one too many."""

    def __init__(self, arena: int, end: int, most: int) -> None:
        super().__init__(arena, end)
        self._most = most
        self.bounded = False

    def _counted(self) -> Callable[[int], None]:
        append = super()._counted()
        if not self.bounded:
            return append
        left, most = self._most - self.row0, self._most

        def counted(word: int) -> None:
            nonlocal left
            append(word)
            left -= 1
            if left < 0:
                raise TooMuch(Text("too many steps: a lesson or a lab records no more than {0} here", most))

        return counted


@lru_cache(maxsize=8)
def booted(machine: Machine) -> Image:
    """What memory holds when a machine has booted: lessons and hand-ins boot the same machine many times."""
    return Session(machine).base


class BoundedSession(Session):
    """A session that refuses to record more than `most` rows after the boot."""

    def __init__(self, machine: Machine, most: int) -> None:
        self._memory_made = _Bounded(arena_start(machine), arena_end(machine), most)
        super().__init__(machine, base=booted(machine))
        self._memory_made.bounded = True
        self._memory_made.restart(0, 0)

    def _memory(self) -> Recorder:
        return self._memory_made
