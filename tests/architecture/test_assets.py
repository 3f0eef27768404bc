"""Resources are found in a checkout and shipped in the wheel."""

import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
import zipfile

import pytest

from tests.architecture.tree import ROOT, python_files, tracked
from vmgui import assets


def test_every_resource_the_source_names_is_there():
    named = {
        found
        for path in python_files("vmgui")
        for found in re.findall(r'assets\.path\("([^"{]+)"\)', path.read_text("utf-8"))
    }
    assert named
    assert all(assets.path(each).exists() for each in named)


def test_every_drawing_is_well_formed():
    drawings = [path for path in tracked() if path.suffix == ".svg"]
    assert {ElementTree.parse(path).getroot().tag for path in drawings} == {"{http://www.w3.org/2000/svg}svg"}


def test_every_font_is_one_and_has_its_licence_beside_it():
    fonts = [path for path in tracked() if path.suffix in (".ttf", ".otf")]
    assert {path.read_bytes()[:4] for path in fonts} <= {b"\0\1\0\0", b"OTTO"}
    assert all(list(path.parent.glob("*OFL*")) and list(path.parent.glob("*LICENSE*")) for path in fonts)


def test_a_resource_that_is_missing_is_named():
    with pytest.raises(FileNotFoundError, match="icons/nothing.svg"):
        assets.path("icons/nothing.svg")


def test_the_wheel_holds_every_resource_and_the_engine_as_source(tmp_path):
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert built.returncode == 0, built.stderr
    names = set(zipfile.ZipFile(next(tmp_path.glob("*.whl"))).namelist())
    ours = [path.relative_to(ROOT).as_posix() for path in tracked()]
    resources = {f"vmgui/{path}" for path in ours if path.startswith("resources/")}
    sources = {path for path in ours if path.startswith("vmgui/")}
    assert (resources | sources) - names == set()
