"""Operations that only ask."""

from __future__ import annotations

from vmgui.timeline.values import Word, number
from vmgui.timeline.verb import Kind, Parameter, Verb
from vmgui.timeline.verbs import parameters as p

LENGTH = Parameter("size", Kind.SIZE, "length of the range", number(4096, "4K"), positional=True)
START = Parameter("va", Kind.ADDRESS, "first virtual address", p.VA.default, positional=True)

VERBS = (
    Verb("to_page", "Find the page behind an address.", (p.ADDR,), calls="vmalloc_to_page"),
    Verb("is_vmalloc", "Ask whether an address is in the vmalloc range.", (p.ADDR,),
         calls="is_vmalloc_addr"),
    Verb("find", "Find the area that holds an address.", (p.ADDR,), calls="find_vmap_area"),
    Verb("walk", "Look at the page tables of a range.", (START, LENGTH)),
    Verb("tree", "Show one of the trees of areas.",
         (Parameter("which", Kind.CHOICE, "which tree", Word("free"), choices=("free", "busy", "lazy")),
          Parameter("node", Kind.NUMBER, "vmap node", number(0)))),
    Verb("state", "Show the whole allocator."),
)  # fmt: skip
