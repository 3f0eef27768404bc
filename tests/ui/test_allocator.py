"""The allocator pane, by its actions, buttons, keys and the mouse."""

from itertools import combinations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from vmgui.engine.machine import M, Machine
from vmgui.formats.document import Document
from vmgui.timeline import spans
from vmgui.ui import context
from vmgui.ui.selection import Place

TWO = Machine(ram=64 * M, possible_cpus=2, online_cpus=2)
PROGRAM = (
    *(f"x{i} = vmalloc {4 * (i % 7 + 1)}K" for i in range(40)),
    *(f"vfree x{i}" for i in range(0, 40, 2)), "purge",
    "b = vm_map_ram 8p", "touch @b", "touch @x1", "vm_unmap_ram b", "vfree x1", "z = ioremap 0x100101000 64K",
)  # fmt: skip


@pytest.fixture
def pane(desk, qtbot):
    """The pane in front, at the end of a program that left holes, a block and stale translations."""
    desk.workspace.show(Document(TWO, PROGRAM, "holes"), None)
    desk.window.actions_["show_allocator"].trigger()
    desk.player.seek(desk.player.length)
    qtbot.waitUntil(lambda: desk.allocator.tree.tree is not None)
    desk.allocator.grab()
    return desk.allocator


def at_call(desk, name, number=-1):
    """Go to where a call has just returned."""
    columns = desk.workspace.session.columns
    found = spans.spans_of(columns, frozenset([name]), 0, len(columns.spans))
    desk.player.seek(spans.call(columns, found[number]).last + 1)


def click(qtbot, rows, text):
    """Click the first row whose text begins so."""
    number = next(i for i, each in enumerate(rows.texts()) if each.startswith(text))
    rows.grab()
    rows.reveal(number)
    rows.grab()
    hit = next(h for h in rows.hits if h.tip == rows.row(number).words)
    qtbot.mouseClick(rows, Qt.MouseButton.LeftButton, pos=hit.rect.center().toPoint())


def wheel(canvas, notches, modifiers=Qt.KeyboardModifier.NoModifier):
    middle = QPointF(canvas.width() / 2, 60)
    event = QWheelEvent(
        middle, canvas.mapToGlobal(middle), QPoint(), QPoint(0, 120 * notches), Qt.MouseButton.NoButton,
        modifiers, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(canvas, event)
    canvas.grab()


def test_the_action_brings_the_pane_to_the_front_with_the_focus(desk, pane):
    assert not pane.visibleRegion().isEmpty()
    assert pane.tree.hasFocus()


def test_behind_another_tab_nothing_is_read_and_in_front_the_step_is_shown(desk, pane, qtbot):
    shown = pane.tree.tree
    desk.window.actions_["show_tree"].trigger()
    desk.player.seek(0)
    assert pane.tree.tree is shown
    desk.window.actions_["show_allocator"].trigger()
    qtbot.waitUntil(lambda: len(pane.tree.tree) == 1)


def test_the_pane_remembers_its_section(desk, pane):
    pane.segments.choose("tlb")
    assert desk.window.settings.allocator == "tlb"
    assert pane.tlb.isVisible()
    assert not pane.tree.isVisible()


def test_a_click_on_a_node_of_the_tree_selects_its_range(qtbot, desk, pane):
    box = next(box for box in pane.tree.boxes if not box.folded and box.look != "dot")
    area = pane.tree.tree.area(box.rank)
    at = QPoint(round(box.x), round(box.y + box.height / 2))
    qtbot.mouseClick(pane.tree, Qt.MouseButton.LeftButton, pos=at)
    assert desk.selection.place.va == (area.start, area.end)


def test_the_tip_of_a_node_has_its_range_its_colour_and_its_maximum(pane):
    boxes = {box.rank: box for box in pane.tree.boxes}
    root = pane.tree.tree.area(pane.tree.tree.root)
    tip = pane.tree.hit_at(QPointF(boxes[root.rank].x, boxes[root.rank].y + 8)).tip
    assert f"0x{root.start:016x}" in tip
    assert "black node" in tip
    assert "subtree_max_size" in tip


def test_the_wheel_zooms_and_f_shows_the_whole_tree_again(qtbot, pane):
    whole = len({box.rank for box in pane.tree.boxes})
    fitted = pane.tree.pitch
    wheel(pane.tree, 4)
    assert pane.tree.pitch > fitted
    wheel(pane.tree, 1, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(pane.tree, Qt.Key.Key_F)
    pane.tree.grab()
    assert pane.tree.pitch == fitted
    assert len({box.rank for box in pane.tree.boxes}) == whole
    qtbot.keyClick(pane.tree, Qt.Key.Key_Plus)
    assert pane.tree.pitch > fitted
    qtbot.keyClick(pane.tree, Qt.Key.Key_Minus)
    assert pane.tree.pitch == pytest.approx(fitted)


def test_dragging_pans_and_selects_nothing(qtbot, desk, pane):
    wheel(pane.tree, 6)
    before = [box.x for box in pane.tree.boxes]
    qtbot.mousePress(pane.tree, Qt.MouseButton.LeftButton, pos=QPoint(150, 60))
    qtbot.mouseMove(pane.tree, QPoint(110, 60))
    qtbot.mouseRelease(pane.tree, Qt.MouseButton.LeftButton, pos=QPoint(110, 60))
    pane.tree.grab()
    assert [box.x for box in pane.tree.boxes] != before
    assert desk.selection.place is None


def test_a_double_click_on_a_collapsed_subtree_opens_it(qtbot, pane):
    pane.tree.resize(240, 300)
    pane.tree.grab()
    folded = next(box for box in pane.tree.boxes if box.folded)
    at = QPoint(round(folded.x), round(folded.y + folded.height / 2))
    assert "collapsed subtree" in pane.tree.hit_at(QPointF(at)).tip
    qtbot.mouseDClick(pane.tree, Qt.MouseButton.LeftButton, pos=at)
    pane.tree.grab()
    assert next(box for box in pane.tree.boxes if box.rank == folded.rank).folded == 0


def test_alt_and_arrows_walk_the_tree_and_enter_selects(qtbot, desk, pane):
    tree, alt = pane.tree.tree, Qt.KeyboardModifier.AltModifier
    said = []
    pane.described.connect(said.append)
    qtbot.keyClick(pane.tree, Qt.Key.Key_Down, alt)  # begins at the root
    qtbot.keyClick(pane.tree, Qt.Key.Key_Down, alt)
    left = tree.area(int(tree.left[tree.root]))
    assert f"0x{left.start:016x}" in said[-1]
    qtbot.keyClick(pane.tree, Qt.Key.Key_Up, alt)
    qtbot.keyClick(pane.tree, Qt.Key.Key_Right, alt)
    after = tree.area(tree.root + 1)
    qtbot.keyClick(pane.tree, Qt.Key.Key_Return)
    assert desk.selection.place.va == (after.start, after.end)
    qtbot.keyClick(pane.tree, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert f"0x{after.start:016x}" in QApplication.clipboard().text()


# --- the search --------------------------------------------------------------------------------------


def test_a_search_is_listed_with_its_reasons_and_its_fit(desk, pane):
    at_call(desk, "find_vmap_lowest_match")
    assert pane.search.isVisible()
    rows = [pane.search.row(i) for i in range(len(pane.search))]
    assert rows[0].text[0].startswith("1 ")
    assert all(row.more for row in rows)
    assert any("FIT_TYPE" in row.text[0] for row in rows)
    assert any("va_clip" in row.more[0] for row in rows)


def test_a_search_grows_step_by_step_and_goes_when_it_is_over(desk, pane):
    at_call(desk, "is_within_this_va", -2)
    some = len(pane.search)
    at_call(desk, "is_within_this_va", -1)
    assert len(pane.search) > some
    desk.player.seek(desk.player.length)
    assert not pane.search.isVisible()
    pane.tree.grab()
    root = pane.tree.tree.area(pane.tree.tree.root)
    assert next(hit for hit in pane.tree.hits if hit.place.va == (root.start, root.end)).rect.top() >= 0


def test_a_click_on_a_visit_selects_the_free_area(qtbot, desk, pane):
    at_call(desk, "find_vmap_lowest_match")
    click(qtbot, pane.search, "1 ")
    tree = pane.tree.tree
    root = tree.area(tree.root)
    assert desk.selection.place.va == (root.start, root.end)


# --- nodes, blocks, TLBs -----------------------------------------------------------------------------


def test_a_group_of_a_node_opens_to_its_areas_and_a_click_selects_one(qtbot, desk, pane):
    pane.segments.choose("nodes")
    shut = len(pane.nodes)
    click(qtbot, pane.nodes, "lazily freed")
    assert len(pane.nodes) > shut
    row = next(pane.nodes.row(i) for i in range(len(pane.nodes)) if pane.nodes.row(i).depth == 2)
    assert "lazily freed" in row.tip
    click(qtbot, pane.nodes, row.text[0])
    assert desk.selection.place == row.place
    assert row.place.area == row.place.va[0]


def test_an_open_group_stays_open_from_step_to_step(qtbot, desk, pane):
    pane.segments.choose("nodes")
    click(qtbot, pane.nodes, "busy")
    opened = len(pane.nodes)
    desk.window.actions_["back"].trigger()
    assert len(pane.nodes) == opened


def test_the_keyboard_opens_closes_and_copies(qtbot, pane):
    pane.segments.choose("nodes")
    pane.nodes.setFocus()
    alt = Qt.KeyboardModifier.AltModifier
    texts = pane.nodes.texts()
    for _ in range(texts.index("busy") + 1):
        qtbot.keyClick(pane.nodes, Qt.Key.Key_Down)
    qtbot.keyClick(pane.nodes, Qt.Key.Key_Right, alt)
    assert len(pane.nodes) > len(texts)
    qtbot.keyClick(pane.nodes, Qt.Key.Key_Down)
    qtbot.keyClick(pane.nodes, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text().startswith("0xffffc9")
    qtbot.keyClick(pane.nodes, Qt.Key.Key_Up)
    qtbot.keyClick(pane.nodes, Qt.Key.Key_Return)
    assert pane.nodes.texts() == texts


def test_selecting_an_area_elsewhere_scrolls_to_it(qtbot, desk, pane):
    pane.segments.choose("nodes")
    for node in ("Node 1", "Node 0"):
        number = pane.nodes.texts().index(node)
        pane.nodes.toggled.emit(("busy", pane.nodes.row(number).key[1]))
    pane.nodes.resize(300, 90)
    pane.nodes.grab()
    last = max(i for i in range(len(pane.nodes)) if pane.nodes.row(i).depth == 2)
    place = pane.nodes.row(last).place
    desk.selection.select(Place(va=place.va, area=place.area))
    pane.nodes.grab()
    assert place in [hit.place for hit in pane.nodes.hits]


def test_a_block_is_a_row_with_its_dirty_range(pane):
    pane.segments.choose("blocks")
    tips = [pane.blocks.row(i).tip for i in range(len(pane.blocks))]
    assert any("dirty range: pages 0 to 7" in tip for tip in tips)
    assert pane.blocks.texts()[1] == "CPU 0"


def test_stale_translations_name_what_freed_them(pane):
    pane.segments.choose("tlb")
    stale = [row for row in map(pane.tlb.row, range(len(pane.tlb))) if row.look == "bad"]
    assert [row.more[0].split(" · ")[0] for row in stale] == ["vm_unmap_ram b", "vfree x1"]
    assert all("stale" in row.detail[0] for row in stale)
    assert all(row.place.phys is not None for row in stale)


def test_the_menu_of_a_stale_translation_leads_to_what_freed_its_area(desk, pane):
    pane.segments.choose("tlb")
    stale = [row for row in map(pane.tlb.row, range(len(pane.tlb))) if row.look == "bad"][-1]
    assert stale.place.area == desk.workspace.session.names["x1"].place
    texts = [action.text() for action in context.menu_of(desk, stale.place).actions()]
    assert "Walk this address" in texts
    assert "Copy address" in texts


def test_empty_sections_say_what_is_not_there(desk, pane):
    desk.player.seek(0)
    for section, said in (("nodes", "empty"), ("blocks", "no vmap blocks"), ("tlb", "remembers nothing")):
        pane.segments.choose(section)
        rows = {"nodes": pane.nodes, "blocks": pane.blocks, "tlb": pane.tlb}[section]
        words = [rows.row(i).words for i in range(len(rows))]
        assert any(said in word for word in words), words
    pane.segments.choose("nodes")
    assert "no work is queued" in pane.nodes.texts()
    assert "no frees are deferred" in pane.nodes.texts()


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_a_right_click_asks_for_the_menu_of_the_area(qtbot, desk, pane):
    pane.segments.choose("tlb")
    pane.tlb.grab()
    hit = next(h for h in pane.tlb.hits if h.place.phys is not None)
    with qtbot.waitSignal(pane.menu_wanted) as asked:
        qtbot.mouseClick(pane.tlb, Qt.MouseButton.RightButton, pos=hit.rect.center().toPoint())
    assert asked.args[0] == hit.place
    popup = QApplication.activePopupWidget()
    if popup is not None:
        popup.close()


def test_both_themes_paint_every_section(desk, pane):
    pictures = []
    for _ in range(2):
        desk.window.actions_["theme"].trigger()
        for section in ("tree", "nodes", "blocks", "tlb"):
            pane.segments.choose(section)
            pictures.append(pane.grab().toImage())
    assert all(one != other for one, other in combinations(pictures, 2))


def test_running_and_taking_back_an_operation_is_shown(desk, pane):
    pane.segments.choose("nodes")
    before = pane.summary.texts[0]
    desk.run_line("q = vmalloc 4K")
    assert pane.summary.texts[0] != before
    desk.window.actions_["undo"].trigger()
    assert pane.summary.texts[0] == before
