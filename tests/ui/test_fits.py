"""Nothing that Qt draws is cut, in any size of the window and of type that leaves 640 x 360 of the design."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtWidgets import QAbstractButton, QLabel, QToolButton, QWidget

from vmgui.projection.landmarks import first_decision
from vmgui.ui import theme as themes
from vmgui.ui.desk import LEAST_MAP, LEAST_STAGE
from vmgui.ui.main_window import SIZE, MainWindow
from vmgui.ui.panes.compare import ComparePane
from vmgui.ui.panes.transport import Headline
from vmgui.ui.settings import Settings
from vmgui.ui.shots import settle
from vmgui.ui.toolbar import Toolbar

CASES = [
    (1280, 720, 80), (1280, 720, 100), (1440, 900, 100), (1440, 900, 125), (1600, 1000, 110),
    (1920, 1080, 100), (1920, 1080, 150), (3840, 2160, 200),
]  # fmt: skip
TIGHT = [(1280, 720, 125), (1280, 720, 150), (1280, 720, 200), (1920, 1080, 200)]


@pytest.fixture(autouse=True)
def _design_size():
    yield
    themes.set_scale(100)


def at_size(qapp, desk, width: int, height: int, scale: int):
    """The window in a size, with its type in another."""
    window = desk.window
    window.settings.scale = scale
    themes.set_scale(scale)
    window.resize(width, height)
    window.refurnish()
    window.desk.layout_.resize()
    window.desk.player.seek(window.desk.player.length // 2)
    settle(window.desk)
    for _ in range(5):  # a label that has changed is laid out, and that lays out what it is in
        qapp.processEvents()
    return window.desk


def cut(widget: QWidget) -> bool:
    """Whether a label or button shows less than it says."""
    if isinstance(widget, QToolButton):
        text = widget.text() if widget.toolButtonStyle().value else ""
    else:
        text = widget.text()
    if not text or (isinstance(widget, QLabel) and widget.wordWrap()):
        return False
    hint = widget.sizeHint()
    return widget.width() < hint.width() - 1 or widget.height() < widget.fontMetrics().height() - 2


def all_cut(root: QWidget) -> list[str]:
    """What is cut in a window, in words."""
    found = [w for kind in (QLabel, QAbstractButton) for w in root.findChildren(kind) if w.isVisible()]
    return [f"{w.text()!r}: {w.size().toTuple()} of {w.sizeHint().toTuple()}" for w in found if cut(w)]


@pytest.mark.parametrize(("width", "height", "scale"), CASES)
@pytest.mark.parametrize("perspective", ["explore", "real"])
def test_no_label_and_no_button_is_cut(qapp, desk, width, height, scale, perspective):
    desk.window.actions_[perspective].trigger()
    made = at_size(qapp, desk, width, height, scale)
    assert all_cut(made.window) == []


@pytest.mark.parametrize(("width", "height", "scale"), TIGHT)
def test_where_there_is_hardly_room_bars_give_way_instead_of_being_cut(qapp, desk, width, height, scale):
    made = at_size(qapp, desk, width, height, scale)
    for bar in (made.window.toolbar, made.window.status, made.transport, made.rail.column):
        assert all_cut(bar) == []
        inside = [w for w in bar.findChildren(QAbstractButton) if w.isVisible()]
        whole = [w for w in inside if w.visibleRegion().boundingRect() == w.rect()]
        assert [(w.text(), w.geometry()) for w in inside if w not in whole] == []
    assert isinstance(made.window.toolbar, Toolbar)


@pytest.mark.parametrize(("width", "height", "scale"), [(1280, 720, 100), *TIGHT])
def test_stage_and_map_keep_the_room_they_need_and_are_scrolled(qapp, desk, width, height, scale):
    made = at_size(qapp, desk, width, height, scale)
    for pane, least in ((made.stage, LEAST_STAGE), (made.map, LEAST_MAP)):
        assert pane.width() >= themes.px(least[0])
        assert pane.height() >= themes.px(least[1])
    room, down = made.room, made.room.verticalScrollBar()
    assert down.maximum() == made.centre.height() - room.viewport().height()
    assert (down.maximum() == 0) == (scale == 100)


@pytest.mark.parametrize("scale", [125, 150])
def test_the_right_docks_leave_the_stage_its_width(qapp, desk, scale):
    made = at_size(qapp, desk, 1280, 720, scale)
    assert made.room.horizontalScrollBar().maximum() == 0
    assert made.tree.isVisible()


@pytest.mark.parametrize("scale", [100, 200])
def test_a_long_headline_ends_within_its_two_lines(qtbot, scale, monkeypatch):
    monkeypatch.setattr(themes.Scale, "factor", scale / 100)
    headline = Headline()
    qtbot.addWidget(headline)
    headline.resize(themes.px(230), themes.px(38))
    headline.show()
    small = themes.metrics(themes.SECONDARY * themes.factor(), bold=True)
    told = [" ".join(["vmap_try_huge_pmd:", *["physical"] * words]) for words in (3, 6, 8, 20)]
    for text in (*told, "purge_fragmented_blocks_of_all_processors(cpu=0)", "short " + "x" * 60):
        headline.say(text)
        room, wrapped = QRectF(0, 0, headline.width(), 900), Qt.TextFlag.TextWordWrap
        area = small.boundingRect(room, wrapped, headline.text())
        assert area.height() <= 2 * small.lineSpacing() + 1
        assert area.width() <= headline.width()
        assert headline.toolTip() == headline.said


def test_in_a_low_window_the_headers_stand_beside_the_tabs_and_the_outcome_is_whole(qapp, desk):
    made = at_size(qapp, desk, 1280, 720, 100)
    made.window.actions_["show_why"].trigger()
    qapp.processEvents()
    assert made.why.header.isVisible()
    assert not made.source.header.isVisible()
    assert made.why.header.mapTo(made.details, QPoint()).y() < made.details.tabBar().height()
    assert made.why.banner.height() >= made.why.banner.heightForWidth(made.why.banner.width())
    made.window.resize(1600, 1000)
    for _ in range(3):
        qapp.processEvents()
    for pane in (made.source, made.stack, made.why):
        assert pane.header.isVisible()
        assert pane.header.mapTo(pane, QPoint()).y() == 0
        assert pane.header.title.isVisible()


def test_where_it_is_wide_and_low_the_variables_stand_beside_the_calls(qapp, desk):
    made = at_size(qapp, desk, 1280, 720, 100)
    made.details.show_pane(made.stack)
    qapp.processEvents()
    assert made.stack.variables_header.x() > made.stack.chips_area.x() + made.stack.chips_area.width() - 2
    made.window.resize(1600, 1000)
    for _ in range(3):
        qapp.processEvents()
    assert made.stack.variables_header.y() > made.stack.chips_area.y()


def test_in_little_room_the_operations_are_a_rail_that_opens(qapp, desk):
    made = at_size(qapp, desk, 1280, 720, 150)
    assert made.rail.column.isVisible()
    assert not made.operations.isVisible()
    made.rail.buttons["vmap"].click()
    assert made.operations.isVisible()
    assert made.operations.form.verb.name == "vmap"
    made.rail.open_button.click()
    assert not made.operations.isVisible()
    made.window.actions_["command"].trigger()
    assert made.operations.isVisible()
    made.window.resize(1960, 1100)
    assert not made.rail.column.isVisible()
    assert made.operations.isVisible()


# --- the screen --------------------------------------------------------------------------------------


def test_on_a_screen_that_is_too_small_the_window_takes_all_of_it_and_ends_where_it_ends(qtbot):
    window = MainWindow()
    qtbot.addWidget(window)
    assert window.screen().availableSize().height() < SIZE.height()
    window.open_on_screen()
    assert window.isMaximized()
    assert window.minimumHeight() < window.screen().availableSize().height()


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_at_200_percent_in_the_smallest_window_the_whole_walk_is_in_sight(qapp, desk, theme):
    if desk.window.theme.name != theme:
        desk.window.actions_["theme"].trigger()
    made = at_size(qapp, desk, 1280, 720, 200)
    assert made.room.horizontalScrollBar().maximum() == 0
    assert made.stage.width() > themes.px(LEAST_STAGE[0])
    assert made.room.viewport().height() > themes.px(LEAST_STAGE[1]) * 0.8
    assert not made.tree.isVisible()
    made.window.actions_["show_tree"].trigger()  # a key brings a pane, and it stays
    qapp.processEvents()
    assert made.tree.isVisible()
    assert made.tree.width() >= made.window.width() // 3
    made.window.actions_["show_why"].trigger()
    for _ in range(3):
        qapp.processEvents()
    assert made.why.isVisible()
    assert made.why.banner.visibleRegion().boundingRect().height() > made.why.banner.height() // 2
    made.window.actions_["show_map"].trigger()  # and a key gives the room back
    for _ in range(3):
        qapp.processEvents()
    assert not made.tree.isVisible()
    assert not made.details.isVisible()
    assert made.room.viewport().height() > themes.px(LEAST_STAGE[1]) * 0.8


def test_where_the_stage_is_scrolled_across_its_header_stays_in_sight(qapp, desk):
    desk.window.actions_["study"].trigger()
    made = at_size(qapp, desk, 1280, 720, 200)
    across = made.room.horizontalScrollBar()
    assert across.maximum() > 0
    for at in (0, across.maximum()):
        across.setValue(at)
        qapp.processEvents()
        for pane in (made.stage, made.map):
            assert pane.width() == made.centre.width()
            title, sight = pane.header.title, made.room.viewport()
            assert 0 <= title.mapTo(sight, QPoint()).x() < sight.width() - title.width()
        for button in made.stage.styles.buttons.values():
            assert button.isVisible()
            assert button.visibleRegion().boundingRect() == button.rect()


def test_in_a_narrow_transport_the_number_of_the_step_is_whole(qapp, desk):
    desk.window.actions_["study"].trigger()
    made = at_size(qapp, desk, 1280, 720, 200)
    counter = made.transport.counter
    assert counter.text()
    assert counter.width() >= counter.sizeHint().width()
    rest = [w for w in (made.transport.before, made.transport.length) if w.isVisible()]
    assert not any(w.geometry().intersects(counter.geometry()) for w in rest)


def test_what_two_steps_differ_in_is_scrolled_where_the_pane_is_low(qapp, desk):
    made = at_size(qapp, desk, 1280, 720, 200)
    for name in ("compare_mark", "next_operation", "compare", "show_statistics"):
        made.window.actions_[name].trigger()
    for _ in range(5):
        qapp.processEvents()
    pane = made.window.findChild(ComparePane)
    assert pane.isVisible()
    bottom = pane.mapTo(made.window, pane.rect().bottomLeft()).y()
    assert bottom <= made.animator.mapTo(made.window, QPoint()).y()


def test_the_right_docks_come_back_with_the_room(qapp, desk):
    made = at_size(qapp, desk, 1280, 720, 200)
    assert not made.tree.isVisible()
    made.window.resize(2200, 1100)
    for _ in range(3):
        qapp.processEvents()
    assert made.tree.isVisible()
    made = at_size(qapp, made, 1280, 720, 200)
    made = at_size(qapp, made, 1280, 720, 100)
    assert made.tree.isVisible()


def test_the_right_docks_stay_away_from_other_perspectives(qapp, desk):
    desk.window.resize(1600, 1000)
    desk.window.actions_["real"].trigger()
    desk.window.actions_["larger"].trigger()
    made = desk.window.desk
    assert made.perspectives.current == "real"
    assert not made.tree.isVisible()
    made.window.actions_["explore"].trigger()
    assert made.tree.isVisible()


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1600, 1000)])
def test_the_check_that_decided_is_in_sight_whatever_the_room(qapp, desk, width, height):
    made = at_size(qapp, desk, width, height, 100)
    window, session = made.window, made.workspace.session
    refused = first_decision(session.columns, installed=False)
    made.player.seek(refused)
    settle(made)
    for _ in range(2):
        window.actions_["show_why"].trigger()
        for _ in range(3):
            qapp.processEvents()
        rows = made.why.model.checks
        decided = next(i for i, row in enumerate(rows) if row.decided)
        seen = made.why.list.visualRect(made.why.model.index(decided))
        assert made.why.list.viewport().rect().contains(seen)
        window.resize(width, height + 60)


def test_a_window_that_becomes_low_leaves_stage_and_map_their_room(qapp, desk):
    made = at_size(qapp, desk, 1600, 1000, 100)
    high = made.animator.height()
    made.window.resize(1280, 720)
    for _ in range(5):
        qapp.processEvents()
    assert made.animator.height() <= round(720 * 0.31)  # it has the tabs only
    assert made.room.verticalScrollBar().maximum() == 0
    made.window.resize(1600, 1000)
    for _ in range(5):
        qapp.processEvents()
    assert abs(made.animator.height() - high) <= 2


def test_a_layout_of_a_wide_window_fits_into_a_narrow_one_and_keeps_what_the_user_made(qapp, desk):
    made = at_size(qapp, desk, 1600, 1000, 100)
    made.window.actions_["show_statistics"].trigger()
    state = made.layout_.state()
    made.window.resize(1280, 720)
    assert made.layout_.restore(state)
    for _ in range(3):
        qapp.processEvents()
    docks = made.layout_.docks
    assert docks["frames"] in made.window.tabifiedDockWidgets(docks["tree"])
    assert made.statistics.isVisible()
    narrow = made.layout_.state()
    made.window.resize(1600, 1000)
    assert made.layout_.restore(narrow)
    assert docks["frames"] not in made.window.tabifiedDockWidgets(docks["tree"])
    assert not docks["frames"].isHidden()


def test_a_window_that_opens_in_very_large_type_asks_for_no_impossible_size(qtbot, qapp):
    settings = Settings()
    settings.scale = 200
    window = MainWindow(settings)
    qtbot.addWidget(window)
    window.resize(1280, 720)
    window.furnish()
    window.show()
    qapp.processEvents()  # what Qt has to say about sizes fails the test
    assert window.desk.stage.isVisible()
