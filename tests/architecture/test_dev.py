"""The two commands of the README, as far as they can be tried without a fresh machine."""

import importlib
import subprocess
import sys

import pytest

from tests.architecture.tree import ROOT


@pytest.fixture(scope="module")
def dev():
    """The script as a module."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "packaging"))
        yield importlib.import_module("dev")


@pytest.fixture
def libraries(dev):
    return dev.system_libraries


@pytest.fixture
def no_root(monkeypatch, libraries):
    """A person without root rights and without sudo, on Debian."""
    monkeypatch.setattr(libraries, "as_root", lambda: None)
    monkeypatch.setattr(libraries.shutil, "which", lambda name: f"/usr/bin/{name}")


def test_the_script_runs_before_anything_is_installed():
    command = [sys.executable, "-E", "-S", "packaging/dev.py", "--help"]
    shown = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert shown.returncode == 0, shown.stderr
    assert "run" in shown.stdout
    assert "test" in shown.stdout


def test_an_unknown_command_ends_with_status_2():
    command = [sys.executable, "packaging/dev.py", "fly"]
    assert subprocess.run(command, cwd=ROOT, capture_output=True).returncode == 2


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux leans on system libraries")
def test_a_library_that_does_not_load_is_named_with_its_package(libraries):
    table = {"libc.so.6": "libc6", "libnot-there.so.9": "libnot-there9"}
    assert libraries.missing(table) == {"libnot-there.so.9": "libnot-there9"}


@pytest.mark.parametrize(
    ("variable", "package"), [("DISPLAY", "libxcb-cursor0"), ("WAYLAND_DISPLAY", "libwayland-client0")]
)
def test_a_display_wants_libraries_of_its_own(monkeypatch, libraries, variable, package):
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert package not in libraries.wanted().values()
    monkeypatch.setenv(variable, ":0")
    assert package in libraries.wanted().values()


@pytest.mark.usefixtures("no_root")
def test_without_root_the_one_command_is_printed_and_the_status_is_2(dev, capsys):
    with pytest.raises(SystemExit) as stopped:
        dev.need_packages(["python3.11-venv"], {"libGL.so.1": "libgl1", "libEGL.so.1": "libegl1"})
    assert stopped.value.code == 2
    said = capsys.readouterr().err
    assert "libGL.so.1" in said
    command = "sudo apt-get install --yes --no-install-recommends libegl1 libgl1 python3.11-venv"
    assert [line.strip() for line in said.splitlines() if "apt-get" in line] == [command]


def test_without_apt_the_libraries_are_named(libraries, monkeypatch):
    monkeypatch.setattr(libraries.shutil, "which", lambda name: None)
    assert not libraries.install(["libgl1"])
    assert "libGL.so.1" in libraries.what_to_type(["libgl1"], ["libGL.so.1"])


@pytest.mark.usefixtures("no_root")
def test_a_python_without_venv_asks_for_everything_at_once(dev, monkeypatch, capsys):
    failed = subprocess.CompletedProcess([], 1)
    monkeypatch.setattr(dev.subprocess, "run", lambda command, **options: failed)
    monkeypatch.setattr(dev.system_libraries, "missing", lambda table: {"libGL.so.1": "libgl1"})
    with pytest.raises(SystemExit):
        dev.need_venv()
    said = capsys.readouterr().err
    assert f"python3.{sys.version_info.minor}-venv" in said
    assert "libgl1" in said


@pytest.mark.parametrize(("status", "verdict"), [(0, 0), (3, 1)])
def test_one_failing_check_fails_all_and_the_others_still_run(dev, monkeypatch, capsys, status, verdict):
    def checks(arguments):
        return {
            "first": [sys.executable, "-c", f"raise SystemExit({status})"],
            "second": [sys.executable, "-c", ""],
        }

    monkeypatch.setattr(dev, "checks", checks)
    assert dev.perform(["first", "second"], []) == verdict
    said = capsys.readouterr().out
    assert "--- second: ok" in said
    assert ("--- first: FAILED" in said) == (verdict == 1)


def test_an_environment_made_from_the_same_lock_is_used_again(dev, monkeypatch, tmp_path):
    filled = []
    monkeypatch.setattr(dev, "STAMP", tmp_path / "stamp")
    monkeypatch.setattr(dev, "works", lambda python: True)
    monkeypatch.setattr(dev, "fill", filled.append)
    dev.environment("dev")
    dev.environment("dev")
    dev.environment("run")  # the developers' lock contains the users'
    assert [lock.name for lock in filled] == ["dev.lock"]


def test_a_changed_lock_is_installed_again(dev, monkeypatch, tmp_path):
    filled = []
    lock = tmp_path / "run.lock"
    lock.write_text("numpy==2.0.0\n")
    monkeypatch.setattr(dev, "STAMP", tmp_path / "stamp")
    monkeypatch.setattr(dev, "works", lambda python: True)
    monkeypatch.setattr(dev, "fill", filled.append)
    monkeypatch.setattr(dev, "lock_file", lambda kind: lock)
    dev.environment("run")
    lock.write_text("numpy==2.1.0\n")
    dev.environment("run")
    assert filled == [lock, lock]


def test_run_without_a_display_paints_the_default_scenario_offscreen(dev, monkeypatch, capfd, tmp_path):
    done = []
    monkeypatch.setattr(dev, "environment", lambda kind: None)
    monkeypatch.setattr(dev, "need_qt", lambda: None)
    monkeypatch.setattr(dev, "PICTURES", tmp_path)
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setattr(dev.sys, "platform", "linux")

    def start(command, **options):
        done.append((command, options["env"]["QT_QPA_PLATFORM"]))
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(dev.subprocess, "run", start)
    assert dev.run([]) == 0
    assert done == [([str(dev.PYTHON), "-m", "vmgui", "tour", "--out", str(tmp_path)], "offscreen")]
    assert str(tmp_path) in capfd.readouterr().out


def test_what_a_merge_runs_is_the_readmes_test_command():
    script = (ROOT / ".ci" / "run").read_text()
    assert "python3 packaging/dev.py test" in script
    assert "python3 packaging/dev.py test" in (ROOT / "README.md").read_text()
    assert "python3 packaging/dev.py run" in (ROOT / "README.md").read_text()
