"""The command line offers what may stand at the cursor, and nothing else."""

from __future__ import annotations

import pytest

from vmgui.formats.completion import completions
from vmgui.formats.errors import FormatError
from vmgui.formats.oplang import parse_operation
from vmgui.timeline.verbs import VERBS


def offers(text: str, names: tuple[str, ...] = ("buf", "io0")) -> list[str]:
    return [completion.text for completion in completions(text, len(text), names)]


def test_an_empty_line_offers_every_operation() -> None:
    assert offers("") == list(VERBS)


def test_a_name_is_followed_by_what_makes_something() -> None:
    assert "vfree" not in offers("a = ")
    longer = ["vmalloc_huge", "vmalloc_user", "vmalloc_32", "vmalloc_32_user", "vmalloc_node"]
    assert offers("a = vmalloc") == longer


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("vfree ", ["buf", "io0"]),
        ("vfree i", ["io0"]),
        ("vfree_bh buf ", ["buf", "io0"]),
        ("range a size=4K vm", ["vmflags="]),
        ("range a 4K prot=ro", ["rox"]),
        ("area x 4K vmflags=map|no", ["noguard"]),
        ("touch @", ["@buf", "@io0"]),
        ("touch @buf+4K ", ["cpu="]),
        ("vunmap_range va=@buf size=#", ["#buf", "#io0"]),
        ("vunmap_range va=W+V", ["VS", "VE"]),
        ("pages p 4 kind=", ["contig", "rev", "scatter"]),
        ("p = pages 4 ", ["kind="]),
        ("a = ioremap 512G s", ["size="]),
        ("vmalloc a ", ["W", "WE", "VS", "VE", "MV", "ME", "RAM", "DM", "size="]),
        ("ptdump ", ["on", "off"]),
        ("nonsense ", []),
        ("purge ", []),
        ("range a nope=", []),
    ],
)
def test_what_is_offered_fits_the_place(text: str, expected: list[str]) -> None:
    assert offers(text) == expected


def test_a_completion_says_which_part_it_replaces() -> None:
    text = "range a 4K pro start=W"
    completion = completions(text, 14)[0]
    assert text[: completion.start] + completion.text + text[completion.end :] == "range a 4K prot= start=W"


def test_in_the_middle_of_a_word_only_what_is_left_of_the_cursor_counts() -> None:
    assert [c.text for c in completions("vfree buf", 7, ["buf"])] == ["buf"]


def test_whatever_is_offered_for_a_flag_is_understood() -> None:
    for text in offers("area x 4K vmflags="):
        parse_operation(f"area x 4K vmflags={text}")
    with pytest.raises(FormatError):
        parse_operation("area x 4K vmflags=nonsense")
