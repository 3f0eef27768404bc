"""Claims about the entry decoder: every bit is told, on every architecture, and mistakes are named."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vmgui.engine.kernel import Kernel
from vmgui.engine.machine import PRESETS
from vmgui.projection.decoder import WordError, decode, fields_word, read_word
from vmgui.projection.entries import Geometry
from vmgui.timeline.session import Session

WORDS = st.one_of(st.integers(0, (1 << 64) - 1), st.sampled_from([0, 1, 3, 0x63, 0xE7]))


@cache
def shape(preset: str) -> Geometry:
    """The tables of a machine."""
    session = Session(PRESETS[preset])
    return Geometry(Kernel(session.machine, session.cursor()))


@pytest.mark.parametrize("preset", PRESETS)
@given(word=WORDS)
def test_every_bit_of_an_entry_is_told_exactly_once(preset: str, word: int) -> None:
    for level in shape(preset).levels:
        decoded = decode(shape(preset), word, level)
        assert fields_word(decoded.fields) == word
        covered = [bit for f in decoded.fields for bit in range(f.high, f.low - 1, -1)]
        assert covered == list(range(63, -1, -1))


@pytest.mark.parametrize("preset", PRESETS)
def test_a_leaf_that_the_kernel_makes_is_told_with_frame_and_size(preset: str) -> None:
    tables = shape(preset)
    k = tables.k
    word = k.arch.pfn_pte(k, 0x80000, k.PAGE_KERNEL)
    decoded = decode(tables, word, "pte")
    assert (decoded.state, decoded.pfn, decoded.covers) == ("leaf", 0x80000, k.PAGE_SIZE)
    assert decoded.phys == 0x80000 << k.PAGE_SHIFT
    assert not any(field.kind == "reserved" and field.value for field in decoded.fields)
    assert "a PTE leaf" in decoded.meaning


def test_the_fields_of_an_uncached_page_are_named() -> None:
    fields = {field.name: field for field in decode(shape("x86-4l"), 0x8000000100101173, "pte").fields}
    assert fields["NX"].says == "no code may run here"
    assert fields["PCD PWT"].says == "memory type UC−"
    assert (fields["PFN"].value, fields["PFN"].says) == (0x100101, "physical 0x1_0010_1000")
    assert fields["G"].value == 1


def test_what_leads_to_a_table_says_to_which() -> None:
    decoded = decode(shape("x86-4l"), 0x3C40067, "pud")
    assert decoded.meaning == "leads to the PMD table at 0x3c4_0000, frame 3c40"
    assert decoded.covers == 4096


def test_an_entry_that_is_not_present_says_that_its_bits_mean_nothing() -> None:
    assert decode(shape("x86-4l"), 0, "pte").meaning.startswith("empty")
    decoded = decode(shape("x86-4l"), 0x100, "pte")
    assert decoded.meaning.startswith("not present")
    assert next(f for f in decoded.fields if f.name == "PROTNONE").says == "a page that nobody may touch"


def test_no_processor_maps_memory_with_an_entry_of_the_top_table() -> None:
    decoded = decode(shape("x86-4l"), 0xE3, "pgd")
    assert decoded.meaning.startswith("malformed")


def test_an_address_that_the_processor_does_not_have_is_malformed() -> None:
    decoded = decode(shape("x86-4l"), 1 << 51 | 0x67, "pte")
    assert decoded.meaning.startswith("malformed")
    assert [field.place for field in decoded.fields if field.kind == "reserved" and field.value] == ["51…46"]


@pytest.mark.parametrize(
    "text", ["0x8000_0001_0010_1173", "8000000100101173", " 0X8000000100101173UL ", "80000001 00101173"]
)
def test_an_entry_is_read_in_every_way_that_it_is_written(text: str) -> None:
    assert read_word(text) == 0x8000000100101173


@pytest.mark.parametrize(
    ("text", "why"),
    [("", "type an entry"), ("0x12z", "'z' is no hexadecimal digit"), ("1" * 17, "more than 64 bits")],
)
def test_what_is_no_entry_is_told_with_its_reason(text: str, why: str) -> None:
    with pytest.raises(WordError, match=why):
        read_word(text)


def test_the_copied_text_tells_every_field() -> None:
    decoded = decode(shape("arm64"), 0x00E8000040000707, "pte")
    assert len(decoded.text.splitlines()) == len(decoded.fields) + 1
    assert "memory type Normal Tagged" in decoded.text
