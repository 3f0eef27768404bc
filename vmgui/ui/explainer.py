"""Asks for the explanation of a step in the background; the next step cancels the question."""

from __future__ import annotations

from PySide6.QtCore import QObject, QThreadPool, QTimer, Signal

from vmgui.timeline.replay import Cancelled, Replayer
from vmgui.timeline.session import Session
from vmgui.timeline.why import Explanation, explain

#: Milliseconds a step has to last before it is asked about, so that held keys do not pile up replays.
PATIENCE = 40


class _Question:
    def __init__(self, asker: Explainer, session: Session, number: int, row: int):
        self.asker, self.session, self.number, self.row = asker, session, number, row

    def run(self) -> None:
        if self.stale():
            return
        answer = None
        try:
            answer = explain(self.session, self.asker.replayer(self.session), self.row, self.stale)
        except Cancelled:
            return
        finally:  # whoever waits is told, even if there is nothing to tell
            if not self.stale():
                self.asker.answered.emit(self.number, self.row, answer)

    def stale(self) -> bool:
        """Whether nobody waits for the answer any more."""
        return self.number != self.asker.number


class Explainer(QObject):
    """One worker thread with a replica of its own.

    Signals: `explained` carries the row and its Explanation (None outside of any call), in the thread of the
    window and only while the question is still the last one asked.
    """

    explained = Signal(int, object)
    answered = Signal(int, int, object)

    def __init__(self, parent: QObject | None = None):
        super().__init__(parent)
        self.session: Session | None = None
        self.number = 0
        self._row = -1
        self._replayer: Replayer | None = None
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._timer = QTimer(self, singleShot=True, interval=PATIENCE)
        self._timer.timeout.connect(self._start)
        self.answered.connect(self._deliver)

    def attach(self, session: Session) -> None:
        """Explain another session."""
        self.cancel()
        self.session = session

    def replayer(self, session: Session) -> Replayer:
        """The replica of the worker; only the worker calls this."""
        if self._replayer is None or self._replayer.session is not session:
            self._replayer = Replayer(session)
        return self._replayer

    def ask(self, row: int) -> None:
        """Ask about a row instead of whatever was asked before."""
        self.cancel()
        self._row = row
        if self.session is not None and row >= 0:
            self._timer.start()

    def cancel(self) -> None:
        """Want no answer."""
        self.number += 1
        self._timer.stop()

    def close(self) -> None:
        """Cancel and wait until the worker has stopped."""
        self.cancel()
        self._pool.waitForDone()

    def _start(self) -> None:
        if self.session is not None:
            self._pool.start(_Question(self, self.session, self.number, self._row).run)

    def _deliver(self, number: int, row: int, answer: Explanation | None) -> None:
        if number == self.number:
            self.explained.emit(row, answer)
