"""Try what is handed out, as its users will: `python3 packaging/smoke.py ARTEFACT...`.

A .deb, .tar.xz or .AppImage is tried in a fresh Debian without Python (debootstrap makes it; root and a
network are needed), a .whl or .tar.gz in a fresh environment of this Python; any other file is a program that
is installed on this computer, whatever its system.  Each check is a line: ok or FAILED, the time it took, and
what was seen.  What the window looked like is in out/smoke afterwards.

--ready says whether this machine can do that, and which tool it lacks, in one line.
Exit status: 0 all is well, 1 a check failed, 2 this machine lacks something.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import dev

OUT = dev.ROOT / "out" / "smoke"
IN_DEBIAN = (".deb", ".tar.xz", ".AppImage")
IN_PYTHON = (".whl", ".tar.gz")
INSTALLED = ""
DESCRIPTION = __doc__


def kind_of(artefact: Path) -> str:
    """How the name ends, which says what it is."""
    return next(kind for kind in (*IN_DEBIAN, *IN_PYTHON, INSTALLED) if artefact.name.endswith(kind))


def in_own_environment() -> None:
    """Go on in the project's own environment: it has the library that reads pictures."""
    dev.environment("run")
    if Path(sys.prefix) != dev.VENV:
        sys.stdout.flush()
        done = subprocess.run([dev.PYTHON, __file__, *sys.argv[1:]])
        raise SystemExit(done.returncode)


def try_out(artefact: Path, anew: bool) -> int:
    """Try one; the exit status.  Whatever was made for that is gone afterwards."""
    print(f"--- {artefact.name}, {artefact.stat().st_size / 1e6:.1f} MB", flush=True)
    with tempfile.TemporaryDirectory(prefix="vmgui-smoke-") as folder:
        if kind_of(artefact) not in IN_DEBIAN:
            return within(artefact, Path(folder), anew)
        from smokes import debian

        if lacking := debian.lacks():
            dev.stop(f"{artefact.name} cannot be tried here: {lacking}")
        # Its mounts are seen by nobody else, and end with it: the folder is a plain one again here.
        inside = [sys.executable, __file__, "--within", folder, *["--anew"] * anew, str(artefact)]
        return subprocess.run([*debian.apart(), *inside]).returncode


def within(artefact: Path, folder: Path, anew: bool) -> int:
    """Try one in a folder, which is all that may be changed."""
    from smokes import deb, debian, portable, python
    from smokes.machine import Chroot
    from smokes.report import Report

    report, kept, kind = Report(), OUT / artefact.name, kind_of(artefact)
    kept.mkdir(parents=True, exist_ok=True)
    if kind not in IN_DEBIAN:
        (python.try_out if kind else python.try_installed)(artefact, folder, report, kept)
        return report.finish()
    machine = Chroot(folder / "root")
    report.need("machine", lambda: debian.prepare(machine, anew))
    (deb if kind == ".deb" else portable).try_out(artefact, machine, report, kept)
    return report.finish()


def main() -> int:
    """Read the command line and try everything."""
    parser = argparse.ArgumentParser(
        description=DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("artefacts", type=Path, nargs="*", metavar="ARTEFACT")
    parser.add_argument("--ready", action="store_true", help="only say what this machine lacks")
    parser.add_argument("--anew", action="store_true", help="use nothing that an earlier trial has kept")
    parser.add_argument("--within", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.ready:
        from smokes import debian

        lacking = debian.lacks()
        print(f"Artefacts cannot be tried here: {lacking}" if lacking else "Artefacts can be tried here.")
        return 2 if lacking else 0
    artefacts = [each.resolve() for each in chosen.artefacts]
    if missing := [str(each) for each in artefacts if not each.is_file()]:
        dev.stop(f"There is no file {', '.join(missing)}")
    if not artefacts:
        parser.error("name what is to be tried")
    in_own_environment()
    os.umask(0o022)
    if chosen.within is not None:
        return within(artefacts[0], chosen.within, chosen.anew)
    return max(try_out(each, chosen.anew) for each in artefacts)


if __name__ == "__main__":
    sys.exit(main())
