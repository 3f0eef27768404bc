"""Taking many pages with one call, on a node or as the policy of the task has it (mm/mempolicy.c, v6.12)."""

from __future__ import annotations

from vmgui.engine.kernel import Kernel
from vmgui.engine.mm.mempolicy import MPOL_INTERLEAVE, interleave_nodes, nodes_weight, policy_mode
from vmgui.engine.mm.mmzone import NUMA_NO_NODE, numa_node_id
from vmgui.engine.mm.page_alloc import alloc_pages_bulk
from vmgui.engine.trace import kernel_function
from vmgui.engine.words import WORD


def alloc_pages_bulk_array_node(k: Kernel, gfp: int, nid: int, nr_pages: int, page_array: int) -> int:
    """Fill an array with pages of node ``nid``; NUMA_NO_NODE is that of this CPU."""
    return alloc_pages_bulk(k, gfp, numa_node_id(k) if nid == NUMA_NO_NODE else nid, nr_pages, page_array)


@kernel_function
def alloc_pages_bulk_array_mempolicy(k: Kernel, gfp: int, nr_pages: int, page_array: int) -> int:
    """Fill an array with pages as the policy of the task has it: from one node, or from all in turn.

    mm/mempolicy.c:alloc_pages_bulk_array_mempolicy_noprof, v6.12.
    """
    if policy_mode(k, gfp) == MPOL_INTERLEAVE:
        return alloc_pages_bulk_array_interleave(k, gfp, nr_pages, page_array)
    return alloc_pages_bulk(k, gfp, numa_node_id(k), nr_pages, page_array)


@kernel_function
def alloc_pages_bulk_array_interleave(k: Kernel, gfp: int, nr_pages: int, page_array: int) -> int:
    """Fill an array with an equal share of pages from each node; the first ones give one page more.

    mm/mempolicy.c:alloc_pages_bulk_array_interleave, v6.12.
    """
    nodes, total_allocated = nodes_weight(k), 0
    nr_pages_per_node, delta = divmod(nr_pages, nodes)
    for _ in range(nodes):
        wanted = nr_pages_per_node + (delta > 0)
        delta -= delta > 0
        nr_allocated = alloc_pages_bulk(k, gfp, interleave_nodes(k), wanted, page_array)
        page_array += WORD * nr_allocated
        total_allocated += nr_allocated
    return total_allocated
