"""The payload as one file that runs where it lies (experimental).

An AppImage is a small program, its runtime, with an image of a file system behind it.  No package registry
has that runtime.  Whoever has the official one (type 2, of AppImage/type2-runtime) names its file in
APPIMAGE_RUNTIME; without it nothing is built, for nobody knows an AppImage with a home-made runtime.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from artefacts import common
from artefacts.common import ROOT, WORK

VARIABLE = "APPIMAGE_RUNTIME"
#: A runtime is an ELF program with this at its 8th byte.
ELF, MARK = b"\x7fELF", b"AI\x02"
DESKTOP = ROOT / "packaging" / "debian" / "vmgui.desktop"
ICON = ROOT / "resources" / "icons" / "vmgui.svg"
HOME = Path("usr") / "lib" / "vmgui"


def build(payload: Path, out: Path) -> Path | None:
    """Make the image of a payload in the folder `out`; None, and a line that says why, without a runtime."""
    runtime = given()
    if runtime is None:
        common.say(
            f"AppImage: not built, for {VARIABLE} names no official type-2 runtime (see installing.md)"
        )
        return None
    folder = lay_out(payload, common.fresh(WORK / "appimage") / "vmgui.AppDir")
    image = folder.with_name("image")
    time = str(common.epoch())
    tool = common.need("mksquashfs", "squashfs-tools")
    pack: list[str | Path] = [tool, folder, image, "-no-progress", "-quiet"]
    same = ["-all-root", "-no-xattrs", "-no-exports", "-mkfs-time", time, "-all-time", time]
    packed = ["-comp", "zstd", "-Xcompression-level", "19"]
    # mksquashfs takes its times from the command line or from the environment, not from both.
    common.run(["env", "-u", "SOURCE_DATE_EPOCH", *pack, *same, *packed], "mksquashfs failed; see above.")
    made = out / f"vmgui-{common.version()}-{common.machine()}.AppImage"
    made.write_bytes(runtime + image.read_bytes())
    made.chmod(0o755)
    return made


def given() -> bytes | None:
    """The runtime that the user names; the build stops if the file is none."""
    name = os.environ.get(VARIABLE)
    if not name:
        return None
    file = Path(name)
    data = file.read_bytes() if file.is_file() else b""
    if data[:4] != ELF or data[8:11] != MARK:
        common.stop(f"{file} is no type-2 runtime of AppImage.")
    return data


def lay_out(payload: Path, folder: Path) -> Path:
    """The folder that is inside of the image."""
    home = folder / HOME
    home.parent.mkdir(parents=True)
    shutil.copytree(payload, home, symlinks=True)
    (folder / "AppRun").symlink_to(HOME / "vmgui")
    shutil.copyfile(DESKTOP, folder / DESKTOP.name)
    shutil.copyfile(ICON, folder / ICON.name)
    (folder / ".DirIcon").symlink_to(ICON.name)
    common.same_times(folder)
    return folder
