"""Looking for what nobody points at any more (mm/kmemleak.c, v6.12).

Differs: a scan is never interrupted, and struct pages are not looked through: none of them points at an
object here.
"""

from __future__ import annotations

from collections.abc import Iterator
from zlib import crc32

from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.bytewise import load_row
from vmgui.engine.lib.list import list_add_tail, list_del, list_for_each_entry
from vmgui.engine.lib.printk import HZ, printk
from vmgui.engine.lib.seq_file import seq_file, seq_puts
from vmgui.engine.mm.kasan.tags import kasan_reset_tag
from vmgui.engine.mm.kmemleak import (
    OBJECT_ALLOCATED,
    OBJECT_REPORTED,
    kmemleak_object,
    lookup_object,
    state_of,
)
from vmgui.engine.mm.kvfree_rcu import kfree_rcu_cpu
from vmgui.engine.mm.metadata import mapped_at
from vmgui.engine.mm.vfree import vfree_deferred
from vmgui.engine.mm.vmap_block import vmap_block_queue
from vmgui.engine.structs import vmap_node
from vmgui.engine.trace import kernel_function
from vmgui.engine.words import WORD

SECS_MIN_AGE = 5  # what is younger may have its only pointer in a register
HEX_ROW_SIZE, HEX_MAX_LINES = 16, 2


def objects(k: Kernel) -> Iterator[kmemleak_object]:
    """Walk all objects, oldest first."""
    return list_for_each_entry(state_of(k).object_list, kmemleak_object, "object_list")


def color_white(object: kmemleak_object) -> bool:
    """Tell whether too few references to an object have been found."""
    return object.count < object.min_count


def unreferenced_object(k: Kernel, object: kmemleak_object) -> bool:
    """Tell whether an object is lost: too few references, and not allocated just now."""
    old = object.jiffies + SECS_MIN_AGE * HZ <= state_of(k).jiffies_last_scan
    return color_white(object) and bool(object.flags & OBJECT_ALLOCATED) and old


@kernel_function
def kmemleak_scan(k: Kernel, stack: tuple[int, ...]) -> None:
    """Look for pointers to all objects, beginning with what is surely in use.

    ``stack`` is what the program holds, which is on its stack.  What is not found the first time but has
    changed since the last scan gets another chance.  mm/kmemleak.c:kmemleak_scan, v6.12.
    """
    state_of(k).jiffies_last_scan = k.jiffies
    for found in objects(k):
        found.count = 0
        if not color_white(found):
            list_add_tail(found.gray_list, state_of(k).gray_list)
    for start, nbytes in per_cpu_sections(k):
        scan_block(k, start, nbytes, None)
    for pointer in stack:
        pointer_update_refs(k, None, pointer)
    scan_gray_list(k)
    for found in objects(k):
        if color_white(found) and found.flags & OBJECT_ALLOCATED and update_checksum(k, found):
            found.count = found.min_count
            list_add_tail(found.gray_list, state_of(k).gray_list)
    scan_gray_list(k)
    new_leaks = 0
    for found in objects(k):
        if unreferenced_object(k, found) and not found.flags & OBJECT_REPORTED:
            found.flags = found.flags | OBJECT_REPORTED
            new_leaks += 1
    if new_leaks:
        where = "(see /sys/kernel/debug/kmemleak)"
        printk(k, f"kmemleak: {new_leaks} new suspected memory leaks {where}")


def per_cpu_sections(k: Kernel) -> Iterator[tuple[int, int]]:
    """Yield address and bytes of the variables that every CPU has of its own, and of the vmap nodes."""
    cpus = k.machine.possible_cpus
    yield k.vfree_deferred, vfree_deferred.size * cpus
    yield k.vmap_block_queue, vmap_block_queue.size * cpus
    yield k.krc, kfree_rcu_cpu.size * cpus
    yield k.vmap_nodes.addr, vmap_node.size * k.nr_vmap_nodes


@kernel_function
def scan_gray_list(k: Kernel) -> None:
    """Look through every object that is in use; that may find more.  mm/kmemleak.c:scan_gray_list, v6.12."""
    head = state_of(k).gray_list
    while head.next != head:
        for found in list_for_each_entry(head, kmemleak_object, "gray_list"):
            scan_object(k, found)
            list_del(found.gray_list)


def scan_object(k: Kernel, object: kmemleak_object) -> None:
    """Look through an object, or the part of it that holds pointers."""
    if object.area_nbytes:
        scan_block(k, object.area_start, object.area_nbytes, object)
    else:
        scan_block(k, object.pointer, object.nbytes, object)


def scan_block(k: Kernel, start: int, nbytes: int, scanned: kmemleak_object | None) -> None:
    """Take every word of a block for a pointer."""
    for at, length in pieces(k, start, nbytes):
        if not k.mem.is_zero(at, length):
            for word in range(at, at + length, WORD):
                pointer_update_refs(k, scanned, k.mem.load(word))


def pieces(k: Kernel, start: int, nbytes: int) -> Iterator[tuple[int, int]]:
    """Yield where in memory the whole words of a block are; what is not mapped is left out."""
    if start < k.arena_end:
        yield start, nbytes & -WORD
        return
    for addr in range(start, start + nbytes, k.PAGE_SIZE):
        at = mapped_at(k, addr)
        if at is not None and at < k.arena_end:
            yield at, min(k.PAGE_SIZE, start + nbytes - addr)


def pointer_update_refs(k: Kernel, scanned: kmemleak_object | None, pointer: int) -> None:
    """Count a reference, if ``pointer`` is one, to the object it points into.

    mm/kmemleak.c:pointer_update_refs, v6.12.
    """
    state = state_of(k)
    if not state.min_addr <= kasan_reset_tag(k, pointer) < state.max_addr:
        return
    found = lookup_object(k, pointer, True)
    if found is None or found == scanned:
        return
    if color_white(found):
        update_refs(k, found)
        return
    if found.excess_ref:  # one more than it needs: it counts for somebody else
        other = lookup_object(k, found.excess_ref, False)
        if other is not None and other != scanned:
            update_refs(k, other)


def update_refs(k: Kernel, object: kmemleak_object) -> None:
    """Count one reference to an object; with the last one it needs, it is to be looked through as well."""
    if not color_white(object):
        return
    object.count = object.count + 1
    if not color_white(object):
        list_add_tail(object.gray_list, state_of(k).gray_list)


def update_checksum(k: Kernel, object: kmemleak_object) -> bool:
    """Tell whether the content of an object has changed since the last time.

    mm/kmemleak.c:update_checksum, v6.12.
    """
    # zlib turns the number over before and after, the kernel does not
    old, value = object.checksum, 0xFFFFFFFF
    for at, length in pieces(k, object.pointer, object.nbytes):
        value = crc32(load_row(k, at, length), value)
    object.checksum = value ^ 0xFFFFFFFF
    return object.checksum != old


# --- reports ---------------------------------------------------------------------------------------


def kmemleak_seq_show(k: Kernel, seq: seq_file) -> None:
    """Print all that has been reported as lost and still is, as /sys/kernel/debug/kmemleak does."""
    for found in objects(k):
        if found.flags & OBJECT_REPORTED and unreferenced_object(k, found):
            print_unreferenced(k, seq, found)


@kernel_function
def print_unreferenced(k: Kernel, seq: seq_file, object: kmemleak_object) -> None:
    """Print one lost object.  mm/kmemleak.c:print_unreferenced, v6.12."""
    seq_puts(seq, f"unreferenced object {object.pointer:#010x} (size {object.nbytes}):\n")
    seq_puts(seq, f'  comm "init", pid 1, jiffies {object.jiffies}\n')
    hex_dump_object(k, seq, object)
    seq_puts(seq, f"  backtrace (crc {object.checksum:x}):\n")


def hex_dump_object(k: Kernel, seq: seq_file, object: kmemleak_object) -> None:
    """Print the first bytes of an object, as numbers and as text.  mm/kmemleak.c:hex_dump_object, v6.12."""
    most = min(object.nbytes, HEX_MAX_LINES * HEX_ROW_SIZE)
    seq_puts(seq, f"  hex dump (first {most} bytes):\n")
    data = b"".join(load_row(k, at, length) for at, length in pieces(k, object.pointer, most))
    for row in range(0, len(data), HEX_ROW_SIZE):
        line = data[row : row + HEX_ROW_SIZE]
        text = "".join(chr(byte) if 0x20 <= byte < 0x7F else "." for byte in line)
        seq_puts(seq, f"    {line.hex(' '):<49}{text}\n")
