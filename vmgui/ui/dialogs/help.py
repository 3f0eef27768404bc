"""The pages of resources/docs in a window of their own."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QMainWindow, QSplitter, QTextBrowser, QWidget

from vmgui import assets
from vmgui.ui.words import tr

FIRST = "using.md"


def pages() -> list[Path]:
    """The pages there are, the page for beginners first."""
    found = sorted(assets.path("docs").glob("*.md"))
    return sorted(found, key=lambda page: page.name != FIRST)


def title_of(page: Path) -> str:
    """The heading of a page."""
    for line in page.read_text("utf-8").splitlines():
        if line.startswith("# "):
            return line[2:].strip()
    return page.stem


class HelpWindow(QMainWindow):
    """A list of pages beside the page; links between pages work."""

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.setWindowTitle(tr("Help"))
        self.resize(940, 700)
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Pages"))
        self.text = QTextBrowser()
        self.text.setOpenExternalLinks(False)
        self.text.setOpenLinks(False)
        self.text.setAccessibleName(tr("Page"))
        self.text.anchorClicked.connect(self._follow)
        for page in pages():
            item = QListWidgetItem(title_of(page))
            item.setData(256, str(page))
            self.list.addItem(item)
        self.list.currentItemChanged.connect(self._choose)
        split = QSplitter()
        split.addWidget(self.list)
        split.addWidget(self.text)
        split.setSizes([220, 720])
        self.setCentralWidget(split)
        self.list.setCurrentRow(0)

    @classmethod
    def show_for(cls, window: QWidget) -> HelpWindow:
        """Show the one help window of a window."""
        shown = window.findChild(cls) or cls(window)
        shown.show()
        shown.raise_()
        return shown

    def show_page(self, page: Path) -> None:
        """Show a page."""
        self.text.setMarkdown(page.read_text("utf-8"))

    def _choose(self, item: QListWidgetItem | None, _last: QListWidgetItem | None) -> None:
        if item is not None:
            self.show_page(Path(item.data(256)))

    def _follow(self, link: QUrl) -> None:
        name = Path(link.path()).name
        for row in range(self.list.count()):
            if Path(self.list.item(row).data(256)).name == name:
                self.list.setCurrentRow(row)
