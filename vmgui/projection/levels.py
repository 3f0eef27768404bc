"""Names shared by the projections: page-table levels, root first, and kinds of entry."""

from __future__ import annotations

from typing import Literal, get_args

Level = Literal["pgd", "p4d", "pud", "pmd", "pte"]
LEVELS: tuple[Level, ...] = get_args(Level)

EntryState = Literal["none", "table", "leaf", "special", "bad"]


def below(level: Level) -> Level | None:
    """The level an entry of `level` leads to; None below PTE."""
    i = LEVELS.index(level) + 1
    return LEVELS[i] if i < len(LEVELS) else None
