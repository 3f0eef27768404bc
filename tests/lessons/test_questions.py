"""Questions: the engine answers them, and each wrong answer gets the reason that fits."""

from __future__ import annotations

import pytest

from tests.lessons.written import FILE, asked, fence, first_page, page
from vmgui.formats.errors import FormatError
from vmgui.lessons import questions
from vmgui.lessons.questions import NoAnswer, Question, read_number
from vmgui.lessons.reader import parse
from vmgui.lessons.reasons import grade, notes
from vmgui.lessons.run import LessonRun
from vmgui.projection.entries import Geometry

ON = "f = ioremap 0x100200000 4M"
OFF = "f = ioremap 0x100301000 4M"


def said(question: Question, given: str) -> str:
    feedback = grade(question, given)
    assert not feedback.right
    return feedback.text


@pytest.mark.parametrize(
    ("operation", "answer"),
    [(ON, "pmd"), (OFF, "pte"), ("f = ioremap 0x100200000 3M", "pmd"), ("f = vmalloc 8M", "pte"),
     ("f = vmalloc_huge 8M", "pmd")],
)  # fmt: skip
def test_the_level_is_that_of_the_largest_leaf_the_engine_wrote(operation, answer):
    question = asked(operation, kind="level", about="f")
    assert question.answer == answer
    assert grade(question, answer).right
    obj = question.facts.names["f"]
    entry = Geometry(question.facts.session.kernel)
    assert entry.physical(question.facts.kernel.mem, obj.place) is not None
    assert set(notes(question)) == {"pud", "pmd", "pte"} - {answer}


def test_a_level_above_gets_the_check_that_refused_it_with_its_values():
    question = asked(OFF, kind="level", about="f")
    assert said(question, "pmd") == (
        "vmap_try_huge_pmd says no: physical address not 2 MiB-aligned (phys_addr mod 2 MiB = 0x101000)"
    )
    assert said(question, "PUD").startswith(
        "vmap_try_huge_pud says no: the range fills only a part of the entry"
    )


def test_a_level_below_hears_that_a_check_would_have_to_fail():
    question = asked(ON, kind="level", about="f")
    assert (
        said(question, "pte")
        == "PTE leaves come only where a check for a PMD leaf fails: here all of them pass."
    )
    mixed = asked("f = ioremap 0x100200000 3M", kind="level", about="f")
    assert said(mixed, "pte") == "There are PTE leaves as well, but the largest are PMD."


def test_where_nobody_asks_for_a_huge_page_that_is_the_reason():
    question = asked("f = vmalloc 8M", kind="level", about="f")
    assert said(question, "pmd") == ("nobody asks for a PMD leaf: plain vmalloc does not allow huge pages: "
                                     "VM_ALLOW_HUGE_VMAP is not set")  # fmt: skip


@pytest.mark.parametrize(
    ("operation", "level", "answer"),
    [(ON, "pmd", "yes"), (OFF, "pmd", "phys-misaligned"), (ON, "pud", "partial-entry"),
     ("f = vmalloc 8M", "pmd", "never asked"), ("f = vmalloc 64K", "pmd", "never asked")],
)  # fmt: skip
def test_huge_or_not_is_decided_by_the_check_that_decided(operation, level, answer):
    question = asked(operation, kind="huge", about="f", level=level)
    assert question.answer == answer
    assert answer in {choice.key for choice in question.choices}
    assert all(notes(question).values())


def test_another_check_than_the_one_that_refused_is_wrong_with_the_right_values():
    question = asked(OFF, kind="huge", about="f", level="pmd")
    assert "phys_addr mod 2 MiB = 0x101000" in said(question, "virt-misaligned")
    assert "phys_addr mod 2 MiB = 0x101000" in said(question, "A")
    accepted = asked(ON, kind="huge", about="f", level="pmd")
    assert said(accepted, "phys-misaligned") == (
        "That check passes: physical address 2 MiB-aligned. So do all others."
    )


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("192", "192 is the same number in hexadecimal: write 0x in front of it."),
        ("0x402", "402 is the decimal number, but 0x in front says that it is hexadecimal."),
        (
            "0",
            "0 is the index at the PUD level, bits 38 to 30. "
            "The question is about the PGD level: read bits 47 to 39 of 0xffffc90000000000.",
        ),
        (
            "403",
            "One off: entry 403 covers the 512 GiB from 0xffffc98000000000 on, and entries count from 0.",
        ),
        ("600", "A PGD table has 512 entries, from 0 to 511."),
        ("77", "The question is about the PGD level: read bits 47 to 39 of 0xffffc90000000000."),
    ],
)
def test_a_wrong_entry_names_the_bits_that_were_misread(given, reason):
    question = asked(ON, kind="entry", about="f", level="pgd")
    assert question.answer == "402"
    assert grade(question, "0x192").right
    assert said(question, given) == reason


@pytest.mark.parametrize(
    ("answer", "given", "right", "reason"),
    [
        ("size(f) / PAGE_SIZE", "4M", "1024",
         "That is the number of bytes; the question asks for pages of 4 KiB."),
        ("size(f) / PAGE_SIZE", "2", "1024", "A leaf of 2 MiB stands for 512 pages of 4 KiB."),
        (
            "size(f) / PAGE_SIZE",
            "1023",
            "1024",
            "One too few: is there a guard page, or an end that counts as well?",
        ),
        ("size(f)", "1024", "4 MiB",
         "That is the number of pages; the question asks for bytes, 4 KiB a page."),
        ("size(f)", "4M+", "4M", None),
        ("size(f)", "0x401000", "4M", "One page too many: the guard page does not count here."),
        ("areas - before.areas", "2", "1",
         "That is the total: 1 were there before. The question is how many are added."),
    ],
)
def test_a_wrong_number_gets_the_reason_that_fits(answer, given, right, reason):
    text = page("e = vmalloc 4K") + "## 2\n\n" + fence("ops", ON) + fence(
        "predict", f"kind = 'number'\nask = '?'\nanswer = '{answer}'")  # fmt: skip
    (question,) = questions.of(LessonRun(parse(text, FILE)).page(1))
    assert grade(question, right).right
    if reason is None:
        with pytest.raises(NoAnswer):
            grade(question, given)
    else:
        assert said(question, given) == reason


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("0xffffc90000801000", "That is where f ends; the question is where it begins."),
        ("0x100200000",
         "That is the physical address that f is mapped to; the question asks for the virtual one."),
        ("0xffffc90000401000", "One page off: every area ends with a guard page, which nobody maps."),
        ("0xffffc90000002000", "0xffffc90000002000 is not aligned: the search wants a multiple of 4 MiB."),
        ("0xffffc90000000000", "0xffffc90000000000 is not free: something lies there."),
        ("0xffffc90000800000", "That is where f ends; the question is where it begins."),
        ("0xffffc90000c00000", "It would fit there, but the search takes the lowest place that fits."),
        ("0x1000", "0x0000000000001000 is outside of the vmalloc range."),
        ("0xffffe8ffffffd000", "From 0xffffe8ffffffd000 on only 12 KiB are free, and 4.0 MiB are needed, "
         "guard page included."),
    ],
)  # fmt: skip
def test_a_wrong_address_gets_the_reason_that_fits(given, reason):
    question = asked("e = vmalloc 4K", ON, kind="address", answer="addr(f)")
    assert question.answer == "0xffffc90000400000"
    assert grade(question, "ffffc90000400000").right
    assert said(question, given) == reason


def test_a_hole_that_is_too_small_is_told_with_both_sizes():
    question = asked("a = vmalloc 8K", "b = vmalloc 4K", "vfree a", "purge", "c = vmalloc 16K",
                     kind="address", answer="addr(c)")  # fmt: skip
    assert said(question, "0xffffc90000000000") == (
        "From 0xffffc90000000000 on only 12 KiB are free, and 20 KiB are needed, guard page included."
    )


def test_a_known_mistake_is_answered_in_the_words_of_the_author():
    body = """kind = "number"\nask = "?"\nanswer = "span(f)"\notherwise = "No."
[[wrong]]\nis = "size(f)"\nbecause = "And the guard?"
"""
    (question,) = questions.of(first_page(page(ON, more=fence("predict", body))))
    assert said(question, "4M") == "And the guard?"
    assert said(question, "77") == "No."


CHOICE = """
kind = "choice"
ask = "?"
[[option]]
text = "two"
when = "leaves.pmd == 2"
[[option]]
text = "one of {size(f)}"
when = "leaves.pmd == 1"
because = "Each covers {PMD_SIZE}."
"""


def test_the_option_that_holds_is_right_and_another_says_why_it_is_not():
    (question,) = questions.of(first_page(page(ON, more=fence("predict", CHOICE))))
    assert (question.answer, question.choices[1].text) == ("A", "one of 4 MiB")
    assert said(question, "b") == "Each covers 2 MiB."


@pytest.mark.parametrize(
    ("keys", "why"),
    [
        ({"kind": "number", "answer": "512"}, "an answer is computed, not written: '512' has no name in it"),
        ({"kind": "number", "answer": "size(x)"}, "there is no object 'x' here"),
        ({"kind": "number", "answer": "level(f)"}, "the answer is no number: pmd"),
        ({"kind": "level", "about": "x"}, "no operation makes 'x'"),
        ({"kind": "entry", "about": "f", "level": "p4d"}, "this machine has no P4D level"),
        ({"kind": "entry", "about": "f", "level": "pxd"}, "'pxd' is none of pgd, p4d, pud, pmd, pte"),
        ({"kind": "huge", "about": "f", "level": "pte"}, "'pte' is none of pud, pmd"),
    ],
)
def test_an_answer_that_does_not_exist_is_an_error_of_the_lesson(keys, why):
    with pytest.raises(FormatError) as caught:
        asked(ON, **keys)
    assert (caught.value.why, caught.value.line) == (why, 11)


def test_options_of_which_none_or_two_hold_are_an_error_of_the_lesson():
    for text in (CHOICE.replace("== 2", "== 3"), CHOICE.replace("== 1", "> 1")):
        with pytest.raises(FormatError, match="of the options hold at the end of the page"):
            questions.of(first_page(page(ON, more=fence("predict", text))))


def test_what_is_no_answer_does_not_count_as_one():
    for question, given in (
        (asked(ON, kind="level", about="f"), "x"),
        (asked(ON, kind="number", answer="areas"), "many"),
    ):
        with pytest.raises(NoAnswer):
            grade(question, given)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12),
        ("1 024", 1024),
        ("0x1F", 31),
        ("4 MiB", 4 << 20),
        ("64k", None),
        ("1_000", 1000),
        ("", None),
        ("-1", None),
        ("9" * 60, None),
    ],
)
def test_numbers_are_read_as_people_write_them(text, value):
    assert read_number(text) == value


def test_a_chip_changes_the_answer_and_drops_what_was_said_to_the_old_one():
    text = page(
        "f = ioremap {p} 4M",
        more=fence("predict", 'kind="level"\nabout="f"\nask="?"\nright="On the grid."')
        + fence(
            "break",
            '[[chip]]\nlabel = "off"\nset = { p = "0x100301000" }\n[[chip]]\nlabel = "small"\n'
            'boot = "nohugeiomap"',
        ),
    )
    run = LessonRun(parse(text.replace("+++\n\n", '[draw]\np = "0x100200000"\n+++\n\n', 1), FILE))
    answers = [questions.of(each.page(0))[0] for each in (run, *map(run.broken, run.page(0).chips))]
    assert [question.answer for question in answers] == ["pmd", "pte", "pte"]
    assert [bool(question.right) for question in answers] == [True, False, False]
    assert "nohugeiomap" in said(answers[2], "pmd")


def test_a_machine_with_three_levels_has_its_largest_leaves_in_the_top_table():
    text = page("f = ioremap 0x40000000000 2G", more=fence("predict", 'kind="level"\nabout="f"\nask="?"')
                + fence("predict", 'kind="huge"\nabout="f"\nlevel="pud"\nask="?"'))  # fmt: skip
    level, huge = questions.of(first_page(text.replace("+++\n\n", 'machine = "riscv-sv39"\n+++\n\n', 1)))
    assert level.answer in {choice.key for choice in level.choices}
    assert (level.answer == "pud") is (huge.answer == "yes")
