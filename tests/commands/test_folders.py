"""Claims about where vmgui keeps what is its user's."""

from __future__ import annotations

import sys

import pytest

from vmgui import folders
from vmgui.lessons import course, progress
from vmgui.ui import keeping, lab_work, recovery
from vmgui.ui.settings import Settings


@pytest.fixture
def stick(tmp_path, monkeypatch):
    """A folder with a frozen program."""
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "vmgui"))
    monkeypatch.delenv("APPIMAGE", raising=False)
    return tmp_path


def test_a_frozen_program_keeps_to_the_folders_of_the_system(stick):
    assert folders.portable() is None
    assert stick not in progress.own_file().parents


@pytest.mark.parametrize("mark", folders.MARKS)
def test_a_mark_beside_the_program_keeps_everything_there(stick, mark):
    (stick / mark).touch()
    own = stick / "vmgui-data"
    assert progress.own_file() == own / "progress.json"
    assert lab_work.folder() == own / "labs"
    assert recovery.folder() == own / "recovery"
    assert set(keeping.places()) == {own}
    settings = Settings.own()
    settings.theme = "light"
    del settings
    assert "light" in (own / "vmgui.ini").read_text()
    (own / "courses" / "mine" / "lessons").mkdir(parents=True)
    assert course.folders()[-1] == own / "courses" / "mine"


def test_an_image_keeps_beside_itself_not_beside_what_it_is_mounted_as(stick, monkeypatch, tmp_path):
    image = tmp_path / "elsewhere" / "vmgui.AppImage"
    image.parent.mkdir()
    (image.parent / "portable").touch()
    monkeypatch.setenv("APPIMAGE", str(image))
    assert folders.data() == image.parent / "vmgui-data"


def test_a_mark_beside_python_means_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    (tmp_path / "portable").touch()
    assert folders.portable() is None
