"""The licences of all that is shipped, collected for Help > About; a licence that goes not with ours stops.

They lie in the resources of the payload, `licences/index.json` and a text for each, where vmgui/licences.py
reads them.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

from artefacts import common, spdx
from artefacts.owners import Owner, Owners

INDEX = "index.json"
#: What PyInstaller makes of Python's own modules.
PYTHONS = "base_library.zip"
#: Where they are in the payload's vmgui.
FOLDER = Path("resources") / "licences"
_WHERE = "import json, sys, sysconfig as s; p = s.get_paths(); "
_WHERE += "print(json.dumps([p['purelib'], p['stdlib'], sys.base_prefix]))"


def owners(shipped: Iterable[tuple[str, str]], python: Path, staged: Path) -> list[Owner]:
    """Who owns what is shipped, each once; `python` is the one of the environment it was taken from.

    `shipped` are pairs of where a file goes and where it comes from; what comes from `staged` is ours.
    """
    told = subprocess.run([python, "-c", _WHERE], capture_output=True, text=True, check=True).stdout
    finder = Owners(*map(Path, json.loads(told)))
    found = {finder.named("pyinstaller")}
    for _, source in shipped:
        path = Path(source)
        if not path.is_absolute() or staged in path.parents or path.name == PYTHONS:  # a link, ours, Python
            continue
        found |= {finder.of(path), finder.carried(path) or finder.of(path)}
    return sorted(found, key=lambda owner: (owner.name.lower(), owner.version))


def check(found: Iterable[Owner]) -> None:
    """Stop when somebody's licence does not go with GPL-2.0-only, is none, or has no text to ship."""
    wrong = [f"{owner.name}: {owner.licence or 'no licence is named'}" for owner in found if not _fits(owner)]
    if wrong:
        common.stop("These licences do not go with GPL-2.0-only:\n    " + "\n    ".join(wrong))
    silent = [owner.name for owner in found if not owner.text.strip()]
    if silent:
        common.stop("No text of the licence is at hand of " + ", ".join(silent))


def _fits(owner: Owner) -> bool:
    try:
        return spdx.compatible(owner.licence)
    except ValueError:
        return False


def write(found: Iterable[Owner], folder: Path) -> None:
    """Write the index and the texts."""
    common.fresh(folder)
    ours = Owner("vmgui", common.version(), "GPL-2.0-only", (common.ROOT / "LICENSE").read_text("utf-8"))
    index = []
    for owner in (ours, *found):
        file = re.sub(r"[^\w.-]+", "-", f"{owner.name}-{owner.version}".lower()) + ".txt"
        (folder / file).write_text(owner.text, encoding="utf-8", newline="\n")
        index.append({"name": owner.name, "version": owner.version, "licence": owner.licence, "text": file})
    told = json.dumps(index, indent=1, ensure_ascii=False)
    (folder / INDEX).write_text(told + "\n", encoding="utf-8", newline="\n")


def collect(work: Path, python: Path, folder: Path) -> list[Owner]:
    """Collect the licences of what a run of the spec in `work` took, check them and write them."""
    shipped = json.loads((work / "shipped.json").read_text(encoding="utf-8"))
    found = owners(shipped, python, work / "staged")
    check(found)
    write(found, folder)
    return found


def forget(folder: Path, names: Iterable[str]) -> None:
    """Take out of the index what is not shipped in this form: a package of Debian gives it."""
    index = folder / INDEX
    there = json.loads(index.read_text(encoding="utf-8"))
    left = [each for each in there if each["name"] not in names or each["version"].startswith("in ")]
    for each in there:
        if each not in left:
            (folder / each["text"]).unlink()
    index.write_text(json.dumps(left, indent=1, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")
