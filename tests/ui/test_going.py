"""Going to a step by what happens there, as a user does it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.ui.conftest import PROGRAM, SMALL
from vmgui.formats import document as documents
from vmgui.formats.document import Bookmark, Breakpoint, Document
from vmgui.projection.landmarks import decisions
from vmgui.timeline import spans
from vmgui.ui import context, seeking
from vmgui.ui.dialogs.bookmarks import BookmarkDialog, BookmarksDialog
from vmgui.ui.dialogs.breakpoints import BreakpointsDialog
from vmgui.ui.dialogs.writers import WritersDialog
from vmgui.ui.selection import Place

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def trigger(desk, name: str) -> None:
    """Do an action as a menu does."""
    desk.window.actions_[name].trigger()


def notice(desk) -> str:
    """What the window says."""
    return desk.window.notices.text


def area_of(desk, number: int) -> Place:
    """The area that an operation made."""
    made = desk.workspace.session.operations[number].outcome.made
    return Place(va=(made.place, made.place + made.size), area=made.place)


def dialog(desk, kind):
    """The open dialog of a kind."""
    return desk.window.findChild(kind)


# --- where the play-head was -----------------------------------------------------------------------------


def test_back_and_forward_follow_every_jump_without_limit(desk):
    jumps = [(i * 37) % desk.player.length + 1 for i in range(300)]
    for step in jumps:
        desk.go(step)
    for step in reversed([0, *jumps[:-1]]):
        trigger(desk, "go_back")
        assert desk.player.at == step
    for step in jumps:
        trigger(desk, "go_forward")
        assert desk.player.at == step


def test_steps_are_no_jumps(desk):
    desk.go(100)
    for _ in range(5):
        trigger(desk, "step")
    trigger(desk, "go_back")
    assert desk.player.at == 0
    trigger(desk, "go_forward")
    assert desk.player.at > 100


def test_a_new_jump_forgets_where_forward_would_have_gone(desk):
    for step in (100, 200):
        desk.go(step)
    trigger(desk, "go_back")
    desk.go(50)
    trigger(desk, "go_forward")
    assert desk.player.at == 50
    trigger(desk, "go_back")
    assert desk.player.at == 100


def test_back_never_stays_where_the_play_head_is(desk):
    desk.go(100)
    desk.go(200)
    desk.player.seek(100)  # stepped there, by hand
    trigger(desk, "go_back")
    assert desk.player.at == 0


def test_dragging_along_the_timeline_is_one_jump(qtbot, desk):
    from tests.ui.samples import move

    desk.scrubber.grab()
    points = [desk.scrubber.rect().topLeft() + QPointF(x, 30).toPoint() for x in (200, 300, 400, 500)]
    qtbot.mousePress(desk.scrubber, Qt.MouseButton.LeftButton, pos=points[0])
    for point in points[1:]:
        move(desk.scrubber, point, Qt.MouseButton.LeftButton)
    qtbot.mouseRelease(desk.scrubber, Qt.MouseButton.LeftButton, pos=points[-1])
    assert desk.player.at > 0
    trigger(desk, "go_back")
    assert desk.player.at == 0


def test_at_its_ends_the_trail_says_so(desk):
    trigger(desk, "go_back")
    assert "back" in notice(desk)
    trigger(desk, "go_forward")
    assert "forward" in notice(desk)
    assert desk.player.at == 0


def test_the_mouse_has_keys_for_back_and_forward(desk):
    desk.go(100)
    handle = desk.window.windowHandle()
    seeking.SideButtons(desk).watch()
    for button, at in ((Qt.MouseButton.BackButton, 0), (Qt.MouseButton.ForwardButton, 100)):
        where = QPointF(300, 300)
        event = QMouseEvent(
            QEvent.Type.MouseButtonPress, where, where, button, button, Qt.KeyboardModifier.NoModifier
        )
        QApplication.sendEvent(handle, event)
        assert desk.player.at == at


# --- changes ---------------------------------------------------------------------------------------------


def test_next_and_previous_change_of_the_selected_area(desk):
    desk.selection.select(area_of(desk, 0))
    made, freed = desk.workspace.session.operations[0], desk.workspace.session.operations[2]
    trigger(desk, "next_change")
    assert made.first_row < desk.player.at <= made.last_row
    desk.go(made.last_row)
    trigger(desk, "next_change")
    assert freed.first_row < desk.player.at <= freed.last_row
    first = desk.player.at
    trigger(desk, "next_change")
    trigger(desk, "previous_change")
    assert desk.player.at == first


def test_what_does_not_change_any_more_is_said(desk):
    desk.selection.select(area_of(desk, 1))
    desk.go(desk.player.length)
    trigger(desk, "next_change")
    assert "Nothing later changes this area" in notice(desk)
    assert desk.player.at == desk.player.length


def test_without_a_selection_a_change_asks_for_one(desk):
    for name in ("next_change", "previous_change", "who_wrote"):
        trigger(desk, name)
        assert "Select an entry, an area or a frame" in notice(desk)


def entry_of(desk, number: int) -> Place:
    """The last-level entry of the first page that an operation mapped."""
    from vmgui.projection.seek import mapping

    start = desk.workspace.session.operations[number].outcome.value
    scene = desk.scene
    table, _end = list(mapping(scene.kernel, scene.cursor, scene.shape, start, start + 1))[-1]
    return Place(level="pte", table=table >> 12, index=table % 4096 // 8, va=(start, start + 4096))


def test_who_wrote_goes_to_the_only_writer(desk):
    done = desk.workspace.session.operations[0]
    desk.go(done.last_row)
    desk.selection.select(entry_of(desk, 0))
    trigger(desk, "who_wrote")
    assert done.first_row < desk.player.at < done.last_row
    assert "Only this step wrote this entry: vmap_pages_pte_range in “a = vmalloc 16K”" in notice(desk)


def test_who_wrote_lists_several_writers_and_goes_to_the_chosen_one(desk, qtbot):
    place = area_of(desk, 1)
    desk.go(desk.player.length)
    desk.selection.select(place)
    trigger(desk, "who_wrote")
    writers = dialog(desk, WritersDialog)
    assert writers.table.rowCount() == len(writers.writers) > 1
    assert {w.line for w in writers.writers} <= set(PROGRAM)
    writers.table.setCurrentCell(2, 0)
    QTest.keyClick(writers.table, Qt.Key.Key_Return)
    assert desk.player.at == writers.writers[2].step
    writers.close()


def test_nobody_has_written_what_is_still_empty(desk):
    desk.selection.select(Place(phys=(0x3000000, 0x3001000)))
    trigger(desk, "who_wrote")
    assert "Nobody has written these frames yet" in notice(desk)


def test_the_menu_of_a_place_has_what_is_said_of_it(desk):
    desk.go(desk.workspace.session.operations[0].last_row)
    menu = context.menu_of(desk, area_of(desk, 0))
    texts = [action.text() for action in menu.actions() if action.text()]
    assert texts == [
        "Copy address", "Copy as C constant", "Walk this address", "Go to the step that made this",
        "Go to the step that took this away", "Who wrote this?", "Next change of this",
        "Previous change of this", "Bookmark this step…", "Ask me about this step",
    ]  # fmt: skip
    next(action for action in menu.actions() if action.text() == "Next change of this").trigger()
    assert desk.player.at > desk.workspace.session.operations[0].last_row


def test_the_menu_of_a_step_goes_there_marks_it_and_links_to_it(desk):
    menu = context.menu_of(desk, Place(step=100))
    actions = {action.text(): action for action in menu.actions()}
    assert set(actions) == {"Go to step 100", "Bookmark this step…", "Copy link to this step"}
    actions["Go to step 100"].trigger()
    assert desk.player.at == 100


@pytest.mark.parametrize(
    "address", [0, 0xDEADBEEF, 1 << 47, (1 << 64) - 1, 0x8000000000000000, 0xFFFF888000000000]
)
def test_any_address_can_be_walked_and_the_play_head_stays(desk, address):
    desk.go(100)
    desk.scene.look_at(address)
    desk.stage.grab()
    assert desk.player.at == 100
    assert desk.stage.canvas.stage.looking


# --- breakpoints -------------------------------------------------------------------------------------------


def test_continue_stops_at_each_hit_and_backwards_too(desk):
    desk.stops.add("refused")
    hits = decisions(desk.workspace.session.columns, "pmd", installed=False)
    for hit in hits:
        trigger(desk, "continue")
        assert desk.player.at == hit
    assert "A huge page is refused" in notice(desk)
    trigger(desk, "continue")
    assert desk.player.at == hits[-1]
    assert "No breakpoint is hit after" in notice(desk)
    trigger(desk, "continue_back")
    assert desk.player.at == hits[-2]


def test_without_a_breakpoint_continue_says_how_to_set_one(desk):
    trigger(desk, "continue")
    assert desk.player.at == 0
    assert "Breakpoints" in notice(desk)


def test_playing_stops_at_a_breakpoint_though_a_step_would_pass_it(desk, qtbot):
    desk.stops.add("refused")
    hit = decisions(desk.workspace.session.columns, "pmd", installed=False)[0]
    trigger(desk, "size_operation")
    trigger(desk, "play")
    with qtbot.waitSignal(desk.player.stopped, timeout=10_000) as stopped:
        desk.player.set_speed(4.0)
    assert stopped.args == [hit]
    assert desk.player.at == hit
    assert not desk.player.playing


def test_the_list_adds_turns_off_counts_and_takes_away(desk, qtbot):
    trigger(desk, "breakpoints")
    shown = dialog(desk, BreakpointsDialog)
    assert shown.empty.isVisible()
    shown.event_.setCurrentIndex(shown.event_.findData("function"))
    assert shown.what.isVisible()
    shown.what.setText("nobody")
    qtbot.mouseClick(shown.adding, Qt.MouseButton.LeftButton)
    assert "nobody" in shown.wrong.text()
    assert desk.stops.all == ()
    shown.what.setText("vmap_pmd_range")
    QTest.keyClick(shown.what, Qt.Key.Key_Return)
    assert shown.wrong.isHidden()
    (stop,) = desk.stops.all
    assert shown.table.item(0, 3).text() == f"0 of {len(stop.steps)}"
    qtbot.mouseClick(shown.forward, Qt.MouseButton.LeftButton)
    assert desk.player.at == stop.steps[0]
    assert shown.table.item(0, 3).text() == f"1 of {len(stop.steps)}"
    shown.table.item(0, 0).setCheckState(Qt.CheckState.Unchecked)
    assert not desk.stops.all[0].held.enabled
    assert desk.stops.after(0) is None
    qtbot.mouseClick(shown.removing, Qt.MouseButton.LeftButton)
    assert desk.stops.all == ()
    shown.close()


def test_a_breakpoint_finds_what_runs_later(desk):
    desk.stops.add("function", "vfree")
    hits = len(desk.stops.all[0].steps)
    desk.run_line("b = vmalloc 16K")
    desk.run_line("vfree b")
    assert len(desk.stops.all[0].steps) > hits
    trigger(desk, "undo")
    assert len(desk.stops.all[0].steps) == hits


def test_a_click_beside_a_line_puts_a_breakpoint_there_and_takes_it_away(desk, qtbot):
    desk.go(decisions(desk.workspace.session.columns, "pmd", installed=False)[0] + 20)
    view = desk.source.view
    line = view.source.first
    y = next(y for y in range(view.viewport().height()) if view.line_at(y) == line)
    where = QPointF(10, y + 2).toPoint()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=where)
    (stop,) = desk.stops.all
    assert stop.held.what == f"{desk.source.view.source.name}:{line}"
    assert len(stop.steps)
    assert desk.stops.lines(view.source.file) == {line: True}
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert desk.stops.all == ()


def test_the_marked_line_is_run_to_and_broken_on(desk, qtbot):
    columns = desk.workspace.session.columns
    calls = (spans.call(columns, number) for number in range(len(columns.spans)))
    entered = next(call for call in calls if call.function.name == "alloc_vmap_area").first + 1
    desk.go(entered)
    view = desk.source.view
    source, line = view.source, view.source.first
    trigger(desk, "run_to_line")
    assert desk.player.at > entered
    assert (view.source.file, view.source.first) == (source.file, line)
    trigger(desk, "break_here")
    stop = desk.stops.all[0]
    assert (stop.held.event, stop.held.what) == ("line", f"{source.name}:{line}")
    assert desk.player.at in stop.steps.tolist()


def test_a_breakpoint_of_another_version_is_kept_and_said_to_be_unknown(desk):
    held = (Breakpoint("moon", "full"), Breakpoint("function", "gone_away"))
    desk.workspace.show(Document(SMALL, PROGRAM, "Three", breakpoints=held), None)
    assert [bool(stop.wrong) for stop in desk.stops.all] == [True, True]
    trigger(desk, "breakpoints")
    assert "not known" in dialog(desk, BreakpointsDialog).table.item(0, 3).text()
    assert desk.workspace.current().breakpoints == held
    dialog(desk, BreakpointsDialog).close()


# --- bookmarks -------------------------------------------------------------------------------------------


def test_a_bookmark_is_named_noted_saved_and_found_again(desk, tmp_path):
    desk.go(100)
    trigger(desk, "bookmark")
    asked = dialog(desk, BookmarkDialog)
    asked.name.setText("Look here")
    asked.note.setPlainText("because")
    asked.accept()
    assert desk.workspace.dirty
    desk.workspace.save(tmp_path / "x.vmgui")
    (kept,) = documents.load(tmp_path / "x.vmgui").bookmarks
    assert (kept.step, kept.text, kept.note) == (100, "Look here", "because")
    desk.workspace.open(tmp_path / "x.vmgui")
    assert [(m.step, m.held.text) for m in desk.bookmarks.all] == [(100, "Look here")]
    assert not desk.workspace.dirty


def test_the_list_of_bookmarks_jumps_and_takes_away(desk, qtbot):
    desk.bookmarks.add(100, "one")
    desk.bookmarks.add(200, "two")
    trigger(desk, "bookmarks")
    shown = dialog(desk, BookmarksDialog)
    shown.table.setCurrentCell(1, 0)
    QTest.keyClick(shown.table, Qt.Key.Key_Return)
    assert desk.player.at == 200
    QTest.keyClick(shown.table, Qt.Key.Key_Delete)
    assert [m.held.text for m in desk.bookmarks.all] == ["one"]
    shown.close()


def test_a_bookmark_without_a_name_gets_that_of_its_operation(desk):
    desk.bookmarks.add(100)
    assert desk.bookmarks.all[0].held.text == "Step 100 · a = vmalloc 16K"


def test_a_bookmark_of_an_operation_that_is_taken_back_waits_for_it(desk):
    last = desk.workspace.session.operations[-1]
    desk.bookmarks.add(last.first_row + 3, "in the last one")
    trigger(desk, "undo")
    assert desk.bookmarks.all[0].step is None
    trigger(desk, "redo")
    assert desk.bookmarks.all[0].step == last.first_row + 3


def test_a_bookmark_without_an_anchor_is_at_its_step(desk):
    desk.workspace.show(
        Document(SMALL, PROGRAM, "", bookmarks=(Bookmark(7, "old"), Bookmark(10**9, "far"))), None
    )
    assert [m.step for m in desk.bookmarks.all] == [7, None]


def test_bookmarks_and_hits_are_on_the_timeline_and_a_click_goes_there(desk, qtbot):
    desk.bookmarks.add(300, "here")
    desk.stops.add("refused")
    desk.scrubber.grab()
    flags = [hit for hit in desk.scrubber.hits if "⚑" in hit.tip]
    spikes = [hit for hit in desk.scrubber.hits if "▲" in hit.tip]
    assert [hit.tip for hit in flags] == ["⚑ here (300)"]
    assert spikes
    assert "A huge page is refused" in spikes[0].tip
    qtbot.mouseClick(desk.scrubber, Qt.MouseButton.LeftButton, pos=flags[0].rect.center().toPoint())
    assert desk.player.at == 300


def test_a_hundred_thousand_hits_are_drawn_as_few(desk):
    import numpy as np

    from vmgui.ui.panes.scrubber_pins import Pins

    desk.scrubber.set_pins(Pins((), np.arange(1, desk.player.length, dtype=np.int64), str))
    desk.scrubber.grab()
    spikes = [hit for hit in desk.scrubber.hits if "▲" in hit.tip]
    assert len(spikes) < desk.scrubber.width() / 7
    assert "more" in spikes[0].tip
