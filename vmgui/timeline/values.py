"""What stands behind the words of an operation: sums of terms, names, choices and flags."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from vmgui.texts import Text

#: Suffix letters and the bits they shift a number by.
SUFFIXES = {"K": 10, "M": 20, "G": 30, "T": 40}

#: Constant names of a machine, with what they stand for.
CONSTANTS = {
    "W": "start of the window: an empty, fenced part of the vmalloc range",
    "WE": "end of the window (exclusive)",
    "VS": "VMALLOC_START",
    "VE": "VMALLOC_END: the last byte of the vmalloc range",
    "MV": "MODULES_VADDR",
    "ME": "MODULES_END",
    "RAM": "total RAM in bytes",
    "DM": "PAGE_OFFSET: where the direct map begins",
}


class OperationError(ValueError):
    """An operation that cannot be run as it is written; nothing was changed.

    ``parameter`` names the argument at fault, if it is one; ``suggestion`` is the nearest valid form.
    """

    def __init__(self, why: str, parameter: str | None = None, suggestion: str | None = None) -> None:
        super().__init__(why)
        self.why, self.parameter, self.suggestion = why, parameter, suggestion


class Scope(Protocol):
    """Where the terms of an expression get their values from."""

    @property
    def page_size(self) -> int:
        """Bytes a page."""
        ...

    def constant(self, name: str) -> int:
        """Value of a name in CONSTANTS; OperationError where the machine has none."""
        ...

    def address_of(self, name: str) -> int:
        """Address of the object ``name``; OperationError when there is no such object."""
        ...

    def size_of(self, name: str) -> int:
        """Size in bytes of the object ``name``, with its guard page."""
        ...


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it was written; ``pages`` when it counts pages instead of bytes."""

    value: int
    pages: bool = False
    text: str = field(default="", compare=False)

    def evaluate(self, scope: Scope) -> int:
        """Value in bytes."""
        return self.value * scope.page_size if self.pages else self.value

    def count(self, scope: Scope) -> int:
        """Value where a count is asked for: a number of pages counts pages."""
        return self.value

    def __str__(self) -> str:
        return self.text or f"{self.value}{'p' if self.pages else ''}"


@dataclass(frozen=True, slots=True)
class Constant:
    """A constant of the machine, such as ``W`` or ``VS``."""

    name: str

    def evaluate(self, scope: Scope) -> int:
        """Value on this machine."""
        return scope.constant(self.name)

    count = evaluate

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class AddressOf:
    """``@name``: the address of an object."""

    name: str

    def evaluate(self, scope: Scope) -> int:
        """Address of the object."""
        return scope.address_of(self.name)

    count = evaluate

    def __str__(self) -> str:
        return f"@{self.name}"


@dataclass(frozen=True, slots=True)
class SizeOf:
    """``#name``: the size of an object, with its guard page."""

    name: str

    def evaluate(self, scope: Scope) -> int:
        """Size of the object in bytes."""
        return scope.size_of(self.name)

    count = evaluate

    def __str__(self) -> str:
        return f"#{self.name}"


Atom = Number | Constant | AddressOf | SizeOf


@dataclass(frozen=True, slots=True)
class Term:
    """An atom that is added, or subtracted when ``negative``."""

    atom: Atom
    negative: bool = False


@dataclass(frozen=True, slots=True)
class Expr:
    """Terms joined by ``+`` and ``-``.

    In a script of the kernel module (``wraps``) the sum is one of unsigned 64-bit numbers, as in C: 0-1 is
    the largest there is.  A person who writes that has made a mistake.
    """

    terms: tuple[Term, ...]
    wraps: bool = False

    def evaluate(self, scope: Scope) -> int:
        """Value in bytes; OperationError below 0 or beyond 64 bits."""
        return self._within(sum(-t.atom.evaluate(scope) if t.negative else t.atom.evaluate(scope)
                                for t in self.terms))

    def count(self, scope: Scope) -> int:
        """Value as a count, where ``16p`` is 16; OperationError below 0 or beyond 64 bits."""
        return self._within(sum(-t.atom.count(scope) if t.negative else t.atom.count(scope)
                                for t in self.terms))

    def _within(self, value: int) -> int:
        if self.wraps:
            return value % (1 << 64)
        if value < 0:
            raise OperationError(Text("{0} is negative ({1})", self, value))
        if value >> 64:
            raise OperationError(Text("{0} does not fit in 64 bits ({1:#x})", self, value))
        return value

    def names(self) -> Iterator[str]:
        """The objects that the expression speaks of."""
        for term in self.terms:
            if isinstance(term.atom, AddressOf | SizeOf):
                yield term.atom.name

    def __str__(self) -> str:
        signs = ("-" if t.negative else "+" if i else "" for i, t in enumerate(self.terms))
        return "".join(f"{sign}{term.atom}" for sign, term in zip(signs, self.terms, strict=True))


@dataclass(frozen=True, slots=True)
class Word:
    """One plain word: the name of an object, or a choice."""

    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Names:
    """Several object names, in order."""

    names: tuple[str, ...]

    def __str__(self) -> str:
        return " ".join(self.names)


@dataclass(frozen=True, slots=True)
class Flags:
    """Flag words and numbers joined by ``|``."""

    items: tuple[Word | Expr, ...]

    def __str__(self) -> str:
        return "|".join(map(str, self.items))


Value = Expr | Word | Names | Flags


def number(value: int, text: str = "") -> Expr:
    """An expression of one plain number."""
    return Expr((Term(Number(value, False, text)),))


def pages(count: int) -> Expr:
    """An expression of ``count`` pages."""
    return Expr((Term(Number(count, True)),))


def constant(name: str) -> Expr:
    """An expression of one constant."""
    return Expr((Term(Constant(name)),))


def size_text(value: int) -> str:
    """Write ``value`` bytes as people do: 4M, 12K, 4097, and addresses in hexadecimal."""
    for letter, shift in reversed(SUFFIXES.items()):
        if value and not value & ((1 << shift) - 1) and value >> shift < 4096:
            return f"{value >> shift}{letter}"
    return str(value) if value < 1 << 16 else f"{value:#x}"
