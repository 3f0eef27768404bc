"""What vmgui is, its version, its licence, and what it is made with."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from vmgui import __version__
from vmgui.timeline.values import size_text
from vmgui.ui import theme as themes
from vmgui.ui.dialogs.help import recorded
from vmgui.ui.looking import ARCHITECTURES
from vmgui.ui.words import tr

WIDTH = 440
PARTS = ("PySide6_Essentials", "numpy", "pyqtgraph", "lark", "msgspec", "pygments")


def versions() -> str:
    """The parts it is made with, and their versions."""
    found = [f"Python {platform.python_version()}"]
    for part in PARTS:
        try:
            found.append(f"{part.replace('_Essentials', '')} {version(part)}")
        except PackageNotFoundError:
            continue
    return ", ".join(found)


def proven() -> str:
    """Which machines were compared with a running kernel."""
    machines = [
        f"{ARCHITECTURES.get(m.arch, m.arch)} {size_text(m.page_size)}/{m.va_bits}" for m in recorded()
    ]
    if not machines:
        return tr("No comparison with a running kernel is at hand.")
    said = tr("Proven by recordings (architecture, page size, address bits): {0}. Others follow the source.")
    return said.format(", ".join(machines))


class AboutDialog(QDialog):
    """A page of text."""

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.setWindowTitle(tr("About vmgui"))
        picture = QLabel()
        picture.setPixmap(themes.app_icon().pixmap(72, 72))
        picture.setAlignment(Qt.AlignmentFlag.AlignTop)
        title = QLabel(f"vmgui {__version__}")
        title.setProperty("role", "headline")
        text = QLabel(tr(
            "See the Linux kernel's vmalloc and vmap work, one step at a time.\n\n"
            "The engine follows mm/vmalloc.c of Linux 6.12 function by function and is compared with what "
            "a real kernel did.\n\nFree software under the GNU General Public License, version 2 only. "
            "It comes with no warranty."))  # fmt: skip
        text.setText(f"{text.text()}\n\n{proven()}")
        text.setWordWrap(True)
        text.setFixedWidth(WIDTH)
        parts = QLabel(versions())
        parts.setProperty("role", "secondary")
        parts.setWordWrap(True)
        parts.setFixedWidth(WIDTH)
        side = QVBoxLayout()
        for label in (title, text, parts):
            side.addWidget(label)
        top = QHBoxLayout()
        top.setSpacing(18)
        top.addWidget(picture)
        top.addLayout(side, 1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        box = QVBoxLayout(self)
        box.setContentsMargins(20, 18, 20, 14)
        box.setSizeConstraint(QVBoxLayout.SizeConstraint.SetFixedSize)
        box.addLayout(top)
        box.addWidget(buttons)
