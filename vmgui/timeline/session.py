"""A session: the machine, the operations done on it, and everything they wrote.

Only the session applies operations.  The document is machine + seed + operations; the columns are
derived from it and can be made again at any time.
"""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np

from vmgui.engine.boot import boot
from vmgui.engine.kernel import Kernel, KernelBug, arena_end, arena_start
from vmgui.engine.lib.workqueue import run_pending_work
from vmgui.engine.machine import Machine
from vmgui.engine.trace import Recorder, Rows
from vmgui.engine.words import BadAddress
from vmgui.texts import Text
from vmgui.timeline.columns import Columns
from vmgui.timeline.cursor import Cursor, Image
from vmgui.timeline.env import Env
from vmgui.timeline.names import KnownNames
from vmgui.timeline.operation import Operation
from vmgui.timeline.outcome import Obj, Outcome
from vmgui.timeline.values import OperationError

#: Told how many steps a running operation has taken; returns False to stop it.
Going = Callable[[int], bool]


class Stopped(OperationError):
    """Somebody wanted no more of an operation while it ran: nothing of it has happened."""


def endlessly(_steps: int) -> bool:
    """Go on, however long it takes."""
    return True


@dataclass(frozen=True)
class Done:
    """An operation that ran: its rows [first_row, last_row), its spans, what came of it.

    ``bug`` says why the kernel stopped for good.  ``before`` and ``names`` are the objects known
    before and after.
    """

    index: int
    operation: Operation
    first_row: int
    last_row: int
    first_span: int
    last_span: int
    outcome: Outcome = field(default_factory=Outcome)
    bug: KernelBug | None = None
    before: Mapping[str, Obj] = field(default_factory=dict)
    names: KnownNames = field(default_factory=KnownNames)


@dataclass(frozen=True)
class Tail:
    """Operations that were taken back together, and what they had written: `Session.restore` takes it."""

    operations: tuple[Done, ...]
    rows: Rows


class Session:
    """Applies operations to an engine and seals what they wrote.

    ``prepare`` puts a freshly booted kernel into a given start state, before recording begins.  With the
    ``base`` of a session on the same machine nothing is booted: it begins where that one did.
    """

    def __init__(
        self,
        machine: Machine,
        prepare: Callable[[Kernel], None] | None = None,
        base: Image | None = None,
    ) -> None:
        self.machine, self._prepare = machine, prepare
        self.lock = threading.RLock()
        self._recorder = self._memory()
        self._recorder.record()
        if base is None:
            self.kernel = boot(machine, self._recorder)
            if prepare is not None:
                prepare(self.kernel)
            self.base = self._image()
        else:
            self.base = base
            np.frombuffer(self._recorder.view, np.uint64)[base.index] = base.value
            self.kernel = Kernel(machine, self._recorder)
        self.columns = Columns(self._recorder.end)
        self.operations: list[Done] = []
        self._undone: list[Operation] = []

    def _memory(self) -> Recorder:
        """The memory that the kernel is going to run in."""
        return Recorder(arena_start(self.machine), arena_end(self.machine))

    def _image(self) -> Image:
        index = np.unique(np.frombuffer(self._recorder.rows.word, np.uint32))
        index = index[index != 0]
        value = np.frombuffer(self._recorder.view, np.uint64)[index]
        self._recorder.restart(0, 0)
        return Image(index, value, self._recorder.end)

    def __len__(self) -> int:
        return len(self.columns)

    @property
    def names(self) -> KnownNames:
        """Objects known now, by name."""
        return self.operations[-1].names if self.operations else KnownNames()

    @property
    def dead(self) -> bool:
        """Whether the kernel has stopped: only undo helps."""
        return bool(self.kernel.dead)

    def cursor(self) -> Cursor:
        """A new replica, at row 0."""
        with self.lock:  # an undo brings all replicas back: none may come meanwhile
            return Cursor(self.columns, self.base)

    def apply(self, operation: Operation, going: Going = endlessly) -> Done:
        """Run ``operation`` and seal it.  OperationError when it cannot run: then nothing has changed.

        ``going`` is asked now and then, and stops it by returning False: OperationError, too.
        """
        with self.lock, self._watched(going):
            done = self._apply(operation)
            self._undone.clear()
            return done

    @contextmanager
    def _watched(self, going: Going) -> Iterator[None]:
        recorder = self._recorder

        def breathe() -> None:
            if not going(len(recorder.rows.word)):
                raise Stopped(Text("stopped; nothing of it has happened"))

        before, recorder.breathe = recorder.breathe, breathe
        try:
            yield
        finally:
            recorder.breathe = before

    def apply_all(self, operations: Iterable[Operation]) -> None:
        """Run several operations in order; the first that cannot run ends it."""
        for operation in operations:
            self.apply(operation)

    def _apply(self, operation: Operation) -> Done:
        if self.dead:
            raise OperationError(Text("the kernel has stopped: step back, undo, or boot again"))
        row, span = len(self.columns), len(self.columns.spans)
        started = Done(len(self.operations), operation, row, row, span, span, before=self.names)
        outcome, bug = Outcome(), None
        try:
            outcome = self.run(self.kernel, started)
        except KernelBug as stopped:
            bug = stopped
        except BaseException:  # whatever else stops it, nothing of it stays
            self._forget(row, span)
            raise
        self.columns.seal(self._recorder.take())
        done = Done(
            started.index, operation, row, len(self.columns), span, len(self.columns.spans),
            outcome, bug, self.names, self.names.after(outcome),
        )  # fmt: skip
        self.operations.append(done)
        return done

    @staticmethod
    def run(k: Kernel, done: Done) -> Outcome:
        """Run the operation of ``done`` on ``k``, and the background work it left; used by replays too."""
        try:
            outcome = Env(k, done.before).run(done.operation)
            run_pending_work(k)
        except BadAddress as bad:
            k.fault(bad)
        return outcome

    def undo(self) -> Operation:
        """Take the last operation back; IndexError when there is none."""
        with self.lock:
            done = self.operations.pop()
            self._forget(done.first_row, done.first_span)
            self._undone.append(done.operation)
            return done.operation

    def redo(self) -> Done:
        """Do the last undone operation again; IndexError when there is none."""
        with self.lock:
            done = self._apply(self._undone[-1])
            self._undone.pop()
            return done

    @property
    def can_redo(self) -> bool:
        """Whether an undone operation waits."""
        return bool(self._undone)

    def rewind(self, count: int) -> Tail:
        """Take back all but the first ``count`` operations at once; `redo` knows nothing of it."""
        with self.lock:
            gone = tuple(self.operations[count:])
            row, span = (gone[0].first_row, gone[0].first_span) if gone else self._end()
            tail = Tail(gone, self.columns.after(row, span))
            del self.operations[count:]
            self._forget(row, span)
            self._undone.clear()
            return tail

    def restore(self, tail: Tail) -> None:
        """Bring back what `rewind` took, without running it; nothing else may have run since."""
        with self.lock:
            word = np.frombuffer(tail.rows.word, np.uint32)
            last = len(word) - 1 - np.unique(word[::-1], return_index=True)[1]
            words = np.frombuffer(self._recorder.view, np.uint64)
            words[word[last]] = np.frombuffer(tail.rows.new, np.uint64)[last]
            self.columns.seal(tail.rows)
            self._recorder.restart(*self._end())
            self.operations += tail.operations

    def _end(self) -> tuple[int, int]:
        """How many rows and spans there are."""
        return len(self.columns), len(self.columns.spans)

    def _forget(self, row: int, span: int) -> None:
        """Bring engine and columns back to ``row``."""
        self.columns.seal(self._recorder.take())
        rows = self.columns.rows
        words = np.frombuffer(self._recorder.view, np.uint64)
        first = (rows.prev[row:] < row) | (rows.prev[row:] == 0xFFFFFFFF)
        words[rows.word[row:][first]] = rows.old[row:][first]
        self.columns.cut(row, span)
        self._recorder.restart(row, span)

    def operation_at(self, row: int) -> Done | None:
        """The operation that wrote ``row``."""
        i = bisect_right(self.operations, row, key=lambda done: done.first_row) - 1
        while i >= 0 and self.operations[i].last_row <= row:
            i -= 1
        return self.operations[i] if i >= 0 else None

    def fork(self, upto: int) -> Session:
        """A new session on the same machine with the first ``upto`` operations."""
        other = Session(self.machine, self._prepare)
        other.apply_all(done.operation for done in self.operations[:upto])
        return other
