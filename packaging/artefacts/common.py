"""What all artefacts share: names, the version, the time of a build, tools and how a build stops."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import NoReturn

import system_libraries

ROOT = Path(__file__).resolve().parent.parent.parent
#: Ignored by git: finished artefacts, and what their making leaves behind.
DIST = ROOT / "out" / "dist"
WORK = ROOT / "out" / "build"
CHANGELOG = ROOT / "resources" / "docs" / "changelog.md"


def stop(reason: str) -> NoReturn:
    """Say why nothing can be built, and end with status 2."""
    print(reason, file=sys.stderr)
    raise SystemExit(2)


def say(text: str) -> None:
    """Tell the terminal what goes on, at once."""
    print(text, flush=True)


@cache
def version() -> str:
    """The version, from its one place; nothing of vmgui is imported."""
    text = (ROOT / "vmgui" / "__init__.py").read_text(encoding="utf-8")
    found = re.search(r'^__version__ = "([^"]+)"$', text, re.MULTILINE)
    if found is None:
        stop("vmgui/__init__.py names no version.")
    return found[1]


@cache
def epoch() -> int:
    """The time that every file gets: SOURCE_DATE_EPOCH, else the last commit's, else the changelog's."""
    if given := os.environ.get("SOURCE_DATE_EPOCH"):
        return int(given)
    asked = ["git", "-C", str(ROOT), "log", "-1", "--format=%ct"]
    if shutil.which("git") and (ROOT / ".git").exists():
        told = subprocess.run(asked, capture_output=True, text=True)
        if told.returncode == 0 and told.stdout.strip():
            return int(told.stdout)
    return int(CHANGELOG.stat().st_mtime)


def settings(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a child whose output must be the same every time."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    fixed = {"SOURCE_DATE_EPOCH": str(epoch()), "PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    return {**kept, **fixed, **(more or {})}


def run(command: Iterable[str | Path], why: str, folder: Path | None = None, **more: str) -> None:
    """Run a program that must succeed; its own message is above `why` when it does not."""
    if subprocess.run([str(word) for word in command], cwd=folder, env=settings(more)).returncode:
        stop(why)


def need(tool: str, package: str) -> str:
    """The path of a program; where it is missing its package is installed, or a stop names that.

    It is installed without a question by root, as packaging/dev.py does with what Qt needs.
    """
    if shutil.which(tool) is None:
        system_libraries.install([package])
    found = shutil.which(tool)
    if found is None:
        stop(f"{tool} is missing.  Install it and try again:\n    sudo apt-get install {package}")
    return found


def program(payload: Path) -> Path:
    """The program of a payload; stop where a folder is none."""
    found = payload / ("vmgui.exe" if sys.platform == "win32" else "vmgui")
    if not found.is_file() or not (payload / "_internal").is_dir():
        stop(f"{payload} is no payload; this makes one: python3 packaging/build.py payload")
    return found


def fresh(folder: Path) -> Path:
    """An empty folder in the place of whatever was there."""
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    return folder


def same_times(folder: Path) -> None:
    """Give all that is in a folder, and the folder, the time of the build and plain permissions."""
    for each in (*folder.rglob("*"), folder):
        if not each.is_symlink():
            each.chmod(0o755 if each.is_dir() or each.stat().st_mode & 0o100 else 0o644)
        if os.utime in os.supports_follow_symlinks:
            os.utime(each, (epoch(), epoch()), follow_symlinks=False)


def machine() -> str:
    """This machine's architecture as file names say it: x86_64 or aarch64."""
    said = platform.machine().lower()
    return {"amd64": "x86_64", "arm64": "aarch64"}.get(said, said)


def finished(path: Path) -> Path:
    """Say what was made and how large it is."""
    say(f"{path}: {path.stat().st_size / 1e6:.1f} MB")
    return path
