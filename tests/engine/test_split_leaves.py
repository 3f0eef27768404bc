"""Changing protections where tables end, memory is out, or somebody else needs the memory otherwise."""

from __future__ import annotations

import pytest

from tests.engine.booted import booted
from vmgui.engine.arch.memtype import (
    UC,
    UC_MINUS,
    WB,
    WC,
    WT,
    memtype_check_conflict,
    memtype_free,
    memtype_reserve,
)
from vmgui.engine.arch.memtype_sync import memtype_kernel_map_sync
from vmgui.engine.arch.x86_64 import _PAGE_NX, _PAGE_PRESENT, _PAGE_PSE, _PAGE_RW
from vmgui.engine.arch.x86_cpa import (
    CPA_NO_CHECK_ALIAS,
    __should_split_large_page,
    cpa_data,
    lookup_address,
    split_large_page,
)
from vmgui.engine.arch.x86_set_memory import (
    __change_page_attr_set_clr,
    change_page_attr_set_clr,
    set_memory_ro,
    set_memory_uc,
    set_memory_wb,
)
from vmgui.engine.errno import EBUSY, EFAULT, EINVAL, ENOMEM
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.fault_inject import Fault, setup_fault_attr
from vmgui.engine.lib.out import Out
from vmgui.engine.lib.printk import log_lines
from vmgui.engine.machine import G, K, M
from vmgui.engine.mm.pgtable import p4d_offset, pgd_offset_k, pmd_offset, pud_offset
from vmgui.engine.mm.vmalloc import vmalloc
from vmgui.engine.mm.vmap_range import vmap_range_noflush

PAGE = 4 * K
DEVICE = 1 << 39
GARBAGE = 1 << 40 | 1 << 9  # neither empty nor present


@pytest.fixture
def k() -> Kernel:
    return booted(va_bits=57)


def said(k: Kernel) -> str:
    return "\n".join(log_lines(k.mem, k))


def put(k: Kernel, entryp: int, value: int) -> None:
    k.mem.words[entryp >> 3] = value


def device(k: Kernel, shift: int) -> int:
    """A leaf of 2**shift bytes of a device, and where it is."""
    addr = k.VMALLOC_START + 3 * k.PGDIR_SIZE
    assert vmap_range_noflush(k, addr, addr + (1 << shift), DEVICE, k.PAGE_KERNEL_IO, shift) == 0
    return addr


def entries(k: Kernel, addr: int) -> dict[str, int]:
    """The entry of each level above the PTEs for ``addr``."""
    found = {"pgd": pgd_offset_k(k, addr)}
    found["p4d"] = p4d_offset(k, found["pgd"], addr)
    found["pud"] = pud_offset(k, found["p4d"], addr)
    found["pmd"] = pmd_offset(k, found["pud"], addr)
    return found


# --- looking a leaf up -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("level", "number"), [("pgd", 5), ("p4d", 4), ("pud", 3), ("pmd", 2)])
def test_an_empty_entry_ends_the_search_for_a_leaf(k: Kernel, level: str, number: int) -> None:
    addr, found = device(k, 12), Out()
    put(k, entries(k, addr)[level], 0)
    assert lookup_address(k, addr, found) == 0
    assert found.value == number


@pytest.mark.parametrize(("level", "number"), [("p4d", 4), ("pud", 3), ("pmd", 2)])
def test_what_is_neither_empty_nor_present_counts_as_a_leaf(k: Kernel, level: str, number: int) -> None:
    addr, found = device(k, 12), Out()
    entry = entries(k, addr)[level]
    put(k, entry, GARBAGE)
    assert (lookup_address(k, addr, found), found.value) == (entry, number)


# --- splitting -------------------------------------------------------------------------------------------


def test_a_leaf_of_one_page_is_neither_kept_nor_split(k: Kernel) -> None:
    addr, level = device(k, 12), Out()
    kpte = lookup_address(k, addr, level)
    before, leaf = k.nr_free_pages, k.mem.load(kpte)
    change = cpa_data(addr, 1, _PAGE_NX, 0)
    assert __should_split_large_page(k, kpte, addr, change) == -EINVAL
    assert split_large_page(k, change, kpte, addr) == 0
    assert (k.nr_free_pages, k.mem.load(kpte)) == (before, leaf)


def test_a_gib_that_is_not_present_is_split_into_leaves_that_are_not_present_either(k: Kernel) -> None:
    addr = device(k, 30)
    whole = cpa_data(addr, G // PAGE, 0, _PAGE_PRESENT | _PAGE_RW, CPA_NO_CHECK_ALIAS)
    assert __change_page_attr_set_clr(k, whole, 1) == 0
    pud = entries(k, addr)["pud"]
    assert not k.mem.load(pud) & _PAGE_PRESENT
    change = cpa_data(addr, 1, _PAGE_NX, 0)
    assert split_large_page(k, change, pud, addr) == 0
    assert k.mem.load(pud) & (_PAGE_PRESENT | _PAGE_PSE) == _PAGE_PRESENT
    assert not k.mem.load(pmd_offset(k, pud, addr)) & (_PAGE_PRESENT | _PAGE_PSE)


def test_no_memory_to_split_the_alias_ends_the_change(k: Kernel) -> None:
    addr = vmalloc(k, 2 * PAGE)
    setup_fault_attr(k, Fault.PAGE, 1, 1, 1)
    assert set_memory_ro(k, addr, 2) == -ENOMEM
    first, second = (k.mem.load(lookup_address(k, addr + i * PAGE, Out())) for i in range(2))
    assert (bool(first & _PAGE_RW), bool(second & _PAGE_RW)) == (False, True)


# --- holes and empty changes ---------------------------------------------------------------------------


def test_a_change_of_nothing_is_none(k: Kernel) -> None:
    addr = vmalloc(k, PAGE)
    assert change_page_attr_set_clr(k, addr, 1, 0, 0) == 0
    assert __change_page_attr_set_clr(k, cpa_data(addr, 1, 0, 0), 1) == 0


def test_an_address_inside_a_page_is_complained_about_and_taken_for_its_page(k: Kernel) -> None:
    addr = vmalloc(k, PAGE)
    assert set_memory_ro(k, addr + 8, 1) == 0
    assert not k.mem.load(lookup_address(k, addr, Out())) & _PAGE_RW
    assert "change_page_attr_set_clr" in said(k)


@pytest.mark.parametrize("through_the_alias", [True, False])
def test_a_hole_in_the_direct_map_is_no_error(k: Kernel, through_the_alias: bool) -> None:
    addr = vmalloc(k, PAGE)
    frame = k.mem.load(lookup_address(k, addr, Out())) & 0xFFFFFFFFFF000
    set_memory_ro(k, addr, 1)  # the direct map has leaves of one page here
    put(k, lookup_address(k, k.PAGE_OFFSET + frame, Out()), 0)
    assert change_page_attr_set_clr(
        k, addr if through_the_alias else k.PAGE_OFFSET + frame, 1, _PAGE_RW, 0
    ) == 0


def test_uncached_is_taken_back_where_nothing_is_mapped(k: Kernel) -> None:
    hole = k.VMALLOC_START + 5 * G
    assert set_memory_uc(k, hole, 1) == -EFAULT
    assert set_memory_wb(k, hole, 1) == -EFAULT
    assert memtype_reserve(k, hole - k.PAGE_OFFSET, hole - k.PAGE_OFFSET + PAGE, WC, found := Out()) == 0
    assert found.value == WC


def test_memory_that_is_needed_otherwise_does_not_become_uncached(k: Kernel) -> None:
    addr = k.PAGE_OFFSET + 40 * M
    assert set_memory_uc(k, addr, 1) == 0
    assert set_memory_uc(k, addr, 1) == -EBUSY
    assert "reserve_ram_pages_type failed" in said(k)


# --- memory types ----------------------------------------------------------------------------------------


def test_no_range_has_no_memory_type(k: Kernel) -> None:
    assert memtype_reserve(k, DEVICE, DEVICE, WC, Out()) == -EINVAL


def test_the_old_isa_window_is_write_back_and_not_tracked(k: Kernel) -> None:
    assert memtype_reserve(k, 0xA0000, 0xB0000, UC, found := Out()) == 0
    assert found.value == WB
    assert memtype_free(k, 0xA0000, 0xB0000) == 0


def test_half_ram_and_half_device_has_no_memory_type(k: Kernel) -> None:
    edge = k.machine.ram
    assert memtype_reserve(k, edge - M, edge + M, UC_MINUS, Out()) == -EINVAL
    assert memtype_free(k, edge - M, edge + M) == -EINVAL


def test_strong_uncached_ram_is_complained_about_and_becomes_weak(k: Kernel) -> None:
    assert memtype_reserve(k, 40 * M, 40 * M + PAGE, UC, found := Out()) == 0
    assert found.value == UC_MINUS
    assert "memtype_reserve" in said(k)


def test_only_the_tail_of_a_longer_range_is_freed(k: Kernel) -> None:
    memtype_reserve(k, DEVICE, DEVICE + 4 * PAGE, WC, Out())
    assert memtype_free(k, DEVICE + 2 * PAGE, DEVICE + 4 * PAGE) == 0
    assert memtype_free(k, DEVICE + 2 * PAGE, DEVICE + 4 * PAGE) == -EINVAL
    assert "freeing invalid memtype" in said(k)
    assert memtype_free(k, DEVICE, DEVICE + 2 * PAGE) == 0


def test_ranges_that_contradict_each_other_have_no_common_type(k: Kernel) -> None:
    memtype_reserve(k, DEVICE, DEVICE + PAGE, WC, Out())
    memtype_reserve(k, DEVICE + PAGE, DEVICE + 2 * PAGE, WT, Out())
    assert memtype_check_conflict(k, DEVICE, DEVICE + 2 * PAGE, WC, Out()) == -EBUSY
    assert memtype_reserve(k, DEVICE, DEVICE + 2 * PAGE, WC, Out()) == -EBUSY
    assert "conflicting memory types" in said(k)


# --- the direct map follows ------------------------------------------------------------------------------


@pytest.mark.parametrize("type", [WC, WT, WB, UC_MINUS])
def test_the_direct_map_of_ram_takes_over_a_memory_type(k: Kernel, type: int) -> None:
    assert memtype_kernel_map_sync(k, 40 * M, PAGE, UC_MINUS) == 0
    assert memtype_kernel_map_sync(k, 40 * M, PAGE, type) == 0
    cached = k.mem.load(lookup_address(k, k.PAGE_OFFSET + 40 * M, Out())) & 0x98
    assert cached == {WB: 0, WC: 0x8, UC_MINUS: 0x10, WT: 0x98}[type]


def test_devices_are_not_in_the_direct_map(k: Kernel) -> None:
    assert memtype_kernel_map_sync(k, DEVICE, PAGE, WC) == 0


@pytest.mark.parametrize("type", [WC, WT])
def test_a_direct_map_that_cannot_be_split_is_said_in_the_log(k: Kernel, type: int) -> None:
    setup_fault_attr(k, Fault.PAGE, 1, 1, 1)
    assert memtype_kernel_map_sync(k, 40 * M, PAGE, type) == -EINVAL
    assert "ioremap_change_attr failed" in said(k)


def test_a_range_over_several_others_of_one_type_gets_that_type_and_over_two_types_none(k: Kernel) -> None:
    for i, kind in enumerate((WC, WC, WC, UC_MINUS)):
        start = DEVICE + i * PAGE
        assert memtype_reserve(k, start, start + PAGE, kind, Out()) == 0
    assert memtype_check_conflict(k, DEVICE, DEVICE + 3 * PAGE, UC_MINUS, found := Out()) == 0
    assert found.value == WC
    assert memtype_check_conflict(k, DEVICE, DEVICE + 4 * PAGE, UC_MINUS, Out()) == -EBUSY
