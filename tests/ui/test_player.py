"""The player: it alone moves the cursor, and it plays at the pace of its timer."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QObject, Signal

from vmgui.ui.player import DWELL, Player


class Ticks(QObject):
    """A timer that fires when the test says so."""

    timeout = Signal()

    def __init__(self):
        super().__init__()
        self.waits: list[int] = []

    def start(self, msec: int) -> None:
        self.waits.append(msec)

    def stop(self) -> None:
        self.waits.append(0)


class Head:
    """A cursor without memory."""

    at = 0

    def seek(self, to: int) -> None:
        self.at = to


class Line:
    """Ten steps; the operations end at 4 and 10."""

    def __len__(self) -> int:
        return 10

    def after(self, at: int) -> int:
        return min(at + 1, 10)

    def before(self, at: int) -> int:
        return max(at - 1, 0)


@pytest.fixture
def ticks():
    return Ticks()


class Clock:
    """Time that only the test moves."""

    at = 100.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def player(qapp, ticks, clock, monkeypatch):
    from vmgui.projection.steps import Steps

    monkeypatch.setattr(Steps, "after", Line.after)
    monkeypatch.setattr(Steps, "before", Line.before)
    player = Player(timer=ticks, now=clock)
    player.attach(Head(), Line(), lambda: (3, 7), lambda at: at == 2)
    return player


def test_a_step_says_where_the_play_head_is(qtbot, player):
    with qtbot.waitSignal(player.moved) as moved:
        player.step()
    assert moved.args == [1]


def test_steps_that_follow_each_other_at_once_leave_no_time_for_motions(player, clock):
    singles = []
    for pause in (0.0, 0.03, 0.03, 0.5):
        clock.at += pause
        player.step()
        singles.append(player.single)
    assert singles == [True, False, False, True]
    player.seek(9)
    player.back()  # the first after a jump
    assert player.single


def test_at_the_ends_it_stays(qtbot, player):
    with qtbot.assertNotEmitted(player.moved):
        player.back()
    player.last()
    with qtbot.assertNotEmitted(player.moved):
        player.step()
    assert player.at == 10


def test_marks_are_found_in_both_directions(player):
    player.next_mark()
    player.next_mark()
    assert player.at == 7
    player.previous_mark()
    assert player.at == 3


def test_playing_steps_at_the_pace_of_the_timer(player, ticks):
    player.play()
    assert player.at == 0
    ticks.timeout.emit()
    assert player.at == 1
    assert ticks.waits[-1] == DWELL[1.0]


def test_a_refusal_stays_twice_as_long(player, ticks):
    player.play()
    ticks.timeout.emit()
    ticks.timeout.emit()
    assert player.at == 2
    assert ticks.waits[-1] == 2 * DWELL[1.0]


def test_faster_waits_less(player, ticks):
    player.faster()
    player.play()
    assert ticks.waits[-1] == DWELL[2.0] < DWELL[1.0]


def test_it_stops_at_the_end_and_begins_anew(qtbot, player, ticks):
    player.seek(9)
    player.play()
    with qtbot.waitSignal(player.playing_changed) as changed:
        ticks.timeout.emit()
    assert changed.args == [False]
    player.play()
    assert player.at == 0


def test_a_late_tick_after_a_pause_moves_nothing(player, ticks):
    player.play()
    player.pause()
    ticks.timeout.emit()
    assert player.at == 0


def test_seeking_beyond_an_end_goes_to_the_end(player):
    player.seek(99)
    assert player.at == 10
    player.seek(-5)
    assert player.at == 0
