"""Read the raw trace of a recording whose module logged nothing itself (`trace.txt.gz`): tracefs text.

The module's own lines say between which two the operations lie; the task that fenced the window runs them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from msgspec import Struct

from vmgui.formats.errors import FormatError
from vmgui.formats.records import AllocEvent, Event, FreeEvent, Hex, PurgeEvent

RUNNER = "cur"

#: Task and its number, CPU, flags, time, what it was, and the rest.
_LINE = re.compile(r"\s*(.+)-(\d+)\s+\[(\d{1,9})\]\s+\S+\s+[\d.]+:\s+(\w+):\s(.*)$")
_COUNT = re.compile(r"# entries-in-buffer/entries-written: (\d+)/(\d+)")
_PLACE = re.compile(r"vmprobe: (?:(state)|op (\d{1,9}) (begins|done)|(end))\s*$")
_ALLOC = re.compile(
    r"va_start: (\d{1,20}) size=(\d{1,20}) align=(\d{1,20}) "
    r"vstart=0x([0-9a-f]+) vend=0x([0-9a-f]+) failed=([01])\s*$"
)
_FREE = re.compile(r"va_start=0x([0-9a-f]+) nr_lazy=(\d{1,20}) nr_lazy_max=(\d{1,20})\s*$")
_PURGE = re.compile(r"start=0x([0-9a-f]+) end=0x([0-9a-f]+) num_purged=(\d{1,20})\s*$")


class Traced(Struct):
    """What a trace says happened: in operations, by number, and before each (``-1``: before the first)."""

    during: dict[int, list[Event]] = {}
    before: dict[int, list[Event]] = {}


class _Reader:
    """Goes through the lines; ``place`` is the list that events belong to just now."""

    def __init__(self, file: str, fence: int) -> None:
        self.file, self.fence = file, fence
        self.traced = Traced()
        self.place: list[Event] | None = None
        self.runner = ""

    def line(self, number: int, text: str) -> None:
        """Take one line."""
        if text.startswith("#") or not text.strip():
            lost = _COUNT.match(text)
            if lost and lost[1] != lost[2]:
                raise FormatError("the trace has lost events", file=self.file, line=number)
            return
        found = _LINE.match(text)
        if not found:
            raise FormatError("no line of a trace", file=self.file, line=number)
        task, pid, cpu, what, rest = found.groups()
        if what == "snap_fn":
            self._snapshot(number, rest)
        elif what in _EVENTS:
            pattern, make = _EVENTS[what]
            values = pattern.match(rest)
            if not values:
                raise FormatError(f"no such {what}: {rest!r}", file=self.file, line=number)
            self._event(make([*map(str, values.groups())], int(cpu), f"{task.strip()}/{pid}"))

    def _snapshot(self, number: int, text: str) -> None:
        found = _PLACE.match(text)
        if not found:
            raise FormatError(f"no such mark: {text!r}", file=self.file, line=number)
        state, i, edge, _ = found.groups()
        if edge == "begins":
            self.place = self.traced.during.setdefault(int(i), [])
        else:
            self.place = self.traced.before.setdefault(int(i) + 1 if i else 0 if state else -1, [])

    def _event(self, event: Event) -> None:
        if self.place is not None:
            if event.by == self.runner:
                event.by = RUNNER
            self.place.append(event)
        elif isinstance(event, AllocEvent) and event.vend == self.fence:
            self.runner = event.by  # it takes the page before the window before anything else


def read_trace(lines: Iterable[str], file: str, fence: int) -> Traced:
    """Read a trace; ``fence`` is the first address of the window.  FormatError names the line."""
    reader = _Reader(file, fence)
    for number, text in enumerate(lines, 1):
        reader.line(number, text)
    if not reader.runner:
        raise FormatError("the trace does not show who runs the script", file=file)
    return reader.traced


def _alloc(v: list[str], cpu: int, by: str) -> Event:
    addr, size, align, vstart, vend, failed = v
    return AllocEvent(addr=Hex(addr), size=int(size), align=int(align), vstart=Hex(vstart, 16),
                      vend=Hex(vend, 16), failed=int(failed), cpu=cpu, by=by)  # fmt: skip


def _free(v: list[str], cpu: int, by: str) -> Event:
    return FreeEvent(va=Hex(v[0], 16), lazy=int(v[1]), max=int(v[2]), cpu=cpu, by=by)


def _purge(v: list[str], cpu: int, by: str) -> Event:
    return PurgeEvent(start=Hex(v[0], 16), end=Hex(v[1], 16), n=int(v[2]), cpu=cpu, by=by)


_EVENTS: dict[str, tuple[re.Pattern[str], Callable[[list[str], int, str], Event]]] = {
    "alloc_vmap_area": (_ALLOC, _alloc),
    "free_vmap_area_noflush": (_FREE, _free),
    "purge_vmap_area_lazy": (_PURGE, _purge),
}
