"""Claims about Study: a lesson beside the stage, whose questions stop the play-head."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from tests.ui.lessons import EXAM, LESSON, card, opened
from vmgui.ui import studying


@pytest.fixture
def study(desk, tmp_path, monkeypatch):
    monkeypatch.setattr(studying, "progress_file", lambda: tmp_path / "progress.json")
    return opened(desk.study, tmp_path)


def test_the_play_head_stops_before_what_is_asked_until_it_is_answered(desk, study):
    gate = card(study).question.gate.before
    desk.window.perform("last")
    assert desk.player.at == gate
    desk.window.perform("step")
    assert desk.player.at == gate
    card(study).choose(1)
    desk.window.perform("last")
    assert desk.player.at == desk.player.length > gate


def test_the_track_gives_nothing_away_before_the_answer(desk, study):
    gate, shown = card(study).question.gate.before, desk.scrubber
    assert all(mark.step <= gate for mark in shown.marks.marks)
    assert {each.kind for each in shown.marks.segments if each.last > gate} == {"other"}
    assert shown.marks.steps == desk.player.length
    card(study).choose(1)
    assert "huge" in [mark.kind for mark in shown.marks.marks if mark.step > gate]
    assert "io" in {each.kind for each in shown.marks.segments if each.last > gate}


def test_another_program_shows_all_of_its_track(desk, study, root):
    desk.open_copy(root / "resources" / "scenarios" / "stale-tlb.vmgui")
    assert desk.perspectives.current == "explore"
    assert max(mark.step for mark in desk.scrubber.marks.marks) > desk.player.at


def test_a_picture_of_the_answer_is_shown_only_when_it_was_given(study, tmp_path):
    figure = '```figure\npane = "stage"\nat = "f huge pmd"\n```\n\n```predict'
    opened(study, tmp_path, LESSON.replace("```predict", figure, 1), "figure")
    assert study.pane.figures[0].pane.isHidden()
    card(study).choose(1)
    assert not study.pane.figures[0].pane.isHidden()


def test_a_wrong_answer_says_why_and_leaves_the_question_open(desk, study):
    card(study).choose(0)
    assert card(study).open
    assert "vmap_try_huge_pud" in card(study).feedback.text
    desk.window.perform("last")
    assert desk.player.at == card(study).question.gate.before


def test_letters_choose_answers_while_the_lesson_has_the_focus(qtbot, desk, study):
    qtbot.keyClick(study.pane, "b")
    assert card(study).feedback.right


def test_the_next_page_opens_only_when_the_question_is_answered(desk, study):
    desk.window.perform("lesson_next")
    assert study.at == 0
    assert "first" in desk.window.notices.text
    card(study).choose(1)
    desk.window.perform("lesson_next")
    assert study.at == 1


def test_what_was_answered_is_there_when_the_lesson_is_opened_again(study, tmp_path):
    card(study).choose(0)
    card(study).choose(1)
    opened(study, tmp_path)
    assert card(study).feedback.right
    kept = study.progress.of("huge").questions[f"{study.page_id}:0"]
    assert (kept.tries, kept.first, kept.right) == (2, False, True)


def test_after_the_last_hint_the_answer_is_shown_and_not_counted_as_known(desk, study):
    study.learner.hint()
    assert card(study).open
    study.learner.hint()
    assert not card(study).open
    assert not study.progress.of("huge").questions[f"{study.page_id}:0"].right
    assert "Correct" not in card(study).box.accessibleName()
    assert not any("your answer" in row.accessibleName() for row in card(study).rows)
    desk.window.change_scale(1)
    assert "The answer" in card(desk.window.desk.study).box.accessibleName()


def test_a_broken_page_asks_anew_and_its_answer_is_another(study):
    card(study).choose(1)
    study.pane.chips.buttons[0].click()
    assert card(study).open
    assert card(study).question.answer == "pte"
    study.pane.chips.buttons[0].click()
    assert card(study).question.answer == "pmd"


def test_a_number_that_is_none_is_refused_and_does_not_count(study):
    card(study).choose(1)
    study.go_on()
    card(study).enter("many")
    assert "many" in card(study).wrong.text()
    card(study).enter("2")
    assert card(study).feedback.right


def test_a_task_is_judged_by_the_state_that_was_built(desk, study):
    study.show_page(2)
    task = study.pane.tasks[0]
    task.check.click()
    assert not task.judgement.reached
    study.desk.workspace.run("b = vmap 4p")  # not through the task, which refuses it
    task.check.click()
    assert "vmap" in task.judgement.text
    task.undo.click()
    task.entered.emit("b = vmalloc 64K")
    task.check.click()
    assert task.judgement.reached
    assert study.progress.of("huge").reached == ["3:0"]


def test_a_line_that_is_no_operation_is_marked_in_the_task(study):
    study.show_page(2)
    task = study.pane.tasks[0]
    task.entered.emit("b = vmaloc 64K")
    assert not task.command.wrong.isHidden()


def test_the_program_of_a_lesson_is_never_asked_about(desk, study):
    study.show_page(2)
    study.pane.tasks[0].entered.emit("b = vmalloc 64K")
    assert not desk.workspace.dirty


def test_explore_has_a_free_play_head_and_study_stops_it_again(desk, study):
    desk.window.perform("explore")
    desk.window.perform("last")
    assert desk.player.at == desk.player.length
    desk.window.perform("study")
    desk.window.perform("last")
    assert desk.player.at <= card(study).question.gate.before or desk.player.limit is not None


def test_another_program_leaves_study(desk, study):
    desk.workspace.open_default()
    assert desk.perspectives.current == "explore"
    assert desk.player.limit is None


def test_other_numbers_are_drawn_again_and_again(study):
    seen = {study.run.values["phys"]}
    for _ in range(12):
        study.again()
        seen.add(study.run.values["phys"])
    assert seen == {"0x100200000", "0x140800000"}


def test_an_exam_only_notes_answers_until_it_is_handed_in(desk, study, tmp_path):
    opened(study, tmp_path, EXAM, "exam")
    card(study).choose(0)
    assert card(study).feedback.text == ""
    assert desk.details.isHidden()
    desk.window.perform("last")
    assert desk.player.at == card(study).question.gate.before
    desk.window.perform("lesson_next")
    card(study).enter("2")
    desk.window.perform("lesson_next")
    desk.window.perform("lesson_next")
    assert study.handed_in
    assert not card(study).feedback.right
    assert not desk.details.isHidden()
    assert study.progress.of("exam").questions["2:0"].right


def test_the_course_lists_what_is_installed_and_finds_words(desk, study):
    desk.window.perform("course")
    course = study.pane.course
    assert study.pane.currentWidget() is course
    course.field.setText("huge")
    assert course.list.count() >= 1
    course.field.setText("no such words anywhere")
    assert course.list.count() == 1


def test_the_course_takes_what_is_typed_wherever_it_is_asked_for(desk, study):
    for before in ("explore", "start"):
        desk.perspectives.show(before)
        desk.window.perform("course")
        assert desk.window.focusWidget() is study.pane.course.field


def test_a_lab_is_found_by_the_name_of_its_file(desk, study):
    desk.window.perform("course")
    study.pane.course.field.setText("one-pmd-leaf")
    assert study.pane.course.list.count() == 2  # the heading of its part, and the lab


def test_typed_words_find_a_lesson_and_enter_opens_it(qtbot, desk, study):
    desk.window.perform("course")
    field = study.pane.course.field
    qtbot.keyClicks(field, "augmented")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert study.entry.name == "07-finding-a-hole"
    assert not desk.window.notices.isVisible()  # Enter was for the course alone
    desk.window.perform("course")
    qtbot.keyClicks(field, "purge")
    assert field.text() == "purge"


def test_enter_on_a_row_of_the_course_opens_it_and_no_more(qtbot, desk, study):
    desk.window.perform("course")
    qtbot.keyClicks(study.pane.course.field, "augmented")
    study.pane.course.list.setFocus()
    qtbot.keyClick(study.pane.course.list, Qt.Key.Key_Return)
    assert (study.entry.name, study.at) == ("07-finding-a-hole", 0)
    assert not desk.window.notices.isVisible()


def test_of_what_is_found_the_one_with_the_words_in_its_title_is_offered(qtbot, desk, study):
    desk.window.perform("course")
    qtbot.keyClicks(study.pane.course.field, "become huge")
    qtbot.keyClick(study.pane.course.field, Qt.Key.Key_Return)
    assert study.entry.name == "04-when-huge"


def test_a_lesson_stays_open_in_another_size_of_type(desk, study):
    window = desk.window
    card(study).choose(1)
    study.go_on()
    window.change_scale(1)
    again = window.desk.study
    assert again.at == 1
    assert again.run.values == study.run.values
    window.change_scale(-1)


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_a_question_about_this_step_needs_no_lesson(desk):
    desk.player.seek(desk.workspace.session.operations[0].first_row + 1)
    desk.window.perform("ask_me")
    from vmgui.ui.dialogs.ask import AskWindow

    shown = desk.window.findChild(AskWindow)
    first = shown.card.question
    shown.card.given.emit(first.answer)
    assert shown.card.feedback.right
    shown.another.click()
    assert shown.card.question is not first
    shown.close()
