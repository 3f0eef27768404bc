"""What comes along with vmgui, and under which licences: as the build collected it, or as it is installed."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from vmgui import assets

#: What packaging/artefacts/licences.py writes where vmgui is frozen.
COLLECTED = "licences/index.json"
#: Fonts that come along: family, licence, the file with its text.
FONTS = (("Noto Sans, Noto Sans CJK SC", "OFL-1.1", "fonts/OFL.txt"),
         ("DejaVu Sans Mono", "Bitstream Vera", "fonts/DejaVu-LICENSE.txt"))  # fmt: skip
LICENCE_FILE = re.compile(r"\.dist-info/.*(licen[cs]e|copying)", re.IGNORECASE)


@dataclass(frozen=True)
class Part:
    """Something that comes along with vmgui: its licence's name, and its text if that comes along too.

    Fonts have no version.
    """

    name: str
    version: str
    licence: str
    text: str


@cache
def parts() -> tuple[Part, ...]:
    """All that comes along: vmgui itself, programs and libraries, then the fonts."""
    fonts = [Part(name, "", licence, assets.path(file).read_text("utf-8")) for name, licence, file in FONTS]
    try:
        index = assets.path(COLLECTED)
    except FileNotFoundError:
        return (*_installed(), *fonts)
    return (*_collected(index), *fonts)


def _collected(index: Path) -> list[Part]:
    """What the build wrote down."""
    told = json.loads(index.read_text("utf-8"))
    return [
        Part(each["name"], each["version"], each["licence"], (index.parent / each["text"]).read_text("utf-8"))
        for each in told
    ]


def _installed() -> list[Part]:
    """Every library that vmgui needs, and what those need, as far as they are installed."""
    found: dict[str, Part] = {}
    wanted = ["vmgui"]
    while wanted:
        name = wanted.pop(0)
        if name.lower() in found:
            continue
        try:
            there = distribution(name)
        except PackageNotFoundError:
            continue
        found[name.lower()] = _part(there)
        needs = [need for need in there.requires or () if "extra ==" not in need]
        wanted += [match[0] for need in needs if (match := re.match(r"[\w.-]+", need))]
    return [_with_ours(part, found["vmgui"].text) if "vmgui" in found else part for part in found.values()]


def _with_ours(part: Part, ours: str) -> Part:
    """A part that brings no text, such as Qt, and may be used under the licence of vmgui."""
    return replace(part, text=ours) if not part.text and "GPL-2.0-only" in part.licence else part


def _part(there: Distribution) -> Part:
    said = there.metadata
    told = [" ".join(said.get_all(name) or ()) for name in ("License-Expression", "License")]
    names = [line.rpartition(":: ")[2] for line in said.get_all("Classifier") or ()
             if line.startswith("License ::")]  # fmt: skip
    short = told[0] or told[1].split("\n")[0]
    files = [file for file in there.files or () if LICENCE_FILE.search(str(file))]
    paths = [path for file in files if (path := Path(str(there.locate_file(file)))).is_file()]
    text = "\n\n".join(path.read_text("utf-8", errors="replace") for path in paths)
    return Part(said["Name"], there.version, short or ", ".join(names) or "–", text)
