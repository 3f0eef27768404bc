"""Looks at any address: the stage shows its walk, the play-head stays."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QLineEdit, QVBoxLayout, QWidget

from vmgui.timeline.env import Env
from vmgui.timeline.session import Session
from vmgui.timeline.values import OperationError
from vmgui.ui.words import tr


class AddressDialog(QDialog):
    """Takes a number, a constant or the name of an object. `chosen` carries the address."""

    chosen = Signal(object)

    def __init__(self, session: Session | None, parent: QWidget | None = None):
        super().__init__(parent)
        self.setWindowTitle(tr("Look at an address"))
        self.session = session
        self.field = QLineEdit()
        self.field.setProperty("mono", True)
        self.field.setPlaceholderText("0xffffc90000000000, VS, a, @a")
        self.field.setAccessibleName(tr("Address"))
        self.wrong = QLabel()
        self.wrong.setProperty("role", "error")
        self.wrong.setWordWrap(True)
        box = QVBoxLayout(self)
        box.addWidget(QLabel(tr("Address, constant, or the name of an object:")))
        box.addWidget(self.field)
        box.addWidget(self.wrong)
        buttons = QDialogButtonBox(  # behind the field, which has the focus then
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, self
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        box.addWidget(buttons)
        self.wrong.hide()
        self.setMinimumWidth(380)

    def accept(self) -> None:
        """Close when the address can be read."""
        try:
            address = self.address(self.field.text().strip())
        except ValueError as error:
            self.wrong.setText(tr(str(error)))
            self.wrong.show()
            return
        self.chosen.emit(address)
        super().accept()

    def address(self, text: str) -> int:
        """The address a text means; ValueError says why it means none."""
        if self.session is None:
            raise ValueError(tr("no machine is running"))
        env = Env(self.session.kernel, self.session.names)
        name = text.removeprefix("@")
        if name in self.session.names:
            address = env.address_of(name)
        elif text in ("VS", "VE", "W", "WE", "MV", "ME", "DM"):
            address = env.constant(text)
        else:
            try:
                address = int(text.replace("_", ""), 16 if not text.startswith("0x") else 0)
            except ValueError:
                raise ValueError(
                    tr("{0} is no address: write it in hexadecimal").format(repr(text))
                ) from None
        if not 0 <= address < 1 << 64:
            raise OperationError(tr("{0} does not fit in 64 bits").format(text))
        env.check_address(address)
        return address
