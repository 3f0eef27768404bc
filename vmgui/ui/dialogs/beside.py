"""What the windows that stay beside the main one share: there is one of each, and Enter presses no button."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtWidgets import QPushButton, QWidget

W = TypeVar("W", bound=QWidget)


def button(text: str, do: Callable[[], object]) -> QPushButton:
    """A button that is pressed by name only, never by Enter elsewhere in the dialog."""
    made = QPushButton(text)
    made.setAutoDefault(False)
    made.clicked.connect(lambda _on=False: do())
    return made


def the_one(kind: type[W], window) -> W:
    """The window of a kind that the main window has; made where there is none."""
    return window.findChild(kind) or kind(window)


def to_front(shown: QWidget) -> None:
    """Show a window above the others, with the keyboard."""
    shown.show()
    shown.raise_()
    shown.activateWindow()
