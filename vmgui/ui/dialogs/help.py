"""The pages of resources/docs in a window of their own, and what came of comparing with a real kernel."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QUrl
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QMainWindow, QSplitter, QTextBrowser, QWidget

from vmgui import assets
from vmgui.formats import conformance, conformance_page
from vmgui.formats.errors import FormatError
from vmgui.ui.language import ENGLISH, current
from vmgui.ui.words import tr

FIRST = "using.md"
#: The report, and the page that shows it.
REPORT, VERIFIED = "docs/conformance.json", "conformance.json"
#: Where an item of the list keeps the name of its page.
NAME = 256


class Page(NamedTuple):
    """A page: the name that links use, its title, and what gives its text."""

    name: str
    title: str
    text: Callable[[], str]


def pages() -> list[Page]:
    """The pages there are, the page for beginners first, then what was compared."""
    found = sorted(assets.path("docs").glob("*.md"))
    papers = [Page(path.name, title_of(spoken(path)), partial(text_of, path)) for path in found]
    papers.sort(key=lambda page: page.name != FIRST)
    return [*papers[:1], *verified(), *papers[1:]]


def spoken(path: Path) -> Path:
    """A page in the language of the window, if there is one."""
    other = path.parent / current() / path.name
    return other if other.exists() else path


def text_of(path: Path) -> str:
    """The text of a page; one that is in English only says so where another language is spoken."""
    page = spoken(path)
    text = page.read_text("utf-8")
    if current() == ENGLISH or page != path:
        return text
    return "> " + tr("This page is in English only.") + "\n\n" + text


def report() -> conformance.Report | None:
    """What came of comparing with a real kernel, if that is here."""
    try:
        return conformance.load(assets.path(REPORT))
    except (FormatError, FileNotFoundError):
        return None


def recorded() -> list[conformance.Geometry]:
    """The machines on which every recording of a running kernel came out identical."""
    found = report()
    return [machine for machine in found.architectures if machine.boots] if found else []


def verified() -> list[Page]:
    """The page that shows the report, if there is one."""
    found = report()
    if found is None:
        return []
    return [Page(VERIFIED, conformance_page.title(found), lambda: conformance_page.page(found))]


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
        self.pages = pages()
        for page in self.pages:
            item = QListWidgetItem(page.title)
            item.setData(NAME, page.name)
            self.list.addItem(item)
        self.list.currentItemChanged.connect(self._choose)
        split = QSplitter()
        split.addWidget(self.list)
        split.addWidget(self.text)
        split.setSizes([220, 720])
        self.setCentralWidget(split)
        self.list.setCurrentRow(0)

    @classmethod
    def show_for(cls, window: QWidget, name: str = "") -> HelpWindow:
        """Show the one help window of a window, at the page called ``name`` if that is there."""
        shown = window.findChild(cls) or cls(window)
        shown.go(name)
        shown.show()
        shown.raise_()
        return shown

    def go(self, name: str) -> None:
        """Show the page called ``name``, if there is one."""
        for row, page in enumerate(self.pages):
            if page.name == name:
                self.list.setCurrentRow(row)

    def _choose(self, item: QListWidgetItem | None, _last: QListWidgetItem | None) -> None:
        if item is not None:
            chosen = next(page for page in self.pages if page.name == item.data(NAME))
            self.text.setMarkdown(chosen.text())

    def _follow(self, link: QUrl) -> None:
        self.go(Path(link.path()).name)
