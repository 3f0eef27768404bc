"""A program that can be edited in the middle: what comes after an edit runs again.

An operation that no longer can run stays where it is and says why; it has no rows.  It is tried again
with every edit before it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from vmgui.texts import Text
from vmgui.timeline.operation import Operation
from vmgui.timeline.session import Done, Going, Session, Stopped, endlessly
from vmgui.timeline.values import OperationError

#: Told how many of how many operations have run; returns False to stop.
Progress = Callable[[int, int], bool]


def patient(_done: int, _of: int) -> bool:
    """Go on, however long it takes."""
    return True


def _within(progress: Progress, done: int, of: int, _steps: int) -> bool:
    """Ask while an operation runs."""
    return progress(done, of)


@dataclass(frozen=True)
class Failed:
    """An operation that could not run at ``row``: nothing of it has happened; ``error`` says why."""

    operation: Operation
    error: OperationError
    row: int

    @property
    def first_row(self) -> int:
        """Where it would have begun."""
        return self.row

    @property
    def last_row(self) -> int:
        """Where it would have begun: it has no rows."""
        return self.row


Item = Done | Failed


@dataclass(frozen=True)
class Edit:
    """The operations ``old`` from place ``at`` (counted from 0) on become ``new``."""

    at: int
    old: tuple[Operation, ...] = ()
    new: tuple[Operation, ...] = ()

    @property
    def inverse(self) -> Edit:
        """The edit that takes this one back."""
        return Edit(self.at, self.new, self.old)


class Program:
    """The operations of a session in order, those that failed among them; edits run the rest again."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.items: list[Item] = list(session.operations)

    # --- edits -----------------------------------------------------------------------------------

    def inserted(self, at: int, operation: Operation) -> Edit:
        """The edit that puts an operation before place ``at``; at the end when that is the length."""
        return Edit(at, (), (operation,))

    def deleted(self, at: int) -> Edit:
        """The edit that takes out the operation at a place."""
        return Edit(at, (self.items[at].operation,), ())

    def replaced(self, at: int, operation: Operation) -> Edit:
        """The edit that puts an operation in the place of another."""
        return Edit(at, (self.items[at].operation,), (operation,))

    def moved(self, at: int, to: int) -> Edit:
        """The edit that brings the operation at a place to another place; those between move up."""
        low, high = min(at, to), max(at, to) + 1
        old = [item.operation for item in self.items[low:high]]
        new = old.copy()
        new.insert(to - low, new.pop(at - low))
        return Edit(low, tuple(old), tuple(new))

    # --- running ---------------------------------------------------------------------------------

    def append(self, operation: Operation, going: Going = endlessly) -> Done:
        """Run an operation at the end; OperationError, and nothing changed, when it cannot or was stopped."""
        done = self.session.apply(operation, going)
        self.items.append(done)
        return done

    def extend(self, operations: Iterable[Operation], progress: Progress = patient) -> list[Failed]:
        """Run several operations at the end and return those that cannot; when stopped, none that follows."""
        operations, stopped = list(operations), False
        first = len(self.items)
        for i, operation in enumerate(operations):
            stopped = stopped or not progress(i, len(operations))
            error = OperationError(Text("stopped before it ran: run the program again")) if stopped else None
            if error is None:
                self.items.append(self._try(operation, partial(_within, progress, i, len(operations))))
                stopped = isinstance(self.items[-1], Failed) and isinstance(self.items[-1].error, Stopped)
            else:
                self.items.append(self._failed(operation, error))
        progress(len(operations), len(operations))
        return [item for item in self.items[first:] if isinstance(item, Failed)]

    def change(self, edit: Edit, progress: Progress = patient, must_run: bool = False) -> bool:
        """Make an edit and run again what follows; False, and nothing changed, when ``progress`` stops it.

        With ``must_run``, OperationError and nothing changed when one of the new operations cannot run.
        """
        with self.session.lock:
            before, rest = self.items[: edit.at], self.items[edit.at + len(edit.old) :]
            kept = sum(isinstance(item, Done) for item in before)
            tail, items, finished = self.session.rewind(kept), before, False
            todo = [*edit.new, *(item.operation for item in rest)]
            try:
                for i, operation in enumerate(todo):
                    if not progress(i, len(todo)):
                        return False
                    items.append(self._try(operation, partial(_within, progress, i, len(todo))))
                    found = items[-1]
                    if isinstance(found, Failed) and isinstance(found.error, Stopped):
                        return False
                    if must_run and i < len(edit.new) and isinstance(found, Failed):
                        raise found.error
                finished = True
            finally:
                if not finished:
                    self.session.rewind(kept)
                    self.session.restore(tail)
            self.items = items
            return True

    def _try(self, operation: Operation, going: Going) -> Item:
        try:
            return self.session.apply(operation, going)
        except OperationError as error:
            return self._failed(operation, error)

    def _failed(self, operation: Operation, error: OperationError) -> Failed:
        return Failed(operation, error, len(self.session))


def same_place(old: Sequence[Item], edit: Edit, new: Sequence[Item], at: int) -> int:
    """The row where a play-head at ``at`` belongs after an edit: the same place of the same operation.

    Of an operation that is gone, the end of what came before it.
    """
    i = bisect_left(old, at, key=lambda item: item.last_row)
    if not at or i >= len(old):
        return 0 if not at else _end(new, len(new) - 1)
    if i < edit.at:
        return at
    was = old[i]
    j = _where(edit, i, was.operation)
    if j < 0 or isinstance(new[j], Failed):
        return _end(new, j if j >= 0 else edit.at - 1)
    return (
        new[j].last_row if at == was.last_row else min(new[j].first_row + at - was.first_row, new[j].last_row)
    )


def _where(edit: Edit, i: int, operation: Operation) -> int:
    """The place of an operation after an edit; -1 when it is gone."""
    if i >= edit.at + len(edit.old):
        return i + len(edit.new) - len(edit.old)
    found = next((n for n, other in enumerate(edit.new) if other is operation), i - edit.at)
    return edit.at + found if found < len(edit.new) else -1


def _end(items: Sequence[Item], i: int) -> int:
    return items[i].last_row if i >= 0 else 0
