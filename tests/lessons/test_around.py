"""Tasks, progress, the course, and questions about any step."""

from __future__ import annotations

import json
import os

import pytest

from tests.lessons.written import fence, first_page, lesson, page
from vmgui.engine.machine import preset
from vmgui.formats.oplang import parse_operation
from vmgui.lessons.ask import ask
from vmgui.lessons.course import COURSES, entries
from vmgui.lessons.progress import MOST_GIVEN, Progress
from vmgui.lessons.reasons import grade, notes
from vmgui.lessons.tasks import began, judge
from vmgui.timeline.session import Session

TASK = """ask = "Build it."
verbs = ["vmalloc", "vfree"]
most = 3
[[parts]]
text = "two areas more"
goal = "areas == before.areas + 2"
points = 3
[[parts]]
text = "`b` is freed"
goal = "freed(b)"
points = 1
"""


def judged(*operations: str):
    done = first_page(page("a = vmalloc 4K", more=fence("task", TASK)))
    session = began(done)
    session.apply_all(map(parse_operation, operations))
    return judge(done.tasks[0], done, session)


def test_a_task_is_judged_part_by_part():
    assert [part.points for part in judged("b = vmalloc 4K", "c = vmalloc 4K").parts] == [3, 0]
    assert [part.points for part in judged("b = vmalloc 4K", "vfree b").parts] == [0, 1]
    whole = judged("b = vmalloc 4K", "vfree b", "c = vmalloc 4K")
    assert (whole.reached, whole.points, whole.of) == (False, 1, 4)
    assert judged().parts[1].missing == "there is no object 'b' here"


def test_operations_that_are_not_allowed_or_too_many_earn_nothing():
    strange = judged("b = vzalloc 4K")
    assert (strange.points, strange.text) == (0, "vzalloc may not be used here. Allowed: vmalloc, vfree.")
    assert judged(*(f"x{i} = vmalloc 4K" for i in range(4))).text == "4 operations; at most 3 are allowed."


def test_a_session_that_began_otherwise_does_not_count():
    done = first_page(page("a = vmalloc 4K", more=fence("task", TASK)))
    session = Session(done.session.machine)
    session.apply_all(map(parse_operation, ["a = vmalloc 8K", "b = vmalloc 4K"]))
    assert judge(done.tasks[0], done, session).text == (
        "The operations of the page are not those that this task begins with."
    )


# --- progress ------------------------------------------------------------------------------------------


def test_progress_is_there_again_after_a_restart(tmp_path):
    path = tmp_path / "deep" / "progress.json"
    progress = Progress(path)
    progress.visit("04", "1", "ann")
    progress.answer("04", "1", 0, "pte", False)
    progress.answer("04", "1", 0, "pmd", True)
    progress.hint("04", "1", 1)
    progress.reach("04", "2", 0, 3, True)
    progress.finish("04", "1")
    record = Progress(path).of("04")
    answers = record.questions["1:0"]
    assert (answers.given, answers.tries, answers.right, answers.first) == (["pte", "pmd"], 2, True, False)
    assert (record.pages, record.tasks, record.reached) == (["1"], {"2:0": 3}, ["2:0"])
    assert Progress(path).latest == "04"


def test_an_export_has_answers_and_neither_name_nor_seed_nor_time(tmp_path):
    progress = Progress(tmp_path / "p.json")
    progress.visit("04", "1", "ann")
    for _ in range(MOST_GIVEN + 5):
        progress.answer("04", "1", 0, "pte", False)
    progress.reach("04", "2", 0, 1, False)
    first, second = map(json.loads, progress.export().splitlines())
    assert first == {"lesson": "04", "page": "1", "question": 0, "given": ["pte"] * MOST_GIVEN,
                     "tries": MOST_GIVEN + 5, "right": False, "first": False, "hints": 0}  # fmt: skip
    assert second == {"lesson": "04", "page": "2", "task": 0, "points": 1, "reached": False}
    assert "ann" not in progress.export()


@pytest.mark.parametrize("text", ["{", '{"version": 9}', '{"lessons": 3}', "\x00"])
def test_progress_that_cannot_be_read_is_put_aside(tmp_path, text):
    path = tmp_path / "p.json"
    path.write_text(text)
    assert Progress(path).latest == ""
    assert (tmp_path / "p.json.unreadable").read_text() == text


# --- the course ----------------------------------------------------------------------------------------


def test_a_course_is_in_order_falls_back_to_english_and_bears_a_broken_file(tmp_path):
    folder, own = tmp_path / "a" / "lessons", tmp_path / "b" / "lessons"
    folder.mkdir(parents=True)
    own.mkdir(parents=True)
    (folder / "02-b.en.md").write_text(lesson("## 1\n").replace("A lesson", "B"))
    (folder / "01-a.en.md").write_text(lesson("## 1\n"))
    (folder / "01-a.zh.md").write_text(lesson("## 1\n").replace("A lesson", "甲"), "utf-8")
    (own / "02-b.en.md").write_text(lesson("## 1\n").replace("A lesson", "Ours"))
    (own / "03-c.en.md").write_text("broken")
    found = entries("lesson", "zh", [folder.parent, own.parent, tmp_path / "missing"])
    assert [entry.title for entry in found] == ["甲", "Ours", "03-c"]
    assert found[2].error is not None
    assert found[1].read("zh").language == "en"


def test_courses_of_all_users_stand_behind_that_of_vmgui_and_the_nearest_counts_most(tmp_path, monkeypatch):
    near, far, own = (tmp_path / name for name in ("near", "far", "own"))
    monkeypatch.setenv("XDG_DATA_DIRS", f"{near}{os.pathsep}{far}")
    monkeypatch.setenv("XDG_DATA_HOME", str(own))
    written = {near: ("os/lessons/04-when-huge", "os/labs/x"), own: ("mine/lessons/b",),
               far: ("os/lessons/04-when-huge", "os/lessons/a")}  # fmt: skip
    for place, names in written.items():
        for name in names:
            file = place / "vmgui" / COURSES / f"{name}.en.md"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(lesson("## 1\n").replace("A lesson", f"{name} {place.name}"))
    lessons = entries("lesson")
    assert [entry.title for entry in lessons[-2:]] == ["os/lessons/a far", "mine/lessons/b own"]
    assert [entry.name for entry in lessons].index("04-when-huge") == 3
    assert lessons[3].title == "os/lessons/04-when-huge near"
    assert [entry.title for entry in entries("lab")][-1] == "os/labs/x near"


def test_the_course_of_vmgui_has_lesson_4_in_both_languages():
    entry = next(entry for entry in entries("lesson") if entry.name == "04-when-huge")
    assert set(entry.files) == {"en", "zh"}


# --- ask me about this step ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def session() -> Session:
    found = Session(preset("x86-4l"))
    lines = (
        "f = ioremap 0x100200000 4M",
        "g = ioremap 0x100301000 4M",
        "v = vmalloc 64K",
        "touch @v",
        "vfree v",
        "purge",
    )
    found.apply_all(map(parse_operation, lines))
    return found


def test_any_step_has_questions_whose_answers_are_taken_for_right(session):
    for done in session.operations:
        for at in range(done.first_row + 1, done.last_row, max((done.last_row - done.first_row) // 5, 1)):
            found = ask(session, at)
            assert found
            for question in found:
                assert grade(question, question.answer).right
                assert all(notes(question).values())


def test_a_step_before_the_decision_asks_whether_the_mapping_becomes_huge(session):
    second = session.operations[1]
    kinds = {question.kind: question for question in ask(session, second.first_row + 1)}
    assert kinds["huge"].answer == "phys-misaligned"
    assert kinds["level"].answer == "pte"
    assert "huge" not in {question.kind for question in ask(session, second.last_row - 1)}


def test_nothing_is_asked_where_nothing_has_run():
    assert ask(Session(preset("tiny")), 0) == ()
