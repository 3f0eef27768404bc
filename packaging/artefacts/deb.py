"""The package for Debian and Ubuntu: the payload in /usr/lib, and what desktops and administrators expect.

No script runs when it is installed or removed: caches of menus, types, icons and manual pages are kept by the
triggers of the packages that own them.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import shutil
import subprocess
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import system_libraries

from artefacts import checking, common, completion, debian_changelog, licences, manual, owners
from artefacts.command_line import described
from artefacts.common import ROOT, WORK
from artefacts.pruning import DEBIAN_GIVES

SOURCES = ROOT / "packaging" / "debian"
ICONS = ROOT / "resources" / "icons"
#: Where the payload is, and the licences in it.
HOME, LICENCES = "usr/lib/vmgui", "_internal/vmgui/resources/licences"
#: Pixels of icons, for desktops that draw no SVG; small ones are drawn for their size.
SIZES, SMALL = (16, 22, 24, 32, 48, 64, 128, 256), 16
#: Files of packaging/debian as they are, and where they go.
PLAIN = {
    "vmgui.desktop": "usr/share/applications/vmgui.desktop",
    "vmgui.xml": "usr/share/mime/packages/vmgui.xml",
    "vmgui.ini": "etc/xdg/vmgui/vmgui.ini",
    "vmgui.lintian-overrides": "usr/share/lintian/overrides/vmgui",
}
LINTIAN = ["lintian", "--tag-display-limit", "0", "--allow-root", "--fail-on", "error,warning"]


def build(payload: Path, out: Path) -> Path:
    """Make the package of a payload in the folder `out`; answers its file."""
    common.need("dpkg-deb", "dpkg")
    tree = common.fresh(WORK / "deb")
    (tree / "DEBIAN").mkdir()  # dpkg-shlibdeps knows by it where the root of the package is
    architecture = told(["dpkg", "--print-architecture"])
    put_program(payload, tree / HOME)
    put_desktop(tree)
    put_documents(tree)
    needed = depends(tree / HOME)
    put_control(tree, architecture, needed)
    common.same_times(tree)
    file = out / f"vmgui_{common.version()}_{architecture}.deb"
    common.say(f"Packing {file.name}: {len(needed.split(','))} packages of Debian are needed")
    common.run(["dpkg-deb", "--root-owner-group", "-Zxz", "--build", tree, file], "dpkg-deb failed.")
    check(tree, file)
    return file


def told(command: list[str], folder: Path = ROOT) -> str:
    """What a program prints that must succeed; what it warns of is shown when it does not."""
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, env=common.settings())
    if run.returncode:
        common.stop(f"{run.stderr.strip()}\n{command[0]} failed.")
    return run.stdout.strip()


# --- what goes in ------------------------------------------------------------------------------


def put_program(payload: Path, home: Path) -> None:
    """The payload without what Debian has as packages of its own, and the command."""
    shutil.copytree(payload, home, symlinks=True)
    for each in sorted((home / "_internal").iterdir()):
        if DEBIAN_GIVES.match(each.name) and not each.is_symlink():
            each.unlink()
    licences.forget(home / LICENCES, owners.DEBIAN)
    for each in checking.programs(home):
        each.chmod(0o755 if each.parent == home else 0o644)  # a library is no program
    bin = home.parents[1] / "bin"
    bin.mkdir()
    (bin / "vmgui").symlink_to("../lib/vmgui/vmgui")


def put_desktop(tree: Path) -> None:
    """Menu entry, type of files, defaults, icons, and what application centres show."""
    for name, place in PLAIN.items():
        write(tree / place, (SOURCES / name).read_bytes())
    metainfo = filled("vmgui.metainfo.xml", version=common.version(), day=day())
    write(tree / "usr/share/metainfo/org.vmgui.vmgui.metainfo.xml", metainfo.encode())
    hicolor = tree / "usr/share/icons/hicolor"
    write(hicolor / "scalable/apps/vmgui.svg", (ICONS / "vmgui.svg").read_bytes())
    draw = common.need("rsvg-convert", "librsvg2-bin")
    for size in SIZES:
        picture = hicolor / f"{size}x{size}/apps/vmgui.png"
        picture.parent.mkdir(parents=True)
        source = ICONS / ("vmgui-16.svg" if size <= SMALL else "vmgui.svg")
        common.run([draw, f"--width={size}", f"--height={size}", f"--output={picture}", source],
                   f"{source.name} cannot be drawn.")  # fmt: skip


def put_documents(tree: Path) -> None:
    """Manual page, completion in three shells, changelog and copyright."""
    top = described()
    packed(tree / "usr/share/man/man1/vmgui.1.gz", manual.page(top))
    share = tree / "usr/share"
    write(share / "bash-completion/completions/vmgui", completion.bash(top).encode())
    write(share / "zsh/vendor-completions/_vmgui", completion.zsh(top).encode())
    write(share / "fish/vendor_completions.d/vmgui.fish", completion.fish(top).encode())
    doc = share / "doc/vmgui"
    packed(doc / "changelog.gz", debian_changelog.written(common.CHANGELOG.read_text("utf-8"), maintainer()))
    parts = json.loads((tree / HOME / LICENCES / "index.json").read_text("utf-8"))
    write(doc / "copyright", filled("copyright", parts=listed(parts), year=day()[:4]).encode())
    (doc / "licences").symlink_to(f"../../../lib/vmgui/{LICENCES}")


def listed(parts: Iterable[dict[str, str]]) -> str:
    """A line for each part that others have made."""
    return "\n".join(f"  {each['name']} {each['version']}: {each['licence']}"
                     for each in parts if each["name"] != "vmgui")  # fmt: skip


def put_control(tree: Path, architecture: str, needed: str) -> None:
    """What dpkg has to know."""
    files = [each for each in sorted(tree.rglob("*")) if each.is_file() and not each.is_symlink()]
    size = sum(-(-each.stat().st_size // 1024) for each in files)
    own = {"version": common.version(), "architecture": architecture}
    control = filled("control", size=size, depends=needed, **own)
    sums = (f"{hashlib.md5(each.read_bytes()).hexdigest()}  {each.relative_to(tree)}\n" for each in files)
    write(tree / "DEBIAN/md5sums", "".join(sums).encode())
    write(tree / "DEBIAN/control", control.encode())
    kept = [each for each in PLAIN.values() if each.startswith("etc/")]
    write(tree / "DEBIAN/conffiles", "".join(f"/{each}\n" for each in kept).encode())


def depends(home: Path) -> str:
    """The packages whose libraries the payload is linked with, as dpkg knows them."""
    programs = checking.programs(home)
    folder = common.fresh(WORK / "shlibdeps")
    write(folder / "debian/control", b"Source: vmgui\n\nPackage: vmgui\nArchitecture: any\n")
    own = sorted({f"-l{each.parent}" for each in programs})
    # Only of a library that is there dpkg knows the package.
    every = system_libraries.ALWAYS | system_libraries.X11 | system_libraries.WAYLAND
    if missing := system_libraries.missing(every):
        system_libraries.install(sorted(set(missing.values())))
    asked = [common.need("dpkg-shlibdeps", "dpkg-dev"), "-O", "--ignore-missing-info", *own]
    found = told([*asked, *(f"-e{each}" for each in programs)], folder)
    return found.removeprefix("shlibs:Depends=")


# --- how it is written -------------------------------------------------------------------------


def write(file: Path, data: bytes) -> None:
    """Write a file, and the folders on the way to it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)


def packed(file: Path, text: str) -> None:
    """Write a text as Debian's policy wants it: with gzip, without name and time."""
    write(file, gzip.compress(text.encode(), 9, mtime=0))


def filled(name: str, **values: object) -> str:
    """A file of packaging/debian with its blanks filled in."""
    return re.sub(r"\{(\w+)\}", lambda blank: str(values[blank[1]]), (SOURCES / name).read_text("utf-8"))


def day() -> str:
    """The day of the build."""
    return datetime.fromtimestamp(common.epoch(), UTC).strftime("%Y-%m-%d")


def maintainer() -> str:
    """Who signs the changelog: who is named in the package."""
    found = re.search(r"^Maintainer: (.+)$", (SOURCES / "control").read_text("utf-8"), re.MULTILINE)
    assert found is not None
    return found[1]


# --- what must hold ----------------------------------------------------------------------------


def check(tree: Path, file: Path) -> None:
    """What Debian's own tools find wrong stops the build; those that are missing are named."""
    metainfo = tree / "usr/share/metainfo/org.vmgui.vmgui.metainfo.xml"
    asked: dict[str, list[str | Path]] = {
        "desktop-file-utils": ["desktop-file-validate", tree / PLAIN["vmgui.desktop"]],
        "appstream": ["appstreamcli", "validate", "--pedantic", "--no-net", metainfo],
        "lintian": [*LINTIAN, file],
    }
    for package, command in asked.items():
        if shutil.which(str(command[0])) is None:
            common.say(f"Not checked with {command[0]}: it is in the package {package}.")
        else:
            common.run(command, f"{command[0]} found mistakes; see above.")
