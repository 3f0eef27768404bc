"""The status bar: what the kernel counts at a step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from vmgui.projection.numbers import count
from vmgui.texts import Text

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
        first: tuple[str, Tone] = (Text("! the kernel has stopped: step back, undo or reboot"), "bad")
    elif c.broken:
        first = (Text("! {0} invariants broken: {1}", len(c.broken), c.broken[0]), "bad")
    elif c.broken is None:
        first = (Text("… invariants"), "")
    else:
        first = (Text("✓ Invariants hold"), "good")
    areas = Text("{0} area", c.areas) if c.areas == 1 else Text("{0} areas", c.areas)
    pending = Text("TLB: flush of {0} pages pending", count(c.lazy))
    return [
        first,
        (Text("lazy {0} / {1} pages", count(c.lazy), count(c.lazy_max)), ""),
        (Text("{0} + {1} lazily freed", areas, c.freed) if c.freed else areas, ""),
        (pending if c.lazy else Text("TLB: no flush pending"), ""),
        (Text("{0} pages free", count(c.free_pages)), ""),
    ]
