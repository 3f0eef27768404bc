"""Which of the system's libraries Qt needs, which are missing, and how to get them.

Standard library only: it runs before anything is installed.  PySide6's wheels bring Qt itself; what
they leave to the system was measured on a bare Debian 12 and is the table below.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys

# soname -> Debian package.  Ubuntu and later Debians provide the same names.
ALWAYS = {
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libX11.so.6": "libx11-6",
    "libzstd.so.1": "libzstd1",
    "libz.so.1": "zlib1g",
}
X11 = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb.so.1": "libxcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
WAYLAND = {
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
}

_TRY_EACH = """
import ctypes, sys
for name in sys.argv[1:]:
    try:
        ctypes.CDLL(name)
    except OSError:
        print(name)
"""


def on_linux() -> bool:
    """Only there the wheels lean on libraries of the system."""
    return sys.platform.startswith("linux")


def wanted() -> dict[str, str]:
    """The libraries this session needs: always the painting ones, and those of the display it has."""
    table = dict(ALWAYS)
    if os.environ.get("DISPLAY"):
        table.update(X11)
    if os.environ.get("WAYLAND_DISPLAY"):
        table.update(WAYLAND)
    return table


def missing(table: dict[str, str]) -> dict[str, str]:
    """Those of the table that do not load.  A child tries them, so that none stays in this process."""
    if not on_linux():
        return {}
    child = [sys.executable, "-c", _TRY_EACH, *table]
    tried = subprocess.run(child, capture_output=True, text=True, check=True)
    return {name: table[name] for name in tried.stdout.split()}


def command(packages: list[str]) -> list[str]:
    """What installs exactly these packages, with nothing recommended on top."""
    return ["apt-get", "install", "--yes", "--no-install-recommends", *packages]


def as_root() -> list[str] | None:
    """What to put before a command to run it as root without a question; None when there is no way."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0:
        return ["sudo", "-n", "env", "DEBIAN_FRONTEND=noninteractive"]
    return None


def install(packages: list[str]) -> bool:
    """Install these Debian packages; False when that is not possible from here."""
    prefix = as_root() if shutil.which("apt-get") else None
    if prefix is None:
        return False
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    print("Installing with apt:", " ".join(packages), flush=True)
    # An update that fails may still leave lists good enough for the installation.
    subprocess.run([*prefix, "apt-get", "update", "--quiet=2"], env=environment)
    done = subprocess.run([*prefix, *command(packages)], env=environment, stdout=subprocess.DEVNULL)
    return done.returncode == 0


def what_to_type(packages: list[str], libraries: list[str]) -> str:
    """The one command a person types, or the libraries to look for where there is no apt."""
    if shutil.which("apt-get"):
        return "sudo " + shlex.join(command(packages))
    needed = ", ".join(libraries) if libraries else ", ".join(packages)
    return f"(with this system's package manager) the packages that contain: {needed}"
