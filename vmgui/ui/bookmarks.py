"""Bookmarks of the open program: kept in its document, each anchored in an operation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QObject, Signal

from vmgui.formats.document import Bookmark
from vmgui.projection.bookmarks import BEFORE, Anchor, anchor, step_of
from vmgui.projection.numbers import count
from vmgui.ui.words import tr

if TYPE_CHECKING:
    from vmgui.ui.desk import Desk


@dataclass(frozen=True)
class Marked:
    """A bookmark and where it stands now; None while its operation is gone."""

    held: Bookmark
    step: int | None


class Bookmarks(QObject):
    """All bookmarks, in the order they were made. `changed` says that there are others, or elsewhere."""

    changed = Signal()

    def __init__(self, desk: Desk):
        super().__init__(desk)
        self.desk = desk
        self.all: tuple[Marked, ...] = ()
        desk.workspace.replaced.connect(self.read)
        desk.workspace.changed.connect(self.read)
        desk.workspace.noted.connect(self.read)

    def read(self) -> None:
        """See where each bookmark stands in the program as it is."""
        held = self.desk.workspace.document.bookmarks
        if held or self.all:
            self.all = tuple(Marked(each, self._step(each)) for each in held)
            self.changed.emit()

    def _step(self, held: Bookmark) -> int | None:
        session = self.desk.workspace.session
        if session is None:
            return None
        if held.operation is None:
            return held.step if 0 <= held.step <= len(session) else None
        return step_of(session.operations, Anchor(held.operation, held.line, held.offset))

    def add(self, step: int, text: str = "", note: str = "") -> int:
        """Mark a step; returns the number of the bookmark."""
        session = self.desk.workspace.session
        at = anchor(session.operations, step) if session else Anchor(BEFORE, "", 0)
        name = text.strip() or self.name_of(step)
        made = Bookmark(step, name, note.strip(), at.operation, at.line, at.offset)
        held = (*self.desk.workspace.document.bookmarks, made)
        self.desk.workspace.annotate(bookmarks=held)
        return len(held) - 1

    def name_of(self, step: int) -> str:
        """What a bookmark is called that nobody has given a name: what happens there."""
        session = self.desk.workspace.session
        at = anchor(session.operations, step) if session else Anchor(BEFORE, "", 0)
        return f"{tr('Step {0}').format(count(step))} · {at.line}" if at.line else tr("The beginning")

    def change(self, number: int, text: str, note: str) -> None:
        """Give a bookmark another name and note."""
        held = list(self.desk.workspace.document.bookmarks)
        named = text.strip() or held[number].text
        changed = msgspec.structs.replace(held[number], text=named, note=note.strip())
        if changed != held[number]:
            held[number] = changed
            self.desk.workspace.annotate(bookmarks=tuple(held))

    def remove(self, number: int) -> None:
        """Take a bookmark away."""
        held = list(self.desk.workspace.document.bookmarks)
        del held[number]
        self.desk.workspace.annotate(bookmarks=tuple(held))

    def at(self, step: int) -> int | None:
        """The number of the bookmark at a step."""
        return next((i for i, marked in enumerate(self.all) if marked.step == step), None)
