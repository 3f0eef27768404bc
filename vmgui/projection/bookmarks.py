"""Where a bookmark stands after an edit: it is anchored in an operation, not only at a step.

The anchor is the operation, by its number and its text, and how many steps into it the bookmark stands.
So it stays with its operation when others are put in, taken out or take another number of steps; when its
operation is changed, it stays with what stands there; when its operation is gone, it waits for it to come
back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vmgui.projection.scope import operation_at
from vmgui.timeline.session import Done

#: No operation: before the first one.
BEFORE = -1


@dataclass(frozen=True, slots=True)
class Anchor:
    """An operation by number (from 0) and text, and how many steps into it; BEFORE with no text is step 0."""

    operation: int
    line: str
    offset: int


def anchor(operations: Sequence[Done], step: int) -> Anchor:
    """The anchor of a step."""
    done = operation_at(operations, step)
    return Anchor(done.index, str(done.operation), step - done.first_row) if done else Anchor(BEFORE, "", 0)


def step_of(operations: Sequence[Done], held: Anchor) -> int | None:
    """The step of an anchor in a program as it is; None when its operation is gone."""
    if held.operation == BEFORE:
        return 0
    done = _found(operations, held)
    return min(done.first_row + held.offset, done.last_row) if done else None


def _found(operations: Sequence[Done], held: Anchor) -> Done | None:
    at = held.operation
    if at < len(operations) and str(operations[at].operation) == held.line:
        return operations[at]
    alike = [done for done in operations if str(done.operation) == held.line]
    if alike:
        return min(alike, key=lambda done: abs(done.index - at))
    changed = operations[at] if at < len(operations) else None
    same = changed is not None and str(changed.operation).split()[:1] == held.line.split()[:1]
    return changed if same else None
