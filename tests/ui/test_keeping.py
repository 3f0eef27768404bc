"""Claims about a home where nothing can be kept, and about defaults for all users of a computer."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.conftest import ROOT
from tests.lessons.labs import lab, solution
from tests.ui.test_labs import LAB, handed_in, says
from vmgui.lessons.grading import Submission, grade
from vmgui.lessons.progress import Progress
from vmgui.ui import keeping, lab_work, language, studying
from vmgui.ui.recovery import Keeper


@pytest.fixture
def nowhere(tmp_path, monkeypatch):
    """No folder can be made here, whoever asks."""
    (tmp_path / "file").write_text("")
    place = tmp_path / "file" / "vmgui"
    monkeypatch.setattr(studying, "progress_file", lambda: place / "progress.json")
    monkeypatch.setattr(lab_work, "folder", lambda: place / "labs")
    return place


@pytest.fixture
def said(desk, monkeypatch) -> list[str]:
    """Everything that notices tell of what failed."""
    told: list[str] = []
    fail = desk.window.notices.fail

    def failed(text: str, *rest: object) -> None:
        told.append(text)
        fail(text, *rest)

    monkeypatch.setattr(desk.window.notices, "fail", failed)
    return told


def test_a_home_where_files_can_be_kept_is_not_spoken_of(desk, said):
    desk.window.keeping.check(keeping.places())
    assert said == []
    assert all(place.is_dir() and not list(place.glob("tmp*")) for place in keeping.places())


def test_a_home_where_nothing_can_be_kept_is_said_once_and_copies_add_nothing(desk, nowhere, said):
    desk.window.keeping.check([nowhere / "config", nowhere / "data"])
    desk.window.keeper = Keeper(desk.window, nowhere / "recovery")
    desk.window.keeper.start()
    desk.study.open("04-when-huge")
    desk.study.show_page(1)
    assert [str(nowhere / "config") in text for text in said] == [True]
    assert desk.window.status.parts[0].text() == "Progress cannot be saved here"


def test_progress_that_cannot_be_written_lasts_as_long_as_the_window(desk, nowhere, said):
    desk.study.open("04-when-huge")
    desk.study.show_page(1)
    page = desk.study.page_id
    desk.window.refurnish()
    assert desk.window.desk.study.progress.of("04-when-huge").page == page
    assert len(said) == 1


def test_a_lab_that_cannot_be_kept_is_done_and_handed_in(desk, nowhere, said, monkeypatch, tmp_path):
    says(monkeypatch, "ann")
    desk.study.open(LAB)
    for line in solution(LAB, "ann")[1]:
        desk.study.pane.tasks[0].entered.emit(line)
    path = tmp_path / "ann_x.vmlab"
    assert handed_in(desk.study, monkeypatch, path).tasks[1]
    assert grade(lab(LAB), Submission(path, "ann")).points == 5
    assert len(said) == 1


def test_progress_that_cannot_be_read_is_not_written_over(tmp_path):
    (tmp_path / "folder").mkdir()
    told: list[OSError] = []
    progress = Progress(tmp_path / "folder", told.append)
    progress.finish("04", "1")
    assert (progress.kept, progress.of("04").pages) == (False, ["1"])
    assert (len(told), list((tmp_path / "folder").iterdir())) == (1, [])


def test_progress_is_kept_again_when_there_is_room_again(tmp_path):
    blocked, told = tmp_path / "file", list[OSError]()
    progress = Progress(blocked / "p.json", told.append)
    blocked.write_text("")
    progress.finish("04", "1")
    assert (progress.kept, len(told)) == (False, 1)
    blocked.unlink()
    progress.finish("04", "2")
    assert progress.kept
    assert json.loads((blocked / "p.json").read_text())["lessons"]["04"]["pages"] == ["1", "2"]


# --- defaults for all users ----------------------------------------------------------------------------


@pytest.fixture
def ask(tmp_path):
    """Ask the settings of a start: of folders for all users the first counts most, and home is empty."""
    places = {name: tmp_path / name / "vmgui" / "vmgui.ini" for name in ("near", "far", "home")}
    near, far, home = (str(place.parent.parent) for place in places.values())
    own = {**os.environ, "XDG_CONFIG_DIRS": f"{near}:{far}", "XDG_CONFIG_HOME": home}
    head = "from vmgui.ui.settings import Settings; own = Settings.own(); "

    def asked(do: str, **files: str) -> str:
        for name, text in files.items():
            places[name].parent.mkdir(parents=True)
            places[name].write_text(text)
        started = [sys.executable, "-c", head + do]
        return subprocess.run(started, env=own, cwd=ROOT, check=True, capture_output=True, text=True).stdout

    asked.places = places
    return asked


def test_what_a_user_never_set_is_as_for_all_users(ask):
    near = "; a lab of ours\n[General]\ntheme=light\nscale=125\nstart_page=false\n"
    far = "[General]\nscale=80\nautosave=60\nlanguage=nonsense\n"
    shown = "print(own.theme, own.scale, own.start_page, own.autosave, own.language, own.group)"
    assert ask(shown, near=near, far=far) == "light 125 False 60 system 16\n"


def test_what_a_user_sets_counts_more_and_leaves_the_file_of_all_users_alone(ask):
    ask("own.theme = 'dark'", near="[General]\ntheme=light\n")
    assert ask("print(own.theme)") == "dark\n"
    assert ask.places["near"].read_text() == "[General]\ntheme=light\n"
    assert "theme=dark" in ask.places["home"].read_text()


@pytest.fixture(autouse=True)
def as_before(qapp):
    """Whatever a test chooses, the next one sees the default."""
    yield
    language.install(language.ENGLISH)
