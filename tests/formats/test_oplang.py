"""The operation language: one grammar, two spellings, errors that point at the place."""

from __future__ import annotations

import pytest

from vmgui.formats.errors import FormatError
from vmgui.formats.oplang import parse, parse_operation, parse_script
from vmgui.timeline.operation import Operation
from vmgui.timeline.verbs import VERBS


def error_of(text: str) -> FormatError:
    with pytest.raises(FormatError) as caught:
        parse_operation(text)
    return caught.value


def marked(error: FormatError) -> str:
    """The part of the line that the caret stands below."""
    return error.text[error.column : error.column + error.width]


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("a = vmalloc 4M", "vmalloc a size=4M"),
        ("f = ioremap 0x100101000 4M", "ioremap f phys=0x100101000 size=4M"),
        ("b = vmap p", "vmap b pages=p"),
        ("r = range 4K align=2M", "range r size=4K align=2M"),
        ("e = vrealloc d 20K", "vrealloc d e size=20K"),
        ("p = pages 16 kind=rev", "pages p n=16 kind=rev"),
        ("touch @a+4K", "touch addr=@a+4K"),
        ("unmap_aliases", "vm_unmap_aliases"),
        ("a=vmalloc 4096", "a = vmalloc size = 4K"),
    ],
)
def test_both_spellings_are_the_same_operation(ours: str, theirs: str) -> None:
    assert parse_operation(ours) == parse_operation(theirs)


def test_a_number_keeps_its_spelling_and_compares_by_value() -> None:
    assert str(parse_operation("vmalloc a size=0x1000")) == "a = vmalloc 0x1000"
    assert parse_operation("vmalloc a size=0x1000") == parse_operation("a = vmalloc 4K")


def test_pages_are_not_bytes() -> None:
    assert parse_operation("a = vmalloc 16p") != parse_operation("a = vmalloc 16")


def test_without_a_name_the_first_number_is_the_size() -> None:
    operation = parse_operation("vmalloc 4M")
    assert operation.target is None
    assert str(operation.args["size"]) == "4M"


def test_an_optional_object_may_be_left_out() -> None:
    assert "id" not in parse_operation("ioremap_page_range va=W+1G phys=0x8000000000 size=4K").args
    assert str(parse_operation("ioremap_page_range g6 phys=512G").args["id"]) == "g6"


def test_a_hash_before_a_space_is_a_comment_and_before_a_name_a_size() -> None:
    assert parse_operation("a = vmalloc 4M # four") == parse_operation("a = vmalloc 4M")
    assert str(parse_operation("vunmap_range va=@a size=#a").args["size"]) == "#a"
    assert parse_operation("vfree a #") == parse_operation("vfree a")


@pytest.mark.parametrize("text", ["", "   ", "# a = vmalloc 4M", "  #a", "#@ boots=x86-4l"])
def test_blank_lines_and_comments_are_no_operation(text: str) -> None:
    assert parse(text) is None


def test_a_place_is_known_for_every_argument() -> None:
    operation = parse_operation("  f = ioremap 0x100101000 4M")
    place = operation.places["phys"]
    assert operation.text[place.start : place.end] == "0x100101000"


def test_several_objects_stay_in_order() -> None:
    assert str(parse_operation("vfree_bh b c a").args["ids"]) == "b c a"


def test_flags_take_words_and_numbers() -> None:
    operation = parse_operation("area x 4K vmflags=map|noguard|0x1000")
    assert str(operation.args["vmflags"]) == "map|noguard|0x1000"


@pytest.mark.parametrize(
    ("text", "wrong", "suggestion"),
    [
        ("a = vmaloc 4M", "vmaloc", "a = vmalloc 4M"),
        ("a = vmalloc 4m", "4m", "a = vmalloc 4M"),
        ("a = vmalloc 4MiB", "4MiB", "a = vmalloc 4M"),
        ("c = vmap 16P", "16P", "c = vmap 16p"),
        ("a = vmalloc b", "b", "a = vmalloc @b"),
        ("touch w+4K", "w", "touch W+4K"),
        ("vmalloc a siez=4M", "siez", "vmalloc a size=4M"),
        ("area x 4K vmflags=map|nogard", "nogard", "area x 4K vmflags=map|noguard"),
        ("range x 4K prot=nocach", "prot=nocach", "range x 4K prot=nocache"),
        ("pages p n=4 kind=contg", "kind=contg", "pages p n=4 kind=contig"),
        ("vfree @a", "@a", "vfree a"),
        ("x = vfree a", "x", "vfree a"),
        ("a ＝ vmalloc 4M", "＝", "a = vmalloc 4M"),
        ("4M", "4M", "a = vmalloc 4M"),
    ],
)
def test_an_error_marks_the_place_and_offers_the_nearest_valid_form(
    text: str, wrong: str, suggestion: str
) -> None:
    error = error_of(text)
    assert marked(error) == wrong
    assert error.suggestion == suggestion
    parse_operation(suggestion)


@pytest.mark.parametrize(
    ("text", "why", "column"),
    [
        ("a = vmalloc", "vmalloc needs size", 11),
        ("vmalloc a size=", "missing at the end", 15),
        ("vmalloc a size=W+", "missing at the end", 17),
        ("= vmalloc 4M", "unexpected '='", 0),
        ("vmalloc a size=-1", "unexpected '-'", 15),
        ("vmalloc a size=4M size=5M", "size is given twice", 18),
        ("vmalloc 4M 5M", "no further value", 11),
        ("vfree a b", "no further value", 8),
        ("vmalloc a size=4K|5K", "one value", 10),
        ("a = vmalloc 1.5M", "whole numbers", 12),
        ("vmalloc a size=010", "leading 0", 15),
        ("vmalloc a size=0x", "not a number", 15),
        ("vmalloc a size=0x1ffffffffffffffff", "64 bits", 15),
        ("vmalloc a size=16777216T", "64 bits", 15),
        ("vmalloc 4M #fast", "needs a space after '#'", 11),
        ("W = vmalloc 4M", "is a constant", 0),
        ("vmalloc a size='4M'", "is not used here", 15),
        ("vmalloc a id=4", "no parameter 'id'", 10),
        ("purge 4", "no further value", 6),
        ("purge n=4", "it takes nothing", 6),
        ("area x 4K vmflags=map+noguard", "joined by '|'", 21),
        ("vfree 4M", "name of an object", 6),
        (f"{'a' * 33} = vmalloc 4M", "at most 32", 0),
        ("", "an operation is missing", 0),
    ],
)
def test_malformed_operations_are_refused_with_place_and_reason(text: str, why: str, column: int) -> None:
    error = error_of(text)
    assert why in error.why
    assert error.column == column


def test_an_endless_line_is_refused() -> None:
    assert "longer than" in error_of("a = vmalloc " + "4" * 5000).why


def test_the_message_shows_place_caret_and_usage() -> None:
    with pytest.raises(FormatError) as caught:
        parse("\ta = vmalloc 4M 5M", file="x.ops", line=7)
    assert str(caught.value).splitlines() == [
        "x.ops:7:17: vmalloc takes no further value without a name",
        "    \ta = vmalloc 4M 5M",
        "    \t               ^^",
        "usage: name = vmalloc SIZE",
    ]


def test_a_script_counts_lines_and_reads_its_header() -> None:
    script = parse_script("# story\n#@ boots=x86-4l,x86-5l nofgraph=1\n\na = vmalloc 4M\nvfree a\n")
    assert [operation.line for operation in script.operations] == [4, 5]
    assert script.meta == {"boots": "x86-4l,x86-5l", "nofgraph": "1"}


def test_a_comment_directly_above_an_operation_is_its_note() -> None:
    script = parse_script("# a title\n\n# two\n# lines\na = vmalloc 4M\nvfree a\n")
    assert script.notes == ("two lines", "")


def test_a_script_with_an_unknown_object_is_refused_at_its_line() -> None:
    with pytest.raises(FormatError, match="there is no object 'area1'") as caught:
        parse_script("area0 = vmalloc 4M\nvfree area1\n", "x.ops")
    assert (caught.value.line, marked(caught.value), caught.value.suggestion) == (2, "area1", "area0")


def test_an_object_cannot_be_used_in_the_operation_that_makes_it() -> None:
    with pytest.raises(FormatError, match="no object 'a'"):
        parse_script("a = vmalloc #a\n")


def test_every_operation_shows_how_it_is_written() -> None:
    for verb in VERBS.values():
        assert verb.help.endswith(".")
        assert verb.name in verb.usage


def test_operations_compare_by_meaning() -> None:
    assert Operation(VERBS["purge"]) == parse_operation("  purge   # now")


def test_an_operation_that_could_not_run_is_kept_in_its_place_and_not_among_those_that_run() -> None:
    script = parse_script("a = vmalloc 4M\n#! vfree b\n#! no operation\n#!vfree b\npurge\n")
    assert [str(operation) for operation in script.operations] == ["a = vmalloc 4M", "purge"]
    assert [str(operation) for operation in script.program] == ["a = vmalloc 4M", "vfree b", "purge"]
