"""The statistics pane: read while it is seen, over the same steps as the timeline; a click goes to a step."""

import pytest
from PySide6.QtCore import QPoint, Qt

from vmgui.ui.panes.statistics import HIGH
from vmgui.ui.theme import LIGHT, px


@pytest.fixture
def pane(desk, qtbot):
    desk.window.actions_["show_statistics"].trigger()
    pane = desk.statistics
    qtbot.waitUntil(lambda: bool(pane.plots) and pane.length == desk.player.length)
    return pane


def test_nothing_is_read_before_the_pane_is_shown(desk):
    assert desk.statistics.isHidden() or not desk.statistics.isVisible()
    assert desk.statistics.view is None


def test_a_click_on_a_plot_goes_to_the_step_under_it(desk, pane, qtbot):
    plot = pane.plots["tables"]
    qtbot.waitUntil(lambda: plot.vb.width() > 20)
    middle = pane.view.mapFromScene(plot.vb.sceneBoundingRect().center())
    with qtbot.waitSignal(pane.sought) as sought:
        qtbot.mouseClick(pane.view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(middle))
    assert abs(sought.args[0] - desk.player.length / 2) < desk.player.length / 20
    assert desk.player.at == sought.args[0]
    assert {head.value() for head in pane.heads} == {desk.player.at}


def test_an_operation_that_is_added_is_plotted(desk, pane):
    before = pane.series("lazy").value[-1]
    desk.run_line("b = vmalloc 1M")
    desk.run_line("vfree b")
    assert pane.length == desk.player.length
    assert pane.series("lazy").value[-1] > before
    desk.window.actions_["undo"].trigger()
    assert pane.series("lazy").value[-1] == before


def test_zoom_is_shared_with_the_timeline(desk, pane):
    desk.scrubber.show_range(100, 200)
    assert pane.range() == pytest.approx((100, 200))
    pane.show_all()
    assert (desk.scrubber.first, desk.scrubber.last) == pytest.approx((0, desk.player.length))


def test_a_plot_can_be_taken_off(desk, pane):
    pane.toggles["ranges"].setChecked(False)
    assert pane.plots["ranges"].scene() is None
    pane.toggles["ranges"].setChecked(True)
    assert pane.plots["ranges"].scene() is not None


def test_curves_of_one_plot_differ_in_more_than_colour(pane):
    pane.set_theme(LIGHT)
    small, huge = (pane.curves[name].opts["pen"] for name in ("small", "huge"))
    assert small.style() != huge.style()
    assert pane.curves["purges"].opts["symbol"] == "t"


def test_the_values_of_the_step_are_told_in_words(desk, pane):
    desk.player.seek(desk.player.length)
    assert pane.accessibleDescription() == pane.words(desk.player.length)
    assert "Page-table pages" in pane.words(0)


def test_a_share_in_percent_is_written_without_needless_zeros(pane):
    axis = pane.plots["share"].getAxis("left")
    assert axis.tickStrings([99.998, 100.0], 1.0, 0.001) == ["99.998", "100"]
    assert "Largest free range, %: 100\n" in pane.words(0)


def test_the_menu_names_a_plot_by_all_of_its_curves(pane):
    assert pane.toggles["mapped"].text() == "Mapped, small and huge"
    pane.toggles["mapped"].setChecked(False)
    assert pane.plots["mapped"].scene() is None
    assert all(pane.plots[key].scene() is not None for key in pane.plots if key != "mapped")


def test_in_a_low_pane_plots_keep_their_height_and_are_scrolled(pane, qapp):
    pane.resize(px(200), px(160))
    qapp.processEvents()
    assert pane.view.height() >= px(6 * HIGH)
    assert not pane.view.visibleRegion().contains(pane.view.rect())
