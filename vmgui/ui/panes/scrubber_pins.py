"""What the user put on the timeline: bookmarks hang into the track, hits of breakpoints stand in it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TypeAlias

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPolygonF

from vmgui.projection.numbers import count
from vmgui.timeline.query import Numbers
from vmgui.ui.paint import Sheet
from vmgui.ui.selection import Place
from vmgui.ui.words import tr

#: Pins nearer to each other than this are drawn as one.
MERGE = 8.0
#: So many of those drawn as one are listed.
LISTED = 6
Shape: TypeAlias = list[tuple[float, float]]
FLAG: Shape = [(-3.5, 0), (3.5, 0), (3.5, 9), (0, 6), (-3.5, 9)]
SPIKE: Shape = [(-4.5, 0), (4.5, 0), (0, -7)]
NOWHERE: Numbers = np.zeros(0, np.int64)


@dataclass
class Pins:
    """Bookmarks by step with their words, and the steps that breakpoints stop at; `words` says which do."""

    bookmarks: Sequence[tuple[int, str]] = ()
    stops: Numbers = field(default_factory=lambda: NOWHERE)
    words: Callable[[int], str] = str

    def draw(
        self, sheet: Sheet, track: QRectF, first: float, last: float, x_of: Callable[[float], float]
    ) -> None:
        """Draw those between two steps."""
        near = (last - first) * MERGE / max(track.width(), 1)
        for steps, texts in self._marked(first, last, near):
            tip = "⚑ " + "\n⚑ ".join(texts)
            self._pin(sheet, FLAG, "accent_solid", x_of(steps[0]), track.top(), steps[0], tip)
        visible = self.stops[np.searchsorted(self.stops, first) : np.searchsorted(self.stops, last, "right")]
        bins, starts = np.unique((visible / max(near, 1e-9)).astype(np.int64), return_index=True)
        ends = [*starts[1:].tolist(), len(visible)]
        for begin, end in zip(starts.tolist(), ends, strict=True) if len(bins) else ():
            step = int(visible[begin])
            self._pin(
                sheet,
                SPIKE,
                "error",
                x_of(step),
                track.bottom(),
                step,
                partial(self._tip, visible[begin:end]),
            )

    def _marked(self, first: float, last: float, near: float) -> list[tuple[list[int], list[str]]]:
        groups: list[tuple[list[int], list[str]]] = []
        steps = [step for step, _text in self.bookmarks]
        for step, text in self.bookmarks[bisect_left(steps, first) : bisect_right(steps, last)]:
            if not groups or step - groups[-1][0][0] >= near:
                groups.append(([], []))
            groups[-1][0].append(step)
            groups[-1][1].append(f"{text} ({count(step)})")
        return groups

    def _tip(self, steps: Numbers) -> str:
        said = [f"▲ {self.words(step)} ({count(step)})" for step in steps[:LISTED].tolist()]
        more = len(steps) - len(said)
        return "\n".join([*said, tr("and {0} more").format(count(more))] if more else said)

    def _pin(
        self,
        sheet: Sheet,
        shape: Shape,
        token: str,
        x: float,
        y: float,
        step: int,
        tip: str | Callable[[], str],
    ) -> None:
        points = QPolygonF([QPointF(x + dx, y + dy) for dx, dy in shape])
        theme = sheet.theme
        sheet.painter.setPen(sheet.pen(theme.color("bg1"), 1.5))
        sheet.painter.setBrush(theme.color(token))
        sheet.painter.drawPolygon(points)
        sheet.hit(points.boundingRect().adjusted(-2, -1, 2, 1), Place(step=step), tip)
