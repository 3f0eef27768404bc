"""An operation: one call of the user's program, parsed, before and after it runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from vmgui.timeline.values import Expr, Names, OperationError, Value, Word
from vmgui.timeline.verb import Kind, Parameter, Verb

__all__ = ["Operation", "OperationError", "Span"]


@dataclass(frozen=True, slots=True)
class Span:
    """Where something stands in its line: columns counted from 0, ``end`` exclusive."""

    start: int
    end: int


@dataclass(frozen=True)
class Operation:
    """``target = verb args``.  Two operations are equal when they mean the same.

    ``text`` is the line as it was written, ``line`` its number (from 1) and ``places`` where each
    argument stands in it; they take no part in comparing, nor does ``renames``: whether the target may be
    the name of an object in use, which then has none.
    """

    verb: Verb
    target: str | None = None
    args: Mapping[str, Value] = field(default_factory=dict)
    text: str = field(default="", compare=False)
    line: int = field(default=0, compare=False)
    places: Mapping[str, Span] = field(default_factory=dict, compare=False, repr=False)
    renames: bool = field(default=False, compare=False)

    def as_recorded(self) -> Operation:
        """The same operation as the kernel module runs it: sums wrap at 64 bits, the newest owns a name."""
        args = {n: replace(v, wraps=True) if isinstance(v, Expr) else v for n, v in self.args.items()}
        return replace(self, args=args, renames=True)

    @property
    def name(self) -> str:
        """Name of the operation, such as ``vmalloc``."""
        return self.verb.name

    def value(self, parameter: Parameter) -> Value | None:
        """The argument for ``parameter`` as written, or its default."""
        return self.args.get(parameter.name, parameter.default)

    def uses(self) -> Iterator[tuple[str, str]]:
        """(parameter, object name) for every object that the operation speaks of."""
        for name, value in self.args.items():
            parameter = self.verb.parameter(name)
            if isinstance(value, Expr):
                yield from ((name, used) for used in value.names())
            elif isinstance(value, Names):
                yield from ((name, used) for used in value.names)
            elif isinstance(value, Word) and parameter and parameter.kind in (Kind.OBJECT, Kind.PAGES):
                yield name, value.text

    def __str__(self) -> str:
        """Write the normal form; it parses back to an equal operation."""
        parts = [f"{self.target} =", self.name] if self.target else [self.name]
        leading = True
        for p in self.verb.parameters:
            value = self.args.get(p.name)
            if p.kind is Kind.NEW:
                continue
            nameable = self.verb.makes and not self.target and isinstance(value, Word)  # would name it
            leading = leading and p.positional and value is not None and not nameable
            if value is not None:
                parts.append(str(value) if leading else f"{p.name}={value}")
        return " ".join(parts)
