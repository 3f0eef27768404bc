"""What has just happened: the last row before the play-head, in words that need no replay."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from vmgui.engine import errno
from vmgui.projection.levels import Level
from vmgui.projection.text import ENGINE, definition, statement, text_of
from vmgui.timeline import spans
from vmgui.timeline.columns import Columns
from vmgui.timeline.spans import Call, Step

MAX_ERRNO = 4095
#: What the names of the engine's files begin with.
HERE = str(ENGINE)
#: Functions whose NULL is a failure and no answer, by what they return: a struct, or a plain address.
_MAKERS = re.compile("alloc|map|get_vm_area")
_ADDRESSES = re.compile("^(__)?v[mz]alloc|^vmap$|^vm_map_ram$|^(__)?ioremap(?!_page_range)")
#: Functions that count: -1 is SHRINK_STOP, with which a shrinker ends, and no error.
_COUNTS = re.compile("_shrink_(count|scan)$")

#: The names of the error numbers that the engine returns.
ERRNO = {
    value: name for name, value in vars(errno).items() if name.startswith("E") and isinstance(value, int)
}


def number(value: int) -> str:
    """A value as a programmer writes it: small ones in decimal, the last 4095 of 64 bits as negative."""
    if value >> 12 == (1 << 52) - 1:
        value -= 1 << 64
    return str(value) if -MAX_ERRNO <= value < 4096 else f"{value:#x}"


def error_text(value: int) -> str:
    """What a function returned: an error number by its name."""
    return f"-{ERRNO[-value]}" if -value in ERRNO else number(value)


def result_text(call: Call) -> str:
    """What a call returned."""
    if call.raised:
        return "stopped"
    if call.result is None:
        return ""
    null = call.pointer or _ADDRESSES.search(call.function.name) is not None
    return "NULL" if null and not call.result else error_text(call.result)


@dataclass(frozen=True, slots=True)
class Moment:
    """The row `row`: the last of the `row + 1` that have happened.

    `file` and `line` are where the engine's text stands, `code` that statement; `function` is the call the
    row belongs to, which has just returned `result` when `kind` is EXIT. `refused` says that the call was
    asked for a huge page and said no, `failed` that it returned an errno or never returned.
    """

    row: int
    kind: Step
    call: Call
    file: str
    line: int
    code: str
    result: str = ""
    refused: bool = False
    failed: bool = False

    @property
    def function(self) -> str:
        """Name of the function the row belongs to."""
        return self.call.function.name

    @property
    def level(self) -> Level | None:
        """The level a huge page was refused or installed at."""
        return huge_level(self.function)

    @property
    def installed(self) -> bool:
        """Whether the call has just installed a huge page."""
        return self.kind is Step.EXIT and self.level is not None and bool(self.call.result)


def huge_level(function: str) -> Level | None:
    """The level of a vmap_try_huge_* function."""
    match function.removeprefix("vmap_try_huge_") if function.startswith("vmap_try_huge_") else "":
        case "p4d":
            return "p4d"
        case "pud":
            return "pud"
        case "pmd":
            return "pmd"
    return None


def answers_error(call: Call) -> bool:
    """Whether a call returned an errno, or NULL where it should have made something."""
    if call.result is None:
        return False
    if _COUNTS.search(call.function.name):
        return False
    makers = _MAKERS if call.pointer else _ADDRESSES
    null = not call.result and makers.search(call.function.name) is not None
    return null or not call.pointer and -MAX_ERRNO <= call.result < 0


def _up_to_the_program(columns: Columns, call: Call) -> bool:
    """Whether nobody helped: all callers answered with an error, too."""
    while call.parent >= 0:
        call = spans.call(columns, call.parent)
        if not answers_error(call):
            return False
    return True


@lru_cache(maxsize=4096)
def _code(file: str, first: int, last: int) -> str:
    """A statement in one line."""
    return " ".join(text_of(file, first, last).split())


def _kind(columns: Columns, row: int, call: Call) -> Step:
    """What a row of a call is."""
    if columns.rows.word[row]:
        return Step.STORE
    return Step.ENTER if call.first == row else Step.EXIT


def moment(columns: Columns, row: int) -> Moment | None:
    """Read out a row; None outside of the timeline and of any call."""
    span = spans.innermost(columns, row) if 0 <= row < len(columns) else -1
    if span < 0:
        return None
    call = spans.call(columns, span)
    kind = _kind(columns, row, call)
    file, _function, line = spans.place(columns, row)
    if kind is Step.ENTER or not file.startswith(HERE):  # or the program called it: no line above
        file, line = call.function.code.co_filename, call.function.code.co_firstlineno
        head = definition(file, line)  # its code begins at the decorators
        line = head.line if head else line
    left = kind is Step.EXIT
    refusal = left and answers_error(call) and (bool(call.result) or _up_to_the_program(columns, call))
    return Moment(
        row, kind, call, file, line, _code(file, *statement(file, line)),
        result_text(call) if left else "",
        refused=left and huge_level(call.function.name) is not None and call.result == 0,
        failed=left and (refusal or call.raised),
    )  # fmt: skip
