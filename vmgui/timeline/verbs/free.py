"""Operations that give areas back, and those that clean up behind them."""

from __future__ import annotations

from vmgui.timeline.values import Word, number
from vmgui.timeline.verb import Kind, Parameter, Verb
from vmgui.timeline.verbs import parameters as p

VERBS = (
    Verb("vfree", "Free an allocation; its addresses wait for the next purge.", (p.OBJECT,), palette=True),
    Verb("vunmap", "Unmap what vmap mapped.", (p.OBJECT,), palette=True),
    Verb("free_area", "Free an area.", (p.OBJECT,), calls="free_vm_area"),
    Verb("remove_area", "Unlink an area and free its vm_struct.", (p.OBJECT,), calls="remove_vm_area"),
    Verb("vfree_addr", "Call vfree with any address.", (p.ADDR,), calls="vfree"),
    Verb("vunmap_addr", "Call vunmap with any address.", (p.ADDR,), calls="vunmap"),
    Verb("vfree_bh", "Call vfree with bottom halves off: each is deferred.", (p.OBJECTS,), calls="vfree",
         comes_with="deferred frees"),
    Verb("vfree_atomic", "Call vfree_atomic: each is deferred.", (p.OBJECTS,), comes_with="deferred frees"),
    Verb("unmap_aliases", "Flush what is still only lazily unmapped.", palette=True,
         calls="vm_unmap_aliases"),
    Verb("purge", "Flush the TLB and give every lazily freed area back.", palette=True,
         calls="reclaim_and_purge_vmap_areas"),
    Verb("drain", "Let the drain worker purge.", calls="drain_vmap_area_work"),
    Verb("shrink", "Empty the pools, as under memory pressure.", calls="vmap_node_shrink_scan",
         comes_with="vmap nodes and pools"),
    Verb("setmem", "Change the protection of mapped pages.",
         (p.OBJECT,
          Parameter("do", Kind.CHOICE, "what to change them to", Word("ro"),
                    choices=("ro", "rw", "x", "nx", "uc", "wb", "rox")),
          Parameter("at", Kind.SIZE, "offset inside the area", number(0)), p.count(1)),
         calls="set_memory", comes_with="set_memory"),
)  # fmt: skip
