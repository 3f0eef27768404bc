"""Making allocations fail on purpose, to see what an error leads to (lib/fault-inject.c, v6.12).

Each kind of allocation has an attribute: how many calls pass before the first that fails, how many fail, and
at which distance.  Differs: the kernel has one attribute for all pages and one for all small objects; here
those that vmalloc makes have one each, and nothing is random.
"""

from __future__ import annotations

from enum import IntEnum

from vmgui.engine.gfp import __GFP_NOFAIL, __GFP_NOWARN
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.printk import printk
from vmgui.engine.structs import fault_attr
from vmgui.engine.trace import kernel_function


class Fault(IntEnum):
    """What can be made to fail."""

    PAGE = 0  # any call for pages: single ones, blocks, many at once; tables and long arrays are pages, too
    TABLE = 1  # a page-table page
    AREA = 2  # a vmap_area
    STRUCT = 3  # a vm_struct
    ARRAY = 4  # the array of pages of an area


#: What the kernel calls the attribute that would make each kind fail.
NAMES = ("fail_page_alloc", "fail_page_alloc", "failslab", "failslab", "failslab")


def fault_attr_of(k: Kernel, kind: Fault) -> fault_attr:
    """Return the attribute of one kind."""
    return fault_attr(k.mem, k.fault_attrs.addr)[kind]


@kernel_function
def setup_fault_attr(k: Kernel, kind: int, nth: int, times: int, interval: int) -> None:
    """Let the ``nth`` call from now on fail, and then each ``interval``-th, ``times`` in all.

    lib/fault-inject.c:setup_fault_attr, v6.12.
    """
    attr = fault_attr_of(k, Fault(kind))
    attr.interval = interval
    attr.space = nth
    attr.times = times
    attr.count = interval - 1


def should_fail(k: Kernel, kind: Fault, gfp: int) -> bool:
    """Tell whether this allocation is to fail; never if its caller cannot do without."""
    if not fault_attr_of(k, kind).times or gfp & __GFP_NOFAIL:
        return False
    return should_fail_ex(k, kind, gfp)


@kernel_function
def should_fail_ex(k: Kernel, kind: Fault, gfp: int) -> bool:
    """Count a call, and let it fail if it is its turn.  lib/fault-inject.c:should_fail_ex, v6.12."""
    attr = fault_attr_of(k, kind)
    if attr.space > 1:
        attr.space = attr.space - 1
        return False
    if attr.interval > 1:
        attr.count = attr.count + 1
        if attr.count % attr.interval:
            return False
    if not gfp & __GFP_NOWARN:
        fail_dump(k, kind, attr)
    attr.times = attr.times - 1
    k.fault_forced = 1
    return True


def fail_dump(k: Kernel, kind: Fault, attr: fault_attr) -> None:
    """Say in the log that what fails now is no real shortage.  Differs: without the stack."""
    printk(k, "FAULT_INJECTION: forcing a failure.")
    numbers = f"interval {attr.interval}, probability 100, space 0, times {attr.times}"
    printk(k, f"name {NAMES[kind]}, {numbers}")
