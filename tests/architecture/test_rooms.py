"""Which room may look into which, read from the syntax trees: a second opinion beside import-linter."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOMS = ["engine", "timeline", "projection", "formats", "lessons", "ui"]
ROOT = Path(__file__).parents[2]


def imports(path: Path, module: str) -> Iterator[tuple[int, str]]:
    """Line and full name of everything a file imports, anywhere in it."""
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package.rsplit(".", node.level - 1)[0] if node.level else ""
            source = ".".join(filter(None, [base, node.module or ""]))
            yield node.lineno, source
            yield from ((node.lineno, f"{source}.{alias.name}") for alias in node.names)


def module_name(path: Path, root: Path) -> str:
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def room_of(module: str) -> str | None:
    parts = module.split(".")
    return parts[1] if parts[0] == "vmgui" and len(parts) > 1 and parts[1] in ROOMS else None


def turned_back(root: Path) -> list[str]:
    """Every import by a room of a room above it, or of what stands above all rooms."""
    found = []
    for path in sorted((root / "vmgui").rglob("*.py")):
        module = module_name(path, root)
        room = room_of(module)
        if room is None:
            continue
        for line, target in imports(path, module):
            other = room_of(target)
            above = target.split(".")[:2] in (["vmgui", "cli"], ["vmgui", "commands"], ["vmgui", "__main__"])
            if above or (other is not None and ROOMS.index(other) > ROOMS.index(room)):
                found.append(f"{path.relative_to(root)}:{line} imports {target}")
    return found


def outsiders(root: Path, rooms: list[str], allowed: frozenset[str]) -> list[str]:
    """Every import by these rooms from a distribution that is not allowed there."""
    found = []
    for room in rooms:
        for path in sorted((root / "vmgui" / room).rglob("*.py")):
            for line, target in imports(path, module_name(path, root)):
                top = target.partition(".")[0]
                if top not in allowed | {"vmgui", "__future__"}:
                    found.append(f"{path.relative_to(root)}:{line} imports {target}")
    return found


STANDARD = frozenset(sys.stdlib_module_names)
PLAIN = STANDARD | {"lark", "markdown_it", "msgspec", "platformdirs", "pygments", "rich"}


def test_no_room_imports_a_room_above_it():
    assert turned_back(ROOT) == []


def test_the_engine_imports_the_standard_library_only_and_neither_logs_nor_tells_the_time():
    allowed = STANDARD - {"logging", "time", "datetime", "random"}
    assert outsiders(ROOT, ["engine"], allowed) == []


def test_timeline_and_projection_add_numpy_and_nothing_else():
    assert outsiders(ROOT, ["timeline", "projection"], PLAIN | {"numpy"}) == []


def test_formats_and_lessons_import_neither_qt_nor_numpy():
    assert outsiders(ROOT, ["formats", "lessons"], PLAIN) == []


@pytest.mark.parametrize(
    "text",
    [
        "import vmgui.ui.player",
        "from vmgui import ui",
        "from ..ui import player",
        "from vmgui.timeline import session",
        "def later():\n    from vmgui.ui.player import Player",
        "from vmgui.cli import main",
        "import vmgui.cli",
        "from vmgui.commands.run import main",
    ],
)
def test_an_arrow_that_turns_back_is_found(tmp_path, text):
    room = tmp_path / "vmgui" / "engine"
    room.mkdir(parents=True)
    (room / "words.py").write_text(text)
    assert turned_back(tmp_path)


@pytest.mark.parametrize("text", ["import numpy", "from PySide6 import QtCore", "import numpy.typing as npt"])
def test_a_foreign_library_is_found(tmp_path, text):
    room = tmp_path / "vmgui" / "engine"
    room.mkdir(parents=True)
    (room / "words.py").write_text(text)
    assert outsiders(tmp_path, ["engine"], STANDARD)


BLOCKED = """
import importlib, pkgutil, sys
sys.path.insert(0, sys.argv[1])
for name in ("PySide6", "shiboken6", "pyqtgraph", "numpy", "logging", "time"):
    sys.modules[name] = None
import vmgui.engine
names = [module.name for module in pkgutil.walk_packages(vmgui.engine.__path__, "vmgui.engine.")]
for name in names:
    importlib.import_module(name)
print(len(names))
"""


def test_every_engine_module_imports_where_qt_numpy_logging_and_time_are_not_there():
    child = subprocess.run([sys.executable, "-I", "-c", BLOCKED, str(ROOT)], capture_output=True, text=True)
    assert child.returncode == 0, child.stderr
    assert int(child.stdout) == len([p for p in (ROOT / "vmgui" / "engine").rglob("*.py")]) - 1
