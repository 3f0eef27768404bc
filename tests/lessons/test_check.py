"""What the checker of lessons finds, with file, line and reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lessons.written import errors, fence, lesson, page
from vmgui import assets
from vmgui.lessons.check import check
from vmgui.lessons.numbers_in_prose import numbers, unchecked

ON = "f = ioremap 0x100200000 4M"

BROKEN = {
    "operation": (
        lesson("## One\n\n" + fence("ops", "a = vmaloc 4M\nb = vmalloc 4K")),
        "operation.en.md:8:5: unknown operation 'vmaloc'\n"
        "    a = vmaloc 4M\n"
        "        ^^^^^^\n"
        "did you mean: a = vmalloc 4M",
    ),
    "answer": (
        page(ON, more=fence("predict", 'kind = "number"\nask = "How many?"\nanswer = "leafs(f, pmd)"')),
        "answer.en.md:11:1: there is no function 'leafs'\n"
        "    leafs(f, pmd)\n"
        "    ^^^^^^^^^^^^^\n"
        "did you mean: leaves",
    ),
    "figure": (
        page(ON, more=fence("figure", 'pane = "stage"\nat = "f huge pud"\ncaption = "A leaf of 1 GiB."')),
        "figure.en.md:11: in f = ioremap 0x100200000 4M nothing happens that is called 'huge pud'\n"
        "figure.en.md:11: nothing checks the number 1: write it as an {expression}, or state it in a check",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_lesson_is_told_with_file_line_and_reason(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text, message = BROKEN[name]
    Path(f"{name}.en.md").write_text(text)
    assert "\n".join(map(str, check([f"{name}.en.md"]))) == message


def test_a_page_that_no_path_reaches_is_told():
    text = lesson("## 1\n\n" + fence("page", 'next = [{ to = "end" }]') + "## 2\n\n## 3\n\n"
                  + fence("page", 'id = "end"'))  # fmt: skip
    assert errors(text) == ["11: no path reaches this page"]


def test_ways_to_pages_that_are_not_there_and_names_given_twice_are_told():
    text = lesson("## 1\n\n" + fence("page", 'id = "a"\nnext = [{ to = "b", when = "areas == 0" }]')
                  + "## 2\n\n" + fence("page", 'id = "a"'))  # fmt: skip
    assert errors(text) == ["5: there is no page 'b'", "12: there is another page 'a'"]


def test_a_check_that_does_not_hold_says_what_there_is_instead():
    assert errors(page(ON, more=fence("check", "leaves(f, pmd) == 3\nareas == 1"))) == [
        "12: does not hold (leaves(f, pmd) = 2)"
    ]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ('ask = "?"\ngoal = "areas == 2"\nsolution = "b = vmalloc 4K"', None),
        ('ask = "?"\ngoal = "areas == 3"\nsolution = "b = vmalloc 4K"',
         "11: the solution does not reach the goal: the state is another one"),
        ('ask = "?"\ngoal = "size(b) == 4K"\nsolution = "c = vmalloc 4K"',
         "11: the solution does not reach the goal: there is no object 'b' here"),
        ('ask = "?"\ngoal = "areas == 1"', "11: the goal is reached before anything is done"),
        ('ask = "?"\ngoal = "areas == 2"\nverbs = ["vmaloc"]', "11: unknown operation 'vmaloc'"),
        ('ask = "?"\ngoal = "areaz == 2"', "11: there is no 'areaz'"),
        ('ask = "?"\ngoal = "areas == 2"\nmost = 1\nsolution = "b = vmalloc 4K\\nvfree b"',
         "11: the solution does not reach the goal: 2 operations; at most 1 are allowed."),
        ('ask = "?"\ngoal = "areas == 2"\nverbs = ["ioremap"]\nsolution = "b = vmalloc 4K"',
         "11: the solution does not reach the goal: vmalloc may not be used here. Allowed: ioremap."),
    ],
)  # fmt: skip
def test_a_task_is_solved_by_its_solution_and_not_before(body, why):
    assert errors(page(ON, more=fence("task", body))) == ([why] if why else [])


def test_a_lab_does_not_tell_its_solution():
    body = 'ask = "?"\ngoal = "areas == 1"\nsolution = "b = vmalloc 4K"'
    text = lesson("## 1\n\n" + fence("task", body), 'kind = "lab"\n')
    assert errors(text) == ["8: a lab does not tell its solution"]


def test_every_value_of_a_parameter_and_every_chip_is_tried():
    chip = '[[chip]]\nlabel = "none"\nset = { n = "x" }'
    body = fence("ops", "a = vmalloc {n}p") + fence("check", "size(a) == 4K") + fence("break", chip)
    text = lesson("## 1\n\n" + body, '[draw]\nn = ["1", "2"]\n')
    assert errors(text) == [
        "10: with 'none': 'xp' is no number and no constant: size is a size in bytes (4096, 64K, 4M, 2G) "
        "or in pages (16p)",
        "14: does not hold (size(a) = 8192)",
    ]


def test_a_translation_that_is_missing_or_differs_is_told(tmp_path):
    english = page(ON, more=fence("predict", 'kind = "level"\nabout = "f"\nask = "Which?"'))
    (tmp_path / "a.en.md").write_text(english)
    (tmp_path / "a.zh.md").write_text(english.replace("Which?", "哪一级？"), "utf-8")
    files = [tmp_path / "a.en.md", tmp_path / "a.zh.md"]
    assert check(files) == []
    files[1].write_text(english.replace("4M", "2M").replace("## A page", "## 一页"), "utf-8")
    (tmp_path / "b.en.md").write_text(english)
    said = [f"{Path(e.file).name}:{e.line}: {e.why}" for e in check([*files, tmp_path / "b.en.md"])]
    assert [text.replace(str(tmp_path), "") for text in said] == [
        "a.zh.md:8: ops is 'f = ioremap 0x100200000 2M'; in /a.en.md it is 'f = ioremap 0x100200000 4M'",
        "b.en.md:0: its translation b.zh.md is missing",
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("x86-64, Linux 6.12, ioremap_wc and `f = ioremap 0x100200000 4M`", []),
        ("1. first\n2. second", []),
        ("{PMD_SIZE} and {size(f):n}", []),
        ("512 entries of `4096` bytes", ["512", "4096"]),
        ("2 MiB, 0x10, 4K; the PTEs: 1 024", ["2", "0x10", "4K", "1", "024"][:4]),
        ("共有 512 个表项，每项8字节", ["512", "8"]),
        ("```c\nint x = 5;\n```", []),
    ],
)
def test_numbers_are_found_in_prose_and_not_in_names(text, found):
    assert [word for _at, word, _values in numbers(text)] == found


def test_a_check_of_the_page_vouches_for_a_number_also_in_its_unit():
    assert list(unchecked("2 MiB are 512 pages", ["PMD_SIZE == 2M", "PMD_SIZE / PAGE_SIZE == 512"])) == []
    assert [word for _at, word in unchecked("3 MiB", ["PMD_SIZE == 2M"])] == ["3"]


def test_the_template_of_a_new_lesson_is_right(tmp_path):
    (tmp_path / "new.en.md").write_text(assets.path("templates/lesson.md").read_text("utf-8"), "utf-8")
    assert check([tmp_path / "new.en.md"]) == []
