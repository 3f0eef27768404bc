"""What is said aloud, by a screen reader, without anything getting the focus."""

from __future__ import annotations

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget


def announce(widget: QWidget, text: str, at_once: bool = False) -> None:
    """Let a screen reader say a text for a widget: after what it is saying, or `at_once` instead of it."""
    if not text:
        return
    polite = QAccessible.AnnouncementPoliteness
    event = QAccessibleAnnouncementEvent(widget, text)
    event.setPoliteness(polite.Assertive if at_once else polite.Polite)
    QAccessible.updateAccessibility(event)


def spoken(tip: str) -> str:
    """The words of a tip as one sentence: its lines and dots become commas."""
    return ", ".join(part for part in tip.replace(" · ", "\n").split("\n") if part)
