"""Recordings: the kernel's result beside the engine's."""

from __future__ import annotations

from PySide6.QtCore import Qt

from vmgui.ui.panes.recording_table import fitting


def test_a_recording_stands_beside_the_engine_with_its_verdict(desk, shared):
    desk.window.open(shared / "kernel" / "golden" / "x86-4l" / "24_remap_stale.jsonl.gz")
    pane = desk.recordings.page
    count = len(pane.both.operations)
    assert pane.verdict.text() == f"✓ identical {count}/{count}"
    assert {op.mark for op in pane.both.operations} == {"="}
    desk.player.last()
    assert pane.operations.current == count - 1


def test_what_the_kernel_did_otherwise_is_marked(desk, shared, tmp_path):
    import gzip

    source = shared / "kernel" / "golden" / "x86-4l" / "24_remap_stale.jsonl.gz"
    lines = gzip.decompress(source.read_bytes()).decode().splitlines()
    place = next(i for i, line in enumerate(lines) if '"ret":0' in line.replace(" ", ""))
    lines[place] = lines[place].replace('"ret":0', '"ret":-12').replace('"ret": 0', '"ret": -12')
    changed = tmp_path / "changed.jsonl"
    changed.write_text("\n".join(lines))
    desk.window.open(changed)
    pane = desk.recordings.page
    assert pane.verdict.text().startswith("≠ 1 of")
    differing = next(op for op in pane.both.operations if op.mark == "≠")
    field = differing.fields[[f.name for f in differing.fields].index("ret")]
    assert (field.kernel, field.engine, field.mark) == ("-12", "0", "≠")


def test_a_recording_that_is_none_is_a_notice(desk, tmp_path):
    path = tmp_path / "none.jsonl.gz"
    path.write_bytes(b"not a recording")
    session = desk.workspace.session
    desk.window.open(path)
    assert desk.window.notices.text
    assert desk.workspace.session is session


def test_a_recording_of_a_crash_ends_where_the_kernel_did_and_claims_no_more(desk, shared):
    desk.window.open(shared / "kernel" / "golden" / "x86-4l" / "91_bug_remap_io.jsonl.gz")
    both = desk.recordings.both
    assert both.result.is_identical
    fields = both.operations[-1].fields
    assert [f.mark for f in fields if "lazy_nr" in f.name] == ["="]  # the counters at the crash
    assert {f.mark for f in fields if not f.engine and f.kernel} <= {"?"}
    desk.run_line("z = vmalloc 4K")
    assert "stopped" in desk.operations.command.wrong.text()
    desk.window.actions_["undo"].trigger()
    desk.run_line("z = vmalloc 4K")
    assert desk.workspace.session.names["z"].addr


def test_the_keys_of_the_hints_work_at_once_and_enter_leaves_them_to_the_steps(qtbot, desk, shared):
    window = desk.window
    window.open(shared / "kernel" / "golden" / "x86-4l" / "24_remap_stale.jsonl.gz")
    table = desk.recordings.page.table
    assert window.focusWidget() is table.view
    before = table.current
    qtbot.keyClick(table.view, Qt.Key.Key_J)
    assert table.current == before + 1
    qtbot.keyClick(table.view, Qt.Key.Key_Return)
    assert desk.perspectives.current == "explore"
    assert window.focusWidget() is window.middle


def test_a_recording_has_no_buttons_that_run_or_boot(qapp, desk, shared):
    window = desk.window
    window.resize(1600, 1000)
    window.open(shared / "kernel" / "golden" / "x86-4l" / "24_remap_stale.jsonl.gz")
    qapp.processEvents()
    toolbar = window.toolbar
    assert not toolbar.run.isVisible()
    assert not toolbar.boot.isVisible()
    window.actions_["explore"].trigger()
    qapp.processEvents()
    assert toolbar.run.isVisible()
    assert toolbar.boot.isVisible()


def heads(table):
    """Where the columns of a table are, by their titles."""
    model = table.view.model()
    texts = [model.headerData(i, Qt.Orientation.Horizontal) for i in range(model.columnCount())]
    return {text: i for i, text in enumerate(texts)}


def test_areas_tell_what_the_engine_maps_them_by_their_number_and_their_guard(desk, shared):
    desk.window.open(shared / "kernel" / "golden" / "x86-4l" / "22_mixed_levels.jsonl.gz")
    both, table = desk.recordings.both, desk.recordings.page.table
    columns = heads(table)
    for number, area in enumerate(both.areas):
        cells = (table.rows.index(number, column).data() for column in range(len(table.rows.heads)))
        said = [str(cell) for cell in cells]
        mapped = sum(each * many for each, many in area.leaves)
        assert mapped <= area.end - area.start - area.guard, said
        if area.engine[5]:  # frames of its own: all are mapped
            assert mapped == area.engine[5] * 4096, said
        assert said[columns["Area"]] == f"area {number + 1}"
        assert said[columns["Area"] + 1] == ("+4K guard" if area.guard else "no guard")
        assert ("×" in said[columns["Leaves"]]) == bool(area.leaves)
    first = both.areas[0]
    assert first.leaves == ((4096, (first.end - first.start) // 4096 - 1),)


def test_below_the_rows_stands_how_many_more_there_are(qapp, desk, shared):
    desk.window.open(shared / "kernel" / "golden" / "x86-4l" / "22_mixed_levels.jsonl.gz")
    table = desk.recordings.page.table
    desk.window.resize(1280, 720)
    qapp.processEvents()
    bottom = table.view.viewport().height() - 1
    assert table.more.text() == f"{len(desk.recordings.both.areas) - 1 - table.view.rowAt(bottom)} more ↓"
    table.choose(len(desk.recordings.both.areas) - 1)
    assert table.more.text() == ""
    desk.recordings.page.filter.setText("no such area")
    assert table.more.text() == ""


def test_both_sides_stand_beside_each_other_in_a_small_window(qapp, desk, shared):
    for size in ((1280, 720), (1600, 1000)):
        desk.window.resize(*size)
        desk.window.open(shared / "kernel" / "golden" / "x86-4l" / "22_mixed_levels.jsonl.gz")
        qapp.processEvents()
        view = desk.recordings.page.table.view
        assert view.horizontalScrollBar().maximum() == 0
        assert all(view.columnWidth(column) > 20 for column in range(view.model().columnCount()))


def test_both_ends_of_a_range_can_be_read_where_the_columns_are_narrow(qapp, desk, shared):
    desk.window.resize(1280, 720)
    desk.window.open(shared / "kernel" / "golden" / "x86-4l" / "22_mixed_levels.jsonl.gz")
    qapp.processEvents()
    table = desk.recordings.page.table
    for column, head in enumerate(table.rows.heads):
        room = table.view.columnWidth(column) - 28
        for row in table.rows.rows if head == "Range" else ():
            start, end = row.cells[column].split("-")
            first, last = fitting(row.cells[column], room).split("-")
            assert start.endswith(first.removeprefix("…"))
            assert end.endswith(last.removeprefix("…"))
            assert min(len(first), len(last)) >= 9


def test_a_range_shows_as_much_as_there_is_room_for():
    text = "0xffffc90000005000-0xffffc90000007000"
    assert fitting(text, 400) == text
    assert fitting(text, 180) == "…c90000005000-…c90000007000"
    assert fitting(text, 132) == "…00005000-…00007000"
    assert fitting("irq_init_percpu_irqstack", 80).startswith("irq_init")
