"""vm_map_ram: short-lived mappings out of per-CPU blocks."""

from __future__ import annotations

from vmgui.timeline.verb import Verb
from vmgui.timeline.verbs import parameters as p

VERBS = (
    Verb("vm_map_ram", "Map pages for a short time, out of the block of this CPU.",
         (p.NEW, p.PAGES, p.OFF, p.N), True, palette=True, comes_with="vmap blocks"),
    Verb("vm_unmap_ram", "Give a vm_map_ram mapping back.", (p.OBJECT, p.N), palette=True,
         comes_with="vmap blocks"),
)  # fmt: skip
