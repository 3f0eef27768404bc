"""A fresh Debian without Python in a folder: made by debootstrap once, copied for each trial.

The copy lives in a mount namespace of its own, with a /proc and a /dev that are no part of this computer's:
whatever ends the trial, nothing stays mounted, and nothing outside the folder can be touched.
"""

from __future__ import annotations

import os
import platform
import shutil
import stat
import subprocess
import sys
import time
from pathlib import Path

import system_libraries

from smokes.machine import ROOT, STUDENT, Chroot
from smokes.report import Failed

#: The suite that is tried where this computer is no Debian.
SUITE = "bookworm"
#: Days after which the copy in the cache is made anew.
FRESH_DAYS = 7
NEEDED = {"debootstrap": "debootstrap", "unshare": "util-linux", "mount": "mount", "chroot": "coreutils"}
HELPER = "/usr/lib/apt/apt-helper"
DEVICES = {"null": (1, 3), "zero": (1, 5), "full": (1, 7), "random": (1, 8), "urandom": (1, 9), "tty": (5, 0)}
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")


def suite() -> str:
    """The release of this Debian."""
    try:
        told = platform.freedesktop_os_release()
    except OSError:
        return SUITE
    return told.get("VERSION_CODENAME", SUITE) if told.get("ID") == "debian" else SUITE


def mirror() -> str:
    """Where this computer's own packages come from; nothing where its apt names no mirror of the suite."""
    shown = "$(REPO_URI) $(CODENAME) $(COMPONENT)"
    asked = ["apt-get", "indextargets", "--format", shown, "Created-By: Packages"]
    told = subprocess.run(asked, capture_output=True, text=True)
    for line in told.stdout.splitlines():
        where, _, kind = line.partition(" ")
        if kind == f"{suite()} main" and where.startswith("http"):
            return where.rstrip("/")
    return ""


def lacks(install: bool = True) -> str:
    """What this machine lacks for a Debian of its own, in a sentence; empty when it lacks nothing.

    Where that is allowed without a question, missing tools are installed.
    """
    if not sys.platform.startswith("linux") or not shutil.which("apt-get"):
        return "no Debian: apt is missing"
    if os.geteuid() != 0:
        return "not root: only root can make a Debian of its own"
    for tool, package in NEEDED.items():
        if not shutil.which(tool) and not (install and system_libraries.install([package])):
            return f"{tool} is missing: apt-get install {package}"
    if subprocess.run([*apart(), "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True).returncode:
        return "no right to mount anything"
    if not mirror():
        return f"no mirror: apt's sources name none of Debian {suite()}"
    return "" if reachable() else f"no network: {mirror()} does not answer"


def reachable() -> bool:
    """Whether the mirror answers the way this computer's apt asks it."""
    target = Path(os.environ.get("TMPDIR", "/tmp")) / f"vmgui-release-{os.getpid()}"
    try:
        asked = [HELPER, "download-file", f"{mirror()}/dists/{suite()}/Release", str(target)]
        return subprocess.run(asked, capture_output=True, timeout=120).returncode == 0
    except subprocess.TimeoutExpired:
        return False
    finally:
        target.unlink(missing_ok=True)


def apart() -> list[str]:
    """What to put before a command that mounts: when it ends, so do its mounts and all it has started."""
    own = ["--mount", "--propagation", "private", "--pid", "--mount-proc", "--fork", "--kill-child"]
    return ["unshare", *own]


# --- the copy in the cache -----------------------------------------------------------------------


def cached() -> Path:
    """Where the Debian to copy is kept."""
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(cache) / "vmgui" / f"smoke-{suite()}"


def base(anew: bool = False) -> Path:
    """The Debian to copy; made when it is not there, too old, or not whole."""
    kept = cached()
    whole = kept / "whole"
    if not anew and whole.exists() and time.time() - whole.stat().st_mtime < FRESH_DAYS * 86400:
        return kept / "root"
    if kept.exists():
        shutil.rmtree(kept)
    kept.mkdir(parents=True)
    made = subprocess.run(
        ["debootstrap", "--variant=minbase", suite(), str(kept / "root"), mirror()],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env={**os.environ, **proxies()},
    )  # fmt: skip
    if made.returncode:
        raise Failed(f"debootstrap: exit status {made.returncode}\n{made.stdout}")
    whole.touch()
    return kept / "root"


def proxies() -> dict[str, str]:
    """The proxy of this computer's apt, for a program that asks the environment."""
    asked = ["apt-config", "shell", "proxy", "Acquire::http::Proxy"]
    told = subprocess.run(asked, capture_output=True, text=True).stdout.strip()
    proxy = told.partition("=")[2].strip("'")
    return {"http_proxy": proxy} if proxy else {}


# --- a copy of it --------------------------------------------------------------------------------


def prepare(machine: Chroot, anew: bool = False) -> str:
    """Copy it into the machine's folder, with a student, so that it reaches the mirror.

    Call it within `apart`: it mounts.
    """
    root = machine.root
    root.mkdir()
    subprocess.run(["cp", "-a", "--reflink=auto", f"{base(anew)}/.", str(root)], check=True)
    _mount(root)
    _connect(root)
    machine.run("useradd", "--create-home", "--shell", "/bin/bash", STUDENT, user=ROOT)
    machine.apt("update")
    return f"Debian {suite()}, {len(machine.packages())} packages, from {mirror()}"


def _mount(root: Path) -> None:
    for kind, place in (("proc", "proc"), ("tmpfs", "dev")):
        subprocess.run(["mount", "-t", kind, "none", str(root / place)], check=True)
    for name, (major, minor) in DEVICES.items():
        os.mknod(root / "dev" / name, 0o666 | stat.S_IFCHR, os.makedev(major, minor))
        (root / "dev" / name).chmod(0o666)
    (root / "dev/shm").mkdir()
    (root / "dev/shm").chmod(0o1777)
    (root / "dev/fd").symlink_to("/proc/self/fd")


def _connect(root: Path) -> None:
    """Names, mirror and proxy as this computer has them."""
    shutil.copyfile("/etc/resolv.conf", root / "etc/resolv.conf")
    (root / "etc/apt/sources.list").write_text(f"deb {mirror()} {suite()} main\n")
    told = subprocess.run(["apt-config", "dump", "Acquire"], capture_output=True, text=True, check=True)
    wanted = [line for line in told.stdout.splitlines() if "::http" in line or "::Check-" in line]
    (root / "etc/apt/apt.conf.d/90as-outside").write_text("".join(f"{line}\n" for line in wanted))
    if mirror().startswith("https:") and CERTIFICATES.exists():
        there = root / CERTIFICATES.relative_to("/")
        there.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(CERTIFICATES, there)
