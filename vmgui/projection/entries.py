"""Page-table entries as a reader sees them: what one is, where it leads, which flags it carries."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from vmgui.engine.arch import x86_64 as arch
from vmgui.projection.levels import EntryState, Level

#: Bytes that one entry of a level covers.
COVERS: dict[Level, int] = {"pgd": 1 << 39, "p4d": 1 << 39, "pud": 1 << 30, "pmd": 1 << 21, "pte": 1 << 12}
BADGES: dict[Level, str] = {"pgd": "256T", "p4d": "512G", "pud": "1G", "pmd": "2M", "pte": "4K"}
ENTRIES = 512

#: Memory type by the bits PAT, PCD, PWT, as Linux programs the table (arch/x86/mm/pat/memtype.c).
_TYPES = ("", "WC", "UC−", "UC", "", "WP", "UC−", "WT")

#: Bits the processor sets by itself: two entries that differ only in them are alike.
BY_HARDWARE = arch._PAGE_ACCESSED | arch._PAGE_DIRTY


def covers(level: Level, levels: int) -> int:
    """Bytes that one entry of `level` covers on a machine with that many levels."""
    return 1 << 48 if level == "pgd" and levels == 5 else COVERS[level]


def words(source: Any, table: int) -> NDArray[np.uint64]:
    """The 512 words of the table at physical address `table`, without copying them."""
    return np.frombuffer(source.view, np.uint64, ENTRIES, table)


def state(word: int, level: Level) -> EntryState:
    """What an entry is."""
    if not word & arch._PAGE_PRESENT:
        return "none" if not word else "bad"
    if level == "pte" or (level in ("pmd", "pud") and word & arch._PAGE_PSE):
        return "special" if word & arch._PAGE_SPECIAL else "leaf"
    return "table"


def pfn(word: int, level: Level) -> int:
    """The frame an entry leads to: a table, or the first frame of a leaf."""
    base = word & arch.PTE_PFN_MASK
    if level != "pte" and word & arch._PAGE_PSE:
        base &= ~arch._PAGE_PAT_LARGE
    return base >> arch.PAGE_SHIFT


def flags(word: int, level: Level) -> str:
    """The flags of a present entry in letters: RW NX G and the memory type, where it is not write-back."""
    what = state(word, level)
    if what in ("none", "bad"):
        return ""
    writable = "RW" if word & arch._PAGE_RW else "RO"
    if what == "table":
        return writable
    large = level != "pte"
    pat = bool(word & (arch._PAGE_PAT_LARGE if large else arch._PAGE_PAT))
    kind = _TYPES[pat << 2 | bool(word & arch._PAGE_PCD) << 1 | bool(word & arch._PAGE_PWT)]
    letters = [
        "" if writable == "RW" else "RO",
        "NX" if word & arch._PAGE_NX else "X",
        kind,
        "G" if word & arch._PAGE_GLOBAL else "",
    ]
    return " ".join(letter for letter in letters if letter)
