"""What the window remembers between two starts: theme, size of type, layout, recent files."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

RECENT = 8
GROUPS = (1, 16, 64, 512)
SCALES = (80, 90, 100, 110, 125, 150, 175, 200)


class Settings:
    """Remembers in a QSettings; without one it forgets at the end, as tests and pictures want."""

    def __init__(self, store: QSettings | None = None):
        self._store = store
        self._kept: dict[str, object] = {}

    def _get(self, key: str, default: object) -> object:
        if self._store is not None:
            return self._store.value(key, default)
        return self._kept.get(key, default)

    def _set(self, key: str, value: object) -> None:
        if self._store is not None:
            self._store.setValue(key, value)
        else:
            self._kept[key] = value

    @property
    def theme(self) -> str:
        """Name of the theme: dark or light."""
        return "light" if self._get("theme", "dark") == "light" else "dark"

    @theme.setter
    def theme(self, name: str) -> None:
        self._set("theme", name)

    @property
    def language(self) -> str:
        """Language of the window: en, zh, or system for what the system speaks."""
        kept = str(self._get("language", "system"))
        return kept if kept in ("en", "zh") else "system"

    @language.setter
    def language(self, name: str) -> None:
        self._set("language", name)

    @property
    def scale(self) -> int:
        """Size of type and rows in percent."""
        text = str(self._get("scale", 100))
        return int(text) if text.isdigit() and int(text) in SCALES else 100

    @scale.setter
    def scale(self, percent: int) -> None:
        self._set("scale", percent)

    @property
    def group(self) -> int:
        """How many entries of a page table one step may write."""
        text = str(self._get("group", 16))
        return int(text) if text.isdigit() and int(text) in GROUPS else 16

    @group.setter
    def group(self, entries: int) -> None:
        self._set("group", entries)

    @property
    def kernel_source(self) -> str:
        """Folder or archive of the kernel's source; empty: where packages put it."""
        return str(self._get("kernel_source", ""))

    @kernel_source.setter
    def kernel_source(self, path: str) -> None:
        self._set("kernel_source", path)

    @property
    def allocator(self) -> str:
        """The section of the allocator pane."""
        return str(self._get("allocator", "tree"))

    @allocator.setter
    def allocator(self, section: str) -> None:
        self._set("allocator", section)

    @property
    def reduced_motion(self) -> bool:
        """Whether steps are shown without motions."""
        return str(self._get("reduced_motion", False)).lower() == "true"

    @reduced_motion.setter
    def reduced_motion(self, reduced: bool) -> None:
        self._set("reduced_motion", reduced)

    @property
    def speaker_notes(self) -> bool:
        """Whether a lecture shows the notes in a window of their own even on one screen."""
        return str(self._get("speaker_notes", False)).lower() == "true"

    @speaker_notes.setter
    def speaker_notes(self, shown: bool) -> None:
        self._set("speaker_notes", shown)

    @property
    def perspective(self) -> str:
        """The perspective of the last time."""
        return str(self._get("perspective", "explore"))

    @perspective.setter
    def perspective(self, name: str) -> None:
        self._set("perspective", name)

    @property
    def recent(self) -> list[Path]:
        """Files opened last, the newest first."""
        kept = self._get("recent", [])
        names = [kept] if isinstance(kept, str) else kept if isinstance(kept, list) else []
        return [Path(str(name)) for name in names[:RECENT]]

    def remember(self, path: Path) -> None:
        """Put a file in front of the recent ones."""
        path = path.resolve()
        names = [str(path), *(str(p) for p in self.recent if p != path)]
        self._set("recent", names[:RECENT])

    def layout(self, name: str) -> QByteArray | None:
        """A layout kept under a name."""
        kept = self._get(f"layout/{name}", None)
        return kept if isinstance(kept, QByteArray) and not kept.isEmpty() else None

    def keep_layout(self, name: str, state: QByteArray) -> None:
        """Keep a layout under a name."""
        self._set(f"layout/{name}", state)
