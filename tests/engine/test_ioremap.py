"""Mapping devices: what is refused, what an address keeps, which memory type wins."""

import pytest

from tests.engine.booted import booted
from vmgui.engine.arch.memtype import UC_MINUS, WB, WC, WT, memtype_free, memtype_reserve, memtypes
from vmgui.engine.check import busy_areas, validate
from vmgui.engine.check_walk import leaves
from vmgui.engine.errno import EBUSY, EINVAL
from vmgui.engine.lib.out import Out
from vmgui.engine.lib.printk import log_lines
from vmgui.engine.machine import MTRR_WB, PC_MTRRS, G, K, M, MtrrRange
from vmgui.engine.mm.ioremap import ioremap, ioremap_cache, ioremap_uc, ioremap_wc, ioremap_wt, iounmap
from vmgui.engine.mm.page import PG_reserved, pfn_to_page
from vmgui.engine.mm.purge import reclaim_and_purge_vmap_areas
from vmgui.engine.mm.vm_struct import find_vm_area
from vmgui.engine.mm.vmalloc import vmalloc
from vmgui.engine.words import WORD

DEVICE = 0x8000000000
BASE = 0x8000000000000163  # a kernel mapping of a device, cached


@pytest.fixture
def k():
    return booted()


def entry(k, addr):
    """The bits of the leaf that maps ``addr``, without the physical address."""
    table, shift = k.init_mm_pgd, k.PGDIR_SHIFT
    while True:
        value = k.mem.load(table + WORD * (addr >> shift & 511))
        if shift == 12 or value & 0x80:
            return value & ~((1 << 52) - 1 & -1 << shift)
        table, shift = value & (1 << 52) - 4096, shift - 9


@pytest.mark.parametrize(
    ("call", "bits"),
    [
        (ioremap, 0x8000000000000173),
        (ioremap_uc, 0x800000000000017B),
        (ioremap_wc, 0x800000000000016B),
        (ioremap_wt, 0x80000000000001FB),
        (ioremap_cache, BASE),
    ],
)
def test_each_call_has_its_own_memory_type(k, call, bits):
    assert entry(k, call(k, DEVICE, 4 * K)) == bits
    assert not validate(k)


def test_the_offset_in_the_page_is_kept(k):
    addr = ioremap(k, DEVICE + 0x123, 0x20)
    assert addr & 0xFFF == 0x123
    vm = find_vm_area(k, addr)
    assert (vm.phys_addr, vm.vm_size, vm.requested_size) == (DEVICE, 8 * K, 4 * K)


def test_a_few_bytes_across_a_border_take_two_pages(k):
    vm = find_vm_area(k, ioremap(k, DEVICE + 0xFF0, 0x20))
    assert (vm.vm_size, vm.requested_size) == (12 * K, 8 * K)


@pytest.mark.parametrize(
    ("size", "align"), [(4 * K, 4 * K), (12 * K, 16 * K), (68 * K, 128 * K), (2 * M + 4 * K, 4 * M), (G, G)]
)
def test_an_area_is_aligned_to_its_own_size(k, size, align):
    vmalloc(k, 1)
    assert ioremap(k, DEVICE, size) % align == 0
    assert ioremap(k, DEVICE + 2 * G, size) % align == 0


def test_huge_devices_are_mapped_by_huge_leaves(k):
    addr = ioremap(k, DEVICE, 2 * G + 2 * M + 4 * K)
    found = [leaf.end - leaf.va for leaf in leaves(k) if leaf.va >= addr]
    assert found == [G, G, 2 * M, 4 * K]
    assert not validate(k)


def test_nothing_and_what_wraps_is_refused_silently(k):
    assert ioremap(k, DEVICE, 0) == 0
    assert ioremap(k, (1 << 64) - 4 * K, 8 * K) == 0
    assert log_lines(k.mem, k) == []


def test_addresses_the_processor_does_not_have_are_refused():
    k = booted(phys_bits=40)
    assert ioremap(k, 1 << 40, 4 * K) == 0
    assert ioremap(k, 1 << 40, 4 * K) == 0
    bad = "ioremap: invalid physical address 10000000000"
    assert log_lines(k.mem, k) == [
        bad, "WARNING: CPU: 0 PID: 1 at arch/x86/mm/ioremap.c:207 __ioremap_caller", bad,
    ]  # fmt: skip


def test_ram_is_refused(k):
    assert ioremap(k, 0x2000000, 4 * K) == 0
    assert log_lines(k.mem, k) == [
        "ioremap on RAM at 0x0000000002000000 - 0x0000000002000fff",
        "WARNING: CPU: 0 PID: 1 at arch/x86/mm/ioremap.c:217 __ioremap_caller",
    ]
    assert busy_areas(k) == []


def test_a_range_that_only_touches_ram_is_refused_too(k):
    assert ioremap(k, 64 * M - 132 * K, 8 * K) == 0
    assert ioremap(k, 64 * M - 128 * K, 8 * K)  # where RAM ends, the firmware keeps its tables


def test_reserved_frames_below_1_mib_may_be_mapped(k):
    assert ioremap(k, 0x2000, 4 * K)
    assert not validate(k)


def test_the_isa_window_is_always_cached_and_never_tracked(k):
    for call in (ioremap, ioremap_uc, ioremap_wc, ioremap_wt, ioremap_cache):
        assert entry(k, call(k, 0xB8000, 12 * K)) == BASE
    assert list(memtypes(k)) == []


def test_the_first_mapping_decides_the_type_of_the_next(k):
    first = ioremap(k, DEVICE, 64 * K)
    assert entry(k, ioremap_wc(k, DEVICE + 4 * K, 4 * K)) == entry(k, first)
    iounmap(k, first)
    assert entry(k, ioremap_wc(k, DEVICE, 4 * K)) == BASE | 0x8


def test_a_cached_mapping_is_no_answer_to_who_wants_less_caching(k):
    ioremap_cache(k, DEVICE, 4 * K)
    assert ioremap(k, DEVICE, 4 * K) == 0
    assert log_lines(k.mem, k) == ["ioremap error for 0x8000000000-0x8000001000, requested 0x2, got 0x0"]
    assert len(list(memtypes(k))) == 1


def test_cached_becomes_uncached_where_an_mtrr_says_so(k):
    assert entry(k, ioremap_cache(k, 0xC0000000, 4 * K)) == BASE | 0x10


def test_two_types_below_one_request_conflict(k):
    ioremap_wc(k, DEVICE, 4 * K)
    ioremap_wt(k, DEVICE + 4 * K, 4 * K)
    assert ioremap(k, DEVICE, 8 * K) == 0
    assert log_lines(k.mem, k) == [
        "x86/PAT: init:1 conflicting memory types 8000000000-8000002000 write-combining<->write-through",
        "x86/PAT: memtype_reserve failed [mem 0x8000000000-0x8000001fff], "
        "track uncached-minus, req uncached-minus",
        "ioremap memtype_reserve failed -16",
    ]


def test_without_room_for_the_area_the_type_is_given_back(k):
    assert ioremap(k, DEVICE, 1 << 45) == 0
    assert list(memtypes(k)) == []


def test_iounmap_takes_any_address_of_the_first_page(k):
    addr = ioremap(k, DEVICE + 0x123, 8 * K)
    iounmap(k, addr + 5)
    assert (busy_areas(k), list(memtypes(k))) == ([], [])
    assert not validate(k)


def test_iounmap_of_what_was_never_mapped_complains(k):
    iounmap(k, k.VMALLOC_START + 0x123)
    assert log_lines(k.mem, k) == [f"iounmap: bad address {k.VMALLOC_START:x}"]
    iounmap(k, 0x1000)
    assert log_lines(k.mem, k)[1] == "WARNING: CPU: 0 PID: 1 at arch/x86/mm/ioremap.c:461 iounmap"


def test_a_device_can_be_mapped_again_and_again(k):
    for _ in range(3):
        addr = ioremap(k, DEVICE, 64 * K)
        iounmap(k, addr)
        reclaim_and_purge_vmap_areas(k)
    assert not validate(k)
    assert addr == k.VMALLOC_START


# --- memory types ----------------------------------------------------------------------------------


def reserve(k, start, end, kind):
    got = Out()
    return memtype_reserve(k, start, end, kind, got), got.value


def test_ranges_are_kept_by_address(k):
    for start in (3, 1, 2):
        assert reserve(k, DEVICE + start * M, DEVICE + start * M + 4 * K, WC) == (0, WC)
    assert [(entry.start - DEVICE) // M for entry in memtypes(k)] == [1, 2, 3]
    assert memtype_free(k, DEVICE + 2 * M, DEVICE + 2 * M + 4 * K) == 0
    assert [(entry.start - DEVICE) // M for entry in memtypes(k)] == [1, 3]


def test_the_tail_of_a_range_can_go_first(k):
    reserve(k, DEVICE, DEVICE + 8 * K, WC)
    assert memtype_free(k, DEVICE + 4 * K, DEVICE + 8 * K) == 0
    assert [(entry.start, entry.end) for entry in memtypes(k)] == [(DEVICE, DEVICE + 4 * K)]


def test_what_was_never_reserved_cannot_be_freed(k):
    assert memtype_free(k, DEVICE, DEVICE + 4 * K) == -EINVAL
    assert log_lines(k.mem, k) == ["x86/PAT: init:1 freeing invalid memtype [mem 0x8000000000-0x8000000fff]"]


def test_frames_of_ram_remember_their_type_themselves(k):
    at = 0x2000000
    flags = pfn_to_page(k, at >> 12).flags
    assert reserve(k, at, at + 8 * K, WT) == (0, WT)
    assert reserve(k, at + 4 * K, at + 12 * K, UC_MINUS) == (-EBUSY, WT)
    assert memtype_free(k, at, at + 8 * K) == 0
    assert pfn_to_page(k, at >> 12).flags == flags
    assert not flags & PG_reserved


def test_half_ram_half_device_has_no_type(k):
    assert reserve(k, 64 * M - 132 * K, 64 * M - 124 * K, WC)[0] == -EINVAL


@pytest.mark.parametrize(("mtrrs", "kind"), [(PC_MTRRS, UC_MINUS), ((MtrrRange(0, 4 * G, MTRR_WB),), WB)])
def test_write_back_is_only_granted_where_the_mtrrs_agree(mtrrs, kind):
    k = booted(mtrrs=mtrrs)
    assert reserve(k, 0xC0000000, 0xC0001000, WB) == (0, kind)


def test_what_the_firmware_keeps_at_the_end_of_ram_is_a_device(k):
    end = k.machine.ram
    assert ioremap(k, end - 128 * K, 4 * K)
    assert not ioremap(k, end - 132 * K, 4 * K)


def test_a_device_mapping_of_reserved_ram_changes_the_direct_map_as_well(k):
    image = 2 * M
    assert ioremap_wc(k, image, 4 * K)
    assert entry(k, k.PAGE_OFFSET + image) & 0x98 == 0x08
    assert entry(k, k.PAGE_OFFSET + image + 4 * K) & 0x98 == 0


def test_ram_cannot_be_uncached_strongly_and_who_asks_is_told_once(k):
    for _ in range(2):
        addr = ioremap_uc(k, 2 * M, 4 * K)
        assert entry(k, addr) == BASE | 0x10
        iounmap(k, addr)
    assert ["memtype.c:450" in line for line in log_lines(k.mem, k)] == [True]
