"""On which node a task gets its memory: near its CPU, or on all nodes in turn (mm/mempolicy.c, v6.12)."""

from __future__ import annotations

from vmgui.engine.gfp import __GFP_THISNODE
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.preempt import in_interrupt
from vmgui.engine.mm.mmzone import node_has_memory, numa_node_id
from vmgui.engine.trace import kernel_function

#: Modes of a policy (include/uapi/linux/mempolicy.h).
MPOL_DEFAULT, MPOL_INTERLEAVE = 0, 3


def policy_mode(k: Kernel, gfp: int) -> int:
    """Return the mode that holds for a request: the task's, unless an interrupt asks or a node is named."""
    return MPOL_DEFAULT if in_interrupt(k) or gfp & __GFP_THISNODE else k.mempolicy_mode


def policy_nid(k: Kernel, gfp: int) -> int:
    """Return the node to try first."""
    if policy_mode(k, gfp) == MPOL_INTERLEAVE:
        return interleave_nodes(k)
    return numa_node_id(k)


def nodes_weight(k: Kernel) -> int:
    """Return how many nodes take turns: those that have memory."""
    return sum(node_has_memory(k, nid) for nid in range(k.machine.numa_nodes))


@kernel_function
def interleave_nodes(k: Kernel) -> int:
    """Return the node whose turn it is: all have memory.  mm/mempolicy.c:interleave_nodes, v6.12."""
    nid = (k.il_prev + 1) % k.machine.numa_nodes
    k.il_prev = nid
    return nid


@kernel_function
def set_mempolicy(k: Kernel, mode: int) -> None:
    """Give the task another policy.  mm/mempolicy.c:do_set_mempolicy, v6.12."""
    k.mempolicy_mode = mode
    if mode == MPOL_INTERLEAVE:
        k.il_prev = k.machine.numa_nodes - 1
