"""Tries on this computer what pip installs, wheel or source, and a program that is installed already.

What is tried has a home and folders of its own; it sees nothing of whoever runs the trial.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from artefacts import common

from smokes.machine import Machine
from smokes.portable import version_of
from smokes.program import SOURCES, Program
from smokes.report import Report, expect

LOCK = SOURCES / "packaging" / "run.lock"
PIP = ("-m", "pip", "--disable-pip-version-check", "--no-input", "--quiet")


def try_out(artefact: Path, folder: Path, report: Report, kept: Path) -> None:
    """All checks of a wheel or a source archive."""
    scripts = folder / "python" / ("Scripts" if sys.platform == "win32" else "bin")
    python = str(scripts / "python")
    machine = alone(folder)
    program = Program(machine, (str(scripts / "vmgui"),), version_of(artefact), kept)
    report.need("environment", lambda: environment(folder / "python", python))
    before = files(folder / "python")
    report.need("install", lambda: installed(artefact, python, folder))
    program.without_a_window(report)
    program.in_a_window(report, "offscreen", {"QT_QPA_PLATFORM": "offscreen"}, "offscreen")
    report.check("home", program.keeps_to_its_folders)
    report.check("uninstall", lambda: uninstalled(python, folder / "python", before))


def try_installed(program: Path, folder: Path, report: Report, kept: Path) -> None:
    """All checks of a program that is installed on this computer, on the display that there is."""
    tried = Program(alone(folder), (str(program),), common.version(), kept)
    tried.without_a_window(report)
    tried.in_a_window(report, "window", {})
    if sys.platform.startswith("linux"):
        report.check("home", tried.keeps_to_its_folders)


def alone(folder: Path) -> Machine:
    """This computer with a home in that folder, and nothing of this Python's or this user's settings."""
    home = folder / "home"
    home.mkdir()
    kept = {name: value for name, value in os.environ.items()
            if not name.startswith(("PYTHON", "XDG_", "VIRTUAL_ENV", "QT_"))}  # fmt: skip
    own = {name: str(home) for name in ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA")}
    return Machine(home=str(home), settings={**kept, **own})


def environment(folder: Path, python: str) -> str:
    """A fresh environment with what vmgui depends on, in the locked versions, as pip finds it here."""
    here = Machine(home=str(Path.home()), settings=dict(os.environ))
    here.run(sys.executable, "-m", "venv", str(folder))
    here.run(python, *PIP, "install", "--require-hashes", "--only-binary=:all:", "--requirement", str(LOCK))
    return f"with {LOCK.name}"


def installed(artefact: Path, python: str, folder: Path) -> str:
    """Pip installs it without a network, for all that it needs is there."""
    # Pip asks other programs for their versions: what they write is not vmgui's.
    machine = Machine(home=str(folder))
    machine.run(python, *PIP, "install", "--no-index", "--no-build-isolation", str(artefact))
    machine.run(python, *PIP, "check")
    return f"{artefact.stat().st_size / 1e6:.1f} MB"


def files(folder: Path) -> set[str]:
    """Every file of an environment, without what Python compiles for itself."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*")
            if path.is_file() and path.suffix != ".pyc"}  # fmt: skip


def uninstalled(python: str, folder: Path, before: set[str]) -> str:
    """Pip takes everything away again."""
    Machine(home=str(folder)).run(python, *PIP, "uninstall", "--yes", "vmgui")
    left = files(folder) - before
    expect(not left, "left behind:\n" + "\n".join(sorted(left)))
    return "nothing is left"
