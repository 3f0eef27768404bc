#!/usr/bin/env python3
"""Collect the texts of the window and keep resources/i18n/vmgui_zh_CN.ts and .qm up to date.

    .venv/bin/python packaging/translations.py          collect, merge with lupdate, compile with lrelease
    .venv/bin/python packaging/translations.py --list   show what is not translated yet, change nothing

A text is marked by `tr("...")`, `_("...")`, `mark("...")` or `Text("...", values)`; what verbs and their
parameters say of themselves, and what scenarios say, is collected from the tables they are in.
Exit status: 1 while a text lacks its translation, 0 when all are there.
"""

from __future__ import annotations

import argparse
import ast
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

ROOT = Path(__file__).resolve().parents[1]
TS = ROOT / "resources" / "i18n" / "vmgui_zh_CN.ts"
CONTEXT = "vmgui"
MARKS = ("tr", "_", "mark", "Text")
#: Calls that show a text: none may be given a literal with a word in it.
SHOWS = {
    "QAction", "QCheckBox", "QDockWidget", "QGroupBox", "QLabel", "QMenu", "QProgressDialog", "QPushButton",
    "QRadioButton", "addAction", "addItem", "addMenu", "addRow", "addTab", "fail", "fit", "say",
    "setAccessibleDescription", "setAccessibleName", "setHtml", "setPlaceholderText", "setStatusTip",
    "setText", "setTitle", "setToolTip", "setWhatsThis", "setWindowTitle", "showMessage", "tell", "text",
}
#: Words that are shown as they are: names of programs, of what is typed, of the kernel's data.
NAMES = {"vmgui", "vmalloc", "pfn", "init_mm", "if", "Linux", "Python", "engine", "Ctrl", "plain"}
TAG = re.compile(r"<[^>]*>")
WORD = re.compile(r"(?<![\w<&/.{%-])[A-Za-z][a-z]+(?![\w.(={-]|:\d)")


def called(call: ast.Call) -> str:
    """The last name of what is called: QLabel, setText."""
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def calls(path: Path) -> Iterator[ast.Call]:
    """Every call in a file."""
    return (node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call))


def marked() -> set[str]:
    """Every text that is marked in the sources."""
    found = set()
    for path in sorted((ROOT / "vmgui").rglob("*.py")):
        for call in calls(path):
            first = call.args[0] if call.args and called(call) in MARKS else None
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                found.add(first.value)
    return found - {""}


def tables() -> set[str]:
    """What verbs and their parameters say of themselves, and what scenarios are called and say."""
    from vmgui.formats.document import load
    from vmgui.formats.scenarios import scenarios
    from vmgui.timeline.verb import Kind
    from vmgui.timeline.verbs import VERBS

    said = {kind.value for kind in Kind}
    parameters = [p for verb in VERBS.values() for p in verb.parameters]
    said |= {verb.help for verb in VERBS.values()} | {p.help for p in parameters}
    said |= {p.name.capitalize() for p in parameters if p.name != "id"}
    for each in scenarios():
        said.add(each.group)
        if each.has_thumbnail:  # the comments of the kernel's own test are no texts of the window
            said |= {each.title, each.says}
            said |= {text for mark in load(each.path).bookmarks for text in (mark.text, mark.note)}
    return said - {""}


def unmarked() -> list[str]:
    """Places where the window shows an English literal that nobody can translate."""
    found = []
    for path in sorted((ROOT / "vmgui" / "ui").rglob("*.py")):
        for call in calls(path):
            for literal in filter(None, map(literal_of, call.args)) if called(call) in SHOWS else ():
                if set(WORD.findall(TAG.sub("", literal))) - NAMES:
                    found.append(f"{path.relative_to(ROOT)}:{call.lineno}: {literal!r}")
    return found


def literal_of(node: ast.expr) -> str:
    """The letters of a string that is written where it is used, "…" for each value in it."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if isinstance(node, ast.IfExp):
        return f"{literal_of(node.body)} {literal_of(node.orelse)}".strip()
    if isinstance(node, ast.BinOp):
        return f"{literal_of(node.left)} {literal_of(node.right)}".strip()
    if isinstance(node, ast.JoinedStr):
        return "".join(str(v.value) if isinstance(v, ast.Constant) else "…" for v in node.values)
    return ""


def texts() -> list[str]:
    """Every text that the window can show, in order."""
    return sorted(marked() | tables())


def translations(path: Path = TS) -> dict[str, str]:
    """The finished translations of a .ts file, by source."""
    found = {}
    for message in ElementTree.parse(path).iter("message"):
        translation = message.find("translation")
        if translation is not None and translation.get("type") is None:
            found[message.findtext("source", "")] = translation.text or ""
    return found


def places(text: str) -> list[str]:
    """The places of a template that values stand in."""
    fields = [field for field in Formatter().parse(text) if field[1] is not None]
    return sorted(f"{name}!{how}:{form}" for _before, name, form, how in fields)


def wrong(known: dict[str, str]) -> list[str]:
    """What is missing, stale, or does not take the same values."""
    wanted = set(texts())
    found = [f"not translated: {text!r}" for text in sorted(wanted - {k for k, v in known.items() if v})]
    found += [f"no longer shown: {text!r}" for text in sorted(set(known) - wanted)]
    for text in sorted(wanted & set(known)):
        if has_places(text) and places(text) != places(known[text]):
            found.append(f"other values: {text!r}")
    return found


def has_places(text: str) -> bool:
    """Whether values are put into the text: {0} or {name}, and no other brace."""
    try:
        return bool(places(text))
    except ValueError:
        return False


def quoted(text: str) -> str:
    """A text as a C++ string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def tool(name: str) -> str:
    """A program of PySide6-Essentials."""
    return str(Path(sysconfig.get_path("scripts")) / name)


def update() -> None:
    """Merge what the sources hold into the .ts file, without what they hold no longer, and compile it."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "texts.cpp"
        lines = [f'QCoreApplication::translate("{CONTEXT}", {quoted(text)});' for text in texts()]
        source.write_text("void texts() {\n" + "\n".join(lines) + "\n}\n", "utf-8")
        run("pyside6-lupdate", str(source), "-ts", str(TS), "-no-obsolete", "-locations", "none",
            "-target-language", "zh_CN", "-disable-heuristic", "similartext")  # fmt: skip
        made = Path(folder) / "made.qm"
        run("pyside6-lrelease", str(TS), "-qm", str(made))
        # A window that runs has the old file mapped into its memory: it is replaced, never written into.
        beside = shutil.copy(made, TS.with_suffix(".tmp"))
        os.replace(beside, TS.with_suffix(".qm"))


def run(program: str, *arguments: str) -> None:
    """Run a program of Qt's; what it says is shown when it fails."""
    done = subprocess.run([tool(program), *arguments], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{program}: {done.stdout}{done.stderr}")


def main() -> int:
    """Update the translations and say what is not right yet."""
    parser = argparse.ArgumentParser(description="Keep the translations of the window up to date.")
    parser.add_argument("--list", action="store_true", help="only say what is not right")
    if not parser.parse_args().list:
        update()
    found = wrong(translations() if TS.exists() else {})
    print("\n".join(found) or f"{len(texts())} texts, all translated")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
