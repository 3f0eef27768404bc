"""Why a call went the way it did: the guards of its text, in order, with what they saw.

The guards are the ``if`` statements of the function's own syntax tree.  Which of them ran, which way
they went and what their names held comes from replaying the operation.
"""

from __future__ import annotations

import ast
import inspect
import linecache
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from types import CodeType
from typing import TYPE_CHECKING, Any

import numpy as np

from vmgui.engine.arch.table import Arch
from vmgui.engine.kernel import Kernel
from vmgui.engine.trace import FUNCTIONS
from vmgui.timeline import spans
from vmgui.timeline.columns import Columns
from vmgui.timeline.parsing import parse
from vmgui.timeline.replay import Replayer, Seen, Trace
from vmgui.timeline.spans import Call
from vmgui.timeline.variables import Variable, shown, variables_of

if TYPE_CHECKING:
    from vmgui.timeline.session import Session


class Verdict(Enum):
    """What a guard did in this call."""

    TAKEN = "taken"
    PASSED = "passed"
    NOT_REACHED = "not reached"


@dataclass(frozen=True)
class Guard:
    """One ``if`` of a function: its condition as written, its comment, what it saw and did.

    ``leaves`` is what its body does when taken: the text of a return, or "" when it goes on.  ``refuses``
    says that the body only gives up; any other guard is a branch, and to take it is no failure.
    """

    function: str
    line: int
    body_end: int
    condition: str
    comment: str
    leaves: str
    refuses: bool = False
    verdict: Verdict = Verdict.NOT_REACHED
    values: tuple[Variable, ...] = ()

    @property
    def key(self) -> str:
        """Name of this guard in the catalogue of sentences: function and condition."""
        return f"{self.function}: {self.condition}"


@dataclass(frozen=True)
class Frame:
    """One call of the stack as it stood at the row: where, and what its names held."""

    function: str
    file: str
    line: int
    first_line: int
    variables: tuple[Variable, ...]


@dataclass(frozen=True)
class Explanation:
    """Everything replay tells about one row.  ``frames`` is outermost first."""

    row: int
    frames: tuple[Frame, ...]
    function: str
    guards: tuple[Guard, ...]
    decided: Guard | None


@dataclass(frozen=True)
class _Text:
    """A function's guards with the places that tell which way they went."""

    guards: tuple[tuple[Guard, ast.If], ...]


@lru_cache(maxsize=256)
def guards_of(code: CodeType) -> _Text:
    """Read the guards of a function from its own text, in order."""
    lines = linecache.getlines(code.co_filename)
    function = _definition(code)
    good = _good_answers(function)
    return _Text(tuple((_guard(code.co_name, node, lines, good), node) for node in _ifs(function)))


def _good_answers(function: ast.FunctionDef) -> bool:
    """Whether the function answers with something when all is well; else 0 or nothing is a good answer."""
    values = (node.value for node in ast.walk(function) if isinstance(node, ast.Return))
    return any(value is not None and not _is_no(value) and not _is_errno(value) for value in values)


def _is_no(value: ast.expr | None) -> bool:
    return value is None or isinstance(value, ast.Constant) and value.value in (0, None, False)


def _is_errno(value: ast.expr | None) -> bool:
    return isinstance(value, ast.UnaryOp) and isinstance(value.op, ast.USub)


def _gives_up(node: ast.If, good: bool) -> bool:
    """Whether the body of a guard does nothing but leave without what was asked for, and say so."""
    *said, last = node.body
    if any(not isinstance(line, ast.Expr) or not _warns(line.value) for line in said):
        return _warns(node.test)
    if isinstance(last, ast.Raise) or _warns(node.test):
        return True
    if not isinstance(last, ast.Return):
        return False
    return bool(said) or _is_errno(last.value) or good and _is_no(last.value)


def _warns(value: ast.expr) -> bool:
    """Whether an expression is a call that warns or writes to the log."""
    return isinstance(value, ast.Call) and ast.unparse(value.func).startswith(("WARN", "printk", "pr_"))


@lru_cache(maxsize=4)
def _module(filename: str) -> ast.Module:
    """Return the tree of a file: kept only while its functions are read one after another, as it is large."""
    return parse("".join(linecache.getlines(filename)), filename)


def _definition(code: CodeType) -> ast.FunctionDef:
    for node in ast.walk(_module(code.co_filename)):
        if isinstance(node, ast.FunctionDef) and node.name == code.co_name:
            first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
            if first <= code.co_firstlineno <= node.lineno:
                return node
    raise LookupError(f"{code.co_name} is not in {code.co_filename}")


@lru_cache(maxsize=1024)
def first_line(code: CodeType) -> int:
    """Line of the ``def`` of a function, past its decorators."""
    return _definition(code).lineno


def _ifs(function: ast.FunctionDef) -> Iterator[ast.If]:
    found = [node for node in ast.walk(function) if isinstance(node, ast.If)]
    return iter(sorted(found, key=lambda node: node.lineno))


def _guard(name: str, node: ast.If, lines: list[str], good: bool) -> Guard:
    last = node.body[-1]
    leaves = ast.unparse(last) if isinstance(last, ast.Return | ast.Raise | ast.Break | ast.Continue) else ""
    end = last.end_lineno or last.lineno
    refuses = _gives_up(node, good)
    return Guard(name, node.lineno, end, ast.unparse(node.test), _comment(node, lines), leaves, refuses)


def _comment(node: ast.If, lines: list[str]) -> str:
    """The comment beside the condition, else the one right above it."""
    for number in range(node.lineno, (node.test.end_lineno or node.lineno) + 1):
        _, mark, beside = lines[number - 1].partition("  # ")
        if mark:
            return beside.strip()
    above: list[str] = []
    number = node.lineno - 2
    while number >= 0 and lines[number].lstrip().startswith("# "):
        above.insert(0, lines[number].strip()[2:])
        number -= 1
    return " ".join(above)


def explain(
    session: Session, replayer: Replayer, row: int, cancelled: Callable[[], bool] = bool
) -> Explanation | None:
    """Explain ``row``: stack, variables and guards of the call it belongs to; None before any operation."""
    done = session.operation_at(row)
    span = spans.innermost(session.columns, row) if done else -1
    if done is None or span < 0:
        return None
    call = spans.call(session.columns, span)
    code = call.function.code
    k = Kernel(session.machine, replayer.cursor)
    last = tail_call(code, k.arch)
    child = _child(session.columns, call, last) if last else -1
    watcher = replayer.watch(done, row, (span, child), cancelled)
    trace = watcher.traces[span]
    guards = list(_judged(guards_of(code), trace, k))
    decided = _decided(guards, trace)
    if last is not None:
        more = list(_judged(guards_of(last), watcher.traces[child], k))
        decided = _decided(more, watcher.traces[child]) or decided
        guards += more
    seen = _with_final(watcher.stack, trace, code)
    return Explanation(row, tuple(map(_frame, seen)), code.co_name, tuple(guards), decided)


def tail_call(code: CodeType, arch: Arch) -> CodeType | None:
    """The kernel function whose answer is this one's, if both answer 0 to refuse: its guards count, too."""
    name = _last_call(code)
    if not name or not _refuses(code):
        return None
    named = [f.code for f in FUNCTIONS if f.name == name]
    hook = getattr(arch, name, None)  # several architectures have functions of this name
    found = inspect.unwrap(hook).__code__ if hook else next(iter(named), None)
    return found if found is not None and _refuses(found) else None


@lru_cache(maxsize=1024)
def _last_call(code: CodeType) -> str:
    """The name of the function whose answer is this one's; "" if it answers by itself."""
    last = _definition(code).body[-1]
    value = last.value if isinstance(last, ast.Return) else None
    return ast.unparse(value.func) if isinstance(value, ast.Call) else ""


def _refuses(code: CodeType) -> bool:
    return any(guard.leaves == "return 0" for guard, _ in guards_of(code).guards)


def _child(columns: Columns, call: Call, code: CodeType) -> int:
    """The call of ``code`` that ``call`` made, or -1."""
    first = call.span + 1
    end = int(np.searchsorted(columns.spans.first, np.uint32(call.last), side="right"))
    for span in (np.flatnonzero(columns.spans.parent[first:end] == call.span) + first).tolist():
        if FUNCTIONS[int(columns.spans.function[span])].code is code:
            return int(span)
    return -1


def _with_final(stack: list[Seen], trace: Trace, code: CodeType) -> list[Seen]:
    """Put back the frame of a call that has just returned."""
    if trace.final and not any(seen.code is code for seen in stack[-1:]):
        return [*stack, trace.final]
    return stack


def _judged(text: _Text, trace: Trace, k: Kernel) -> Iterator[Guard]:
    for guard, node in text.guards:
        taken = _way(node, trace.lines)
        if taken is None:
            yield guard
            continue
        values = tuple(_operands(node.test, trace.values[node.test.lineno], k))
        verdict = Verdict.TAKEN if taken else Verdict.PASSED
        yield Guard(**{**guard.__dict__, "verdict": verdict, "values": values})


def _way(node: ast.If, lines: list[int]) -> bool | None:
    """Which way the guard went the last time it ran; None when it did not."""
    test = range(node.test.lineno, (node.test.end_lineno or node.test.lineno) + 1)
    for i in range(len(lines) - 1, -1, -1):
        if lines[i] in test:
            after = lines[i + 1] if i + 1 < len(lines) else 0
            return node.body[0].lineno <= after <= (node.body[-1].end_lineno or 0)
    return None


def _decided(guards: Sequence[Guard], trace: Trace) -> Guard | None:
    """The guard whose body the call left through, if it left through one."""
    taken = [g for g in guards if g.verdict is Verdict.TAKEN and g.leaves]
    last = trace.lines[-1] if trace.lines else 0
    return next((g for g in reversed(taken) if g.line <= last <= g.body_end), None)


def _operands(test: ast.expr, values: dict[str, Any], k: Kernel) -> Iterator[Variable]:
    """Names and sums of the condition, as written, with what they held; a sum stands for its names."""
    seen: set[str] = set()
    waiting: list[ast.AST] = [test]
    while waiting:
        node = waiting.pop(0)
        value = None if isinstance(node, ast.Constant) else _value(node, values, k)
        if value is None:
            waiting.extend(ast.iter_child_nodes(node))
        elif (text := ast.unparse(node)) not in seen:
            seen.add(text)
            yield Variable(text, *value)


def _value(node: ast.AST, values: dict[str, Any], k: Kernel) -> tuple[int | None, str] | None:
    """Value of a name, a constant of the machine, or a sum of such; None for anything else."""
    match node:
        case ast.Name(id=name) if name in values and name != "k":
            return shown(values[name])
        case ast.Attribute(value=ast.Name(id="k"), attr=attr) if attr not in vars(Kernel):
            return shown(getattr(k, attr, None))  # a constant; a word may have changed since
        case ast.Constant(value=int(number)):
            return number, ""
        case ast.BinOp(left=left, op=op, right=right):
            return _combined(_value(left, values, k), op, _value(right, values, k))
    return None


_SUMS: dict[type[ast.operator], Callable[[int, int], int]] = {
    ast.Add: int.__add__, ast.Sub: int.__sub__, ast.BitAnd: int.__and__, ast.LShift: int.__lshift__,
    ast.RShift: int.__rshift__,
}  # fmt: skip


def _combined(
    left: tuple[int | None, str] | None, op: ast.operator, right: tuple[int | None, str] | None
) -> tuple[int, str] | None:
    if not left or not right or left[0] is None or right[0] is None or type(op) not in _SUMS:
        return None
    return _SUMS[type(op)](left[0], right[0]), ""


def _frame(seen: Seen) -> Frame:
    code = seen.code
    return Frame(code.co_name, code.co_filename, seen.line, first_line(code), variables_of(seen.values))
