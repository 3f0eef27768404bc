"""The blocks of the address map as columns: a `Block` is made only of one that somebody looks at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import overload

import numpy as np

from vmgui.projection.address_map import Block, BlockKind
from vmgui.projection.area_lists import Areas
from vmgui.projection.block_use import BlockUse
from vmgui.projection.entries import Geometry
from vmgui.projection.guards import Guards
from vmgui.projection.leaves import Leaves
from vmgui.projection.levels import LEVELS
from vmgui.projection.pieces import Flags, Ints
from vmgui.projection.scope import Made, Names

KINDS: tuple[BlockKind, ...] = ("mapped", "pending", "lazy", "vmap-block", "image")
MAPPED, PENDING, LAZY, VMAP_BLOCK, IMAGE = range(len(KINDS))


class Blocks(Sequence[Block]):
    """The areas of a map with their leaves, names and uses; `made` has -1 for what has no name.

    `known` are those that were looked at.
    """

    __hash__ = None  # type: ignore[assignment]

    def __init__(
        self, shape: Geometry, areas: Areas, leaves: Leaves, made: Ints, names: Names,
        uses: Mapping[int, BlockUse],
    ) -> None:  # fmt: skip
        self.areas, self.leaves, self.made, self.names, self._shape = areas, leaves, made, names, shape
        table, low, shift = areas.table, shape.k.VMALLOC_START, shape.page_shift
        self.first: Ints = (areas.starts - low >> shift).astype(np.int64)
        self.end: Ints = (areas.ends - low >> shift).astype(np.int64)
        self.level: Ints = leaves.level
        self.uses: dict[int, BlockUse] = {}
        kind = np.where(leaves.mapped > 0, MAPPED, PENDING)
        kind[table["lazy"]], kind[table["image"]] = LAZY, IMAGE
        if uses:
            used = table["block"].nonzero()[0].tolist()
            starts = table["start"][used].tolist()
            self.uses = {i: uses[at] for i, at in zip(used, starts, strict=True) if at in uses}
            kind[list(self.uses)], made[list(self.uses)] = VMAP_BLOCK, -1
        self.kind: Ints = kind
        self.known: dict[int, Block] = {}

    def resembling(self, other: Blocks | None) -> Blocks:
        """The other blocks if these are the same; else these, which share with them what is the same."""
        changed = self._differing(other) if other is not None else None
        if other is None or changed is None:
            return self
        if not changed.any():
            return other
        self.known = {i: block for i, block in other.known.items() if not changed[i]}
        return self

    def _differing(self, other: Blocks) -> Flags | None:
        """Which blocks are others; None if the areas are."""
        if self.names is not other.names or self.areas is not other.areas and self.areas != other.areas:
            return None
        columns = [(self.kind, other.kind), (self.made, other.made)]
        changed = np.zeros(len(self), np.bool_)
        for mine, theirs in (*columns, *zip(self.leaves, other.leaves, strict=True)):
            changed |= mine != theirs
        for i in {*self.uses, *other.uses}:
            changed[i] |= self.uses.get(i) != other.uses.get(i)
        return changed

    def guards(self) -> Guards:
        """The guard pages behind areas."""
        guard = self.areas.table["guard"].astype(np.uint64)
        found = Guards(self.areas.ends - (guard << self._shape.page_shift), self.made, self.names)
        there = guard > 0
        return found if there.all() else found.chosen(there)

    def name_at(self, i: int) -> Made | None:
        """What the program calls a block."""
        return self.names.all[int(self.made[i])] if self.made[i] >= 0 else None

    def __len__(self) -> int:
        return len(self.areas)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Blocks) and other.names is self.names:
            changed = self._differing(other)
            return changed is not None and not changed.any()
        return isinstance(other, Sequence) and len(self) == len(other) and tuple(self) == tuple(other)

    @overload
    def __getitem__(self, index: int) -> Block: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Block, ...]: ...
    def __getitem__(self, index: int | slice) -> Block | tuple[Block, ...]:
        """One block, or a stretch of them."""
        if isinstance(index, slice):
            return tuple(self[i] for i in range(*index.indices(len(self))))
        i = index + len(self) if index < 0 else index
        if i not in self.known:
            self.known[i] = self._block(i)
        return self.known[i]

    def _block(self, i: int) -> Block:
        area, made, use = self.areas[i], self.name_at(i), self.uses.get(i)
        level = LEVELS[int(self.level[i])] if self.level[i] >= 0 else None
        return Block(
            area.start, int(self.first[i]), int(self.end[i]), area.guard, KINDS[int(self.kind[i])],
            made.name if made else "", made.verb if made else "vm_map_ram" if use else area.caller,
            level, int(self.leaves.number[i]), int(self.leaves.mapped[i]), area.io, phys=area.phys,
            leaf_size=self._shape.covers(level) if level is not None else 0, used=use.used if use else 0,
            total=use.total if use else 0, dirty=use.dirty if use else 0, use=area.use,
        )  # fmt: skip
