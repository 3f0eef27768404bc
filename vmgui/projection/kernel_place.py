"""The place in the kernel's source that a function of the engine stands for, and where that source is."""

from __future__ import annotations

import ast
import re
import shutil
import tarfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from vmgui.projection.text import ENGINE, definition, part, part_of, text_of
from vmgui.timeline.parsing import parse

VERSION = "6.12"
#: Debian's package of the kernel's source.
PACKAGE_NAME = f"linux-source-{VERSION}"
#: Where it is looked for when nobody says where it is.
USUAL = (f"/usr/src/{PACKAGE_NAME}", f"/usr/src/{PACKAGE_NAME}.tar.xz", f"/usr/src/linux-{VERSION}",
         "/usr/src/linux")  # fmt: skip
PLACE = re.compile(r"\b((?:[a-z][\w.-]*/)*[\w-]+\.[chS])(?::(\w+))?")
#: Folders that the docstrings leave out.
SHORT = {"asm-generic/": "include/asm-generic/", "linux/": "include/linux/", "asm/": "arch/x86/include/asm/"}


class NoSource(Exception):
    """The kernel's source, or the file in it, is not there."""


@dataclass(frozen=True, slots=True)
class KernelPlace:
    """A file of the kernel's source and a function in it; `told` when the docstring names the function."""

    file: str
    function: str
    told: bool = True

    def __str__(self) -> str:
        """Return it as a reader names it: mm/vmalloc.c:vfree."""
        return f"{self.file}:{self.function}"


def kernel_place(file: str, line: int) -> KernelPlace | None:
    """What the engine's function around a line stands for; None where that is nothing of the kernel."""
    around = definition(file, line) if file.startswith(str(ENGINE)) else None
    return _place_of(file, around.line, around.name) if around is not None else None


@lru_cache(maxsize=2048)
def _place_of(file: str, line: int, name: str) -> KernelPlace | None:
    found = PLACE.search(_docstring(file, line, name))
    if found is not None:
        return KernelPlace(_full(found[1]), found[2] or _parent(name), bool(found[2]))
    head = PLACE.search(_module_docstring(file))
    return KernelPlace(_full(head[1]), _parent(name), False) if head else None


def _parent(name: str) -> str:
    """The kernel's function of a helper `_parent__part` that is a piece of it."""
    whole = re.fullmatch(r"_(\w+?[a-z0-9])__[a-z]\w*", name)
    return whole[1] if whole else name


def _full(file: str) -> str:
    return next(
        (full + file.removeprefix(short) for short, full in SHORT.items() if file.startswith(short)), file
    )


def _docstring(file: str, line: int, name: str) -> str:
    return part(file, *part_of(file, line)).docstrings.get(name, "")


@lru_cache(maxsize=256)
def _module_docstring(file: str) -> str:
    first, last = part_of(file, 1)
    return ast.get_docstring(parse(text_of(file, first, last), file)) or ""


# --- the kernel's text -----------------------------------------------------------------------------------


def installed(chosen: str = "") -> Path | None:
    """The kernel's source: a folder or an archive; what the user chose, else where packages put it."""
    for name in (chosen,) if chosen else USUAL:
        path = Path(name)
        if path.is_dir() and (path / "mm").is_dir() or path.is_file() and ".tar" in path.name:
            return path
    return None


def read(source: Path, file: str) -> str:
    """The text of a file of the kernel in a folder; NoSource when it is not there."""
    try:
        return (source / file).read_text("utf-8", "replace")
    except OSError as error:
        raise NoSource(f"{source / file}: {error.strerror}") from error


def named_files() -> frozenset[str]:
    """Every file of the kernel that the engine's text names."""
    found: set[str] = set()
    for path in ENGINE.rglob("*.py"):
        found.update(_full(file) for file, _function in PLACE.findall(path.read_text("utf-8")))
    return frozenset(found)


def unpack(archive: Path, into: Path, go_on: Callable[[], bool] = lambda: True) -> None:
    """Put the files that the engine names into a folder; NoSource when that fails or `go_on` says no.

    The archive is read once, to its end: it is compressed as a whole, and that takes some seconds.
    """
    files, partly = named_files(), into.with_name(f"{into.name}.part")
    shutil.rmtree(partly, ignore_errors=True)
    try:
        with tarfile.open(archive, "r|*") as members:
            for member in members:
                if not go_on():
                    raise NoSource("stopped")
                name = member.name.partition("/")[2]
                data = members.extractfile(member) if member.isfile() and name in files else None
                if data is not None:
                    (partly / name).parent.mkdir(parents=True, exist_ok=True)
                    (partly / name).write_bytes(data.read())
        partly.rename(into)
    except (OSError, EOFError, tarfile.TarError) as error:
        raise NoSource(f"{archive}: {error}") from error
    finally:
        shutil.rmtree(partly, ignore_errors=True)


def line_of(text: str, function: str) -> int | None:
    """The line (from 1) where a function, macro or tracepoint is defined in C; None if it is not."""
    name = re.escape(function.removeprefix("trace_") if f"{function}(" not in text else function)
    patterns = (
        rf"^(?![ \t#*/]|return\b|else\b)[^;\n(]*\b{name}\s*\([^;{{]*\)[^;{{}}()]*\{{",
        rf"^#\s*define\s+{name}\b",
        rf"^(?![ \t#*/])[^;\n]*\b{name}\b",
    )
    for pattern in patterns:
        found = re.search(pattern, text, re.MULTILINE)
        if found:
            return text.count("\n", 0, found.start()) + 1
    return None
