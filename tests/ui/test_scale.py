"""Type, rows, icons and panes in another size, at once."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt


@pytest.fixture(autouse=True)
def _design_size():
    from vmgui.ui import theme as themes

    yield
    themes.set_scale(100)


def enlarged(desk, steps: int):
    """The desk after so many presses of Ctrl+= (or of Ctrl+-)."""
    window = desk.window
    for _ in range(abs(steps)):
        window.actions_["larger" if steps > 0 else "smaller"].trigger()
    return window.desk


@pytest.mark.parametrize(("steps", "percent"), [(2, 125), (5, 200), (-2, 80)])
def test_everything_is_larger_at_once_and_the_step_stays(desk, steps, percent):
    window = desk.window
    desk.player.seek(7)
    rows, header, bar = desk.tree.view.sizeHintForRow(0), desk.stage.header.height(), window.toolbar.height()
    again = enlarged(desk, steps)
    assert window.settings.scale == percent
    assert again.player.at == 7
    assert again.tree.view.sizeHintForRow(0) == pytest.approx(rows * percent / 100, abs=1)
    assert again.stage.header.height() == pytest.approx(header * percent / 100, abs=1)
    assert window.toolbar.height() == pytest.approx(bar * percent / 100, abs=1)
    assert again.transport.counter.font().pixelSize() == round(17 * percent / 100)


def test_normal_size_undoes_it(desk):
    enlarged(desk, 3)
    desk.window.actions_["normal_size"].trigger()
    assert desk.window.settings.scale == 100
    assert desk.window.desk.stage.header.height() == desk.stage.header.height()


def test_what_is_clicked_is_what_is_under_the_pointer(qtbot, desk):
    again = enlarged(desk, 3)
    again.player.last()
    canvas = again.stage.canvas
    canvas.repaint()
    hit = next(h for h in canvas.hits_of(level="pgd") if h.place.index is not None)
    where = canvas.on_screen(hit.rect).center()
    qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=where)
    assert again.selection.place == hit.place


def test_the_size_is_remembered(qtbot, desk):
    from vmgui.ui.main_window import MainWindow

    enlarged(desk, 1)
    other = MainWindow(desk.window.settings)
    qtbot.addWidget(other)
    made = other.furnish()
    assert made.stage.header.height() == desk.window.desk.stage.header.height()
    made.close()
