"""Files that the system hands over while vmgui runs, as macOS does for a double click."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QFileOpenEvent

from vmgui.ui.app import asked, open_wanted
from vmgui.ui.main_window import MainWindow


@pytest.fixture
def file(tmp_path):
    """A small program in a file."""
    path = tmp_path / "small.ops"
    path.write_text("a = vmalloc 64K\n")
    return path


@pytest.fixture
def double_click(qapp, file, monkeypatch):
    """A double click on the file."""
    monkeypatch.setattr(qapp, "wanted", None)
    return lambda: qapp.sendEvent(qapp, QFileOpenEvent(QUrl.fromLocalFile(str(file))))


def test_a_file_that_is_clicked_is_opened_in_the_window(desk, qapp, qtbot, double_click):
    with qtbot.waitSignal(qapp.file_wanted) as clicked:
        double_click()
    open_wanted(desk.window, clicked.args[0])
    assert [str(done.operation) for done in desk.workspace.session.operations] == ["a = vmalloc 64K"]


def test_a_file_that_is_clicked_before_the_window_is_filled_waits_for_that(qapp, qtbot, file, double_click):
    window = MainWindow()
    qtbot.addWidget(window)
    assert asked(qapp) is None
    double_click()
    open_wanted(window, file)
    assert window.desk is None
    assert asked(qapp) == file
