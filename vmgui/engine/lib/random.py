"""Random numbers (drivers/char/random.c, v6.12).

Differs: a xorshift generator that starts from a seed, so that a program does the same whenever it is run
again; the kernel's numbers come from noise and can never be had twice.
"""

from __future__ import annotations

from vmgui.engine.kernel import Kernel
from vmgui.engine.words import MASK64


def xorshift64(state: int) -> int:
    """Return the next of a row of pseudo random 64-bit numbers; never 0 for a state that is not 0."""
    state ^= state << 13 & MASK64
    state ^= state >> 7
    return state ^ (state << 17 & MASK64)


def seed_random(k: Kernel, seed: int) -> None:
    """Begin the row of numbers that belongs to ``seed``; 0 is the seed 1, as a row of zeros is no row."""
    k.random_state = seed or 1


def get_random_u32(k: Kernel) -> int:
    """Return the next number, 0 to 2**32 - 1: the upper half of the state, which is mixed best."""
    k.random_state = xorshift64(k.random_state or 1)
    return k.random_state >> 32


def get_random_u8(k: Kernel) -> int:
    """Return the next number, 0 to 255."""
    return get_random_u32(k) & 0xFF


def get_random_u32_below(k: Kernel, ceil: int) -> int:
    """Return the next number, 0 to ``ceil`` - 1."""
    return get_random_u32(k) * ceil >> 32


def get_random_u32_inclusive(k: Kernel, floor: int, ceil: int) -> int:
    """Return the next number, ``floor`` to ``ceil``, both included.  include/linux/random.h, v6.12."""
    return floor + get_random_u32_below(k, ceil - floor + 1)
