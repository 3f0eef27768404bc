"""Recovery: a copy of what is not saved, written after every operation, and offered again after a crash.

Copies lie in a folder of their own beside what else vmgui keeps for its user.  Each window has one copy and
one lock; a lock whose process is gone marks a copy that nobody saved.  A normal end removes both.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QDateTime, QLocale, QLockFile, QObject, QTimer
from PySide6.QtWidgets import QToolButton

from vmgui import folders, log
from vmgui.formats import document as documents
from vmgui.formats.document import Document
from vmgui.formats.errors import FormatError
from vmgui.ui.files import Progress
from vmgui.ui.notices import NoticeBar
from vmgui.ui.settings import NEVER
from vmgui.ui.words import tr

if TYPE_CHECKING:
    from vmgui.ui.desk import Desk
    from vmgui.ui.main_window import MainWindow
    from vmgui.ui.workspace import Workspace

#: What a copy that cannot be read is called after its name.
DAMAGED = ".damaged"
_said = log.topic(log.RECOVERY)


def folder() -> Path:
    """Where copies are kept."""
    return folders.state() / "recovery"


@dataclass
class Copy:
    """A copy that somebody left behind: the document, its own file if it had one, and when it was written.

    `lock` is held as long as it is offered: no other window takes it.
    """

    path: Path
    document: Document
    origin: Path | None
    when: datetime
    lock: QLockFile

    @property
    def name(self) -> str:
        """What its user knows it by."""
        return self.document.title or (self.origin.name if self.origin else tr("Untitled"))

    def remove(self) -> None:
        """It is not needed any more."""
        for path in (self.path, origin_of(self.path)):
            path.unlink(missing_ok=True)
        self.lock.unlock()


def origin_of(path: Path) -> Path:
    """The file beside a copy that names the document's own file."""
    return path.with_suffix(".origin")


def locked(path: Path) -> QLockFile | None:
    """The lock of a copy; None while the process that writes it is alive."""
    lock = QLockFile(str(path.with_suffix(".lock")))
    lock.setStaleLockTime(0)  # however old: what counts is whether the process is there
    return lock if lock.tryLock(0) else None


def left_behind(place: Path) -> tuple[list[Copy], list[Path]]:
    """The copies whose processes are gone, the newest first, and the damaged ones, which are put aside."""
    copies, damaged = [], []
    for path in sorted(place.glob(f"*{documents.SUFFIX}")):
        lock = locked(path)
        if lock is None:
            continue
        try:
            copies.append(_copy(path, lock))
        except (FormatError, OSError) as error:
            aside = path.with_name(path.name + DAMAGED)
            os.replace(path, aside)
            origin_of(path).unlink(missing_ok=True)
            lock.unlock()
            _said.error("%s cannot be read: %s", aside.name, error)
            damaged.append(aside)
    for path in place.glob("*.lock"):  # of windows that ended without a copy
        if not path.with_suffix(documents.SUFFIX).exists() and (lock := locked(path)) is not None:
            lock.unlock()
    return sorted(copies, key=lambda copy: copy.when, reverse=True), damaged


def _copy(path: Path, lock: QLockFile) -> Copy:
    origin = None
    with contextlib.suppress(OSError, UnicodeDecodeError):
        origin = Path(origin_of(path).read_text("utf-8"))
    return Copy(path, documents.load(path), origin, datetime.fromtimestamp(path.stat().st_mtime), lock)


class Keeper(QObject):
    """Keeps the copy of one window, and offers those that were left behind. It outlives a desk."""

    def __init__(self, window: MainWindow, place: Path):
        super().__init__(window)
        self.window, self.place = window, place
        self.path = place / f"{os.getpid()}-{secrets.token_hex(4)}{documents.SUFFIX}"
        self.copies: list[Copy] = []
        self.bar: RecoveryBar | None = None
        self._lock: QLockFile | None = None
        self._workspace: Workspace | None = None
        self._failed = False
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.write)

    def start(self) -> None:
        """Begin to keep copies; offer what was left behind."""
        try:
            self.place.mkdir(parents=True, exist_ok=True)
            self.copies, damaged = left_behind(self.place)
            self._lock = locked(self.path)
        except OSError as error:
            self._tell(error)
            return
        if self.window.desk is not None:
            self.attach(self.window.desk)
        if damaged:
            said = tr("A copy of unsaved work could not be read. It is kept as {0}.")
            self.window.notices.fail(said.format(", ".join(str(path) for path in damaged)))

    def attach(self, desk: Desk) -> None:
        """Follow the program of a desk, another one over the same program after everything was built anew."""
        self._workspace = desk.workspace
        desk.workspace.titled.connect(self._changed)
        self.bar = RecoveryBar(self, desk)
        self._changed()

    def end(self) -> None:
        """A normal end: nothing is left behind, and what was offered is offered again."""
        self._timer.stop()
        self._workspace = None
        self._remove()
        for held in [self._lock, *(copy.lock for copy in self.copies)]:
            if held is not None:
                held.unlock()
        self.copies = []

    # --- the copy of this window ---------------------------------------------------------------

    def _changed(self) -> None:
        """Something was done: copy it soon; what is saved needs no copy."""
        seconds = self.window.settings.autosave
        if self._workspace is None or not self._workspace.dirty or seconds == NEVER:
            self._timer.stop()
            self._remove()
        elif not self._timer.isActive() or seconds == 0:
            self._timer.start(seconds * 1000)  # 0: as soon as the operation is over

    def write(self) -> None:
        """Write the copy, completely or not at all."""
        if self._workspace is None or self._lock is None:
            return
        try:
            origin = str(self._workspace.path or "")
            documents.save(self.path, self._workspace.current())
            if origin:
                origin_of(self.path).write_text(origin, "utf-8")
            else:
                origin_of(self.path).unlink(missing_ok=True)
        except OSError as error:
            self._tell(error)
        else:
            self._failed = False
            _said.debug("copied %s", self._workspace.title)

    def _remove(self) -> None:
        if self._lock is not None:
            with contextlib.suppress(OSError):
                for path in (self.path, origin_of(self.path)):
                    path.unlink(missing_ok=True)

    def _tell(self, error: OSError) -> None:
        """Say once that no copy can be kept, unless nothing can."""
        _said.error("no copy: %s", error)
        if not self._failed and not self.window.keeping.failed:
            self._failed = True
            said = tr("No copy for recovery can be kept in {0}: {1}. Save often.")
            self.window.notices.fail(said.format(self.place, error.strerror or error))

    # --- what was left behind ------------------------------------------------------------------

    def recover(self, copy: Copy) -> None:
        """Open a copy as unsaved work of its own file."""
        desk = self.window.desk
        if desk is None or not desk.may_discard():
            return
        progress = Progress(desk, tr("Running {0}").format(copy.name))
        try:
            desk.workspace.recover(copy.document, copy.origin, progress)
        except FormatError as error:
            self.window.notices.fail(str(error))
        finally:
            progress.close()
        _said.info("recovered %s", copy.name)
        desk.player.last()
        self.write()
        self.discard(copy)

    def discard(self, copy: Copy) -> None:
        """Take a copy away for good; the next one is offered."""
        copy.remove()
        self.copies.remove(copy)
        if self.bar is not None:
            self.bar.offer()


class RecoveryBar(NoticeBar):
    """Offers the newest copy: recover it, discard it, or later."""

    first = True

    def __init__(self, keeper: Keeper, desk: Desk):
        super().__init__(desk.window.middle)
        self.keeper = keeper
        self.discarding = QToolButton()
        self.discarding.setText(tr("Discard"))
        self.discarding.setToolTip(tr("Throw this copy away for good"))
        self.discarding.clicked.connect(self._discard)
        self.row.insertWidget(self.row.count() - 1, self.discarding)
        self.close_button.setAccessibleName(tr("Decide at the next start"))
        self.close_button.setToolTip(tr("Decide at the next start"))
        self.set_theme(desk.window.theme)
        desk.extra_panes.append(self)
        self.offer()

    def offer(self) -> None:
        """Offer the newest copy, if there is one."""
        if not self.keeper.copies:
            self.hide()
            return
        copy = self.keeper.copies[0]
        written = QDateTime.fromSecsSinceEpoch(int(copy.when.timestamp()))
        when = QLocale().toString(written, QLocale.FormatType.ShortFormat)
        said = tr("“{0}” was not saved when vmgui ended unexpectedly. Its last copy is of {1}.")
        text = said.format(copy.name, when)
        if copy.origin is not None:
            text = f"{text}\n{copy.origin}"
        self.ask(text, (tr("Recover"), partial(self.keeper.recover, copy)))

    def _discard(self) -> None:
        if self.keeper.copies:
            self.keeper.discard(self.keeper.copies[0])
