"""Rounding and bit counting on unsigned 64-bit numbers (include/linux/align.h, bitops.h, log2.h, v6.12)."""

from __future__ import annotations

from vmgui.engine.words import MASK64


def ALIGN(x: int, a: int) -> int:
    """Round ``x`` up to a multiple of ``a``, a power of two; past the last address it wraps to 0."""
    return (x + a - 1) & ~(a - 1) & MASK64


def ALIGN_DOWN(x: int, a: int) -> int:
    """Round ``x`` down to a multiple of ``a``, a power of two."""
    return x & ~(a - 1)


def IS_ALIGNED(x: int, a: int) -> bool:
    """Tell whether ``x`` is a multiple of ``a``, a power of two."""
    return x & (a - 1) == 0


def is_power_of_2(n: int) -> bool:
    """Tell whether exactly one bit of ``n`` is set; 0 is no power of two."""
    return n != 0 and n & (n - 1) == 0


def fls(n: int) -> int:
    """Return the number of the highest bit that is set, counted from 1; 0 for 0."""
    return n.bit_length()
