"""Operations that use memory: through the TLB and the page tables, as a CPU does."""

from __future__ import annotations

from vmgui.timeline.values import number
from vmgui.timeline.verb import Kind, Parameter, Verb
from vmgui.timeline.verbs import parameters as p

BYTE = Parameter("value", Kind.NUMBER, "the word to write", number(0xAB, "0xab"), positional=True)
BYTES = Parameter("n", Kind.SIZE, "number of bytes", number(4096, "4K"))

VERBS = (
    Verb("touch", "Load from an address and forget the value.", (p.AT, p.CPU)),
    Verb("read", "Load the word at an address.", (p.AT, p.CPU)),
    Verb("write", "Store a word at an address.", (p.AT, BYTE, p.CPU)),
    Verb("flush", "Flush the TLBs of all CPUs.", calls="flush_tlb_all"),
    Verb("fill", "Set n bytes from an address on.",
         (p.ADDR, BYTES, Parameter("byte", Kind.NUMBER, "the byte", number(0xAB, "0xab"))), calls="memset",
         comes_with="page contents"),
    Verb("vread", "Read n bytes as /proc/kcore does.", (p.ADDR, BYTES), calls="vread_iter",
         comes_with="vread_iter"),
)  # fmt: skip
