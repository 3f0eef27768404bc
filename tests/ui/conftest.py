"""A window with a small program in it, and nothing of the user's."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from vmgui.engine.machine import M, Machine  # noqa: E402
from vmgui.formats.document import Document  # noqa: E402
from vmgui.ui.app import application  # noqa: E402
from vmgui.ui.desk import Desk  # noqa: E402
from vmgui.ui.main_window import MainWindow  # noqa: E402
from vmgui.ui.theme import MONO, SANS, load_fonts  # noqa: E402

SMALL = Machine(ram=64 * M, possible_cpus=1, online_cpus=1)
PROGRAM = ("a = vmalloc 16K", "f = ioremap 0x100101000 4M", "vfree a")


@pytest.fixture(scope="session")
def qapp():
    """The application as the user starts it: style, names; of fonts it knows the bundled ones alone."""
    app = application(["vmgui"])
    bundled = load_fonts()
    for families in (SANS, MONO):
        families[:] = [family for family in families if family in bundled]
    return app


@pytest.fixture
def window(qapp, qtbot) -> Iterator[MainWindow]:
    """A window with its panes and nothing open yet."""
    window = MainWindow()
    desk = window.furnish()
    with qtbot.waitExposed(window):
        window.show()
    yield window
    desk.workspace.dirty = False
    window.close()
    window.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def desk(window) -> Desk:
    """Its panes, with a program of three operations, at the first step."""
    desk = window.desk
    assert desk is not None
    desk.workspace.show(Document(SMALL, PROGRAM, "Three"), None)
    return desk
