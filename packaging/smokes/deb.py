"""Tries a Debian package: installed, used, upgraded and removed."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from smokes import desktop
from smokes.machine import ROOT, STUDENT, Chroot
from smokes.program import DOCUMENT, SCENARIOS, Program, title_of
from smokes.report import Report, expect

NAME = "vmgui"
ENTRY = "/usr/share/applications/vmgui.desktop"
#: Lower than every version.
EARLIER = "0.0.1~before"
ELF = b"\x7fELF"
#: What a user of an earlier version has set and answered, as vmgui itself writes it.
SETTINGS = "[General]\nlanguage=zh\ntheme=light\nstart_page=false\n"
PROGRESS = """{"version": 1, "lessons": {"04-when-huge": {
 "page": "one", "pages": ["one"],
 "questions": {"one:0": {"given": ["2"], "tries": 1, "right": true, "first": true}}}}}
"""


def try_out(deb: Path, machine: Chroot, report: Report, kept: Path) -> None:
    """All checks of a package in a fresh machine."""
    version = deb.name.split("_")[1]
    program = Program(machine, (NAME,), version, kept)
    there = "/var/tmp/" + deb.name
    shutil.copyfile(deb, machine.path(there))
    report.need("install", lambda: installed(machine, there))
    report.check("libraries", lambda: libraries(machine))
    program.without_a_window(report)
    program.in_a_window(report, "offscreen", {}, "offscreen")
    report.check("home", program.keeps_to_its_folders)
    report.check("read-only", lambda: reads_only(program, machine))
    report.need("desktop", lambda: desktop.installed(machine))
    on_a_desktop(program, machine, there, report)
    report.check("uninstall", lambda: leaves_nothing(machine, there))


def installed(machine: Chroot, deb: str) -> str:
    """Apt installs it, with what it depends on, which is no Python."""
    expect(not machine.path("/usr/bin/python3").exists(), "the machine has Python already")
    before = machine.packages()
    machine.install(deb)
    added = machine.packages() - before
    expect(NAME in added, f"{NAME} is not installed")
    python = sorted(name for name in added if name.startswith("python"))
    expect(not python, f"it brings {', '.join(python)}")
    return f"with {len(added) - 1} packages, none of Python"


def libraries(machine: Chroot) -> str:
    """Every program and library of it finds all that it is linked with, in the package or beside it."""
    shown = machine.run("dpkg-query", "-L", NAME, user=ROOT).split("\n")
    files = [name for name in shown if name and is_elf(machine.path(name))]
    own = ":".join(sorted({str(Path(name).parent) for name in files}))
    missing = set()
    for name in files:
        said = machine.run("ldd", name, more={"LD_LIBRARY_PATH": own})
        missing |= {f"{line.split()[0]} for {name}" for line in said.splitlines() if "not found" in line}
    expect(bool(files), "no program is in the package")
    expect(not missing, "not found: " + ", ".join(sorted(missing)))
    return f"{len(files)} files, all found"


def is_elf(path: Path) -> bool:
    """Whether a file is a program or a library."""
    if path.is_symlink() or not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(ELF)) == ELF


def reads_only(program: Program, machine: Chroot) -> str:
    """In a home where nothing can be written, it says so and works."""
    home = machine.home_of("reads-only")
    machine.path(home).chmod(0o555)
    said = program.run("doctor", more={"HOME": home})
    expect("FAILED" not in said and re.search(r"^note +folder", said, re.MULTILINE) is not None, said)
    expect(not list(machine.path(home).iterdir()), "something was written")
    return "it says that nothing is kept, and works"


# --- on a desktop --------------------------------------------------------------------------------


def on_a_desktop(program: Program, machine: Chroot, package: str, report: Report) -> None:
    """What is seen and opened on a display."""
    document = SCENARIOS / DOCUMENT
    with desktop.display(machine) as shown:
        program.in_a_window(report, "Xvfb", shown.settings, "xcb")
        file = program.put(document, "Übung 1.vmgui")
        report.check("xdg-open", lambda: desktop.opened_by_mime(shown, file, title_of(document)))
        report.check("menu entry", lambda: desktop.opened_from_menu(shown, ENTRY))
        report.check("lab", lambda: serves_a_class(program, machine, shown))
        report.check("upgrade", lambda: upgrades(program, machine, package, shown))


def serves_a_class(program: Program, machine: Chroot, shown: desktop.Display) -> str:
    """A course and defaults for all users, as resources/docs/installing.md tells an administrator to."""
    course = machine.path("/usr/local/share/vmgui/courses/mine/lessons")
    course.mkdir(parents=True)
    shutil.copyfile(machine.path(f"{machine.home}/mine.en.md"), course / "mine.en.md")
    defaults = machine.path("/etc/xdg/vmgui/vmgui.ini")
    had = defaults.read_text("utf-8") if defaults.exists() else None
    defaults.parent.mkdir(parents=True, exist_ok=True)
    defaults.write_text("[General]\nlanguage=zh\n", "utf-8")
    fresh = machine.home_of("fresh")
    try:
        said = program.run("doctor", more={"HOME": fresh})
        expect("with /usr/local/share/vmgui/courses/mine" in said, said)
        file, title = program.put(SCENARIOS / DOCUMENT), title_of(SCENARIOS / DOCUMENT, chinese=True)
        with desktop.window(shown, (NAME, file), title, HOME=fresh) as seen:
            return f"a course is offered, and a new user has the defaults: {seen}"
    finally:
        shutil.rmtree(course.parents[2])
        if had is None:
            defaults.unlink()
        else:
            defaults.write_text(had, "utf-8")


# --- upgrade and removal -------------------------------------------------------------------------


def earlier(machine: Chroot, package: str) -> str:
    """The same package with a lower version: what was installed before."""
    folder, made = "/var/tmp/earlier", f"/var/tmp/{NAME}_earlier.deb"
    machine.run("dpkg-deb", "--raw-extract", package, folder, user=ROOT)
    control = machine.path(f"{folder}/DEBIAN/control")
    text = re.sub(r"^Version: .*$", f"Version: {EARLIER}", control.read_text("utf-8"), flags=re.MULTILINE)
    control.write_text(text, "utf-8")
    machine.run("dpkg-deb", "-Znone", "--build", folder, made, user=ROOT)
    shutil.rmtree(machine.path(folder))
    return made


def upgrades(program: Program, machine: Chroot, package: str, shown: desktop.Display) -> str:
    """What a user of an earlier version set and answered is there after the upgrade, and is read."""
    machine.apt("purge", NAME)
    machine.install(earlier(machine, package))
    home = machine.home_of("upgraded")
    own = {f"{home}/.config/vmgui/vmgui.ini": SETTINGS, f"{home}/.local/share/vmgui/progress.json": PROGRESS}
    for name, text in own.items():
        machine.run("mkdir", "-p", str(Path(name).parent))
        machine.path(name).write_text(text, "utf-8")
    machine.run("chown", "-R", f"{STUDENT}:{STUDENT}", home, user=ROOT)
    before = program.run("progress", "export", more={"HOME": home})
    machine.install(package)
    program.says_its_version()
    expect(program.run("progress", "export", more={"HOME": home}) == before != "", "progress is lost")
    kept = {name: machine.path(name).read_text("utf-8") for name in own}
    expect(kept == own, "files of the user have changed")
    file, title = program.put(SCENARIOS / DOCUMENT), title_of(SCENARIOS / DOCUMENT, chinese=True)
    with desktop.window(shown, (NAME, file), title, HOME=home):
        return f"{EARLIER} to {program.version}: settings and progress are kept"


def leaves_nothing(machine: Chroot, package: str) -> str:
    """Removed with its settings, it leaves no file; what it kept for its users stays theirs."""
    machine.apt("purge", NAME)
    before = machine.files()
    machine.install(package)
    added = len(machine.files() - before)
    expect(added > 0, "nothing was installed")
    machine.apt("purge", NAME)
    left = {name for name in machine.files() if name not in before or "vmgui" in name}
    expect(not left, "left behind:\n" + "\n".join(sorted(left)))
    expect(machine.path(f"{machine.home}/.config/vmgui").exists(), "the settings of a user are gone")
    return f"{added} files and folders came and went"
