"""The kernel's own text of a function, from an installed linux-source; it says how to get one."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRunnable, QStandardPaths, QThreadPool, Signal
from PySide6.QtGui import QColor, QTextCharFormat, QTextCursor, QTextFormat
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QProgressBar,
    QTextEdit,
    QVBoxLayout,
)

from vmgui.projection import kernel_place
from vmgui.projection.kernel_place import PACKAGE_NAME, KernelPlace, NoSource
from vmgui.ui import theme as themes
from vmgui.ui.dialogs.beside import button, the_one, to_front
from vmgui.ui.words import tr

if TYPE_CHECKING:
    from vmgui.ui.main_window import MainWindow

COMMAND = f"sudo apt-get install {PACKAGE_NAME}"


class _Unpacking(QObject):
    """Says from the worker's thread how it ended: what was wrong, or nothing."""

    done = Signal(str)


class _Unpack(QRunnable):
    def __init__(self, archive: Path, into: Path, told: _Unpacking, stop: threading.Event):
        super().__init__()
        self.archive, self.into, self.told, self.stop = archive, into, told, stop

    def run(self) -> None:
        try:
            kernel_place.unpack(self.archive, self.into, lambda: not self.stop.is_set())
        except NoSource as error:
            wrong = str(error)
        else:
            wrong = ""
        if not self.stop.is_set():
            self.told.done.emit(wrong)


def unpacked(archive: Path) -> Path:
    """The folder where the files of an archive are kept: its name and its time tell it from others."""
    cache = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.CacheLocation)
    return Path(cache) / f"{archive.name.partition('.tar')[0]}-{int(archive.stat().st_mtime)}"


class KernelText(QDialog):
    """A read-only view of a file of the kernel at a function; `shown` says that a text is there."""

    shown = Signal()

    def __init__(self, window: MainWindow):
        super().__init__(window)
        self.place: KernelPlace | None = None
        self.window_, self.settings = window, window.settings
        self._stop: threading.Event | None = None
        self._pool = QThreadPool(self)
        self.where = QLabel()
        self.where.setProperty("role", "secondary")
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setProperty("mono", True)
        self.text.setTabStopDistance(8 * themes.metrics(themes.SECONDARY, mono=True).horizontalAdvance(" "))
        self.missing = QLabel()
        self.missing.setWordWrap(True)
        self.bar = QProgressBar()
        self.bar.setRange(0, 0)
        self.bar.hide()
        box = QVBoxLayout(self)
        for widget in (self.where, self.missing, self.bar):
            box.addWidget(widget)
        box.addWidget(self.text, 1000)
        box.addStretch(1)
        row = QHBoxLayout()
        self.copying = button(tr("Copy &command"), lambda: QApplication.clipboard().setText(COMMAND))
        self.choosing = button(tr("Choose &folder…"), self._choose_folder)
        self.archive = button(tr("Choose &archive…"), self._choose_archive)
        row.addWidget(self.copying)
        row.addStretch(1)
        row.addWidget(self.choosing)
        row.addWidget(self.archive)
        box.addLayout(row)
        self.resize(860, 620)

    @classmethod
    def show_for(cls, window: MainWindow, place: KernelPlace) -> KernelText:
        """Show a place in the one such window there is."""
        found = the_one(cls, window)
        found.go(place)
        to_front(found)
        return found

    # --- what is shown ---------------------------------------------------------------------------

    def go(self, place: KernelPlace) -> None:
        """Show a place: from a folder at once, from an archive when it is unpacked."""
        self.place = place
        self.setWindowTitle(f"{place.file} · {place.function}")
        self.text.setAccessibleName(self.windowTitle())
        source = kernel_place.installed(self.settings.kernel_source)
        if source is None:
            self._say_missing(tr("The kernel's source is not installed here."))
        elif source.is_dir():
            self._open(source, source)
        elif unpacked(source).is_dir():
            self._open(unpacked(source), source)
        else:
            self._unpack(source)

    def _say_missing(self, why: str) -> None:
        self.where.setText(f"{self.place}" if self.place else "")
        self.missing.setText(
            tr(
                "{0}\nOn Debian this brings it:  {1}\nOr choose its folder, or its archive (.tar.xz), below."
            ).format(why, COMMAND)
        )
        self.missing.show()
        self.copying.show()
        self.text.hide()
        self.bar.hide()

    def _unpack(self, archive: Path) -> None:
        if self._stop is not None:
            return
        self._stop = threading.Event()
        self.where.setText(tr("Looking into {0}, once. Esc stops it.").format(archive))
        self.missing.hide()
        self.copying.hide()
        self.text.hide()
        self.bar.show()
        told = _Unpacking(self)
        told.done.connect(self._unpacked)
        self._pool.start(_Unpack(archive, unpacked(archive), told, self._stop))

    def _unpacked(self, wrong: str) -> None:
        self._stop = None
        if wrong:
            self._say_missing(wrong)
        elif self.place is not None:
            self.go(self.place)

    def _open(self, folder: Path, source: Path) -> None:
        assert self.place is not None
        try:
            text = kernel_place.read(folder, self.place.file)
        except NoSource as error:
            self._say_missing(tr(str(error)))
            return
        line = kernel_place.line_of(text, self.place.function)
        for widget in (self.missing, self.copying, self.bar):
            widget.hide()
        found = tr("line {0}").format(line) if line else tr("{0} is not in it").format(self.place.function)
        self.where.setText(f"{source} · {self.place.file} · {found}")
        if self.text.toPlainText() != text:
            self.text.setPlainText(text)
        self.text.show()
        self._show_line(line)
        self.shown.emit()

    def _show_line(self, line: int | None) -> None:
        document = self.text.document()
        block = document.findBlockByNumber((line or 1) - 1)
        self.text.setTextCursor(QTextCursor(document.lastBlock()))
        self.text.setTextCursor(QTextCursor(document.findBlockByNumber(max(block.blockNumber() - 3, 0))))
        self.text.setTextCursor(QTextCursor(block))
        mark = QTextEdit.ExtraSelection()
        mark.cursor = QTextCursor(block)
        looks = QTextCharFormat()
        looks.setBackground(QColor(self.window_.theme.tint_now))
        looks.setProperty(QTextFormat.Property.FullWidthSelection, True)
        mark.format = looks
        self.text.setExtraSelections([mark] if line else [])
        self.text.setFocus()

    # --- where it is -----------------------------------------------------------------------------

    def _choose_folder(self) -> None:
        self._keep(QFileDialog.getExistingDirectory(self, tr("Folder of the kernel's source")))

    def _choose_archive(self) -> None:
        kinds = f"{tr('Archives')} (*.tar.xz *.tar.gz *.tar)"
        self._keep(
            QFileDialog.getOpenFileName(self, tr("Archive of the kernel's source"), "/usr/src", kinds)[0]
        )

    def _keep(self, path: str) -> None:
        """Use another folder or archive from now on."""
        if not path:
            return
        if kernel_place.installed(path) is None:
            self._say_missing(tr("{0} holds no source of a kernel.").format(path))
            return
        self.settings.kernel_source = path
        if self.place is not None:
            self.go(self.place)

    def reject(self) -> None:
        """Close; what is being unpacked is stopped."""
        if self._stop is not None:
            self._stop.set()
            self._pool.waitForDone()
            self._stop = None
        super().reject()
