"""Links to a step, sizes of steps, and the kernel's source beside ours, as a user meets them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.ui.test_going import dialog, notice, trigger
from vmgui.projection.landmarks import decisions
from vmgui.timeline import spans
from vmgui.ui.app import open_at
from vmgui.ui.dialogs.kernel_text import COMMAND, KernelText

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


# --- links -----------------------------------------------------------------------------------------------


def test_a_link_opens_the_file_at_the_step(desk, tmp_path):
    path = tmp_path / "my program.vmgui"
    desk.workspace.save(path)
    desk.go(123)
    trigger(desk, "copy_link")
    text = QApplication.clipboard().text()
    assert text == f"vmgui '{path}' --step 123"
    assert text in notice(desk)


def test_a_program_without_a_file_has_no_link(desk):
    trigger(desk, "copy_link")
    assert "Save the program first" in notice(desk)


def test_the_first_scenario_needs_no_file(desk):
    desk.workspace.open_default()
    desk.go(5)
    trigger(desk, "copy_link")
    assert QApplication.clipboard().text() == "vmgui --step 5"


def test_a_step_that_is_not_there_is_said_and_the_nearest_is_shown(desk):
    open_at(desk, 10**12)
    assert desk.player.at == desk.player.length
    assert f"There is no step {10**12}" in notice(desk)


# --- sizes of steps --------------------------------------------------------------------------------------


def test_a_step_is_as_large_as_was_chosen_with_the_same_keys(desk):
    ends = [done.last_row for done in desk.workspace.session.operations]
    desk.transport.sizes.choose("operation")
    assert desk.window.actions_["size_operation"].isChecked()
    desk.window.rest()
    for end in ends:
        QTest.keyClick(desk.window, Qt.Key.Key_Right)
        assert desk.player.at == end
    QTest.keyClick(desk.window, Qt.Key.Key_Left)
    assert desk.player.at == desk.workspace.session.operations[-1].first_row


def test_a_step_by_calls_stops_only_where_calls_begin_and_end(desk):
    QTest.keyClick(desk.window, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    assert desk.transport.sizes.current == "call"
    words, stops = desk.workspace.session.columns.rows.word, []
    for _ in range(30):
        trigger(desk, "step")
        stops.append(desk.player.at)
    assert not any(words[stop - 1] for stop in stops)
    for stop in reversed([0, *stops[:-1]]):
        trigger(desk, "back")
        assert desk.player.at == stop


def line_step(desk, qtbot, name: str) -> tuple[int, int]:
    """A step by a line: its answer comes from the background."""
    with qtbot.waitSignal(desk.liner.arrived, timeout=10_000):
        trigger(desk, name)
    return desk.liner.position


def test_a_step_by_lines_shows_each_line_there_and_back(desk, qtbot):
    trigger(desk, "size_line")
    there, shown = [], []
    for _ in range(40):
        there.append(line_step(desk, qtbot, "step"))
        shown.append(desk.source.view.source.first)
    assert there == sorted(set(there))
    assert len(set(shown)) > 10
    assert "next: line" in desk.transport.line.text()
    assert desk.player.at == there[-1][0]
    back = [line_step(desk, qtbot, "back") for _ in range(39)]
    assert back == there[-2::-1]


def test_lines_end_where_the_program_ends(desk, qtbot):
    trigger(desk, "size_line")
    desk.go(desk.player.length)
    line_step(desk, qtbot, "step")
    assert "no later line" in notice(desk)
    desk.go(0)
    line_step(desk, qtbot, "back")
    assert "no earlier line" in notice(desk)


def test_lines_lead_from_one_operation_into_the_next(desk, qtbot):
    first = desk.workspace.session.operations[0]
    trigger(desk, "size_line")
    desk.go(first.last_row - 1)
    for _ in range(60):
        if line_step(desk, qtbot, "step")[0] > first.last_row:
            break
    assert desk.player.at > first.last_row
    for _ in range(120):
        if line_step(desk, qtbot, "back")[0] < first.last_row:
            break
    assert desk.player.at < first.last_row


# --- the kernel's source ---------------------------------------------------------------------------------


@pytest.fixture
def in_vmalloc(desk):
    """The desk in a function that stands in mm/vmalloc.c."""
    desk.go(decisions(desk.workspace.session.columns, "pmd", installed=False)[0])
    assert desk.source.kernel_place.file == "mm/vmalloc.c"
    return desk


def test_beside_our_text_stands_the_kernels_place(in_vmalloc):
    button = in_vmalloc.source.kernel
    assert button.isVisibleTo(in_vmalloc.source)
    assert "mm/vmalloc.c" in button.text()


def test_without_a_source_it_says_how_to_get_one(in_vmalloc, tmp_path, qtbot):
    in_vmalloc.window.settings.kernel_source = str(tmp_path / "nothing")
    qtbot.mouseClick(in_vmalloc.source.kernel, Qt.MouseButton.LeftButton)
    shown = dialog(in_vmalloc, KernelText)
    assert "apt-get install linux-source-6.12" in shown.missing.text()
    qtbot.mouseClick(shown.copying, Qt.MouseButton.LeftButton)
    assert QApplication.clipboard().text() == COMMAND
    shown.close()


def fake_kernel(folder, name: str) -> None:
    """A kernel with one function in it."""
    (folder / "mm").mkdir(parents=True)
    text = "\n" * 200 + f"static int {name}(pmd_t *pmd)\n{{\n\treturn 0;\n}}\n"
    (folder / "mm" / "vmalloc.c").write_text(text)


def test_from_a_folder_the_function_is_shown_at_its_line(in_vmalloc, tmp_path):
    name = in_vmalloc.source.kernel_place.function
    fake_kernel(tmp_path / "linux", name)
    in_vmalloc.window.settings.kernel_source = str(tmp_path / "linux")
    trigger(in_vmalloc, "kernel_source")
    shown = dialog(in_vmalloc, KernelText)
    assert "line 201" in shown.where.text()
    assert name in shown.text.textCursor().block().text()
    assert shown.text.isReadOnly()
    shown.close()


def test_from_an_archive_it_is_unpacked_in_the_background(in_vmalloc, tmp_path, qtbot):
    import tarfile

    name = in_vmalloc.source.kernel_place.function
    fake_kernel(tmp_path / "linux", name)
    with tarfile.open(tmp_path / "linux.tar.xz", "w:xz") as archive:
        archive.add(tmp_path / "linux", "linux-source-6.12")
    in_vmalloc.window.settings.kernel_source = str(tmp_path / "linux.tar.xz")
    shown = KernelText(in_vmalloc.window)
    with qtbot.waitSignal(shown.shown, timeout=10_000):
        shown.go(in_vmalloc.source.kernel_place)
    assert "line 201" in shown.where.text()
    shown.close()


def test_our_own_machinery_has_no_place_in_the_kernel(desk):
    desk.run_line("touch 0xffffc90000000000")
    if desk.source.kernel_place is None:
        trigger(desk, "kernel_source")
        assert "stands for nothing" in notice(desk)
        assert desk.source.kernel.isHidden()


@pytest.mark.parametrize("speak", ["en", "zh"])
@pytest.mark.parametrize("size", [(1280, 720), (1600, 1000)])
def test_all_keys_fit_on_the_smallest_window_without_scrolling(desk, qapp, size, speak):
    from PySide6.QtWidgets import QScrollArea

    from vmgui.ui.dialogs.keys import KeysOverlay

    desk.window.resize(*size)
    trigger(desk, f"language_{speak}")
    trigger(desk.window.desk, "keys")
    qapp.processEvents()
    (overlay,) = desk.window.findChildren(KeysOverlay)
    assert overlay.width() <= size[0]
    assert overlay.height() <= size[1]
    bars = overlay.findChild(QScrollArea)
    assert (bars.horizontalScrollBar().maximum(), bars.verticalScrollBar().maximum()) == (0, 0)
    overlay.close()
    trigger(desk.window.desk, "language_en")


@pytest.mark.parametrize("address", [0xFFFFC90000000000, 0xFFFFC90000400000])
def test_a_variable_that_is_an_address_has_the_menu_of_one(desk, qtbot, address):
    from vmgui.projection.callstack import Variable

    desk.stack.show_variables((Variable("size", "4096"), Variable("addr", f"{address:#x}", address=address)))
    table = desk.stack.table
    rows = [table.visualRect(table.model().index(row, 0)).center() for row in range(2)]
    with qtbot.assertNotEmitted(desk.stack.menu_wanted):
        table.customContextMenuRequested.emit(rows[0])
    with qtbot.waitSignal(desk.stack.menu_wanted) as wanted:
        table.customContextMenuRequested.emit(rows[1])
    assert wanted.args[0].va[0] == address


def test_at_a_line_the_variables_are_those_of_the_line_and_come_back_with_the_step(desk, qtbot):
    call = next(c for c in _calls(desk) if c.function.name == "vmap_pages_pte_range")
    with qtbot.waitSignal(desk.scene.settled, timeout=10_000):
        desk.player.seek(call.first + 1)
    step, source = desk.stack.model.variables, desk.source.view.source
    trigger(desk, "size_line")
    names = {v.name for v in step}
    for _ in range(30):
        line_step(desk, qtbot, "step")
        if desk.player.at != call.first + 1 or {v.name for v in desk.stack.model.variables} > names:
            break
    assert desk.player.at == call.first + 1
    assert {v.name for v in desk.stack.model.variables} > names
    assert desk.stack.variables_header.detail.said == desk.source.view.source.function
    trigger(desk, "size_write")
    assert desk.stack.variables_header.detail.said == ""
    assert (desk.stack.model.variables, desk.source.view.source) == (step, source)


def test_what_is_explained_late_leaves_the_variables_of_the_line(desk, qtbot):
    trigger(desk, "size_line")
    for _ in range(3):
        line_step(desk, qtbot, "step")
    shown = desk.stack.model.variables
    if desk.scene.waiting:
        qtbot.waitSignal(desk.scene.settled, timeout=10_000).wait()
    assert desk.stack.model.variables == shown


def _calls(desk):
    columns = desk.workspace.session.columns
    return (spans.call(columns, span) for span in range(len(columns.spans)))


def test_who_holds_the_key_down_waits_for_the_line_and_never_starts_anew(desk, qtbot):
    trigger(desk, "size_line")
    with qtbot.waitSignal(desk.liner.arrived, timeout=10_000):
        trigger(desk, "step")
        asked = desk.liner.number
        trigger(desk, "step")
        assert desk.liner.number == asked
    assert desk.liner.position[1] == 0
