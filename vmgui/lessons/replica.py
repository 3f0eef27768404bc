"""A replica of a session's memory that facts are read from: it stands wherever it is asked to."""

from __future__ import annotations

from functools import cached_property

from vmgui.engine.kernel import Kernel
from vmgui.projection.breakpoints import Event, Recorded, steps_of
from vmgui.projection.census import Census, census
from vmgui.projection.entries import Geometry
from vmgui.timeline import spans
from vmgui.timeline.replay import Replayer
from vmgui.timeline.session import Session
from vmgui.timeline.why import Guard, explain


class Replica:
    """Reads a session at any step; what is found for a whole timeline is kept while that does not grow."""

    def __init__(self, session: Session) -> None:
        self.session, self.cursor = session, session.cursor()
        self.kernel = Kernel(session.machine, self.cursor)
        self.shape = Geometry(session.kernel)
        self._events: dict[Event, tuple[int, list[int]]] = {}
        self._guards: dict[int, Guard | None] = {}

    def at(self, row: int) -> Kernel:
        """The kernel as it stands when `row` rows have happened; good until the next call."""
        self.cursor.seek(min(row, len(self.session)))
        return self.kernel

    def events(self, event: Event, row: int) -> int:
        """How often an event has happened when `row` rows have."""
        session = self.session
        length, steps = self._events.get(event, (-1, []))
        if length != len(session):
            recorded = Recorded(session.columns, session.operations, self.shape, session.kernel)
            steps = steps_of(recorded, event).tolist()
            self._events[event] = len(session), steps
        return sum(step <= row for step in steps)

    def census(self, row: int, start: int, end: int) -> Census:
        """The leaves and tables of a range at a step."""
        self.at(row)
        return census(self.shape, self.cursor, start, end)

    def decided(self, call: spans.Call) -> Guard | None:
        """The guard that a call was refused by; None if it was not."""
        if call.result or call.raised:
            return None
        if call.last not in self._guards:
            explained = explain(self.session, self._replayer, call.last)
            self._guards[call.last] = explained.decided if explained is not None else None
        return self._guards[call.last]

    @cached_property
    def _replayer(self) -> Replayer:
        return Replayer(self.session)
