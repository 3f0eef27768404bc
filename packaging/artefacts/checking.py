"""What must hold of a payload: it finds its libraries, and says nothing of the machine that built it."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

import system_libraries

from artefacts.common import need, say, stop

#: Libraries of the C compiler, which every Linux has.
BASE = re.compile(r"(ld-linux[\w.-]*|lib(c|m|dl|rt|pthread|util|resolv|nsl|stdc\+\+|gcc_s|atomic))\.so\.\d+$")
#: Further libraries that every desktop has.
DESKTOP = {"libexpat.so.1", "libcrypt.so.1", "libz.so.1"}
FIELD = re.compile(r"\((NEEDED|RUNPATH|RPATH|SONAME)\)\s.*\[(.*)\]")
#: Reads all that is in the archive inside the program, and says which members hold one of the words.
_MEMBERS = """
import sys
from PyInstaller.archive.readers import CArchiveReader
program, *words = sys.argv[1:]
outer = CArchiveReader(program)
for name in outer.toc:
    if name.endswith(".pyz"):
        inner = outer.open_embedded_archive(name)
        for member in inner.toc:
            data = inner.extract(member, raw=True)
            if data and any(word.encode() in data for word in words):
                print(member)
    elif any(word.encode() in outer.extract(name) for word in words):
        print(name)
"""


def programs(payload: Path) -> list[Path]:
    """The ELF files of a payload."""
    files = (each for each in sorted(payload.rglob("*")) if each.is_file() and not each.is_symlink())
    return [each for each in files if _head(each) == b"\x7fELF"]


def _head(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(4)


def dynamic(file: Path) -> Iterator[tuple[str, str]]:
    """The libraries that an ELF file needs, and where it looks for them."""
    need("readelf", "binutils")
    told = subprocess.run(
        ["readelf", "--dynamic", "--wide", file], capture_output=True, text=True, check=True
    )
    for line in told.stdout.splitlines():
        if found := FIELD.search(line):
            yield found[1], found[2]


def clean_paths(payload: Path) -> None:
    """Let libraries be looked for beside the program alone."""
    for file in programs(payload):
        for path in [value for kind, value in dynamic(file) if kind in ("RUNPATH", "RPATH")]:
            kept = [each for each in path.split(":") if each.startswith("$ORIGIN")]
            if kept == path.split(":"):
                continue
            tool = need("patchelf", "patchelf")
            asked = ["--set-rpath", ":".join(kept)] if kept else ["--remove-rpath"]
            subprocess.run([tool, *asked, file], check=True)
            say(f"{file.relative_to(payload)}: looks no longer in {path}")


def libraries(payload: Path) -> None:
    """Every library that is needed is in the payload, or on every desktop."""
    files = programs(payload)
    there = {file.name for file in payload.rglob("*.so*")} | {file.name for file in files}
    there |= {*system_libraries.ALWAYS, *system_libraries.X11, *system_libraries.WAYLAND, *DESKTOP}
    missing = {
        f"{file.relative_to(payload)} needs {value}"
        for file in files
        for kind, value in dynamic(file)
        if kind == "NEEDED" and value not in there and not BASE.match(value)
    }
    if missing:
        stop("Libraries are missing from the payload:\n    " + "\n    ".join(sorted(missing)))


def silent(payload: Path, program: Path, python: Path, words: Iterable[str]) -> None:
    """No file, and no member of the archive in the program, names a folder of this machine."""
    told = list(words)
    needles = [word.encode() for word in told]
    files = [each for each in sorted(payload.rglob("*")) if each.is_file() and not each.is_symlink()]
    telling = [
        str(each.relative_to(payload)) for each in files
        if (data := each.read_bytes()) and any(needle in data for needle in needles)
    ]  # fmt: skip
    members = subprocess.run(
        [python, "-c", _MEMBERS, program, *told], capture_output=True, text=True, check=True
    )
    telling += members.stdout.split()
    if telling:
        stop(f"These files say where they were built ({', '.join(told)}):\n    " + "\n    ".join(telling))
