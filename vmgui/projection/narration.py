"""One sentence a step: what was called, returned or written.  Kernel names stay as they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from vmgui.projection.moment import Moment, moment, number, result_text
from vmgui.projection.numbers import address
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
    now = moment(columns, row)
    if now is None:
        return Sentence(_written(columns, row, ""), "")
    if now.kind is Step.ENTER:
        return Sentence(f"{now.function}({_arguments(now)})", now.function)
    if now.kind is Step.EXIT:
        return _left(now)
    return Sentence(_written(columns, row, now.code), now.function)


def _left(now: Moment) -> Sentence:
    if now.call.raised:
        return Sentence(f"{now.function} never returns: the kernel stops", now.function, "error")
    if now.level is not None:
        at = address(now.call.arguments["addr"])
        if now.installed:
            return Sentence(f"{now.function} installs a huge page at {at}", now.function, "huge")
        return Sentence(f"{now.function} refuses a huge page at {at}", now.function, "refused")
    text = f"{now.function} returns {result_text(now.call)}".rstrip()
    return Sentence(text, now.function, "error" if now.failed else "plain")


def _arguments(now: Moment) -> str:
    return ", ".join(f"{name}={number(value)}" for name, value in now.call.arguments.items())


def _written(columns: Columns, row: int, code: str) -> str:
    rows = columns.rows
    old, new = number(int(rows.old[row])), number(int(rows.new[row]))
    return f"{code.partition('  #')[0] or 'a word is written'}: {old} → {new}"
