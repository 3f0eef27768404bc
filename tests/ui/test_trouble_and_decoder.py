"""Claims about the panic pane, the entry decoder and the physical map, as one uses them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from tests.ui.table_of_steps import TABLE, position
from vmgui.formats.document import Document
from vmgui.ui import context
from vmgui.ui.dialogs.decoder import DecoderWindow
from vmgui.ui.panes.map_blocks import place_of as block_place
from vmgui.ui.panes.stage import place_of


def show(desk, name):
    """Open the program of a kind of step and go there."""
    row = TABLE[name]
    desk.workspace.show(Document(row.machine, row.lines, name), None)
    at = position(desk.workspace.session, row)
    desk.player.seek(at)
    return at


@pytest.fixture
def decoder(desk):
    desk.player.seek(desk.player.length)
    desk.window.actions_["decode"].trigger()
    return desk.window.findChild(DecoderWindow, "decoder")


# --- the panic pane --------------------------------------------------------------------------------


def test_a_bug_is_told_beside_the_source_and_stepping_back_hides_it(desk, qtbot):
    at = show(desk, "bug")
    assert desk.trouble.isVisible()
    assert "vmap_pte_range" in desk.trouble.head.text()
    assert "kernel BUG at mm/vmalloc.c:113!" in desk.trouble.log.toPlainText()
    qtbot.mouseClick(desk.trouble.buttons["back"], Qt.MouseButton.LeftButton)
    assert desk.player.at < at
    assert not desk.trouble.isVisible()


def test_undo_in_the_panic_pane_takes_the_operation_back(desk, qtbot):
    show(desk, "bug")
    qtbot.mouseClick(desk.trouble.buttons["undo"], Qt.MouseButton.LeftButton)
    assert not desk.workspace.session.dead
    assert [str(done.operation).split()[0] for done in desk.workspace.session.operations] == ["f"]


def test_the_report_of_a_bug_can_be_copied(desk, qtbot):
    show(desk, "bug")
    qtbot.mouseClick(desk.trouble.buttons["copy"], Qt.MouseButton.LeftButton)
    assert QApplication.clipboard().text().startswith("BUG in vmap_pte_range, mm/vmalloc.c:113")


def test_a_warning_can_be_closed_and_offers_no_reboot(desk, qtbot):
    at = show(desk, "warn")
    assert desk.trouble.isVisible()
    assert desk.trouble.buttons["new"].isHidden()
    qtbot.mouseClick(desk.trouble.buttons["close"], Qt.MouseButton.LeftButton)
    desk.player.seek(at - 1)
    desk.player.seek(at)
    assert not desk.trouble.isVisible()


def test_a_warning_is_gone_where_it_had_not_been_given_yet(desk, qtbot):
    at = show(desk, "warn")
    qtbot.mouseClick(desk.trouble.buttons["back"], Qt.MouseButton.LeftButton)
    assert desk.player.at < at
    assert not desk.trouble.isVisible()


def test_a_bug_of_an_operation_that_is_typed_is_told_in_its_pane_alone(desk):
    desk.run_line("b = ioremap 0x100000000 16K")
    desk.run_line("vmap_page_range va=@b size=4K phys=0x100000000")
    assert desk.trouble.isVisible()
    assert desk.window.notices.text == ""


def test_where_all_is_well_there_is_no_panic_pane(desk):
    show(desk, "installed")
    assert not desk.trouble.isVisible()


def test_a_refusal_in_a_table_that_is_still_empty_is_a_row_of_the_tree(desk):
    show(desk, "refused-5")
    view, model = desk.tree.view, desk.tree.model
    index = model.find(desk.tree.path(0xFFFFC90000000000))
    assert model.row_at(index).kind == "refused"
    assert view.isExpanded(index.parent())


# --- the decoder -----------------------------------------------------------------------------------


def test_the_decoder_follows_the_selected_entry(desk, decoder):
    stage = desk.stage.canvas.stage
    column = stage.column("pud")
    desk.selection.select(place_of(stage, "pud", column.index))
    assert decoder.decoded.word == column.slot(column.index).word
    assert decoder.level.currentText() == "PUD"
    assert decoder.table.rowCount() == len(decoder.decoded.fields)


def test_a_pasted_entry_is_decoded_and_a_wrong_one_is_told_inline(decoder, qtbot):
    decoder.field.setText("0x8000_0001_0010_1173")
    assert "maps 4 KiB at 0x1_0010_1000" in decoder.meaning.text()
    decoder.field.setText("0x8z")
    assert decoder.wrong.text() == "'z' is no hexadecimal digit"
    assert decoder.decoded is None
    assert not decoder.copy.isEnabled()


def test_the_level_changes_what_an_entry_means_and_copy_takes_all_of_it(decoder, qtbot):
    decoder.field.setText("0x80000001000000e3")
    decoder.level.setCurrentText("PMD")
    assert "maps 2 MiB" in decoder.meaning.text()
    qtbot.mouseClick(decoder.copy, Qt.MouseButton.LeftButton)
    assert "PS " in QApplication.clipboard().text()


def test_the_menu_of_an_entry_offers_to_decode_it(desk):
    desk.player.seek(desk.player.length)
    stage = desk.stage.canvas.stage
    menu = context.menu_of(desk, place_of(stage, "pgd", stage.column("pgd").index))
    action = next(action for action in menu.actions() if action.text() == "Decode this entry")
    action.trigger()
    assert desk.window.findChild(DecoderWindow, "decoder").level.currentText() == "PGD"


# --- the physical map ------------------------------------------------------------------------------


def test_a_click_on_a_device_selects_its_addresses_and_the_wheel_zooms(desk, qtbot):
    desk.player.seek(desk.player.length)
    strip = desk.frames.strip
    strip.grab()
    window = next(r for r in strip.shown.regions if r.kind == "io")
    middle = (strip.x_of(window.start) + strip.x_of(window.end)) / 2
    qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=QPoint(int(middle), 25))
    assert desk.selection.place.phys == (window.start, window.end)
    before = strip.view
    about = QPointF(middle, 25)
    wheel = QWheelEvent(about, about, QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
                        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False)  # fmt: skip
    QApplication.sendEvent(strip, wheel)
    assert strip.view[1] - strip.view[0] < before[1] - before[0]
    qtbot.keyClick(strip, Qt.Key.Key_F)
    assert strip.view[0] < window.start < window.end <= strip.view[1]
    qtbot.keyClick(strip, Qt.Key.Key_A)
    assert strip.view == before


def test_the_frames_of_a_selected_area_are_ringed(desk):
    desk.player.seek(desk.workspace.session.operations[0].last_row)
    block = desk.map.canvas.shown.blocks[0]
    place = block_place(desk.map.canvas.shown, block)
    desk.selection.select(place)
    owned = desk.frames.canvas.owned
    assert owned
    assert all(desk.frames.canvas.frames.cells[cell] in (2, 4) for cell in owned)
