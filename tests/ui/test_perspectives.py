"""Perspectives: other panes over the same program, each with its own layout; Real kernel for recordings."""

from __future__ import annotations

import gzip

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from vmgui.ui.docks import ASKED_FOR


def trigger(desk, name: str) -> None:
    """Do an action as a key or a tab does."""
    desk.window.actions_[name].trigger()


@pytest.fixture
def recorded(desk, shared):
    """A desk with a recording open."""
    desk.window.open(shared / "kernel" / "golden" / "x86-4l" / "01_small.jsonl.gz")
    return desk


@pytest.fixture
def changed(desk, shared, tmp_path):
    """The same recording, but the kernel returned something else once and had an area less at the end."""
    import json

    source = shared / "kernel" / "golden" / "x86-4l" / "01_small.jsonl.gz"
    lines = gzip.decompress(source.read_bytes()).decode().splitlines()
    for i, line in enumerate(lines):
        record = json.loads(line)
        if record["rec"] == "end":
            del record["busy"][3]
            record["busy"][5][2] = hex(int(record["busy"][5][2], 16) + 4096)
            lines[i] = json.dumps(record)
    path = tmp_path / "changed.jsonl"
    path.write_text("\n".join(lines))
    desk.window.open(path)
    return desk


def test_step_and_selection_are_those_of_the_other_perspective(desk):
    from vmgui.ui.selection import Place

    desk.player.seek(9)
    made = desk.workspace.session.operations[0].outcome.made.addr
    desk.selection.select(Place(va=(made, made + 4096), area=made))
    trigger(desk, "real")
    assert desk.recordings.page.isVisible()
    assert not desk.stage.isVisible()
    assert not desk.layout_.docks["tree"].isVisible()
    trigger(desk, "explore")
    assert desk.stage.isVisible()
    assert desk.layout_.docks["tree"].isVisible()
    assert desk.player.at == 9
    assert desk.selection.place.area == made


def test_each_perspective_keeps_its_own_layout(desk):
    desk.layout_.docks["frames"].hide()
    trigger(desk, "real")
    desk.recordings.docks["strips"].hide()
    trigger(desk, "explore")
    assert desk.layout_.docks["frames"].isHidden()
    assert desk.recordings.docks["verdict"].isHidden()
    trigger(desk, "real")
    assert desk.recordings.docks["strips"].isHidden()
    assert desk.recordings.docks["verdict"].isVisible()
    trigger(desk, "reset_layout")
    assert desk.recordings.docks["strips"].isVisible()
    assert desk.layout_.docks["tree"].isHidden()


def test_the_next_start_begins_in_the_perspective_of_the_last(qtbot, desk):
    from vmgui.ui.app import fill
    from vmgui.ui.main_window import MainWindow

    trigger(desk, "real")
    desk.recordings.docks["strips"].hide()
    desk.perspectives.keep()
    desk.window.settings.start_page = False
    other = MainWindow(desk.window.settings)
    qtbot.addWidget(other)
    with qtbot.waitExposed(other):
        other.show()
    fill(other, None, None)
    assert other.desk.perspectives.current == "real"
    assert other.desk.recordings.docks["strips"].isHidden()
    assert other.desk.recordings.docks["verdict"].isVisible()
    other.desk.workspace.dirty = False
    other.close()


def test_without_a_recording_real_kernel_offers_to_load_one(qtbot, desk):
    trigger(desk, "real")
    page = desk.recordings.page
    assert page.stack.currentWidget() is page.empty
    with qtbot.waitSignal(page.load_wanted):
        desk.window.actions_["open_recording"].setEnabled(False)  # no dialog of the system in a test
        page.load.click()


def test_kernel_and_engine_stand_in_one_row_and_sort_together(recorded):
    page = recorded.recordings.page
    assert page.view == "areas"
    assert page.verdict.text().startswith("✓ identical")
    assert "%" not in page.verdict.text()
    table = page.table
    table.view.sortByColumn(1, Qt.SortOrder.DescendingOrder)
    rows = [[table.sieve.index(r, c).data() for c in (1, 0, 5)] for r in range(table.sieve.rowCount())]
    assert [int(row[0]) for row in rows] == sorted((int(row[0]) for row in rows), reverse=True)
    assert all(row[1] == row[2] for row in rows)


def test_differences_are_counted_marked_and_gone_to(qtbot, changed):
    page = changed.recordings.page
    marks = [row.mark for row in page.areas.rows]
    assert (marks.count("+"), marks.count("≠")) == (1, 1)
    assert page.filters.buttons["differences"].text() == "Differences 2"
    first, second = (i for i, mark in enumerate(marks) if mark != "=")
    assert page.table.current == first
    qtbot.keyClick(page.table.view, Qt.Key.Key_N)
    assert page.table.current == second
    qtbot.keyClick(page.table.view, Qt.Key.Key_P)
    assert page.table.current == first
    qtbot.keyClick(page.table.view, Qt.Key.Key_J)
    assert page.table.current == first + 1
    qtbot.keyClick(page.table.view, Qt.Key.Key_K)
    assert page.table.current == first
    assert page.areas.rows[first].tip.splitlines()[-1] in changed.recordings.verdict.chosen.text()


def test_filters_show_a_group_and_what_holds_a_text(changed):
    page = changed.recordings.page
    page.filters.buttons["differences"].click()
    assert page.table.sieve.rowCount() == 2
    page.filters.buttons["all"].click()
    page.filter.setText("acpi_os_map")
    shown = [page.table.sieve.index(r, 2).data() for r in range(page.table.sieve.rowCount())]
    assert shown
    assert all("acpi_os_map" in caller for caller in shown)


def test_an_operation_opens_in_explore_at_its_step(recorded):
    page = recorded.recordings.page
    page.views.choose("operations")
    page.table.choose(5)
    done = recorded.recordings.both.operations[5].done
    page.table.opened.emit(5)
    assert recorded.perspectives.current == "explore"
    assert recorded.player.at == done.first_row


def test_an_area_opens_in_explore_selected(recorded):
    page = recorded.recordings.page
    page.table.choose(2)
    recorded.recordings.verdict.open.click()
    area = recorded.recordings.both.areas[2]
    assert recorded.perspectives.current == "explore"
    assert recorded.selection.place.area == area.start


def test_the_line_of_a_row_can_be_copied(recorded):
    recorded.recordings.page.table.choose(0)
    recorded.recordings.verdict.copy.click()
    area = recorded.recordings.both.areas[0]
    size = area.end - area.start
    assert QApplication.clipboard().text().startswith(f"{area.start:#x}-{area.end:#x} {size}")


def test_what_is_clicked_in_the_strips_is_chosen_in_the_table(qtbot, recorded):
    canvas = recorded.recordings.strips.canvas
    canvas.repaint()
    hit = next(h for h in canvas.hits if h.place.area == recorded.recordings.both.areas[4].start)
    qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=canvas.on_screen(hit.rect).center())
    assert recorded.recordings.page.table.current == 4
    step = next(h for h in canvas.hits if h.place.step is not None)
    qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=canvas.on_screen(step.rect).center())
    assert recorded.recordings.page.view == "operations"


def test_another_program_ends_the_comparison(recorded):
    recorded.workspace.new()
    page = recorded.recordings.page
    assert recorded.recordings.both is None
    assert page.stack.currentWidget() is page.empty


def test_a_recording_stays_open_in_another_size(recorded):
    window = recorded.window
    window.actions_["larger"].trigger()
    again = window.desk
    assert again.perspectives.current == "real"
    assert again.recordings.page.isVisible()
    assert again.recordings.both is recorded.recordings.both
    window.actions_["normal_size"].trigger()


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_a_double_click_on_its_header_floats_a_pane_with_a_title_to_move_it_by(qtbot, desk):
    dock = desk.layout_.docks["tree"]
    middle = desk.tree.header.rect().center()
    qtbot.mouseDClick(desk.tree.header, Qt.MouseButton.LeftButton, pos=middle)
    assert dock.isFloating()
    assert dock.titleBarWidget() is None
    trigger(desk, "reset_layout")
    assert not dock.isFloating()
    assert all(each.isVisible() for name, each in desk.layout_.docks.items() if name not in ASKED_FOR)
    desk.layout_.docks["tree"].setFloating(True)
    qtbot.mouseDClick(desk.tree.header, Qt.MouseButton.LeftButton, pos=middle)
    assert not dock.isFloating()
    assert dock.titleBarWidget().height() == 0 or not dock.titleBarWidget().isVisible()


def test_what_is_under_the_pointer_is_told_in_full(desk):
    window = desk.window
    window.resize(1280, 720)
    text = "a · 0xffffc90000000000 – 0xffffc90000004000 · 16 KiB · 4 pages · vmalloc · reserved, "
    window.status.showMessage(f"{text}not mapped yet · then 4 KiB of guard, never mapped")
    assert not window.status.keys.isVisible()
    window.status.clearMessage()
    assert window.status.keys.isVisible()
