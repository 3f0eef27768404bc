"""Breakpoints of the open program: kept in its document, found in what was recorded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import msgspec
import numpy as np
from PySide6.QtCore import QObject, Signal

from vmgui.formats.document import Breakpoint
from vmgui.projection import breakpoints
from vmgui.projection.breakpoints import EVENTS, BadBreakpoint, Event, Recorded
from vmgui.projection.text import short_name
from vmgui.timeline.query import Numbers
from vmgui.ui.words import tr

if TYPE_CHECKING:
    from vmgui.ui.desk import Desk


def event_words() -> dict[str, str]:
    """The events in words."""
    return {
        "refused": tr("A huge page is refused"),
        "huge": tr("A huge page is installed"),
        "table": tr("A page table is allocated"),
        "purge": tr("A purge begins"),
        "flush": tr("TLBs are flushed"),
        "guard": tr("A guard page is hit"),
        "error": tr("An operation fails"),
        "function": tr("A function is entered"),
        "write": tr("An address is written"),
        "line": tr("A line of the engine is run"),
    }


def text_of(held: Breakpoint) -> str:
    """A breakpoint in words."""
    words = event_words().get(held.event, held.event)
    return f"{words}: {held.what}" if held.what else words


@dataclass(frozen=True)
class Stop:
    """A breakpoint with the positions it stops at; `wrong` says why it never does."""

    held: Breakpoint
    steps: Numbers
    wrong: str = ""


NOWHERE: Numbers = np.zeros(0, np.int64)


class Stops(QObject):
    """All breakpoints. `changed` says that there are others, or that they stop elsewhere."""

    changed = Signal()

    def __init__(self, desk: Desk):
        super().__init__(desk)
        self.desk = desk
        self.all: tuple[Stop, ...] = ()
        self._steps = NOWHERE
        self._known: dict[tuple[str, str], tuple[Numbers, str]] = {}
        desk.workspace.replaced.connect(self.read)
        desk.workspace.changed.connect(self.read)
        desk.workspace.noted.connect(self._list)

    def read(self) -> None:
        """Search what was recorded: it is longer, shorter, or another."""
        self._known.clear()
        self._list()

    def _list(self) -> None:
        held = self.desk.workspace.document.breakpoints
        if not held and not self.all:
            return
        self.all = tuple(Stop(each, *self._find(each)) for each in held)
        on = [stop.steps for stop in self.all if stop.held.enabled]
        self._steps = np.unique(np.concatenate(on)) if on else NOWHERE
        self.changed.emit()

    def _find(self, held: Breakpoint) -> tuple[Numbers, str]:
        key = (held.event, held.what)
        if key not in self._known:
            self._known[key] = self._search(held)
        return self._known[key]

    def _search(self, held: Breakpoint) -> tuple[Numbers, str]:
        session, scene = self.desk.workspace.session, self.desk.scene
        if session is None or scene.kernel is None or scene.shape is None:
            return NOWHERE, ""
        if held.event not in EVENTS:
            return NOWHERE, tr("not known to this version")
        recorded = Recorded(session.columns, session.operations, scene.shape, scene.kernel)
        try:
            return breakpoints.steps_of(recorded, held.event, held.what), ""
        except BadBreakpoint as error:
            return NOWHERE, tr(str(error))

    # --- where -----------------------------------------------------------------------------------

    def after(self, at: int) -> int | None:
        """The first stop after a position."""
        i = int(np.searchsorted(self._steps, at, "right"))
        return int(self._steps[i]) if i < len(self._steps) else None

    def before(self, at: int) -> int | None:
        """The last stop before a position."""
        i = int(np.searchsorted(self._steps, at, "left")) - 1
        return int(self._steps[i]) if i >= 0 else None

    @property
    def steps(self) -> Numbers:
        """Every position that playing stops at, in order."""
        return self._steps

    def at(self, step: int) -> tuple[Stop, ...]:
        """The enabled breakpoints that stop at a position."""
        return tuple(s for s in self.all if s.held.enabled and _holds(s.steps, step))

    def lines(self, file: str) -> dict[int, bool]:
        """The lines of a file that have a breakpoint, and whether it is on."""
        name = short_name(file)
        held = [stop.held for stop in self.all if stop.held.event == "line" and not stop.wrong]
        places = ((each.what.rpartition(":"), each.enabled) for each in held)
        return {int(line): on for (place, _, line), on in places if place == name}

    # --- changing --------------------------------------------------------------------------------

    def add(self, event: str, what: str = "") -> None:
        """Stop at an event from now on; BadBreakpoint when `what` cannot be understood."""
        made = Breakpoint(event, breakpoints.check(cast(Event, event), what))
        held = self.desk.workspace.document.breakpoints
        if not any((each.event, each.what) == (made.event, made.what) for each in held):
            self.desk.workspace.annotate(breakpoints=(*held, made))

    def remove(self, number: int) -> None:
        """Take a breakpoint away."""
        held = list(self.desk.workspace.document.breakpoints)
        del held[number]
        self.desk.workspace.annotate(breakpoints=tuple(held))

    def enable(self, number: int, on: bool) -> None:
        """Turn a breakpoint on or off."""
        held = list(self.desk.workspace.document.breakpoints)
        if held[number].enabled != on:
            held[number] = msgspec.structs.replace(held[number], enabled=on)
            self.desk.workspace.annotate(breakpoints=tuple(held))

    def toggle_line(self, file: str, line: int) -> bool:
        """Put a breakpoint on a line, or take it away; whether there is one now."""
        what = f"{short_name(file)}:{line}"
        held = self.desk.workspace.document.breakpoints
        kept = tuple(each for each in held if (each.event, each.what) != ("line", what))
        if len(kept) == len(held):
            self.add("line", what)
            return True
        self.desk.workspace.annotate(breakpoints=kept)
        return False


def _holds(steps: Numbers, step: int) -> bool:
    i = int(np.searchsorted(steps, step))
    return i < len(steps) and int(steps[i]) == step
