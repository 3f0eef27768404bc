"""What the painted panes show at a step, read together: they need the same names, areas and calls."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from vmgui.engine.kernel import Kernel
from vmgui.projection.address_map import AddressMap
from vmgui.projection.areas import AreaReader
from vmgui.projection.entries import Geometry
from vmgui.projection.frame_kinds import FrameReader
from vmgui.projection.frames import Frames
from vmgui.projection.marks import MarksReader
from vmgui.projection.pieces import Ints, Written, written_pages, written_words
from vmgui.projection.scope import Names, Scope, scope
from vmgui.projection.stage import Stage
from vmgui.projection.timeline_marks import TimelineMarks
from vmgui.projection.walk import Walker
from vmgui.timeline.cursor import Cursor
from vmgui.timeline.session import Session

#: To find the frames of a range, so many tables or upper entries are looked at.
MOST_ENTRIES = 64


@dataclass(frozen=True, slots=True)
class Views:
    """One step. `stage` is None while there is no operation at all."""

    stage: Stage | None
    map: AddressMap
    frames: Frames
    scope: Scope


def _at_stake(stage: Stage) -> Iterator[int]:
    """Frames that a huge page is tried for: the first it would map, and the table in its way."""
    leaf = stage.leaf
    if leaf is None or leaf.state == "installed" or stage.looking:
        return
    yield leaf.phys >> stage.page_shift
    levels = [column.level for column in stage.columns]
    below = stage.columns[levels.index(leaf.level) + 1 :] if leaf.level in levels else ()
    yield from (column.table for column in below if column.table is not None)


class ViewReader:
    """Reads Views off a replica that somebody else moves.

    `k` is a kernel bound to the replica `cursor`. Call `changed` when operations were added or taken back.
    What a step did not write is not read again: `written` are the pieces of memory written between the last
    two looks.
    """

    def __init__(self, session: Session, cursor: Cursor, k: Kernel) -> None:
        self.k, self.cursor, self.columns, self.operations = k, cursor, session.columns, session.operations
        self.shape = Geometry(k)
        self._areas = AreaReader(k, cursor, session.columns, self.shape)
        self._frames = FrameReader(k, cursor, session.base, self.shape)
        self._walker = Walker(k, cursor, session.columns, self.shape)
        self._marks = MarksReader(session.columns, session.operations, self.shape)
        self._at = 0
        self._written = Written(session.columns.rows, len(cursor.view))
        self.written: Ints = np.zeros(0, np.int64)
        self._latest: Views | None = None
        self.changed()

    def changed(self, since: int | None = None) -> None:
        """Read the operations again; nothing is believed that was read beyond the row ``since``.

        Without it the rows are those they were, as far as there are any.
        """
        self._names = Names(self.operations, self.shape.page_shift)
        self._areas.loose.changed()
        self.timeline: TimelineMarks = self._marks.read()
        same = min(len(self.columns), len(self.columns) if since is None else since)
        self._written.forget(same)
        if self._at > same:
            self._at = self.cursor.at
            self._areas.forget(None)
            self._frames.start_over(written_pages(self.columns.rows, 0, self._at))

    def read(self, failed: bool = False) -> Views:
        """Everything at the row the replica stands at; `failed` says that its last call has failed."""
        at = self.cursor.at
        flags = self._written.flags(self._at, at)
        self.written = flags.nonzero()[0]
        self._areas.forget(flags, written_words(self.columns.rows, self._at, at))
        self._frames.forget(flags)
        self._at = at
        now = scope(self.columns, self.operations, at)
        areas = self._areas.lists.read()
        shown = self._areas.read(now, self._names)
        stage = self._walker.stage(now, shown, failed) if self.operations else None
        if stage is not None and 0 <= shown.page(stage.address) < shown.pages:
            shown = replace(shown, here=shown.page(stage.address))
        leaf, at_stake = (stage.leaf, _at_stake(stage)) if stage is not None else (None, ())
        frames = self._frames.read(areas, shown, self.columns, at, leaf, at_stake)
        self._latest = Views(stage, shown, frames, now)
        return self._latest

    def frames_of(self, start: int, end: int) -> frozenset[int]:
        """The frames that [start, end) is mapped to at this row; of a long range those of its beginning."""
        found: set[int] = set()
        shape, at, entries = self.shape, start, 0
        while at < end and entries < MOST_ENTRIES:
            level, table = shape.levels[0], self.k.init_mm_pgd
            index = at // shape.covers(level) % shape.entries[level]
            words = shape.words(self.cursor, table, level)
            while level != "pte" and shape.state(int(words[index]), level) == "table":
                table, level = shape.table(int(words[index])), shape.below(level)
                index = at // shape.covers(level) % shape.entries[level]
                words = shape.words(self.cursor, table, level)
            size, last = shape.covers(level), shape.entries[level]
            n = min(-(-(end - at) // size), last - index) if level == "pte" else 1
            pages = max(size >> shape.page_shift, 1)
            for word in words[index : index + n].tolist():
                if shape.state(word, level) in ("leaf", "special"):
                    first = shape.pfn(word, level)
                    found.update(range(first, first + pages, max(pages // 64, 1)))
            entries += 1
            at = (at // size + n) * size
        return frozenset(found)

    def look_at(self, address: int) -> Stage:
        """The walk of any address at this row."""
        views = self._latest or self.read()
        return self._walker.stage(views.scope, views.map, look=address)
