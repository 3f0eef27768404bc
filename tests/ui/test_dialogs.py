"""Claims about what the dialogs show."""

from dataclasses import fields

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QLineEdit, QPushButton, QSpinBox

from vmgui.engine.machine import PRESETS, K, Machine
from vmgui.ui.dialogs.about import proven
from vmgui.ui.dialogs.help import recorded
from vmgui.ui.dialogs.machine import MachineDialog, labels, tips

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def test_every_number_of_the_machine_dialog_has_room_to_be_read(desk):
    dialog = MachineDialog(desk.workspace.machine, desk.window)
    dialog.grab()  # lays it out
    spins = dialog.findChildren(QSpinBox)
    assert spins
    for spin in spins:
        edit = spin.lineEdit()
        assert edit.text() == str(spin.value())
        assert edit.width() > edit.fontMetrics().horizontalAdvance(edit.text()) + 6


def test_the_machine_dialog_fits_the_smallest_window_and_explains_every_field(desk):
    dialog = MachineDialog(desk.workspace.machine, desk.window)
    dialog.grab()
    assert dialog.sizeHint().width() <= 1280
    assert dialog.sizeHint().height() <= 690  # 720 without a title bar
    assert {field.name for field in fields(Machine)} == set(dialog.edits) == set(tips()) == set(labels())
    assert all(edit.toolTip() for edit in dialog.edits.values())


def test_the_machine_dialog_says_which_machines_recordings_prove(desk):
    dialog = MachineDialog(Machine(), desk.window)
    for machine in (Machine(), Machine("arm64"), Machine("arm64", 64 * K), Machine("riscv64")):
        dialog.show_machine(machine)
        known = (machine.arch, machine.page_size, machine.va_bits)
        proven = known in {(r.arch, r.page_size, r.va_bits) for r in recorded()}
        assert dialog.proof.text().startswith("Proven" if proven else "Not proven")
        assert dialog.machine().page_size == machine.page_size


def test_about_names_every_machine_that_recordings_prove():
    assert recorded()
    assert all(str(machine.va_bits) in proven() for machine in recorded())


def test_every_machine_of_the_dialog_can_be_shown_and_read_back(desk):
    dialog = MachineDialog(Machine(), desk.window)
    for machine in PRESETS.values():
        dialog.show_machine(machine)
        assert dialog.machine() == machine


@pytest.mark.parametrize("name", ["address", "bookmark", "export", "machine", "preferences", "decode",
                                  "breakpoints", "palette", "keys"])  # fmt: skip
def test_the_keyboard_is_in_the_first_field_of_a_dialog(desk, qapp, name):
    desk.window.activateWindow()
    desk.window.actions_[name].trigger()
    qapp.processEvents()
    dialog = qapp.activeWindow()
    assert dialog is not desk.window
    fields = [w for w in order_of(dialog) if isinstance(w, QLineEdit | QComboBox | QAbstractSpinBox)]
    assert dialog.focusWidget() is fields[0]
    assert not isinstance(order_of(dialog)[0], QPushButton)
    dialog.close()


def order_of(dialog):
    """What the Tab key goes through."""
    found, each = [], dialog.nextInFocusChain()
    while each is not dialog and each is not None:
        if each.focusPolicy() & Qt.FocusPolicy.TabFocus and each.isVisibleTo(dialog):
            found.append(each)
        each = each.nextInFocusChain()
    return found
