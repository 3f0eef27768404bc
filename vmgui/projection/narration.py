"""One sentence a step: what was called, returned or written.  Kernel names stay as they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from vmgui.projection.moment import Moment, moment, number, result_text
from vmgui.projection.numbers import address
from vmgui.texts import Text
from vmgui.timeline.columns import Columns
from vmgui.timeline.spans import Step

Mood = Literal["plain", "refused", "huge", "error"]


@dataclass(frozen=True, slots=True)
class Sentence:
    """What happened at a row, the function it happened in, and how it should be marked."""

    text: str
    function: str
    mood: Mood = "plain"


def sentence(columns: Columns, row: int) -> Sentence:
    """Tell what row ``row`` did."""
    return sentence_of(columns, row, moment(columns, row))


def sentence_of(columns: Columns, row: int, now: Moment | None) -> Sentence:
    """Tell what row ``row`` did, where it has been read out already."""
    if now is None:
        return Sentence(_written(columns, row, ""), "")
    if now.kind is Step.ENTER:
        return Sentence(f"{now.function}({_arguments(now)})", now.function)
    if now.kind is Step.EXIT:
        return _left(now)
    return Sentence(_written(columns, row, now.code), now.function)


def _left(now: Moment) -> Sentence:
    if now.call.raised:
        return Sentence(Text("{0} never returns: the kernel stops", now.function), now.function, "error")
    if now.level is not None:
        at = address(now.call.arguments["addr"])
        if now.installed:
            return Sentence(Text("{0} installs a huge page at {1}", now.function, at), now.function, "huge")
        return Sentence(Text("{0} refuses a huge page at {1}", now.function, at), now.function, "refused")
    result = result_text(now.call)
    text = Text("{0} returns {1}", now.function, result) if result else Text("{0} returns", now.function)
    return Sentence(text, now.function, "error" if now.failed else "plain")


def _arguments(now: Moment) -> str:
    return ", ".join(f"{name}={number(value)}" for name, value in now.call.arguments.items())


def _written(columns: Columns, row: int, code: str) -> str:
    rows = columns.rows
    old, new = number(int(rows.old[row])), number(int(rows.new[row]))
    return Text("{0}: {1} → {2}", code.partition("  #")[0] or Text("a word is written"), old, new)
