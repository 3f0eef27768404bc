"""Claims about what the dialogs show."""

from PySide6.QtWidgets import QSpinBox

from vmgui.ui.dialogs.machine import MachineDialog


def test_every_number_of_the_machine_dialog_has_room_to_be_read(desk):
    dialog = MachineDialog(desk.workspace.machine, desk.window)
    dialog.grab()  # lays it out
    spins = dialog.findChildren(QSpinBox)
    assert spins
    for spin in spins:
        edit = spin.lineEdit()
        assert edit.text() == str(spin.value())
        assert edit.width() > edit.fontMetrics().horizontalAdvance(edit.text()) + 6
