"""Preferences, made of the table of settings: what is chosen is checked and done at once."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from vmgui.projection import kernel_place
from vmgui.ui import language
from vmgui.ui.dialogs.beside import button
from vmgui.ui.settings import SCALES, Folder, Setting, Settings, Switch
from vmgui.ui.theme import px
from vmgui.ui.words import tr

if TYPE_CHECKING:
    from vmgui.ui.desk import Desk

EDIT, HELP = 210, 500


def change(desk: Desk, setting: Setting, value: Any) -> None:
    """Give a setting another value and do what it says; ValueError when it cannot be."""
    window = desk.window
    if value == getattr(window.settings, setting.name):
        return
    if isinstance(setting, Folder) and value and kernel_place.installed(value) is None:
        raise ValueError(tr("{0} holds no source of a kernel.").format(value))
    does: dict[str, Callable[[], object]] = {
        "theme": window.change_theme,
        "language": lambda: language.choose(desk, value),
        "scale": lambda: window.change_scale(SCALES.index(value) - SCALES.index(window.settings.scale)),
        "reduced_motion": lambda: desk.presenter.reduce(value),
        "group": lambda: desk.group(value),
        "services": window.actions_["services"].trigger,
        "follow": window.actions_["follow"].trigger,
        "start_page": lambda: desk.starter.show_at_start(value),
    }
    if setting.name in does:
        does[setting.name]()
    else:
        setattr(window.settings, setting.name, value)


class PreferencesDialog(QDialog):
    """A row for each setting. It stays beside the window, which follows every change."""

    def __init__(self, desk: Desk):
        super().__init__(desk.window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Preferences"))
        self.desk, self.settings = desk, desk.window.settings
        self.edits: dict[str, QWidget] = {}
        rows = QWidget()
        self._grid = QGridLayout(rows)
        self._grid.setContentsMargins(px(18), px(10), px(18), px(6))
        self._grid.setHorizontalSpacing(px(14))
        self._grid.setVerticalSpacing(px(2))
        for section, settings in groupby(Settings.shown(), lambda each: each.section):
            self._add_section(section, list(settings))
        self._grid.setRowStretch(self._grid.rowCount(), 1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidget(rows)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.wrong = QLabel()
        self.wrong.setProperty("role", "error")
        self.wrong.setWordWrap(True)
        self.wrong.setContentsMargins(px(18), 0, px(18), 0)
        self.wrong.hide()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, px(12))
        box.addWidget(area, 1)
        box.addWidget(self.wrong)
        box.addLayout(self._buttons())
        wanted = rows.sizeHint()
        height = min(wanted.height() + px(56), desk.window.height() - px(40))
        self.resize(wanted.width() + px(14), height)
        self.show_all()

    @classmethod
    def show_for(cls, desk: Desk) -> PreferencesDialog:
        """Show the one such dialog there is."""
        shown = next((each for each in desk.window.findChildren(cls) if each.desk is desk), None) or cls(desk)
        shown.show()
        shown.raise_()
        shown.activateWindow()
        return shown

    # --- rows ----------------------------------------------------------------------------------

    def _add_section(self, section: str, settings: list[Setting]) -> None:
        head = QLabel(tr(section))
        head.setProperty("role", "title")
        row = self._grid.rowCount()
        self._grid.addWidget(head, row, 0, 1, 3)
        self._grid.setRowMinimumHeight(row, px(28))
        for setting in settings:
            self._add(setting)

    def _add(self, setting: Setting) -> None:
        edit = self._edit(setting)
        edit.setAccessibleName(tr(setting.title))
        edit.setAccessibleDescription(tr(setting.help))
        edit.setToolTip(tr(setting.help))
        self.edits[setting.name] = edit
        label = QLabel(tr(setting.title))
        label.setBuddy(edit)
        said = QLabel(tr(setting.help))
        said.setProperty("role", "secondary")
        said.setWordWrap(True)
        said.setMaximumWidth(px(HELP))
        row = self._grid.rowCount()
        self._grid.addWidget(label, row, 0)
        self._grid.addWidget(self._beside(setting, edit), row, 1)
        self._grid.addWidget(said, row + 1, 1)
        self._grid.setRowMinimumHeight(row + 1, px(24))
        self._grid.setAlignment(said, Qt.AlignmentFlag.AlignTop)

    def _edit(self, setting: Setting) -> QWidget:
        if isinstance(setting, Switch):
            check = QCheckBox(tr("on"))
            check.toggled.connect(partial(self.take, setting))
            return check
        if setting.choices:
            box = QComboBox()
            for value, word in zip(setting.choices, setting.words, strict=True):
                box.addItem(tr(word), value)
            box.activated.connect(lambda at: self.take(setting, setting.choices[at]))
            box.setFixedWidth(px(EDIT))
            return box
        line = QLineEdit()
        line.editingFinished.connect(lambda: self.take(setting, line.text().strip()))
        line.setMinimumWidth(px(EDIT))
        return line

    def _beside(self, setting: Setting, edit: QWidget) -> QWidget:
        """An edit with what belongs beside it: a folder or file can be chosen."""
        made = QWidget()
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(edit, 1 if isinstance(setting, Folder) else 0)
        if isinstance(setting, Folder):
            row.addWidget(button(tr("Folder…"), partial(self._choose, setting, False)))
            row.addWidget(button(tr("Archive…"), partial(self._choose, setting, True)))
        else:
            row.addStretch(1)
        return made

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(px(18), px(4), px(18), 0)
        self.resetting = button(tr("&Reset to defaults"), self.reset)
        self.closing = button(tr("Close"), self.close)
        row.addWidget(self.resetting)
        row.addStretch(1)
        row.addWidget(self.closing)
        return row

    # --- values --------------------------------------------------------------------------------

    def show_all(self) -> None:
        """Show every setting as it is."""
        for setting in Settings.shown():
            edit, value = self.edits[setting.name], getattr(self.settings, setting.name)
            edit.blockSignals(True)
            if isinstance(edit, QCheckBox):
                edit.setChecked(value)
            elif isinstance(edit, QComboBox):
                edit.setCurrentIndex(setting.choices.index(value))
            elif isinstance(edit, QLineEdit) and not (edit.hasFocus() and edit.isModified()):
                edit.setText(value)
            edit.blockSignals(False)

    def take(self, setting: Setting, value: Any) -> None:
        """Do what was chosen; what cannot be is said and stays to be mended."""
        window, at = self.desk.window, self.geometry()
        try:
            change(self.desk, setting, value)
        except ValueError as error:
            self._say(setting, str(error))
            return
        if window.desk is not self.desk and window.desk is not None:  # everything was built anew
            again = PreferencesDialog.show_for(window.desk)
            again.move(at.topLeft())
            again.edits[setting.name].setFocus()
        else:
            self._say(setting, "")

    def _say(self, setting: Setting, wrong: str) -> None:
        edit = self.edits[setting.name]
        if edit.property("invalid") != bool(wrong):
            edit.setProperty("invalid", bool(wrong))
            edit.style().unpolish(edit)
            edit.style().polish(edit)
        self.wrong.setText(wrong)
        self.wrong.setVisible(bool(wrong))

    def _choose(self, setting: Setting, archive: bool) -> None:
        if archive:
            kinds = f"{tr('Archives')} (*.tar.xz *.tar.gz *.tar)"
            path, _kind = QFileDialog.getOpenFileName(self, tr(setting.title), "", kinds)
        else:
            path = QFileDialog.getExistingDirectory(self, tr(setting.title))
        if path:
            self.take(setting, path)
            self.show_all()

    def reset(self) -> None:
        """Give every setting that is shown here its default; size of type and language last."""
        late = ("scale", "language")  # they build everything anew
        for setting in sorted(Settings.shown(), key=lambda each: each.name in late):
            desk = self.desk.window.desk
            if desk is not None:
                change(desk, setting, setting.default)
        if self.desk.window.desk is self.desk:
            self.show_all()
        elif self.desk.window.desk is not None:
            PreferencesDialog.show_for(self.desk.window.desk)

    def changeEvent(self, event) -> None:
        super().changeEvent(event)
        if event.type() == event.Type.ActivationChange and self.isActiveWindow() and self.edits:
            self.show_all()  # a key of the window may have changed one
