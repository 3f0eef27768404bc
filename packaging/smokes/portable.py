"""Tries what runs without being installed, in a fresh Debian: the folder to unpack, and the AppImage."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import system_libraries

from smokes import desktop
from smokes.machine import ROOT, STUDENT, Chroot
from smokes.program import DOCUMENT, SCENARIOS, Program, title_of
from smokes.report import Report, expect

#: What a folder from a USB stick finds on every desktop; resources/docs/installing.md lists it.
LIBRARIES = (*system_libraries.ALWAYS.values(), *system_libraries.X11.values())


def try_out(artefact: Path, machine: Chroot, report: Report, kept: Path) -> None:
    """All checks of a portable artefact."""
    report.need("libraries", lambda: installed_libraries(machine))
    program = Program(machine, (), version_of(artefact), kept)
    report.need("unpack", lambda: unpacked(artefact, program))
    program.without_a_window(report)
    program.in_a_window(report, "offscreen", {}, "offscreen")
    report.check("home", program.keeps_to_its_folders)
    report.need("desktop", lambda: desktop.installed(machine))
    with desktop.display(machine) as shown:
        program.in_a_window(report, "Xvfb", shown.settings, "xcb")
        if artefact.name.endswith(".tar.xz"):
            report.check("USB stick", lambda: keeps_beside_itself(program, machine, shown))


def keeps_beside_itself(program: Program, machine: Chroot, shown: desktop.Display) -> str:
    """With the file that its README names, all that it keeps is in a folder beside the program."""
    folder, home = Path(program.words[0]).parent, machine.home_of("fresh")
    machine.run("touch", f"{folder}/portable")
    said = program.run("doctor", more={"HOME": home})
    kept = re.findall(r"^ok +folder +(.*)$", said, re.MULTILINE)
    expect(bool(kept) and all(Path(each).is_relative_to(folder / "vmgui-data") for each in kept), said)
    opener = (*program.words, program.put(SCENARIOS / DOCUMENT))
    with desktop.window(shown, opener, title_of(SCENARIOS / DOCUMENT), HOME=home) as seen:
        # Fontconfig, which is the system's, keeps what it knows of fonts in the cache.
        there = sorted({path.name for path in machine.path(home).iterdir()} - {".cache"})
        expect(not there, f"in the home: {', '.join(there)}")
        expect(machine.path(f"{folder}/vmgui-data").is_dir(), "nothing is kept beside the program")
        return f"all is kept beside the program: {seen}"


def version_of(artefact: Path) -> str:
    """The version in a name such as vmgui-1.2.3-linux-x86_64.tar.xz or vmgui-1.2.3.tar.gz."""
    return artefact.name.removesuffix(".tar.gz").split("-")[1]


def installed_libraries(machine: Chroot) -> str:
    """What a desktop has anyway: the libraries that are the system's, and no Python."""
    machine.install(*sorted(set(LIBRARIES)))
    expect(not machine.path("/usr/bin/python3").exists(), "the machine has Python")
    return f"{len(set(LIBRARIES))} packages that desktops have, none of Python"


def unpacked(artefact: Path, program: Program) -> str:
    """It lies in the home and can be started."""
    file = program.put(artefact)
    inside = program.machine.path(file)
    if artefact.name.endswith(".AppImage"):
        inside.chmod(0o755)
        # There is no FUSE inside; the image unpacks itself for each start.
        program.words, program.settings = (file,), {"APPIMAGE_EXTRACT_AND_RUN": "1"}
        return f"{artefact.stat().st_size / 1e6:.1f} MB"
    there = program.own("unpacked")
    shutil.unpack_archive(inside, program.machine.path(there))
    inside.unlink()
    (folder,) = program.machine.path(there).iterdir()
    program.machine.run("chown", "-R", f"{STUDENT}:{STUDENT}", there, user=ROOT)
    program.words = (f"{there}/{folder.name}/vmgui",)
    return f"{artefact.stat().st_size / 1e6:.1f} MB, {folder.name}"
