"""The installer for Windows: NSIS packs the payload.  `makensis` is there for Windows and in Debian."""

from __future__ import annotations

import os
from pathlib import Path

from artefacts import common

SCRIPT = common.ROOT / "packaging" / "windows" / "vmgui.nsi"


def build(payload: Path, out: Path) -> Path:
    """Make vmgui-VERSION-setup.exe of a payload that was frozen on Windows."""
    makensis = common.need("makensis", "nsis")
    made = out / f"vmgui-{common.version()}-setup.exe"
    common.run([makensis, *options(payload, made), SCRIPT], "makensis failed; see above.")
    return made


def options(payload: Path, made: Path) -> list[str]:
    """What the script is told; warnings are errors."""
    told = {
        "VERSION": common.version(), "PAYLOAD": payload, "SEPARATOR": os.sep, "OUT": made,
        "LICENCE": common.ROOT / "LICENSE", "ICON": common.WORK / "vmgui.ico",
    }  # fmt: skip
    return ["-V2", "-WX", "-INPUTCHARSET", "UTF8", *(f"-D{name}={value}" for name, value in told.items())]
