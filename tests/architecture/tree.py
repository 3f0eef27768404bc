"""The checkout's own files, for the tests that read them."""

import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
_NOT_OURS = {".git", ".venv", "__pycache__", ".hypothesis", "build", "dist", "out", "node_modules"}


def tracked() -> list[Path]:
    """Every file git knows or would add; without git, every file outside the directories it ignores."""
    if shutil.which("git") and (ROOT / ".git").exists():
        command = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        names = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        files = [ROOT / name for name in names.split("\0") if name]
    else:
        files = [path for path in ROOT.rglob("*") if not _NOT_OURS & set(path.relative_to(ROOT).parts)]
    return sorted(path for path in files if path.is_file())


def python_files(*under: str) -> list[Path]:
    """The Python files below these directories of the checkout."""
    tops = under or ("vmgui", "tests", "packaging")
    return [path for path in tracked() if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in tops]


def name(path: Path) -> str:
    """The path as a person writes it."""
    return path.relative_to(ROOT).as_posix()
