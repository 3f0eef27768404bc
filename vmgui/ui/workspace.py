"""What is open: a session, the file it belongs to, and whether it was changed since."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, Signal

from vmgui import assets
from vmgui.engine.machine import Machine
from vmgui.formats import document as documents
from vmgui.formats.document import Document
from vmgui.formats.errors import FormatError
from vmgui.formats.oplang import check_names, located, parse_operation
from vmgui.timeline.operation import Operation
from vmgui.timeline.session import Done, Session
from vmgui.timeline.values import OperationError

DEFAULT = "scenarios/first-steps.vmgui"


def tr(text: str) -> str:
    """Translate in the context of the window."""
    return QCoreApplication.translate("Workspace", text)


class Workspace(QObject):
    """Opens, runs, undoes and saves; nobody else changes the session.

    Signals: `replaced` when the session is another one, `changed` when operations were added or taken
    back (its argument is what was added, or None), `titled` when name or saved state changed.
    """

    replaced = Signal()
    changed = Signal(object)
    titled = Signal()

    def __init__(self, parent: QObject | None = None):
        super().__init__(parent)
        self.session: Session | None = None
        self.document = Document()
        self.path: Path | None = None
        self.dirty = False

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
        self.show(documents.load(assets.path(DEFAULT)), None, progress)

    def open(self, path: Path, progress: Callable[[int, int], bool] = lambda done, of: True) -> None:
        """Open a document or an operation file; FormatError, and nothing changed, when it cannot be read."""
        self.show(documents.load(path), path if path.suffix == documents.SUFFIX else None, progress)

    def open_copy(self, path: Path) -> None:
        """Open a program as one that has no file yet."""
        self.show(documents.load(path), None)

    def new(self) -> None:
        """Begin an empty program on the same machine."""
        self.show(Document(self.machine), None)

    def show(
        self,
        document: Document,
        path: Path | None,
        progress: Callable[[int, int], bool] = lambda done, of: True,
    ) -> None:
        """Boot the machine of a document and run its program; `progress` may end it by returning False."""
        session = Session(document.machine)
        refused = self._run(session, document, progress)
        self.session, self.document, self.path, self.dirty = session, document, path, False
        self.replaced.emit()
        self.titled.emit()
        if refused is not None:
            raise refused

    def adopt(self, session: Session, title: str) -> None:
        """Show a session that somebody else has run: that of a recording."""
        self.session, self.path, self.dirty = session, None, False
        lines = tuple(str(done.operation) for done in session.operations)
        self.document = Document(session.machine, lines, title)
        self.replaced.emit()
        self.titled.emit()

    def _run(
        self, session: Session, document: Document, progress: Callable[[int, int], bool]
    ) -> FormatError | None:
        """Run a program; an operation that cannot run ends it and is what comes back."""
        operations = document.operations
        for i, operation in enumerate(operations):
            if not progress(i, len(operations)):
                return FormatError(tr("stopped after {0} of {1} operations").format(i, len(operations)))
            try:
                session.apply(operation)
            except OperationError as error:
                return located(error, operation, document.title)
        progress(len(operations), len(operations))
        return None

    # --- changing --------------------------------------------------------------------------------

    def read(self, text: str) -> Operation:
        """Understand a line; FormatError says where it is wrong and how it should be."""
        operation = parse_operation(text)
        if self.session is not None:
            check_names([operation], known=self.session.names)
        return operation

    def run(self, text: str) -> Done:
        """Run one line at the end of the program; FormatError, and nothing changed, when it cannot run."""
        operation = self.read(text)
        if self.session is None:
            raise FormatError(tr("no machine is running"))
        try:
            done = self.session.apply(operation)
        except OperationError as error:
            raise located(error, operation) from error
        self._changed(done)
        return done

    def undo(self) -> Operation | None:
        """Take the last operation back; None when there is none."""
        if self.session is None or not self.session.operations:
            return None
        operation = self.session.undo()
        self._changed(None)
        return operation

    def redo(self) -> Done | None:
        """Run the operation again that was taken back; None when there is none."""
        if self.session is None or not self.session.can_redo:
            return None
        done = self.session.redo()
        self._changed(done)
        return done

    def reboot(self, machine: Machine) -> None:
        """Run the same program on another machine."""
        document, path = replace(self.current(), machine=machine), self.path
        try:
            self.show(document, path)
        finally:
            self.dirty = True
            self.titled.emit()

    def _changed(self, done: Done | None) -> None:
        self.dirty = True
        self.changed.emit(done)
        self.titled.emit()

    # --- saving ----------------------------------------------------------------------------------

    def current(self) -> Document:
        """The document as it stands: comments of the file stay when the operations are still the same."""
        operations = [done.operation for done in self.session.operations] if self.session else []
        if operations == list(self.document.operations):
            return self.document
        return replace(self.document, lines=tuple(str(operation) for operation in operations))

    def save(self, path: Path) -> None:
        """Write the document; OSError when that is not possible."""
        document = replace(self.current(), title=self.document.title or path.stem)
        documents.save(path, document)
        self.document, self.path, self.dirty = document, path, False
        self.titled.emit()
