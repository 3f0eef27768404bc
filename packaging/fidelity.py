"""Write the fidelity tables of resources/docs/engine.md from the engine's own text.

    python packaging/fidelity.py            write them
    python packaging/fidelity.py --check    exit 1 when they are stale

The engine says itself which kernel function each of its functions follows and where it differs, so the
page is read off it and never kept by hand.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENGINE = ROOT / "vmgui" / "engine"
PAGE = ROOT / "resources" / "docs" / "engine.md"
BEGIN, END = "<!-- read off the engine: begin -->", "<!-- read off the engine: end -->"

_SOURCE = re.compile(r"([\w./-]+\.[chS])(?::(\w+))?,\s*v6\.12")  # without a name: the same name there
_DIFFERS = re.compile(r"Differs:\s+(.+?)(?=\n\s*\n|Differs:|\Z)", re.DOTALL)
_KERNEL_FILE = re.compile(r"\s*[\w./-]+\.[chS](:\w+)?,\s*v6\.12\.?$")


def one_line(text: str) -> str:
    """The text with its line breaks gone, fit for a cell of a table."""
    return _KERNEL_FILE.sub("", " ".join(text.split())).replace("|", "\\|")


def differences(text: str) -> list[str]:
    """What stands after each mark."""
    return [one_line(found) for found in _DIFFERS.findall(text)]


def functions(tree: ast.Module) -> Iterator[tuple[str, str, str, list[str]]]:
    """Name, kernel file, kernel function and departures of each function that follows one of the kernel."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.FunctionDef):
            continue
        text = ast.get_docstring(node) or ""
        source = _SOURCE.search(text)
        if source:
            yield node.name, source[1], source[2] or node.name, differences(text)


def comments(text: str) -> Iterator[tuple[int, str]]:
    """Line and text of each comment, those on following lines joined."""
    start, collected = 0, ""
    for number, line in enumerate(text.splitlines(), 1):
        found = re.search(r"(?:^|\s)#:?\s?(.*)$", line)
        alone = line.lstrip().startswith("#")
        if collected and not alone:
            yield start, collected
            collected = ""
        if found:
            start, collected = (number, found[1]) if not collected else (start, f"{collected}\n{found[1]}")
    if collected:
        yield start, collected


def departures(path: Path) -> Iterator[tuple[str, str]]:
    """Place and text of every `Differs:` of a file, from docstrings and from comments."""
    text = path.read_text("utf-8")
    module = path.relative_to(ENGINE).as_posix()
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.FunctionDef, ast.ClassDef)):
            where = module if isinstance(node, ast.Module) else f"{module}: `{node.name}`"
            yield from ((where, found) for found in differences(ast.get_docstring(node) or ""))
    for _, comment in comments(text):
        yield from ((module, found) for found in differences(comment))


def sources() -> list[Path]:
    """The engine's files in a steady order."""
    return sorted(ENGINE.rglob("*.py"))


def page() -> str:
    """Both tables."""
    lines = ["### Functions and their sources", "", "| here | function | there (v6.12) |", "|---|---|---|"]
    for path in sources():
        module = path.relative_to(ENGINE).as_posix()
        for name, file, kernel_name, _ in sorted(functions(ast.parse(path.read_text("utf-8")))):
            there = file if kernel_name == name else f"{file}: `{kernel_name}`"
            lines.append(f"| {module} | `{name}` | {there} |")
    lines += ["", "### Where it differs", "", "| where | how |", "|---|---|"]
    for path in sources():
        lines += [f"| {where} | {how} |" for where, how in sorted(set(departures(path)))]
    return "\n".join(lines)


def written(text: str) -> str:
    """The document with the tables put between its marks."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{page()}\n{END}{after}"


def main() -> int:
    """Write the tables, or only compare."""
    parser = argparse.ArgumentParser(description="Write the fidelity tables of resources/docs/engine.md.")
    parser.add_argument("--check", action="store_true", help="only say whether they are up to date")
    check = parser.parse_args().check
    text = PAGE.read_text("utf-8")
    new = written(text)
    if check and new != text:
        print("resources/docs/engine.md is stale: run python packaging/fidelity.py", file=sys.stderr)
        return 1
    if new != text:
        PAGE.write_text(new, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
