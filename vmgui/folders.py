"""Where vmgui keeps what is its user's: settings, progress, labs, copies for recovery, courses.

That is where the system wants it.  Beside a program that was unpacked, such as on a USB stick, an empty file
`portable` or `portable.txt` says to keep everything there, in the folder `vmgui-data`.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

MARKS = ("portable", "portable.txt")
BESIDE = "vmgui-data"
#: The file of settings of a portable program.
SETTINGS = "vmgui.ini"


def portable() -> Path | None:
    """The folder of a portable program's data; None where the system's folders are meant."""
    if not getattr(sys, "frozen", False):
        return None
    beside = Path(os.environ.get("APPIMAGE") or sys.executable).parent
    return beside / BESIDE if any((beside / mark).is_file() for mark in MARKS) else None


def config() -> Path:
    """Of settings."""
    from platformdirs import user_config_path  # after the first paint

    return portable() or user_config_path("vmgui", appauthor=False)


def data() -> Path:
    """Of progress, labs and courses."""
    from platformdirs import user_data_path

    return portable() or user_data_path("vmgui", appauthor=False)


def state() -> Path:
    """Of copies that are offered when vmgui did not end as it should."""
    from platformdirs import user_state_path

    return portable() or user_state_path("vmgui", appauthor=False)


def all_data() -> tuple[Path, ...]:
    """Folders with courses: the user's own, then those for all users of this computer."""
    from platformdirs import PlatformDirs

    own, *others = PlatformDirs("vmgui", appauthor=False).iter_data_paths()
    return portable() or own, *others
