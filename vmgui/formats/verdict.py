"""What a replay came up with, and how it came out against the recording."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import UNSET, Struct, UnsetType

from vmgui.formats.records import EndRecord, Hex, OpRecord, Recording, StateRecord

#: The boot parameters that vmalloc reads.
PARAMETERS = ("nohugevmalloc", "nohugeiomap")
#: Bytes of a page of every kernel that was recorded: no record says it.
RIG_PAGE_SIZE = 4096


class ActualOp(Struct):
    """One replayed operation: its record, what could not be done, and the frames freed in it.

    ``untold`` are the bytes [first, end) of those it read that no recording of its boot can tell;
    ``shapeless`` says why nobody can know how the nodes of its `tree` hang together.
    """

    record: OpRecord
    unsupported: dict[str, str] = {}
    freed: list[tuple[int, int]] = []
    untold: list[tuple[int, int]] = []
    shapeless: str = ""


class Actual(Struct):
    """A whole replay: derived constants, the state after the import, each operation, the end.

    ``unsupported`` names fields of the boot, state or end record that the replay cannot tell;
    ``imported`` is what it took from the inputs while it ran.
    """

    boot: dict[str, Any]
    state: StateRecord
    ops: list[ActualOp]
    end: EndRecord | None = None
    unsupported: dict[str, str] = {}
    imported: dict[str, int] = {}


class Difference(Struct):
    """The first field that differs, as narrow as it can be named."""

    op: int | str
    line: str
    field: str
    kernel: Any
    engine: Any


class OpVerdict(Struct):
    """How one operation came out: all that differs, and why what could not be compared was not."""

    differences: list[Difference] = []
    unsupported: dict[str, str] = {}

    @property
    def mark(self) -> str:
        """``≠`` differs, ``?`` not all of it can be done yet, ``=`` identical."""
        return "≠" if self.differences else "?" if self.unsupported else "="


class ScenarioResult(Struct):
    """What a replay of one scenario came to; ops = identical + different + unsupported.

    ``arch`` to ``parameters`` tell of the recorded machine; ``page_size`` is bytes.
    """

    boot: str
    scenario: str
    ops: int
    identical: int = 0
    different: int = 0
    unsupported: int = 0
    compared_fields: int = 0
    imported: dict[str, int] = {}
    not_compared: dict[str, int] = {}
    first_difference: Difference | None = None
    unsupported_reasons: dict[str, int] = {}
    compared_events: int = 0
    kernel: str = ""
    arch: str = ""
    page_size: int = 0
    levels: int = 0
    cpus: int = 0
    parameters: str = ""
    unusable: str | UnsetType = UNSET

    @property
    def is_identical(self) -> bool:
        """Whether every operation is."""
        return self.identical == self.ops and self.unusable is UNSET

    def to_json(self) -> bytes:
        """One line of JSON."""
        return msgspec.json.encode(self, enc_hook=str)


def begun(recording: Recording) -> ScenarioResult:
    """The result of a recording that nothing has been compared of yet."""
    run, boot = recording.run, recording.boot
    return ScenarioResult(
        run.boot, run.scenario, len(recording.ops), kernel=boot.release or run.kernel, arch=boot.arch,
        page_size=RIG_PAGE_SIZE, levels=boot.levels, cpus=boot.online_cpus,
        parameters=_parameters(run.cmdline),
    )  # fmt: skip


def _parameters(cmdline: str) -> str:
    """What a command line says to vmalloc."""
    return " ".join(word for word in cmdline.split() if word in PARAMETERS)


def unusable(recording: Recording, why: str) -> ScenarioResult:
    """Report a recording that cannot be replayed; none of its operations counts as identical."""
    result = begun(recording)
    result.unsupported, result.unusable = result.ops, why
    return result


def narrow(field: str, kernel: Any, engine: Any) -> tuple[str, Any, Any]:
    """Name the smallest part of two values that differs."""
    if isinstance(kernel, Struct) and type(kernel) is type(engine):
        kernel = {f: getattr(kernel, f) for f in kernel.__struct_fields__}
        engine = {f: getattr(engine, f) for f in engine.__struct_fields__}
    if isinstance(kernel, dict) and isinstance(engine, dict):
        for key in [*kernel, *engine]:
            if kernel.get(key, UNSET) != engine.get(key, UNSET):
                return narrow(f"{field}.{key}", kernel.get(key, UNSET), engine.get(key, UNSET))
    if not (isinstance(kernel, list) and isinstance(engine, list)):
        return field, kernel, engine
    for i, (his, mine) in enumerate(zip(kernel, engine, strict=False)):
        if his != mine:
            return narrow(f"{field}[{i}]", his, mine)
    i = min(len(kernel), len(engine))
    his, mine = (side[i] if i < len(side) else UNSET for side in (kernel, engine))
    return f"{field}[{i}]", his, mine


def shown(value: Any) -> Any:
    """Write a value as the recording does: addresses in hexadecimal, what is absent as None."""
    if value is UNSET:
        return "absent"
    if isinstance(value, Struct):
        fields = {f: shown(getattr(value, f)) for f in value.__struct_fields__}
        return {f: v for f, v in fields.items() if v != "absent"}
    if isinstance(value, list | tuple):
        return [shown(v) for v in value]
    if isinstance(value, dict):
        return {str(k): shown(v) for k, v in value.items()}
    if isinstance(value, Hex) or (isinstance(value, int) and value >= 1 << 32):
        return hex(value)
    return value
