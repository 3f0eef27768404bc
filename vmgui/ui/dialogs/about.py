"""What vmgui is, its version, its licence, and what it is made with."""

from __future__ import annotations

import platform

import PySide6
from PySide6.QtCore import Qt, qVersion
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from vmgui import __version__, licences
from vmgui.timeline.values import size_text
from vmgui.ui import theme as themes
from vmgui.ui.dialogs.help import recorded
from vmgui.ui.dialogs.rows import Rows
from vmgui.ui.looking import ARCHITECTURES
from vmgui.ui.words import tr

WIDTH, TEXT = 620, 480
#: The kernel whose text the engine follows.
ENGINE = "Linux 6.12, mm/vmalloc.c"


def versions() -> list[tuple[str, str]]:
    """What runs, and its version."""
    return [
        ("vmgui", __version__), (tr("Engine"), ENGINE), ("Python", platform.python_version()),
        ("Qt", qVersion()), ("PySide6", PySide6.__version__), (tr("System"), platform.platform()),
    ]  # fmt: skip


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
    """Two pages: what it is, and the licences of all that comes along."""

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("About vmgui"))
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self._first(), tr("About"))
        self.tabs.addTab(self._licences(), tr("Licences"))
        self.copying, closing = QPushButton(tr("&Copy versions")), QPushButton(tr("Close"))
        self.copying.clicked.connect(self.copy)
        closing.clicked.connect(self.close)
        row = QHBoxLayout()
        row.addWidget(self.copying)
        row.addStretch(1)
        row.addWidget(closing)
        closing.setDefault(True)
        box = QVBoxLayout(self)
        box.setContentsMargins(20, 14, 20, 14)
        box.addWidget(self.tabs, 1)
        box.addLayout(row)
        self.resize(WIDTH, 500)

    def _first(self) -> QWidget:
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
        text.setFixedWidth(TEXT)
        side = QVBoxLayout()
        side.setSpacing(10)
        side.addWidget(title)
        side.addWidget(text)
        side.addLayout(self._versions())
        side.addStretch(1)
        page = QWidget()
        top = QHBoxLayout(page)
        top.setContentsMargins(0, 14, 0, 6)
        top.setSpacing(18)
        top.addWidget(picture)
        top.addLayout(side, 1)
        return page

    def _versions(self) -> QFormLayout:
        form = QFormLayout()
        form.setHorizontalSpacing(18)
        form.setVerticalSpacing(2)
        for name, value in versions():
            known, said = QLabel(name), QLabel(value)
            known.setProperty("role", "secondary")
            said.setProperty("role", "mono")
            said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            form.addRow(known, said)
        return form

    def _licences(self) -> QWidget:
        self.table = Rows(tr("Licences"), (tr("Part"), tr("Version"), tr("Licence")))
        rows = [(part.name, part.version or tr("font"), part.licence) for part in licences.parts()]
        self.table.fill(rows, mono=(1,))
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setAccessibleName(tr("Text of the licence"))
        self.text.setProperty("mono", True)
        self.table.currentCellChanged.connect(lambda row, *_rest: self._show_licence(row))
        self._show_licence(0)
        page = QWidget()
        box = QVBoxLayout(page)
        box.setContentsMargins(0, 8, 0, 0)
        box.addWidget(self.table, 1)
        box.addWidget(self.text, 1)
        return page

    def _show_licence(self, row: int) -> None:
        if 0 <= row < len(licences.parts()):
            part = licences.parts()[row]
            missing = tr("{0} comes without the text of its licence: {1}.")
            self.text.setPlainText(part.text or missing.format(part.name, part.licence))

    def copy(self) -> None:
        """Put the versions into the clipboard."""
        text = "\n".join(f"{name}: {value}" for name, value in versions())
        QApplication.clipboard().setText(text)
