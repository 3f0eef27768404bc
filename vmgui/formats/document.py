"""Documents: a machine, a program of operations, and notes on it, as one small file.

A ``.vmgui`` document is JSON with a version; an ``.ops`` file is the program alone, one operation a
line.  Both are data: nothing in them is run by reading them.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import msgspec

from vmgui.engine.boot import fresh_memory
from vmgui.engine.kernel import Kernel
from vmgui.engine.machine import Machine, MachineError, preset, with_boot_parameters
from vmgui.formats.errors import FormatError
from vmgui.formats.json_place import line_column, offset_of
from vmgui.formats.machine_record import MachineRecord
from vmgui.formats.oplang import FAILED, Script, parse_script
from vmgui.texts import Text
from vmgui.timeline.operation import Operation

SUFFIX = ".vmgui"
VERSION = 1
MAX_BYTES = 10_000_000
MAX_OPERATIONS = 20_000
MAX_LINES = 100_000


class Bookmark(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A place worth coming back to: a step of the timeline, its name, and a note.

    ``operation`` (from 0), ``line`` and ``offset`` anchor it in an operation, so that it stays with it when
    the program is edited; without them it is at ``step``.
    """

    step: int
    text: str = ""
    note: str = ""
    operation: int | None = None
    line: str = ""
    offset: int = 0


class Breakpoint(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An event that playing stops at; ``what`` tells which function, address range or line."""

    event: str
    what: str = ""
    enabled: bool = True


class _Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    version: int
    title: str = ""
    description: str = ""
    machine: MachineRecord = MachineRecord()
    operations: tuple[str, ...] = ()
    bookmarks: tuple[Bookmark, ...] = ()
    breakpoints: tuple[Breakpoint, ...] = ()


@dataclass(frozen=True)
class Document:
    """A machine and the lines of a program; the lines keep their comments."""

    machine: Machine = Machine()
    lines: tuple[str, ...] = ()
    title: str = ""
    description: str = ""
    bookmarks: tuple[Bookmark, ...] = ()
    breakpoints: tuple[Breakpoint, ...] = ()

    @cached_property
    def script(self) -> Script:
        """The program, parsed; FormatError when a line is wrong."""
        return parse_script("\n".join(self.lines))

    @property
    def operations(self) -> tuple[Operation, ...]:
        """The operations of the program."""
        return self.script.operations

    @property
    def program(self) -> tuple[Operation, ...]:
        """The operations in order, with those in their places that could not run when it was saved."""
        return self.script.program


def comment_of(document: Document, number: int) -> str:
    """The comment above an operation of those that run, counted from 0, without its marks; "" for none."""
    if not 0 <= number < len(document.operations):
        return ""
    said: list[str] = []
    for line in reversed(document.lines[: document.operations[number].line - 1]):
        if not line.lstrip().startswith("#") or line.startswith(FAILED):
            break
        said.append(line.strip().lstrip("#").strip())
    return " ".join(reversed(said))


def rewritten(document: Document, program: Iterable[tuple[Operation, bool]]) -> Document:
    """``document`` with other operations, each with whether it runs; comments stay above their lines.

    Those that do not run become comments which `parse_script` knows again.
    """
    lines, script = document.lines, document.script.program
    ends = [operation.line for operation in script]
    starts = [0, *ends]
    above = {end: lines[start : end - 1] for start, end in zip(starts, ends, strict=False)}
    written: list[str] = []
    for operation, runs in program:
        written += above.get(operation.line, ())
        text = operation.text.strip() or str(operation)
        written.append(text if runs else FAILED + text)
    return replace(document, lines=(*written, *lines[starts[-1] :]))


def load(path: str | Path) -> Document:
    """Read a document or a plain operation file; FormatError says what is wrong and in which line."""
    path = Path(path)
    text = _text(path)
    if path.suffix == SUFFIX or text.lstrip().startswith("{"):
        return parse_document(text, str(path))
    return parse_program(text, str(path))


def parse_document(text: str, file: str = "") -> Document:
    """Read the JSON text of a document."""
    record = _decode(text, file)
    try:
        machine = record.machine.machine()
    except ValueError as error:
        raise _at(text, file, "$.machine", str(error)) from error
    document = Document(
        machine, record.operations, record.title, record.description, record.bookmarks, record.breakpoints
    )
    _check(len(document.lines), MAX_LINES, "lines", file)
    for i, line in enumerate(document.lines):
        if "\n" in line or "\r" in line:
            raise _at(text, file, f"$.operations[{i}]", "one operation a string: no line breaks in it")
    try:
        script = document.script
    except FormatError as error:
        raise _placed(text, file, document, error) from error
    _check(len(script.operations), MAX_OPERATIONS, "operations", file)
    return document


def parse_program(text: str, file: str = "") -> Document:
    """Read a plain program.  ``#@ machine=x86-5l boot=nohugeiomap`` chooses another machine.

    ``kasan=generic`` or ``kmsan=on`` has a kernel built with that.
    """
    lines = tuple(text.removesuffix("\n").split("\n"))
    _check(len(lines), MAX_LINES, "lines", file)
    script = parse_script(text, file)
    _check(len(script.operations), MAX_OPERATIONS, "operations", file)
    try:
        machine = preset(script.meta.get("machine", "x86-4l"))
        machine = with_boot_parameters(machine, script.meta.get("boot", "").replace(",", " "))
        machine = _built(machine, script.meta)
    except MachineError as error:
        raise FormatError(str(error), file=file) from error
    return Document(with_window(machine) if _uses_window(script) else machine, lines, Path(file).stem)


def _built(machine: Machine, meta: Mapping[str, str]) -> Machine:
    """``machine`` with the debug services that a kernel must be built for, as ``#@`` lines name them."""
    kmsan = meta.get("kmsan", "off")
    if kmsan not in ("on", "off"):
        raise MachineError(Text("KMSAN is on or off, not {0!r}", kmsan))
    return replace(machine, kasan=meta.get("kasan", machine.kasan), kmsan=machine.kmsan or kmsan == "on")


def save(path: str | Path, document: Document) -> None:
    """Write ``document``: completely or not at all.  A file that is replaced keeps its permissions."""
    data = dump(document).encode()
    target = Path(os.path.realpath(path))
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(4)}.tmp")
    try:
        with open(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileNotFoundError):
            os.chmod(temporary, target.stat().st_mode & 0o7777)
        os.replace(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)


def dump(document: Document) -> str:
    """The text of a document file."""
    record = _Record(VERSION, document.title, document.description, MachineRecord.of(document.machine),
                     document.lines, document.bookmarks, document.breakpoints)  # fmt: skip
    return json.dumps(msgspec.to_builtins(record), indent=2, ensure_ascii=False) + "\n"


def with_window(machine: Machine) -> Machine:
    """``machine`` with the window of the recordings: 1 TiB in the middle of the range, 512 GiB aligned.

    Where the range is short, the window is, too: less than a sixteenth of it.
    """
    if machine.window is not None:
        return machine
    if machine.arch != "x86_64":
        k = Kernel(machine, fresh_memory(machine))
        size = min(1 << 40, 1 << (k.VMALLOC_END - k.VMALLOC_START).bit_length() - 5)
        start = (k.VMALLOC_START + k.VMALLOC_END) // 2 & -size
        return replace(machine, window=(start, start + size))
    start = 0xFFD0000000000000 if machine.va_bits == 57 else 0xFFFFD88000000000
    if machine.kmsan:  # the range is a quarter as long
        start = 0xFFA8000000000000 if machine.va_bits == 57 else 0xFFFFCC8000000000
    return replace(machine, window=(start, start + (1 << 40)))


def _uses_window(script: Script) -> bool:
    words = {"W", "WE"}
    written = (operation.value(p) for operation in script.operations for p in operation.verb.parameters)
    return any(words & set(re.findall(r"\w+", str(value))) for value in written if value is not None)


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise FormatError(error.strerror or str(error), file=str(path)) from error
    if len(data) > MAX_BYTES:
        raise FormatError(
            Text("longer than {0} MB: this is no document", MAX_BYTES // 1_000_000), file=str(path)
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise FormatError(Text("this is no text in UTF-8"), file=str(path), line=line) from error


def _check(count: int, limit: int, what: str, file: str) -> None:
    if count > limit:
        raise FormatError(Text("{0} {1}: at most {2} are read", count, what, limit), file=file)


def _decode(text: str, file: str) -> _Record:
    try:
        plain = json.loads(text)
    except json.JSONDecodeError as error:
        why = Text("not valid JSON: {0}", error.msg[:1].lower() + error.msg[1:])
        raise _line(text, file, error.pos, why) from error
    except (RecursionError, ValueError) as error:  # thousands of brackets, or of digits
        raise FormatError(
            Text("nested too deeply, or a number too long, to be a document"), file=file
        ) from error
    version = plain.get("version") if isinstance(plain, dict) else None
    if not isinstance(version, int) or isinstance(version, bool):
        raise FormatError(Text("this is no vmgui document: it has no version number"), file=file)
    if not 1 <= version <= VERSION:
        why = Text("version {0} is not known here: this vmgui reads 1 to {1}", version, VERSION)
        raise _at(text, file, "$.version", why)
    try:
        return msgspec.convert(plain, _Record)
    except msgspec.ValidationError as error:
        said, _, path = str(error).partition(" - at `")
        raise _at(text, file, path.rstrip("`") or "$", said[:1].lower() + said[1:]) from error


def _at(text: str, file: str, path: str, why: str) -> FormatError:
    if path != "$":
        why = Text("{0}: {1}", path.removeprefix("$."), why)
    return _line(text, file, offset_of(text, path), why)


def _line(text: str, file: str, offset: int, why: str) -> FormatError:
    line, column = line_column(text, offset)
    return FormatError(why, file=file, line=line, column=column, text=_shown(text, line))


def _shown(text: str, line: int) -> str:
    return text.split("\n")[line - 1].rstrip("\r")


def _placed(text: str, file: str, document: Document, error: FormatError) -> FormatError:
    """Move an error about line n of the program to the line of the file that holds it."""
    offset = offset_of(text, f"$.operations[{error.line - 1}]")
    line, column = line_column(text, offset)
    written = document.lines[error.line - 1]
    if json.dumps(written, ensure_ascii=False)[1:-1] == written:  # the same characters, one quote further
        shown, at = _shown(text, line), column + 1 + error.column
    else:
        shown, at = written, error.column
    return FormatError(error.why, file=file, line=line, column=at, width=error.width, text=shown,
                       suggestion=error.suggestion, usage=error.usage)  # fmt: skip
