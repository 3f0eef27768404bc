"""Memory for code: where it may lie, and what it may be used for (mm/execmem.c, v6.12)."""

from __future__ import annotations

from vmgui.engine.arch.hooks import execmem_arch_setup
from vmgui.engine.gfp import __GFP_NOWARN, GFP_KERNEL
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.kallsyms import _RET_IP_
from vmgui.engine.lib.preempt import in_interrupt
from vmgui.engine.lib.printk import WARN_ON, ___ratelimit, printk
from vmgui.engine.mm.kasan.tags import kasan_reset_tag
from vmgui.engine.mm.vfree import vfree
from vmgui.engine.mm.vm_struct import NUMA_NO_NODE, VM_FLUSH_RESET_PERMS
from vmgui.engine.mm.vmalloc import __vmalloc_node_range
from vmgui.engine.trace import kernel_function
from vmgui.engine.words import Struct, ulong

#: Who needs memory for code (include/linux/execmem.h: enum execmem_type).
EXECMEM_DEFAULT, EXECMEM_KPROBES, EXECMEM_FTRACE, EXECMEM_BPF, EXECMEM_MODULE_DATA = range(5)
EXECMEM_MODULE_TEXT = EXECMEM_DEFAULT
EXECMEM_TYPE_MAX = 5

EXECMEM_KASAN_SHADOW = 1  # KASAN watches this memory, too
EXECMEM_RATELIMIT = (2, 5, 10)  # as those of lib/printk.py: which one, seconds, messages in that time


class execmem_range(Struct):
    """Addresses for one kind of user: [start, end), and [fallback_start, fallback_end) if that is full."""

    start = ulong()
    end = ulong()
    fallback_start = ulong()  # 0: there is no second range
    fallback_end = ulong()
    pgprot = ulong()
    alignment = ulong()
    flags = ulong()


def execmem_range_of(k: Kernel, type: int) -> execmem_range:
    """Return the range of one kind of user."""
    return execmem_range(k.mem, k.execmem_info.addr)[type]


# --- at boot ---------------------------------------------------------------------------------------


@kernel_function
def execmem_init(k: Kernel) -> None:
    """Find out where code may lie: each of the architectures says it.  mm/execmem.c:execmem_init, v6.12."""
    execmem_arch_setup(k)
    execmem_init_missing(k)


@kernel_function
def execmem_init_missing(k: Kernel) -> None:
    """Let users without a range of their own use the default one; data of modules is never executable.

    mm/execmem.c:execmem_init_missing, v6.12.
    """
    default = execmem_range_of(k, EXECMEM_DEFAULT)
    for i in range(EXECMEM_DEFAULT + 1, EXECMEM_TYPE_MAX):
        r = execmem_range_of(k, i)
        if r.start:
            continue
        r.pgprot = k.PAGE_KERNEL if i == EXECMEM_MODULE_DATA else default.pgprot
        r.alignment = default.alignment
        r.start, r.end = default.start, default.end
        r.flags = default.flags
        r.fallback_start, r.fallback_end = default.fallback_start, default.fallback_end


# --- taking and giving back ------------------------------------------------------------------------


@kernel_function
def execmem_alloc(k: Kernel, type: int, size: int) -> int:
    """Allocate ``size`` bytes for a user of this ``type``; the address, or 0.

    mm/execmem.c:execmem_alloc, v6.12.
    """
    return __execmem_alloc(k, execmem_range_of(k, type), size)


@kernel_function
def __execmem_alloc(k: Kernel, range: execmem_range, size: int) -> int:
    """Allocate ``size`` bytes in a range, or in the one behind it; the address, or 0.

    Whoever frees it need not undo what was done to its permissions: VM_FLUSH_RESET_PERMS.
    mm/execmem.c:__execmem_alloc, v6.12.  Differs: KASAN always has shadow for the whole vmalloc range,
    so modules need none of their own.
    """
    p = ___execmem_alloc__at(k, range, range.start, range.end, size)
    if not p and range.fallback_start:
        p = ___execmem_alloc__at(k, range, range.fallback_start, range.fallback_end, size)
    if not p and ___ratelimit(k, *EXECMEM_RATELIMIT):
        printk(k, "execmem: unable to allocate memory")
    return kasan_reset_tag(k, p)


def ___execmem_alloc__at(k: Kernel, range: execmem_range, start: int, end: int, size: int) -> int:
    """Allocate ``size`` bytes in [start, end), the way ``range`` wants it; the address, or 0.

    Differs: what __execmem_alloc does for both of its ranges.
    """
    return __vmalloc_node_range(
        k, size, range.alignment, start, end, GFP_KERNEL | __GFP_NOWARN, range.pgprot,
        VM_FLUSH_RESET_PERMS, NUMA_NO_NODE, _RET_IP_,
    )  # fmt: skip


@kernel_function
def execmem_free(k: Kernel, ptr: int) -> None:
    """Free what `execmem_alloc` returned.  mm/execmem.c:execmem_free, v6.12.

    It may be read-only, and where nobody may wait that cannot be undone first.
    """
    WARN_ON(k, in_interrupt(k), "mm/execmem.c:68 execmem_free")
    vfree(k, ptr)
