"""What a leaf allows and what memory it maps, in letters that mean the same on every architecture."""

from __future__ import annotations

from functools import lru_cache

from vmgui.engine.arch import arm64
from vmgui.engine.arch import x86_64 as x86
from vmgui.engine.arch.riscv64 import (
    _PAGE_EXEC,
    _PAGE_GLOBAL,
    _PAGE_IO_SVPBMT,
    _PAGE_MTMASK_SVPBMT,
    _PAGE_NOCACHE_SVPBMT,
    _PAGE_WRITE,
)

#: Memory type by the bits PAT, PCD, PWT, as Linux programs the table (arch/x86/mm/pat/memtype.c).
_X86_TYPES = ("", "WC", "UC−", "UC", "", "WP", "UC−", "WT")
#: By number in MAIR_EL1; ordinary memory has no name (arch/arm64/include/asm/memory.h).
_ARM64_TYPES = {
    arm64.MT_NORMAL_TAGGED: "Tagged", arm64.MT_NORMAL_NC: "NC",
    arm64.MT_DEVICE_nGnRnE: "nGnRnE", arm64.MT_DEVICE_nGnRE: "nGnRE",
}  # fmt: skip
_RISCV_TYPES = {_PAGE_NOCACHE_SVPBMT: "NC", _PAGE_IO_SVPBMT: "IO"}


@lru_cache(maxsize=1024)
def leaf_flags(arch: str, word: int, large: bool) -> str:
    """RO where writing is forbidden, X or NX, the memory type where it is not usual, G where global."""
    letters = {"x86_64": _x86, "arm64": _arm64, "riscv64": _riscv}[arch](word, large)
    return " ".join(letter for letter in letters if letter)


def _x86(word: int, large: bool) -> tuple[str, ...]:
    pat = bool(word & (x86._PAGE_PAT_LARGE if large else x86._PAGE_PAT))
    kind = pat << 2 | bool(word & x86._PAGE_PCD) << 1 | bool(word & x86._PAGE_PWT)
    return (
        "" if word & x86._PAGE_RW else "RO",
        "NX" if word & x86._PAGE_NX else "X",
        _X86_TYPES[kind],
        "G" if word & x86._PAGE_GLOBAL else "",
    )


def _arm64(word: int, _large: bool) -> tuple[str, ...]:
    return (
        "" if word & arm64.PTE_WRITE else "RO",
        "NX" if word & arm64.PTE_PXN else "X",
        _ARM64_TYPES.get((word & arm64.PTE_ATTRINDX_MASK) >> 2, ""),
        "" if word & arm64.PTE_NG else "G",
    )


def _riscv(word: int, _large: bool) -> tuple[str, ...]:
    return (
        "" if word & _PAGE_WRITE else "RO",
        "X" if word & _PAGE_EXEC else "NX",
        _RISCV_TYPES.get(word & _PAGE_MTMASK_SVPBMT, ""),
        "G" if word & _PAGE_GLOBAL else "",
    )
