"""An array with a very large index, most of it empty: a tree of nodes with 64 slots (lib/xarray.c, v6.12).

Every node takes six bits of the index.  The tree is as high as its largest index needs; an empty array
has no node.
Differs: no marks, no entries over several indices, and a single entry at index 0 has a node, too.
"""

from __future__ import annotations

from collections.abc import Iterator

from vmgui.engine.errno import EBUSY, ENOMEM
from vmgui.engine.gfp import __GFP_ZERO
from vmgui.engine.kernel import Kernel
from vmgui.engine.mm.slab import kfree, kmalloc
from vmgui.engine.words import Struct, array, ptr, transparent, ulong

XA_CHUNK_SHIFT = 6
XA_CHUNK_SIZE = 1 << XA_CHUNK_SHIFT
XA_CHUNK_MASK = XA_CHUNK_SIZE - 1


class xa_node(Struct):
    """A node: the slots hold nodes while ``shift`` is not 0, and entries where it is."""

    shift = ulong()  # bits of the index that are left for the nodes below
    offset = ulong()  # which slot of the parent points here
    count = ulong()  # slots in use
    parent = ptr["xa_node"]("xa_node")
    slots = array(XA_CHUNK_SIZE)


class xarray(Struct):
    """The array itself."""

    xa_head = ptr[xa_node]("xa_node")


@transparent
def xa_init(xa: xarray) -> None:
    """Make an empty array."""
    xa.xa_head = None


def xa_load(xa: xarray, index: int) -> int:
    """Return the entry at ``index``, 0 if there is none."""
    node = _leaf(xa, index)
    return node.slots[index & XA_CHUNK_MASK] if node is not None else 0


def _leaf(xa: xarray, index: int) -> xa_node | None:
    """Return the lowest node that ``index`` leads to, if the tree is that large."""
    node = xa.xa_head
    if node is None or index >> node.shift + XA_CHUNK_SHIFT:
        return None
    while node is not None and node.shift:
        node = child(node, index >> node.shift & XA_CHUNK_MASK)
    return node


def child(node: xa_node, offset: int) -> xa_node | None:
    """Return the node in a slot, None if the slot is empty."""
    addr = node.slots[offset]
    return xa_node(node.mem, addr) if addr else None


def xa_insert(k: Kernel, xa: xarray, index: int, entry: int, gfp: int) -> int:
    """Store ``entry``, not 0, at ``index``, which must be empty.

    0, -EBUSY if there is an entry, -ENOMEM without memory for a node.  lib/xarray.c:__xa_insert, v6.12.
    """
    if xa_load(xa, index):
        return -EBUSY
    node = xas_create(k, xa, index, gfp)
    if node is None:
        return -ENOMEM
    _fill(node, index & XA_CHUNK_MASK, entry)
    return 0


def xas_create(k: Kernel, xa: xarray, index: int, gfp: int) -> xa_node | None:
    """Make the tree high enough for ``index`` and return the lowest node on its way.

    None without memory; empty nodes made until then are given back.  lib/xarray.c:xas_create, v6.12.
    """
    node = xas_expand(k, xa, index, gfp)
    while node is not None and node.shift:
        offset = index >> node.shift & XA_CHUNK_MASK
        below = child(node, offset)
        if below is None:
            below = xas_alloc(k, node.shift - XA_CHUNK_SHIFT, gfp)
            if below is None:
                xas_delete_node(k, xa, node)
                return None
            below.parent, below.offset = node, offset
            _fill(node, offset, below.addr)
        node = below
    return node


def xas_expand(k: Kernel, xa: xarray, index: int, gfp: int) -> xa_node | None:
    """Put nodes on top of the tree until ``index`` lies in it; returns the top node, None without memory.

    lib/xarray.c:xas_expand, v6.12.
    """
    head = xa.xa_head
    if head is None:
        shift = max(0, index.bit_length() - 1) // XA_CHUNK_SHIFT * XA_CHUNK_SHIFT
        xa.xa_head = xas_alloc(k, shift, gfp)
        return xa.xa_head
    while index >> head.shift + XA_CHUNK_SHIFT:
        node = xas_alloc(k, head.shift + XA_CHUNK_SHIFT, gfp)
        if node is None:
            return None
        _fill(node, 0, head.addr)
        head.parent, head.offset = node, 0
        xa.xa_head = head = node
    return head


def xas_alloc(k: Kernel, shift: int, gfp: int) -> xa_node | None:
    """Take an empty node; None without memory."""
    addr = kmalloc(k, xa_node.size, gfp | __GFP_ZERO)
    if not addr:
        return None
    node = xa_node(k.mem, addr)
    node.shift = shift
    return node


@transparent
def _fill(node: xa_node, offset: int, entry: int) -> None:
    node.slots[offset] = entry
    node.count = node.count + 1


def xa_erase(k: Kernel, xa: xarray, index: int) -> int:
    """Take the entry at ``index`` out and return it, 0 if there was none.

    lib/xarray.c:xa_erase, v6.12.
    """
    node = _leaf(xa, index)
    entry = node.slots[index & XA_CHUNK_MASK] if node is not None else 0
    if node is not None and entry:
        node.slots[index & XA_CHUNK_MASK] = 0
        node.count = node.count - 1
        xas_delete_node(k, xa, node)
    return entry


def xas_delete_node(k: Kernel, xa: xarray, node: xa_node) -> None:
    """Give back ``node`` and those above it, as long as they are empty; then make the tree low again.

    lib/xarray.c:xas_delete_node, v6.12.
    """
    at: xa_node | None = node
    while at is not None and not at.count:
        parent = at.parent
        if parent is None:
            xa.xa_head = None
        else:
            parent.slots[at.offset] = 0
            parent.count = parent.count - 1
        kfree(k, at.addr)
        at = parent
    xas_shrink(k, xa)


def xas_shrink(k: Kernel, xa: xarray) -> None:
    """Drop top nodes in which only the first slot is in use.  lib/xarray.c:xas_shrink, v6.12."""
    head = xa.xa_head
    while head is not None and head.shift and head.count == 1 and head.slots[0]:
        below = xa_node(head.mem, head.slots[0])
        below.parent = None
        xa.xa_head = below
        kfree(k, head.addr)
        head = below


def xa_for_each(xa: xarray) -> Iterator[tuple[int, int]]:
    """Yield (index, entry) for all that is there, lowest index first."""
    if xa.xa_head is not None:
        yield from _below(xa.xa_head, 0)


def _below(node: xa_node, first: int) -> Iterator[tuple[int, int]]:
    for offset in range(XA_CHUNK_SIZE):
        entry = node.slots[offset]
        if entry and node.shift:
            yield from _below(xa_node(node.mem, entry), first + (offset << node.shift))
        elif entry:
            yield first + offset, entry
