"""The stage as whole tables: every entry of every table is there, can be pointed at and chosen."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt

from tests.ui import samples
from vmgui.ui.main_window import MainWindow
from vmgui.ui.panes.stage import StageCanvas, place_of
from vmgui.ui.panes.stage_tables import Grid
from vmgui.ui.selection import Selection
from vmgui.ui.shots import settle
from vmgui.ui.theme import DARK, LIGHT

SIZES = ((984, 342), (560, 200), (1400, 700))


@pytest.fixture
def selection():
    return Selection()


@pytest.fixture
def canvas(qtbot, selection):
    canvas = StageCanvas(selection)
    qtbot.addWidget(canvas)
    canvas.resize(984, 342)
    canvas.set_stage(samples.refused())
    canvas.show_whole(True)
    canvas.grab()
    return canvas


def tables(stage):
    return [column for column in stage.columns if column.table is not None]


def seen(canvas):
    """What the pointer finds below the ruler: of each entry the region and a point in it."""
    found = {}
    for x in range(0, canvas.width(), 2):
        for y in range(100, canvas.height(), 2):
            hit = canvas.hit_at(QPointF(x, y))
            if hit is not None and hit.place.index is not None:
                found.setdefault((hit.place.level, hit.place.index), (hit, QPoint(x, y)))
    return found


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("entries", [512, 4, 8192])
def test_every_entry_has_a_place_of_its_own_in_the_grid(size, entries):
    column = replace(tables(samples.refused())[-1], entries=entries)
    area = QRectF(10, 20, *size)
    grid = Grid.of(column, area)
    for index in range(entries):
        cell = grid.cell(index)
        assert area.adjusted(-0.01, -0.01, 0.01, 0.01).contains(cell)
        assert grid.index_at(cell.center()) == index
    assert grid.index_at(QPointF(5, 5)) is None


def test_every_entry_is_told_and_selected_with_its_address(qtbot, canvas, selection):
    found = seen(canvas)
    for column in tables(canvas.stage):
        indexes = {index for level, index in found if level == column.level}
        assert indexes >= {index for start, end, _state in column.runs for index in range(start, end)}
        assert len(indexes) > 0.9 * column.entries  # the others are so near to a lone one that it is meant
    hit, point = found["pmd", 77]
    assert "entry 77 of 512" in hit.tip
    qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=point)
    pmd = canvas.stage.column("pmd")
    assert (selection.place.level, selection.place.index, selection.place.va) == ("pmd", 77, pmd.va(77))


def lone(entries, *used):
    """A grid of small cells with these entries in use; the address selects the last of all."""
    column = replace(tables(samples.refused())[-1], entries=entries, index=entries - 1, slots=(),
                     runs=tuple((index, index + 1, "leaf") for index in used))  # fmt: skip
    return Grid.of(column, QRectF(10, 20, 96, 64))


def test_an_entry_that_stands_alone_is_found_near_its_cell():
    grid = lone(512, 0, 200)
    middle = grid.cell(200).center()
    for way in (QPointF(4, 0), QPointF(-4, 0), QPointF(0, 4), QPointF(-4, -4)):
        assert grid.near(middle + way) == 200
    assert grid.near(middle + QPointF(0, 12)) not in (200, None)
    assert grid.near(QPointF(7, 17)) == 0  # outside of the table
    assert grid.near(QPointF(2, 17)) is None
    assert grid.near(QPointF(10 + 96 + 4, 20 + 64 + 4)) == 511


def test_between_entries_in_use_the_empty_one_is_found_at_its_cell():
    grid = lone(512, 200, 202)
    assert grid.near(grid.cell(201).center()) == 201


def test_below_a_table_stands_what_is_pointed_at(canvas, selection):
    pgd = canvas.stage.columns[0]
    before = canvas.grab().toImage()
    selection.hover(place_of(canvas.stage, "pgd", (pgd.index + 7) % pgd.entries))
    after = canvas.grab().toImage()
    foot = canvas.rect().adjusted(0, canvas.height() - 50, 0, -28)
    assert before.copy(foot) != after.copy(foot)
    selection.hover(None)
    assert canvas.grab().toImage() == before


def test_the_keyboard_goes_on_from_the_entry_that_was_clicked(qtbot, canvas, selection):
    _hit, point = seen(canvas)["pmd", 77]
    qtbot.keyClick(canvas, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=point)
    qtbot.keyClick(canvas, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    qtbot.keyClick(canvas, Qt.Key.Key_Return)
    assert (selection.place.level, selection.place.index) == ("pmd", 78)


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_what_is_in_a_table_can_be_seen(canvas, theme):
    canvas.set_theme(theme)
    picture, found = canvas.grab().toImage(), seen(canvas)
    pgd = canvas.stage.columns[0]
    first = next(first for first, _end, _state in pgd.runs if first != pgd.index)
    held = {index for begin, end, _state in pgd.runs for index in range(begin, end)}
    empty = min(set(range(pgd.entries)) - held - {pgd.index})
    one, other = (found["pgd", index][0].rect.center().toPoint() for index in (first, empty))
    assert picture.pixelColor(one) != picture.pixelColor(other)
    assert picture.pixelColor(one) == theme.ink("pgd")


def test_the_switch_and_its_key_show_tables_or_the_walk_and_are_remembered(desk):
    action, pane = desk.window.actions_["stage_tables"], desk.stage
    assert not action.isChecked()
    assert pane.views.current == "walk"
    action.trigger()
    assert pane.canvas.whole
    assert pane.views.current == "tables"
    assert action.isChecked()
    desk.window.refurnish()
    made = desk.window.desk
    assert made.stage.canvas.whole
    assert made.window.actions_["stage_tables"].isChecked()
    made.stage.views.choose("walk")
    assert not made.stage.canvas.whole
    assert not made.window.actions_["stage_tables"].isChecked()
    assert desk.window.settings.stage == "walk"


def test_the_next_window_shows_what_the_last_one_did(desk, qtbot):
    desk.window.actions_["stage_tables"].trigger()
    window = MainWindow(desk.window.settings)
    qtbot.addWidget(window)
    assert window.furnish().stage.canvas.whole


@pytest.mark.parametrize("size", [(1280, 720), (1600, 1000)])
def test_each_step_of_a_program_can_be_shown_as_tables(desk, size):
    desk.window.resize(*size)
    desk.window.actions_["stage_tables"].trigger()
    for step in range(0, desk.player.length, 61):
        desk.player.seek(step)
        desk.stage.grab()
    settle(desk)
    stage = desk.stage.canvas.stage
    for column in stage.columns:
        if column.table is not None and column.state != "folded":
            assert desk.stage.canvas.hits_of(level=column.level, index=column.index)


def test_the_keyboard_goes_through_the_entries(qtbot, canvas, selection):
    canvas.show()
    canvas.setFocus()
    alt = Qt.KeyboardModifier.AltModifier
    said = []
    canvas.described.connect(said.append)
    qtbot.keyClick(canvas, Qt.Key.Key_Down, alt)
    qtbot.keyClick(canvas, Qt.Key.Key_Return)
    assert selection.place.index == canvas.stage.column(selection.place.level).index + 1
    assert str(selection.place.index) in said[0]
