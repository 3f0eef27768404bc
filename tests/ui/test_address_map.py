import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent

from tests.ui import samples
from vmgui.projection.density import stretch
from vmgui.ui.panes.address_map import AddressMapPane
from vmgui.ui.panes.map_canvas import AddressMapCanvas
from vmgui.ui.panes.map_scale import Compact, Linear, View, lens, overview, tick_step, ticks
from vmgui.ui.panes.map_tiers import Tiers
from vmgui.ui.selection import Place, Selection
from vmgui.ui.theme import LIGHT


@pytest.fixture
def selection():
    return Selection()


@pytest.fixture(params=["painted", "pyqtgraph"])
def canvas(request, qtbot, selection):
    """The map as it is first painted, and once pyqtgraph has taken over its window."""
    canvas = AddressMapCanvas(selection)
    qtbot.addWidget(canvas)
    canvas.resize(984, 218)
    canvas.set_map(samples.address_map())
    if request.param == "pyqtgraph":
        canvas.load_plot()
    canvas.grab()
    return canvas


def place(name):
    block = next(b for b in samples.address_map().blocks if b.name == name)
    return Place(va=(samples.BASE + (block.first << 12), samples.BASE + (block.end << 12)), area=block.id)


def widest(canvas, area):
    return max(canvas.hits_of(area=area), key=lambda hit: hit.rect.height() * hit.rect.width())


def wheel(canvas, pos, notches, modifiers=Qt.KeyboardModifier.NoModifier):
    event = QWheelEvent(
        QPointF(pos), QPointF(canvas.mapToGlobal(pos)), QPoint(), QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton, modifiers, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    canvas.wheelEvent(event)


def middle(canvas):
    return Tiers.of(canvas.width(), canvas.height()).window.center().toPoint()


# --- the first view, following ---------------------------------------------------------------------


def test_the_first_view_shows_what_the_step_works_on(canvas):
    assert canvas.view.shows(8192, 8704)


def test_a_view_chosen_by_hand_stays_while_the_focus_is_in_sight(canvas):
    canvas.move_view(View(8000, 9000))
    canvas.set_map(samples.address_map(focus=(8300, 8310)))
    assert (canvas.view.first, canvas.view.end) == (8000, 9000)


def test_the_view_follows_a_focus_out_of_sight_without_changing_its_scale(canvas):
    canvas.move_view(View(0, 1000))
    canvas.set_map(samples.address_map(focus=(8200, 8210)))
    assert canvas.view.shows(8200, 8210)
    assert canvas.view.pages == pytest.approx(1000)


def test_without_a_range_the_view_follows_the_page_of_the_stage(canvas):
    canvas.move_view(View(0, 1000))
    canvas.set_map(samples.address_map(focus=None, here=5000))
    assert canvas.view.shows(5000, 5001)


def test_without_follow_the_view_stays(canvas):
    canvas.follow = False
    canvas.move_view(View(0, 1000))
    canvas.set_map(samples.address_map(focus=(8200, 8210)))
    assert canvas.view.first == 0


# --- pan and zoom ----------------------------------------------------------------------------------


def test_the_wheel_zooms_about_the_pointer(canvas):
    before, pos = canvas.view, middle(canvas)
    under = (before.first + before.end) / 2
    wheel(canvas, pos, 1)
    assert canvas.view.pages == pytest.approx(before.pages / 1.25)
    assert (canvas.view.first + canvas.view.end) / 2 == pytest.approx(under, abs=before.pages / 400)


def test_shift_and_the_wheel_pan(canvas):
    canvas.move_view(View(2000, 4000))
    wheel(canvas, middle(canvas), -1, Qt.KeyboardModifier.ShiftModifier)
    assert canvas.view.first > 2000
    assert canvas.view.pages == pytest.approx(2000)


def test_dragging_moves_the_addresses_with_the_pointer(qtbot, canvas):
    canvas.move_view(View(2000, 4000))
    start = middle(canvas)
    page = canvas._scale().page(start.x())  # noqa: SLF001 - the page under the pointer is the claim
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=start)
    samples.move(canvas, start + QPoint(100, 0))
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=start + QPoint(100, 0))
    assert canvas._scale().page(start.x() + 100) == pytest.approx(page, abs=1)  # noqa: SLF001


def test_a_drag_selects_nothing(qtbot, canvas, selection):
    start = middle(canvas)
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=start)
    samples.move(canvas, start + QPoint(60, 0))
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=start + QPoint(60, 0))
    assert selection.place is None


def test_a_click_in_the_overview_brings_the_window_there(qtbot, canvas):
    rect = Tiers.of(canvas.width(), canvas.height()).overview
    qtbot.mouseClick(
        canvas, Qt.MouseButton.LeftButton, pos=QPoint(int(rect.right()) - 40, int(rect.center().y()))
    )
    assert canvas.view.first > 3 * (1 << 18)


@pytest.mark.parametrize("levels", [4, 5])
def test_one_page_at_the_far_end_is_exact(qtbot, selection, levels):
    shown = samples.far_map(levels)
    canvas = AddressMapCanvas(selection)
    qtbot.addWidget(canvas)
    canvas.resize(984, 218)
    canvas.load_plot()
    canvas.set_map(shown)
    canvas.move_view(View(shown.pages - 2, shown.pages - 1))
    assert canvas.view.pages == pytest.approx(1)
    canvas.grab()
    rect = Tiers.of(canvas.width(), canvas.height()).window
    hit = widest(canvas, shown.blocks[0].id)
    assert hit.rect.width() == pytest.approx(rect.width(), abs=2)
    assert f"0x{shown.base + (shown.pages - 2 << 12):016x}" in hit.tip


def test_the_view_never_leaves_the_range_nor_gets_smaller_than_a_page(canvas):
    for _ in range(200):
        wheel(canvas, middle(canvas), 3)
    assert canvas.view.pages >= 1
    for _ in range(300):
        wheel(canvas, middle(canvas), -3)
    assert (canvas.view.first, canvas.view.end) == pytest.approx((0, canvas.shown.pages))


# --- keyboard --------------------------------------------------------------------------------------


def test_a_shows_all_and_f_fits_the_selection(qtbot, canvas, selection):
    qtbot.keyClick(canvas, Qt.Key.Key_A)
    assert canvas.view.pages == canvas.shown.pages
    selection.select(place("b"))
    qtbot.keyClick(canvas, Qt.Key.Key_F)
    assert canvas.view.shows(2048, 2048 + 2049)
    assert canvas.view.pages < 3000


def test_alt_and_arrows_go_from_area_to_area(qtbot, canvas, selection):
    selection.select(place("a"))
    qtbot.keyClick(canvas, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert selection.place.area == place("c").area
    assert "lazily freed" in canvas.accessibleDescription()


# --- pointing --------------------------------------------------------------------------------------


def test_a_click_on_a_block_selects_its_area(qtbot, canvas, selection):
    hit = widest(canvas, place("b").area)
    qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=hit.rect.center().toPoint())
    assert selection.place.area == place("b").area


def test_a_double_click_zooms_to_the_area(qtbot, canvas):
    hit = widest(canvas, place("b").area)
    qtbot.mouseDClick(canvas, Qt.MouseButton.LeftButton, pos=hit.rect.center().toPoint())
    assert canvas.view.shows(2048, 4097)
    assert canvas.view.pages < 2500


def test_a_narrow_area_can_be_hit_beside_it(canvas):
    canvas.show_all()
    canvas.grab()
    tiers = Tiers.of(canvas.width(), canvas.height())
    beside = QPointF(tiers.window.left() + 6, tiers.window.center().y())
    hit = canvas.hit_at(beside)
    assert hit is not None
    assert not hit.rect.contains(beside)
    assert hit.place.area is not None


def test_the_tip_of_an_area_gives_full_addresses_and_its_guard(canvas):
    tip = widest(canvas, place("b").area).tip
    assert "0xffffc90000800000" in tip
    assert "4 × 2 MiB" in tip
    assert "guard" in tip


def test_colouring_by_caller_and_compact_widths_keep_every_area(qtbot, canvas):
    before = {hit.place.area for hit in canvas.all_hits() if hit.place.area is not None}
    canvas.set_colours("caller")
    canvas.set_compact(True)
    canvas.grab()
    assert {hit.place.area for hit in canvas.all_hits() if hit.place.area is not None} == before


@pytest.mark.parametrize("n", [0, 1, 40, 3000])
@pytest.mark.parametrize("size", [(984, 218), (664, 120), (1600, 400)])
def test_any_number_of_areas_is_drawn_at_any_size(canvas, n, size):
    canvas.resize(*size)
    canvas.set_map(samples.many(n))
    canvas.show_all()
    canvas.set_theme(LIGHT)
    picture = canvas.grab().toImage()
    hits = [hit.place.area for hit in canvas.all_hits() if hit.place.area is not None]
    assert len(set(hits)) <= n
    canvas.set_map(samples.many(0))
    assert (picture != canvas.grab().toImage()) == bool(n)


def test_nothing_allocated_is_said(qtbot, selection):
    pane = AddressMapPane(selection)
    qtbot.addWidget(pane)
    pane.set_map(samples.address_map(blocks=(), focus=None))
    assert pane.canvas.accessibleDescription() == "nothing allocated"


def test_breadcrumbs_name_what_encloses_the_view_and_show_it(qtbot, selection):
    pane = AddressMapPane(selection)
    qtbot.addWidget(pane)
    pane.resize(984, 248)
    pane.set_map(samples.address_map())
    whole, cell, window = pane.crumbs.buttons
    assert ("32 TiB" in whole.text(), "PGD[402]" in cell.text()) == (True, True)
    assert window.text().startswith("…")
    cell.click()
    assert (pane.canvas.view.first, pane.canvas.view.end) == (0, 1 << 27)


# --- scales ----------------------------------------------------------------------------------------


@given(st.integers(0, 1 << 41), st.integers(1, 1 << 30), st.floats(0, 1))
def test_a_linear_scale_goes_there_and_back(first, pages, part):
    scale = Linear(View(first, first + pages), 78, 888)
    page = first + part * pages
    assert scale.page(scale.x(page)) == pytest.approx(page, abs=pages / 1e6 + 1e-3)


def test_a_compact_scale_keeps_the_order_and_gives_small_areas_room():
    blocks = samples.address_map().blocks
    scale = Compact(View(0, 9300), 0, 888, stretch(blocks, slice(None)))
    xs = [scale.x(edge) for b in blocks for edge in (b.first, b.end)]
    assert xs == sorted(xs)
    small = next(b for b in blocks if b.name == "c")
    assert scale.x(small.end) - scale.x(small.first) > 100


@given(st.floats(1, 1e13), st.floats(100, 3000))
def test_labelled_ticks_are_powers_of_two_and_far_enough_apart(pages, width):
    step = tick_step(pages, width)
    assert step & (step - 1) == 0
    assert step * width / pages >= 150 * 0.999
    assert len(ticks(View(0, pages), step)) <= width / 150 + 2


@given(st.integers(0, (64 << 27) - 2), st.integers(1, 64 << 27))
def test_the_overview_holds_the_view(first, pages):
    view = View(first, first + pages).clamped(64 << 27)
    over = overview(view, samples.address_map())
    assert over.first <= view.first
    assert over.end >= view.end


def test_the_lens_enlarges_the_areas_too_narrow_to_read():
    shown = samples.address_map()
    scale = Linear(View(0, 9300), 0, 888)
    enlarged = lens(shown, stretch(shown.blocks, slice(None)), scale, None)
    small = next(b for b in shown.blocks if b.name == "c")
    assert enlarged.shows(small.first, small.end)
    assert enlarged.pages < 100
