"""A report of a problem: its user sees all that is in it, and saves it; nothing is sent."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QPlainTextEdit,
    QPushButton,
    QSplitter,
    QVBoxLayout,
)

from vmgui import log
from vmgui.formats import document
from vmgui.ui.dialogs.about import versions
from vmgui.ui.files import ask_to_write
from vmgui.ui.settings import Settings
from vmgui.ui.words import tr

if TYPE_CHECKING:
    from vmgui.ui.main_window import MainWindow

NAME = "vmgui-report.zip"


def private(text: str) -> str:
    """A text without the name of its user's home."""
    home = str(Path.home())
    return text.replace(home, "~") if len(home) > 1 else text


def parts(window: MainWindow, mistake: str = "") -> dict[str, str]:
    """The files of a report by name."""
    desk, settings = window.desk, window.settings
    found = {"versions.txt": "\n".join(f"{name}: {value}" for name, value in versions())}
    if desk is not None:
        found["versions.txt"] += f"\nstep {desk.player.at} of {desk.player.length}"
        found["program.vmgui"] = document.dump(desk.workspace.current())
    found["settings.txt"] = "\n".join(f"{s.name} = {getattr(settings, s.name)}" for s in Settings.table())
    found["log.txt"] = log.RING.text
    if mistake:
        found["mistake.txt"] = mistake
    return {name: private(text) + "\n" for name, text in found.items()}


def save(path: Path, files: dict[str, str]) -> None:
    """Write a report; OSError, and no half of it, when that is not possible."""
    temporary = path.with_name(f".{path.name}.tmp")
    try:
        with zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in files.items():
                archive.writestr(name, text)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


class ReportDialog(QDialog):
    """The files of a report beside the text of the chosen one."""

    def __init__(self, window: MainWindow, mistake: str = ""):
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Report a problem"))
        self.resize(820, 520)
        self.window_, self.files = window, parts(window, mistake)
        self.list = QListWidget()
        self.list.addItems(list(self.files))
        self.list.setAccessibleName(tr("Files of the report"))
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setAccessibleName(tr("Text of the file"))
        self.text.setProperty("mono", True)
        self.list.currentTextChanged.connect(lambda name: self.text.setPlainText(self.files.get(name, "")))
        self.wrong = QLabel()
        self.wrong.setProperty("role", "error")
        self.wrong.setWordWrap(True)
        self.wrong.hide()
        self._lay_out()
        self.list.setCurrentRow(self.list.count() - 1 if mistake else 0)

    def _lay_out(self) -> None:
        said = QLabel(tr(
            "This is all that a report holds. Save it and give it to whoever looks into the problem, with a "
            "sentence on what you did and what you expected. vmgui sends nothing by itself."))  # fmt: skip
        said.setWordWrap(True)
        split = QSplitter()
        split.setChildrenCollapsible(False)
        split.addWidget(self.list)
        split.addWidget(self.text)
        split.setSizes([170, 620])
        self.saving, closing = QPushButton(tr("&Save…")), QPushButton(tr("Close"))
        self.saving.setProperty("primary", True)
        self.saving.clicked.connect(self.ask)
        closing.clicked.connect(self.close)
        row = QHBoxLayout()
        row.addWidget(self.wrong, 1)
        row.addStretch(0)
        row.addWidget(self.saving)
        row.addWidget(closing)
        box = QVBoxLayout(self)
        box.addWidget(said)
        box.addWidget(split, 1)
        box.addLayout(row)

    def ask(self) -> None:
        """Ask where to, and save it there."""
        path = ask_to_write(self, tr("Save a report"), Path.home() / NAME, "(*.zip)", ".zip")
        if path is None:
            return
        try:
            save(path, self.files)
        except OSError as error:
            self.wrong.setText(tr("{0} could not be written").format(path) + f"\n{error.strerror or error}")
            self.wrong.show()
            return
        self.window_.notices.say(tr("Saved as {0}").format(path))
        self.close()
