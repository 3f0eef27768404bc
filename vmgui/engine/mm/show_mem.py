"""What the kernel says when memory could not be had (mm/page_alloc.c, v6.12)."""

from __future__ import annotations

from vmgui.engine.gfp import __GFP_DMA, __GFP_NOWARN, gfp_names
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.printk import WARN_ALLOC_RATELIMIT, ___ratelimit, printk
from vmgui.engine.mm.mmzone import has_managed_dma, node_has_memory
from vmgui.engine.trace import kernel_function


@kernel_function
def warn_alloc(k: Kernel, gfp_mask: int, nodemask: int | None, why: str) -> None:
    """Tell in the log that an allocation failed, at most once in 10 seconds.

    ``nodemask`` has a bit for each node that was allowed, None for all.
    mm/page_alloc.c:warn_alloc, v6.12.  Differs: without the stack and the report on all memory.
    """
    if gfp_mask & __GFP_NOWARN or not ___ratelimit(k, *WARN_ALLOC_RATELIMIT):
        return
    if gfp_mask & __GFP_DMA and not has_managed_dma(k):
        return
    allowed = "(null)" if nodemask is None else node_list(nodemask)
    mems_allowed = sum(1 << nid for nid in range(k.machine.numa_nodes) if node_has_memory(k, nid))
    mode = f"mode:{gfp_mask:#x}({gfp_names(gfp_mask)}), nodemask={allowed}"
    printk(k, f"init: {why}, {mode},cpuset=/,mems_allowed={node_list(mems_allowed)}")


def node_list(nodemask: int) -> str:
    """Spell the bits of a mask as the kernel does: ``0-1,3``."""
    runs: list[list[int]] = []
    for nid in (bit for bit in range(nodemask.bit_length()) if nodemask >> bit & 1):
        if runs and runs[-1][1] == nid - 1:
            runs[-1][1] = nid
        else:
            runs.append([nid, nid])
    return ",".join(f"{first}" if first == last else f"{first}-{last}" for first, last in runs)
