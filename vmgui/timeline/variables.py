"""What the names of a function held: numbers and addresses only, as anything else may change later."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from vmgui.engine.words import Struct, WordArray


@dataclass(frozen=True)
class Variable:
    """A name and what it held: a number, or an address when ``pointer`` names a type."""

    name: str
    value: int | None
    pointer: str = ""


def variables_of(values: Mapping[str, object]) -> tuple[Variable, ...]:
    """The names of a frame that can be shown; the kernel itself is none."""
    return tuple(_variables(values))


def _variables(values: Mapping[str, object]) -> Iterator[Variable]:
    for name, value in values.items():
        held = shown(value) if name != "k" else None
        if held is not None:
            yield Variable(name, *held)


def shown(value: object) -> tuple[int | None, str] | None:
    """Reduce a Python value to what is shown: a number, or an address and its type; None for the rest."""
    if isinstance(value, bool | int):
        return int(value), ""
    if isinstance(value, WordArray):
        return value.addr, "unsigned long"
    if isinstance(value, Struct):
        return value.addr, type(value).__name__
    if value is None:
        return None, "NULL"
    inner = getattr(value, "value", None)
    return (inner, "") if isinstance(inner, int) else None
