"""Walks over page tables: holes, leaves and garbage at every level, missing memory, early ends."""

from __future__ import annotations

from typing import Any

import pytest

from tests.engine.booted import booted
from vmgui.engine.errno import EINVAL, ENOMEM
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.fault_inject import Fault, setup_fault_attr
from vmgui.engine.lib.printk import log_lines
from vmgui.engine.machine import G, M, Machine
from vmgui.engine.mm.memory import apply_to_existing_page_range, apply_to_page_range
from vmgui.engine.mm.pagewalk import mm_walk, walk_kernel_page_table_range
from vmgui.engine.mm.pgtable import p4d_offset, pgd_offset_k, pmd_offset, pud_offset
from vmgui.engine.mm.vmap_range import vmap_range_noflush

DEVICE = 1 << 39
GARBAGE = 1 << 40 | 1 << 9  # an entry that is neither empty nor present, nor ever made
FIVE = Machine(va_bits=57, phys_bits=52, ram=64 * M)
LEVELS = ("pgd", "p4d", "pud", "pmd")


@pytest.fixture
def k() -> Kernel:
    return booted(FIVE)


def far(k: Kernel) -> int:
    """An address below which no table is there yet."""
    return k.VMALLOC_START + 3 * k.PGDIR_SIZE


def mapped(k: Kernel, addr: int) -> dict[str, int]:
    """Map one page at ``addr``; the entry of each level above it."""
    assert vmap_range_noflush(k, addr, addr + k.PAGE_SIZE, DEVICE, k.PAGE_KERNEL_IO, 12) == 0
    found = {"pgd": pgd_offset_k(k, addr)}
    found["p4d"] = p4d_offset(k, found["pgd"], addr)
    found["pud"] = pud_offset(k, found["p4d"], addr)
    found["pmd"] = pmd_offset(k, found["pud"], addr)
    return found


def put(k: Kernel, entryp: int, value: int) -> None:
    k.mem.words[entryp >> 3] = value


class Visited:
    """A function for a walk: keeps the addresses it is called for, and fails at one of them."""

    def __init__(self, fails_at: int = 0) -> None:
        self.at: list[int] = []
        self.fails_at = fails_at

    def __call__(self, k: Kernel, ptep: int, addr: int, data: Any) -> int:
        self.at.append(addr)
        return -EINVAL if addr == self.fails_at else 0


def test_holes_of_every_size_are_stepped_over(k: Kernel) -> None:
    addr, visited = far(k), Visited()
    for step in (0, k.PAGE_SIZE, k.PMD_SIZE, k.PUD_SIZE, k.P4D_SIZE):
        mapped(k, addr + 2 * step)
    assert apply_to_existing_page_range(k, addr - k.PGDIR_SIZE, 3 * k.PGDIR_SIZE, visited, None) == 0
    assert visited.at == [addr + 2 * s for s in (0, k.PAGE_SIZE, k.PMD_SIZE, k.PUD_SIZE, k.P4D_SIZE)]


def test_what_a_function_answers_ends_the_walk_at_every_level(k: Kernel) -> None:
    addr, visited = far(k), Visited(far(k))
    for step in (k.PMD_SIZE, k.PUD_SIZE, k.P4D_SIZE, k.PGDIR_SIZE):
        assert apply_to_page_range(k, addr, step + k.PAGE_SIZE, visited, None) == -EINVAL
    assert set(visited.at) == {addr}


@pytest.mark.parametrize("size", [0, -4096])
def test_an_empty_range_is_refused_with_a_warning(k: Kernel, size: int) -> None:
    assert apply_to_page_range(k, far(k), size, Visited(), None) == -EINVAL
    assert "WARNING" in "".join(log_lines(k.mem, k))


@pytest.mark.parametrize("nth", [1, 2, 3, 4])
def test_a_table_that_cannot_be_had_ends_the_walk(nth: int) -> None:
    k = booted(Machine("arm64", va_bits=52, ram=64 * M))  # on x86 the boot makes those of the top level
    setup_fault_attr(k, Fault.TABLE, nth, 1, 1)
    visited = Visited()
    assert apply_to_page_range(k, far(k), k.PAGE_SIZE, visited, None) == -ENOMEM
    assert visited.at == []


@pytest.mark.parametrize("level", LEVELS)
def test_garbage_is_stepped_over_where_nothing_may_be_made(k: Kernel, level: str) -> None:
    addr, visited = far(k), Visited()
    put(k, mapped(k, addr)[level], GARBAGE)
    assert apply_to_existing_page_range(k, addr, k.PAGE_SIZE, visited, None) == 0
    assert visited.at == []
    assert "WARNING" in "".join(log_lines(k.mem, k))


@pytest.mark.parametrize("level", LEVELS)
def test_garbage_is_removed_where_tables_are_made(k: Kernel, level: str) -> None:
    addr, visited = far(k), Visited()
    entry = mapped(k, addr)[level]
    put(k, entry, GARBAGE)
    assert apply_to_page_range(k, addr, k.PAGE_SIZE, visited, None) == 0
    assert visited.at == [addr]
    assert k.mem.load(entry) not in (0, GARBAGE)
    assert f"bad {level}" in "".join(log_lines(k.mem, k))


def test_a_pmd_leaf_ends_the_walk(k: Kernel) -> None:
    addr, visited = far(k), Visited()
    vmap_range_noflush(k, addr, addr + k.PMD_SIZE, DEVICE, k.PAGE_KERNEL_IO, k.PMD_SHIFT)
    assert apply_to_page_range(k, addr, k.PAGE_SIZE, visited, None) == -EINVAL
    assert visited.at == []


def test_a_pud_leaf_ends_the_walk(k: Kernel) -> None:
    addr, visited = far(k), Visited()
    vmap_range_noflush(k, addr, addr + G, DEVICE, k.PAGE_KERNEL_IO, k.PUD_SHIFT)
    assert apply_to_page_range(k, addr, k.PAGE_SIZE, visited, None) == -EINVAL
    assert visited.at == []


# --- a function for each level -------------------------------------------------------------------------


def walk(seen: list[str], ends_at: str = "", changed: int | None = None) -> mm_walk:
    """A walk that notes the levels it is called for, ends at one, and may change what it is called for."""

    def entry(level: str) -> Any:
        def call(k: Kernel, entryp: int, private: Any) -> int:
            seen.append(level)
            if changed is not None and level == ends_at:
                put(k, entryp, changed)
                return 0
            return -EINVAL if level == ends_at else 0

        return call

    return mm_walk(entry("pud"), entry("pmd"), entry("pte"), None)


def test_a_walk_calls_for_every_entry_that_is_not_empty(k: Kernel) -> None:
    addr, seen = far(k), list[str]()
    mapped(k, addr)
    assert walk_kernel_page_table_range(k, addr - k.PGDIR_SIZE, addr + k.PGDIR_SIZE, walk(seen)) == 0
    assert (seen.count("pud"), seen.count("pmd"), seen.count("pte")) == (1, 1, 512)


@pytest.mark.parametrize(("level", "calls"), [("pud", 1), ("pmd", 2), ("pte", 3)])
def test_a_walk_ends_where_a_function_says_so(k: Kernel, level: str, calls: int) -> None:
    addr, seen = far(k), list[str]()
    mapped(k, addr)
    assert walk_kernel_page_table_range(k, addr, addr + k.PGDIR_SIZE, walk(seen, level)) == -EINVAL
    assert len(seen) == calls


@pytest.mark.parametrize(("level", "calls"), [("pud", ["pud"]), ("pmd", ["pud", "pmd"])])
@pytest.mark.parametrize("changed", [0, GARBAGE, 0xE7 | 1 << 39], ids=["emptied", "garbage", "leaf"])
def test_a_walk_goes_no_deeper_than_what_a_function_left(
    k: Kernel, level: str, calls: list[str], changed: int
) -> None:
    addr, seen = far(k), list[str]()
    mapped(k, addr)
    assert walk_kernel_page_table_range(k, addr, addr + k.PAGE_SIZE, walk(seen, level, changed)) == 0
    assert seen == calls


@pytest.mark.parametrize("level", ["pgd", "p4d"])
def test_a_walk_removes_garbage_above_the_puds(k: Kernel, level: str) -> None:
    addr, seen = far(k), list[str]()
    entry = mapped(k, addr)[level]
    put(k, entry, GARBAGE)
    assert walk_kernel_page_table_range(k, addr, addr + k.PAGE_SIZE, walk(seen)) == 0
    assert seen == []
    assert k.mem.load(entry) == 0


def test_a_walk_over_nothing_is_refused(k: Kernel) -> None:
    assert walk_kernel_page_table_range(k, far(k), far(k), walk([])) == -EINVAL
