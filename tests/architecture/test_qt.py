"""The binding to Qt: PySide6 6.12.0 lost references to None and crashed on Python 3.11."""

import importlib.metadata
import sys
import tomllib

from packaging.requirements import Requirement
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter

from tests.architecture.tree import ROOT


def requirement() -> Requirement:
    """What pyproject.toml asks of PySide6."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return next(
        found for found in map(Requirement, project["dependencies"]) if found.name == "PySide6-Essentials"
    )


def test_a_thousand_pens_leave_the_reference_count_of_none_alone():
    image = QImage(8, 8, QImage.Format.Format_ARGB32)
    with QPainter(image) as painter:
        before = sys.getrefcount(None)
        for _ in range(1000):
            painter.setPen(Qt.GlobalColor.red)
        assert abs(sys.getrefcount(None) - before) < 100


def test_the_versions_that_crash_are_shut_out():
    pin = requirement().specifier
    assert not pin.contains("6.12.0")
    assert pin.contains("6.11.3")


def test_the_installed_version_is_one_that_was_asked_for():
    assert requirement().specifier.contains(importlib.metadata.version("PySide6-Essentials"))
