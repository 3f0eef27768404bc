"""Parameters that many operations share."""

from __future__ import annotations

from vmgui.timeline.values import Expr, Flags, Word, constant, number
from vmgui.timeline.values import pages as pages_value
from vmgui.timeline.verb import Kind, Parameter

NEW = Parameter("id", Kind.NEW, "name for the result", positional=True, optional=True)
OBJECT = Parameter("id", Kind.OBJECT, "name of an object", positional=True)
OBJECTS = Parameter("ids", Kind.OBJECTS, "names of objects", positional=True)

SIZE = Parameter("size", Kind.SIZE, "bytes to allocate; rounded up to pages", positional=True)
PHYS = Parameter("phys", Kind.PHYS, "physical address to map", positional=True)
PHYS_NAMED = Parameter("phys", Kind.PHYS, "physical address to map")
START = Parameter("start", Kind.ADDRESS, "lowest address allowed", constant("W"))
END = Parameter("end", Kind.ADDRESS, "end of the range allowed (exclusive)", constant("WE"))
ALIGN = Parameter("align", Kind.SIZE, "alignment in bytes", number(1))
VA = Parameter("va", Kind.ADDRESS, "first virtual address", constant("W"))
ADDR = Parameter("addr", Kind.ADDRESS, "virtual address", number(0), positional=True)
AT = Parameter("addr", Kind.ADDRESS, "virtual address", positional=True)
RANGE_SIZE = Parameter("size", Kind.SIZE, "length of the range")
PAGES = Parameter("pages", Kind.PAGES, "page array, or how many pages to allocate for it", positional=True)
OFF = Parameter("off", Kind.COUNT, "first page of the array", number(0))
N = Parameter("n", Kind.COUNT, "number of pages; the rest of the array", optional=True)
CPU = Parameter("cpu", Kind.NUMBER, "CPU that does it; the current one", optional=True)


def prot(default: str) -> Parameter:
    """The protection of the leaves."""
    return Parameter("prot", Kind.PROT, "protection of the mapping", Word(default))


def vmflags(default: str) -> Parameter:
    """VM_ flags of the area; ``"0"`` is none."""
    item: Word | Expr = number(0, "0") if default == "0" else Word(default)
    return Parameter("vmflags", Kind.VMFLAGS, "VM_ flags of the area", Flags((item,)))


GFP = Parameter("gfp", Kind.GFP, "how memory may be allocated", Flags((Word("kernel"),)))


def count(default: int, help: str = "number of pages") -> Parameter:
    """A number of pages, ``n=``."""
    return Parameter("n", Kind.COUNT, help, pages_value(default))
