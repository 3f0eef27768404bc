"""Opening and saving: documents, operation files, recordings, lessons, pictures."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEventLoop, Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu, QMessageBox, QProgressDialog, QWidget

from vmgui.formats import vmallocinfo
from vmgui.formats.document import SUFFIX
from vmgui.formats.scenarios import scenarios
from vmgui.projection.numbers import count
from vmgui.ui.settings import Settings
from vmgui.ui.words import tr

if TYPE_CHECKING:
    from vmgui.ui.desk import Desk

PROGRAMS = "vmgui (*.vmgui *.ops *.md)"
RECORDINGS = "(*.jsonl.gz *.jsonl)"
#: What a name of a file may not hold, on one system or another.
FORBIDDEN = r'[\\/:*?"<>|\x00-\x1f]'
#: What a lesson ends with.
LESSON = ".md"
#: Milliseconds of work before a bar is shown.
PATIENCE = 300


def handlers(desk: Desk) -> dict[str, Callable[[], object]]:
    """What the actions of File do."""
    return {
        "new": lambda: unless_lost(desk, desk.workspace.new),
        "open": lambda: ask_to_open(desk, tr("Open a program"), PROGRAMS),
        "open_recording": lambda: ask_to_open(desk, tr("Open a recording"), RECORDINGS),
        "default": lambda: unless_lost(desk, desk.open_default),
        "save": lambda: save(desk, desk.workspace.path),
        "save_as": lambda: save(desk, None),
    }


def fill_recent(desk: Desk, menu: QMenu) -> None:
    """Offer the files opened last."""
    menu.clear()
    menu.setToolTipsVisible(True)
    settings = desk.window.settings
    for path in settings.recent:
        there = path.exists()
        action = menu.addAction(path.name if there else tr("{0} (gone)").format(path.name))
        action.setEnabled(there)
        action.setToolTip(str(path))
        action.triggered.connect(lambda _on=False, p=path: unless_lost(desk, lambda: desk.window.open(p)))
    if menu.isEmpty():
        menu.addAction(tr("No files yet")).setEnabled(False)
        return
    menu.addSeparator()
    if not all(path.exists() for path in settings.recent):
        menu.addAction(tr("Forget those that are gone"), lambda: forget_gone(settings))
    menu.addAction(tr("Clear this list"), settings.forget)


def forget_gone(settings: Settings) -> None:
    """Take the files that are no longer there out of the recent ones."""
    for path in settings.recent:
        if not path.exists():
            settings.forget(path)


def fill_scenarios(desk: Desk, menu: QMenu) -> None:
    """Offer the programs that come with vmgui, a menu for each group."""
    menu.clear()
    for title, held in groupby(scenarios(), lambda each: each.group):
        group = menu.addMenu(tr(title))
        group.setToolTipsVisible(True)
        for each in held:
            action = group.addAction(tr(each.title))
            action.setToolTip(tr(each.says))
            action.triggered.connect(lambda _on=False, p=each.path: desk.starter.open_scenario(p))


def unless_lost(desk: Desk, do: Callable[[], None]) -> None:
    """Do something that replaces the program, if the user agrees."""
    if desk.may_discard():
        do()


class Progress:
    """A bar that appears when something takes long; Esc ends it.

    Until it lies over the window, clicks and keys wait: nothing else begins in the middle of the work.
    """

    def __init__(self, desk: Desk, text: str):
        self._text = text
        self._bar = QProgressDialog(text, tr("Cancel"), 0, 0, desk.window)
        self._bar.setWindowModality(Qt.WindowModality.WindowModal)
        self._bar.setMinimumDuration(PATIENCE)

    def __call__(self, done: int, of: int) -> bool:
        """Say how far it is; False when the user wants no more."""
        self._bar.setMaximum(max(1, of))
        self._bar.setValue(done)
        return self._go_on()

    def going(self, steps: int) -> bool:
        """Say how many steps an operation has taken, of nobody knows how many; False to stop it."""
        self._bar.setLabelText(tr("{0}: {1} steps so far").format(self._text, count(steps)))
        return self._go_on()

    def _go_on(self) -> bool:
        kinds = QEventLoop.ProcessEventsFlag
        waiting = kinds(0) if self._bar.isVisible() else kinds.ExcludeUserInputEvents
        QApplication.processEvents(kinds.ExcludeSocketNotifiers | waiting)
        return not self._bar.wasCanceled()

    def close(self) -> None:
        """Take it away."""
        self._bar.close()
        self._bar.deleteLater()


def ask_to_open(desk: Desk, title: str, kinds: str) -> None:
    """Choose a file and open it."""
    if not desk.may_discard():
        return
    start = str(desk.workspace.path.parent) if desk.workspace.path else ""
    name, _kind = QFileDialog.getOpenFileName(desk.window, title, start, f"{kinds};;{tr('All files')} (*)")
    if name:
        desk.window.open(Path(name))


def file_name(title: str, ending: str) -> str:
    """What a file of something is called, on any system."""
    return f"{re.sub(FORBIDDEN, '_', title).strip('. ') or 'vmgui'}{ending}"


def ask_to_write(parent: QWidget, title: str, start: Path, kinds: str, ending: str) -> Path | None:
    """Choose a file to write: its name gets the ending that it lacks.

    The dialog asks before a file is replaced, but it knows only the name that was typed.
    """
    name, _kind = QFileDialog.getSaveFileName(parent, title, str(start), kinds)
    path = Path(name)
    if not name or path.suffix[1:].isalpha():
        return path if name else None
    path = path.with_name(f"{path.name}{ending}")
    if not path.exists():
        return path
    asked = tr("{0} is there already. Replace it?").format(path.name)
    answer = QMessageBox.question(parent, title, asked, defaultButton=QMessageBox.StandardButton.No)
    return path if answer == QMessageBox.StandardButton.Yes else None


def open_path(desk: Desk, path: Path) -> None:
    """Open what a file holds, or show the areas of a /proc/vmallocinfo; FormatError for anything else."""
    if path.name.endswith((".jsonl", ".jsonl.gz")):
        from vmgui.ui.recordings import open_recording

        open_recording(desk, path)
    elif path.suffix == LESSON:
        desk.study.open_file(path)
    elif vmallocinfo.recognises_file(path):
        from vmgui.ui.dialogs.vmallocinfo import VmallocinfoWindow

        VmallocinfoWindow.show_for(desk.window, path)
    else:
        progress = Progress(desk, tr("Running {0}").format(path.name))
        try:
            desk.workspace.open(path, progress)
        finally:
            progress.close()
    desk.window.settings.remember(path)


def save(desk: Desk, path: Path | None) -> bool:
    """Save under a name, asked for when there is none; True when it is saved."""
    if path is None:
        start = desk.workspace.path or Path.cwd() / file_name(desk.workspace.title, SUFFIX)
        path = ask_to_write(desk.window, tr("Save the program"), start, f"vmgui (*{SUFFIX})", SUFFIX)
        if path is None:
            return False
    try:
        desk.workspace.save(path)
    except OSError as error:
        why = tr("“{0}” could not be saved as {1}: {2}. Nothing is lost: save it elsewhere.")
        desk.window.notices.fail(
            why.format(desk.workspace.title, path, error.strerror or error),
            (tr("Save as…"), lambda: save(desk, None)),
        )
        return False
    desk.window.settings.remember(path)
    desk.window.notices.say(tr("Saved as {0}").format(path))
    return True


def ask_to_save(desk: Desk) -> bool:
    """Work would be lost: ask what to do; True when it may go on."""
    box = QMessageBox(desk.window)
    box.setIcon(QMessageBox.Icon.Question)
    box.setText(tr("“{0}” was changed since it was saved.").format(desk.workspace.title))
    kinds = QMessageBox.StandardButton
    box.setStandardButtons(kinds.Save | kinds.Discard | kinds.Cancel)
    box.setDefaultButton(kinds.Save)
    answer = box.exec()
    if answer == kinds.Save:
        return save(desk, desk.workspace.path)
    return answer == kinds.Discard
