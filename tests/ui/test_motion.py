"""Claims about motions: how long they take, when there is none, and that nothing ticks when nothing moves."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QVariantAnimation
from PySide6.QtWidgets import QProxyStyle, QStyle

from tests.ui.conftest import SMALL
from vmgui.formats.document import Document
from vmgui.projection.stage_change import Change, Run
from vmgui.ui.motion import Motion, plan, reduced_by_system
from vmgui.ui.paint import part_of
from vmgui.ui.panes.stage import StageCanvas
from vmgui.ui.selection import Selection
from vmgui.ui.shots import settle

PROGRAM = ("a = vmalloc 16K", "f = ioremap 0x100101000 2M", "g = ioremap 0x200000000 2M", "iounmap f")


class Still(QVariantAnimation):
    """A clock that only the test moves."""

    def start(self, *_policy) -> None:
        self.started = True


@pytest.fixture
def clock(qapp):
    return Still()


class Film:
    """The stage at the beats of a program, on a clock of its own."""

    def __init__(self, desk, qtbot, clock):
        desk.workspace.show(Document(SMALL, PROGRAM, "Film"), None)
        self.desk, self.clock = desk, clock
        self.canvas = StageCanvas(Selection(), clock=clock)
        qtbot.addWidget(self.canvas)
        self.canvas.resize(984, 342)
        with qtbot.waitExposed(self.canvas):
            self.canvas.show()
        desk.scene.staged.connect(self.canvas.set_stage)

    def play(self, operation, kind):
        """From the beat before the first of a kind of an operation to it, as a single step."""
        presenter = self.desk.presenter
        if presenter.view is None:
            presenter.start()
        beats = presenter.beats_of(operation)
        at = next(i for i, beat in enumerate(beats) if beat.kind == kind)
        self.desk.player.seek(beats[at - 1].step)
        self.canvas.grab()
        self.desk.player.seek(beats[at].step, single=True)

    def picture(self, at):
        self.clock.setCurrentTime(at)
        return self.canvas.grab().toImage()


@pytest.fixture
def film(desk, qtbot, clock):
    return Film(desk, qtbot, clock)


# --- the plan ----------------------------------------------------------------------------------------


def test_an_arrow_grows_then_the_table_appears_then_its_badge():
    assert plan(Change(("pmd",))) == {"arrow": (0, 220), "outline": (220, 340), "badge": (340, 500)}


def test_a_refusal_takes_its_time_and_then_its_cross():
    assert plan(Change((), "refused")) == {"leaf": (0, 260), "chip": (260, 380)}
    assert plan(Change((), "installed"))["leaf"] == (0, 220)


def test_entries_fill_slower_than_they_are_cleared():
    assert plan(Change(run=Run("pte", 0, 9, True))) == {"run": (0, 300)}
    assert plan(Change(run=Run("pte", 0, 9, False))) == {"run": (0, 200)}


def test_slots_move_while_the_rest_happens():
    assert plan(Change((), "refused"), pans=True)["pan"] == (0, 250)


# --- the clock ---------------------------------------------------------------------------------------


def test_a_motion_is_done_when_its_time_is_over(clock):
    motion = Motion(clock=clock)
    motion.run(plan(Change(("pte",))))
    assert (motion.running, motion.done("arrow"), motion.done("badge")) == (True, 0, 0)
    clock.setCurrentTime(110)
    assert 0.5 < motion.done("arrow") < 1  # slower towards its end
    assert motion.done("outline") == 0
    clock.setCurrentTime(220)
    assert motion.done("arrow") == 1
    clock.setCurrentTime(500)
    assert not motion.running
    assert motion.done("badge") == 1


def test_a_shorter_motion_after_a_longer_one_runs_from_its_beginning(clock):
    motion = Motion(clock=clock)
    motion.run(plan(Change(("pte",))))
    clock.setCurrentTime(490)
    motion.run(plan(Change((), "refused")))
    assert (motion.running, motion.done("leaf")) == (True, 0)


def test_a_motion_that_is_passed_over_is_at_its_end_at_once(clock):
    motion = Motion(clock=clock)
    motion.run(plan(Change((), "refused")))
    motion.finish()
    assert (motion.running, motion.done("leaf")) == (False, 1)


def test_the_clock_of_the_window_stands_when_nothing_moves(qapp):
    clock = QVariantAnimation()
    motion = Motion(clock=clock)
    motion.run({})
    assert clock.state() == QVariantAnimation.State.Stopped
    motion.run(plan(Change((), "refused")))
    assert clock.state() == QVariantAnimation.State.Running
    clock.setCurrentTime(clock.duration())
    assert clock.state() == QVariantAnimation.State.Stopped


def test_reduced_motion_shows_the_end_at_once(clock):
    motion = Motion(clock=clock)
    motion.reduced = True
    motion.run(plan(Change((), "refused")))
    assert (motion.running, motion.done("chip")) == (False, 1)


def test_a_system_that_wants_no_animation_gets_none(qapp, clock):
    class Calm(QProxyStyle):
        def styleHint(self, hint, *rest):
            wanted = QStyle.StyleHint.SH_Widget_Animation_Duration
            return 0 if hint == wanted else super().styleHint(hint, *rest)

    assert not reduced_by_system()
    assert reduced_by_system(Calm())


def test_a_system_that_wants_no_animation_is_shown_the_end_at_once(clock, monkeypatch):
    monkeypatch.setattr("vmgui.ui.motion.reduced_by_system", lambda: True)
    motion = Motion(clock=clock)
    motion.run(plan(Change((), "refused")))
    assert (motion.running, motion.done("chip")) == (False, 1)


# --- the stage ---------------------------------------------------------------------------------------


def test_part_of_a_path_ends_on_its_way():
    path = [(0.0, 0.0), (10.0, 0.0), (10.0, 30.0)]
    assert part_of(path, 0.0) == [(0.0, 0.0), (0.0, 0.0)]
    assert part_of(path, 0.5) == [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0)]
    assert part_of(path, 1.0)[-1] == (10.0, 30.0)


@pytest.mark.qt_log_ignore("This plugin does not support")
@pytest.mark.parametrize(("operation", "kind", "on_the_way", "end"), [
    (0, "table", 110, 500), (1, "refused", 130, 380), (1, "written", 60, 300), (2, "huge", 60, 340),
    (3, "cleared", 60, 200),
])  # fmt: skip
def test_a_single_step_is_shown_as_a_motion(film, operation, kind, on_the_way, end):
    film.play(operation, kind)
    assert film.canvas.motion.running
    first, then, last = film.picture(0), film.picture(on_the_way), film.picture(end)
    assert first != then
    assert then != last
    assert not film.canvas.motion.running


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_the_reason_of_a_refusal_does_not_end_its_motion(film):
    film.play(1, "refused")
    film.picture(100)
    settle(film.desk)
    assert film.canvas.stage.leaf.refusal == "phys-misaligned"
    assert film.canvas.motion.running


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_what_can_be_pointed_at_is_there_from_the_first_frame(film):
    film.play(1, "written")
    film.picture(0)
    assert film.canvas.hits_of(level="pte", index=0)


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_a_jump_ends_the_motion_at_once(film):
    film.play(0, "table")
    film.desk.player.seek(0)
    assert not film.canvas.motion.running


def test_dragging_and_jumping_show_no_motion(desk, film):
    for step in range(0, desk.player.length, 40):
        desk.go(step)
        assert not film.canvas.motion.running


def test_a_step_by_hand_is_single_and_a_fast_one_is_not(desk):
    player = desk.player
    player.step()
    assert player.single
    player.last()
    assert not player.single
    player.back()
    assert player.single
    player.first()
    player.set_speed(4.0)
    player.play()
    player.step()
    assert not player.single
    player.pause()


def test_the_action_reduces_motion_and_is_remembered(desk):
    action = desk.window.actions_["reduced_motion"]
    action.trigger()
    assert desk.window.settings.reduced_motion
    assert desk.stage.canvas.motion.reduced
    action.trigger()
    assert not desk.stage.canvas.motion.reduced
