"""Those who can give something up when memory is short (mm/shrinker.c, v6.12)."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum

from vmgui.engine.kernel import Kernel
from vmgui.engine.trace import kernel_function
from vmgui.engine.words import MASK64

#: What the functions of a shrinker return instead of a number of objects.
SHRINK_STOP, SHRINK_EMPTY = MASK64, MASK64 - 1


class Shrinker(IntEnum):
    """Every shrinker that can be registered; 0 is none."""

    VMAP_NODE = 1


#: The functions that count and that give up, by number, filled in where they are defined.
SHRINKERS: dict[int, tuple[Callable[[Kernel], int], Callable[[Kernel], int]]] = {}


@kernel_function
def shrinker_register(k: Kernel, number: int) -> None:
    """Have a shrinker asked from now on.  mm/shrinker.c:shrinker_register, v6.12."""
    free = next(i for i in range(4) if not k.shrinker_list[i])
    k.shrinker_list[free] = number


@kernel_function
def shrink_slab(k: Kernel, gfp: int, nid: int) -> int:
    """Ask everybody to give up something; returns how many objects went.

    mm/shrinker.c:shrink_slab, v6.12.  Differs: all is asked for at once, where the kernel asks for a
    larger share each time it finds no memory.
    """
    registered = (k.shrinker_list[i] for i in range(4))
    return sum(do_shrink_slab(k, number) for number in registered if number)


@kernel_function
def do_shrink_slab(k: Kernel, number: int) -> int:
    """Ask one shrinker for all that it has.  mm/shrinker.c:do_shrink_slab, v6.12."""
    count_objects, scan_objects = SHRINKERS[number]
    freeable = count_objects(k)
    if freeable in (0, SHRINK_EMPTY):
        return 0
    freed = scan_objects(k)
    return 0 if freed == SHRINK_STOP else freed
