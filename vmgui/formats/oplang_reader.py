"""Reads one line of the operation language into an operation, or says exactly where it is wrong."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from vmgui.formats.errors import FormatError
from vmgui.texts import Text
from vmgui.timeline.operation import Operation, Span
from vmgui.timeline.values import (
    CONSTANTS,
    SUFFIXES,
    AddressOf,
    Atom,
    Constant,
    Expr,
    Flags,
    Names,
    Number,
    SizeOf,
    Term,
    Value,
    Word,
)
from vmgui.timeline.verb import Kind, Parameter, Verb
from vmgui.timeline.verbs import VERBS

if TYPE_CHECKING:
    from lark import Lark, Token, Tree

#: A line longer than this is not an operation.
MAX_LINE = 4096
MAX_NAME = 32

_NUMBER = re.compile(r"(0[xX][0-9A-Fa-f_]+|[0-9][0-9_]*)([KMGTp]?)")
_UNIT = re.compile(r"(0[xX][0-9A-Fa-f_]+|[0-9_]+)([kmgtKMGTP])(i?[bB])?")

#: Kernel functions that are the whole of one operation: their names are understood as well.
ALIASES = {v.calls: v.name for v in reversed(VERBS.values()) if v.calls and v.calls not in VERBS}


@cache
def _lark() -> Lark:
    from lark import Lark  # lark is not needed until somebody types or opens something

    grammar = Path(__file__).with_name("grammar.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr")


@dataclass(frozen=True)
class _Item:
    """One argument as the grammar sees it: sums joined by ``|``, with a name in front or not."""

    key: Token | None
    sums: tuple[tuple[Token, ...], ...]

    @property
    def first(self) -> Token:
        return self.sums[0][0]

    @property
    def last(self) -> Token:
        return self.sums[-1][-1]

    @property
    def bare(self) -> Token | None:
        """The one plain word it consists of."""
        single = len(self.sums) == 1 and len(self.sums[0]) == 1 and self.first.type == "NAME"
        return self.first if single else None


class Reader:
    """Reads one line."""

    def __init__(self, text: str, file: str, line: int) -> None:
        self.text, self.file, self.line = text, file, line
        self.verb: Verb | None = None

    def fail(self, why: str, at: Token | _Item | int, *, near: str | None = None) -> NoReturn:
        """Raise the error that ``why`` says, with a caret below ``at``."""
        start, end = _span(at) if not isinstance(at, int) else (at, at + 1)
        usage = self.verb.usage if self.verb else None
        raise FormatError(why, file=self.file, line=self.line, column=start, width=end - start,
                          text=self.text, suggestion=near, usage=usage)  # fmt: skip

    def read(self) -> Operation | None:
        """Parse the line into an operation."""
        from lark import Token, Tree

        if len(self.text) > MAX_LINE:
            why = Text("the line is longer than {0} characters", MAX_LINE)
            raise FormatError(why, file=self.file, line=self.line)
        call = next(iter(self._tree().children), None)
        if not isinstance(call, Tree):
            return None
        words = [child for child in call.children if isinstance(child, Token)]
        items = [_item(child) for child in call.children if isinstance(child, Tree)]
        target, name = words if call.data == "binding" else (None, words[0])
        self.verb = VERBS.get(ALIASES.get(name, name)) or self._unknown_verb(name)
        return self._operation(self.verb, target, items)

    def _tree(self) -> Tree[Token]:
        from lark.exceptions import UnexpectedCharacters, UnexpectedToken

        try:
            return _lark().parse(self.text)
        except UnexpectedCharacters as error:
            return self._strange(error.column - 1)
        except UnexpectedToken as error:
            return self._misplaced(error.token)

    def _strange(self, column: int) -> NoReturn:
        char = self.text[column]
        plain = unicodedata.normalize("NFKC", char)
        near = self.text.replace(char, plain) if plain != char and plain.isascii() else None
        if char in "\"'(),;":
            self.fail(Text("{0!r} is not used here: write values without it", char), column)
        self.fail(Text("unexpected character {0!r}", char), column, near=near)

    def _misplaced(self, token: Token) -> NoReturn:
        self.verb = next((VERBS[word] for word in re.findall(r"\w+", self.text) if word in VERBS), None)
        if token.type == "$END":
            self.fail(Text("something is missing at the end"), len(self.text.rstrip()))
        if token.type == "NUMBER":
            self.fail(Text("an operation or a name has to stand here, not {0!r}", token.value), token,
                      near=f"a = vmalloc {token.value}")  # fmt: skip
        self.fail(Text("unexpected {0!r}", token.value), token)

    def _unknown_verb(self, name: Token) -> NoReturn:
        near = get_close_matches(str(name), [*VERBS, *ALIASES], 1, 0.5)
        suggestion = self._replaced(name, near[0]) if near else None
        self.fail(Text("unknown operation {0!r}", str(name)), name, near=suggestion)

    def _replaced(self, token: Token, word: str) -> str:
        start, end = _span(token)
        return f"{self.text[:start]}{word}{self.text[end:]}".strip()

    def _operation(self, verb: Verb, target: Token | None, items: list[_Item]) -> Operation:
        if target is not None and not verb.makes:
            self.fail(Text("{0} makes nothing that could be called {1!r}", verb.name, str(target)), target,
                      near=f"{verb.name} {self.text.split(verb.name, 1)[1].strip()}".strip())  # fmt: skip
        args: dict[str, Value] = {}
        places: dict[str, Span] = {}
        for parameter, group in self._assign(verb, target is None, items):
            if parameter.kind is Kind.NEW:
                target = group[0].first
                continue
            args[parameter.name] = self._value(parameter, group)
            places[parameter.name] = Span(_span(group[0])[0], _span(group[-1])[1])
        self._complete(verb, args)
        if target is not None:
            self._check_name(target)
            places["id"] = Span(*_span(target))
        return Operation(verb, str(target) if target is not None else None,
                         {p.name: args[p.name] for p in verb.parameters if p.name in args},
                         self.text.strip(), self.line, _shift(places, self.text))  # fmt: skip

    def _check_name(self, target: Token) -> None:
        if str(target) in CONSTANTS:
            self.fail(Text("{0!r} is a constant: choose another name", str(target)), target)
        if len(target) > MAX_NAME:
            self.fail(Text("a name has at most {0} characters", MAX_NAME), target)

    def _assign(self, verb: Verb, nameless: bool, items: list[_Item]) -> list[tuple[Parameter, list[_Item]]]:
        """Give every item its parameter: by name, or by position in the order of the table."""
        open_ = [p for p in verb.parameters if p.positional and (nameless or p.kind is not Kind.NEW)]
        given: dict[str, tuple[Parameter, list[_Item]]] = {}
        for item in items:
            parameter = self._named(verb, item) if item.key is not None else self._next(verb, open_, item)
            if parameter.kind is Kind.OBJECTS and item.key is None:
                given.setdefault(parameter.name, (parameter, []))[1].append(item)
                continue
            if parameter.name in given:
                self.fail(Text("{0} is given twice", parameter.name), item)
            given[parameter.name] = parameter, [item]
            open_ = [p for p in open_ if p.name != parameter.name]
        return list(given.values())

    def _named(self, verb: Verb, item: _Item) -> Parameter:
        key = str(item.key)
        parameter = verb.parameter(key)
        if parameter is None or parameter.kind is Kind.NEW:
            known = [p.name for p in verb.parameters if p.kind is not Kind.NEW]
            near = get_close_matches(key, known, 1, 0.4)
            takes = Text("it takes {0}", ", ".join(known)) if known else Text("it takes nothing")
            self.fail(Text("{0} has no parameter {1!r}: {2}", verb.name, key, takes), item.key or item,
                      near=self._replaced(item.key, near[0]) if near and item.key else None)  # fmt: skip
        return parameter

    def _next(self, verb: Verb, open_: list[Parameter], item: _Item) -> Parameter:
        name = item.bare is not None and str(item.bare) not in CONSTANTS
        fits = (p for p in open_ if name or not (p.optional and p.kind in (Kind.NEW, Kind.OBJECT)))
        parameter = next(fits, None)
        if parameter is None:
            why = Text("{0} takes no further value without a name", verb.name)
            if item.first.type == "SIZE":
                why = Text(
                    "{0} would be the size of an object: a comment needs a space after '#'", item.first
                )
            self.fail(why, item)
        return parameter

    def _complete(self, verb: Verb, args: Mapping[str, Value]) -> None:
        for p in verb.parameters:
            if p.required and p.name not in args:
                self.fail(
                    Text("{0} needs {1}: {2}", verb.name, p.name, Text(p.kind.value)), len(self.text.rstrip())
                )

    def _value(self, p: Parameter, group: list[_Item]) -> Value:
        item = group[0]
        if p.kind is Kind.OBJECTS:
            return Names(tuple(self._object(one) for one in group))
        if p.kind is Kind.OBJECT:
            return Word(self._object(item))
        if p.kind.is_flags:
            return Flags(tuple(self._flag(p, each) for each in item.sums))
        if len(item.sums) > 1:
            self.fail(Text("{0} takes one value, not a list joined by '|'", p.name), item)
        if p.kind is Kind.CHOICE:
            return self._choice(p, item.first, item)
        if item.bare and p.kind in (Kind.PAGES, Kind.PROT) and str(item.bare) not in CONSTANTS:
            return Word(str(item.bare)) if p.kind is Kind.PAGES else self._choice(p, item.bare, item)
        return self._sum(item.sums[0], p)

    def _object(self, item: _Item) -> str:
        if item.bare is None:
            near = str(item.first)[1:] if item.first.type in ("ADDRESS", "SIZE") else None
            self.fail(Text("the name of an object has to stand here"), item,
                      near=near and self._replaced(item.first, near))  # fmt: skip
        return str(item.bare)

    def _choice(self, p: Parameter, token: Token, item: _Item) -> Word:
        if item.bare is None or str(token) not in p.words:
            near = get_close_matches(str(token), p.words, 1, 0.4)
            self.fail(Text("{0} is one of {1}", p.name, ", ".join(p.words)), item,
                      near=near[0] and self._replaced(token, near[0]) if near else None)  # fmt: skip
        return Word(str(token))

    def _flag(self, p: Parameter, tokens: tuple[Token, ...]) -> Word | Expr:
        token = tokens[0]
        if len(tokens) > 1:
            self.fail(Text("flags are joined by '|'"), tokens[1], near=self._replaced(tokens[1], "|"))
        if token.type == "NUMBER":
            return self._sum(tokens, p)
        if str(token) not in p.words:
            near = get_close_matches(str(token), p.words, 1, 0.4)
            self.fail(Text("unknown flag {0!r}: use {1}", str(token), ", ".join(p.words)), token,
                      near=self._replaced(token, near[0]) if near else None)  # fmt: skip
        return Word(str(token))

    def _sum(self, tokens: tuple[Token, ...], p: Parameter) -> Expr:
        terms: list[Term] = []
        negative = False
        for token in tokens:
            if token.type == "SIGN":
                negative = token.value == "-"
            else:
                terms.append(Term(self._atom(token, p), negative))
        return Expr(tuple(terms))

    def _atom(self, token: Token, p: Parameter) -> Atom:
        text = str(token)
        if token.type == "ADDRESS":
            return AddressOf(text[1:])
        if token.type == "SIZE":
            return SizeOf(text[1:])
        if token.type == "NUMBER":
            return self._number(token)
        if text not in CONSTANTS:
            near = [text.upper()] if text.upper() in CONSTANTS else [f"@{text}"]
            kind = Text(p.kind.value)
            self.fail(Text("{0!r} is no number and no constant: {1} is {2}", text, p.name, kind), token,
                      near=self._replaced(token, near[0]))  # fmt: skip
        return Constant(text)

    def _number(self, token: Token) -> Number:
        text = str(token)
        match = _NUMBER.fullmatch(text)
        if not match:
            self._bad_number(token)
        digits, suffix = match[1].replace("_", ""), match[2]
        if len(digits) > 1 and digits[0] == "0" and digits[1] not in "xX":
            self.fail(Text("a number with a leading 0 could be octal: write it without"), token)
        value = int(digits, 0) << SUFFIXES.get(suffix, 0) if digits.lower() != "0x" else 0
        if value >> 64:
            self.fail(Text("{0} does not fit in 64 bits", text), token)
        return Number(value, suffix == "p", text)

    def _bad_number(self, token: Token) -> NoReturn:
        text = str(token)
        unit = _UNIT.fullmatch(text)
        if unit:
            letter = unit[2].lower() if unit[2] in "pP" else unit[2].upper()
            self.fail(Text("{0!r} is not a number: suffixes are K M G T and p", text), token,
                      near=self._replaced(token, unit[1] + letter))  # fmt: skip
        if "." in text:
            self.fail(Text("{0!r} is not a number: sizes are whole numbers, such as 1G+512M", text), token)
        self.fail(Text("{0!r} is not a number", text), token)


def _item(tree: Tree[Token]) -> _Item:
    key = tree.children[0] if tree.data == "keyed" else None
    value: Tree[Token] = tree.children[-1]  # type: ignore[assignment]
    sums = tuple(tuple(each.scan_values(lambda _: True)) for each in value.children)  # type: ignore[union-attr]
    return _Item(key, sums)  # type: ignore[arg-type]


def _span(at: Token | _Item) -> tuple[int, int]:
    first, last = (at.key or at.first, at.last) if isinstance(at, _Item) else (at, at)
    return int(first.start_pos or 0), int(last.end_pos or 0)


def _shift(places: Mapping[str, Span], text: str) -> dict[str, Span]:
    """Places in the line without the blanks around it."""
    by = len(text) - len(text.lstrip())
    return {name: Span(span.start - by, span.end - by) for name, span in places.items()}
