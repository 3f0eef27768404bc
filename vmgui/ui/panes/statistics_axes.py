"""The axes of the plots of statistics: few ticks, at round numbers, in the type of the house."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg

from vmgui.projection.numbers import count, decimal, size
from vmgui.ui import theme as themes
from vmgui.ui.theme import px


class ValueAxis(pg.AxisItem):
    """Ticks at whole numbers, or at sizes in bytes."""

    def __init__(self, sizes: bool, whole: bool):
        super().__init__("left", maxTickLength=3)
        self._bytes = sizes
        self._whole = whole
        self.setStyle(tickFont=themes.widget_font(themes.AXIS, mono=True), autoExpandTextSpace=False)
        self.setWidth(px(58))
        self.enableAutoSIPrefix(False)

    def tickValues(self, first: float, end: float, length: float) -> list[tuple[float, list[float]]]:
        """At most four ticks; of bytes at powers of two."""
        least = max((end - first) / max(length / px(22), 1), 1 if self._whole else 0.0001)
        step = 2.0 ** np.ceil(np.log2(least)) if self._bytes else _round(least)
        at = np.arange(np.ceil(first / step), np.floor(end / step) + 1) * step
        return [(step, at.tolist())]

    def tickStrings(self, values: list[float], _scale: float, spacing: float) -> list[str]:
        """Sizes, or numbers."""
        if self._bytes:
            return [size(int(value)) if value >= 0 else "" for value in values]
        places = max(-int(np.floor(np.log10(spacing))), 0)
        return [count(int(v)) if spacing >= 1 else decimal(v, places) for v in values]


class StepAxis(pg.AxisItem):
    """Ticks at round numbers of steps."""

    def __init__(self) -> None:
        super().__init__("bottom", maxTickLength=3)
        self.setStyle(tickFont=themes.widget_font(themes.AXIS, mono=True), autoExpandTextSpace=False)
        self.setHeight(px(18))
        self.enableAutoSIPrefix(False)

    def tickValues(self, first: float, end: float, length: float) -> list[tuple[float, list[float]]]:
        """Ticks far enough from each other for their numbers."""
        step = _round(max((end - first) / max(length / px(60), 1), 1))
        return [(step, (np.arange(np.ceil(first / step), np.floor(end / step) + 1) * step).tolist())]

    def tickStrings(self, values: list[float], _scale: float, _spacing: float) -> list[str]:
        """Steps."""
        return [count(int(value)) for value in values]


def _round(least: float) -> float:
    """1, 2 or 5 times a power of ten, and no less than this."""
    power = 10.0 ** np.floor(np.log10(least))
    return float(next(n * power for n in (1, 2, 5, 10) if n * power >= least * 0.999))
