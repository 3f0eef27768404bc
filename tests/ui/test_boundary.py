"""What nobody expected becomes a notice; the window and the program stay as they were."""

import sys
import zipfile

import pytest
from PySide6.QtWidgets import QFileDialog

from vmgui.engine.kernel import KernelBug
from vmgui.timeline.env import Env
from vmgui.ui import explainer
from vmgui.ui.boundary import Boundary
from vmgui.ui.dialogs.report import ReportDialog


@pytest.fixture
def boundary(window):
    """The window as the application runs it."""
    boundary = Boundary(window)
    boundary.install()
    yield boundary
    boundary.remove()


def broken(*_arguments, **_more):
    raise ZeroDivisionError("a mistake of ours")


def test_a_mistake_of_the_engine_is_told_and_changes_nothing(desk, boundary, monkeypatch):
    before, at = len(desk.workspace.session), desk.player.at
    monkeypatch.setattr(Env, "run", broken)
    desk.operations.run_wanted.emit("b = vmalloc 8K")
    assert "a mistake of ours" in desk.window.notices.text
    assert (len(desk.workspace.session), desk.player.at) == (before, at)
    monkeypatch.undo()
    desk.operations.run_wanted.emit("b = vmalloc 8K")
    assert "b" in desk.workspace.session.names


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_the_report_says_what_was_raised_and_how_to_get_there(desk, boundary, monkeypatch, tmp_path):
    monkeypatch.setattr(Env, "run", broken)
    desk.operations.run_wanted.emit("b = vmalloc 8K")
    monkeypatch.setattr(
        QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "report.zip"), "")
    )
    button = desk.window.notices.action_button
    assert button.isVisible()
    button.click()
    dialog = desk.window.findChild(ReportDialog)
    assert "a mistake of ours" in dialog.text.toPlainText()
    dialog.saving.click()
    with zipfile.ZipFile(tmp_path / "report.zip") as report:
        assert "ZeroDivisionError: a mistake of ours" in report.read("mistake.txt").decode()
        assert "a = vmalloc 16K" in report.read("program.vmgui").decode()


def test_a_notice_of_another_kind_offers_no_report(desk, boundary, monkeypatch):
    monkeypatch.setattr(Env, "run", broken)
    desk.operations.run_wanted.emit("b = vmalloc 8K")
    desk.window.notices.say("all is well")
    assert not desk.window.notices.action_button.isVisible()


def test_a_mistake_in_a_worker_is_told_in_the_window(desk, boundary, monkeypatch, qtbot):
    monkeypatch.setattr(explainer, "explain", broken)
    desk.player.last()
    qtbot.waitUntil(lambda: "a mistake of ours" in desk.window.notices.text)
    qtbot.waitUntil(lambda: not desk.scene.waiting)


def test_a_stopped_kernel_is_told_as_one(desk, boundary):
    error = KernelBug("BUG", "mm/vmalloc.c:free_vmap_area", "twice")
    sys.excepthook(KernelBug, error, None)
    assert "The kernel has stopped" in desk.window.notices.text


def test_what_comes_again_with_every_picture_is_told_once(desk, boundary, qtbot):
    for _ in range(3):
        sys.excepthook(ZeroDivisionError, ZeroDivisionError("again"), None)
    assert desk.window.notices.text.count("again") == 1
