"""Claims about Study as a part of the window: keys, lectures, files, layouts, what survives a new desk."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QWidget

from tests.ui.lessons import EXAM, LESSON, card, opened
from vmgui.ui import learner, studying
from vmgui.ui.panes.lesson import Footer
from vmgui.ui.panes.lesson_text import Prose

BEATS = '''```beat
at = "f enter vmap_try_huge_pud"
say = "Could **one PUD entry** do it?"
note = "Ask the class."
```

```beat
at = "f huge pmd"
say = "One entry."
```

```break'''


@pytest.fixture
def study(desk, tmp_path, monkeypatch):
    monkeypatch.setattr(studying, "progress_file", lambda: tmp_path / "progress.json")
    return opened(desk.study, tmp_path)


def test_what_is_said_below_the_steps_is_of_the_step_and_not_of_the_one_before(desk, study):
    desk.player.limit = None
    for step in (desk.player.length, 0, 1):
        desk.player.seek(step)
        assert desk.transport.said in desk.animator.narration.text()


@pytest.fixture
def said(monkeypatch) -> list[str]:
    """What a screen reader would say of answers."""
    heard: list[str] = []
    monkeypatch.setattr(learner, "announce", lambda _widget, text, at_once=False: heard.append(text))
    return heard


# --- keys and screen readers ---------------------------------------------------------------------


def test_an_answer_that_has_the_focus_takes_space_and_enter(qtbot, desk, study):
    first, second = card(study).rows[:2]
    first.setFocus()
    qtbot.keyClick(first, Qt.Key.Key_Space)
    assert not desk.player.playing
    assert card(study).answer == first.choice.key
    second.setFocus()
    qtbot.keyClick(second, Qt.Key.Key_Return)
    assert card(study).feedback.right


def test_the_keyboard_goes_on_from_a_question_that_is_answered(qtbot, desk, study):
    card(study).rows[1].setFocus()
    qtbot.keyClick(card(study).rows[1], Qt.Key.Key_Return)
    assert desk.window.focusWidget() is study.pane.footer.on
    qtbot.keyClick(study.pane.footer.on, Qt.Key.Key_Return)
    assert study.at == 1


def test_enter_in_the_field_answers_and_takes_the_keyboard_to_the_way_on(qtbot, desk, study):
    card(study).choose(1)
    study.go_on()
    field = card(study).field
    field.setFocus()
    qtbot.keyClicks(field, "2")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert card(study).feedback.right
    assert study.at == 1
    assert desk.window.focusWidget() is study.pane.footer.on


def test_enter_on_the_page_goes_on_and_h_gives_a_hint(qtbot, desk, study):
    study.pane.setFocus()
    qtbot.keyClick(study.pane, Qt.Key.Key_H)
    assert "Compare" in card(study).hint_box.accessibleName()
    card(study).choose(1)
    qtbot.keyClick(study.pane, Qt.Key.Key_Return)
    assert study.at == 1


def test_tab_goes_through_the_answers_before_the_footer_and_the_stage(desk, study):
    window = desk.window
    card(study).rows[0].setFocus()
    seen = [window.focusWidget()]
    for _ in range(8):
        window.focusNextPrevChild(True)
        seen.append(window.focusWidget())
    assert seen[: len(card(study).rows)] == card(study).rows
    assert seen.index(study.pane.footer.on) > seen.index(study.pane.chips.buttons[0])
    assert study.pane.footer.on in seen


def test_tab_from_the_page_itself_goes_into_it_and_shift_tab_out_of_it(desk, study):
    study.pane.setFocus()
    desk.window.focusNextPrevChild(True)
    assert desk.window.focusWidget() is card(study).rows[0]
    study.pane.setFocus()
    desk.window.focusNextPrevChild(False)
    assert not study.pane.isAncestorOf(desk.window.focusWidget())


def test_answers_are_buttons_with_names_and_feedback_is_spoken(study, said):
    row = card(study).rows[0]
    assert QAccessible.queryAccessibleInterface(row).role() == QAccessible.Role.Button
    assert row.accessibleName().startswith("A: ")
    card(study).choose(0)
    assert "vmap_try_huge_pud" in said[-1]
    study.learner.hint()
    assert said[-1] == "Hint: Compare the sizes."
    card(study).choose(1)
    assert said[-1].startswith("✓ Correct.")


# --- the page --------------------------------------------------------------------------------------


def test_a_picture_whose_place_a_chip_takes_away_is_left_out(study, tmp_path):
    figure = '```figure\npane = "stage"\nat = "f huge pmd"\ncaption = "A leaf."\n```\n\n```predict'
    opened(study, tmp_path, LESSON.replace("```predict", figure, 1), "figure")
    assert study.pane.figures[0].caption.accessibleName() == "Figure 1.1. A leaf."
    study.pane.chips.buttons[0].click()
    assert study.pane.figures == []
    assert card(study).question.answer == "pte"


def test_below_the_track_stands_what_the_step_is(desk, study):
    card(study).choose(1)
    desk.go(card(study).question.shown)
    assert "one PMD entry" in desk.animator.narration.accessibleName().replace("**", "")
    desk.window.perform("explore")
    assert desk.animator.narration.isHidden()


def test_undo_takes_back_what_the_learner_ran_and_not_the_page(desk, study):
    length = len(desk.workspace.session.operations)
    desk.window.perform("undo")
    assert len(desk.workspace.session.operations) == length == 1
    study.show_page(2)
    study.pane.tasks[0].entered.emit("b = vmalloc 64K")
    desk.window.perform("undo")
    desk.window.perform("undo")
    assert len(desk.workspace.session.operations) == length


def test_the_end_of_a_lesson_offers_to_export_what_was_seen(desk, study):
    study.show_page(2)
    desk.window.perform("lesson_next")
    assert study.pane.currentWidget() is study.pane.course
    assert "export" in desk.window.notices.text
    assert "" in study.progress.of("huge").pages


def test_no_question_about_a_step_is_asked_before_that_of_the_lesson(desk, study):
    from vmgui.ui.dialogs.ask import AskWindow

    desk.window.perform("ask_me")
    assert desk.window.findChild(AskWindow) is None
    assert "first" in desk.window.notices.text


# --- lectures ----------------------------------------------------------------------------------------


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_a_lecture_says_what_the_lesson_has_written_with_its_notes(qtbot, desk, study, tmp_path):
    opened(study, tmp_path, LESSON.replace("```break", BEATS, 1), "beats")
    desk.window.perform("present")
    desk.window.perform("notes")
    presenter = desk.presenter
    assert desk.player.limit is None
    presenter.next()
    assert presenter.view.slide.text.plain == "Could one PUD entry do it?"
    assert presenter.view.slide.text.head == "First"
    assert "Ask the class." in presenter.notes.notes.toPlainText()
    presenter.next()
    assert presenter.view.slide.text.plain == "One entry."
    assert desk.player.at == study.page.beats[1].place.after
    presenter.next()
    assert study.at == 1
    presenter.previous()
    assert study.at == 0
    desk.window.perform("notes")
    desk.window.perform("present")
    assert desk.player.limit == card(study).question.gate.before >= desk.player.at


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_a_page_without_beats_has_those_of_its_program(desk, study):
    desk.window.perform("present")
    desk.presenter.next()
    assert desk.presenter.view.slide.text.head != "First"
    assert desk.presenter.view.slide.text.says
    desk.window.perform("present")


# --- files and the start page ----------------------------------------------------------------------


def test_the_file_of_a_lesson_opens_in_study(desk, study, tmp_path):
    desk.window.perform("explore")
    path = tmp_path / "mine.en.md"
    path.write_text(LESSON.replace('"Huge?"', '"Mine"'), encoding="utf-8")
    desk.window.open(path)
    assert desk.perspectives.current == "study"
    assert study.run.lesson.title == "Mine"
    assert desk.window.settings.recent[0] == path


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [("f = ioremap {phys} 4M", "f = ioremapp {phys} 4M", "ioremapp"),
     ('at = "f huge pmd"', 'at = "f huge pud"', "huge pud"),
     ("{PMD_SIZE}", "{PMD_SIZ}", "PMD_SIZ")],
)  # fmt: skip
def test_a_lesson_that_is_wrong_says_where_and_changes_nothing(desk, study, tmp_path, right, wrong, said):
    desk.window.perform("explore")
    session, run = desk.workspace.session, study.run
    path = tmp_path / "bad.en.md"
    path.write_text(LESSON.replace(right, wrong), encoding="utf-8")
    desk.window.open(path)
    assert said in desk.window.notices.text
    assert "bad.en.md" in desk.window.notices.text
    assert desk.perspectives.current == "explore"
    assert desk.workspace.session is session
    assert study.run is run
    desk.window.perform("study")
    assert card(study).question.kind == "level"


def test_the_start_page_goes_on_with_the_last_lesson(desk, study):
    study.progress.visit("04-when-huge", "2", "1")
    desk.window.perform("start")
    page = desk.starter.page
    assert page.lessons.item(0).text().startswith("Continue: ")
    page.lessons.itemClicked.emit(page.lessons.item(0))
    assert desk.perspectives.current == "study"
    assert study.page_id == "2"


# --- another desk, another perspective ---------------------------------------------------------------


def test_answers_hints_and_own_operations_survive_another_size_of_type(desk, study):
    window = desk.window
    card(study).choose(0)
    study.learner.hint()
    window.change_scale(1)
    study = window.desk.study
    assert card(study).feedback.text
    assert card(study).open
    assert "Compare" in card(study).hint_box.accessibleName()
    study.show_page(2)
    study.pane.tasks[0].entered.emit("b = vmalloc 64K")
    study.pane.tasks[0].check.click()
    window.change_scale(-1)
    study = window.desk.study
    assert study.pane.tasks[0].judgement.reached
    assert "vmalloc 64K" in study.pane.tasks[0].ran.text()


def test_an_exam_keeps_its_answers_and_its_lock_in_another_size_of_type(desk, study, tmp_path):
    opened(study, tmp_path, EXAM, "exam")
    card(study).choose(0)
    window = desk.window
    window.change_scale(1)
    study = window.desk.study
    assert card(study).answer == card(study).rows[0].choice.key
    assert card(study).feedback.text == ""
    window.perform("last")
    assert window.desk.player.at == card(study).question.gate.before
    assert window.desk.details.isHidden()
    window.change_scale(-1)


def test_a_lesson_waits_while_another_perspective_is_rebuilt(desk, study):
    window = desk.window
    card(study).choose(1)
    study.go_on()
    window.perform("explore")
    window.change_scale(1)
    assert window.desk.perspectives.current == "explore"
    assert window.desk.details.isVisible()
    window.perform("study")
    assert window.desk.study.at == 1
    window.change_scale(-1)


def test_study_keeps_its_layout_and_explore_has_its_own(desk, study):
    held = desk.study.docks
    tabs = desk.details.count()
    desk.window.perform("explore")
    assert held["lesson"].isHidden()
    assert desk.details.count() == 1 < tabs
    assert desk.layout_.docks["operations"].isVisible()
    assert desk.transport.headline.said
    desk.window.perform("study")
    assert held["lesson"].isVisible()
    assert desk.layout_.docks["operations"].isHidden()
    assert desk.layout_.docks["tree"].isHidden()
    desk.window.resizeDocks([held["lesson"]], [420], Qt.Orientation.Horizontal)
    QApplication.processEvents()
    narrow = held["lesson"].width()
    desk.window.perform("real")
    assert held["lesson"].isHidden()
    desk.window.perform("study")
    QApplication.processEvents()
    assert abs(held["lesson"].width() - narrow) <= 2
    desk.window.perform("reset_layout")
    QApplication.processEvents()
    assert held["lesson"].width() > narrow + 50


def test_a_program_edited_in_explore_is_the_pages_again_in_study(desk, study):
    desk.window.perform("explore")
    desk.workspace.delete(0)
    desk.workspace.dirty = False
    desk.window.perform("study")
    assert [str(each.operation) for each in desk.workspace.session.operations] == [
        f"f = ioremap {study.run.values['phys']} 4M"
    ]


def test_a_table_in_a_lesson_is_drawn_as_one(study, tmp_path):
    text = "| level | covers |\n|---|---:|\n| PTE | 4 KiB |\n\n```predict"
    opened(study, tmp_path, LESSON.replace("```predict", text, 1), "tabled")
    told = [prose for prose in study.pane.findChildren(Prose) if "4 KiB" in prose.text()]
    assert "<td" in told[0].text()
    assert "|" not in told[0].accessibleName()


@pytest.mark.parametrize("hints", [(0, 2), (2, 2)])
def test_in_a_narrow_pane_the_dots_give_way_to_what_can_be_pressed(qtbot, hints):
    around = QWidget()
    qtbot.addWidget(around)
    footer = Footer()
    footer.setParent(around)
    footer.show_pages([True] * 5 + [False] * 7, 5, "Continue")
    footer.show_hints(*hints)
    around.show()
    for width in (700, 380, 700):
        footer.resize(width, 48)
        shown = [footer.back, footer.hint, footer.on]
        for button in shown:
            assert button.width() >= button.sizeHint().width()
            assert footer.rect().contains(button.geometry())
        assert footer.dots.isVisibleTo(footer) == (width == 700)


def test_a_layout_of_another_size_of_type_gets_the_sizes_of_the_design(desk, study, qapp):
    window = desk.window
    window.resize(1280, 720)
    desk.perspectives.reset()
    qapp.processEvents()
    wide = study.pane.width()
    window.actions_["smaller"].trigger()
    window.actions_["smaller"].trigger()
    window.desk.perspectives.show("explore")
    window.actions_["normal_size"].trigger()
    window.desk.perspectives.show("study")
    qapp.processEvents()
    assert window.desk.study.pane.width() == pytest.approx(wide, abs=2)
