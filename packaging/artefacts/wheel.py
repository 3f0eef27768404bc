"""The wheel and the sources, for those who have Python: `pip install vmgui-VERSION-py3-none-any.whl`."""

from __future__ import annotations

import shutil
from pathlib import Path

from artefacts import common
from artefacts.common import ROOT, WORK

ENDS = {"wheel": "-py3-none-any.whl", "sdist": ".tar.gz"}
#: What of a checkout goes into the sources; hatchling's own list in pyproject.toml chooses among it.
SOURCES = ("vmgui", "resources", "tests", "packaging", "README.md", "LICENSE", "pyproject.toml", ".gitignore")


def build(kind: str, out: Path) -> Path:
    """Build one of the two with hatchling, from a copy of the sources without what was made of them."""
    from artefacts.payload import environment, interpreter

    python = environment(interpreter())
    copy = sources(common.fresh(WORK / kind))
    common.run([python, "-m", "hatchling", "build", "--target", kind, "--directory", copy / "dist"],
               "hatchling failed; see above.", folder=copy)  # fmt: skip
    made = out / f"vmgui-{common.version()}{ENDS[kind]}"
    shutil.move(copy / "dist" / made.name, made)
    return made


def sources(folder: Path) -> Path:
    """A copy of the sources with plain permissions: what a checkout allows to whom is not handed on."""
    left = shutil.ignore_patterns("__pycache__", "*.py[cod]", ".*_cache", ".hypothesis")
    for name in SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=left)
        elif (ROOT / name).exists():
            shutil.copyfile(ROOT / name, folder / name)
    common.same_times(folder)
    return folder
