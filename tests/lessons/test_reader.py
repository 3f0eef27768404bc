"""Reading lessons: pages, blocks, lines; and whatever is in a file, at worst a FormatError."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.lessons.written import FILE, fence, lesson
from vmgui.formats.errors import FormatError
from vmgui.lessons.model import Checks, Figure, Ops, Predict, Prose
from vmgui.lessons.reader import DIRECTIVES, MAX_BYTES, name_of, parse, read


def error_of(text: str) -> FormatError:
    with pytest.raises(FormatError) as caught:
        parse(text, FILE)
    return caught.value


def test_a_page_has_its_blocks_in_order_each_with_its_line():
    text = lesson(
        "## One\n\nProse.\n\n```ops\na = vmalloc 4K\n```\n\n```check\nareas == 1  # so\n```\n\n## Two\n"
    )
    first, second = parse(text, FILE).pages
    assert [(type(block), block.line) for block in first.blocks] == [(Prose, 7), (Ops, 10), (Checks, 13)]
    assert first.blocks[2] == Checks(((14, "areas == 1"),), 13)
    assert (first.title, second.title, second.line, second.blocks) == ("One", "Two", 17, ())


def test_the_name_of_the_file_tells_name_and_language():
    assert name_of("x/04-when-huge.zh.md") == ("04-when-huge", "zh")
    assert name_of("notes.md") == ("notes", "en")


def test_a_fence_of_another_language_is_prose():
    (page,) = parse(lesson("## One\n\n```c\nint x;\n```\n"), FILE).pages
    assert page.blocks == (Prose("```c\nint x;\n```", 7),)


def test_figures_and_questions_are_read_with_their_types():
    text = lesson(
        "## One\n\n"
        + fence("figure", 'pane = "tree"\nat = "f"')
        + fence(
            "predict", 'kind = "number"\nask = "?"\nanswer = "areas"\n[[wrong]]\nis = "lazy"\nbecause = "no"'
        )
    )
    figure, predict = parse(text, FILE).pages[0].blocks
    assert isinstance(figure, Figure)
    assert figure.pane == "tree"
    assert isinstance(predict, Predict)
    assert predict.wrong[0].is_ == "lazy"


@pytest.mark.parametrize(
    ("text", "line", "why", "near"),
    [
        ("## No front", 1, "a lesson begins with a line of +++, its title and +++ again", "+++"),
        ("+++\ntitle = 'x'\n", 1, "the front matter is never closed by +++", None),
        (lesson("Text.\n\n## One\n"), 5, "before the first page: a page begins with a heading of level 2",
         "## Title of the page"),
        (lesson("## One\n\n```predct\n```\n"), 7, "unknown directive 'predct'", "predict"),
        (lesson("## One\n\n- ```ops\n  a = vmalloc 4K\n  ```\n"), 7,
         "a directive stands at the left margin, not in a list or quotation", None),
        (lesson("## One\n\n```ops\na = vmalloc 4K\n"), 7, "this fence is never closed", "```"),
        (lesson("## One\n\n" + fence("figure", 'pane = "stage"\ncapton = "x"')), 9,
         "figure has no key 'capton'", "caption"),
        (lesson("## One\n\n" + fence("figure", 'pane = "stag"')), 8,
         "figure: invalid enum value 'stag'", None),
        (lesson("## One\n\n" + fence("predict", 'kind = "level"\nask = "?"')), 7,
         "a predict of kind level needs about", None),
        (lesson("## One\n\n" + fence("figure", 'pane = "stage"\nat = = 1')), 9,
         "figure: this is no TOML: Invalid value", None),
        (lesson("## One\n", 'machine = "toaster"\n'), 3, None, None),
        (lesson("## One\n", "machine = 'x86-4l'\nboot = 'fast'\n"), 4, None, None),
        (lesson("## One\n", "[draw]\nn = { from = 3, to = 1 }\n"), 4, "n: to is less than from", None),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_line(text, line, why, near):
    error = error_of(text)
    assert (error.line, error.suggestion) == (line, near)
    assert why is None or error.why == why


def test_a_file_that_is_too_long_or_no_text_is_refused(tmp_path):
    (tmp_path / "a.en.md").write_bytes(b"x" * (MAX_BYTES + 1))
    (tmp_path / "b.en.md").write_bytes(b"+++\n\xff\xfe")
    for name in ("a.en.md", "b.en.md", "c.en.md"):
        with pytest.raises(FormatError):
            read(tmp_path / name)


@pytest.mark.parametrize(
    "text",
    [
        "+++\ntitle = " + "[" * 50_000 + "\n+++\n",
        "+++\nminutes = " + "9" * 5000 + "\n+++\n",
        lesson("## Page\n" * 300),
        lesson("## Page\n\n" + "```ops\n```\n\n" * 2100),
        lesson("## Page\n\n" + "{areas}" * 5100),
        lesson("## Page\n\n" + "```x\n" * 2001),
    ],
)
def test_nesting_and_numbers_of_things_have_an_end(text):
    error_of(text)


words = st.sampled_from(
    [
        "+++",
        "## ",
        "```",
        "\n",
        "title = ",
        '"',
        "[draw]",
        "[[option]]",
        "=",
        "{",
        "}",
        "'''",
        "kind = 'number'",
        "ask = 'x'",
        "~~~",
        "> ",
        "- ",
        "\r",
        "\0",
        "    ",
        *DIRECTIVES,
    ]
)


@given(st.lists(words | st.text(max_size=5), max_size=40).map("".join))
def test_no_text_makes_the_reader_raise_anything_but_a_format_error(text):
    for whole in (text, lesson(text), lesson("## Page\n\n" + text), f"+++\n{text}\n+++\n## Page\n"):
        try:
            parse(whole, FILE)
        except FormatError:
            continue


@given(st.sampled_from(DIRECTIVES), st.lists(words | st.text(max_size=5), max_size=20).map("".join))
def test_no_body_of_a_directive_does_so_either(word, body):
    try:
        parse(lesson("## Page\n\n" + fence(word, body)), FILE)
    except FormatError:
        return
