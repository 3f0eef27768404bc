"""The folder to unpack: runs from anywhere, a USB stick too; nothing is installed."""

from __future__ import annotations

import lzma
import shutil
import tarfile
from pathlib import Path

from artefacts import common
from artefacts.common import ROOT

README = ROOT / "packaging" / "portable.txt"


def name() -> str:
    """The folder inside of the archive."""
    return f"vmgui-{common.version()}"


def build(payload: Path, out: Path) -> Path:
    """Pack the payload with a page that says how to start it; the same bytes each time."""
    folder = common.fresh(common.WORK / "tar") / name()
    shutil.copytree(payload, folder, symlinks=True)
    shutil.copyfile(README, folder / "README.txt")
    shutil.copyfile(ROOT / "LICENSE", folder / "LICENSE.txt")
    common.same_times(folder)
    made = out / f"{name()}-linux-{common.machine()}.tar.xz"
    common.say("Packing (a minute or two)")
    with lzma.open(made, "wb", preset=6) as packed:
        write(folder, packed)
    return made


def write(folder: Path, stream: lzma.LZMAFile) -> None:
    """Write a folder as an archive: in the order of names, owned by nobody in particular."""
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for each in (folder, *sorted(folder.rglob("*"))):
            archive.add(each, str(each.relative_to(folder.parent)), recursive=False, filter=anonymous)


def anonymous(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """A member without an owner, with the time of the build."""
    member.uid = member.gid = 0
    member.uname = member.gname = "root"
    member.mtime = common.epoch()
    return member
