"""What is different between two stages and can be shown as a motion from one to the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from vmgui.projection.levels import Level
from vmgui.projection.slots import Slots
from vmgui.projection.stage import Column, LeafState, Stage


@dataclass(frozen=True, slots=True)
class Run:
    """Entries first to last (exclusive) of a table that were written or cleared."""

    level: Level
    first: int
    last: int
    written: bool


@dataclass(frozen=True, slots=True)
class Change:
    """`made`: levels whose table has come; `leaf`: what became of the leaf; `run`: entries that changed."""

    made: tuple[Level, ...] = ()
    leaf: LeafState | None = None
    run: Run | None = None

    def __bool__(self) -> bool:
        """Whether there is anything to show."""
        return bool(self.made or self.leaf or self.run)


def change(before: Stage, after: Stage) -> Change:
    """What the step from one stage to another changed."""
    made = tuple(
        column.level
        for column in after.columns
        if column.new and column.table is not None and not _has(before, column)
    )
    known, leaf = before.leaf, after.leaf
    again = known is not None and leaf is not None and (
        (known.state, known.level, known.phys) == (leaf.state, leaf.level, leaf.phys)
    )  # fmt: skip
    decided = None if leaf is None or again or leaf.level == "pte" else leaf.state
    return Change(made, decided, _run(before, after, made, decided))


def only_reason(before: Stage | None, after: Stage | None) -> bool:
    """Whether two stages are the same but for why a leaf was refused: that is known a little later."""
    if before is None or after is None or before.leaf is None or after.leaf is None:
        return False
    if (before.address, before.columns) != (after.address, after.columns):
        return False
    leaf = replace(after.leaf, refusal=before.leaf.refusal)
    return replace(after, leaf=leaf, ringed_bits=before.ringed_bits) == before


def between(before: Stage, after: Stage, run: Run, done: float) -> Stage:
    """The stage on the way, when a part of the entries of a run has changed; `done` goes from 0 to 1."""
    old, new = before.column(run.level), after.column(run.level)
    if old is None or new is None or done >= 1:
        return after
    cut = run.first + round((run.last - run.first) * done)
    if not isinstance(old.slots, Slots) or not isinstance(new.slots, Slots):
        return after
    slots = new.slots.spliced(old.slots, cut, run.last)
    column = replace(new, slots=slots, count=slots.used, runs=slots.runs)
    return replace(after, columns=tuple(column if c.level == run.level else c for c in after.columns))


def words(column: Column) -> Sequence[int]:
    """The entries of a column as they are stored."""
    slots = column.slots
    return slots.words if isinstance(slots, Slots) else tuple(slot.word for slot in slots)


def _has(stage: Stage, column: Column) -> bool:
    known = stage.column(column.level)
    return known is not None and known.table == column.table


def _run(before: Stage, after: Stage, made: tuple[Level, ...], leaf: LeafState | None) -> Run | None:
    for column in reversed(after.columns):
        known = before.column(column.level)
        if column.table is None or known is None or known.table != column.table or known.base != column.base:
            continue
        was, now = words(known), words(column)
        if was == now:
            continue
        changed = [i for i, (a, b) in enumerate(zip(was, now, strict=False)) if bool(a) != bool(b)]
        leaf_here = leaf is not None and after.leaf is not None and after.leaf.level == column.level
        if not changed or leaf_here or (made and len(changed) == 1):
            return None  # an arrow tells it
        return Run(column.level, changed[0], changed[-1] + 1, bool(now[changed[0]]))
    return None
