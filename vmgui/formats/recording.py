"""Read recordings: what a real kernel did with a script (`*.jsonl`, `*.jsonl.gz`).

A recording is data: nothing in it is executed, and every value has been checked before anybody sees it.
"""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from stat import S_ISDIR
from typing import Any

import msgspec

from vmgui.formats.errors import FormatError
from vmgui.formats.records import (
    BootRecord,
    EndRecord,
    Hex,
    OpRecord,
    Record,
    Recording,
    RunRecord,
    StateRecord,
)
from vmgui.formats.trace_text import read_trace
from vmgui.texts import Text

#: The raw trace of a recording, where there is one, and the memory of the machines recorded so.
TRACE, RIG_MIB = "trace.txt.gz", 1024
#: Operations during which the kernel module logs no events.
SILENT = frozenset(["stress"])
#: A recording unpacks to a few MiB; more than this is a mistake or an attack.
MAX_BYTES = 256 << 20


def _hook(wanted: type, value: Any) -> Any:
    if wanted is Hex and isinstance(value, str) and value.startswith("0x"):
        return Hex(value, 16)
    raise ValueError(f'expected hexadecimal like "0x1000", got {value!r}')


_DECODER: msgspec.json.Decoder[Record] = msgspec.json.Decoder(Record, dec_hook=_hook)


def find(paths: list[Path]) -> list[Path]:
    """List the recordings among ``paths``: files as given, folders searched for BOOT/SCENARIO.jsonl.gz.

    Function traces (`calls/`) and kernel logs are passed over.
    """
    found: list[Path] = []
    for path in paths:
        try:
            found += _inside(path) if S_ISDIR(path.stat().st_mode) else [path]
        except FileNotFoundError as error:
            raise FormatError(Text("no such file or folder"), file=str(path)) from error
        except OSError as error:
            raise FormatError(error.strerror or str(error), file=str(path)) from error
    return found


def _inside(folder: Path) -> list[Path]:
    found = sorted(p for p in folder.rglob("*.jsonl.gz") if p.is_file() and p.parent.name != "calls")
    if not found:
        raise FormatError(Text("no recordings (BOOT/SCENARIO.jsonl.gz) in this folder"), file=str(folder))
    return found


def read(path: Path) -> Recording:
    """Read and check one recording; where a raw trace lies beside it, that tells the events."""
    trace = path.with_name(TRACE)
    if not trace.is_file():
        return parse(_unpack(path), str(path))
    made_up = RunRecord(path.parent.parent.name, path.parent.name, cmdline="", smp=0, mem_mib=RIG_MIB)
    recording = parse(_unpack(path), str(path), made_up)
    recording.run.smp = recording.boot.online_cpus
    _take_trace(recording, _unpack(trace), str(trace))
    return recording


def parse(data: bytes, file: str = "", run: RunRecord | None = None) -> Recording:
    """Check the lines of one recording; every error names its line.  ``run`` is for a file without one."""
    records = list(_records(data, file))
    heads: tuple[type[Record], ...] = (RunRecord, BootRecord, StateRecord)
    missing = run is not None and not (records and isinstance(records[0], RunRecord))
    if run is not None and missing:
        records = [run, *records]
    for number, (kind, record) in enumerate(zip(heads, records, strict=False), 1 - missing):
        if not isinstance(record, kind):
            wanted = kind.__name__.removesuffix("Record").lower()
            raise FormatError(Text("expected the {0} record here", wanted), file=file, line=number)
    after = len(records) + 1
    if len(records) < len(heads):
        raise FormatError(Text("ends too early: run, boot and state come first"), file=file, line=after)
    head, boot, state = records[:3]
    assert isinstance(head, RunRecord)
    assert isinstance(boot, BootRecord)
    assert isinstance(state, StateRecord)
    end = records[-1] if isinstance(records[-1], EndRecord) else None
    ops = _operations(records[3 : len(records) - (end is not None)], file)
    if end is None and not (ops and ops[-1].crashed):
        raise FormatError(
            Text("ends too early: no end record, and no crash before it"), file=file, line=after
        )
    if end is not None and end.ops != len(ops):
        why = Text("says {0} operations, but there are {1}", end.ops, len(ops))
        raise FormatError(why, file=file, line=len(records))
    return Recording(file, head, boot, state, ops, end)


def _operations(records: list[Record], file: str) -> list[OpRecord]:
    ops: list[OpRecord] = []
    for number, record in enumerate(records, 4):
        if not isinstance(record, OpRecord):
            raise FormatError(Text("expected an op record here"), file=file, line=number)
        if record.i != len(ops):
            raise FormatError(
                Text("operation {0} where {1} is due", record.i, len(ops)), file=file, line=number
            )
        if record.op not in record.line.split(maxsplit=1)[:1]:
            raise FormatError(Text("{0!r} of the line {1!r}", record.op, record.line), file=file, line=number)
        if ops and ops[-1].crashed:
            raise FormatError(Text("an operation after the crash"), file=file, line=number)
        ops.append(record)
    return ops


def _records(data: bytes, file: str) -> Iterator[Record]:
    for number, line in enumerate(data.splitlines(), 1):
        if not line.strip():
            raise FormatError(Text("an empty line"), file=file, line=number)
        try:
            yield _DECODER.decode(line)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise FormatError(str(error) or type(error).__name__, file=file, line=number) from error


def _take_trace(recording: Recording, data: bytes, file: str) -> None:
    """Put the events of a raw trace into the operations during which the module logged nothing itself."""
    traced = read_trace(data.decode("utf-8", "replace").splitlines(), file, recording.boot.w)
    for op in recording.ops:
        if op.op in SILENT and op.i in traced.during:
            op.ev = traced.during[op.i]
            recording.traced.add(op.i)


def _unpack(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise FormatError(error.strerror or str(error), file=str(path)) from error
    if len(raw) > MAX_BYTES:
        raise FormatError(Text("longer than {0} MiB", MAX_BYTES >> 20), file=str(path))
    if raw[:2] != b"\x1f\x8b":
        if path.suffix == ".gz":
            raise FormatError(Text("not a gzip file"), file=str(path))
        return raw
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(raw)) as packed:
            data = packed.read(MAX_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise FormatError(Text("damaged gzip data: {0}", error), file=str(path)) from error
    if len(data) > MAX_BYTES:
        raise FormatError(Text("unpacks to more than {0} MiB", MAX_BYTES >> 20), file=str(path))
    return data
