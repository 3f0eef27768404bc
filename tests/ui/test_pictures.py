"""Pictures and the tour: the window without a display."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QImage

from vmgui.formats.errors import FormatError
from vmgui.ui.shots import render
from vmgui.ui.tour import tour


def image(path) -> QImage:
    """A picture that was written."""
    return QImage(str(path))


@pytest.mark.parametrize(("size", "theme"), [((1600, 1000), "dark"), ((1280, 720), "light")])
def test_a_picture_has_the_size_and_the_ground_of_its_theme(qapp, tmp_path, size, theme):
    out = tmp_path / "x.png"
    render(None, 0, size, theme, out)
    shown = image(out)
    assert (shown.width(), shown.height()) == size
    dark = shown.pixelColor(size[0] // 2, size[1] - 3).lightness() < 128
    assert dark == (theme == "dark")


def test_two_steps_are_two_pictures_and_the_same_step_twice_is_the_same(qapp, tmp_path):
    for name, step in (("a", 100), ("b", 426), ("c", 426)):
        render(None, step, (1280, 720), "dark", tmp_path / f"{name}.png")
    a, b, c = (image(tmp_path / f"{name}.png") for name in "abc")
    assert a != b
    assert b == c


@pytest.mark.parametrize("step", [-1, 10_000_000])
def test_a_step_that_is_not_there_is_said_so(qapp, tmp_path, step):
    with pytest.raises(FormatError, match="there is no step"):
        render(None, step, (1280, 720), "dark", tmp_path / "x.png")
    assert not (tmp_path / "x.png").exists()


def test_a_file_that_cannot_be_read_is_said_so(qapp, tmp_path):
    with pytest.raises(FormatError):
        render(tmp_path / "nothing.vmgui", 0, (1280, 720), "dark", tmp_path / "x.png")


def test_a_picture_that_cannot_be_written_is_said_so(qapp, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(FormatError):
        render(None, 0, (1280, 720), "dark", tmp_path / "file" / "x.png")


def test_the_tour_shows_start_refusal_huge_page_and_end_and_tells_every_step(qapp, tmp_path, capsys):
    tour(tmp_path / "tour")
    written = sorted(path.name for path in (tmp_path / "tour").iterdir())
    assert written == ["1-start.png", "2-refused.png", "3-installed.png", "4-end.png", "steps.txt"]
    text = (tmp_path / "tour" / "steps.txt").read_text()
    assert "f = ioremap 0x100101000 4M" in text
    assert "vmap_try_huge_pmd refuses a huge page" in text
    assert capsys.readouterr().out.count(str(tmp_path)) == 5
