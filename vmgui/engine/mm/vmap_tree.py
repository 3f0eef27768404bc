"""Areas in trees and lists: where one belongs, linking it in, merging neighbours (mm/vmalloc.c, v6.12).

The free areas hang in a red-black tree and in a list, both sorted by address.  Every node of the tree
also knows the size of the largest area at or below it, in ``subtree_max_size``: a search for room can
skip a whole side of the tree without looking at it.
"""

from __future__ import annotations

from typing import NamedTuple

from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.list import list_add, list_del_init
from vmgui.engine.lib.printk import WARN, WARN_ON
from vmgui.engine.lib.rbtree import rb_erase, rb_erase_augmented, rb_insert_augmented, rb_insert_color
from vmgui.engine.lib.rbtree_augmented import (
    RB_CLEAR_NODE,
    RB_EMPTY_NODE,
    rb_augment_callbacks,
    rb_left_link,
    rb_link_node,
    rb_parent,
    rb_right_link,
    rb_root_link,
)
from vmgui.engine.mm.kmem_cache import kmem_cache_free, vmap_area_cachep
from vmgui.engine.structs import list_head, rb_link, rb_node, rb_root, vmap_area
from vmgui.engine.trace import kernel_function
from vmgui.engine.words import container_of


def rb_entry(node: rb_node) -> vmap_area:
    """Return the area whose tree node this is."""
    return container_of(node, vmap_area, "rb_node")


def list_entry(link: list_head) -> vmap_area:
    """Return the area whose list link this is."""
    return container_of(link, vmap_area, "list")


def va_size(va: vmap_area) -> int:
    """Return the size of the area in bytes, its guard page included."""
    return va.va_end - va.va_start


# --- the largest area below a node -----------------------------------------------------------------


def get_subtree_max_size(node: rb_node | None) -> int:
    """Return the size of the largest area at or below ``node``, 0 for an empty place."""
    return rb_entry(node).subtree_max_size if node is not None else 0


def compute_subtree_max_size(va: vmap_area) -> int:
    """Return what ``va.subtree_max_size`` has to be: its own size, or what one of its sides holds."""
    left, right = va.rb_node.rb_left, va.rb_node.rb_right
    return max(va_size(va), get_subtree_max_size(left), get_subtree_max_size(right))


def free_vmap_area_rb_augment_cb_propagate(rb: rb_node | None, stop: rb_node | None) -> None:
    """Recompute the values from ``rb`` up to ``stop``, as long as they change."""
    while rb is not None and rb != stop:
        va = rb_entry(rb)
        max_size = compute_subtree_max_size(va)
        if va.subtree_max_size == max_size:  # then all above is right as well
            break
        va.subtree_max_size = max_size
        rb = rb_parent(rb)


def free_vmap_area_rb_augment_cb_copy(rb_old: rb_node, rb_new: rb_node) -> None:
    """Let ``rb_new`` take over the value of the node whose place it takes."""
    rb_entry(rb_new).subtree_max_size = rb_entry(rb_old).subtree_max_size


def free_vmap_area_rb_augment_cb_rotate(rb_old: rb_node, rb_new: rb_node) -> None:
    """After a rotation the new top has the old one's value; what went down counts again."""
    free_vmap_area_rb_augment_cb_copy(rb_old, rb_new)
    rb_entry(rb_old).subtree_max_size = compute_subtree_max_size(rb_entry(rb_old))


free_vmap_area_rb_augment_cb = rb_augment_callbacks(
    propagate=free_vmap_area_rb_augment_cb_propagate,
    copy=free_vmap_area_rb_augment_cb_copy,
    rotate=free_vmap_area_rb_augment_cb_rotate,
)


@kernel_function
def augment_tree_propagate_from(k: Kernel, va: vmap_area) -> None:
    """Tell the nodes above that ``va`` is new or has another size.  mm/vmalloc.c, v6.12."""
    free_vmap_area_rb_augment_cb_propagate(va.rb_node, None)


# --- where an area belongs -------------------------------------------------------------------------


class va_links(NamedTuple):
    """The empty place for a new node, and the node it would hang below; None in an empty tree."""

    link: rb_link
    parent: rb_node | None

    @property
    def addr(self) -> int:
        """Address of the empty place, which is what the kernel's function returns."""
        return self.link.addr


@kernel_function
def find_va_links(k: Kernel, va: vmap_area, root: rb_root | None, start: rb_node | None) -> va_links | None:
    """Find the place of ``va`` by going down from the root, or from ``start`` when there is no root.

    None when it overlaps an area of the tree: one address must not belong to two owners, so it is not
    inserted anywhere.  mm/vmalloc.c:find_va_links, v6.12.
    Differs: link and parent come back together; in C the parent comes through a pointer.
    """
    node = start
    if root is not None:
        node = root.rb_node
        link = rb_root_link(root)
    parent = None
    va_start, va_end = va.va_start, va.va_end
    while node is not None:
        parent, tmp_va = node, rb_entry(node)
        if va_end <= tmp_va.va_start:
            link = rb_left_link(node)
        elif va_start >= tmp_va.va_end:
            link = rb_right_link(node)
        else:
            WARN(k, True, "mm/vmalloc.c:1195 find_va_links", overlap_text(va, tmp_va))
            return None
        node = link.node
    return va_links(link, parent)


def overlap_text(va: vmap_area, other: vmap_area) -> str:
    """Return the complaint about two areas that share addresses."""
    return f"vmalloc bug: {va.va_start:#x}-{va.va_end:#x} overlaps with {other.va_start:#x}-{other.va_end:#x}"


def get_va_next_sibling(parent: rb_node | None, link: rb_link) -> list_head | None:
    """Return the list link behind the empty place ``link``; None in an empty tree."""
    if parent is None:
        return None
    list = rb_entry(parent).list
    return list.next if rb_right_link(parent) == link else list


# --- linking and unlinking -------------------------------------------------------------------------


@kernel_function
def __link_va(
    k: Kernel,
    va: vmap_area,
    root: rb_root,
    parent: rb_node | None,
    link: rb_link,
    head: list_head,
    augment: bool,
) -> None:
    """Put ``va`` into the tree at ``link`` and into the sorted list.  mm/vmalloc.c:__link_va, v6.12."""
    if parent is not None:
        # the parent is a neighbour in the order of addresses too: go in behind or before it
        head = rb_entry(parent).list
        if rb_right_link(parent) != link:
            head = head.prev
    rb_link_node(va.rb_node, parent, link)
    if augment:
        rb_insert_augmented(va.rb_node, root, free_vmap_area_rb_augment_cb)
        # 0 is no area's size, so the caller's augment_tree_propagate_from() is sure to begin its way up
        va.subtree_max_size = 0
    else:
        rb_insert_color(va.rb_node, root)
    list_add(va.list, head)


def link_va(
    k: Kernel, va: vmap_area, root: rb_root, parent: rb_node | None, link: rb_link, head: list_head
) -> None:
    """Link into a tree without subtree sizes: the busy and the lazy ones."""
    __link_va(k, va, root, parent, link, head, False)


def link_va_augment(
    k: Kernel, va: vmap_area, root: rb_root, parent: rb_node | None, link: rb_link, head: list_head
) -> None:
    """Link into the free tree."""
    __link_va(k, va, root, parent, link, head, True)


@kernel_function
def __unlink_va(k: Kernel, va: vmap_area, root: rb_root, augment: bool) -> None:
    """Take ``va`` out of its tree and list and mark it as being in neither.  mm/vmalloc.c, v6.12."""
    if WARN_ON(k, RB_EMPTY_NODE(va.rb_node), "mm/vmalloc.c:1283 __unlink_va"):
        return
    if augment:
        rb_erase_augmented(va.rb_node, root, free_vmap_area_rb_augment_cb)
    else:
        rb_erase(va.rb_node, root)
    list_del_init(va.list)
    RB_CLEAR_NODE(va.rb_node)


def unlink_va(k: Kernel, va: vmap_area, root: rb_root) -> None:
    """Unlink from a tree without subtree sizes."""
    __unlink_va(k, va, root, False)


def unlink_va_augment(k: Kernel, va: vmap_area, root: rb_root) -> None:
    """Unlink from the free tree."""
    __unlink_va(k, va, root, True)


@kernel_function
def insert_vmap_area(k: Kernel, va: vmap_area, root: rb_root, head: list_head) -> None:
    """Insert into a tree without subtree sizes; nothing happens if it overlaps.  mm/vmalloc.c, v6.12."""
    links = find_va_links(k, va, root, None)
    if links is not None:
        link_va(k, va, root, links.parent, links.link, head)


@kernel_function
def insert_vmap_area_augment(
    k: Kernel, va: vmap_area, start: rb_node | None, root: rb_root, head: list_head
) -> None:
    """Insert into the free tree, searching from ``start`` (None: from the root).  mm/vmalloc.c, v6.12."""
    links = find_va_links(k, va, None if start is not None else root, start)
    if links is not None:
        link_va_augment(k, va, root, links.parent, links.link, head)
        augment_tree_propagate_from(k, va)


# --- merging ---------------------------------------------------------------------------------------


@kernel_function
def __merge_or_add_vmap_area(
    k: Kernel, va: vmap_area, root: rb_root, head: list_head, augment: bool
) -> vmap_area | None:
    """Give a range back: grow the neighbours it touches, or insert ``va`` itself.

    Returns the area that holds the range now, or None if it overlaps one of the tree.  An area that
    was merged away is freed.  mm/vmalloc.c:__merge_or_add_vmap_area, v6.12.
    """
    links = find_va_links(k, va, root, None)
    if links is None:
        return None
    next = get_va_next_sibling(links.parent, links.link)
    merged = False
    if next is not None:
        if next != head:
            sibling = list_entry(next)
            if sibling.va_start == va.va_end:  # |<--- va --->|<--- next --->|
                sibling.va_start = va.va_start
                kmem_cache_free(k, vmap_area_cachep, va)
                va = sibling
                merged = True
        if next.prev != head:
            sibling = list_entry(next.prev)
            if sibling.va_end == va.va_start:  # |<--- prev --->|<--- va --->|
                # before the size changes: rotations copy sizes, and this one is not propagated yet
                if merged:
                    __unlink_va(k, va, root, augment)
                sibling.va_end = va.va_end
                kmem_cache_free(k, vmap_area_cachep, va)
                va = sibling
                merged = True
    if not merged:
        __link_va(k, va, root, links.parent, links.link, head, augment)
    return va


def merge_or_add_vmap_area(k: Kernel, va: vmap_area, root: rb_root, head: list_head) -> vmap_area | None:
    """Give a range back to a tree without subtree sizes."""
    return __merge_or_add_vmap_area(k, va, root, head, False)


def merge_or_add_vmap_area_augment(
    k: Kernel, va: vmap_area, root: rb_root, head: list_head
) -> vmap_area | None:
    """Give a range back to the free tree."""
    merged = __merge_or_add_vmap_area(k, va, root, head, True)
    if merged is not None:
        augment_tree_propagate_from(k, merged)
    return merged
