"""vmgui's own files as they are shipped: source beside compiled code, and the resources inside the package.

The engine is shown and asked why from its own text, so its modules are files, never members of an archive.
Beside each lies its compiled form, without a time and without a path of where it was built.
"""

from __future__ import annotations

import os
import py_compile
import shutil
import sys
from collections.abc import Iterator
from importlib.util import cache_from_source
from pathlib import Path

if __package__ != "artefacts":  # PyInstaller runs the spec with another path
    sys.path.insert(0, str(Path(__file__).parent.parent))

from artefacts.common import ROOT, fresh

#: What in the package is shipped: modules, and the grammars that they read.
SHIPPED = (".py", ".lark")


def package_files(root: Path = ROOT) -> list[Path]:
    """The files of the package, in order."""
    found = (root / "vmgui").rglob("*")
    return sorted(each for each in found if each.is_file() and each.suffix in SHIPPED)


def resource_files(root: Path = ROOT) -> list[Path]:
    """The files of the resources, in order."""
    found = (root / "resources").rglob("*")
    return sorted(each for each in found if each.is_file() and not each.name.startswith("."))


def modules(root: Path = ROOT) -> Iterator[str]:
    """The names of all modules of the package: what is imported by name too."""
    for each in package_files(root):
        if each.suffix == ".py":
            parts = each.relative_to(root).with_suffix("").parts
            yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def stage(folder: Path, root: Path = ROOT) -> Path:
    """Put the package, compiled, and its resources into `folder`/vmgui; answers that."""
    package = fresh(folder) / "vmgui"
    for each in package_files(root):
        _copy(each, folder / each.relative_to(root))
    for each in resource_files(root):
        _copy(each, package / each.relative_to(root))
    for each in sorted(package.rglob("*.py")):
        _compile(each, str(each.relative_to(folder)))
    return package


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _compile(file: Path, shown: str) -> None:
    """Compile without the path of this machine: Python puts the real one in when it reads the file."""
    unchecked = py_compile.PycInvalidationMode.UNCHECKED_HASH
    py_compile.compile(os.fspath(file), cache_from_source(file), shown, True, invalidation_mode=unchecked)
