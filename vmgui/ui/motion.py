"""Motions of the stage: how long each takes, and a clock that runs while one is shown and never else."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEasingCurve, QObject, QVariantAnimation, Signal
from PySide6.QtWidgets import QApplication, QStyle

from vmgui.projection.stage_change import Change

#: Milliseconds of each motion.
ARROW, OUTLINE, BADGE = 220, 120, 160
REFUSED, CROSS = 260, 120
FILL, CLEAR, PAN = 300, 200, 250

#: A motion by name: when it begins and when it ends, in milliseconds.
Plan = Mapping[str, tuple[int, int]]


def plan(change: Change, pans: bool = False) -> Plan:
    """When each part of a change is shown: "arrow", "outline", "badge", "leaf", "chip", "run", "pan"."""
    parts: dict[str, tuple[int, int]] = {}
    if pans:
        parts["pan"] = (0, PAN)
    start = 0
    if change.made:
        parts["arrow"] = (0, ARROW)
        parts["outline"] = (ARROW, ARROW + OUTLINE)
        parts["badge"] = (ARROW + OUTLINE, ARROW + OUTLINE + BADGE)
        start = ARROW + OUTLINE
    if change.leaf is not None:
        grows = REFUSED if change.leaf == "refused" else ARROW
        parts["leaf"] = (start, start + grows)
        parts["chip"] = (start + grows, start + grows + CROSS)
    if change.run is not None:
        parts["run"] = (start, start + (FILL if change.run.written else CLEAR))
    return parts


def reduced_by_system(style: QStyle | None = None) -> bool:
    """Whether the system asks for less motion, as far as Qt tells."""
    style = style or QApplication.style()
    return not style.styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration)


class Motion(QObject):
    """Runs a plan. `ticked` says that something has moved on; nothing ticks when nothing is shown.

    The clock is Qt's own; a test brings one that only it moves.
    """

    ticked = Signal()

    def __init__(self, parent: QObject | None = None, clock: QVariantAnimation | None = None):
        super().__init__(parent)
        self.reduced = False
        self._plan: Plan = {}
        self._ease = QEasingCurve(QEasingCurve.Type.OutCubic)
        self._clock = clock if clock is not None else QVariantAnimation(self)
        self._clock.valueChanged.connect(self._tick)

    @property
    def running(self) -> bool:
        """Whether something is on its way."""
        return bool(self._plan)

    def run(self, plan: Plan) -> None:
        """Show a plan from its beginning, in place of whatever is shown."""
        self._clock.stop()
        self._plan = {}  # setting the clock makes it tick
        if plan and not self.reduced and not reduced_by_system():
            end = max(last for _first, last in plan.values())
            self._clock.setCurrentTime(0)
            self._clock.setDuration(end)
            self._clock.setStartValue(0.0)
            self._clock.setEndValue(float(end))
            self._plan = plan
            self._clock.start()
        self.ticked.emit()

    def finish(self) -> None:
        """Show the end at once."""
        self._clock.stop()
        if self._plan:
            self._plan = {}
            self.ticked.emit()

    def done(self, name: str) -> float:
        """How far a motion is, from 0 to 1, slower towards its end; 1 for what is not shown."""
        if name not in self._plan:
            return 1.0
        first, last = self._plan[name]
        part = (self._clock.currentTime() - first) / (last - first)
        return self._ease.valueForProgress(max(0.0, min(part, 1.0)))

    def _tick(self) -> None:
        if self._clock.currentTime() >= self._clock.duration():
            self.finish()
        elif self._plan:
            self.ticked.emit()
