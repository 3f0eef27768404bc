"""What has just happened: the last row before the play-head, in words that need no replay."""

from __future__ import annotations

import ast
import linecache
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import vmgui
from vmgui.engine import errno
from vmgui.projection.levels import Level
from vmgui.timeline import spans
from vmgui.timeline.columns import Columns
from vmgui.timeline.spans import Call, Step
from vmgui.timeline.why import first_line

PACKAGE = Path(vmgui.__file__).parent
ENGINE = PACKAGE / "engine"
MAX_ERRNO = 4095

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
    return "NULL" if call.pointer and not call.result else error_text(call.result)


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


def moment(columns: Columns, row: int) -> Moment | None:
    """Read out a row; None outside of the timeline and of any call."""
    span = spans.innermost(columns, row) if 0 <= row < len(columns) else -1
    if span < 0:
        return None
    call = spans.call(columns, span)
    kind = spans.kind(columns, row)
    file, _function, line = spans.place(columns, row)
    if kind is Step.ENTER or not file.startswith(str(ENGINE)):  # or the program called it: no line above
        file, line = call.function.code.co_filename, first_line(call.function.code)
    left = kind is Step.EXIT
    refusal = left and not call.pointer and call.result is not None and -MAX_ERRNO <= call.result < 0
    first, last = statement(file, line)
    return Moment(
        row, kind, call, file, line, " ".join(text_of(file, first, last).split()),
        result_text(call) if left else "",
        refused=left and huge_level(call.function.name) is not None and call.result == 0,
        failed=left and (refusal or call.raised),
    )  # fmt: skip


def text_of(file: str, first: int, last: int) -> str:
    """Lines `first` to `last`, both included, of a file."""
    return "".join(linecache.getlines(file)[first - 1 : last])


def short_name(file: str) -> str:
    """A file of ours as a reader names it: engine/mm/vmap.py."""
    path = Path(file)
    return path.relative_to(PACKAGE).as_posix() if path.is_relative_to(PACKAGE) else path.name


@lru_cache(maxsize=64)
def _statements(file: str) -> tuple[tuple[int, int], ...]:
    tree = ast.parse("".join(linecache.getlines(file)), file)
    return tuple(sorted({_extent(node) for node in ast.walk(tree) if isinstance(node, ast.stmt)}))


def _extent(node: ast.stmt) -> tuple[int, int]:
    """The lines of a statement; of a compound one only its head."""
    body = getattr(node, "body", None)
    if not body:
        return node.lineno, node.end_lineno or node.lineno
    if isinstance(node, ast.If | ast.While):
        return node.lineno, node.test.end_lineno or node.lineno
    if isinstance(node, ast.For):
        return node.lineno, node.iter.end_lineno or node.lineno
    return node.lineno, max(node.lineno, body[0].lineno - 1)


def statement(file: str, line: int) -> tuple[int, int]:
    """First and last line of the statement that `line` is in."""
    around = [(first, last) for first, last in _statements(file) if first <= line <= last]
    return min(around, key=lambda lines: lines[1] - lines[0], default=(line, line))


@lru_cache(maxsize=64)
def definitions(file: str) -> tuple[tuple[int, int, str], ...]:
    """First and last line and name of every function of a file, in order."""
    tree = ast.parse("".join(linecache.getlines(file)), file)
    return tuple(
        (
            min([node.lineno, *(d.lineno for d in node.decorator_list)]),
            node.end_lineno or node.lineno,
            node.name,
        )
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
    )


def function_at(file: str, line: int) -> str:
    """Name of the innermost function that `line` is in."""
    around = [d for d in definitions(file) if d[0] <= line <= d[1]]
    return min(around, key=lambda d: d[1] - d[0])[2] if around else ""
