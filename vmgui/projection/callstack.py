"""The call stack of a step, and what the running call knows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from vmgui.projection import numbers
from vmgui.projection.moment import Moment, number
from vmgui.timeline.spans import Call, Step
from vmgui.timeline.variables import Variable as Held
from vmgui.timeline.why import Explanation, Frame

Role = Literal["outer", "current", "returned", "refused", "failed"]


@dataclass(frozen=True, slots=True)
class Chip:
    """One call of the stack: it began at step `first` and ends after step `last`."""

    name: str
    span: int
    first: int
    last: int
    role: Role = "outer"
    result: str = ""


@dataclass(frozen=True, slots=True)
class Variable:
    """A name and what it holds; `address` where it is a place that a pane can show."""

    name: str
    text: str
    note: str = ""
    address: int | None = None
    changed: bool = False


def chips(calls: Sequence[Call], moment: Moment) -> tuple[Chip, ...]:
    """The calls around a moment, outermost first; a call that has just returned is still there."""
    roles: list[Role] = ["outer"] * len(calls)
    current = last = len(calls) - 1
    if moment.kind is Step.EXIT:
        roles[current] = "refused" if moment.refused else "failed" if moment.failed else "returned"
        current -= 1
    if current >= 0:
        roles[current] = "current"
    return tuple(
        Chip(c.function.name, c.span, c.first, c.last, role, moment.result if i == last else "")
        for i, (c, role) in enumerate(zip(calls, roles, strict=True))
    )


def parameters(moment: Moment) -> tuple[Variable, ...]:
    """What a call that has just been entered was given."""
    return tuple(
        Variable(name, value_text(value), address=value if value >= 1 << 47 else None)
        for name, value in moment.call.arguments.items()
    )


def variables(
    explanation: Explanation, before: Explanation | None = None, function: str = ""
) -> tuple[Variable, ...]:
    """The names of one frame of the stack, the innermost by default; `before` tells which have changed."""
    frame = _frame(explanation, function)
    if frame is None:
        return ()
    last = _frame(before, frame.function) if before else None
    return compared(frame.variables, last.variables if last and last.function == frame.function else None)


def compared(held: Iterable[Held], before: Iterable[Held] | None) -> tuple[Variable, ...]:
    """What names hold, and which of them held something else before."""
    known = {v.name: v.value for v in before} if before is not None else None
    return tuple(
        Variable(
            v.name,
            value_text(v.value, v.pointer),
            v.pointer,
            v.value if v.value is not None and v.value >= 1 << 47 else None,
            known is not None and known.get(v.name, v.value) != v.value,
        )
        for v in held
    )


def _frame(explanation: Explanation, function: str) -> Frame | None:
    frames = [f for f in explanation.frames if not function or f.function == function]
    return frames[-1] if frames else None


def value_text(value: int | None, pointer: str = "") -> str:
    """A variable's value: NULL, a full address, or a number."""
    if value is None or (pointer == "NULL" and not value):
        return "NULL"
    return numbers.address(value) if value >= 1 << 47 else number(value)
