"""Conditions and expressions: parsed into a closed tree, whose values come from facts about a state."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, Protocol, TypeAlias

from vmgui.formats.errors import FormatError
from vmgui.texts import Text
from vmgui.timeline.values import SUFFIXES

if TYPE_CHECKING:
    from lark import Lark, Token, Tree

MAX_LENGTH = 500
MAX_DEPTH = 30
LIMIT = 1 << 128

Value: TypeAlias = int | str
#: How a number is written when nobody says: an address, a size in bytes, or a plain number.
Unit: TypeAlias = str

_NUMBER = re.compile(r"(0[xX][0-9A-Fa-f_]+|0[bB][01_]+|[0-9][0-9_]*)([KMGT]?)")


class Unknown(ValueError):
    """A fact that does not exist here; `near` is the nearest name that does."""

    def __init__(self, why: str, near: str | None = None) -> None:
        super().__init__(why)
        self.why, self.near = why, near


class Scope(Protocol):
    """Where the values of names and functions come from; `Unknown` for what does not exist."""

    def name(self, name: str) -> Value:
        """The value of a name."""
        ...

    def call(self, name: str, arguments: Sequence[Node]) -> Value:
        """The value of a function; its arguments are not evaluated yet."""
        ...


@dataclass(frozen=True, slots=True)
class Node:
    """A part of a condition: what it is, the text or operators it has, its parts, and where it stands."""

    kind: str
    text: str
    parts: tuple[Node, ...]
    start: int
    end: int
    depth: int = 1

    @property
    def names(self) -> Iterator[Node]:
        """Every name and call in it."""
        if self.kind in ("name", "call"):
            yield self
        for part in self.parts:
            yield from part.names


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition or expression, and where it was written."""

    source: str
    root: Node
    file: str = ""
    line: int = 0

    def value(self, facts: Scope) -> Value:
        """Its value over `facts`: a number, a text; 1 or 0 for what is true or false."""
        return _Evaluation(self, facts).value(self.root)

    def holds(self, facts: Scope) -> bool:
        """Whether it is true."""
        return bool(self.value(facts))

    def fail(self, why: str, node: Node, near: str | None = None) -> NoReturn:
        """Raise a FormatError with a caret below `node`."""
        raise FormatError(why, file=self.file, line=self.line, column=node.start,
                          width=node.end - node.start, text=self.source, suggestion=near)  # fmt: skip


def parse(text: str, file: str = "", line: int = 0) -> Condition:
    """Parse one condition; FormatError says what is wrong with it and where."""
    text = text.strip()
    if len(text) > MAX_LENGTH:
        raise FormatError(Text("longer than {0} characters", MAX_LENGTH), file=file, line=line)
    if not text:
        raise FormatError(Text("a condition is missing"), file=file, line=line)
    try:
        root = _node(_tree(text, file, line))
    except RecursionError:  # hundreds of brackets or signs
        root = None
    if root is None or root.depth > MAX_DEPTH:
        raise FormatError(Text("nested deeper than {0} levels", MAX_DEPTH), file=file, line=line)
    return Condition(text, root, file, line)


def number(text: str) -> int | None:
    """The number that `text` writes: 12, 0x10, 4M; None if it writes none."""
    found = _NUMBER.fullmatch(text)
    if found is None:
        return None
    try:
        value = int(found[1].replace("_", "").rstrip("xX") or "0", 0)
    except ValueError:  # octal as C writes it, or thousands of digits
        return None
    return value << SUFFIXES.get(found[2], 0)


@cache
def _lark() -> Lark:
    from lark import Lark

    grammar = Path(__file__).with_name("conditions.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", propagate_positions=True)


def _tree(text: str, file: str, line: int) -> Tree[Token] | Token:
    from lark.exceptions import UnexpectedCharacters, UnexpectedToken

    def fail(why: str, column: int, width: int = 1) -> NoReturn:
        raise FormatError(why, file=file, line=line, column=column, width=width, text=text)

    try:
        return _lark().parse(text)
    except UnexpectedCharacters as error:
        column = max((error.column or 1) - 1, 0)
        char = text[column] if error.line == 1 and column < len(text) else "\n"
        near = " (== compares)" if char == "=" else ""
        fail(Text("unexpected character {0!r}{1}", char, near), column)
    except UnexpectedToken as error:
        token = error.token
        if token.type == "$END":
            fail(Text("something is missing at the end"), len(text))
        fail(Text("unexpected {0!r}", str(token)), token.start_pos or 0, max(len(token), 1))


def _node(tree: Tree[Token] | Token | None) -> Node:
    from lark import Token, Tree

    assert isinstance(tree, Tree)
    below = [child for child in tree.children if isinstance(child, Tree)]
    parts = tuple(_node(child) for child in below)
    said = " ".join(str(child) for child in tree.children if isinstance(child, Token))
    start, end = int(tree.meta.start_pos), int(tree.meta.end_pos)
    if len(parts) == 1 and not said and tree.data in ("any", "all", "compared", "sum", "product"):
        return parts[0]
    if tree.data == "inner":
        return Node(parts[0].kind, parts[0].text, parts[0].parts, start, end, parts[0].depth + 1)
    return Node(str(tree.data), said, parts, start, end, 1 + max((p.depth for p in parts), default=0))


class _Evaluation:
    """One evaluation of a condition."""

    def __init__(self, condition: Condition, facts: Scope) -> None:
        self.condition, self.facts = condition, facts

    def value(self, node: Node) -> Value:
        kinds: dict[str, Callable[[Node], Value]] = {
            "any": self._any, "all": self._all, "negation": self._negation, "compared": self._compared,
            "sum": self._joined, "product": self._joined, "minus": self._minus, "number": self._number,
            "text": lambda n: n.text[1:-1], "name": self._asked, "call": self._asked,
        }  # fmt: skip
        return kinds[node.kind](node)

    def _any(self, node: Node) -> Value:
        return int(any(self.value(part) for part in node.parts))

    def _all(self, node: Node) -> Value:
        return int(all(self.value(part) for part in node.parts))

    def _negation(self, node: Node) -> Value:
        return int(not self.value(node.parts[0]))

    def _compared(self, node: Node) -> Value:
        values = [self.value(part) for part in node.parts]
        for i, sign in enumerate(node.text.split()):
            left, right = values[i], values[i + 1]
            if isinstance(left, str) is not isinstance(right, str):
                self.condition.fail(Text("a number is compared with a text"), node)
            if not _holds(sign, left, right):
                return 0
        return 1

    def _joined(self, node: Node) -> Value:
        total = self._whole(node.parts[0])
        for sign, part in zip(node.text.split(), node.parts[1:], strict=True):
            other = self._whole(part)
            if sign in "/%" and not other:
                self.condition.fail(Text("division by 0"), part)
            total = _joined(sign, total, other)
            if not -LIMIT < total < LIMIT:
                self.condition.fail(Text("this number does not fit in 128 bits"), node)
        return total

    def _minus(self, node: Node) -> Value:
        return -self._whole(node.parts[0])

    def _number(self, node: Node) -> Value:
        value = number(node.text)
        if value is None:
            self.condition.fail(Text("{0!r} is not a number", node.text), node)
        if value >= LIMIT:
            self.condition.fail(Text("this number does not fit in 128 bits"), node)
        return value

    def _whole(self, node: Node) -> int:
        value = self.value(node)
        if isinstance(value, str):
            self.condition.fail(Text("a number has to stand here, not a text"), node)
        return value

    def _asked(self, node: Node) -> Value:
        try:
            if node.kind == "name":
                return self.facts.name(node.text)
            return self.facts.call(node.text, node.parts)
        except Unknown as error:
            self.condition.fail(error.why, node, error.near)


def _holds(sign: str, left: Value, right: Value) -> bool:
    if sign in ("==", "!="):
        return (left == right) is (sign == "==")
    low, high = (left, right) if sign.startswith("<") else (right, left)
    if isinstance(low, str) or isinstance(high, str):
        return str(low) < str(high) or "=" in sign and low == high
    return low < high or "=" in sign and low == high


def _joined(sign: str, left: int, right: int) -> int:
    match sign:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "/":
            return left // right
    return left % right


def evaluated(node: Node, condition_facts: Scope, source: str = "") -> Value:
    """The value of a part of a condition: an argument of a function."""
    return _Evaluation(Condition(source, node), condition_facts).value(node)
