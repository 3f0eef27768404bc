from dataclasses import replace
from itertools import product

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent

from tests.ui import samples
from vmgui.projection.frames import HOLE
from vmgui.projection.timeline_marks import TimelineMarks
from vmgui.ui import theme as themes
from vmgui.ui.export_pictures import image
from vmgui.ui.panes.frames import FramesCanvas, FramesPane
from vmgui.ui.panes.scrubber import Scrubber, nice
from vmgui.ui.selection import Place, Selection
from vmgui.ui.theme import LIGHT


@pytest.fixture
def selection():
    return Selection()


@pytest.fixture
def frames(qtbot, selection):
    canvas = FramesCanvas(selection)
    qtbot.addWidget(canvas)
    canvas.resize(348, 268)
    canvas.set_frames(samples.frames())
    canvas.grab()
    return canvas


@pytest.fixture
def scrubber(qtbot, selection):
    scrubber = Scrubber(selection)
    qtbot.addWidget(scrubber)
    scrubber.resize(1000, 62)
    scrubber.set_marks(samples.marks())
    scrubber.set_step(120)
    scrubber.grab()
    return scrubber


# --- frames ----------------------------------------------------------------------------------------


def test_every_cell_is_found_where_it_is_drawn(frames):
    for cell in range(len(frames.frames.cells)):
        assert frames.cell_at(frames.cell_rect(cell).center()) == cell


def test_a_click_on_a_cell_selects_its_frames(qtbot, frames, selection):
    qtbot.mouseClick(frames, Qt.MouseButton.LeftButton, pos=frames.cell_rect(3).center().toPoint())
    assert selection.place.phys == (3 * 512 << 12, 4 * 512 << 12)


def test_the_tip_of_a_cell_names_its_frames_and_their_use(frames):
    tip = frames.cell_tip(510)
    assert "pfn 3fc00" in tip
    assert "page table" in tip


@pytest.mark.parametrize(
    "cells",
    [
        bytes([1] * 20 + [0] * 400 + [3] * 84 + [2] * 6 + [4] * 2),  # another kind at the same places
        bytes([1] * 200 + [3] * 280 + [0] * 24 + [2] * 6 + [4] * 2),  # another kind is the most frequent
        bytes([1] * 20 + [HOLE] * 60 + [0] * 424 + [2] * 6 + [4] * 2),
        bytes([1] * 20 + [0] * 60 + [HOLE] * 60 + [0] * 364 + [2] * 6 + [4] * 2),
    ],
)
def test_frames_after_others_look_as_if_they_were_the_first(qtbot, frames, cells):
    other = replace(samples.frames(), cells=cells, buddy=(4, 300, 2, 0, 2, 3, 70_000, 1, 1, 0, 9), touched=())
    for shown in (other, samples.frames()):
        frames.set_frames(shown)
        fresh = FramesCanvas(Selection())
        qtbot.addWidget(fresh)
        fresh.resize(348, 268)
        fresh.set_frames(shown)
        assert frames.grab().toImage() == fresh.grab().toImage()


def test_alt_and_arrows_walk_over_the_cells(qtbot, frames, selection):
    alt = Qt.KeyboardModifier.AltModifier
    qtbot.keyClick(frames, Qt.Key.Key_Right, alt)
    qtbot.keyClick(frames, Qt.Key.Key_Right, alt)
    assert selection.hover_place == frames.place_of(1)
    qtbot.keyClick(frames, Qt.Key.Key_Return)
    assert selection.place == frames.place_of(1)


def test_a_table_selected_elsewhere_rings_its_cell(frames, selection):
    before = frames.grab().toImage()
    selection.select(Place(level="pmd", table=100 * 512))
    after = frames.grab().toImage()
    near = frames.cell_rect(100).topLeft().toPoint() - QPoint(1, 1)
    far = frames.cell_rect(300).center().toPoint()
    assert before.pixelColor(near) != after.pixelColor(near)
    assert before.pixelColor(far) == after.pixelColor(far)


def test_an_io_window_can_be_selected_and_says_that_it_was_refused(qtbot, frames, selection):
    hit = frames.hits_of(phys=(0x100101000, 0x100101000 + (4 << 20)))[0]
    assert "refused" in hit.tip
    qtbot.mouseClick(frames, Qt.MouseButton.LeftButton, pos=hit.rect.center().toPoint())
    assert selection.place.phys[0] == 0x100101000


def test_each_buddy_list_tells_its_blocks(frames):
    tips = [hit.tip for hit in frames.hits if "order" in hit.tip]
    assert len(tips) == 11
    assert "order 10: 231 free blocks of 4 MiB" in tips


@pytest.mark.parametrize("size", [(348, 268), (220, 120), (600, 500)])
def test_the_cells_fit_into_any_size(frames, size):
    frames.resize(*size)
    frames.set_theme(LIGHT)
    frames.grab()
    last = frames.cell_rect(len(frames.frames.cells) - 1)
    assert last.right() <= size[0]
    assert last.bottom() <= size[1]


def test_the_header_says_what_a_cell_is_and_what_is_free(qtbot, selection):
    pane = FramesPane(selection)
    qtbot.addWidget(pane)
    pane.set_frames(samples.frames())
    assert pane.header.detail.text() == "1 cell = 2 MiB · free 920 MiB"


# --- scrubber --------------------------------------------------------------------------------------


def track(scrubber, step):
    return QPoint(round(scrubber.x_of(step)), 30)


def test_a_click_on_the_track_seeks_there(qtbot, scrubber):
    with qtbot.waitSignal(scrubber.sought) as sought:
        qtbot.mouseClick(scrubber, Qt.MouseButton.LeftButton, pos=track(scrubber, 210))
    assert abs(sought.args[0] - 210) <= 1


def test_dragging_scrubs(qtbot, scrubber):
    heard = []
    scrubber.sought.connect(heard.append)
    qtbot.mousePress(scrubber, Qt.MouseButton.LeftButton, pos=track(scrubber, 50))
    samples.move(scrubber, track(scrubber, 90))
    samples.move(scrubber, track(scrubber, 130))
    qtbot.mouseRelease(scrubber, Qt.MouseButton.LeftButton, pos=track(scrubber, 130))
    samples.move(scrubber, track(scrubber, 20))
    assert heard == pytest.approx([50, 90, 130], abs=1)


def test_a_click_on_a_mark_jumps_to_its_step_exactly(qtbot, scrubber):
    mark = next(hit for hit in scrubber.hits if "refused" in hit.tip)
    with qtbot.waitSignal(scrubber.sought) as sought:
        qtbot.mouseClick(scrubber, Qt.MouseButton.LeftButton, pos=mark.rect.center().toPoint() + QPoint(2, 0))
    assert sought.args == [150]


def test_marks_too_near_to_each_other_merge_and_the_tip_lists_them(scrubber):
    from vmgui.projection.timeline_marks import Mark

    base = samples.marks()
    close = tuple(Mark(100 + i, "table") for i in range(5))
    scrubber.set_marks(TimelineMarks(100_000, base.segments, close))
    scrubber.grab()
    tips = [hit.tip for hit in scrubber.hits if "▼" in hit.tip]
    assert len(tips) == 1
    assert tips[0].count("▼") == 5


def test_a_zoomed_track_follows_the_play_head(scrubber):
    event = QWheelEvent(
        QPointF(track(scrubber, 10)), QPointF(), QPoint(), QPoint(0, 120 * 8), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    scrubber.wheelEvent(event)
    assert scrubber.last < 200
    scrubber.set_step(290)
    assert scrubber.first <= 290 <= scrubber.last


def test_an_operation_that_took_hardly_any_steps_is_still_visible(qtbot, scrubber):
    from vmgui.projection.timeline_marks import Segment

    long = Segment(0, 0, 1_000_000, "a = vmalloc 1G", "a", "pte")
    tiny = Segment(1, 1_000_000, 1_000_003, "purge", "", "free")
    scrubber.set_marks(TimelineMarks(1_000_003, (long, tiny)))
    scrubber.grab()
    assert min(hit.rect.width() for hit in scrubber.hits) >= 2


def test_the_step_and_its_operation_are_said(scrubber):
    assert scrubber.accessibleDescription() == "step 120 of 300, f = ioremap 0x100101000 4M"


def test_an_empty_timeline_can_be_clicked(qtbot, scrubber):
    scrubber.set_marks(TimelineMarks(0))
    scrubber.grab()
    with qtbot.assertNotEmitted(scrubber.sought):
        qtbot.mouseClick(scrubber, Qt.MouseButton.LeftButton, pos=QPoint(300, 30))


@pytest.mark.parametrize(("least", "step"), [(0.1, 1), (1, 1), (3, 5), (5.1, 10), (70, 100), (100, 100)])
def test_ticks_are_round_numbers(least, step):
    assert nice(least) == step


@pytest.mark.parametrize("scale", [100, 125, 150, 200])
def test_the_name_of_each_operation_stands_in_the_middle_of_its_segment(qtbot, scrubber, scale):
    themes.set_scale(scale)
    try:
        large = Scrubber(Selection())
        qtbot.addWidget(large)
        large.resize(scrubber.size() * (scale / 100))
        large.set_theme(LIGHT)
        large.set_marks(samples.marks())
        large.set_step(300)
        shown, factor = image(large, 1), large.factor
    finally:
        themes.set_scale(100)
    for segment in samples.marks().segments:
        hit = next(hit for hit in large.hits if hit.place.step == segment.first)
        middle = hit.rect.center()
        dark = []
        for x, y in product(range(-100, 101), range(-4, 5)):
            at = (middle + QPointF(x, y)) * factor
            if shown.pixelColor(at.toPoint()).lightness() < 60:
                dark.append(x)
        assert len(dark) > 40
        assert abs(min(dark) + max(dark)) < 6
