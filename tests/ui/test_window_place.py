"""The window is where it was left, as large as it was left; what is said in it moves nothing."""

import pytest
from PySide6.QtCore import QEvent, QSettings, QSize
from PySide6.QtGui import QGuiApplication

from vmgui.ui.main_window import MainWindow
from vmgui.ui.settings import Settings

SIZES = ((1280, 720), (1600, 1000))


@pytest.fixture
def start(qapp, qtbot, tmp_path):
    """Starts vmgui again and again with the settings of one user; the window before is closed."""
    made = []

    def started():
        if made:
            made[-1].close()
        store = QSettings(str(tmp_path / "vmgui.ini"), QSettings.Format.IniFormat)
        made.append(MainWindow(Settings(store)))
        made[-1].furnish()
        with qtbot.waitExposed(made[-1]):
            made[-1].open_on_screen()
        return made[-1]

    yield started
    for window in made:
        window.close()
        window.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def left(start, qtbot):
    """The window in a place and a size of the user's own."""
    window = start()
    window.showNormal()
    window.resize(window.minimumSize() + QSize(5, 6))
    window.move(7, 30)
    qtbot.waitUntil(lambda: window.size() == window.minimumSize() + QSize(5, 6))
    return window


def test_the_first_time_the_window_has_its_size_or_all_of_a_small_screen(start):
    room, window = QGuiApplication.primaryScreen().availableSize(), start()
    assert window.isMaximized() == (room.width() < 1616 or room.height() < 1040)


def test_the_window_opens_where_it_was_left(left, start):
    size, place = left.size(), left.pos()
    window = start()
    assert window is not left
    assert (window.size(), window.pos()) == (size, place)
    assert not window.isMaximized()


def test_a_window_left_over_all_of_the_screen_opens_so_and_keeps_its_size_below(left, start, qtbot):
    size = left.size()
    left.showMaximized()
    window = start()
    assert window.isMaximized()
    window.showNormal()
    qtbot.waitUntil(lambda: window.size() == size)


def test_a_window_left_in_full_screen_opens_in_its_size(left, start):
    size = left.size()
    left.actions_["full_screen"].trigger()
    assert left.isFullScreen()
    window = start()
    assert not window.isFullScreen()
    assert window.size() == size


def test_full_screen_is_marked_however_it_is_reached_and_goes_back_to_what_was_before(left):
    action = left.actions_["full_screen"]
    left.showMaximized()
    action.trigger()
    assert left.isFullScreen()
    assert action.isChecked()
    left.refurnish()
    assert left.actions_["full_screen"].isChecked()
    left.actions_["full_screen"].trigger()
    assert left.isMaximized()
    assert not left.actions_["full_screen"].isChecked()
    left.showFullScreen()
    assert left.actions_["full_screen"].isChecked()


def test_what_is_kept_and_is_no_place_is_passed_over(left, start):
    left.close()
    left.settings.keep_layout("window", left.saveGeometry()[:10])
    assert start().isVisible()


@pytest.mark.parametrize("size", SIZES)
def test_a_notice_lies_over_the_panes_and_moves_none_of_them(qapp, desk, size):
    window = desk.window
    window.resize(*size)
    for _ in range(5):
        qapp.processEvents()
    before = desk.stage.geometry(), desk.map.geometry()
    window.notices.say("Exported as steps.gif")
    for _ in range(5):
        qapp.processEvents()
    bar = window.notices
    assert (desk.stage.geometry(), desk.map.geometry()) == before
    assert bar.isVisible()
    assert window.middle.rect().contains(bar.geometry())
    assert bar.width() < window.middle.width() / 2  # no wider than its words
    short = bar.height()
    window.notices.fail("could not be saved " * 30)
    assert window.middle.rect().contains(bar.geometry())
    assert bar.height() > short
    assert bar.label.height() >= bar.label.heightForWidth(bar.label.width())


def test_a_notice_stays_in_front_of_a_page_that_comes_later(desk, qtbot):
    desk.window.notices.fail("look")
    desk.window.actions_["real"].trigger()
    desk.window.actions_["start"].trigger()
    bar = desk.window.notices
    assert desk.window.middle.childAt(bar.geometry().center()) in (bar, *bar.children())
