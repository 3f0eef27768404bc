"""What follows the play-head: the check of the invariants, and what the running call was given."""

from __future__ import annotations

from threading import Event

import pytest

from vmgui.timeline import spans
from vmgui.ui import auditor


def test_invariants_are_checked_in_the_background(qtbot, desk):
    def of_the_end(at, broken):  # the check of an earlier step may come in first
        return at == desk.player.length

    with qtbot.waitSignal(desk.auditor.audited, timeout=20_000, check_params_cb=of_the_end) as audited:
        desk.player.last()
    assert audited.args == [desk.player.length, ()]
    assert desk.window.status.parts[0].text() == "✓ Invariants hold"


@pytest.fixture
def endless(monkeypatch):
    """A check that reads the kernel until it is stopped: set when it has begun, when it has ended."""
    begun, ended, enough = Event(), Event(), Event()

    def validate(k, well_behaved):
        begun.set()
        try:
            while not enough.is_set() and k.nr_vmap_nodes:
                pass
            return []
        finally:
            ended.set()

    monkeypatch.setattr(auditor, "validate", validate)
    yield begun, ended
    enough.set()


def test_a_step_stops_the_check_of_where_the_play_head_was(qtbot, desk, endless):
    begun, ended = endless
    desk.player.first()
    qtbot.waitUntil(begun.is_set, timeout=20_000)
    desk.player.step()
    assert ended.wait(20)


def test_an_operation_need_not_wait_for_a_check(qtbot, desk, endless):
    begun, ended = endless
    desk.player.first()
    qtbot.waitUntil(begun.is_set, timeout=20_000)
    operations = len(desk.workspace.session.operations)
    desk.run_line("checked = vmalloc 4K")
    assert ended.is_set()
    assert len(desk.workspace.session.operations) == operations + 1


def test_what_ran_again_is_checked_again(qtbot, desk):
    with qtbot.waitSignal(desk.auditor.audited, timeout=20_000, check_params_cb=lambda at, _: at > 0):
        desk.player.last()
    assert desk.auditor.ask(desk.player.length) == ()
    for name in ("undo", "redo"):
        desk.window.actions_[name].trigger()
    assert desk.auditor.ask(desk.player.length) is None


def test_a_broken_invariant_is_told_and_stops_playing(qtbot, desk, monkeypatch):
    monkeypatch.setattr(auditor, "validate", lambda _kernel, well_behaved: ["two areas overlap"])
    desk.player.set_speed(0.5)
    desk.player.play()
    assert desk.player.playing
    with qtbot.waitSignal(desk.auditor.audited, timeout=20_000):
        desk.auditor.ask(desk.player.at)
    assert not desk.player.playing
    assert desk.window.status.parts[0].text() == "! 1 invariants broken: two areas overlap"


def test_what_another_call_held_is_no_change(qtbot, desk):
    calls = [call for call in _calls(desk) if call.function.name == "alloc_vmap_area"]
    for call in calls[:2]:
        with qtbot.waitSignal(desk.scene.settled, timeout=20_000):
            desk.player.seek(call.last + 1)
    variables = {v.name: v for v in desk.stack.model.variables}
    assert variables["size"].text != str(calls[0].arguments["size"])
    assert not any(v.changed for v in variables.values())


def test_a_line_that_cannot_run_leaves_the_check_wanted(qtbot, desk):
    desk.player.last()
    with qtbot.waitSignal(desk.auditor.audited, timeout=20_000):
        desk.run_line("vfree nobody")


def test_a_call_that_is_entered_shows_what_it_was_given(desk):
    call = next(c for c in _calls(desk) if c.function.name == "vmap_range_noflush")
    desk.player.seek(call.first + 1)
    shown = {v.name: v.text for v in desk.stack.model.variables}
    assert shown["phys_addr"] == "0x100101000"
    assert set(shown) == set(call.function.parameters)


def _calls(desk):
    columns = desk.workspace.session.columns
    return (spans.call(columns, span) for span in range(len(columns.spans)))
