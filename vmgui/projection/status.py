"""The status bar: what the kernel counts at a step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from vmgui.projection.numbers import count

if TYPE_CHECKING:
    from vmgui.engine.kernel import Kernel
    from vmgui.projection.address_map import AddressMap

Tone = Literal["", "good", "bad"]


@dataclass(frozen=True, slots=True)
class Counters:
    """`lazy` of at most `lazy_max` pages wait for a purge; `areas` are in use, `freed` wait lazily.

    `broken` are invariants that do not hold, None while nobody has looked. `dead`: the kernel has stopped.
    """

    lazy: int
    lazy_max: int
    areas: int
    freed: int
    free_pages: int
    broken: tuple[str, ...] | None = None
    dead: bool = False


def counters(k: Kernel, shown: AddressMap, broken: tuple[str, ...] | None) -> Counters:
    """Read the counters of a kernel that is bound to a replica."""
    from vmgui.engine.mm.lazy_free import lazy_max_pages

    lazy = shown.lazy
    return Counters(
        k.vmap_lazy_nr,
        lazy_max_pages(k),
        len(shown.blocks) - lazy,
        lazy,
        k.nr_free_pages,
        broken,
        bool(k.dead),
    )


def summary(c: Counters) -> list[tuple[str, Tone]]:
    """The counters as short texts with a tone."""
    if c.dead:
        first: tuple[str, Tone] = ("! the kernel has stopped: step back, undo or reboot", "bad")
    elif c.broken:
        first = (f"! {len(c.broken)} invariants broken: {c.broken[0]}", "bad")
    elif c.broken is None:
        first = ("… invariants", "")
    else:
        first = ("✓ Invariants hold", "good")
    freed = f" + {c.freed} lazily freed" if c.freed else ""
    flush = f"TLB: flush of {count(c.lazy)} pages pending" if c.lazy else "TLB: no flush pending"
    return [
        first,
        (f"lazy {count(c.lazy)} / {count(c.lazy_max)} pages", ""),
        (f"{c.areas} area{'s' * (c.areas != 1)}{freed}", ""),
        (flush, ""),
        (f"{count(c.free_pages)} pages free", ""),
    ]
