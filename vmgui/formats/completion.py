"""What may stand at a place of a half-written operation: for the command line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from vmgui.texts import Text
from vmgui.timeline.values import CONSTANTS
from vmgui.timeline.verb import GFP_FLAGS, PROTECTIONS, VMFLAGS, Kind, Parameter, Verb
from vmgui.timeline.verbs import VERBS

_WORD = re.compile(r"[@#]?[A-Za-z0-9_.]*$")
_HEAD = re.compile(r"\s*(?:(?P<target>[A-Za-z_]\w*)\s*=\s*)?(?P<verb>[A-Za-z_]\w*)(?=[\s=]|$)(?!\s*=)")
_KEY = re.compile(r"([A-Za-z_]\w*)\s*=\s*(?:\S*[|+-])?$")
_MEANINGS = {Kind.VMFLAGS: VMFLAGS, Kind.GFP: GFP_FLAGS, Kind.PROT: PROTECTIONS}


@dataclass(frozen=True, slots=True)
class Completion:
    """``text`` may replace columns [start, end) of the line; ``help`` says what it is."""

    text: str
    start: int
    end: int
    help: str


def completions(text: str, column: int, names: Iterable[str] = ()) -> list[Completion]:
    """What may stand at ``column`` (from 0) of ``text``; ``names`` are the objects there are."""
    prefix = text[:column]
    match = _WORD.search(prefix)
    word = match[0] if match else ""
    start = column - len(word)
    seen = sorted(set(names))
    return [Completion(offer, start, column, help) for offer, help in _offers(prefix[:start], word, seen)
            if offer.lower().startswith(word.lower()) and offer != word]  # fmt: skip


def _offers(before: str, word: str, names: list[str]) -> Iterator[tuple[str, str]]:
    if not before.strip() or re.fullmatch(r"\s*[A-Za-z_]\w*\s*=\s*", before):
        makers_only = "=" in before
        yield from ((v.name, v.help) for v in VERBS.values() if v.makes or not makers_only)
        return
    head = _HEAD.match(before)
    verb = VERBS.get(head["verb"]) if head else None
    if head is None or verb is None:
        return
    rest = before[head.end() :]
    key = _KEY.search(rest)
    if key:
        parameter = verb.parameter(key[1])
        yield from _values(parameter, word, names) if parameter else ()
        return
    given = set(re.findall(r"([A-Za-z_]\w*)\s*=", rest))
    parameter = None
    for p in _open(verb, rest, bool(head["target"]), given):
        if parameter is None and p.positional:
            parameter = p
            yield from _values(p, word, names)
            if p.kind.is_sum:
                yield f"{p.name}=", p.help
        elif p.kind not in (Kind.NEW, Kind.OBJECTS):
            yield f"{p.name}=", p.help


def _open(verb: Verb, rest: str, has_target: bool, given: set[str]) -> list[Parameter]:
    """The parameters that have no value yet, by name or by position."""
    left = [p for p in verb.parameters if p.name not in given and not (has_target and p.kind is Kind.NEW)]
    for written in (part for part in rest.split() if "=" not in part):
        if left and left[0].kind is Kind.NEW and not written.isidentifier():
            left = left[1:]
        if left and left[0].positional and left[0].kind is not Kind.OBJECTS:
            left = left[1:]
    return left


def _values(p: Parameter, word: str, names: list[str]) -> Iterator[tuple[str, str]]:
    if p.kind in (Kind.OBJECT, Kind.OBJECTS, Kind.PAGES):
        yield from ((name, Text("an object")) for name in names)
        return
    meanings = _MEANINGS.get(p.kind, {})
    yield from ((choice, meanings.get(choice, p.help)) for choice in p.words)
    if not p.kind.is_sum:
        return
    if word.startswith("#"):
        yield from ((f"#{name}", Text("size of {0}", name)) for name in names)
    elif p.kind is Kind.ADDRESS or word.startswith("@"):
        yield from ((f"@{name}", Text("address of {0}", name)) for name in names)
    yield from CONSTANTS.items()
