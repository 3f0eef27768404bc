"""The pages of resources/docs in a window of their own, and what came of comparing with a real kernel."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QKeySequence, QShortcut, QTextBlock, QTextCursor
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QMainWindow,
    QSplitter,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from vmgui import assets
from vmgui.formats import conformance, conformance_page
from vmgui.formats.errors import FormatError
from vmgui.ui.dialogs.beside import the_one, to_front
from vmgui.ui.dialogs.find_bar import FindBar
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


def headings(text: str) -> list[str]:
    """The headings of a page, in order."""
    fenced, found = False, []
    for line in text.splitlines():
        fenced ^= line.startswith("```")
        if line.startswith("#") and not fenced:
            found.append(line.lstrip("#").strip())
    return found


def slug(title: str) -> str:
    """What a link calls a heading: the-debug-services."""
    return "-".join("".join(c for c in title.lower() if c.isalnum() or c in " -").split())


class HelpWindow(QMainWindow):
    """A list of pages beside the page.  Links between pages work; others open in the browser when clicked."""

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
        self.text.document().setDocumentMargin(16)
        self.text.anchorClicked.connect(self._follow)
        self.finding = FindBar(self.text)
        self._trail: list[tuple[str, int]] = []
        self._ahead: list[tuple[str, int]] = []
        self.pages = pages()
        for page in self.pages:
            item = QListWidgetItem(page.title)
            item.setData(NAME, page.name)
            item.setToolTip(page.title)
            self.list.addItem(item)
        self.list.currentItemChanged.connect(self._choose)
        self._lay_out()
        for keys, do in (("Ctrl+F", self.finding.begin), ("F3", self.finding.next),
                         ("Shift+F3", self.finding.previous), ("Alt+Left", self.back),
                         ("Alt+Right", self.forward), ("Esc", self._leave)):  # fmt: skip
            QShortcut(QKeySequence(keys), self).activated.connect(do)
        self.list.setCurrentRow(0)

    def _lay_out(self) -> None:
        page = QWidget()
        box = QVBoxLayout(page)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.finding)
        box.addWidget(self.text, 1)
        split = QSplitter()
        split.addWidget(self.list)
        split.addWidget(page)
        split.setSizes([220, 720])
        split.setChildrenCollapsible(False)
        self.setCentralWidget(split)

    @classmethod
    def show_for(cls, window: QWidget, name: str = "", section: str = "", word: str = "") -> HelpWindow:
        """Show the one help window of a window: a page, a section of it, a word in that, as far as named."""
        shown = the_one(cls, window)
        shown.go(name)
        if section:
            shown.go_to_section(section, word)
        to_front(shown)
        shown.text.setFocus()
        return shown

    # --- going ---------------------------------------------------------------------------------

    @property
    def here(self) -> str:
        """The name of the page that is shown."""
        item = self.list.currentItem()
        return item.data(NAME) if item is not None else ""

    def go(self, name: str) -> bool:
        """Show the page called ``name``; False when there is none."""
        for row, page in enumerate(self.pages):
            if page.name == name:
                self.list.setCurrentRow(row)
                return True
        return False

    def go_to_section(self, title: str, word: str = "") -> bool:
        """Show a section by its title in English, in whatever language the page is, and a word in it."""
        known = headings(assets.path(f"docs/{self.here}").read_text("utf-8")) if self._is_paper else []
        found = [block for block in self._blocks() if block.blockFormat().headingLevel()]
        if title not in known or len(found) != len(known):
            return False
        cursor = QTextCursor(found[known.index(title)])
        inside = self.text.document().find(word, cursor) if word else QTextCursor()
        self._show(inside if not inside.isNull() else cursor)
        return True

    @property
    def _is_paper(self) -> bool:
        return self.here.endswith(".md")

    def _blocks(self) -> list[QTextBlock]:
        document = self.text.document()
        return [document.findBlockByNumber(n) for n in range(document.blockCount())]

    def _show(self, cursor: QTextCursor) -> None:
        """Bring a place to the top of the page."""
        self.text.setTextCursor(cursor)
        bar = self.text.verticalScrollBar()
        bar.setValue(bar.value() + self.text.cursorRect(cursor).top() - 8)

    def _choose(self, item: QListWidgetItem | None, last: QListWidgetItem | None) -> None:
        if item is None:
            return
        if last is not None:
            self._trail.append((last.data(NAME), self.text.verticalScrollBar().value()))
            self._ahead.clear()
        self._open(item)

    def _open(self, item: QListWidgetItem) -> None:
        chosen = next(page for page in self.pages if page.name == item.data(NAME))
        self.text.setMarkdown(chosen.text())
        self.finding.search()

    def back(self) -> None:
        """To the page before."""
        self._move(self._trail, self._ahead)

    def forward(self) -> None:
        """To the page that one came back from."""
        self._move(self._ahead, self._trail)

    def _move(self, taken: list[tuple[str, int]], given: list[tuple[str, int]]) -> None:
        if not taken:
            return
        name, at = taken.pop()
        given.append((self.here, self.text.verticalScrollBar().value()))
        self.list.blockSignals(True)
        self.go(name)
        self.list.blockSignals(False)
        item = self.list.currentItem()
        if item is not None:
            self._open(item)
        self.text.verticalScrollBar().setValue(at)

    def _leave(self) -> None:
        if self.finding.isVisible():
            self.finding.end()
        else:
            self.close()

    def _follow(self, link: QUrl) -> None:
        """A click on a link: to a page or section of ours; the browser gets what is on the network."""
        if link.scheme() in ("http", "https"):
            QDesktopServices.openUrl(link)
            return
        if link.path():
            self.go(Path(link.path()).name)
        if link.fragment():
            for block in self._blocks():
                if block.blockFormat().headingLevel() and slug(block.text()) == link.fragment():
                    self._show(QTextCursor(block))
