"""Conditions: a closed language over a state."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.lessons.written import first_page, page
from vmgui.formats.errors import FormatError
from vmgui.lessons.conditions import parse
from vmgui.lessons.fact_functions import FUNCTIONS
from vmgui.lessons.facts import NAMES, Facts
from vmgui.timeline import query, spans

OPERATIONS = ("f = ioremap 0x100200000 4M", "g = ioremap 0x100301000 4M", "v = vmalloc 64K",
              "touch @v cpu=1", "vfree v", "n = vmalloc 2G")  # fmt: skip


@pytest.fixture(scope="module")
def facts() -> Facts:
    return first_page(page(*OPERATIONS)).facts


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2 * 3", 7), ("(1 + 2) * 3", 9), ("7 / 2", 3), ("7 % 4", 3), ("10 - 2 - 3", 5), ("-4 + 1", -3),
        ("4M / 4K", 1024), ("0x10", 16), ("1 < 2 < 3", 1), ("1 < 3 < 2", 0), ("not 0 and 1", 1),
        ("0 or 0", 0), ('"a" == "a"', 1), ('"a" < "b"', 1), ("1 <= 1 and 2 >= 3", 0), ("1 != 2", 1),
    ],
)  # fmt: skip
def test_arithmetic_and_logic_are_as_in_mathematics(facts, text, value):
    assert parse(text).value(facts) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("leaves(f, pmd)", 2), ("leaves(g, pte)", 1024), ("leaves.pmd - before.leaves.pmd", 2),
        ("leaves.pte", 1024), ("level(f)", "pmd"), ("level(g)", "pte"), ("size(f)", 4 << 20),
        ("span(f)", (4 << 20) + 4096), ("end(f) - addr(f) == size(f)", 1), ("phys(f)", 0x100200000),
        ("phys(addr(f) + 4K)", 0x100201000), ("mapped(v)", 0), ("mapped(f)", 1),
        ("refusal(g, pmd)", "phys-misaligned"), ("refusal(f, pmd)", ""), ("refusal(f, pud)", "partial-entry"),
        ("errno(f)", ""), ("errno(n)", "NULL"), ('errno("op 6")', "NULL"), ("freed(v)", 1), ("freed(f)", 0),
        ("lazy", 17), ("before.lazy", 0), ("areas.lazy", 1), ("areas", 2), ("flag(f, ioremap)", 1),
        ("stale(v, 1)", 1), ("stale(v, 0)", 0), ("stale(f)", 0), ("operations", 6), ("before.operations", 0),
        ("calls(ioremap)", 2), ("entry(f, pgd)", 402), ("entry(addr(f) + PMD_SIZE, pmd)", 1), ("PTRS", 512),
        ("LEVELS", 4), ("purges", 0), ("faults", 0), ("bugs", 0), ("value(f) == addr(f)", 1),
        ("free.bytes + span(f) + span(g) + span(v) <= VE - VS + 1", 1), ("free.largest <= free.bytes", 1),
        ("events.refused", 2), ("events.huge", 2), ("warnings", 0), ("arg(vmap_try_huge_pmd, end) > VS", 1),
        ("frames.largest", 1024), ('said("vmalloc error")', 1), ('said("KASAN")', 0),
    ],
)  # fmt: skip
def test_facts_are_what_the_engine_did(facts, text, value):
    assert parse(text).value(facts) == value


def test_calls_and_steps_count_what_was_recorded(facts):
    columns, first = facts.session.columns, facts.session.operations[0]
    assert parse("calls(vmap_pmd_range)").value(facts) == len(query.calls(columns, ["vmap_pmd_range"]))
    assert parse("steps(f)").value(facts) == first.last_row - first.first_row
    stores = sum(spans.kind(columns, row) is spans.Step.STORE for row in range(first.last_row))
    assert parse("writes(f)").value(facts) == stores


@pytest.mark.parametrize("name", sorted(NAMES))
def test_every_name_has_a_value_and_one_before(facts, name):
    assert isinstance(parse(name).value(facts), int)
    assert isinstance(parse(f"before.{name}").value(facts), int)


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_every_function_says_how_it_is_written(facts, name):
    with pytest.raises(FormatError) as caught:
        parse(f"{name}()").value(facts)
    assert caught.value.suggestion == FUNCTIONS[name].usage


@pytest.mark.parametrize(
    ("text", "why", "near"),
    [
        ("leavs.pmd", "there is no 'leavs.pmd'", "leaves.pmd"),
        ("siz(f)", "there is no function 'siz'", "size"),
        ("size(h)", "there is no object 'h' here", None),
        ("leaves(f, pmdd)", "'pmdd' is no level of page tables", "pmd"),
        ("calls(vmap_pmd_rang)", "'vmap_pmd_rang' is no function of the engine that is recorded as a call",
         "vmap_pmd_range"),
        ("phys(v)", "nothing is mapped at 0xffffc90000401000 here", None),
        ("1 / (lazy - lazy)", "division by 0", None),
        ('lazy == "x"', "a number is compared with a text", None),
        ("lazy = 1", "unexpected character '=' (== compares)", None),
        ("lazy ==", "something is missing at the end", None),
        ("12x", "'12x' is not a number", None),
        ("W", "this machine has no window W: give an address", "VS"),
    ],
)  # fmt: skip
def test_what_does_not_exist_is_an_error_with_the_nearest_name(facts, text, why, near):
    with pytest.raises(FormatError) as caught:
        parse(text, "a.md", 3).value(facts)
    assert (caught.value.why, caught.value.suggestion, caught.value.line) == (why, near, 3)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 240 + "1" + ")" * 240,
        "not " * 40 + "1",
        "-" * 499 + "1",
        "1+" * 300 + "1",
        "1" * 41 + "*" + "9" * 41,
        "0x" + "f" * 33,
    ],
)
def test_size_and_nesting_of_a_condition_have_an_end(facts, text):
    with pytest.raises(FormatError):
        parse(text).value(facts)


tokens = st.sampled_from(
    [
        "(",
        ")",
        "and",
        "or",
        "not",
        "==",
        "<",
        "+",
        "-",
        "*",
        "/",
        "%",
        ",",
        ".",
        "f",
        "pmd",
        "areas",
        "addr",
        "before.",
        "4K",
        "0x1",
        '"a"',
        '"',
        " ",
        "leaves",
        "size",
        "phys",
        "op 1",
    ]
)


@given(st.lists(tokens | st.text(max_size=3), max_size=30).map("".join))
def test_no_text_makes_a_condition_raise_anything_but_a_format_error(facts, text):
    try:
        value = parse(text).value(facts)
    except FormatError:
        return
    assert isinstance(value, int | str)
