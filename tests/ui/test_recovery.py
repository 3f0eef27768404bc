"""What was not saved survives a crash, and nothing else is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication

from vmgui.formats import document as documents
from vmgui.ui.recovery import Keeper, folder, left_behind

ROOT = Path(__file__).parents[2]
#: A window that runs operations for ever and says how many are done.
CHILD = """
import sys
from pathlib import Path
from PySide6.QtWidgets import QApplication
from vmgui.formats.document import Document
from vmgui.engine.machine import M, Machine
from vmgui.ui.app import application
from vmgui.ui.main_window import MainWindow
from vmgui.ui.recovery import Keeper
app = application(["vmgui"])
window = MainWindow()
desk = window.furnish()
window.show()
desk.workspace.show(Document(Machine(ram=64 * M, possible_cpus=1, online_cpus=1), (), "Mine"), None)
window.keeper = Keeper(window, Path(sys.argv[1]))
window.keeper.start()
for n in range(1, 1000):
    desk.run_line(f"v{n} = vmalloc 4K")
    app.processEvents()
    print(n, flush=True)
"""


@pytest.fixture
def place(tmp_path) -> Path:
    return tmp_path / "Größe 大 recovery"


@pytest.fixture
def keeper(desk, place):
    """The keeper of a window with a small program."""
    desk.window.keeper = Keeper(desk.window, place)
    desk.window.keeper.start()
    yield desk.window.keeper
    desk.window.keeper.end()


def run(desk, line: str) -> None:
    desk.run_line(line)
    QCoreApplication.processEvents()


def crash(keeper: Keeper, place: Path, lines=("a = vmalloc 16K",), title="Lost", origin="") -> Path:
    """Leave behind what a window leaves that was killed: its copy, and a lock whose process is gone."""
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    place.mkdir(parents=True, exist_ok=True)
    path = place / f"{dead.pid}-x.vmgui"
    documents.save(path, documents.Document(lines=lines, title=title))
    path.with_suffix(".lock").write_text(f"{dead.pid}\npython3\n{os.uname().nodename}\n")
    if origin:
        path.with_suffix(".origin").write_text(origin, "utf-8")
    return path


def test_a_killed_window_loses_at_most_the_last_operation(place, keeper):
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(place)], cwd=ROOT, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    assert child.stdout is not None
    done = [int(child.stdout.readline()) for _ in range(7)][-1]
    assert left_behind(place)[0] == []  # its process is alive: nobody takes its copy
    child.send_signal(signal.SIGKILL)
    child.wait()
    done = max([done, *map(int, child.stdout.read().split())])
    child.stdout.close()
    copies, damaged = left_behind(place)
    assert damaged == []
    assert [copy.name for copy in copies] == ["Mine"]
    assert len(copies[0].document.operations) >= done
    copies[0].remove()
    assert [path for path in place.iterdir() if path.suffix == ".vmgui"] == []


def test_a_notice_leaves_the_offer_of_a_copy_in_sight(desk, place):
    crash(None, place)
    keeper = desk.window.keeper = Keeper(desk.window, place)
    keeper.start()
    for width in (1280, 1600):
        desk.window.notices.say("Type and rows are at 100 %")
        desk.window.resize(width, 800)
        QCoreApplication.processEvents()
        assert keeper.bar.isVisible()
        assert desk.window.notices.isVisible()
        assert not keeper.bar.geometry().intersects(desk.window.notices.geometry())
    keeper.bar.discarding.click()


def test_after_a_crash_a_bar_offers_the_copy_and_recovers_it(desk, place, tmp_path):
    origin = tmp_path / "my work.vmgui"
    path = crash(None, place, ("z = vmalloc 8K", "y = vmalloc 4K"), "Lost", str(origin))
    keeper = desk.window.keeper = Keeper(desk.window, place)
    keeper.start()
    assert "Lost" in keeper.bar.text
    assert str(origin) in keeper.bar.text
    keeper.bar.action_button.click()
    assert [str(done.operation) for done in desk.workspace.session.operations] == [
        "z = vmalloc 8K", "y = vmalloc 4K"]  # fmt: skip
    assert desk.workspace.dirty
    assert desk.workspace.path == origin
    assert desk.player.at == desk.player.length
    assert keeper.bar.text == ""
    assert not path.exists()
    assert keeper.path.exists()  # until it is saved, there is a copy of it


def test_of_several_copies_the_newest_is_offered_first(desk, place):
    old, new = crash(None, place, title="Older"), crash(None, place, title="Newer")
    os.utime(old, (1, 1))
    assert [copy.path for copy in left_behind(place)[0]] == [new, old]


def test_what_is_discarded_is_gone_and_what_is_put_off_is_offered_again(desk, place):
    first = crash(None, place, title="First")
    keeper = desk.window.keeper = Keeper(desk.window, place)
    keeper.start()
    keeper.bar.close_button.click()
    keeper.end()
    assert first.exists()
    again = Keeper(desk.window, place)
    again.start()
    assert "First" in again.bar.text
    again.bar.discarding.click()
    assert not first.exists()
    assert again.bar.text == ""
    again.end()


def test_two_windows_do_not_take_each_others_copies(desk, place, keeper):
    run(desk, "b = vmalloc 8K")
    assert keeper.path.exists()
    other = Keeper(desk.window, place)
    other.start()
    assert other.copies == []
    other.end()
    assert keeper.path.exists()


def test_saving_and_a_normal_end_leave_nothing_behind(desk, place, keeper, tmp_path):
    run(desk, "b = vmalloc 8K")
    assert keeper.path.exists()
    desk.workspace.save(tmp_path / "saved.vmgui")
    assert not keeper.path.exists()
    run(desk, "c = vmalloc 8K")
    assert keeper.path.exists()
    keeper.end()
    assert list(place.iterdir()) == []


def test_a_copy_keeps_bookmarks_and_operations(desk, keeper):
    run(desk, "b = vmalloc 8K")
    desk.bookmarks.add(3, "here", "a note")
    QCoreApplication.processEvents()
    copy = documents.load(keeper.path)
    assert copy.lines[-1] == "b = vmalloc 8K"
    assert [mark.note for mark in copy.bookmarks] == ["a note"]


def test_a_damaged_copy_is_kept_aside_and_said_once(desk, place):
    path = crash(None, place)
    path.write_text('{"version": 1, "operations": [')
    keeper = desk.window.keeper = Keeper(desk.window, place)
    keeper.start()
    aside = path.with_name(path.name + ".damaged")
    assert aside.exists()
    assert str(aside) in desk.window.notices.text
    assert keeper.bar.text == ""
    assert left_behind(place) == ([], [])


def test_where_nothing_can_be_written_that_is_said_and_the_program_goes_on(desk, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    keeper = desk.window.keeper = Keeper(desk.window, blocked / "recovery")
    keeper.start()
    assert "No copy for recovery" in desk.window.notices.text
    run(desk, "b = vmalloc 8K")
    assert len(desk.workspace.session.operations) == 4


def test_another_language_keeps_the_offer_and_the_copies(desk, place):
    crash(None, place, title="Lost")
    window = desk.window
    keeper = window.keeper = Keeper(window, place)
    keeper.start()
    window.actions_["larger"].trigger()
    assert "Lost" in keeper.bar.text
    run(window.desk, "b = vmalloc 8K")
    assert keeper.path.exists()
    window.actions_["normal_size"].trigger()


def test_copies_lie_in_the_users_own_folder():
    assert folder().name == "recovery"
    assert "vmgui" in str(folder())
