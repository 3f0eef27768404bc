"""Lines of a text as they were drawn: to draw a line anew takes twenty times as long."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from math import ceil

from PySide6.QtGui import QPainter, QPixmap

from vmgui.ui.paint import Sheet
from vmgui.ui.theme import DARK, Theme

#: How many bytes of pictures are kept; where there are more, all are forgotten.
MOST = 16 << 20


class LinePictures:
    """Pictures by what they show, as long as lines of `high` look the same: theme, size, density."""

    def __init__(self, high: int, most: int = MOST):
        self._high, self._most = high, most
        self._theme: Theme = DARK
        self._looks: tuple[str, float, float] = ("", 1, 0)
        self._held: dict[Hashable, QPixmap] = {}
        self._bytes = 0

    def look(self, theme: Theme, ratio: float, room: float) -> None:
        """Lines are drawn like this from here on, `ratio` pixels of the device to one of the design."""
        looks = (theme.name, ratio, room)
        if looks != self._looks:
            self._theme, self._looks = theme, looks
            self._forget()

    @property
    def sharp(self) -> bool:
        """Whether lines begin at whole pixels of the device, where a picture is the same as what it shows."""
        return self._looks[1].is_integer() or self._high % 2 == 0 and (2 * self._looks[1]).is_integer()

    def get(self, key: Hashable) -> QPixmap | None:
        """The picture of a line, if there is one."""
        return self._held.get(key)

    def keep(self, key: Hashable, wide: float, draw: Callable[[Sheet], None]) -> QPixmap:
        """Draw a line into so much room, and keep the picture."""
        picture = self._picture(wide, draw)
        self._bytes += 4 * picture.width() * picture.height()
        if self._bytes > self._most:
            self._forget()
        self._held[key] = picture
        return picture

    def _forget(self) -> None:
        self._held.clear()
        self._bytes = 0

    def _picture(self, wide: float, draw: Callable[[Sheet], None]) -> QPixmap:
        ratio = self._looks[1]
        picture = QPixmap(ceil(wide * ratio), round(self._high * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(self._theme.color("bg1"))
        painter = QPainter(picture)
        try:
            draw(Sheet(painter, self._theme))
        finally:
            painter.end()
        return picture
