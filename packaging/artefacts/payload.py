"""The frozen application: a folder that runs where there is no Python.

It is made in an environment of its own, with the versions of `packaging/build.lock`, from
`packaging/vmgui.spec`; deb, tar, AppImage and the installers for Windows and macOS are made of it.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import system_libraries

from artefacts import checking, common, licences
from artefacts.common import ROOT, WORK

LOCK = ROOT / "packaging" / "build.lock"
SPEC = ROOT / "packaging" / "vmgui.spec"
WINDOWS, LINUX = sys.platform == "win32", sys.platform.startswith("linux")
#: Debian's python3: its library is shared, has its licence in dpkg, and names no folder of its user.
OF_SYSTEM = Path("/usr/bin/python3")
_APART = {
    "import ensurepip": "python{}-venv",
    "import ctypes, sysconfig; ctypes.CDLL(sysconfig.get_config_var('INSTSONAME'))": "libpython{}",
}
_FITS = "import sys; print('%d.%d.%d' % sys.version_info[:3]); sys.exit(sys.version_info < (3, 11))"


def payload(out: Path) -> Path:
    """Freeze the application into the folder `out`, in the place of what is there; answers `out`.

    In it are `vmgui`, the program, and `_internal`: Python and the packages, Qt with what is used of it,
    `_internal/vmgui` with the text of the whole package (each module has its compiled form beside it, which
    knows no path), and `_internal/vmgui/resources` with documents, course, scenarios, fonts and `licences`,
    those of all that is shipped.  All is readable by everybody and has the time of the build; nothing is
    written into it when it runs.  On Linux it leaves X11, Wayland, GLib, D-Bus, OpenGL, fontconfig and the C
    library to the system; `checking.libraries` holds the list.  On macOS `vmgui.app` lies beside `out`.
    """
    if LINUX:
        common.need("objdump", "binutils")  # PyInstaller asks it what a library needs
    python = environment(interpreter())
    work = common.fresh(WORK / "freeze")
    made = work / "dist" / "vmgui"
    common.say(f"Freezing vmgui {common.version()} (a minute or two)")
    freeze: list[str | Path] = [python, "-m", "PyInstaller", "--noconfirm", "--log-level", "ERROR"]
    where: list[str | Path] = ["--distpath", made.parent, "--workpath", work]
    # Whatever PyInstaller keeps between two runs stays in the folder of this one.
    common.run([*freeze, *where, SPEC], "PyInstaller failed; see above.",
               PYINSTALLER_CONFIG_DIR=str(work / "cache"))  # fmt: skip
    inside = made / "_internal" / "vmgui" / licences.FOLDER
    found = licences.collect(work / "vmgui", python, inside)
    common.say(f"Licences of {len(found)} projects are collected; all go with GPL-2.0-only.")
    if LINUX:
        checking.clean_paths(made)
        checking.libraries(made)
    checking.silent(made, made / ("vmgui.exe" if WINDOWS else "vmgui"), python, told_of_this_machine())
    common.same_times(made)
    common.fresh(out).rmdir()
    made.rename(out)
    return out


def told_of_this_machine() -> Iterable[str]:
    """Folders that no file may name; the home of root is everybody's, and wheels of others name theirs."""
    return sorted({str(ROOT), str(WORK), str(Path.home())} - {"/", "/root"})


def interpreter() -> Path:
    """The Python to freeze: the system's own on Linux, if it will do; otherwise the one that runs this."""
    if LINUX and OF_SYSTEM.exists() and _fits(OF_SYSTEM):
        return OF_SYSTEM
    return Path(sys.executable)


def _fits(python: Path) -> str:
    """The version of a Python that is new enough, or nothing."""
    told = subprocess.run([python, "-I", "-c", _FITS], capture_output=True, text=True)
    return told.stdout.strip() if told.returncode == 0 else ""


def complete_system_python() -> None:
    """Debian keeps apart what makes environments and the library that is frozen: have both."""
    version = ".".join(_fits(OF_SYSTEM).split(".")[:2])
    for needed, package in _APART.items():
        if subprocess.run([OF_SYSTEM, "-I", "-c", needed], capture_output=True).returncode:
            system_libraries.install([package.format(version)])


def environment(python: Path) -> Path:
    """The Python of an environment that holds the lock and nothing else; made anew when either changes."""
    if python == OF_SYSTEM:
        complete_system_python()
    mark = hashlib.sha256(LOCK.read_bytes() + _fits(python).encode() + bytes(python)).hexdigest()[:12]
    folder = WORK / f"environment-{mark}"
    ready, inside = folder / "ready", folder / ("Scripts/python.exe" if WINDOWS else "bin/python")
    if ready.exists():
        return inside
    common.say(f"Making an environment of {python} (about 110 MB the first time)")
    lacking = f"{python} cannot make environments.  On Debian:\n    sudo apt-get install python3-venv"
    common.run([python, "-m", "venv", "--clear", folder], lacking)
    pip: list[str | Path] = [
        inside,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-input",
    ]
    common.run([*pip, "--require-hashes", "--only-binary=:all:", "--requirement", LOCK],
               "pip could not install the packages; its message is above.")  # fmt: skip
    ready.touch()
    return inside
