from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QObject, QRect
from PySide6.QtGui import QImage

from tests.ui import samples
from vmgui.ui.panes.stage import StageCanvas
from vmgui.ui.selection import Selection


class Painted(QObject):
    """Notes which parts of a widget are painted."""

    def __init__(self, widget):
        super().__init__(widget)
        self.rects, self.regions = [], []
        widget.installEventFilter(self)

    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            self.rects.append(event.rect())
            halves = QRect(0, 0, watched.width(), 70), QRect(0, 70, watched.width(), watched.height())
            self.regions.append([event.region().intersected(half).boundingRect() for half in halves])
        return False


@pytest.fixture
def canvas(qapp, qtbot):
    canvas = StageCanvas(Selection())
    qtbot.addWidget(canvas)
    canvas.resize(984, 342)
    canvas.set_stage(samples.refused())
    canvas.show()
    qtbot.waitExposed(canvas)
    qapp.processEvents()
    return canvas


def on_screen(canvas):
    return canvas.screen().grabWindow(canvas.winId()).toImage().convertToFormat(QImage.Format.Format_RGB32)


def anew(canvas):
    return canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


def elsewhere(stage, level, by=1):
    """The same stage, but another entry of a level is on the way."""
    columns = [replace(c, index=c.index + by) if c.level == level else c for c in stage.columns]
    fields = [replace(f, value=f.value + by) if f.name == level else f for f in stage.fields]
    return replace(stage, address=stage.address + by, columns=tuple(columns), fields=tuple(fields))


def test_a_stage_with_another_entry_paints_only_a_part_and_looks_as_if_painted_whole(qapp, canvas):
    painted = Painted(canvas)
    canvas.set_stage(elsewhere(canvas.stage, "pmd"))
    qapp.processEvents()
    assert [rect.width() < canvas.width() for rect in painted.rects] == [True]
    assert on_screen(canvas) == anew(canvas)


def test_after_any_change_the_screen_shows_what_a_whole_painting_shows(qapp, canvas):
    first = samples.refused()
    stages = [samples.installed(), samples.hole(), first, replace(first, flushed=True), first]
    stages += [elsewhere(first, level) for level in ("pgd", "pud", "pmd")]
    for stage in stages:
        canvas.set_stage(stage)
        qapp.processEvents()
        assert on_screen(canvas) == anew(canvas)


@pytest.mark.parametrize("factor", [1.0, 1.25, 1.5])
def test_what_is_painted_anew_joins_what_is_not_at_any_size_and_beside_a_selected_entry(qapp, canvas, factor):
    canvas.factor = factor
    canvas.resize(round(984 * factor), round(342 * factor))
    canvas.selection.select(canvas.hits_of(level="pmd", index=canvas.stage.column("pmd").index)[-1].place)
    qapp.processEvents()
    first = samples.installed()
    for stage in (first, *(elsewhere(first, level) for level in ("pgd", "pud", "pmd", "pte")), first):
        canvas.set_stage(stage)
        qapp.processEvents()
        assert on_screen(canvas) == anew(canvas)


def test_an_entry_of_the_ruler_and_its_slot_are_painted_without_what_lies_between(qapp, canvas):
    painted = Painted(canvas)
    canvas.set_stage(elsewhere(canvas.stage, "pmd"))
    qapp.processEvents()
    ruler, below = painted.regions[0]
    assert ruler.bottom() < below.top()
    assert ruler.width() < canvas.width() / 3


def test_the_same_walk_paints_nothing(qapp, canvas):
    painted = Painted(canvas)
    canvas.set_stage(replace(canvas.stage, pages=canvas.stage.pages + 1))
    qapp.processEvents()
    assert painted.rects == []


def test_what_was_not_painted_anew_can_still_be_pointed_at(qapp, canvas):
    before = [hit.rect for hit in canvas.hits_of(level="pgd")]
    canvas.set_stage(elsewhere(canvas.stage, "pmd"))
    qapp.processEvents()
    assert len(before) > 2
    assert [hit.rect for hit in canvas.hits_of(level="pgd")] == before
    index = canvas.stage.column("pmd").index
    assert len(canvas.hits_of(level="pmd", index=index)) == 2  # the ruler's and the slot
