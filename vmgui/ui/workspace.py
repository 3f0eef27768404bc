"""What is open: a session and its program, the file it belongs to, and whether it was changed since."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from vmgui import assets
from vmgui.engine.machine import Machine
from vmgui.formats import document as documents
from vmgui.formats.document import Bookmark, Breakpoint, Document
from vmgui.formats.errors import FormatError
from vmgui.formats.oplang import check_names, located, parse_operation
from vmgui.timeline.edit import Edit, Failed, Program, Progress, patient, same_place
from vmgui.timeline.names import KnownNames
from vmgui.timeline.operation import Operation
from vmgui.timeline.session import Done, Going, Session, Stopped, endlessly
from vmgui.timeline.values import OperationError
from vmgui.ui.words import tr

DEFAULT = "scenarios/first-steps.vmgui"



def spoken(document: Document) -> Document:
    """A document that comes with vmgui, its bookmarks in the language of the window."""
    held = (msgspec.structs.replace(b, text=tr(b.text), note=tr(b.note)) for b in document.bookmarks)
    return replace(document, bookmarks=tuple(held))


class Change(QUndoCommand):
    """One edit on the stack of edits. The workspace makes it before the stack moves: it can be cancelled."""

    def __init__(self, edit: Edit, text: str):
        super().__init__(text)
        self.edit = edit


class Workspace(QObject):
    """Opens, runs, edits, undoes and saves; nobody else changes the session.

    Signals: `replaced` when the session is another one, `changed` when operations were added, taken back or
    edited (its argument is what was added at the end, or None), `titled` when name or saved state changed.
    When `changed` is emitted, `changed_from` is the first row that is not what it was, and `kept` the row
    where the play-head belongs; `where` has to tell where it is before.
    """

    replaced = Signal()
    changed = Signal(object)
    titled = Signal()
    #: Other bookmarks or breakpoints are kept.
    noted = Signal()

    def __init__(self, parent: QObject | None = None):
        super().__init__(parent)
        self.session: Session | None = None
        self.program: Program | None = None
        self.document = Document()
        self.path: Path | None = None
        self.source: Path | None = None  # what it was read from, also where it is not saved to
        self.dirty = False
        self.where: Callable[[], int] = lambda: 0
        self.changed_from = self.kept = 0
        self._opened = self.document
        self._edits = QUndoStack(self)

    def disconnect_all(self) -> None:
        """Tell nobody any more: those who listen are going."""
        self.where = lambda: 0
        for signal in (self.replaced, self.changed, self.titled, self.noted):
            signal.disconnect()

    @property
    def title(self) -> str:
        """What the window calls this program."""
        return self.document.title or (self.path.stem if self.path else tr("Untitled"))

    @property
    def machine(self) -> Machine:
        """The machine that runs."""
        return self.session.machine if self.session else self.document.machine

    # --- opening ---------------------------------------------------------------------------------

    def open_default(self, progress: Callable[[int, int], bool] = lambda done, of: True) -> None:
        """Open the scenario of the first start."""
        path = assets.path(DEFAULT)
        self.show(spoken(documents.load(path)), None, progress, path)

    def open(self, path: Path, progress: Callable[[int, int], bool] = lambda done, of: True) -> None:
        """Open a document or an operation file; FormatError, and nothing changed, when it cannot be read."""
        self.show(documents.load(path), path if path.suffix == documents.SUFFIX else None, progress, path)

    def open_copy(self, path: Path) -> None:
        """Open a program that comes with vmgui, as one that has no file yet."""
        self.show(spoken(documents.load(path)), None, source=path)

    def new(self) -> None:
        """Begin an empty program on the same machine."""
        self.show(Document(self.machine), None)

    def show(
        self,
        document: Document,
        path: Path | None,
        progress: Callable[[int, int], bool] = lambda done, of: True,
        source: Path | None = None,
    ) -> None:
        """Boot the machine of a document and run its program; `progress` may end it by returning False."""
        program = Program(Session(document.machine))
        failed = program.extend(document.program, progress)
        self.source = source or path
        self._take(program, document, path)
        said = [item for item in failed if item.operation in document.operations]
        if said:
            raise located(said[0].error, said[0].operation, document.title)

    def recover(self, document: Document, path: Path | None, progress: Progress = patient) -> None:
        """Run a program that was never saved to the file that it belongs to, if it has one."""
        try:
            self.show(document, path, progress)
        finally:
            if self.document is document:
                self.dirty = True
                self.titled.emit()

    def adopt(self, session: Session, title: str) -> None:
        """Show a session that somebody else has run: that of a recording."""
        lines = tuple(str(done.operation) for done in session.operations)
        self.source = None
        self._take(Program(session), Document(session.machine, lines, title), None)

    def _take(self, program: Program, document: Document, path: Path | None) -> None:
        """Show another program; each of its operations can be taken back."""
        self.program, self.session = program, program.session
        self.document = self._opened = document
        self.path, self.dirty = path, False
        self._edits.clear()
        for at, item in enumerate(program.items):
            self._edits.push(Change(Edit(at, (), (item.operation,)), str(item.operation)))
        self.replaced.emit()
        self.titled.emit()

    # --- changing --------------------------------------------------------------------------------

    def read(self, text: str, at: int | None = None) -> Operation:
        """Understand a line that would stand at a place; FormatError says where it is wrong and why."""
        operation = parse_operation(text)
        if self.session is not None:
            check_names([operation], known=self.names_at(at))
        return operation

    def names_at(self, at: int | None = None) -> KnownNames:
        """The objects that are known before the operation at a place; without one, at the end."""
        items = self.program.items[:at] if self.program else []
        done = next((item for item in reversed(items) if isinstance(item, Done)), None)
        return done.names if done else KnownNames()

    def run(self, text: str, going: Going = endlessly) -> Done | None:
        """Run one line at the end of the program; FormatError, and nothing changed, when it cannot run.

        None, and nothing changed, when it was stopped.
        """
        operation = self.read(text)
        if self.program is None:
            raise FormatError(tr("no machine is running"))
        at = len(self.program.items)
        try:
            done = self.program.append(operation, going)
        except Stopped:
            return None
        except OperationError as error:
            raise located(error, operation) from error
        self._edits.push(Change(Edit(at, (), (operation,)), str(operation)))
        self._changed(done, done.first_row)
        return done

    # --- editing ---------------------------------------------------------------------------------

    def insert(self, at: int, text: str, progress: Progress = patient) -> bool:
        """Put a line before the operation at a place; False, and nothing changed, when it was stopped."""
        operation, program = self.read(text, at), self._program()
        return self._edit(program.inserted(at, operation), tr("insert {0}").format(operation), progress)

    def rewrite(self, at: int, text: str, progress: Progress = patient) -> bool:
        """Put another line in the place of an operation; False, and nothing changed, when it was stopped."""
        operation, program = self.read(text, at), self._program()
        old = program.items[at].operation
        if str(operation) == str(old):
            return True
        operation = replace(operation, line=old.line)  # the comment above it stays above it
        return self._edit(program.replaced(at, operation), tr("change to {0}").format(operation), progress)

    def delete(self, at: int, progress: Progress = patient) -> bool:
        """Take out the operation at a place; False, and nothing changed, when it was stopped."""
        program = self._program()
        text = tr("delete {0}").format(program.items[at].operation)
        return self._edit(program.deleted(at), text, progress)

    def move(self, at: int, to: int, progress: Progress = patient) -> bool:
        """Bring an operation to another place; False, and nothing changed, when it was stopped."""
        program = self._program()
        if at == to:
            return True
        text = tr("move {0}").format(program.items[at].operation)
        return self._edit(program.moved(at, to), text, progress, must_run=False)

    def fork(self, count: int) -> None:
        """Go on with a copy of the first operations as a program that has no file."""
        program = [(item.operation, isinstance(item, Done)) for item in self._program().items[:count]]
        document = documents.rewritten(self._opened, program)
        title = tr("{0}, up to operation {1}").format(self.title, count)
        self.show(replace(document, machine=self.machine, title=title), None)
        self.dirty = True
        self.titled.emit()

    @property
    def can_undo(self) -> str:
        """What the next undo takes back; empty when there is nothing."""
        return self._edits.undoText()

    @property
    def can_redo(self) -> str:
        """What the next redo does again; empty when there is nothing."""
        return self._edits.redoText()

    def begin_here(self) -> None:
        """Let what has run stay: undo takes back what follows, and no more."""
        self._edits.clear()
        self.titled.emit()

    def undo(self, progress: Progress = patient) -> str | None:
        """Take the last edit back and say what it was; None when there is none or it was stopped."""
        return self._step(self._edits.index() - 1, self._edits.undo, progress, back=True)

    def redo(self, progress: Progress = patient) -> str | None:
        """Make the edit again that was taken back; None when there is none or it was stopped."""
        return self._step(self._edits.index(), self._edits.redo, progress, back=False)

    def _step(self, index: int, move: Callable[[], None], progress: Progress, back: bool) -> str | None:
        command = self._edits.command(index) if 0 <= index < self._edits.count() else None
        if not isinstance(command, Change):
            return None
        edit = command.edit.inverse if back else command.edit
        return command.text() if self._make(edit, progress, False, move) else None

    def _edit(self, edit: Edit, text: str, progress: Progress, must_run: bool = True) -> bool:
        def keep() -> None:
            self._edits.push(Change(edit, text))

        return self._make(edit, progress, must_run, keep)

    def _make(self, edit: Edit, progress: Progress, must_run: bool, moved: Callable[[], None]) -> bool:
        """Make an edit, then let the stack of edits follow; FormatError when the new line cannot run."""
        program, at = self._program(), self.where()
        old = list(program.items)
        try:
            if not program.change(edit, progress, must_run):
                return False
        except OperationError as error:
            raise located(error, edit.new[0]) from error
        moved()
        self.kept = same_place(old, edit, program.items, at)
        last = program.items[-1] if program.items else None
        added = last if edit.at == len(old) and isinstance(last, Done) else None
        self._changed(added, old[edit.at].first_row if edit.at < len(old) else len(program.session))
        return True

    def _program(self) -> Program:
        if self.program is None:
            raise FormatError(tr("no machine is running"))
        return self.program

    @property
    def failed(self) -> list[Failed]:
        """The operations that could not run."""
        return [item for item in self.program.items if isinstance(item, Failed)] if self.program else []

    def reboot(self, machine: Machine, progress: Progress = patient) -> None:
        """Run the same program on another machine; when stopped, what is left of it did not run."""
        document, path = replace(self.current(), machine=machine), self.path
        try:
            self.show(document, path, progress, self.source)
        finally:
            self.dirty = True
            self.titled.emit()

    def _changed(self, done: Done | None, since: int) -> None:
        self.changed_from, self.dirty = since, True
        self.changed.emit(done)
        self.titled.emit()

    def annotate(
        self,
        bookmarks: tuple[Bookmark, ...] | None = None,
        breakpoints: tuple[Breakpoint, ...] | None = None,
    ) -> None:
        """Keep other bookmarks or breakpoints with the program; None leaves them."""
        document = self.document
        self.document = replace(
            document,
            bookmarks=document.bookmarks if bookmarks is None else bookmarks,
            breakpoints=document.breakpoints if breakpoints is None else breakpoints,
        )
        self.dirty = True
        self.noted.emit()
        self.titled.emit()

    def retitle(self, title: str) -> None:
        """Call the program otherwise: a lesson's own in another language."""
        self.document = replace(self.document, title=title)
        self.titled.emit()

    # --- saving ----------------------------------------------------------------------------------

    def current(self) -> Document:
        """The document as it stands: the file's own when the operations are still the same."""
        items = self.program.items if self.program else []
        if not self.failed and [item.operation for item in items] == list(self.document.program):
            return self.document
        runs = [(item.operation, isinstance(item, Done)) for item in items]
        return replace(self.document, lines=documents.rewritten(self._opened, runs).lines)

    def save(self, path: Path) -> None:
        """Write the document; OSError when that is not possible."""
        document = replace(self.current(), title=self.document.title or path.stem)
        documents.save(path, document)
        self.document, self.path, self.source, self.dirty = document, path, path, False
        self.titled.emit()
