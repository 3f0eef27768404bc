"""Where nothing can be kept, in a home that is read-only or full: one notice, and all goes on in memory."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from vmgui import folders, log
from vmgui.ui.words import tr

if TYPE_CHECKING:
    from vmgui.lessons.hand_in import HandIn
    from vmgui.lessons.progress import Progress
    from vmgui.ui.main_window import MainWindow

_said = log.topic(log.PROGRAM)


def places() -> tuple[Path, ...]:
    """Where vmgui keeps what is its user's: settings, progress and labs, copies for recovery."""
    return folders.config(), folders.data(), folders.state()


def probe(place: Path) -> None:
    """Raise the OSError that whoever keeps a file in this folder would get."""
    from tempfile import TemporaryFile  # after the first paint

    place.mkdir(parents=True, exist_ok=True)
    with TemporaryFile(dir=place) as file:
        file.write(b"\0")


class Keeping:
    """Says once in the life of a window that something cannot be kept, and holds it instead."""

    def __init__(self, window: MainWindow) -> None:
        self.window = window
        self.failed = False
        self.labs: dict[str, HandIn] = {}
        self._progress: Progress | None = None

    def check(self, wanted: Iterable[Path]) -> None:
        """Say so at the start, before anything is lost."""
        for place in wanted:
            try:
                probe(place)
            except OSError as error:
                self.tell(place, error)
                return

    def tell(self, place: Path, error: OSError) -> None:
        """A file or folder cannot be kept."""
        why = error.strerror or str(error)
        _said.error("nothing can be kept in %s: %s", place, why)
        if self.failed:
            return
        self.failed = True
        said = tr(
            "Nothing can be kept in {0}: {1}. vmgui works, but settings, progress and labs are lost when it "
            "ends: save and hand in elsewhere."
        )
        self.window.notices.fail(said.format(place, why))

    def progress(self, file: Path) -> Progress:
        """What was answered on this computer; for as long as the window lives where that cannot be kept."""
        from vmgui.lessons.progress import Progress  # after the first paint

        if self._progress is None or self._progress.kept or self._progress.path != file:
            self._progress = Progress(file, partial(self.tell, file.parent))
        return self._progress
