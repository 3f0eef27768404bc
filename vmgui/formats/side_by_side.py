"""A recording beside its replay: each operation with its fields, the kernel's and the engine's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from msgspec import UNSET, to_builtins
from msgspec.json import encode

from vmgui.engine.mm.vm_struct import VM_NO_GUARD
from vmgui.formats.compare import compare_each
from vmgui.formats.errors import FormatError
from vmgui.formats.frame_map import rig_ram
from vmgui.formats.inputs import Unusable, split
from vmgui.formats.records import BusyNamed, Hex, OpRecord, Recording
from vmgui.formats.replay import CannotReplay, Replay, since_boot
from vmgui.formats.verdict import Actual, ActualOp, OpVerdict, ScenarioResult
from vmgui.projection.census import census
from vmgui.projection.entries import Geometry
from vmgui.projection.levels import LEVELS
from vmgui.texts import Text, joined
from vmgui.timeline.session import Done, Session

Mark = Literal["=", "≠", "+", "−", "?"]
#: Fields that name the operation instead of saying what it did.
NAMES = ("i", "line", "op", "note")
#: Of 20 000 events, all steps take 200 MiB and half a minute; of 120 000, 1.3 GiB and several minutes.
MOST_EVENTS = 50_000
#: A value longer than this is cut.
LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an operation; `why` tells what differs or why it is not compared."""

    name: str
    kernel: str
    engine: str
    mark: Mark
    why: str = ""


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the script. `done` is what the session made of it, None where it could not run."""

    number: int
    line: str
    mark: Mark
    fields: tuple[Field, ...]
    done: Done | None


@dataclass(frozen=True, slots=True)
class Area:
    """A busy area as the kernel and as the engine has it at the end; None where one has none.

    Bytes [start, end).  `caller` is who asked for it, which the kernel alone tells of areas of the boot.
    `leaves` are what the engine maps it by: the size of a leaf and how many, the largest first.  `guard` is
    the size of the page behind it that is never mapped, 0 without one.
    """

    start: int
    end: int
    mark: Mark
    kernel: BusyNamed | None
    engine: BusyNamed | None
    caller: str
    why: str = ""
    leaves: tuple[tuple[int, int], ...] = ()
    guard: int = 0


@dataclass(frozen=True)
class SideBySide:
    """A whole scenario, the session that replayed it, and the verdict.

    `areas` are those of the end; without any the kernel did not live to list them.
    """

    session: Session
    result: ScenarioResult
    operations: tuple[Operation, ...]
    recording: Recording
    areas: tuple[Area, ...]

    @property
    def title(self) -> str:
        """Scenario and boot."""
        return f"{self.result.scenario} ({self.result.boot})"

    @property
    def verdict(self) -> str:
        """Identical n/n, or how many differ or cannot be done yet: never a percentage."""
        r = self.result
        if r.is_identical:
            return Text("identical {0}/{1}", r.identical, r.ops)
        parts = [Text("{0} of {1} differ", r.different, r.ops)] if r.different else []
        parts += [Text("{0} of {1} not done yet", r.unsupported, r.ops)] if r.unsupported else []
        return joined(", ", [*parts, Text("{0} identical", r.identical)])


def replayed(
    recording: Recording, progress: Callable[[int, int], bool] = lambda done, of: True
) -> SideBySide:
    """Replay a recording and lay both results side by side; FormatError when it cannot be replayed."""
    events = sum(len(op.ev) for op in recording.ops)
    if events > MOST_EVENTS:
        why = Text(
            "{0} events are too many to keep every step of: `vmgui replay` compares this recording", events
        )
        raise FormatError(why, file=recording.file)
    try:
        inputs = split(recording)
        replay = Replay(inputs)
    except (Unusable, CannotReplay) as error:
        raise FormatError(Text("this recording cannot be replayed: {0}", error)) from error
    count = len(inputs.lines)

    def watched() -> None:
        if not progress(len(replay.done), count):
            raise FormatError(Text("stopped after {0} of {1} operations", len(replay.done), count))

    actual = replay.run(watched)
    if replay.taken:  # known only now: they were there from the beginning
        replay = Replay(since_boot(inputs, replay.taken))
        actual = replay.run(watched)
    ram = rig_ram(inputs.page_offset, inputs.mem_mib)
    result, verdicts = compare_each(actual, recording, ram, inputs.imported())
    rows = zip(recording.ops, actual.ops, verdicts, replay.done, strict=True)
    operations = tuple(_operation(*row) for row in rows)
    return SideBySide(replay.session, result, operations, recording, areas(recording, actual, replay.session))


#: What a busy area consists of beside its bytes.
PARTS = {0: "node", 3: "flags", 4: "VM flags", 5: "pages"}


def areas(recording: Recording, actual: Actual, session: Session) -> tuple[Area, ...]:
    """The busy areas of the end, each with its twin, by address; none where the kernel listed none."""
    if recording.end is None:
        return ()
    theirs = {area[1]: area for area in recording.end.busy}
    ours = {area[1]: area for area in actual.end.busy} if actual.end is not None else {}
    untold = actual.unsupported.get("end.busy") or actual.unsupported.get("end")
    if actual.end is None and not untold:
        untold = Text("the replay has no end")
    found, shape = [], Geometry(session.kernel)
    for start in sorted({*theirs, *ours}):
        kernel, engine = theirs.get(start), ours.get(start)
        mark, why = _twins(kernel, engine)
        held = kernel or engine
        assert held is not None
        if untold:
            mark, why = "?", untold
        mapped = _mapped(shape, engine) if engine else ((), 0)
        found.append(Area(start, held[2], mark, kernel, engine, kernel[6] if kernel else "", why, *mapped))
    return tuple(found)


def _mapped(shape: Geometry, area: BusyNamed) -> tuple[tuple[tuple[int, int], ...], int]:
    """The leaves of an area at the end, and the size of its guard page."""
    counted = census(shape, shape.k.mem, area[1], area[2]).leaves
    leaves = tuple((shape.covers(level), counted[level]) for level in LEVELS if counted[level])
    guarded = area[4] is not None and not area[4] & VM_NO_GUARD
    return leaves, shape.page_size if guarded else 0


def _twins(kernel: BusyNamed | None, engine: BusyNamed | None) -> tuple[Mark, str]:
    if kernel is None:
        return "+", Text("the engine has it, the kernel has not")
    if engine is None:
        return "−", Text("the kernel has it, the engine has not")
    if kernel[2] != engine[2]:
        return "≠", Text("end: {0!r} ≠ {1!r}", kernel[2], engine[2])
    for i, name in PARTS.items():
        if kernel[i] != engine[i]:
            return "≠", f"{name}: {kernel[i]!r} ≠ {engine[i]!r}"
    return "=", ""


def _operation(kernel: OpRecord, mine: ActualOp, verdict: OpVerdict, done: Done | None) -> Operation:
    fields = [_field(name, kernel, mine, verdict) for name in OpRecord.__struct_fields__ if name not in NAMES]
    mark: Mark = "≠" if verdict.mark == "≠" else "?" if verdict.mark == "?" else "="
    return Operation(kernel.i, kernel.line, mark, tuple(f for f in fields if f is not None), done)


def _field(name: str, kernel: OpRecord, mine: ActualOp, verdict: OpVerdict) -> Field | None:
    theirs, ours = getattr(kernel, name), getattr(mine.record, name)
    if (theirs is UNSET and ours is UNSET) or (not theirs and not ours and name in ("pre", "ev", "crashed")):
        return None
    differing = [
        d for d in verdict.differences if d.field == name or d.field.startswith((f"{name}.", f"{name}["))
    ]
    unsupported = verdict.unsupported.get(name) or verdict.unsupported.get("*")
    if differing:
        first = differing[0]
        return Field(name, text(theirs), text(ours), "≠", f"{first.field}: {first.kernel} ≠ {first.engine}")
    if (theirs is UNSET) != (ours is UNSET) and not unsupported:
        unsupported = "not compared here: only one side tells it"
    if unsupported:
        return Field(name, text(theirs), "" if ours is UNSET else text(ours), "?", unsupported)
    return Field(name, text(theirs), text(ours), "=")


def text(value: Any) -> str:
    """A field as one line, addresses in hexadecimal."""
    if value is UNSET:
        return ""
    plain = to_builtins(value, enc_hook=str) if not isinstance(value, int | str) else value
    if isinstance(value, Hex):
        return hex(value)
    if isinstance(plain, str | int) or plain is None:
        return "NULL" if plain is None else str(plain)
    return encode(_hexed(value), enc_hook=str).decode()[:LONGEST].replace('"', "")


def _hexed(value: Any) -> Any:
    """Addresses inside of lists and records in hexadecimal."""
    if isinstance(value, Hex):
        return hex(value)
    if isinstance(value, list | tuple):
        return [_hexed(each) for each in value]
    if isinstance(value, dict):
        return {key: _hexed(each) for key, each in value.items()}
    fields = getattr(value, "__struct_fields__", None)
    if fields is not None:
        return {name: _hexed(getattr(value, name)) for name in fields if getattr(value, name) is not UNSET}
    return value
