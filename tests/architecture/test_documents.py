"""The papers name what exists and leave nothing out."""

import importlib
import re
import tomllib
import xml.etree.ElementTree as ElementTree

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.architecture.tree import ROOT, name

DOCS = ROOT / "resources" / "docs"
PAPERS = [ROOT / "README.md", *sorted(DOCS.glob("*.md"))]
ROOMS = ["ui", "lessons", "formats", "projection", "timeline", "engine"]
_LINK = re.compile(r"\[[^\]]*\]\((?!https?:)([^)#]+)[^)]*\)")
_PATH = re.compile(r"`((?:vmgui|resources|tests|packaging|screenshots)/[\w./-]*)`")


def paper(stem: str) -> str:
    return (DOCS / f"{stem}.md").read_text("utf-8")


@pytest.mark.parametrize("path", PAPERS, ids=name)
def test_every_link_of_a_paper_leads_somewhere(path):
    links = _LINK.findall(path.read_text("utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []


@pytest.mark.parametrize("path", PAPERS, ids=name)
def test_every_file_a_paper_names_is_there(path):
    assert [each for each in _PATH.findall(path.read_text("utf-8")) if not (ROOT / each).exists()] == []


def test_the_libraries_with_reasons_are_those_the_project_depends_on():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    chapter = paper("architecture").partition("## Libraries")[2]
    reasons = re.findall(r"^\| ([\w-]+) \| (.+) \|$", chapter, re.MULTILINE)
    named = {canonicalize_name(library): why for library, why in reasons if library != "library"}
    assert set(named) == {canonicalize_name(Requirement(each).name) for each in project["dependencies"]}
    assert all(len(why) > 20 for why in named.values())


def test_every_tool_of_the_developers_is_named():
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    chapter = paper("architecture").partition("To build and check:")[2]
    assert [each for each in extras["build"] + extras["dev"] if Requirement(each).name not in chapter] == []


def test_the_drawing_shows_every_room_in_the_order_of_the_arrows():
    drawn = [text.text for text in ElementTree.parse(DOCS / "rooms.svg").iter() if text.text in ROOMS]
    assert drawn == ROOMS


def test_every_command_of_the_command_line_is_in_the_readme():
    commands = importlib.import_module("vmgui.cli").COMMANDS
    readme = (ROOT / "README.md").read_text("utf-8")
    assert [each for each in commands if each != "tour" and f"`vmgui {each}" not in readme] == []


@pytest.fixture
def fidelity(monkeypatch):
    """The script that reads the tables off the engine."""
    monkeypatch.syspath_prepend(str(ROOT / "packaging"))
    return importlib.import_module("fidelity")


def test_the_fidelity_tables_are_what_the_engine_says_today(fidelity):
    fresh = fidelity.written(paper("engine"))
    assert fresh == paper("engine"), "run: python packaging/fidelity.py"


def test_no_departure_of_the_engine_escapes_the_table(fidelity):
    for path in fidelity.sources():
        assert len(list(fidelity.departures(path))) == path.read_text("utf-8").count("Differs:"), path


def test_a_departure_is_read_from_docstrings_and_from_comments(fidelity, tmp_path, monkeypatch):
    monkeypatch.setattr(fidelity, "ENGINE", tmp_path)
    text = '''"""A file.

Differs: as a whole.
"""

x = 1  # Differs: beside a line,
#        and on the next

def f():
    """Do it.  Differs: in one
    way.  mm/vmalloc.c:g, v6.12.
    """
'''
    (tmp_path / "f.py").write_text(text)
    found = dict(reversed(each) for each in fidelity.departures(tmp_path / "f.py"))
    assert found == {
        "as a whole.": "f.py",
        "beside a line, and on the next": "f.py",
        "in one way.": "f.py: `f`",
    }
