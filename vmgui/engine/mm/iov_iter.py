"""Where a reader wants its bytes: a buffer, and how much room is left in it (lib/iov_iter.c, v6.12).

Differs: the buffer is the reader's own, and nothing of the simulated memory.  An iov_iter lives only as
long as the call that made it.
"""

from __future__ import annotations

from itertools import groupby

from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.out import Out
from vmgui.engine.mm.fault import fault_in_direct_map
from vmgui.engine.mm.page import page_address, page_to_pfn, pfn_valid
from vmgui.engine.mm.string import load_bytes
from vmgui.engine.structs import page
from vmgui.engine.trace import kernel_function


class iov_iter(Out):
    """A buffer of ``count`` bytes, each ``preset``; ``value`` is how many have not been written yet."""

    __slots__ = ("data",)

    def __init__(self, count: int, preset: int) -> None:
        super().__init__(count)
        self.data = bytearray([preset]) * count

    def advance(self, data: bytes) -> int:
        """Write ``data`` behind what was written before, as far as there is room; returns how far."""
        at = len(self.data) - self.value
        done = min(len(data), self.value)
        self.data[at : at + done] = data[:done]
        self.value -= done
        return done

    def runs(self) -> list[tuple[int, int]]:
        """The bytes of the whole buffer as runs (byte, how many)."""
        return [(byte, sum(1 for _ in run)) for byte, run in groupby(self.data)]


@kernel_function
def copy_page_to_iter_nofault(k: Kernel, page: page, offset: int, bytes: int, i: iov_iter) -> int:
    """Copy ``bytes`` of a page, from ``offset`` on, out through the direct map; returns how many went.

    That nothing faults is meant for the reader's side.  A struct page that stands for no RAM has no
    place in the direct map, and the kernel stops.  lib/iov_iter.c:copy_page_to_iter_nofault, v6.12.
    """
    if offset + bytes > k.PAGE_SIZE:
        return 0
    phys = page_address(k, page) + offset
    if not pfn_valid(k, page_to_pfn(k, page)):
        fault_in_direct_map(k, phys)
    return i.advance(load_bytes(k, phys, bytes))


@kernel_function
def iov_iter_zero(k: Kernel, bytes: int, i: iov_iter) -> int:
    """Write ``bytes`` zeros, as far as there is room; returns how many.  lib/iov_iter.c, v6.12."""
    return i.advance(b"\0" * bytes)
