"""The play-head: the only one that moves the cursor."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from vmgui.projection.steps import Size, Steps

#: Milliseconds from one step to the next, by speed.
DWELL = {0.5: 1400, 1.0: 700, 2.0: 350, 4.0: 120}
SPEEDS = tuple(DWELL)
#: At this speed there is no time for motions.
FAST = 4.0
#: Nor is there between single steps that follow each other in fewer seconds, as with a key held down.
HURRY = 0.12
#: Where a step of each size leads.
AFTER = {"operation": "operation_after", "call": "call_after", "write": "after"}
BEFORE = {"operation": "operation_before", "call": "call_before", "write": "before"}


class Head(Protocol):
    """What is moved: a replica that can be put at any row."""

    at: int

    def seek(self, to: int) -> None: ...


class Timer(Protocol):
    """What paces it; a test brings its own."""

    timeout: Any

    def start(self, msec: int) -> None: ...
    def stop(self) -> None: ...


def clock(parent: QObject) -> QTimer:
    """A timer that fires once, on time."""
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    return timer


class Player(QObject):
    """Moves the cursor and says where it is.

    Signals: `moved` carries the number of rows that have happened; `replaced` that the timeline is another
    one; `playing_changed`, `speed_changed` and `size_changed` what they say; `stopped` the breakpoint's step
    that ended playing; `locked` that it was to go beyond `limit`; `line_wanted` 1 or -1: lines are no rows,
    somebody else finds them.
    """

    moved = Signal(int)
    replaced = Signal()
    playing_changed = Signal(bool)
    speed_changed = Signal(float)
    size_changed = Signal(str)
    stopped = Signal(int)
    locked = Signal()
    line_wanted = Signal(int)

    def __init__(
        self,
        parent: QObject | None = None,
        timer: Timer | None = None,
        now: Callable[[], float] = time.monotonic,
    ):
        super().__init__(parent)
        self._now = now
        self._stepped: float | None = None  # when, if the last move was a single step
        self._cursor: Head | None = None
        self.steps: Steps | None = None
        self._marks: Callable[[], Sequence[int]] = tuple
        self._slow: Callable[[int], bool] = lambda at: False
        self.playing = False
        self.speed = 1.0
        self.single = False
        self.limit: int | None = None
        self.size: Size = "write"
        self.stop_after: Callable[[int], int | None] = lambda at: None
        self._timer: Timer = timer if timer is not None else clock(self)
        self._timer.timeout.connect(self._tick)

    def attach(
        self,
        cursor: Head,
        steps: Steps,
        marks: Callable[[], Sequence[int]] = tuple,
        slow: Callable[[int], bool] = lambda at: False,
    ) -> None:
        """Play another timeline; `marks` are its events, `slow` says which steps to stay at twice as long."""
        self.pause()
        self._cursor, self.steps, self._marks, self._slow = cursor, steps, marks, slow
        self.limit = None
        self.replaced.emit()
        self.moved.emit(cursor.at)

    @property
    def at(self) -> int:
        """How many rows have happened."""
        return self._cursor.at if self._cursor else 0

    @property
    def length(self) -> int:
        """How many rows there are."""
        return len(self.steps) if self.steps else 0

    def seek(self, to: int, single: bool = False) -> None:
        """Go to a row, or to the nearest end; a `single` step may be shown as a motion."""
        if self.limit is not None and to > self.limit:
            to = self.limit
            self.pause()
            self.locked.emit()
        to = max(0, min(to, self.length))
        if self._cursor is not None and to != self._cursor.at:
            hurried = self._hurries(single) or (self.playing and self.speed >= FAST)
            self.single = single and not hurried
            self._cursor.seek(to)
            self.moved.emit(to)

    def _hurries(self, single: bool) -> bool:
        """Whether the last single step was only just now: the stage shows the end of this one at once."""
        before, self._stepped = self._stepped, self._now() if single else None
        return self._stepped is not None and before is not None and self._stepped - before < HURRY

    def changed(self) -> None:
        """The timeline grew or was cut: say where the play-head is now."""
        self.single = False
        self.moved.emit(self.at)

    def _go(self, where: Callable[[Steps, int], int], single: bool = False) -> None:
        if self.steps is not None:
            self.seek(where(self.steps, self.at), single)

    def step(self) -> None:
        """One step forward, of the size that was chosen."""
        if self.size == "line":
            self.line_wanted.emit(1)
        else:
            self._go(lambda steps, at: getattr(steps, AFTER[self.size])(at), single=True)

    def back(self) -> None:
        """One step back, of the size that was chosen."""
        if self.size == "line":
            self.line_wanted.emit(-1)
        else:
            self._go(lambda steps, at: getattr(steps, BEFORE[self.size])(at), single=True)

    def set_size(self, size: Size) -> None:
        """Let a step be another amount of work."""
        if size != self.size:
            self.size = size
            self.size_changed.emit(size)

    def over(self) -> None:
        """Past the next call."""
        self._go(Steps.over, single=True)

    def over_back(self) -> None:
        """To before the call that has just returned."""
        self._go(Steps.over_back, single=True)

    def out(self) -> None:
        """To after the running call."""
        self._go(Steps.out)

    def next_operation(self) -> None:
        """To the end of this or the next operation."""
        self._go(Steps.operation_after)

    def previous_operation(self) -> None:
        """To the beginning of this or the last operation."""
        self._go(Steps.operation_before)

    def first(self) -> None:
        """To before anything happened."""
        self.seek(0)

    def last(self) -> None:
        """To the end."""
        self.seek(self.length)

    def next_mark(self) -> None:
        """To the next event worth finding."""
        self.seek(next((m for m in self._marks() if m > self.at), self.at))

    def previous_mark(self) -> None:
        """To the last event worth finding."""
        self.seek(next((m for m in reversed(self._marks()) if m < self.at), self.at))

    def play(self) -> None:
        """Step by itself; from the end it starts again."""
        if not self.length or self.playing:
            return
        if self.at == self.length:
            self.first()
        self.playing = True
        self.playing_changed.emit(True)
        self._wait()

    def pause(self) -> None:
        """Stay here."""
        self._timer.stop()
        if self.playing:
            self.playing = False
            self.playing_changed.emit(False)

    def toggle(self) -> None:
        """Play or pause."""
        if self.playing:
            self.pause()
        else:
            self.play()

    def set_speed(self, speed: float) -> None:
        """Play at a speed of SPEEDS."""
        if speed in DWELL and speed != self.speed:
            self.speed = speed
            self.speed_changed.emit(speed)

    def faster(self) -> None:
        """The next higher speed."""
        self.set_speed(SPEEDS[min(SPEEDS.index(self.speed) + 1, len(SPEEDS) - 1)])

    def slower(self) -> None:
        """The next lower speed."""
        self.set_speed(SPEEDS[max(SPEEDS.index(self.speed) - 1, 0)])

    def _wait(self) -> None:
        self._timer.start(DWELL[self.speed] * (2 if self._slow(self.at) else 1))

    def _tick(self) -> None:
        if not self.playing:
            return
        before = self.at
        self.step()
        stop = self.stop_after(before)
        if stop is not None and stop <= self.at:
            self.pause()
            self.seek(stop)
            self.stopped.emit(stop)
        elif self.at == self.length:
            self.pause()
        elif self.playing:
            self._wait()
