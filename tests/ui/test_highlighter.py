"""The source pane's colours: nothing of the text is lost, and what is code looks like code."""

from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import Qt

from vmgui.projection.text import ENGINE
from vmgui.ui.highlighter import coloured, text
from vmgui.ui.panes.line_pictures import LinePictures
from vmgui.ui.shots import settle
from vmgui.ui.theme import THEMES


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
        assert len(chips.places) == len(chips.chips)
        for one, other in pairwise(chips.places):
            assert one.right() < other.left() or other.top() > one.bottom()
        assert all(place.bottom() < chips.height() for place in chips.places)
        assert all(place.right() < chips.width() for place in chips.places)


def test_where_the_lines_of_calls_have_no_room_the_innermost_one_is_in_sight(desk):
    area, chips = desk.stack.chips_area, desk.stack.chips
    area.setMinimumSize(200, 40)
    area.setMaximumSize(200, 40)
    desk.player.seek(212)
    settle(desk)
    bar = area.verticalScrollBar()
    assert bar.isVisible()
    assert bar.value() == bar.maximum() > 0
    assert chips.width() + bar.width() == 200
    desk.player.seek(0)
    settle(desk)
    assert not bar.isVisible()
    assert (chips.width(), chips.height()) == (200, 40)


def test_the_keyboard_brings_calls_into_sight_that_have_no_room(desk, qtbot):
    area, chips = desk.stack.chips_area, desk.stack.chips
    area.setFixedSize(200, 40)
    desk.player.seek(212)
    settle(desk)
    assert not chips.visibleRegion().contains(chips.on_screen(chips.places[0]))
    for _ in chips.chips:
        qtbot.keyClick(chips, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert chips.visibleRegion().contains(chips.on_screen(chips.places[0]))


def test_a_call_is_chosen_by_a_click_or_by_enter_and_said_by_the_arrows(desk, qtbot):
    chips, said = desk.stack.chips, []
    desk.player.seek(212)
    settle(desk)
    chips.described.connect(said.append)
    place = chips.on_screen(chips.places[1]).center()
    with qtbot.waitSignal(chips.chosen) as chosen:
        qtbot.mouseClick(chips, Qt.MouseButton.LeftButton, pos=place)
    assert chosen.args == [1]
    alt = Qt.KeyboardModifier.AltModifier
    for _ in range(2):
        qtbot.keyClick(chips, Qt.Key.Key_Right, alt)
    assert [words.split()[0] for words in said] == [chip.name for chip in chips.chips[2:4]]
    with qtbot.waitSignal(chips.chosen) as chosen:
        qtbot.keyClick(chips, Qt.Key.Key_Return)
    assert chosen.args == [3]
    desk.player.step()
    settle(desk)
    said.clear()
    qtbot.keyClick(chips, Qt.Key.Key_Left, alt)
    assert said[0].split()[0] == chips.chips[-1].name  # in another stack from the innermost call
    hits = chips.all_hits()
    assert [hit.tip.split()[0] for hit in hits] == [chip.name for chip in chips.chips]


def test_scroll_bars_and_crumbs_with_a_ground_of_their_own_keep_it_in_another_theme(desk):
    for theme in THEMES.values():
        desk.set_theme(theme)
        settle(desk)
        for view in (desk.source.view, desk.operations.history.list, desk.stack.table):
            assert view.verticalScrollBar().testAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        for crumb in desk.map.crumbs.buttons:
            assert crumb.testAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
