"""The command line does without Qt until something must be drawn."""

import subprocess
import sys

import pytest

from tests.architecture.tree import ROOT

PROGRAM = "a = vmalloc 8K\nvfree a\n"

WITHOUT_QT = """
import sys
for name in ("PySide6", "shiboken6", "pyqtgraph"):
    sys.modules[name] = None
from vmgui.cli import main
sys.exit(main(sys.argv[1:]))
"""

AS_IT_IS = "import sys; from vmgui.cli import main; sys.exit(main(sys.argv[1:]))"

WHAT_HELP_LOADS = """
import sys
from vmgui.cli import main
try:
    main(["--help"])
except SystemExit:
    pass
print(*{"PySide6", "numpy", "rich", "lark", "vmgui.engine"} & set(sys.modules), file=sys.stderr)
"""

WHAT_THE_WINDOW_LOADS = """
import sys
from vmgui.ui import desk, main_window, perspectives
print(*{"lark", "markdown_it", "PIL", "pygments", "pyqtgraph"} & set(sys.modules), file=sys.stderr)
"""


def vmgui(script: str, *arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", script, *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, input=text)


@pytest.fixture
def program(tmp_path):
    """A program in a file."""
    path = tmp_path / "small.ops"
    path.write_text(PROGRAM)
    return str(path)


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_and_version_need_no_qt(option):
    done = vmgui(WITHOUT_QT, option)
    assert done.returncode == 0, done.stderr
    assert "vmgui" in done.stdout


def test_help_loads_neither_the_engine_nor_any_library():
    done = vmgui(WHAT_HELP_LOADS)
    assert done.stderr.strip() == ""


@pytest.mark.parametrize("options", [[], ["--steps"], ["--json"], ["--json", "--steps"]])
def test_running_a_program_needs_no_qt(program, options):
    done = vmgui(WITHOUT_QT, "run", program, *options)
    assert done.returncode == 0, done.stderr
    assert "vfree" in done.stdout


def test_stepping_in_the_terminal_needs_no_qt(program):
    done = vmgui(WITHOUT_QT, "step", program, text="\n\n\nq\n")
    assert done.returncode == 0, done.stderr


def test_comparing_with_recordings_needs_no_qt(shared):
    recording = shared / "kernel" / "golden" / "x86-4l" / "15_map_pages.jsonl.gz"
    done = vmgui(WITHOUT_QT, "replay", str(recording))
    assert done.returncode in (0, 1), done.stderr
    assert "15_map_pages" in done.stdout


@pytest.mark.parametrize("command", ["run", "replay", "step", "shot"])
def test_a_file_that_is_not_there_is_bad_input(command, tmp_path):
    out = ["--out", str(tmp_path / "x.png")] if command == "shot" else []
    done = vmgui(AS_IT_IS, command, "no.ops", *out)
    assert done.returncode == 2
    assert "no.ops" in done.stderr
    assert "Traceback" not in done.stderr


def test_panes_are_made_without_what_is_needed_later():
    done = vmgui(WHAT_THE_WINDOW_LOADS)
    assert done.returncode == 0, done.stderr
    assert done.stderr.split() == []
