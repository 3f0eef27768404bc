"""The source pane's colours: nothing of the text is lost, and what is code looks like code."""

from itertools import pairwise
from pathlib import Path

from vmgui.projection.text import ENGINE
from vmgui.ui.highlighter import coloured, text
from vmgui.ui.panes.line_pictures import LinePictures
from vmgui.ui.shots import settle


def test_every_line_of_the_engine_is_whole_when_its_pieces_are_joined():
    for path in sorted(Path(ENGINE).rglob("*.py")):
        file = text(str(path))
        for number, line in enumerate(file.lines, 1):
            if number > file.starts[0]:
                assert "".join(piece for piece, _color, _bold in file.line(number)) == line


def test_words_comments_strings_and_numbers_have_colours_of_their_own():
    lines = [
        "@kernel_function", "def walk(k):", '    """Say', '    it."""', "    if k < 0x10:  # why",
        "        pass",
    ]  # fmt: skip
    found = coloured(lines)
    assert found[0] == (("@kernel_function", "text3", False),)
    assert found[1][:3] == (("def ", "accent", False), ("walk", "text1", True), ("(k):", "text2", False))
    assert [line[-1][1] for line in found[2:4]] == ["text3", "text3"]
    assert ("0x10", "pmd", False) in found[4]
    assert found[4][-1] == ("# why", "text3", False)
    assert found[5][-1][1] == "accent"


def test_a_keyword_inside_a_string_or_a_name_is_none():
    (line,) = coloured(['notify = "if not"'])
    assert [color for _piece, color, _bold in line] == ["text2", "text3"]


def test_a_line_painted_from_its_picture_is_the_line_itself(desk, monkeypatch):
    view = desk.source.view
    for at in (60, 200, 340):
        desk.player.seek(at)
        settle(desk)
        view.colour()
        view.grab()
        pictured = view.grab().toImage()
        with monkeypatch.context() as patch:
            patch.setattr(LinePictures, "sharp", False)
            patch.setattr(LinePictures, "get", lambda _self, _key: None)
            assert view.grab().toImage() == pictured


def test_calls_of_the_stack_stand_in_lines_one_after_the_other(desk):
    chips = desk.stack.chips
    for at in range(40, 400, 9):
        desk.player.seek(at)
        settle(desk)
        shown = [button.geometry() for button in chips.buttons if button.isVisible()]
        assert len(shown) == len(chips.chips)
        for one, other in pairwise(shown):
            assert one.right() < other.left() or other.top() > one.bottom()
        assert all(place.bottom() < chips.height() for place in shown)
