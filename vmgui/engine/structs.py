"""The structs of vmalloc and of what it leans on, as views over words (include/linux/*.h, v6.12).

A member takes at least one whole word, whatever its C type.  Locks are left out: one operation runs
at a time, and the order of locking is told in the text of the functions.
"""

from __future__ import annotations

from vmgui.engine.words import Struct, array, embedded, link, ptr, ulong

#: Number of pool lists of a vmap_node: areas of 1 to 256 pages, guard page included.
MAX_VA_SIZE_PAGES = 256
#: Most nodes of memory, zones of a node, and orders of free blocks on any machine.
MAX_NR_NODES, MAX_NR_ZONES, NR_FREE_AREAS = 8, 3, 14


class rb_node(Struct):
    """A node of a red-black tree; the colour is bit 0 of the parent's address (1 is black)."""

    rb_parent_color = ulong()  # Differs: two underscores in front in C, which Python would mangle
    rb_right = ptr["rb_node"]("rb_node")
    rb_left = ptr["rb_node"]("rb_node")


class rb_root(Struct):
    """The root pointer of a red-black tree."""

    rb_node = ptr["rb_node"]("rb_node")


class rb_link(Struct):
    """The place that holds a pointer to a node: ``struct rb_node **`` in C."""

    node = ptr["rb_node"]("rb_node")


class list_head(Struct):
    """A link of a circular doubly linked list."""

    next = link["list_head"]("list_head")
    prev = link["list_head"]("list_head")


class page(Struct):
    """One frame of RAM (include/linux/mm_types.h: struct page): 64 bytes, as on x86-64."""

    flags = ulong()
    lru = embedded[list_head]("list_head")  # links a free block into its buddy list
    mapping = ulong()
    index = ulong()
    private = ulong()  # order of a free block
    _refcount = ulong()
    memcg_data = ulong()


class vm_struct(Struct):
    """Who owns an area, and which pages are in it; ``size`` is bytes with the guard page."""

    next = ptr["vm_struct"]("vm_struct")
    vm_addr = ulong()  # Differs: named `addr` in C, a name every view here already has
    vm_size = ulong()  # Differs: named `size` in C, for the same reason
    flags = ulong()
    pages = ulong()  # address of an array of struct page pointers, 0 when there is none
    page_order = ulong()
    nr_pages = ulong()
    phys_addr = ulong()
    caller = ulong()
    requested_size = ulong()


class vmap_area(Struct):
    """One range [va_start, va_end) of kernel virtual addresses, free or in use."""

    va_start = ulong()
    va_end = ulong()
    rb_node = embedded["rb_node"]("rb_node")
    list = embedded[list_head]("list_head")
    subtree_max_size = ulong()  # in the free tree: the largest size below and at this node
    vm = ptr["vm_struct"]("vm_struct", union="subtree_max_size")  # in a busy tree: the owner
    flags = ulong()


class work_struct(Struct):
    """Something to do later; ``func`` is a number of lib/workqueue.py:Work, or 0."""

    func = ulong()
    entry = embedded[list_head]("list_head")
    cpu = ulong()


class rcu_head(Struct):
    """What waits for a grace period; ``func`` is a number of lib/rcu.py:RcuCallback, or 0."""

    next = ptr["rcu_head"]("rcu_head")
    func = ulong()


class free_area(Struct):
    """The free blocks of one order."""

    free_list = embedded[list_head]("list_head")
    nr_free = ulong()


class zone(Struct):
    """What of a node lies below a limit of addresses; which frames, mm/mmzone.py:ram_pieces says."""

    free_area = array(3 * NR_FREE_AREAS)  # free_area[NR_PAGE_ORDERS]; take one with area_of()


class fault_attr(Struct):
    """When allocations of one kind fail on purpose: lib/fault_inject.py."""

    interval = ulong()  # from one that fails to the next, in calls
    times = ulong()  # how many are still to fail
    space = ulong()  # calls up to the first that fails
    count = ulong()


class rb_list(Struct):
    """A tree and a list over the same areas, both sorted by address."""

    root = embedded[rb_root]("rb_root")
    head = embedded[list_head]("list_head")


class vmap_pool(Struct):
    """Areas of one size that are ready to be handed out."""

    head = embedded[list_head]("list_head")
    len = ulong()


class vmap_node(Struct):
    """A share of the bookkeeping, so that CPUs do not queue for one lock."""

    pool = array(3 * MAX_VA_SIZE_PAGES)  # vmap_pool[256]; take one with node_pool()
    skip_populate = ulong()
    busy = embedded[rb_list]("rb_list")
    lazy = embedded[rb_list]("rb_list")
    purge_list = embedded[list_head]("list_head")
    purge_work = embedded[work_struct]("work_struct")
    nr_purged = ulong()


def node_pool(node: vmap_node, index: int) -> vmap_pool:
    """Return ``&node->pool[index]``."""
    return vmap_pool(node.mem, node.pool.addr)[index]
