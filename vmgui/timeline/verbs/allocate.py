"""Operations that allocate memory in the vmalloc range."""

from __future__ import annotations

from vmgui.timeline.values import Word, number
from vmgui.timeline.verb import Kind, Parameter, Verb
from vmgui.timeline.verbs import parameters as p

SIMPLE = (p.NEW, p.SIZE)
KINDS = ("contig", "rev", "scatter")

VERBS = (
    Verb("vmalloc", "Allocate virtually contiguous memory in 4 KiB pages.", SIMPLE, True, palette=True),
    Verb("vmalloc_huge", "Allocate memory, in 2 MiB pages where it is large enough.", (*SIMPLE, p.GFP), True,
         palette=True),
    Verb("vzalloc", "Allocate zeroed memory.", SIMPLE, True, palette=True),
    Verb("vmalloc_user", "Allocate zeroed memory that may be mapped to user space.", SIMPLE, True),
    Verb("vmalloc_32", "Allocate memory below 4 GiB.", SIMPLE, True),
    Verb("range", "Allocate memory inside a given address range.",
         (p.NEW, p.SIZE, p.ALIGN, p.START, p.END, p.prot("kernel"), p.vmflags("0"), p.GFP), True,
         calls="__vmalloc_node_range"),
    Verb("vrealloc", "Change the size of an allocation; it may move.",
         (Parameter("old", Kind.OBJECT, "allocation to resize", positional=True), p.NEW, p.SIZE, p.GFP), True,
         comes_with="the rest of vmalloc.c"),
    Verb("percpu", "Allocate per-CPU memory n times.",
         (p.NEW, Parameter("n", Kind.NUMBER, "how often", number(1)),
          Parameter("size", Kind.SIZE, "bytes a CPU", number(1024)),
          Parameter("align", Kind.SIZE, "alignment in bytes", number(8))), True, calls="__alloc_percpu",
         comes_with="per-CPU areas"),
    Verb("pages", "Allocate pages, to be mapped later.",
         (p.NEW, Parameter("n", Kind.COUNT, "number of pages", number(1), positional=True),
          Parameter("kind", Kind.CHOICE, "contig: one block; rev: it, descending; scatter: never adjacent",
                    Word("contig"), choices=KINDS)), True, calls="alloc_pages"),
)  # fmt: skip
