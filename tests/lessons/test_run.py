"""Running lessons: pages, parameters, places, text with values in it, and bounds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.lessons.written import FILE, errors, fence, first_page, lesson, page, run
from vmgui.formats.errors import FormatError
from vmgui.lessons.draw import drawn
from vmgui.lessons.reader import parse
from vmgui.lessons.run import LessonRun
from vmgui.timeline.session import Session

DRAW = '[draw]\nphys = ["0x100200000", "0x180400000"]\nn = { from = 2, to = 8, step = 2 }\nsize = "{n}M"\n'
F = "f = ioremap 0x100200000 4M"


def test_the_same_seed_draws_the_same_values_on_every_machine_and_day():
    read = parse(lesson("## One\n", DRAW), "04-x.en.md")
    assert drawn(read) == {"phys": "0x100200000", "n": "2", "size": "2M"}
    assert drawn(read, "ann") == {"phys": "0x100200000", "n": "6", "size": "6M"}
    assert drawn(read, "bob") == {"phys": "0x180400000", "n": "6", "size": "6M"}
    assert drawn(read, 7) == drawn(read, "7")


def test_a_further_parameter_changes_no_other():
    other = parse(lesson("## One\n", DRAW + 'more = ["1", "2"]\n'), FILE)
    assert {k: v for k, v in drawn(other, 5).items() if k != "more"} == drawn(
        parse(lesson("## One\n", DRAW), FILE), 5
    )


@given(st.text(max_size=20))
def test_what_is_drawn_is_among_what_is_written(seed):
    values = drawn(parse(lesson("## One\n", DRAW), FILE), seed)
    assert values["phys"] in ("0x100200000", "0x180400000")
    assert values["n"] in ("2", "4", "6", "8")
    assert values["size"] == values["n"] + "M"


def test_a_page_runs_behind_those_before_it_and_a_fresh_one_does_not():
    text = lesson("## 1\n\n" + fence("ops", F) + "## 2\n\n" + fence("ops", "vfree_addr @f") + "## 3\n\n"
                  + fence("ops fresh", "#@ machine=tiny\na = vmalloc 4K"))  # fmt: skip
    first, second, third = (run(text).page(i) for i in range(3))
    assert first.session is second.session
    assert (second.first, second.count, second.start) == (1, 2, first.end)
    assert third.session is not second.session
    assert third.session.machine.possible_cpus == 1
    assert third.document().machine == third.session.machine
    assert [str(op) for op in second.document().operations] == [F, "vfree_addr @f"]


def test_before_is_the_start_of_the_page():
    text = lesson("## 1\n\n" + fence("ops", F) + "## 2\n\n" + fence("ops", "v = vmalloc 4K"))
    assert run(text).page(1).value("leaves - before.leaves") == 1
    assert run(text).page(0).value("leaves - before.leaves") == 2


def test_the_document_of_a_page_runs_to_the_same_state():
    done = first_page(page(F, "v = vmalloc 8K"))
    session = Session(done.document().machine)
    session.apply_all(done.document().operations)
    assert len(session) == done.end


def test_text_is_filled_with_values_as_they_are_best_read():
    done = first_page(page(F))
    assert done.fill("{PMD_SIZE} {addr(f)} {size(f) / PAGE_SIZE} {size(f):short} {level(f):up} {{x}}") == (
        "2 MiB 0xffffc90000000000 1\u2009024 4M PMD {x}"
    )
    assert (
        done.fill("{end(f) - addr(f)} {phys(f):phys} {entry(f, pgd):bin}") == "4 MiB 0x1_0020_0000 110010010"
    )


def test_braces_in_a_block_of_code_stay():
    code = "```c\nif (x) { y(); }\n```"
    assert first_page(page(F)).fill(f"{{PTRS}}\n\n{code}\n\n{{PTRS}}") == f"512\n\n{code}\n\n512"


@pytest.mark.parametrize("text", ["{", "}", "{size(q)}", "{areas:roman}", "{}", "{1 +}"])
def test_a_text_that_cannot_be_filled_is_a_format_error_at_its_line(text):
    with pytest.raises(FormatError) as caught:
        first_page(page(F)).fill(f"one\ntwo {text}", 10)
    assert caught.value.line == 11


@pytest.mark.parametrize(
    "place",
    [
        "f start",
        "f end",
        "f",
        "f huge",
        "f huge pmd 2",
        "f huge last",
        "f table pmd",
        "f area",
        "f enter vmap_pmd_range",
        "f leave vmap_pmd_range last",
        "op 1 huge",
        "vfree v lazy",
        "vfree_addr",
        "op 3",
    ],
)
def test_a_place_lies_inside_its_operation_and_before_comes_first(place):
    done = first_page(page(F, "v = vmalloc 64K", "vfree v", "vfree_addr @f"))
    found = done.place(place)
    operation = done.session.operations[found.operation]
    assert operation.first_row <= found.before <= found.after <= operation.last_row


def test_behind_the_place_of_a_huge_page_its_leaf_is_there_and_before_it_is_not():
    done = first_page(page(F))
    place = done.place("f huge pmd 2")
    assert done.facts_at(place.before).name("leaves.pmd") == 1
    assert done.facts_at(place.after).name("leaves.pmd") == 2


@pytest.mark.parametrize(
    ("place", "why", "near"),
    [
        ("h", "no operation makes 'h'", None),
        ("vfree f", "'vfree' does not run", None),
        ("f hug", "'hug' is nothing that can happen in an operation", "huge"),
        ("f refused", "in f = ioremap 0x100200000 4M nothing happens that is called 'refused'", None),
        ("f huge 7", "'huge' happens 2 times there", None),
        ("op 4", "there is no operation 4 here: 1 have run", None),
        ("f enter vmap_pmd_rnge", "'vmap_pmd_rnge' is no function of the engine that is recorded as a call",
         "vmap_pmd_range"),
    ],
)  # fmt: skip
def test_a_place_that_is_not_there_is_told(place, why, near):
    with pytest.raises(FormatError) as caught:
        first_page(page(F)).place(place, 4)
    assert (caught.value.why, caught.value.suggestion, caught.value.line) == (why, near, 4)


@given(
    st.lists(
        st.sampled_from(["f", "op", "1", "last", "huge", "pmd", "enter", "vmap_pmd_range", "start", "ü"]),
        max_size=5,
    )
)
def test_no_text_makes_a_place_raise_anything_but_a_format_error(words):
    try:
        first_page(page(F)).place(" ".join(words) or " ")
    except FormatError:
        return


def test_pages_are_left_by_the_first_way_that_is_open():
    text = lesson(
        "## 1\n\n"
        + fence("ops", F)
        + fence(
            "page",
            'next = [{ to = "no", when = "leaves.pmd == 0" }, { to = "yes", when = "leaves.pmd == 2" }]',
        )
        + "## 2\n\n"
        + fence("page", 'id = "no"')
        + "## 3\n\n"
        + fence("page", 'id = "yes"')
    )
    assert run(text).page(0).following() == 2
    assert run(text).page(1).following() == 2
    assert run(text).page(2).following() is None


@pytest.mark.parametrize(
    "operations", [("a = vmalloc 64M",), ("test_vmalloc all loops=9",), ("stress n=9000",)]
)
def test_a_lesson_that_writes_too_much_is_refused_in_one_message(operations):
    hostile = LessonRun(parse(page(*operations), FILE), most_rows=5000)
    with pytest.raises(FormatError) as caught:
        hostile.page(0)
    assert caught.value.why == "too many steps: a lesson or a lab records no more than 5000 here"
    assert caught.value.line == 8
    assert not hostile.recorded


def test_all_machines_of_a_lesson_share_one_bound():
    text = lesson("".join(f"## {i}\n\n" + fence("ops fresh", "a = vmalloc 1M") for i in range(4)))
    one = run(text).page(0).end
    bounded = LessonRun(parse(text, FILE), most_rows=3 * one)
    assert [bounded.page(i).end for i in range(3)] == [one] * 3
    with pytest.raises(FormatError):
        bounded.page(3)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (page(*["touch VS"] * 2001), "more than 2000 operations: too many for a lesson"),
        (lesson("".join(f"## {i}\n\n" + fence("ops fresh", "touch VS") for i in range(61))),
         "more than 60 machines are booted: too many for a lesson"),
        (lesson("## 1\n{k}", '[draw]\na = "xxxxxxxxxx"\n' + "".join(
            f'{b} = "{10 * ("{" + a + "}")}"\n' for a, b in zip("abcdefghij", "bcdefghijk", strict=True))),
         "the parameter 'c' is one line of at most 500 characters"),
    ],
)  # fmt: skip
def test_hostile_numbers_of_things_end_in_one_clear_message(text, why):
    assert errors(text) == [f"0: {why}"]
