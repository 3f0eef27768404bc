"""The window can be used by whoever does not see it, sees no colours, or has no mouse."""

from __future__ import annotations

import gc

import pytest
import shiboken6
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QWidget

from vmgui.ui import theme as themes
from vmgui.ui.accessible import pane_with_focus
from vmgui.ui.dialogs.describe import DescribeDialog
from vmgui.ui.focus import GAP, WIDTH, tab_stops
from vmgui.ui.panes.canvas import SLOP, Canvas
from vmgui.ui.panes.compare_marks import DASHES, GROUNDS, glyph
from vmgui.ui.panes.map_blocks import place_of
from vmgui.ui.panes.parts import parts_of
from vmgui.ui.panes.present_parts import BUTTON
from vmgui.ui.panes.scrubber import SHAPES
from vmgui.ui.panes.transport import LEGEND
from vmgui.ui.shots import settle

NAME, DESCRIPTION = QAccessible.Text.Name, QAccessible.Text.Description
TAB = Qt.FocusPolicy.TabFocus.value


def read(widget):
    """A widget as a screen reader meets it."""
    found = QAccessible.queryAccessibleInterface(widget)
    assert found is not None
    return found


def items(widget) -> list[str]:
    found = read(widget)
    assert found.role() == QAccessible.Role.List
    return [found.child(i).text(NAME) for i in range(found.childCount())]


pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def refused(desk):
    """The step at which a huge page of f is refused."""
    desk.player.seek(desk.scene.marks()[0])
    while not desk.scene.moment.refused:
        desk.player.next_mark()
    settle(desk)
    return desk


@pytest.fixture
def said(monkeypatch) -> list[str]:
    """What a screen reader is told to say."""
    heard: list[str] = []

    def hear(event):
        if isinstance(event, QAccessibleAnnouncementEvent):
            heard.append(event.message())

    monkeypatch.setattr(QAccessible, "updateAccessibility", hear)
    return heard


# --- painted panes are lists -------------------------------------------------------------------------


def test_the_stage_lists_its_levels_and_why_a_huge_page_is_refused(refused):
    texts = items(refused.stage.canvas)
    assert texts[0].startswith("PGD entry 402 of 512, ")
    assert texts[1] == "P4D: folded"
    working = next(text for text in texts if "current" in text)
    assert working.startswith("PMD entry 2 of 512, 0xffffc90000400000 to 0xffffc90000600000, empty")
    assert working.endswith("current, huge page refused: physical address not aligned")


def test_the_map_lists_its_areas_with_size_and_owner(desk):
    desk.player.last()
    texts = items(desk.map.canvas)
    assert len(texts) == len(desk.map.canvas.shown.blocks)
    assert any(text.startswith("f, 0xffffc90000400000") and "4 MiB" in text for text in texts)


def test_the_frames_list_their_cells_where_they_are_drawn(desk):
    desk.player.last()
    canvas = desk.frames.canvas
    texts = items(canvas)
    assert len(texts) == len(canvas.frames.cells)
    item = read(canvas).child(9)
    assert item.rect().topLeft() == canvas.mapToGlobal(canvas.on_screen(canvas.cell_rect(9)).topLeft())
    assert canvas.cell_tip(9).split("\n")[0].split(" · ")[0] in texts[9]


def test_the_timeline_lists_operations_and_which_is_current(desk):
    desk.player.last()
    texts = items(desk.scrubber)
    lines = ["a = vmalloc 16K", "f = ioremap 0x100101000 4M", "vfree a"]
    assert [text.split(",")[0] for text in texts] == lines
    assert [text.endswith("current") for text in texts] == [False, False, True]


def test_the_free_tree_lists_the_free_areas(desk, window):
    window.actions_["show_allocator"].trigger()
    desk.player.last()
    tree = desk.allocator.tree
    assert len(items(tree)) == len(tree.tree)
    assert all("0x" in text for text in items(tree))


def test_a_list_item_knows_its_list_and_is_found_where_it_is_drawn(desk):
    desk.player.last()
    desk.window.grab()
    found = read(desk.map.canvas)
    item = found.child(1)
    assert item.role() == QAccessible.Role.ListItem
    assert item.parent().role() == QAccessible.Role.List
    assert found.indexOfChild(item) == 1
    at = item.rect().center()
    assert found.childAt(at.x(), at.y()).text(NAME) == item.text(NAME)
    desk.selection.select(parts_of(desk.map.canvas).place(1))
    assert item.state().selected


def test_a_list_outlives_the_panes_it_was_made_for(desk, window):
    desk.player.last()
    old = read(desk.map.canvas)
    kept = old.child(0)
    window.refurnish()
    QApplication.sendPostedEvents(None, 52)  # what was to be deleted later
    gc.collect()
    assert not kept.isValid()
    assert kept.text(NAME) == ""
    assert items(window.desk.map.canvas)


# --- the same in words -------------------------------------------------------------------------------


def test_describe_lists_the_pane_with_the_focus_and_enter_selects(desk, window, qtbot):
    desk.player.last()
    window.actions_["show_map"].trigger()
    window.actions_["describe"].trigger()
    dialog = window.findChild(DescribeDialog)
    model = dialog.list.model()
    assert [model.index(i, 0).data() for i in range(model.rowCount())] == items(desk.map.canvas)
    dialog.list.setCurrentIndex(model.index(1, 0))
    qtbot.keyClick(dialog.list, Qt.Key.Key_Return)
    shown = desk.map.canvas.shown
    assert desk.selection.place == place_of(shown, shown.blocks[1])
    qtbot.keyClick(dialog.list, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == items(desk.map.canvas)[1]
    dialog.close()


def test_describe_takes_the_stage_when_no_painted_pane_has_the_focus(desk, window):
    window.rest()
    assert pane_with_focus(desk) is desk.stage.canvas
    desk.scrubber.setFocus()
    assert pane_with_focus(desk) is desk.scrubber


def test_every_painted_pane_is_read_by_keys_alone(desk, window):
    desk.player.last()
    settle(desk)
    seen = [canvas for canvas in window.findChildren(Canvas) if canvas.isVisible()]
    drawn = {desk.stage.canvas, desk.map.canvas, desk.frames.canvas, desk.frames.strip, desk.scrubber}
    assert drawn <= {*seen}
    for canvas in seen:
        canvas.setFocus()
        window.actions_["describe"].trigger()
        dialog = window.findChild(DescribeDialog)
        model, parts = dialog.list.model(), parts_of(canvas)
        assert dialog.windowTitle() == canvas.accessibleName()
        assert model.rowCount() == parts.count
        assert all(model.index(i, 0).data() for i in range(min(parts.count, 600))), canvas.accessibleName()
        dialog.close()
        window.activateWindow()


# --- said aloud --------------------------------------------------------------------------------------


def test_each_step_is_said_aloud(desk, window, said):
    window.actions_["step"].trigger()
    assert said[-1] == desk.transport.headline.said
    window.actions_["step"].trigger()
    assert said[-1] == desk.transport.headline.said
    assert len(said) >= 2


def test_what_the_keyboard_is_on_is_said_aloud_and_stands_in_the_status_bar(refused, window, said, qtbot):
    panes = {
        refused.stage.canvas: Qt.Key.Key_Up,
        refused.map.canvas: Qt.Key.Key_Right,
        refused.frames.canvas: Qt.Key.Key_Right,
    }
    for canvas, key in panes.items():
        canvas.setFocus()
        qtbot.keyClick(canvas, key, Qt.KeyboardModifier.AltModifier)
        assert "0x" in said[-1]
        assert said[-1] == canvas.accessibleDescription().replace("\n", ", ").replace(" · ", ", ")
        assert window.status.currentMessage() == canvas.accessibleDescription().replace("\n", " · ")


# --- names, focus, keys ------------------------------------------------------------------------------


def focusable(window) -> list[QWidget]:
    """What the keyboard can come to."""
    stops = [w for w in window.findChildren(QWidget) if w.focusPolicy().value & TAB and not w.isHidden()]
    return [w for w in stops if w.focusProxy() is None and w.window() is window]


def test_whatever_takes_the_focus_has_a_name_and_a_role(desk, window):
    window.notices.fail("wrong", ("Mend", window.notices.hide))
    nameless = []
    for widget in focusable(window):
        found = read(widget)
        if not found.text(NAME) or found.role() == QAccessible.Role.NoRole:
            nameless.append((type(widget).__name__, widget.objectName(), widget.parentWidget()))
    assert nameless == []


def test_every_button_has_a_name(desk, window):
    assert [b for b in window.findChildren(QAbstractButton) if b.isVisible() and not read(b).text(NAME)] == []


def test_tab_goes_through_the_panes_in_the_order_of_the_design(desk, window, qtbot):
    window.activateWindow()
    window.rest()
    order = desk.in_tab_order()
    seen, met = [], set()
    for _ in range(400):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        now = QApplication.focusWidget()
        if now in met:
            break
        met.add(now)
        holds = (i for i, pane in enumerate(order) if pane is now or pane.isAncestorOf(now))
        rank = next(holds, len(order))
        seen.append(rank)
    assert seen == sorted(seen)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Backtab)
    assert desk.window.toolbar.isAncestorOf(now)
    assert not desk.window.toolbar.isAncestorOf(QApplication.focusWidget())
    for pane in (window.toolbar, desk.rail, desk.stage, desk.map, desk.tree, desk.frames, desk.transport,
                 desk.scrubber):  # fmt: skip
        assert order.index(pane) in seen


def test_in_a_pane_tab_goes_as_one_reads(desk, window):
    stops = tab_stops(window, desk.in_tab_order())
    pane = desk.operations
    palette, line, history = pane.buttons.values(), pane.command.field, pane.history
    places = [stops.index(each) for each in palette]
    assert places == sorted(places)
    at = [next(i for i, stop in enumerate(stops) if each in (stop, stop.parentWidget()))
          for each in (line, history)]  # fmt: skip
    assert max(places) < at[0] < at[1]


def test_who_goes_through_the_panes_leaves_the_actions_alive(qapp, desk, window, qtbot):
    held = window.findChildren(QAction)
    window.activateWindow()
    window.rest()
    for _ in range(4):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert held
    assert [action for action in held if not shiboken6.isValid(action)] == []


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_the_focus_is_seen_on_every_control(desk, window, theme, qapp):
    if window.theme.name != theme:
        window.actions_["theme"].trigger()
    window.activateWindow()
    accent = themes.THEMES[theme].color("accent").rgb()
    unseen = []
    for widget in focusable(window):
        if not (widget.isVisible() and widget.isEnabled()) or widget.visibleRegion().isEmpty():
            continue
        by = WIDTH + GAP
        at = widget.rect().adjusted(-by, -by, by, by).translated(widget.mapTo(window, QPoint()))
        area = at.intersected(window.rect())
        window.rest()
        before = window.grab(area).toImage()
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        after = window.grab(area).toImage()
        inked = sum(
            after.pixel(x, y) == accent != before.pixel(x, y)
            for y in {*range(10), *range(after.height() - 10, after.height())}
            if 0 <= y < after.height()
            for x in range(after.width())
        )
        if inked < 2 * (area.width() - 24):  # a line of it above and below
            unseen.append((type(widget).__name__, widget.objectName(), widget.accessibleName(), inked))
    window.rest()
    assert unseen == []


def test_letters_do_nothing_but_type_while_a_field_has_the_focus(desk, window, qtbot):
    desk.player.first()
    window.actions_["command"].trigger()
    field = QApplication.focusWidget()
    assert isinstance(field, QLineEdit)
    field.clear()
    QTest.keyClicks(field, "wtmr ")
    assert field.text() == "wtmr "
    assert desk.player.at == 0


# --- hit targets -------------------------------------------------------------------------------------


def test_every_button_is_at_least_22_px_in_both_directions(desk, window):
    small = [
        (type(b).__name__, b.objectName(), b.text() or b.accessibleName(), b.width(), b.height())
        for b in window.findChildren(QAbstractButton)
        if b.isVisible() and (b.width() < 22 or b.height() < 22)
    ]
    assert small == []


def test_the_buttons_of_a_lecture_are_40_px_high():
    assert min(BUTTON.width(), BUTTON.height()) >= 40


def test_a_thin_area_of_the_map_is_hit_ten_pixels_beside_it(desk):
    desk.player.last()
    canvas = desk.map.canvas
    canvas.show_all()
    desk.window.grab()
    areas = [h for h in canvas.all_hits() if h.place.area is not None and h.rect.width() <= 5]
    last = max(areas, key=lambda h: h.rect.right())
    beside = last.rect.center()
    beside.setX(last.rect.right() + SLOP - 1)
    assert canvas.hit_at(beside).place.area is not None
    beside.setX(last.rect.right() + SLOP + 3)
    hit = canvas.hit_at(beside)
    assert hit is None or hit.place.area is None


# --- never colour alone ------------------------------------------------------------------------------


def test_marks_of_the_timeline_differ_in_shape_and_the_legend_shows_the_same_shapes(desk):
    assert len({*SHAPES.values()}) == len(SHAPES)
    assert {sign for sign, _token in LEGEND} == {*SHAPES.values()}
    assert all(sign in desk.transport.legend.text() for sign in SHAPES.values())


def test_differences_have_a_glyph_and_a_line_of_their_own():
    assert len({glyph(sign) for sign in GROUNDS}) == 3
    assert len({DASHES[sign] for sign in GROUNDS}) == 3


def test_a_refusal_is_told_by_a_cross_and_a_word(refused):
    assert refused.transport.mood.text() == "✗ refused"
    assert any(hit.tip.startswith("✗") for hit in refused.stage.canvas.all_hits())


def test_nodes_of_the_free_tree_are_told_by_a_word(desk, window):
    window.actions_["show_allocator"].trigger()
    desk.player.last()
    texts = items(desk.allocator.tree)
    assert texts
    assert all(("red node" in text) != ("black node" in text) for text in texts)
