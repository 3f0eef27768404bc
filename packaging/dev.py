"""From a fresh checkout to a running program: `python3 packaging/dev.py run`, or `test`.

Standard library only; Linux, macOS and Windows.  It makes `.venv`, installs the locked packages with
their hashes, sees to it that Qt can load, and then runs vmgui or all of its tests.
Exit status: that of what was run; 1 when a test fails; 2 when this machine lacks something.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import NoReturn

import system_libraries

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
STAMP = VENV / "installed-lock"
PICTURES = ROOT / "out" / "tour"

_OPEN_A_WINDOW = """
from PySide6 import QtCore, QtGui, QtSvg, QtTest, QtWidgets
application = QtWidgets.QApplication([])
QtWidgets.QWidget().winId()
"""


def stop(reason: str) -> NoReturn:
    """Say what this machine lacks, and end with status 2."""
    print(reason, file=sys.stderr)
    raise SystemExit(2)


# --- the environment -------------------------------------------------------------------------


def need_venv() -> None:
    """Python can make environments: Debian keeps that in a package of its own."""
    probe = [sys.executable, "-c", "import ensurepip, venv"]
    if subprocess.run(probe, capture_output=True).returncode == 0:
        return
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    # One command for everything: what Qt lacks is known before Qt is there.
    need_packages([f"python{version}-venv"], system_libraries.missing(system_libraries.wanted()))


def need_packages(packages: list[str], libraries: dict[str, str]) -> None:
    """Install these packages and those of the missing libraries, or say what to type."""
    everything = sorted({*packages, *libraries.values()})
    if system_libraries.install(everything):
        return
    print("Missing on this machine:", ", ".join([*packages, *libraries]), file=sys.stderr)
    stop("Install them and try again:\n    " + system_libraries.what_to_type(everything, list(libraries)))


def works(python: Path) -> bool:
    """Whether the environment's Python starts, and is the one that runs this."""
    if not python.exists():
        return False
    same = f"import sys; sys.exit(sys.version != {sys.version!r})"
    return subprocess.run([python, "-c", same], capture_output=True).returncode == 0


def fingerprint(lock: Path) -> str:
    """What the environment was made from: the lock, and the project file for the entry point."""
    digest = hashlib.sha256(lock.read_bytes())
    digest.update((ROOT / "pyproject.toml").read_bytes())
    return f"{lock.name} {digest.hexdigest()}"


def installed() -> set[str]:
    """The fingerprints of the locks that the environment holds."""
    return set(STAMP.read_text().splitlines()) if STAMP.exists() else set()


def environment(kind: str) -> None:
    """Have `.venv` hold what `run` or `dev` needs.  The dev lock contains the run lock."""
    if not works(PYTHON):
        need_venv()
        print(f"Making {VENV}", flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=True)
    good = {fingerprint(lock_file(each)) for each in ({"run", "dev"} if kind == "run" else {"dev"})}
    if installed() & good:
        return
    STAMP.unlink(missing_ok=True)
    fill(lock_file(kind))
    STAMP.write_text(fingerprint(lock_file(kind)) + "\n")


def lock_file(kind: str) -> Path:
    """The lock of this kind of environment."""
    return ROOT / "packaging" / f"{kind}.lock"


def fill(lock: Path) -> None:
    """Install the lock with its hashes, then the project itself, which needs no network."""
    print(f"Installing {lock.name} (about 90 MB the first time)", flush=True)
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    for what in (
        ["--require-hashes", "--only-binary=:all:", "--requirement", str(lock)],
        ["--no-deps", "--no-build-isolation", "--no-index", "--editable", str(ROOT)],
    ):
        if subprocess.run(pip + what).returncode:
            stop("pip could not install the packages; its message is above.")


# --- Qt --------------------------------------------------------------------------------------


def offscreen() -> dict[str, str]:
    """The environment of a process that paints without a display."""
    result = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    if system_libraries.on_linux():
        result["LC_ALL"] = "C.UTF-8"  # Qt warns about any other encoding
    return result


def opens_a_window(settings: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Try it in a child: where a library is missing Qt aborts the process."""
    return subprocess.run([PYTHON, "-c", _OPEN_A_WINDOW], env=settings, capture_output=True, text=True)


def need_qt() -> None:
    """Qt loads and paints offscreen; missing libraries of the system are installed."""
    if opens_a_window(offscreen()).returncode == 0:
        return
    libraries = system_libraries.missing(system_libraries.wanted())
    if libraries:
        need_packages([], libraries)
    again = opens_a_window(offscreen())
    if again.returncode:
        stop(f"Qt does not start on this machine:\n{again.stderr.strip()}")


def has_display() -> bool:
    """Whether a window can be opened; libraries that only a display needs are installed first."""
    if os.environ.get("QT_QPA_PLATFORM") in ("offscreen", "minimal"):
        return False
    if not system_libraries.on_linux():
        return True
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return False
    if opens_a_window(dict(os.environ)).returncode == 0:
        return True
    libraries = system_libraries.missing(system_libraries.wanted())
    if libraries:
        need_packages([], libraries)
    return opens_a_window(dict(os.environ)).returncode == 0


# --- the commands ----------------------------------------------------------------------------


def run(arguments: list[str]) -> int:
    """Open the window; without a display, paint the default scenario into files instead."""
    environment("run")
    need_qt()
    vmgui = [str(PYTHON), "-m", "vmgui"]
    if arguments or has_display():
        return subprocess.run(vmgui + arguments).returncode
    print(f"No display here: playing the default scenario into {PICTURES}", flush=True)
    return subprocess.run([*vmgui, "tour", "--out", str(PICTURES)], env=offscreen()).returncode


def checks(arguments: list[str]) -> dict[str, list[str | Path]]:
    """Every check by its name.  Arguments go to pytest."""
    return {
        "ruff": [PYTHON, "-m", "ruff", "check", "."],
        "mypy": [PYTHON, "-m", "mypy"],
        "import-linter": [BIN / "lint-imports", "--no-logo"],
        "pytest": [PYTHON, "-m", "pytest", "--numprocesses=auto", "--maxprocesses=8", *arguments],
    }


def perform(names: list[str], arguments: list[str]) -> int:
    """Run these checks, all of them even when one fails; 1 when one failed."""
    failed = []
    for name in names:
        print(f"--- {name}", flush=True)
        started = time.monotonic()
        passed = subprocess.run(checks(arguments)[name], cwd=ROOT, env=offscreen()).returncode == 0
        if not passed:
            failed.append(name)
        print(f"--- {name}: {'ok' if passed else 'FAILED'}, {time.monotonic() - started:.0f} s", flush=True)
    print("FAILED: " + ", ".join(failed) if failed else "All checks passed.", flush=True)
    return 1 if failed else 0


def test(arguments: list[str]) -> int:
    """The linters, then the tests; arguments go to pytest."""
    environment("dev")
    need_qt()
    return perform(["ruff", "mypy", "import-linter", "pytest"], arguments)


def lint(arguments: list[str]) -> int:
    """The linters alone."""
    environment("dev")
    return perform(["ruff", "mypy", "import-linter"], arguments)


def env(arguments: list[str]) -> int:
    """Only make the environment with everything a developer needs."""
    environment("dev")
    need_qt()
    print(f"Ready: {PYTHON}")
    return 0


def lock(arguments: list[str]) -> int:
    """Write all lock files anew from pyproject.toml; needs `uv`."""
    compile = ["uv", "pip", "compile", "--quiet", "--universal", "--generate-hashes", "--python-version=3.11"]
    silent = ["--no-emit-index-url", "--no-header", "--no-annotate"]
    chosen_for = {"run": ["build"], "dev": ["build", "dev"], "build": ["build", "freeze"]}
    for kind, extras in chosen_for.items():
        chosen = [f"--extra={extra}" for extra in extras]
        where = f"--output-file=packaging/{kind}.lock"
        written = subprocess.run([*compile, *silent, *chosen, where, *arguments, "pyproject.toml"], cwd=ROOT)
        if written.returncode:
            return written.returncode
    return 0


COMMANDS = {"run": run, "test": test, "lint": lint, "env": env, "lock": lock}


def main() -> int:
    """Choose the command."""
    if sys.version_info < (3, 11):
        stop(f"vmgui needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
    told = "".join(f"  {name:6}{function.__doc__}\n" for name, function in COMMANDS.items())
    parser = argparse.ArgumentParser(
        description=f"{__doc__}\ncommands:\n{told}", formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("command", choices=COMMANDS)
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help="passed on to vmgui or to pytest")
    chosen = parser.parse_args()
    return COMMANDS[chosen.command](chosen.arguments)


if __name__ == "__main__":
    sys.exit(main())
