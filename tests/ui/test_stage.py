from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QRectF, Qt

from tests.ui import samples
from vmgui.projection.numbers import address
from vmgui.projection.stage import Access, Physical
from vmgui.ui.paint import Type
from vmgui.ui.panes.stage import StageCanvas
from vmgui.ui.panes.stage_columns import beside
from vmgui.ui.panes.stage_pane import StagePane
from vmgui.ui.selection import Place, Selection
from vmgui.ui.theme import DARK, LIGHT

ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def selection():
    return Selection()


@pytest.fixture
def canvas(qtbot, selection):
    canvas = StageCanvas(selection)
    qtbot.addWidget(canvas)
    canvas.resize(984, 342)
    canvas.set_stage(samples.refused())
    canvas.grab()
    return canvas


def entry(canvas, level, index):
    """The slot of an entry, not the ruler's field of the same place."""
    return canvas.hits_of(level=level, index=index)[-1]


def click(qtbot, canvas, hit, button=Qt.MouseButton.LeftButton):
    qtbot.mouseClick(canvas, button, pos=hit.rect.center().toPoint())


def test_a_click_on_a_slot_selects_its_entry(qtbot, canvas, selection):
    click(qtbot, canvas, entry(canvas, "pmd", 2))
    assert (selection.place.level, selection.place.index) == ("pmd", 2)
    assert selection.place.va == (samples.VA, samples.VA + (2 << 20))


def test_a_click_on_the_ruler_selects_the_entry_of_that_level(qtbot, canvas, selection):
    ruler = min(canvas.hits_of(level="pud", index=1), key=lambda hit: hit.rect.y())
    click(qtbot, canvas, ruler)
    assert (selection.place.level, selection.place.index) == ("pud", 1)


def test_a_click_beside_everything_and_escape_clear_the_selection(qtbot, canvas, selection):
    selection.select(Place(area=1))
    qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(2, 338))
    assert selection.place is None
    selection.select(Place(area=1))
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    assert selection.place is None


def test_hovering_tells_the_other_panes_after_a_moment(qtbot, canvas, selection):
    hit = entry(canvas, "pud", 1)
    with qtbot.waitSignal(selection.hovered) as heard, qtbot.waitSignal(canvas.described) as said:
        samples.move(canvas, hit.rect.center().toPoint())
    assert heard.args[0].index == 1
    assert address(0xFFFFC90040000000) in said.args[0]


def test_a_double_click_activates(qtbot, canvas, selection):
    hit = entry(canvas, "pmd", 2)
    with qtbot.waitSignal(selection.activated):
        qtbot.mouseDClick(canvas, Qt.MouseButton.LeftButton, pos=hit.rect.center().toPoint())


def test_the_right_button_asks_for_a_menu(qtbot, canvas):
    with qtbot.waitSignal(canvas.menu_wanted) as asked:
        click(qtbot, canvas, entry(canvas, "pmd", 2), Qt.MouseButton.RightButton)
    assert asked.args[0].index == 2


def test_alt_and_arrows_move_over_levels_and_slots_and_enter_selects(qtbot, canvas, selection):
    qtbot.keyClick(canvas, Qt.Key.Key_Left, ALT)
    assert selection.hover_place.level == "pud"
    qtbot.keyClick(canvas, Qt.Key.Key_Down, ALT)
    assert (selection.hover_place.level, selection.hover_place.index) == ("pud", 2)
    assert selection.place is None
    qtbot.keyClick(canvas, Qt.Key.Key_Return)
    assert selection.place.index == 2


def test_plain_arrows_are_left_to_the_window(qtbot, canvas, selection):
    qtbot.keyClick(canvas, Qt.Key.Key_Right)
    assert selection.hover_place is None


def test_the_keyboard_scrolls_the_slots_with_it(qtbot, canvas):
    assert not canvas.hits_of(level="pmd", index=40)
    for _ in range(38):
        qtbot.keyClick(canvas, Qt.Key.Key_Down, ALT)
    canvas.grab()
    assert canvas.hits_of(level="pmd", index=40)


def test_selecting_elsewhere_scrolls_the_entry_into_view(canvas, selection):
    column = canvas.stage.column("pud")
    canvas.go_to(Place(level="pud", index=300, va=column.va(300)))
    canvas.grab()
    assert canvas.hits_of(level="pud", index=300)


def test_a_step_and_an_ended_selection_bring_the_walk_back(canvas, selection):
    walk = canvas.stage.column("pud")
    for come_back in (lambda: selection.clear(), lambda: canvas.set_stage(samples.installed())):
        selection.changed.connect(canvas.go_to)
        selection.select(Place(level="pud", index=300, va=walk.va(300)))
        canvas.grab()
        assert len(canvas.hits_of(level="pud", index=walk.index)) == 1  # the ruler's
        come_back()
        canvas.grab()
        assert len(canvas.hits_of(level="pud", index=walk.index)) == 2


def test_the_current_entry_is_visible_in_every_column(canvas):
    for column in canvas.stage.columns:
        if column.table is not None:
            assert canvas.hits_of(level=column.level, index=column.index)


@pytest.mark.parametrize("make", [samples.refused, samples.installed, samples.hole])
@pytest.mark.parametrize("size", [(984, 342), (664, 170), (1200, 500)])
def test_every_state_is_drawn_at_every_size_in_both_themes(canvas, make, size):
    canvas.set_stage(make())
    canvas.resize(*size)
    pictures = []
    for theme in (DARK, LIGHT):
        canvas.set_theme(theme)
        pictures.append(canvas.grab().toImage())
    assert pictures[0] != pictures[1]
    assert all(hit.rect.left() >= -8 and hit.rect.right() <= size[0] + 8 for hit in canvas.all_hits())


def test_a_refusal_says_its_reason_in_its_tip(canvas):
    tips = [hit.tip for hit in canvas.all_hits()]
    assert any("2 MiB refused" in tip and "PA not aligned" in tip for tip in tips)


def test_a_screen_reader_hears_the_walk_and_the_refusal(canvas):
    words = canvas.accessibleDescription()
    assert "PMD entry 2 of 512" in words
    assert "huge page refused" in words
    assert canvas.accessibleName()


def test_a_page_that_only_the_tlb_leads_to_is_shown_as_such(canvas):
    access = Access("touch", 0, "stale", "stale", 0x140000)
    canvas.set_stage(replace(samples.hole(), access=access, physical=Physical(0x13F000, 0x142000, 4096)))
    canvas.grab()
    tip = canvas.hits_of(phys=(0x140000, 0x141000))[0].tip
    assert "do not lead here any more" in tip


def test_an_unreached_level_offers_no_slots(canvas):
    canvas.set_stage(samples.hole())
    canvas.grab()
    assert not [h for h in canvas.all_hits() if h.place.level == "pmd" and h.place.table is not None]


def test_the_title_tells_looking_from_walking(qtbot, selection):
    pane = StagePane(selection)
    qtbot.addWidget(pane)
    pane.set_stage(samples.refused())
    assert "walk of" in pane.header.detail.text()
    assert address(samples.VA) in pane.header.detail.text()
    pane.set_stage(samples.hole())
    assert "looking at" in pane.header.detail.text()


def test_without_an_operation_the_stage_invites_to_run_one(canvas):
    canvas.set_stage(None)
    canvas.grab()
    assert canvas.all_hits() == []
    assert "No operation" in canvas.accessibleDescription()


@pytest.mark.parametrize("arrow", [10, 45, 90, 150, 190, 400])
def test_what_a_skipped_level_says_keeps_clear_of_the_arrow_to_the_leaf(canvas, arrow):
    room, kind = QRectF(0, 20, 90, 160), Type(11)
    texts = "skipped: the leaf above needs no table", "skipped"
    place, text = beside(room, arrow, 15, kind, texts)
    assert text == texts[0]
    assert room.contains(place)
    assert place.height() >= kind.wrapped(90, text)
    assert place.bottom() <= arrow - 15 or place.top() >= arrow + 15


def test_where_no_line_fits_beside_the_arrow_a_skipped_level_says_nothing(canvas):
    assert beside(QRectF(0, 20, 90, 30), 35, 15, Type(11), ("skipped",))[1] == ""


def test_what_is_seen_can_be_pointed_at_until_it_is_painted_anew(canvas):
    before = [(hit.rect, hit.place) for hit in canvas.all_hits()]
    canvas.update()  # as a first click does, which brings the focus
    assert [(hit.rect, hit.place) for hit in canvas.all_hits()] == before != []
