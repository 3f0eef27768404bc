"""A recording kernel to map things on, and an independent look at what its page tables hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from vmgui.engine.boot import boot
from vmgui.engine.kernel import Kernel, arena_end, arena_start
from vmgui.engine.lib.printk import log_lines
from vmgui.engine.machine import M, Machine, va_bits_of
from vmgui.engine.mm.page_alloc import __free_pages, alloc_pages, set_page_refcounted, split_page
from vmgui.engine.mm.slab import kmalloc
from vmgui.engine.structs import page
from vmgui.engine.trace import FUNCTIONS, Recorder

PAGE, MIB2, GIB = 1 << 12, 1 << 21, 1 << 30
#: Device memory: 512 GiB up, aligned to everything.
DEV = 0x80_0000_0000
RAM = 64 * M
GFP_KERNEL = 0xCC0


def mapper(levels: int = 4, **changes: object) -> Kernel:
    """A fresh kernel that records; nothing is in the record yet."""
    changes = {"va_bits": va_bits_of("x86_64", 4096, levels)} | changes
    machine = replace(Machine(ram=RAM, possible_cpus=2, online_cpus=2), **changes)
    mem = Recorder(arena_start(machine), arena_end(machine))
    k = boot(machine, mem)
    mem.record()
    return k


def base(k: Kernel) -> int:
    """An address in the vmalloc range, 1 TiB from its start, aligned to 512 GiB."""
    return k.VMALLOC_START + (1 << 40)


class Leaf(NamedTuple):
    """An entry that maps memory: 2**shift bytes at ``va``."""

    va: int
    shift: int
    pa: int
    bits: int


def walk(k: Kernel, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Yield (va, shift, entry) for all entries that are not 0 and overlap [start, end), by address."""
    top = 48 if k.machine.levels == 5 else 39
    yield from _walk(k, k.init_mm_pgd, top, -1 << top + 9 & (1 << 64) - 1, start, end)


def _walk(
    k: Kernel, table: int, shift: int, va0: int, start: int, end: int
) -> Iterator[tuple[int, int, int]]:
    first = max(0, start - va0 >> shift)
    for i in range(first, min(512, (end - 1 - va0 >> shift) + 1)):
        va, entry = va0 + (i << shift), k.mem.load(table + 8 * i)
        if entry:
            yield va, shift, entry
        if entry and shift > 12 and not entry & 0x80:
            yield from _walk(k, entry & 0xFFFFFFFFFF000, shift - 9, va, start, end)


def leaves(k: Kernel, start: int, end: int) -> list[Leaf]:
    """What is mapped in [start, end), leaf by leaf."""
    found = []
    for va, shift, entry in walk(k, start, end):
        if shift == 12 or entry & 0x80:
            pa = entry & 0xFFFFFFFFFF000 & -1 << shift
            found.append(Leaf(va, shift, pa, entry ^ pa))
    return found


def runs(k: Kernel, start: int, end: int) -> list[tuple[str, int]]:
    """Sizes of the leaves of [start, end) in address order: [("2M", 1), ("4K", 3)]."""
    found: list[tuple[str, int]] = []
    for leaf in leaves(k, start, end):
        size = {12: "4K", 21: "2M", 30: "1G"}[leaf.shift]
        if found and found[-1][0] == size:
            found[-1] = size, found[-1][1] + 1
        else:
            found.append((size, 1))
    return found


def tables(k: Kernel, start: int, end: int) -> list[tuple[int, int]]:
    """(va, shift of its entries) of every table below the top that covers a part of [start, end)."""
    return [(va, s - 9) for va, s, entry in walk(k, start, end) if s > 12 and not entry & 0x80]


class Call(NamedTuple):
    """A span that was recorded."""

    name: str
    args: tuple[int, ...]
    result: int


def calls(k: Kernel, *names: str) -> list[Call]:
    """The calls of ``names`` since the record was last taken, in order of entry."""
    rows, found = k.mem.rows, []
    for i, number in enumerate(rows.function):
        end = rows.arg[i + 1] if i + 1 < len(rows.arg) else len(rows.args)
        if FUNCTIONS[number].name in names:
            found.append(Call(FUNCTIONS[number].name, tuple(rows.args[rows.arg[i] : end]), rows.result[i]))
    return found


def written(k: Kernel) -> list[tuple[int, int]]:
    """(address, value) of every store since the record was last taken."""
    rows = k.mem.rows
    return [(word << 3, new) for word, new in zip(rows.word, rows.new, strict=True) if word]


def log(k: Kernel) -> list[str]:
    """The lines in the kernel log."""
    return log_lines(k.mem, k)


def pages(k: Kernel, order: int) -> tuple[int, list[int]]:
    """A block of pages, split, in an array: its address and the physical addresses of the pages."""
    block = alloc_pages(k, GFP_KERNEL, order)
    assert block is not None
    split_page(k, block, order)
    array = kmalloc(k, 8 << order, GFP_KERNEL)
    for i in range(1 << order):
        k.mem.words[array + 8 * i >> 3] = block[i].addr
    pa = (block.addr - k.vmemmap) // 64 << 12
    return array, [pa + i * PAGE for i in range(1 << order)]


def use_up_memory(k: Kernel, leave: int) -> None:
    """Take every free page but ``leave`` single ones; the record begins anew."""
    for order in range(10, -1, -1):
        while alloc_pages(k, GFP_KERNEL, order):
            pass
    for pfn in range((k.machine.ram >> 12) - leave, k.machine.ram >> 12):
        frame = page(k.mem, k.vmemmap + pfn * 64)
        set_page_refcounted(frame)
        __free_pages(k, frame, 0)
    k.mem.take()
