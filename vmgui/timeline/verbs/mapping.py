"""Operations that map given pages, with or without an area of their own."""

from __future__ import annotations

from vmgui.timeline.values import number
from vmgui.timeline.verb import Kind, Parameter, Verb
from vmgui.timeline.verbs import parameters as p

SHIFT = Parameter("shift", Kind.NUMBER, "largest leaf: 12 is 4 KiB, 21 is 2 MiB", number(12))
INSIDE = Parameter("at", Kind.SIZE, "offset inside the area", number(0))
STRIDE = Parameter("stride", Kind.SIZE, "bytes from one frame to the next", number(4096, "4K"))

VERBS = (
    Verb("vmap", "Map an array of pages, page by page.",
         (p.NEW, p.PAGES, p.OFF, p.N, p.vmflags("map"), p.prot("kernel")), True, palette=True),
    Verb("vmap_pfn", "Map device frames.",
         (p.NEW, p.PHYS, p.count(1), STRIDE, p.prot("kernel")), True, comes_with="the rest of vmalloc.c"),
    Verb("vmap_page_range", "Map physical memory at an address, with the largest leaves that fit.",
         (p.VA, p.RANGE_SIZE, p.PHYS_NAMED, p.prot("io"))),
    Verb("map_pages", "Map an array of pages at an address.",
         (p.VA, p.PAGES, p.OFF, p.N, SHIFT, p.prot("kernel")), calls="vmap_pages_range_noflush"),
    Verb("vunmap_range", "Clear the page-table entries of a range and flush it.", (p.VA, p.RANGE_SIZE)),
    Verb("sparse_map", "Map pages into a sparse area.", (p.OBJECT, INSIDE, p.PAGES, p.OFF, p.N),
         calls="vm_area_map_pages", comes_with="sparse areas"),
    Verb("sparse_unmap", "Unmap pages of a sparse area.", (p.OBJECT, INSIDE, p.count(1)),
         calls="vm_area_unmap_pages", comes_with="sparse areas"),
)  # fmt: skip
