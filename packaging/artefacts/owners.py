"""Who made what is shipped: every file of the payload has an owner with a licence that goes with ours.

A Python package says its licence in its metadata; some say it in words, and those words are in a table here,
as are libraries that packages carry along and packages of the building machine's system.  What is in no table
stops the build: somebody has to look at its licence first.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import Distribution, distributions
from pathlib import Path

from artefacts.common import ROOT, stop

LICENCE_FILE = re.compile(r"\.dist-info/.*(licen[cs]e|copying|notice)", re.IGNORECASE)
NOTICES = ROOT / "packaging" / "licences"

#: Metadata in words: what they say as SPDX.
WORDS = {"MIT License": "MIT", "BSD License": "BSD-3-Clause"}
#: What PyInstaller puts in front of the program.
BOOTLOADER = "GPL-2.0-or-later WITH Bootloader-exception"
#: Packages whose metadata does not say what of them is shipped: the program's head, and Qt itself.
KNOWN = {"pyinstaller": BOOTLOADER}
#: Wheels without any text: the licence chosen is ours, and what Qt contains has notices of its own.
OF_QT = ("pyside6", "pyside6_essentials", "shiboken6")
#: Libraries that wheels carry along: how their files begin, name, licence.  Their text is in the wheel's.
CARRIED = (
    ("libscipy_openblas", "OpenBLAS and LAPACK", "BSD-3-Clause"),
    ("libgfortran", "libgfortran", "GPL-3.0-or-later WITH GCC-exception-3.1"),
    ("libgcc_s", "libgcc", "GPL-3.0-or-later WITH GCC-exception-3.1"),
    ("libquadmath", "libquadmath", "LGPL-2.1-or-later"),
    ("libXau-", "libXau", "MIT"),
    ("libxcb-", "libxcb", "X11"),
    ("libjpeg-", "libjpeg-turbo", "IJG AND BSD-3-Clause AND Zlib"),
    ("libtiff-", "libtiff", "libtiff"),
    ("libopenjp2-", "OpenJPEG", "BSD-2-Clause"),
    ("libzstd-", "Zstandard", "BSD-3-Clause OR GPL-2.0-only"),
    ("liblzma-", "XZ Utils, liblzma", "0BSD"),
    ("libicu", "ICU", "Unicode-3.0"),
)
#: Source packages of Debian: what their libraries that are shipped are under, whatever else a package holds.
DEBIAN = {
    "bzip2": "bzip2-1.0.6", "expat": "MIT", "libffi": "MIT", "libxcb": "X11", "libxkbcommon": "MIT",
    "xcb-util": "MIT", "xcb-util-cursor": "MIT", "xcb-util-image": "MIT", "xcb-util-keysyms": "MIT",
    "xcb-util-renderutil": "MIT", "xcb-util-wm": "MIT", "xz-utils": "0BSD",
}  # fmt: skip
PYTHON = "PSF-2.0"


@dataclass(frozen=True, order=True)
class Owner:
    """A project whose work is shipped: what it is called, its version and licence, and the text of that."""

    name: str
    version: str
    licence: str
    text: str


class Owners:
    """Finds the owner of a file that was taken from somewhere.

    `packages` is where Python's packages are, `library` Python's own, `prefix` the folder of all of Python
    where it has one to itself.
    """

    def __init__(self, packages: Path, library: Path, prefix: Path) -> None:
        self.library = library.resolve()
        self.pythons = {self.library, *({prefix.resolve()} - {Path("/usr"), Path("/usr/local")})}
        self._of = {
            str(Path(str(there.locate_file(file))).resolve()): there
            for there in distributions(path=[str(packages)])
            for file in there.files or ()
        }

    def of(self, source: Path) -> Owner:
        """The owner of a file; the build stops if there is none."""
        there = self._of.get(str(source.resolve()))
        if there is not None:
            return of_distribution(there)
        if self.pythons & set(source.resolve().parents):
            return _python(self.library)
        owner = of_debian(source)
        if owner is None:
            stop(f"{source} would be shipped, and nobody knows under which licence.")
        return owner

    def named(self, name: str) -> Owner:
        """The owner of that name among Python's packages."""
        return of_distribution(next(each for each in self._of.values() if each.name.lower() == name))

    def carried(self, source: Path) -> Owner | None:
        """The owner of a library that a wheel carries along."""
        there = self._of.get(str(source.resolve()))
        for begin, name, licence in CARRIED if there is not None else ():
            if there is not None and source.name.startswith(begin):
                whole = of_distribution(there)
                return Owner(name, f"in {whole.name} {whole.version}", licence, whole.text)
        if source.parent.suffix == ".libs":
            stop(f"{source.name} would be shipped: look at its licence, then name it in owners.py.")
        return None


@cache
def of_distribution(there: Distribution) -> Owner:
    """What a Python package says of itself."""
    said = there.metadata
    name = there.name.lower().replace("-", "_")
    words = [line.rpartition(":: ")[2] for line in said.get_all("Classifier") or () if line[:7] == "License"]
    plain = ["".join(said.get_all(field) or ()) for field in ("License-Expression", "License")]
    licence = KNOWN.get(name) or next((each for each in (*plain, *words) if each), "")
    files = sorted(str(file) for file in there.files or () if LICENCE_FILE.search(str(file)))
    text = "\n\n".join(_text(Path(str(there.locate_file(file)))) for file in files)
    if name in OF_QT:
        text = "\n\n".join(_text(file) for file in (ROOT / "LICENSE", NOTICES / "qt-third-party.txt"))
    return Owner(said["Name"], there.version, WORDS.get(licence, licence), text)


@cache
def _python(library: Path) -> Owner:
    """Python: as Debian has it, or as its makers hand it out with the text in its library."""
    owner = of_debian(library / "os.py")
    if owner is not None:
        return owner
    found = [each for each in (library / "LICENSE.txt", library.parent / "LICENSE.txt") if each.is_file()]
    if not found:
        stop(f"{library} has no LICENSE.txt; the licence of Python must be shipped with it.")
    return Owner("Python", library.name.removeprefix("python"), PYTHON, _text(found[0]))


def of_debian(source: Path) -> Owner | None:
    """The source package of Debian that a file of the system came from."""
    if shutil.which("dpkg-query") is None:
        return None
    package = next(_packages(source), "")
    if not package:
        return None
    asked = ["dpkg-query", "--show", "--showformat=${source:Package} ${source:Upstream-Version}", package]
    name, _, version = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.partition(" ")
    copyright = Path("/usr/share/doc") / package.partition(":")[0] / "copyright"
    text = _text(copyright) if copyright.is_file() else ""
    if re.fullmatch(r"python3\.\d+", name):
        return Owner("Python", version, PYTHON, text)
    if name not in DEBIAN:
        stop(f"{source} of Debian's {name} would be shipped: look at its licence, then name it in owners.py.")
    return Owner(name, version, DEBIAN[name], text)


def _packages(source: Path) -> Iterator[str]:
    """The package that has a file, under any of the names that a file has where /lib is a link."""
    real = str(source.resolve())
    for name in (str(source), real, real.removeprefix("/usr"), f"/usr{source}"):
        told = subprocess.run(["dpkg-query", "--search", name], capture_output=True, text=True)
        if told.returncode == 0:
            yield told.stdout.rpartition(": ")[0].split(",")[0]


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8", errors="replace").strip() + "\n"
