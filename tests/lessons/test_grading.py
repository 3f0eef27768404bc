"""Grading replays what was handed in, trusts nothing in it, and survives whatever it is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.lessons.labs import graded, lab, solution
from tests.lessons.many import KINDS, LAB, POINTS, REFUSED
from tests.lessons.written import fence, lesson
from vmgui.formats.errors import FormatError
from vmgui.lessons.grading import Submission, grade, grade_work
from vmgui.lessons.hand_in import HandIn, dump, load, parse, save, seed_of
from vmgui.lessons.reader import parse as parse_lesson
from vmgui.lessons.results import feedback, gradescope
from vmgui.lessons.sheet import sheet, started

STUDENT = "s1"
TASK = 'ask = "?"\ngoal = "areas == 1"\npoints = 3\n'


def handed_in(tmp_path: Path, data: bytes) -> Submission:
    path = tmp_path / f"{STUDENT}_{LAB}.vmlab"
    path.write_bytes(data)
    return Submission(path, STUDENT)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_hand_in_is_worth_what_it_is_worth_and_told_in_one_line(kind, tmp_path):
    submission = handed_in(tmp_path, KINDS[kind](STUDENT))
    found = grade(lab(LAB), submission)
    assert (found.points, found.of) == (POINTS.get(kind, 0), 5)
    assert bool(found.error) == (kind in REFUSED)
    assert "\n" not in found.error
    assert grade(lab(LAB), submission) == found
    assert feedback(found) == feedback(grade(lab(LAB), submission))


def test_the_seed_is_documented_and_the_same_for_every_spelling_of_an_id():
    assert seed_of("01-one-pmd-leaf", "s1") == "857ad8dcc04ffa8d"
    assert seed_of("lab", " Ann ") == seed_of("lab", "ann")
    assert len({seed_of(name, who) for name in ("a", "b") for who in ("c", "d")}) == 4


def test_a_borrowed_file_shows_although_its_id_was_edited():
    own, other = solution(LAB, "ann"), solution(LAB, "bob")
    assert graded(LAB, "ann", own).points == 5
    assert graded(LAB, "ann", other).points == 0
    assert graded(LAB, "ann", other).flags == ()
    assert graded(LAB, "ann", own, says="bob").flags == ("the file says that it is of 'bob'",)


def test_what_stops_a_task_is_told_and_what_came_before_it_counts():
    lines = ("a = vmalloc 4K", "b = vmalloc", "c = vmalloc 4K")
    found = _one(TASK, lines)
    assert found.points == 3
    assert found.tasks[0].said.startswith("Line 2 cannot run, and nothing behind it does: ")
    assert found.tasks[0].ran == ("a = vmalloc 4K",)


def test_an_operation_that_fails_is_one_that_ran():
    found = _one(TASK, ("x = vmalloc 0", "a = vmalloc 4K"))
    assert found.points == 3
    assert found.tasks[0].ran == ("x = vmalloc 0: NULL", "a = vmalloc 4K")


def test_nothing_runs_when_an_operation_is_not_allowed_or_there_are_too_many():
    found = _one(f'{TASK}verbs = ["vmalloc"]\nmost = 2', ("a = vmalloc 4K", "purge"))
    assert (found.points, found.tasks[0].said) == (0, "purge may not be used here. Allowed: vmalloc.")
    found = _one(f'{TASK}verbs = ["vmalloc"]\nmost = 1', ("a = vmalloc 4K", "b = vmalloc 4K"))
    assert (found.points, found.tasks[0].said) == (0, "2 operations; at most 1 are allowed.")
    assert found.tasks[0].ran == ()


@pytest.mark.parametrize(
    "line", ["test_vmalloc all loops=100000", "stress n=100000 start=VS end=VE", "v = vmalloc 900M"]
)
def test_work_that_records_too_much_ends_there(line):
    found = _one(TASK, ("a = vmalloc 4K", line, "b = vmalloc 4K"))
    assert found.points == 3
    assert found.tasks[0].ran == ("a = vmalloc 4K",)
    assert "too many steps" in found.tasks[0].said


def test_all_tasks_of_a_hand_in_share_one_bound():
    text = lesson(
        "".join(f"## {i}\n\n" + fence("task", TASK.replace("== 1", ">= 1")) for i in range(3)),
        'kind = "lab"\n',
    )
    tasks = dict.fromkeys((1, 2, 3), ("a = vmalloc 25M",))
    found = grade_work(parse_lesson(text, "x.en.md"), HandIn("x", "s", tasks), Submission(Path("s"), "s"))
    assert [part.points for part in found.parts] == [3, 3, 0]
    assert "too many steps" in found.tasks[2].said


def test_a_stopped_kernel_ends_the_task_and_is_told():
    lines = (
        "vmap_page_range va=VS size=64K phys=5G",
        "vmap_page_range va=VS size=64K phys=5G",
        "a = vmalloc 4K",
    )
    found = _one(TASK, lines)
    assert found.points == 0
    assert found.tasks[0].ran[1].endswith(": the kernel stops here")


def test_answers_are_judged_and_give_no_points():
    ask = 'kind = "number"\nask = "?"\nanswer = "areas"'
    text = lesson("## 1\n\n" + fence("ops", "v = vmalloc 4K") + fence("predict", ask) + fence("predict", ask)
                  + fence("task", TASK.replace("== 1", "== 2")), 'kind = "lab"\n')  # fmt: skip
    work = HandIn("x", "s", {}, {1: "1", 2: "many"})
    found = grade_work(parse_lesson(text, "x.en.md"), work, Submission(Path("s"), "s"))
    assert [(answer.number, answer.right) for answer in found.answers] == [(1, True), (2, False)]
    assert (found.points, found.of) == (0, 3)
    assert "2. many, wrong" in feedback(found)


def test_the_exercise_text_has_the_values_of_the_student_and_the_file_is_graded_as_nothing_done(tmp_path):
    text = sheet(lab(LAB), "ann")
    assert text != sheet(lab(LAB), "bob")
    assert "{" not in text
    path = tmp_path / "ann_x.vmlab"
    save(path, started(lab(LAB), "ann"))
    assert load(path) == started(lab(LAB), "ann")
    assert grade(lab(LAB), Submission(path, "ann")).points == 0


def test_a_file_that_is_none_is_told(tmp_path):
    os.mkfifo(tmp_path / "pipe.vmlab")
    for name, why in (("pipe.vmlab", "this is no file"), ("none.vmlab", "No such file or directory")):
        with pytest.raises(FormatError) as caught:
            load(tmp_path / name)
        assert caught.value.why == why


def test_a_wrong_value_is_told_with_its_line():
    with pytest.raises(FormatError) as caught:
        parse(b'{"version":1,\n"lab":"x","student":"y",\n"tasks":{"1":["a"]},\n"answers":{"1":2}}', "f")
    assert (caught.value.line, caught.value.file) == (4, "f")


@given(st.binary(max_size=300))
@settings(max_examples=60)
def test_no_bytes_make_reading_raise_anything_but_a_format_error(data):
    try:
        parse(data)
    except FormatError:
        return


@given(st.integers(0, 400), st.binary(min_size=1, max_size=3))
@settings(max_examples=60)
def test_a_damaged_file_is_read_or_refused(at, noise):
    data = dump(HandIn(LAB, STUDENT, solution(LAB, STUDENT)))
    try:
        parse(data[:at] + noise + data[at + len(noise) :])
    except FormatError:
        return


def test_results_of_gradescope_add_up():
    import json

    found = graded(LAB, "ann", solution(LAB, "ann"))
    results = json.loads(gradescope(found))
    assert results["score"] == sum(test["score"] for test in results["tests"]) == 5
    assert sum(test["max_score"] for test in results["tests"]) == found.of
    assert {test["status"] for test in results["tests"]} == {"passed"}
    assert results["output_format"] == "md"


def _one(task: str, lines: tuple[str, ...]):
    read = parse_lesson(lesson("## One\n\n" + fence("task", task), 'kind = "lab"\n'), "x.en.md")
    return grade_work(read, HandIn("x", "s", {1: lines}), Submission(Path("s.vmlab"), "s"))


@pytest.mark.parametrize("number", ["0", "1", "4K", "1G", "31T", "0xffffffffffffffff"])
def test_no_number_in_an_operation_breaks_grading(number):
    for operation in (
        "x = vmalloc {}", "x = vmalloc_huge {}", "x = ioremap {} 4K", "x = ioremap 4G {}", "x = pages {}",
        "x = vmap_pfn {} n=2", "x = vmap_pfn 0 n={}", "x = range 4K start={} end=VE", "x = get_area {}",
        "x = module {}", "vmap_page_range va=VS size={} phys=0", "touch {}", "walk {} 4K",
        "vmap_page_range va={} size=4K phys=4G", "vunmap_range va=VS size={}", "fill VS n={}",
        "vread VS n={}", "tick {}", "cpu {}", "settle ms={}", "vfree_addr {}",
        "stress n={} start=VS end=VE", "dump_obj {}",
    ):  # fmt: skip
        found = _one(TASK, (operation.format(number), "a = vmalloc 4K"))
        assert found.error == ""
        assert found.tasks[0].ran or found.tasks[0].said
