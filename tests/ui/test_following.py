"""What follows the play-head: the check of the invariants, and what the running call was given."""

from __future__ import annotations

from vmgui.timeline import spans


def test_invariants_are_checked_in_the_background(qtbot, desk):
    def of_the_end(at, broken):  # the check of an earlier step may come in first
        return at == desk.player.length

    with qtbot.waitSignal(desk.auditor.audited, timeout=20_000, check_params_cb=of_the_end) as audited:
        desk.player.last()
    assert audited.args == [desk.player.length, ()]
    assert desk.window.status.parts[0].text() == "✓ Invariants hold"


def test_a_call_that_is_entered_shows_what_it_was_given(desk):
    call = next(c for c in _calls(desk) if c.function.name == "vmap_range_noflush")
    desk.player.seek(call.first + 1)
    shown = {v.name: v.text for v in desk.stack.model.variables}
    assert shown["phys_addr"] == "0x100101000"
    assert set(shown) == set(call.function.parameters)


def _calls(desk):
    columns = desk.workspace.session.columns
    return (spans.call(columns, span) for span in range(len(columns.spans)))
