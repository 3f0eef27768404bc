"""What the window remembers between two starts: a table of settings; beside it layouts and recent files.

The table is the class itself: each setting has a name, a kind, a default and a sentence.  Those with a title
are what Preferences shows, in this order; the dialog is generated from here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QSettings

from vmgui import folders
from vmgui.texts import mark as _

RECENT = 8
GROUPS = (1, 16, 64, 512)
SCALES = (80, 90, 100, 110, 125, 150, 175, 200)
#: Seconds from an operation to its copy; NEVER keeps none.
AUTOSAVES = (0, 10, 60, -1)
NEVER = -1
#: How many actions the palette remembers.
USED = 12


@dataclass(frozen=True)
class Left:
    """Where a user was when vmgui ended: a program, a recording or a lesson, its page and step.

    Without a `path` it was the course.  A step of 0 is where what is opened begins by itself.
    """

    path: Path | None = None
    step: int = 0
    perspective: str = "explore"
    page: str = ""
    lecture: bool = False


class Setting:
    """One setting: an attribute of Settings that is read, checked and kept under its name.

    What is kept and cannot be understood, or is none of the choices, reads as the default; to set such a
    value is a ValueError.  `words` are what the choices are called, `section` groups settings in Preferences.
    """

    kind: type = str

    def __init__(self, default: Any, title: str = "", help: str = "", section: str = "",
                 choices: tuple[Any, ...] = (), words: tuple[str, ...] = ()):  # fmt: skip
        self.default, self.title, self.help, self.section = default, title, help, section
        self.choices, self.words = choices, words
        self.name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, settings: Settings | None, owner: type | None = None) -> Any:
        return self if settings is None else self.read(settings.kept(self.name, self.default))

    def __set__(self, settings: Settings, value: Any) -> None:
        if not isinstance(value, self.kind) or (self.choices and value not in self.choices):
            raise ValueError(f"{value!r} is no value of the setting {self.name}")
        settings.keep(self.name, value)

    def read(self, kept: object) -> Any:
        """The value of what is kept."""
        value = self.understood(str(kept))
        return value if not self.choices or value in self.choices else self.default

    def understood(self, text: str) -> Any:
        """The value of a text as a file of settings holds it."""
        return text


class Switch(Setting):
    """On or off."""

    kind = bool

    def understood(self, text: str) -> bool:
        """On is what says true."""
        return text.lower() == "true"


class Number(Setting):
    """One of a few numbers."""

    kind = int

    def understood(self, text: str) -> int:
        """The default where there is no number."""
        return int(text) if text.removeprefix("-").isdecimal() else int(self.default)


class Folder(Setting):
    """A folder or file, empty for none."""


LOOKS, STEPS, WORK = _("Looks"), _("Steps"), _("Files")


class Settings:
    """Remembers in a QSettings; without one it forgets at the end, as tests and pictures want."""

    theme = Setting("dark", _("Theme"), _("Colours of the window"), LOOKS,
                    ("dark", "light"), (_("Dark"), _("Light")))  # fmt: skip
    language = Setting("system", _("Language"), _("Language of the window; names of the kernel stay"), LOOKS,
                       ("system", "en", "zh"), (_("As the system"), "English", "简体中文"))  # fmt: skip
    scale = Number(100, _("Size of type and rows"), _("In percent of the design"), LOOKS, SCALES,
                   tuple(f"{percent} %" for percent in SCALES))  # fmt: skip
    reduced_motion = Switch(False, _("Reduced motion"), _("Show steps at once, without motions"), LOOKS)
    group = Number(16, _("Entries a step writes"),
                   _("A loop over the entries of a page table stops after so many"), STEPS, GROUPS,
                   ("1", "16", "64", _("a whole table")))  # fmt: skip
    services = Switch(False, _("Step into services"), _("Also into the page allocator, kmalloc and log"),
                      STEPS)  # fmt: skip
    follow = Switch(True, _("Follow step"), _("Bring what a step touches into view"), STEPS)
    speaker_notes = Switch(False, _("Speaker notes"),
                           _("Show the notes of a lecture in a window of their own, even on one screen"),
                           STEPS)  # fmt: skip
    autosave = Number(0, _("Keep a copy"),
                      _("Offered at the next start if vmgui did not end as it should"),
                      WORK, AUTOSAVES, (_("after every operation"), _("after 10 seconds"),
                                        _("after a minute"), _("never")))  # fmt: skip
    start_page = Switch(True, _("Start page"),
                        _("Offer the course, scenarios and files when vmgui starts without a file"),
                        WORK)  # fmt: skip
    kernel_source = Folder("", _("Kernel's source"),
                           _("Folder or archive of the kernel's text; empty: where packages put it"),
                           WORK)  # fmt: skip
    perspective = Setting("explore", help=_("The perspective of the last time"))
    stage = Setting("walk", help=_("What the stage shows"), choices=("walk", "tables"))
    allocator = Setting("tree", help=_("The section of the allocator pane"))

    def __init__(self, store: QSettings | None = None):
        self._store = store
        self._kept: dict[str, object] = {}

    @classmethod
    def table(cls) -> Iterator[Setting]:
        """All settings, in the order of Preferences."""
        return (each for each in vars(cls).values() if isinstance(each, Setting))

    @classmethod
    def shown(cls) -> list[Setting]:
        """Those that Preferences shows."""
        return [each for each in cls.table() if each.title]

    def kept(self, key: str, default: object) -> object:
        """What is kept under a key."""
        if self._store is not None:
            return self._store.value(key, default)
        return self._kept.get(key, default)

    def keep(self, key: str, value: object) -> None:
        """Keep a value under a key."""
        if self._store is not None:
            self._store.setValue(key, value)
        else:
            self._kept[key] = value

    @classmethod
    def own(cls) -> Settings:
        """Those of whoever uses this computer.

        What they never set is as the file vmgui/vmgui.ini of all users says, on Linux in XDG_CONFIG_DIRS.
        """
        if (beside := folders.portable()) is not None:
            return cls(QSettings(str(beside / folders.SETTINGS), QSettings.Format.IniFormat))
        return cls(QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "vmgui", "vmgui"))

    # --- lists ---------------------------------------------------------------------------------

    def _names(self, key: str, most: int) -> list[str]:
        held = self.kept(key, [])
        names = [held] if isinstance(held, str) else held if isinstance(held, list) else []
        return [str(name) for name in names[:most] if name]

    @property
    def recent(self) -> list[Path]:
        """Files opened last, the newest first."""
        return [Path(name) for name in self._names("recent", RECENT)]

    def remember(self, path: Path) -> None:
        """Put a file in front of the recent ones."""
        path = path.resolve()
        names = [str(path), *(str(p) for p in self.recent if p != path)]
        self.keep("recent", names[:RECENT])

    def forget(self, path: Path | None = None) -> None:
        """Take a file out of the recent ones; without one, all of them."""
        self.keep("recent", [str(each) for each in self.recent if path is not None and each != path])

    @property
    def used(self) -> list[str]:
        """What was found in the palette and run, the last one first."""
        return self._names("used", USED)

    def use(self, name: str) -> None:
        """Put an entry of the palette in front."""
        self.keep("used", [name, *(each for each in self.used if each != name)][:USED])

    @property
    def last(self) -> Left | None:
        """Where the user was when vmgui ended."""
        held = self.kept("last", [])
        name, step, perspective, page, lecture = [*(held if isinstance(held, list) else []), *[""] * 5][:5]
        if not str(step).isdecimal():
            return None
        path = Path(name) if name else None
        return Left(path, int(step), perspective or Left.perspective, page, lecture == "lecture")

    def keep_last(self, left: Left) -> None:
        """Keep where to go on."""
        path = "" if left.path is None else str(left.path)
        lecture = "lecture" if left.lecture else ""
        self.keep("last", [path, str(left.step), left.perspective, left.page, lecture])

    # --- layouts -------------------------------------------------------------------------------

    def layout(self, name: str) -> QByteArray | None:
        """A layout kept under a name."""
        held = self.kept(f"layout/{name}", None)
        return held if isinstance(held, QByteArray) and not held.isEmpty() else None

    def keep_layout(self, name: str, state: QByteArray) -> None:
        """Keep a layout under a name."""
        self.keep(f"layout/{name}", state)
        self.keep(f"layout_scale/{name}", self.scale)

    def is_of_this_scale(self, name: str) -> bool:
        """Whether the sizes of a layout are those of the type and rows of today."""
        return str(self.kept(f"layout_scale/{name}", self.scale)) == str(self.scale)
