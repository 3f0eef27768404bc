"""Operations on device memory."""

from __future__ import annotations

from vmgui.timeline.verb import Kind, Parameter, Verb
from vmgui.timeline.verbs import parameters as p

BYTES = Parameter("size", Kind.SIZE, "bytes to map", positional=True)
MAP = (p.NEW, p.PHYS, BYTES)
ONTO = Parameter("id", Kind.OBJECT, "area to map into", positional=True, optional=True)
FIRST = Parameter("va", Kind.ADDRESS, "first virtual address; the area's", optional=True)
LENGTH = Parameter("size", Kind.SIZE, "length; the area's without its guard page", optional=True)

VERBS = (
    Verb("ioremap", "Map device memory, uncached.", MAP, True, palette=True),
    Verb("ioremap_wc", "Map device memory, write combining.", MAP, True),
    Verb("ioremap_wt", "Map device memory, write through.", MAP, True),
    Verb("ioremap_uc", "Map device memory, strongly uncached.", MAP, True),
    Verb("ioremap_cache", "Map device memory, cached.", MAP, True),
    Verb("iounmap", "Unmap device memory.", (p.OBJECT,), palette=True),
    Verb("ioremap_page_range", "Map device memory into an area made for it.",
         (ONTO, p.PHYS_NAMED, FIRST, LENGTH, p.prot("io"))),
)  # fmt: skip
