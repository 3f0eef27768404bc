"""The detector of lost memory: every allocation is an object to be looked for (mm/kmemleak.c, v6.12).

A hook does nothing unless the machine asks for kmemleak.  Differs: no call stacks, no objects for per-CPU
or boot memory, and objects come from a pool of their own only, so they never run out.
"""

from __future__ import annotations

from vmgui.engine.kernel import Kernel, arena_alloc
from vmgui.engine.lib.list import INIT_LIST_HEAD, list_add_tail, list_del
from vmgui.engine.lib.printk import printk
from vmgui.engine.lib.rbtree import rb_erase, rb_insert_color
from vmgui.engine.lib.rbtree_augmented import rb_left_link, rb_link_node, rb_right_link, rb_root_link
from vmgui.engine.mm.kasan.tags import kasan_reset_tag
from vmgui.engine.structs import list_head, rb_node, rb_root, vm_struct
from vmgui.engine.trace import kernel_function
from vmgui.engine.words import MASK64, Struct, container_of, embedded, offsetof, transparent, ulong

OBJECT_ALLOCATED, OBJECT_REPORTED = 1 << 0, 1 << 1
KMEMLEAK_GREY = 0  # the number of references after which an object that is never lost is found
NEW_CHECKSUM = 0xFFFFFFFF
SIZE_MAX = MASK64
POOL_OBJECTS = 64  # how many are made at a time


class kmemleak_object(Struct):
    """One allocation.  Differs: at most one scan area, which is part of the object."""

    flags = ulong()
    object_list = embedded[list_head]("list_head")
    gray_list = embedded[list_head]("list_head")
    rb_node = embedded["rb_node"]("rb_node")
    pointer = ulong()
    nbytes = ulong()  # Differs: named `size` in C, a name every view here already has
    excess_ref = ulong()  # what further references to this object count for, 0 for nothing
    min_count = ulong()  # fewer references than this, and it is lost
    count = ulong()
    checksum = ulong()
    area_start = ulong()  # the only part that is looked through for pointers; all of it if 0
    area_nbytes = ulong()
    jiffies = ulong()  # when it was allocated


class kmemleak_state(Struct):
    """The static variables of mm/kmemleak.c."""

    object_list = embedded[list_head]("list_head")
    gray_list = embedded[list_head]("list_head")
    object_tree_root = embedded[rb_root]("rb_root")
    min_addr = ulong()
    max_addr = ulong()
    jiffies_last_scan = ulong()
    kmemleak_enabled = ulong()
    mem_pool = ulong()  # the first free object, linked through their first words


def state_of(k: Kernel) -> kmemleak_state:
    """Return what kmemleak knows."""
    return kmemleak_state(k.mem, k.kmemleak)


def enabled(k: Kernel) -> bool:
    """Tell whether allocations are noted."""
    return k.machine.kmemleak and bool(k.kmemleak) and bool(state_of(k).kmemleak_enabled)


# --- hooks -----------------------------------------------------------------------------------------


def kmemleak_alloc(k: Kernel, ptr: int, size: int, min_count: int, gfp: int) -> None:
    """Note an allocation that is lost when fewer than ``min_count`` pointers to it are found."""
    if enabled(k) and ptr:
        create_object(k, ptr, size, min_count)


def kmemleak_vmalloc(k: Kernel, area: vm_struct, size: int, gfp: int) -> None:
    """Note a vmalloc allocation.

    Its vm_struct always points at it, so it takes one more reference not to be lost; a reference to the
    vm_struct itself does as well.
    """
    if enabled(k):
        create_object(k, area.vm_addr, size, 2)
        object_set_excess_ref(k, area.addr, area.vm_addr)


def kmemleak_free(k: Kernel, ptr: int) -> None:
    """Forget an allocation."""
    if enabled(k) and ptr:
        delete_object_full(k, ptr)


def kmemleak_scan_area(k: Kernel, ptr: int, size: int, gfp: int) -> None:
    """Look for pointers only in the ``size`` bytes from ``ptr`` on, not in the rest of the allocation."""
    if enabled(k) and ptr:
        add_scan_area(k, ptr, size)


# --- objects ---------------------------------------------------------------------------------------


def object_of(node: rb_node) -> kmemleak_object:
    """Return the object that a node of the tree is part of."""
    return container_of(node, kmemleak_object, "rb_node")


def lookup_object(k: Kernel, ptr: int, alias: bool) -> kmemleak_object | None:
    """Return the object at ``ptr``; with ``alias`` ``ptr`` may point into it.

    mm/kmemleak.c:__lookup_object, v6.12.
    """
    rb = state_of(k).object_tree_root.rb_node
    untagged_ptr = kasan_reset_tag(k, ptr)
    while rb is not None:
        found = object_of(rb)
        untagged_objp = kasan_reset_tag(k, found.pointer)
        if untagged_ptr < untagged_objp:
            rb = rb.rb_left
        elif untagged_objp + found.nbytes <= untagged_ptr:
            rb = rb.rb_right
        elif untagged_objp == untagged_ptr or alias:
            return found
        else:
            printk(k, f"kmemleak: Found object by alias at {ptr:#010x}")
            return None
    return None


@kernel_function
def create_object(k: Kernel, ptr: int, size: int, min_count: int) -> None:
    """Note the ``size`` bytes at ``ptr``.  mm/kmemleak.c:__create_object, v6.12."""
    new = mem_pool_alloc(k)
    new.flags, new.pointer, new.nbytes, new.min_count = OBJECT_ALLOCATED, ptr, size, min_count
    new.excess_ref = new.count = new.area_start = new.area_nbytes = 0
    new.checksum = NEW_CHECKSUM
    new.jiffies = k.jiffies
    state = state_of(k)
    untagged_ptr = kasan_reset_tag(k, ptr)
    state.min_addr = min(state.min_addr, untagged_ptr)
    state.max_addr = max(state.max_addr, untagged_ptr + size)
    if not __link_object(k, new):
        mem_pool_free(k, new)


def __link_object(k: Kernel, new: kmemleak_object) -> bool:
    """Put an object into tree and list; False if another one is there, which ends kmemleak for good.

    mm/kmemleak.c:__link_object, v6.12.
    """
    state = state_of(k)
    link, parent = rb_root_link(state.object_tree_root), None
    untagged_ptr = kasan_reset_tag(k, new.pointer)
    while link.node is not None:
        parent = link.node
        other = object_of(parent)
        untagged_objp = kasan_reset_tag(k, other.pointer)
        if untagged_ptr + new.nbytes <= untagged_objp:
            link = rb_left_link(parent)
        elif untagged_objp + other.nbytes <= untagged_ptr:
            link = rb_right_link(parent)
        else:
            why = "into the object search tree (overlaps existing)"
            printk(k, f"kmemleak: Cannot insert {new.pointer:#x} {why}")
            printk(k, "kmemleak: Kernel memory leak detector disabled")
            state.kmemleak_enabled = 0
            return False
    rb_link_node(new.rb_node, parent, link)
    rb_insert_color(new.rb_node, state.object_tree_root)
    list_add_tail(new.object_list, state.object_list)
    return True


@kernel_function
def delete_object_full(k: Kernel, ptr: int) -> None:
    """Forget the object at ``ptr``; nothing happens if there is none.

    mm/kmemleak.c:delete_object_full, v6.12.
    """
    found = lookup_object(k, ptr, False)
    if found is None:
        return
    rb_erase(found.rb_node, state_of(k).object_tree_root)
    list_del(found.object_list)
    mem_pool_free(k, found)


@kernel_function
def object_set_excess_ref(k: Kernel, ptr: int, excess_ref: int) -> None:
    """Let further references to the object at ``ptr`` count for the one at ``excess_ref``.

    mm/kmemleak.c:object_set_excess_ref, v6.12.
    """
    found = lookup_object(k, ptr, False)
    if found is None:
        printk(k, f"kmemleak: Setting excess_ref on unknown object at {ptr:#010x}")
        return
    found.excess_ref = excess_ref


@kernel_function
def add_scan_area(k: Kernel, ptr: int, size: int) -> None:
    """Restrict the search for pointers in the object around ``ptr``; SIZE_MAX is all behind ``ptr``.

    mm/kmemleak.c:add_scan_area, v6.12.
    """
    found = lookup_object(k, ptr, True)
    if found is None:
        printk(k, f"kmemleak: Adding scan area to unknown object at {ptr:#010x}")
        return
    if size == SIZE_MAX:
        size = kasan_reset_tag(k, found.pointer) + found.nbytes - kasan_reset_tag(k, ptr)
    elif kasan_reset_tag(k, ptr) + size > kasan_reset_tag(k, found.pointer) + found.nbytes:
        printk(k, f"kmemleak: Scan area larger than object {ptr:#010x}")
        return
    found.area_start, found.area_nbytes = ptr, size


@transparent
def mem_pool_alloc(k: Kernel) -> kmemleak_object:
    """Take an unused object; a new handful is made when there is none."""
    state = state_of(k)
    if not state.mem_pool:
        fresh = kmemleak_object(k.mem, arena_alloc(k, POOL_OBJECTS * kmemleak_object.size))
        for i in range(POOL_OBJECTS):
            mem_pool_free(k, fresh[i])
    taken = kmemleak_object(k.mem, state.mem_pool)
    state.mem_pool = taken.flags
    return taken


@transparent
def mem_pool_free(k: Kernel, object: kmemleak_object) -> None:
    """Give an object back: its first word links it to the next free one."""
    object.flags = state_of(k).mem_pool
    state_of(k).mem_pool = object.addr


# --- boot ------------------------------------------------------------------------------------------


@kernel_function
def kmemleak_init(k: Kernel) -> None:
    """Begin to note allocations; the kernel's own variables are never lost and full of pointers.

    mm/kmemleak.c:kmemleak_init, v6.12.  Differs: of the variables those are left out that stand for
    hardware, as the processor's last address is no pointer that anybody holds.
    """
    k.kmemleak = arena_alloc(k, kmemleak_state.size)
    state = state_of(k)
    INIT_LIST_HEAD(state.object_list)
    INIT_LIST_HEAD(state.gray_list)
    state.min_addr, state.kmemleak_enabled = MASK64, 1
    hardware, behind = (k.addr + offsetof(Kernel, name) for name in ("tlb", "kmsan"))
    create_object(k, k.addr, hardware - k.addr, KMEMLEAK_GREY)
    create_object(k, behind, k.addr + k.size - behind, KMEMLEAK_GREY)
