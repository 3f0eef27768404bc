"""A few panes beside reference pictures: with the bundled fonts, in a fixed size, in both themes.

`pytest tests/ui/test_reference_pictures.py --new-pictures` paints the references anew: look at them.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from PIL import Image, ImageChops
from PySide6.QtGui import QFontInfo

from tests.ui import picture, samples
from vmgui.projection.beat_text import BeatText
from vmgui.ui import theme as themes
from vmgui.ui.export_pictures import image
from vmgui.ui.panes.frames import FramesCanvas
from vmgui.ui.panes.map_canvas import AddressMapCanvas
from vmgui.ui.panes.present import PresentView, Slide
from vmgui.ui.panes.scrubber import Scrubber
from vmgui.ui.panes.stage import StageCanvas
from vmgui.ui.selection import Selection
from vmgui.ui.theme import THEMES

HERE = Path(__file__).with_name("pictures")
MOST_BYTES = 400_000
SLIDE = Slide(
    BeatText("Why is this mapping not huge?", "2 MiB refused",
             "The physical address is **not a multiple of 2 MiB**: one PMD entry cannot cover it."),
    "f = ioremap 0x100101000 4M", "refused", 4, 9, "PMD table allocated", "Fall back to a PTE table",
)  # fmt: skip


def stage() -> StageCanvas:
    made = StageCanvas(Selection())
    made.resize(984, 342)
    made.set_stage(samples.refused())
    return made


def address_map() -> AddressMapCanvas:
    made = AddressMapCanvas(Selection())
    made.resize(984, 218)
    made.set_map(samples.address_map())
    return made


def frames() -> FramesCanvas:
    made = FramesCanvas(Selection())
    made.resize(348, 268)
    made.set_frames(samples.frames())
    return made


def timeline() -> Scrubber:
    made = Scrubber(Selection())
    made.resize(1000, 62)
    made.set_marks(samples.marks())
    made.set_step(120)
    return made


def present() -> PresentView:
    made = PresentView(Selection())
    made.resize(1280, 720)
    made.show_stage(samples.refused())
    made.show_slide(SLIDE)
    return made


MAKERS = {"stage": stage, "map": address_map, "frames": frames, "timeline": timeline, "present": present}

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="each system draws letters in its own way")


@pytest.fixture
def shown(qapp, qtbot, request):
    """A pane, painted as the user sees it, in a theme."""
    name, theme = request.param
    widget = MAKERS[name]()
    qtbot.addWidget(widget)
    widget.set_theme(THEMES[theme])
    return f"{name}-{theme}", picture.of(image(widget, 1))


EACH = [(name, theme) for name in MAKERS for theme in THEMES]


@pytest.mark.parametrize("shown", EACH, indirect=True, ids=[f"{name}-{theme}" for name, theme in EACH])
def test_a_pane_looks_as_it_did(shown, request, tmp_path):
    name, now = shown
    path = HERE / f"{name}.webp"
    if request.config.getoption("--new-pictures"):
        picture.keep(now, path)
    with Image.open(path) as kept:
        before = kept.convert("RGB")
    if not picture.alike(now, before):
        now.save(tmp_path / path.name)
        ImageChops.difference(now, before).save(tmp_path / f"difference-{path.name}")
        pytest.fail(f"{name} looks other than it did: see {tmp_path}")


@pytest.mark.parametrize("shown", [("stage", "dark"), ("stage", "light")], indirect=True)
def test_a_label_that_moves_by_three_pixels_is_found(shown):
    _name, now = shown
    label = (700, 10, 800, 30)
    moved = now.copy()
    moved.paste(now.crop(label), (label[0] + 3, label[1]))
    assert not picture.alike(now, moved)


@pytest.mark.parametrize("shown", [("stage", "dark"), ("stage", "light")], indirect=True)
def test_an_edge_that_is_smoothed_otherwise_is_the_same(shown):
    _name, now = shown
    other = Image.blend(now, ImageChops.offset(now, 1, 0), 0.15)
    assert ImageChops.difference(now, other).getbbox() is not None
    assert picture.alike(now, other)


@pytest.mark.parametrize("shown", [("stage", "dark")], indirect=True)
def test_another_colour_is_found(shown):
    _name, now = shown
    assert not picture.alike(now, now.point(lambda value: min(value + 60, 255)))


def test_the_letters_are_those_of_the_bundled_fonts_whatever_the_machine_has(qapp):
    bundled = themes.load_fonts()
    assert {QFontInfo(themes.font(mono=mono)).family() for mono in (False, True)} <= set(bundled)


def test_the_references_are_small_and_each_is_of_a_pane():
    files = sorted(HERE.iterdir())
    assert [file.stem for file in files] == sorted(f"{name}-{theme}" for name, theme in EACH)
    assert sum(file.stat().st_size for file in files) < MOST_BYTES
