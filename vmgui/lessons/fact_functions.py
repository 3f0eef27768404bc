"""The functions of conditions: what is asked of an object, an address or an operation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from vmgui.engine.lib.printk import log_lines
from vmgui.engine.structs import vm_struct
from vmgui.lessons.conditions import Node, Unknown, Value, evaluated
from vmgui.lessons.facts import Facts, nearest
from vmgui.projection.allocator_tlb import tlbs
from vmgui.projection.breakpoints import function_names
from vmgui.projection.levels import LEVELS, Level
from vmgui.projection.marks import TRIES
from vmgui.projection.refusal import refusal_of
from vmgui.texts import Text
from vmgui.timeline import query, spans
from vmgui.timeline.outcome import Obj, ObjKind
from vmgui.timeline.session import Done
from vmgui.timeline.verb import VMFLAG_BITS, VMFLAGS


@dataclass(frozen=True, slots=True)
class Function:
    """A function: how it is written, what its arguments are, how many must be given, and its value."""

    usage: str
    takes: tuple[str, ...]
    needs: int
    value: Callable[..., Value]
    unit: str = "n"


def called(facts: Facts, name: str, arguments: Sequence[Node]) -> Value:
    """The value of a function; `Unknown` for a function, or an argument, that does not exist."""
    function = FUNCTIONS.get(name)
    if function is None:
        raise Unknown(Text("there is no function {0!r}", name), nearest(name, FUNCTIONS))
    if not function.needs <= len(arguments) <= len(function.takes):
        raise Unknown(Text("{0} is written {1}", name, function.usage), function.usage)
    given = (_TAKEN[kind](facts, node) for kind, node in zip(function.takes, arguments, strict=False))
    return function.value(facts, *given)


# --- arguments -----------------------------------------------------------------------------------------


def _word(node: Node, what: str) -> str:
    if node.kind == "text":
        return node.text[1:-1]
    if node.kind != "name":
        raise Unknown(Text("{0} has to stand here", what))
    return node.text


def _object(facts: Facts, node: Node) -> Obj:
    return facts.object(_word(node, Text("the name of an object")))


def _operation(facts: Facts, node: Node) -> Done:
    return facts.operation(_word(node, Text('the name of an object, or an operation such as "op 3"')))


def _address(facts: Facts, node: Node) -> int:
    """The address that an object or an expression means."""
    if node.kind == "name" and node.text in facts.names:
        return _mapped_object(facts.object(node.text)).place
    value = evaluated(node, facts)
    if isinstance(value, str):
        raise Unknown(Text("an address has to stand here, not a text"))
    return value % (1 << 64)


def _level(facts: Facts, node: Node) -> Level:
    word = _word(node, Text("a level of page tables"))
    found = next((level for level in LEVELS if level == word), None)
    if found is None:
        raise Unknown(Text("{0!r} is no level of page tables", word), nearest(word, LEVELS))
    return found


def _function(facts: Facts, node: Node) -> str:
    word = _word(node, Text("the name of a kernel function"))
    if word not in function_names():
        raise Unknown(Text("{0!r} is no function of the engine that is recorded as a call", word),
                      nearest(word, function_names()))  # fmt: skip
    return word


def _number(facts: Facts, node: Node) -> int:
    value = evaluated(node, facts)
    if isinstance(value, str):
        raise Unknown(Text("a number has to stand here, not a text"))
    return value


def _plain(facts: Facts, node: Node) -> str:
    return _word(node, Text("a name"))


_TAKEN: dict[str, Callable[[Facts, Node], Any]] = {
    "object": _object, "operation": _operation, "address": _address, "level": _level,
    "function": _function, "number": _number, "word": _plain,
}  # fmt: skip


# --- values --------------------------------------------------------------------------------------------


def _mapped_object(obj: Obj) -> Obj:
    if obj.kind is ObjKind.PAGES:
        raise Unknown(Text("{0!r} is an array of pages: it has no address", obj.name))
    return obj


def _addr(facts: Facts, obj: Obj) -> int:
    return _mapped_object(obj).addr


def _span(facts: Facts, obj: Obj) -> int:
    return obj.size


def _size(facts: Facts, obj: Obj) -> int:
    return obj.size - _guard(facts, obj)


def _guard(facts: Facts, obj: Obj) -> int:
    """Bytes of the guard page of an object, as its vm_struct said when it was made."""
    if obj.kind is not ObjKind.AREA or not obj.vm:
        return 0
    done = facts.operation(obj.name)
    k = facts.replica.at(done.last_row)
    return 0 if vm_struct(k.mem, obj.vm).flags & VMFLAG_BITS["noguard"] else k.PAGE_SIZE


def _end(facts: Facts, obj: Obj) -> int:
    return _addr(facts, obj) + _size(facts, obj)


def _phys(facts: Facts, va: int) -> int:
    shape = facts.replica.shape
    found = shape.physical(facts.kernel.mem, shape.canonical(va))
    if found is None:
        raise Unknown(Text("nothing is mapped at {0:#x} here", va))
    return found


def _mapped(facts: Facts, va: int) -> int:
    shape = facts.replica.shape
    return int(shape.physical(facts.kernel.mem, shape.canonical(va)) is not None)


def _census_of(facts: Facts, obj: Obj) -> Any:
    start = _mapped_object(obj).place
    return facts.replica.census(facts.position, start, start + _size(facts, obj))


def _level_of(facts: Facts, obj: Obj) -> str:
    return _census_of(facts, obj).largest or ""


def _leaves(facts: Facts, obj: Obj, level: Level | None = None) -> int:
    found = _census_of(facts, obj).leaves
    return int(found[level] if level else found.total())


def _entry(facts: Facts, va: int, level: Level) -> int:
    shape = facts.replica.shape
    return va // shape.covers(level) % shape.entries[level]


def _refusal(facts: Facts, done: Done, level: Level) -> str:
    call = refused_call(facts, done, level)
    guard = facts.replica.decided(call) if call is not None else None
    return refusal_of(guard) if guard is not None else ""


def refused_call(facts: Facts, done: Done, level: Level) -> spans.Call | None:
    """The first call in an operation that was asked for a huge page of a level and said no."""
    names = frozenset(name for name, of in TRIES.items() if of == level)
    columns = facts.session.columns
    found = (spans.call(columns, i) for i in spans.spans_of(columns, names, done.first_span, done.last_span))
    return next((call for call in found if not call.result and not call.raised), None)


def _stale(facts: Facts, va: int, cpu: int | None = None) -> int:
    found = tlbs(facts.kernel, facts.session.columns, facts.position)
    return int(any(
        entry.because is not None and entry.va <= va < entry.va + entry.size
        for tlb in found for entry in tlb.entries if cpu is None or tlb.cpu == cpu
    ))  # fmt: skip


def _errno(facts: Facts, done: Done) -> str:
    return done.outcome.failure


def _value(facts: Facts, done: Done) -> int:
    if done.outcome.value is None:
        raise Unknown(Text("{0} returns nothing", str(done.operation)))
    return done.outcome.value


def _calls(facts: Facts, function: str) -> int:
    columns = facts.session.columns
    found = query.calls(columns, [function])
    return int((columns.spans.first[found] < facts.position).sum())


def _arg(facts: Facts, function: str, name: str) -> int:
    columns = facts.session.columns
    found = [i for i in query.calls(columns, [function]).tolist() if columns.spans.first[i] < facts.position]
    if not found:
        raise Unknown(Text("{0} was not called", function))
    given = spans.call(columns, found[-1]).arguments
    if name not in given:
        raise Unknown(Text("{0} has no parameter {1!r}", function, name), nearest(name, given))
    return given[name]


def _steps(facts: Facts, done: Done) -> int:
    return done.last_row - done.first_row


def _writes(facts: Facts, done: Done) -> int:
    return int((facts.session.columns.rows.word[done.first_row : done.last_row] != 0).sum())


def _freed(facts: Facts, obj: Obj) -> int:
    return int(obj.freed)


def _said(facts: Facts, text: str) -> int:
    """How many lines of the kernel log hold a text."""
    k = facts.kernel
    return sum(text in line for line in log_lines(k.mem, k))


def _flag(facts: Facts, obj: Obj, word: str) -> int:
    if word not in VMFLAG_BITS:
        raise Unknown(Text("unknown flag {0!r}: use {1}", word, ", ".join(VMFLAGS)), nearest(word, VMFLAGS))
    if not obj.vm:
        raise Unknown(Text("{0!r} has no vm_struct", obj.name))
    if obj.freed:
        raise Unknown(Text("{0!r} is freed: its vm_struct is gone", obj.name))
    return int(vm_struct(facts.kernel.mem, obj.vm).flags & VMFLAG_BITS[word] != 0)


FUNCTIONS: dict[str, Function] = {
    "addr": Function("addr(f)", ("object",), 1, _addr, "hex"),
    "size": Function("size(f)", ("object",), 1, _size, "size"),
    "span": Function("span(f)", ("object",), 1, _span, "size"),
    "end": Function("end(f)", ("object",), 1, _end, "hex"),
    "phys": Function("phys(f)", ("address",), 1, _phys, "hex"),
    "mapped": Function("mapped(f)", ("address",), 1, _mapped),
    "level": Function("level(f)", ("object",), 1, _level_of, "text"),
    "leaves": Function("leaves(f, pmd)", ("object", "level"), 1, _leaves),
    "entry": Function("entry(f, pmd)", ("address", "level"), 2, _entry),
    "refusal": Function("refusal(f, pmd)", ("operation", "level"), 2, _refusal, "text"),
    "stale": Function("stale(f, 1)", ("address", "number"), 1, _stale),
    "errno": Function("errno(f)", ("operation",), 1, _errno, "text"),
    "value": Function("value(f)", ("operation",), 1, _value),
    "calls": Function("calls(vunmap_range)", ("function",), 1, _calls),
    "arg": Function("arg(vunmap_range, addr)", ("function", "word"), 2, _arg),
    "steps": Function("steps(f)", ("operation",), 1, _steps),
    "writes": Function("writes(f)", ("operation",), 1, _writes),
    "freed": Function("freed(f)", ("object",), 1, _freed),
    "said": Function('said("KASAN")', ("word",), 1, _said),
    "flag": Function("flag(f, ioremap)", ("object", "word"), 2, _flag),
}  # fmt: skip
