"""The start page: shown when nothing was asked for; everything on it opens something, by mouse and keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt

from vmgui.formats.document import SUFFIX
from vmgui.formats.scenarios import PROGRAM, head, scenarios
from vmgui.ui import files, language, studying
from vmgui.ui.app import fill
from vmgui.ui.main_window import MainWindow
from vmgui.ui.settings import Left, Settings

KEYS = Qt.Key


@pytest.fixture(autouse=True)
def progress(monkeypatch, tmp_path):
    """Progress of this test alone."""
    monkeypatch.setattr(studying, "progress_file", lambda: tmp_path / "progress.json")


@pytest.fixture
def started(qapp, qtbot):
    """Starts the application with settings, as often as it is called."""
    windows = []

    def start(settings=None, file=None, step=None):
        window = MainWindow(settings or Settings())
        windows.append(window)
        with qtbot.waitExposed(window):
            window.show()
        fill(window, file, step)
        return window

    yield start
    for window in windows:
        window.desk.workspace.dirty = False
        window.close()
        window.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def page(desk):
    """The start page over a program of three operations."""
    desk.window.actions_["start"].trigger()
    return desk.starter.page


def perspective(window):
    return window.desk.perspectives.current


# --- when it is there ----------------------------------------------------------------------------


def test_without_a_file_the_page_is_shown_and_the_first_scenario_is_loaded_behind_it(started):
    window = started()
    page = window.desk.starter.page
    assert perspective(window) == "start"
    assert page.isVisible()
    assert window.desk.workspace.title == "First steps"
    assert not any(dock.isVisible() for dock in window.desk.layout_.docks.values())
    assert page.resume.text() == "Begin"
    assert page.detail.text().startswith("“First steps”")


def test_a_file_or_a_step_is_shown_at_once(started, root):
    path = root / "resources" / "scenarios" / "stale-tlb.vmgui"
    assert perspective(started(file=path)) == "explore"
    assert perspective(started(step=7)) == "explore"


def test_the_page_can_be_switched_off_on_itself(started, qtbot):
    settings = Settings()
    window = started(settings)
    again = window.desk.starter.page.again
    assert again.isChecked()
    again.click()
    assert not settings.start_page
    assert perspective(started(settings)) == "explore"


def test_the_next_start_has_the_perspective_of_the_last_behind_the_page(started, qtbot):
    settings = Settings()
    window = started(settings)
    window.actions_["real"].trigger()
    window.desk.starter.keep()
    other = started(settings)
    assert perspective(other) == "start"
    qtbot.mouseClick(other.desk.starter.page.close_button, Qt.MouseButton.LeftButton)
    assert perspective(other) == "real"


def test_enter_goes_on_at_once(desk, page, qtbot):
    assert page.resume.hasFocus()
    qtbot.keyClick(page.resume, KEYS.Key_Return)
    assert perspective(desk.window) == "explore"


def test_closing_it_gives_the_panes_back_as_they_were(desk, qtbot):
    desk.layout_.docks["tree"].hide()
    shown = {name for name, dock in desk.layout_.docks.items() if dock.isVisible()}
    desk.window.actions_["start"].trigger()
    page = desk.starter.page
    qtbot.keyClick(page.resume, KEYS.Key_Escape)
    assert not page.isVisible()
    assert desk.room.isVisible()
    assert {name for name, dock in desk.layout_.docks.items() if dock.isVisible()} == shown
    assert perspective(desk.window) == "explore"


def test_an_operation_or_a_pane_that_is_asked_for_leaves_the_page(desk, page):
    desk.run_line("b = vmalloc 4K")
    assert perspective(desk.window) == "explore"
    desk.window.actions_["start"].trigger()
    desk.window.actions_["show_why"].trigger()
    assert perspective(desk.window) == "explore"


def test_another_language_or_size_keeps_the_page(desk, page):
    desk.window.change_scale(1)
    desk = desk.window.desk
    assert perspective(desk.window) == "start"
    assert desk.starter.page.isVisible()
    language.choose(desk, "zh")
    try:
        desk = desk.window.desk
        assert perspective(desk.window) == "start"
        assert desk.starter.page.isVisible()
    finally:
        language.choose(desk, "en")
        desk.window.change_scale(0)


# --- going on ------------------------------------------------------------------------------------


def continued(started, settings):
    """The window of another start, after Continue."""
    window = started(settings)
    window.desk.starter.page.resume.click()
    return window


def test_the_program_that_was_open_goes_on_at_its_step(started, root, qtbot):
    settings = Settings()
    window = started(settings)
    path = root / "resources" / "scenarios" / "stale-tlb.vmgui"
    window.desk.open_copy(path)
    window.desk.player.seek(123)
    window.close()
    assert settings.last == Left(path, 123)
    other = started(settings)
    page = other.desk.starter.page
    assert page.resume.text() == "Continue"
    assert page.detail.text() == "“A freed page that still answers”, at step 123"
    page.resume.click()
    assert perspective(other) == "explore"
    assert other.desk.workspace.source == path
    assert other.desk.player.at == 123


def test_a_file_of_ones_own_goes_on_as_that_file(started, tmp_path):
    settings, path = Settings(), tmp_path / "mine.vmgui"
    window = started(settings)
    window.desk.workspace.new()
    window.desk.run_line("a = vmalloc 4K")
    window.desk.workspace.save(path)
    window.close()
    other = continued(started, settings)
    assert other.desk.workspace.path == path
    assert other.desk.player.at == other.desk.player.length


def test_the_lesson_that_was_left_goes_on_at_its_page_and_step(started, qtbot):
    settings = Settings()
    window = started(settings)
    study = window.desk.study
    study.open("04-when-huge")
    study.show_page(1)
    window.desk.player.seek(study.page.start)
    window.desk.player.back()
    page, step = study.page_id, window.desk.player.at
    window.close()
    other = started(settings)
    offered = other.desk.starter.page
    assert offered.resume.text() == "Continue"
    assert "When does a mapping become huge?" in offered.detail.text()
    assert offered.detail.text().endswith("Study")
    offered.resume.click()
    assert perspective(other) == "study"
    assert (other.desk.study.page_id, other.desk.player.at) == (page, step)


def test_a_lesson_left_for_explore_goes_on_in_explore(started):
    settings = Settings()
    window = started(settings)
    window.desk.study.open("04-when-huge")
    window.actions_["explore"].trigger()
    window.desk.player.last()
    step = window.desk.player.at
    window.close()
    other = continued(started, settings)
    assert perspective(other) == "explore"
    assert other.desk.player.at == step
    assert other.desk.study.page is not None


def test_a_lecture_that_was_left_goes_on_as_a_lecture(started, root):
    settings = Settings()
    window = started(settings)
    window.desk.open_copy(root / "resources" / "scenarios" / "stale-tlb.vmgui")
    window.desk.player.seek(123)
    window.actions_["present"].trigger()
    window.close()
    other = started(settings)
    page = other.desk.starter.page
    assert page.detail.text().endswith("at step 123 · Lecture")
    page.resume.click()
    assert other.desk.presenter.view is not None
    assert other.desk.player.at == 123
    other.desk.presenter.stop()
    assert perspective(other) == "explore"


def test_a_recording_that_was_left_goes_on_in_real_kernel(started, root):
    settings = Settings()
    window = started(settings)
    path = next((root / "tests" / "golden").rglob("*.jsonl.gz"))
    window.open(path)
    assert perspective(window) == "real"
    window.desk.player.first()
    window.desk.player.next_operation()
    step = window.desk.player.at
    window.close()
    other = continued(started, settings)
    assert perspective(other) == "real"
    assert other.desk.player.at == step


def test_the_course_that_was_left_is_shown_again(started):
    settings = Settings()
    window = started(settings)
    window.desk.study.open("04-when-huge")
    window.actions_["course"].trigger()
    window.close()
    other = started(settings)
    page = other.desk.starter.page
    assert page.detail.text() == "Course"
    page.resume.click()
    assert perspective(other) == "study"
    assert other.desk.study.pane.course.isVisible()


def test_to_look_at_the_start_page_alone_forgets_nothing(started, root):
    settings = Settings()
    left = Left(root / "resources" / "scenarios" / "stale-tlb.vmgui", 123)
    settings.keep_last(left)
    started(settings).close()
    assert settings.last == left


def test_what_was_kept_before_pages_and_perspectives_were_is_understood(root):
    settings, path = Settings(), root / "resources" / "scenarios" / "stale-tlb.vmgui"
    settings.keep("last", [str(path), "123"])
    assert settings.last == Left(path, 123)
    settings.keep("last", [str(path), "many"])
    assert settings.last is None


def test_what_is_gone_is_not_offered(started, tmp_path):
    settings, path = Settings(), tmp_path / "gone.vmgui"
    settings.keep_last(Left(path, 3))
    settings.remember(path)
    page = started(settings).desk.starter.page
    assert page.resume.text() == "Begin"
    assert page.recent.count() == 0
    assert page.recent.nothing.text() == "No files yet"


def test_in_the_middle_of_work_the_page_leads_back_to_it(desk, page, qtbot):
    desk.starter.close()
    desk.go(40)
    desk.window.actions_["start"].trigger()
    assert page.resume.text() == "Back to the program"
    assert page.detail.text() == "“Three”, at step 40"
    qtbot.mouseClick(page.resume, Qt.MouseButton.LeftButton)
    assert perspective(desk.window) == "explore"
    assert desk.player.at == 40


def test_recent_files_open_with_a_click_or_enter(desk, tmp_path, qtbot):
    path = tmp_path / "kept.vmgui"
    desk.workspace.save(path)
    desk.window.settings.remember(path)
    desk.workspace.new()
    desk.window.actions_["start"].trigger()
    recent = desk.starter.page.recent
    assert [recent.item(row).text() for row in range(recent.count())] == ["kept.vmgui"]
    recent.setCurrentRow(0)
    qtbot.keyClick(recent, KEYS.Key_Return)
    assert desk.workspace.path == path
    assert perspective(desk.window) == "explore"


@pytest.mark.parametrize("name", ["open", "open_recording", "new"])
def test_a_button_does_the_action_of_its_name(page, qtbot, name):
    from PySide6.QtWidgets import QPushButton

    page.action_wanted.disconnect()  # no dialog of the system in a test
    with qtbot.waitSignal(page.action_wanted) as wanted:
        page.findChild(QPushButton, f"start-{name}").click()
    assert wanted.args == [name]


LESSON = """+++
title = "When does a mapping become huge?"
part = "Page-table levels"
+++

## One entry for many pages

One entry covers them all.
"""


@pytest.fixture
def course(monkeypatch, tmp_path):
    """A folder of lessons in the place of those that are installed."""
    (tmp_path / "lessons").mkdir()
    monkeypatch.setattr("vmgui.lessons.course.folders", lambda: (tmp_path,))
    return tmp_path / "lessons"


def test_without_lessons_the_page_says_so(course, page):
    assert page.lessons.count() == 0
    assert page.lessons.nothing.isVisible()
    assert page.lessons.nothing.text().startswith("No lesson is installed")


def test_the_lessons_that_are_installed_stand_in_the_course(course, desk, qtbot):
    (course / "04-huge.en.md").write_text(LESSON, "utf-8")
    (course / "05-broken.en.md").write_text("no lesson", "utf-8")
    desk.window.actions_["start"].trigger()
    lessons = desk.starter.page.lessons
    rows = [lessons.item(row) for row in range(lessons.count())]
    assert [row.text() for row in rows] == ["4  When does a mapping become huge?", "05-broken"]
    assert rows[0].toolTip().startswith("Page-table levels · about ")
    assert "05-broken.en.md" in rows[1].toolTip()
    assert not lessons.nothing.isVisible()
    with qtbot.waitSignal(desk.starter.lesson_wanted) as wanted:
        lessons.setCurrentRow(0)
        qtbot.keyClick(lessons, KEYS.Key_Return)
    assert wanted.args == ["04-huge"]
    assert perspective(desk.window) == "study"
    assert desk.workspace.title == "When does a mapping become huge?"


# --- scenarios -----------------------------------------------------------------------------------


def test_every_scenario_with_a_picture_is_a_card_that_a_screen_reader_can_read(page):
    offered = [each for each in scenarios() if each.has_thumbnail]
    assert page.cards.rowCount() == len(offered)
    told = [page.cards.index(i).data(Qt.ItemDataRole.AccessibleTextRole) for i in range(len(offered))]
    for text, each in zip(told, offered, strict=True):
        assert each.title in text
        assert each.says in text


def test_arrows_choose_a_card_and_enter_opens_it(desk, page, qtbot):
    page.view.setFocus()
    page.view.setCurrentIndex(page.cards.index(0))
    at = desk.player.at
    qtbot.keyClick(page.view, KEYS.Key_Right)
    assert page.view.currentIndex().row() == 1
    assert desk.player.at == at  # no step was made behind the page
    qtbot.keyClick(page.view, KEYS.Key_Return)
    assert desk.workspace.title == page.cards.shown[1].title
    assert desk.workspace.path is None
    assert perspective(desk.window) == "explore"
    assert [marked.step for marked in desk.bookmarks.all] == [desk.workspace.document.bookmarks[0].step]


def test_what_a_scenario_shows_is_said_and_its_step_is_offered(desk, page, qtbot):
    page.view.wanted.emit(page.cards.shown[1])
    notices = desk.window.notices
    assert notices.text == page.cards.shown[1].says
    qtbot.mouseClick(notices.action_button, Qt.MouseButton.LeftButton)
    (mark,) = desk.workspace.document.bookmarks
    assert desk.player.at == mark.step
    assert notices.text == mark.note
    desk.starter.open_scenario(page.cards.shown[2].path)
    assert notices.text == page.cards.shown[2].says
    desk.workspace.new()
    assert notices.text == ""


def test_what_a_scenario_shows_goes_after_the_first_step(desk, page):
    desk.starter.open_scenario(page.cards.shown[1].path)
    notices = desk.window.notices
    assert notices.text
    assert not notices.fading
    desk.window.actions_["step"].trigger()
    assert notices.fading
    notices.fail("something else")
    desk.window.actions_["step"].trigger()
    assert not notices.fading


def test_a_click_on_a_card_opens_it(desk, page, qtbot):
    place = page.view.visualRect(page.cards.index(2)).center()
    qtbot.mouseClick(page.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert desk.workspace.title == page.cards.shown[2].title


def test_typing_filters_by_all_words_and_enter_opens_the_first(desk, page, qtbot):
    qtbot.keyClicks(page.view, "t")
    assert page.filter.hasFocus()
    qtbot.keyClicks(page.filter, "lb stale")
    assert [each.name for each in page.cards.shown] == ["stale-tlb"]
    qtbot.keyClick(page.filter, KEYS.Key_Return)
    assert desk.workspace.title == "A freed page that still answers"


def test_what_no_card_has_is_said_and_escape_first_clears_then_closes(desk, page, qtbot):
    qtbot.keyClicks(page.filter, "quark")
    assert page.cards.rowCount() == 0
    assert page.nothing.isVisible()
    qtbot.keyClick(page.filter, KEYS.Key_Escape)
    assert page.filter.text() == ""
    assert page.view.isVisible()
    assert perspective(desk.window) == "start"
    qtbot.keyClick(page.filter, KEYS.Key_Escape)
    assert perspective(desk.window) == "explore"


def test_work_that_is_not_saved_is_asked_for_before_a_scenario_replaces_it(desk, page, monkeypatch):
    asked = []
    monkeypatch.setattr("vmgui.ui.files.ask_to_save", lambda _desk: asked.append(True))
    desk.workspace.dirty = True
    page.view.wanted.emit(page.cards.shown[0])
    assert asked
    assert desk.workspace.title == "Three"
    assert perspective(desk.window) == "start"


def test_space_presses_what_has_the_focus_and_plays_nothing_behind_the_page(desk, page, qtbot):
    page.again.setFocus()
    qtbot.keyClick(page.again, KEYS.Key_Space)
    assert not page.again.isChecked()
    assert not desk.player.playing


def test_cards_fill_the_room_in_columns_that_are_as_wide_as_each_other(desk, page):
    view = page.view
    columns = view.viewport().width() // view.gridSize().width()
    assert columns >= 3
    assert 0 <= view.viewport().width() - columns * view.gridSize().width() <= columns + 2
    first, below = (view.visualRect(page.cards.index(row)) for row in (0, columns))
    assert (first.left(), first.size()) == (below.left(), below.size())
    assert first.bottom() < below.top()


# --- the same programs in the menu -----------------------------------------------------------------


def test_a_program_that_comes_with_vmgui_opens_as_one_without_a_file(desk, root):
    from PySide6.QtWidgets import QMenu

    menu = QMenu()
    files.fill_scenarios(desk, menu)
    groups = [action.menu() for action in menu.actions()]
    offered = {action.text(): action for group in groups for action in group.actions()}
    there = (root / "resources" / "scenarios").iterdir()
    programs = [path for path in there if path.suffix in (SUFFIX, PROGRAM)]
    assert set(offered) == {head(path)[0] for path in programs}
    offered["fix_align_alloc_test"].trigger()
    assert [str(done.operation).split()[1] for done in desk.workspace.session.operations] == [
        "fix_align_alloc_test"
    ]
    assert (desk.workspace.title, desk.workspace.path) == ("fix_align_alloc_test", None)
