"""Checks the kernel's invariants in the background, at the end of each operation that is looked at.

Many areas take a while, and who computes meanwhile shares the interpreter: the next step ends it at once.
"""

from __future__ import annotations

from bisect import bisect_right

from PySide6.QtCore import QObject, QThreadPool, QTimer, Signal

from vmgui.engine.check import validate
from vmgui.engine.kernel import Kernel
from vmgui.timeline.cursor import Cursor
from vmgui.timeline.loan import Loan
from vmgui.timeline.replay import Cancelled
from vmgui.timeline.session import Session

#: Milliseconds an operation has to be looked at before it is checked.
PATIENCE = 300


class _Audit:
    def __init__(self, auditor: Auditor, session: Session, number: int, row: int):
        self.auditor, self.session, self.number, self.row = auditor, session, number, row

    def run(self) -> None:
        if self.stale():
            return
        with self.session.lock:
            cursor = self.auditor.cursor(self.session)
            memory = self.auditor.loan = Loan(cursor)
            if self.stale() or self.row > len(self.session):
                return
            cursor.seek(self.row)
            try:
                broken = validate(Kernel(self.session.machine, memory), well_behaved=False)
            except Cancelled:
                return
        self.auditor.checked.emit(self.number, self.row, tuple(broken))

    def stale(self) -> bool:
        """Whether nobody waits for the answer any more."""
        return self.number != self.auditor.number


class Auditor(QObject):
    """`audited` carries the row and what is broken there; a program's own wrong calls are not counted."""

    audited = Signal(int, object)
    checked = Signal(int, int, object)

    def __init__(self, parent: QObject | None = None):
        super().__init__(parent)
        self.number = 0
        self.loan: Loan | None = None
        self.known: dict[int, tuple[str, ...]] = {}
        self._session: Session | None = None
        self._row = 0
        self._replica: tuple[Session, Cursor] | None = None
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._timer = QTimer(self, singleShot=True, interval=PATIENCE)
        self._timer.timeout.connect(self._start)
        self.checked.connect(self._deliver)

    def attach(self, session: Session) -> None:
        """Check another session, or this one after its operations have changed."""
        self.cancel()
        self._session = session
        self.known.clear()

    def cursor(self, session: Session) -> Cursor:
        """The replica of the worker; only the worker calls this."""
        if self._replica is None or self._replica[0] is not session:
            self._replica = session, session.cursor()
        return self._replica[1]

    def ask(self, at: int) -> tuple[str, ...] | None:
        """What is broken at the last end of an operation before `at`; None while it is not known."""
        operations = self._session.operations if self._session else []
        ended = bisect_right(operations, at, key=lambda done: done.last_row)
        row = operations[ended - 1].last_row if ended else 0
        self.cancel()
        self._row = row
        if row not in self.known:
            self._timer.start()  # anew with every step: only who stays is told
        return self.known.get(row)

    def close(self) -> None:
        """Stop, and wait until the worker has."""
        self.cancel()
        self._pool.waitForDone()

    def cancel(self) -> None:
        """Want no answer, and stop who looks for one."""
        self.number += 1  # first, so that a worker who is about to borrow the replica sees it
        self._timer.stop()
        if self.loan is not None:
            self.loan.take_back()

    def _start(self) -> None:
        if self._session is not None and self._row not in self.known:
            self._pool.start(_Audit(self, self._session, self.number, self._row).run)

    def _deliver(self, number: int, row: int, broken: tuple[str, ...]) -> None:
        if number == self.number:
            self.known[row] = broken
            self.audited.emit(row, broken)
