"""Steps by lines of the engine's text: a replay in the background tells which lines ran between two rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QThreadPool, Signal

from vmgui.projection.lines import Position, Window, look
from vmgui.timeline.replay import Cancelled, Replayer
from vmgui.timeline.session import Done, Session
from vmgui.ui.words import tr

if TYPE_CHECKING:
    from vmgui.ui.desk import Desk


class _Question:
    def __init__(self, asker: Liner, session: Session, number: int, done: Done, at: Position, way: int):
        self.asker, self.session, self.number = asker, session, number
        self.done, self.at, self.way = done, at, way

    def run(self) -> None:
        if self.stale():
            return
        try:
            replayer, services = self.asker.replayer(self.session), self.asker.services
            found = look(replayer, self.done, self.at, self.way, services, self.stale)
        except Cancelled:
            return
        if not self.stale():
            self.asker.found.emit(self.number, found, self.way)

    def stale(self) -> bool:
        """Whether nobody waits for the answer any more."""
        return self.number != self.asker.number


class Liner(QObject):
    """Knows at which line the play-head stands. `arrived` says that a step by a line is over."""

    found = Signal(int, object, int)
    arrived = Signal()

    def __init__(self, desk: Desk):
        super().__init__(desk)
        self.desk = desk
        self.number = 0
        self.services = False
        self._index = -1
        self._at = 0
        self._window: Window | None = None
        self._asked: tuple[int, Position, int] | None = None
        self._replayer: Replayer | None = None
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self.found.connect(self._take)
        desk.player.line_wanted.connect(self.go)
        desk.player.moved.connect(self._moved)
        desk.player.size_changed.connect(lambda _size: self._forget())
        desk.workspace.replaced.connect(self._forget)
        desk.workspace.changed.connect(self._forget)

    @property
    def position(self) -> Position:
        """Rows that have happened, and which line after them is next; -1: none was stepped to."""
        return self._at, self._index

    def replayer(self, session: Session) -> Replayer:
        """The replica of the worker; only the worker calls this."""
        if self._replayer is None or self._replayer.session is not session:
            self._replayer = Replayer(session)
        return self._replayer

    def close(self) -> None:
        """Want no answer and wait until the worker has stopped."""
        self.number += 1
        self._pool.waitForDone()

    def _forget(self) -> None:
        self.number += 1
        self._window = None
        self._leave_line()

    def _leave_line(self) -> None:
        """Stand at the step itself, at none of the lines behind it."""
        if self._index >= 0:
            self._index = -1
            self.desk.scene.leave_line()
        self.desk.transport.tell_line(None)

    def _moved(self, at: int) -> None:
        if at != self._at:
            self._at, self._index = at, -1
            self.desk.transport.tell_line(None)

    # --- stepping --------------------------------------------------------------------------------

    def go(self, way: int) -> None:
        """To the next line, or to the one before; who asks again while that is looked for waits as well."""
        if self._asked != (self.number, self.position, way) and not self._step(way):
            self._ask(way)

    def _step(self, way: int) -> bool:
        """Step as far as the known lines go; False if they do not tell."""
        known, at = self._window, self.position
        if known is None or not known.done.first_row <= at[0] <= known.done.last_row:
            return False
        number = known.after(at) if way > 0 else known.before(at)
        if number is not None:
            self._show(known, number)
        elif way > 0 and known.ends_before(at) and at[0] < known.done.last_row:
            self._rest(known.done.last_row)
        elif way < 0 and known.begins_after(at) and at > (known.done.first_row, -1):
            self._rest(known.done.first_row)
        else:
            return False
        return True

    def _ask(self, way: int) -> None:
        session, at = self.desk.workspace.session, self.position
        row = at[0] if way > 0 or at > (self._first(at[0]), -1) else at[0] - 1
        done = session.operation_at(row) if session is not None and row >= 0 else None
        if session is None or done is None:
            self.desk.window.notices.say(
                tr("There is no later line") if way > 0 else tr("There is no earlier line")
            )
            self.desk.player.pause()
            self.arrived.emit()
            return
        self.number += 1
        self._asked = self.number, at, way
        self.services = self.desk.window.actions_["services"].isChecked()
        self._pool.start(_Question(self, session, self.number, done, at, way).run)

    def _first(self, row: int) -> int:
        session = self.desk.workspace.session
        done = session.operation_at(row) if session is not None else None
        return done.first_row if done is not None else row

    def _take(self, number: int, known: Window, way: int) -> None:
        if number != self.number:
            return
        self._window, self._asked = known, None
        if not self._step(way):  # none of its lines is shown: past them
            self._rest(known.done.last_row if way > 0 else known.done.first_row)

    def _rest(self, row: int) -> None:
        """Stand between two operations."""
        self.desk.player.seek(row)
        self._at = row
        self._leave_line()
        self.arrived.emit()

    def _show(self, known: Window, number: int) -> None:
        row, index = known.positions[number]
        self.desk.player.seek(row)
        self._at, self._index = row, index
        self.desk.scene.show_line(known.source(number), known.variables(number))
        self.desk.transport.tell_line(tr("next: line {0}").format(known.lines[number].line))
        self.arrived.emit()
