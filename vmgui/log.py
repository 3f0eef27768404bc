"""The log: named loggers by topic, and a ring in memory that keeps the last messages.

Nothing is written to a file and nothing is sent; a report shows it when its user wants one.
"""

from __future__ import annotations

import logging
from collections import deque

#: Topics. Each is a logger below ROOT.
PROGRAM, RECOVERY, WINDOW, QT = "program", "recovery", "window", "qt"
ROOT = "vmgui"
#: How many messages are kept, and how many characters of each.
MESSAGES, LENGTH = 1000, 1000
FORMAT = "%(asctime)s %(levelname)-7s %(topic)-8s %(message)s"


def topic(name: str) -> logging.Logger:
    """The logger of a topic."""
    return logging.getLogger(f"{ROOT}.{name}")


class Ring(logging.Handler):
    """Keeps the last messages in memory, each cut to a length."""

    def __init__(self, messages: int = MESSAGES, length: int = LENGTH) -> None:
        super().__init__()
        self.length = length
        self._lines: deque[str] = deque(maxlen=messages)
        self.setFormatter(logging.Formatter(FORMAT, "%H:%M:%S"))

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a message."""
        record.topic = record.name.removeprefix(f"{ROOT}.")
        text = self.format(record)
        self._lines.append(text if len(text) <= self.length else text[: self.length - 1] + "…")

    @property
    def lines(self) -> list[str]:
        """The messages, the oldest first."""
        return list(self._lines)

    @property
    def text(self) -> str:
        """The messages, one below the other."""
        return "\n".join(self._lines)

    def clear(self) -> None:
        """Forget all messages."""
        self._lines.clear()


#: The ring of this process.
RING = Ring()


def install() -> None:
    """Keep what is logged from here on; nothing is printed."""
    root = logging.getLogger(ROOT)
    root.setLevel(logging.DEBUG)
    root.propagate = False
    if RING not in root.handlers:
        root.addHandler(RING)
