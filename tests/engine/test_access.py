"""Accesses of a CPU: through its TLB, through the tables, or a fault with its reason."""

from __future__ import annotations

import pytest

from tests.engine.tables import DEV, GIB, MIB2, PAGE, base, calls, mapper, walk, written
from vmgui.engine.errno import EFAULT
from vmgui.engine.kernel import Kernel
from vmgui.engine.mm.access import Reason, last_access, read, touch, write
from vmgui.engine.mm.tlb import flush_tlb_all, flush_tlb_kernel_range, tlb_entries, tlb_of
from vmgui.engine.mm.vm_struct import VM_NO_GUARD, find_vm_area
from vmgui.engine.mm.vmalloc import vmalloc
from vmgui.engine.mm.vmap import vmap_range_noflush
from vmgui.engine.mm.vunmap import vunmap_range, vunmap_range_noflush

RAM = 0x2000000
ACCESSED, DIRTY = 0x20, 0x40
LEVELS = pytest.mark.parametrize("levels", [4, 5])


@pytest.fixture
def k() -> Kernel:
    return mapper()


def map_at(k: Kernel, offset: int, size: int, phys: int, prot: int | None = None) -> None:
    va = base(k) + offset
    assert vmap_range_noflush(k, va, va + size, phys, k.PAGE_KERNEL if prot is None else prot, 63) == 0
    k.mem.take()


def reason(k: Kernel) -> Reason:
    return Reason(last_access(k).reason)


def leaf_bits(k: Kernel, va: int) -> int:
    return [entry for _, _, entry in walk(k, va, va + 1)][-1] & 0xFFF


# --- finding memory -----------------------------------------------------------------------------------


@LEVELS
@pytest.mark.parametrize("size", [PAGE, MIB2, GIB])
def test_the_word_behind_any_leaf_is_read_and_written(levels: int, size: int) -> None:
    k = mapper(levels=levels, ram=2 * GIB)
    phys = GIB if size == GIB else 256 * MIB2
    map_at(k, 0, size, phys)
    offset = size - 16
    assert write(k, base(k) + offset, 0x1234) == 0
    assert k.mem.load(phys + offset) == 0x1234
    assert read(k, base(k) + offset + 3) == 0x1234
    assert last_access(k).phys == phys + offset + 3


def test_a_second_access_asks_the_tlb(k: Kernel) -> None:
    map_at(k, 0, PAGE, RAM)
    assert touch(k, base(k)) == 0
    assert reason(k) is Reason.WALKED
    assert touch(k, base(k) + 8) == 0
    assert reason(k) is Reason.TLB_HIT
    assert len(calls(k, "page_walk")) == 1


def test_a_large_leaf_is_one_translation(k: Kernel) -> None:
    map_at(k, 0, MIB2, RAM)
    touch(k, base(k))
    touch(k, base(k) + MIB2 - PAGE)
    assert reason(k) is Reason.TLB_HIT
    assert last_access(k).phys == RAM + MIB2 - PAGE


def test_every_cpu_remembers_for_itself(k: Kernel) -> None:
    map_at(k, 0, PAGE, RAM)
    touch(k, base(k))
    k.current_cpu = 1
    touch(k, base(k))
    assert (reason(k), last_access(k).cpu) == (Reason.WALKED, 1)


def test_a_device_reads_as_all_ones_and_forgets_what_is_written(k: Kernel) -> None:
    map_at(k, 0, PAGE, DEV)
    assert write(k, base(k), 5) == 0
    assert read(k, base(k)) == (1 << 64) - 1


def test_the_oldest_translation_gives_way(k: Kernel) -> None:
    map_at(k, 0, 65 * PAGE, RAM)
    for i in range(65):
        touch(k, base(k) + i * PAGE)
    assert len(list(tlb_entries(tlb_of(k, 0)))) == 64
    touch(k, base(k) + PAGE)
    assert reason(k) is Reason.TLB_HIT
    touch(k, base(k))
    assert reason(k) is Reason.WALKED


# --- accessed and dirty -------------------------------------------------------------------------------


def test_a_load_sets_accessed_and_a_store_dirty(k: Kernel) -> None:
    map_at(k, 0, PAGE, RAM, k.PAGE_KERNEL & ~(ACCESSED | DIRTY))
    touch(k, base(k))
    assert leaf_bits(k, base(k)) & (ACCESSED | DIRTY) == ACCESSED
    write(k, base(k), 1)
    assert leaf_bits(k, base(k)) & (ACCESSED | DIRTY) == ACCESSED | DIRTY
    assert reason(k) is Reason.WALKED  # the TLB knew the page as clean


def test_bits_that_are_set_are_not_written_again(k: Kernel) -> None:
    map_at(k, 0, PAGE, RAM)
    before = leaf_bits(k, base(k))
    write(k, base(k), 1)
    assert leaf_bits(k, base(k)) == before
    assert not any(addr < RAM and addr < k.addr for addr, value in written(k) if addr != RAM)


# --- faults -------------------------------------------------------------------------------------------


def faulted(k: Kernel, addr: int) -> tuple[Reason, int]:
    assert touch(k, addr) == -EFAULT
    assert last_access(k).va == addr
    assert last_access(k).phys == 0
    return reason(k), last_access(k).error_code


@pytest.mark.parametrize(("levels", "offset", "why"), [
    (4, PAGE, Reason.NOT_PRESENT_PTE), (4, MIB2, Reason.NOT_PRESENT_PMD), (4, GIB, Reason.NOT_PRESENT_PUD),
    (4, -(1 << 42), Reason.NOT_PRESENT_PGD), (5, 1 << 39, Reason.NOT_PRESENT_P4D),
    (5, -(1 << 50), Reason.NOT_PRESENT_PGD),
])  # fmt: skip
def test_a_hole_is_named_after_the_level_where_it_opens(levels: int, offset: int, why: Reason) -> None:
    k = mapper(levels=levels)
    map_at(k, 0, PAGE, RAM)
    assert faulted(k, base(k) + offset) == (why, 0)


@pytest.mark.parametrize(("levels", "addr", "ok"), [
    (4, 0x0000800000000000, False), (4, 0xFFFF7FFFFFFFFFFF, False), (5, 0x0100000000000000, False),
    (4, 0x00007FFFFFFFFFFF, True), (5, 0x00FFFFFFFFFFFFFF, True),
])  # fmt: skip
def test_upper_bits_that_no_table_translates_must_repeat(levels: int, addr: int, ok: bool) -> None:
    k = mapper(levels=levels)
    assert (faulted(k, addr)[0] is Reason.NOT_CANONICAL) is not ok


def test_the_guard_page_tells_whose_it_is(k: Kernel) -> None:
    addr = vmalloc(k, 3 * PAGE)
    assert touch(k, addr + 3 * PAGE - 1) == 0
    assert faulted(k, addr + 3 * PAGE) == (Reason.GUARD_PAGE, 0)
    assert last_access(k).area == addr


def test_an_area_without_a_guard_page_has_just_a_hole(k: Kernel) -> None:
    addr = vmalloc(k, PAGE)
    area = find_vm_area(k, addr)
    assert area is not None
    area.flags = area.flags | VM_NO_GUARD
    assert faulted(k, addr + PAGE)[0] is Reason.NOT_PRESENT_PTE


def test_a_write_to_a_read_only_page_faults_and_a_read_does_not(k: Kernel) -> None:
    map_at(k, 0, PAGE, RAM, k.PAGE_KERNEL_RO)
    assert read(k, base(k)) == 0
    assert write(k, base(k), 1) == -EFAULT
    assert (reason(k), last_access(k).error_code) == (Reason.READ_ONLY, 3)
    assert k.mem.load(RAM) == 0


def test_a_write_into_a_hole_says_so_in_the_error_code(k: Kernel) -> None:
    assert write(k, base(k), 1) == -EFAULT
    assert last_access(k).error_code == 2


def test_an_address_the_processor_has_no_wires_for(k: Kernel) -> None:
    k = mapper(phys_bits=39)
    map_at(k, 0, PAGE, DEV)
    assert faulted(k, base(k)) == (Reason.RESERVED_BIT, 9)


def test_the_processor_takes_p_alone_for_present(k: Kernel) -> None:
    map_at(k, 0, PAGE, RAM, 0x100)
    assert faulted(k, base(k))[0] is Reason.NOT_PRESENT_PTE


def test_faults_are_counted_and_the_kernel_goes_on(k: Kernel) -> None:
    read(k, base(k))
    touch(k, base(k))
    map_at(k, 0, PAGE, RAM)
    touch(k, base(k))
    assert (last_access(k).faults, k.dead) == (2, 0)


# --- stale translations -------------------------------------------------------------------------------


def test_what_is_unmapped_but_not_flushed_can_still_be_read(k: Kernel) -> None:
    map_at(k, 0, PAGE, RAM)
    write(k, base(k), 77)
    vunmap_range_noflush(k, base(k), base(k) + PAGE)
    assert read(k, base(k)) == 77
    assert reason(k) is Reason.STALE_HIT
    flush_tlb_kernel_range(k, base(k), base(k) + PAGE)
    assert faulted(k, base(k))[0] is Reason.NOT_PRESENT_PTE


def test_a_cpu_that_never_looked_faults_at_once(k: Kernel) -> None:
    map_at(k, 0, PAGE, RAM)
    touch(k, base(k))
    vunmap_range_noflush(k, base(k), base(k) + PAGE)
    k.current_cpu = 1
    assert faulted(k, base(k))[0] is Reason.NOT_PRESENT_PTE


def test_the_flush_of_a_part_leaves_the_rest_of_an_overcleared_leaf_stale(k: Kernel) -> None:
    map_at(k, 0, 2 * MIB2, RAM)
    touch(k, base(k) + MIB2)
    touch(k, base(k))
    vunmap_range(k, base(k) + PAGE, base(k) + 2 * PAGE)  # INVLPG drops a large translation whole
    assert faulted(k, base(k))[0] is Reason.NOT_PRESENT_PMD
    touch(k, base(k) + MIB2)
    assert reason(k) is Reason.TLB_HIT


def test_a_stale_translation_leads_to_the_old_page_after_a_new_one_was_mapped(k: Kernel) -> None:
    map_at(k, 0, PAGE, RAM)
    touch(k, base(k))
    vunmap_range_noflush(k, base(k), base(k) + PAGE)
    map_at(k, 0, PAGE, RAM + PAGE)
    touch(k, base(k))
    assert (reason(k), last_access(k).phys) == (Reason.STALE_HIT, RAM)


def test_a_write_through_a_stale_read_only_translation_asks_the_tables_again(k: Kernel) -> None:
    map_at(k, 0, PAGE, RAM, k.PAGE_KERNEL_RO)
    touch(k, base(k))
    vunmap_range_noflush(k, base(k), base(k) + PAGE)
    map_at(k, 0, PAGE, RAM)
    assert write(k, base(k), 9) == 0
    assert (reason(k), k.mem.load(RAM)) == (Reason.WALKED, 9)


# --- flushing -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("n", "left"), [(1, 64 - 1), (33, 64 - 33), (34, 0)])
def test_more_than_33_pages_flush_everything(k: Kernel, n: int, left: int) -> None:
    map_at(k, 0, 64 * PAGE, RAM)
    for cpu in (1, 0):
        k.current_cpu = cpu
        for i in range(64):
            touch(k, base(k) + i * PAGE)
    flush_tlb_kernel_range(k, base(k), base(k) + n * PAGE)
    assert [len(list(tlb_entries(tlb_of(k, cpu)))) for cpu in (0, 1)] == [left, left]


def test_the_range_of_a_freed_table_is_one_page(k: Kernel) -> None:
    map_at(k, 0, 2 * PAGE, RAM)
    touch(k, base(k))
    touch(k, base(k) + PAGE)
    flush_tlb_kernel_range(k, base(k), base(k) + PAGE - 1)
    assert [entry.va for entry in tlb_entries(tlb_of(k, 0))] == [base(k) + PAGE]


@pytest.mark.parametrize("flush", [
    flush_tlb_all, lambda k: flush_tlb_kernel_range(k, 0, (1 << 64) - 1),
])  # fmt: skip
def test_a_flush_of_all_leaves_nothing(k: Kernel, flush) -> None:
    map_at(k, 0, PAGE, RAM)
    touch(k, base(k))
    flush(k)
    assert list(tlb_entries(tlb_of(k, 0))) == []


def test_flushing_empty_buffers_writes_nothing(k: Kernel) -> None:
    flush_tlb_all(k)
    flush_tlb_kernel_range(k, base(k), base(k) + PAGE)
    assert written(k) == []


def test_a_freed_slot_is_filled_again_in_turn(k: Kernel) -> None:
    map_at(k, 0, 3 * PAGE, RAM)
    for i in (0, 1):
        touch(k, base(k) + i * PAGE)
    flush_tlb_kernel_range(k, base(k), base(k) + PAGE)
    touch(k, base(k) + 2 * PAGE)
    assert sorted(entry.va for entry in tlb_entries(tlb_of(k, 0))) == [base(k) + PAGE, base(k) + 2 * PAGE]
    assert tlb_of(k, 0).used == 2


def test_a_hole_within_an_area_is_no_guard_page(k: Kernel) -> None:
    addr = vmalloc(k, 3 * PAGE)
    vunmap_range(k, addr + PAGE, addr + 2 * PAGE)
    assert touch(k, addr + PAGE) == -EFAULT
    assert (reason(k), last_access(k).area) == (Reason.NOT_PRESENT_PTE, addr)
    touch(k, addr + 3 * PAGE)
    assert reason(k) == Reason.GUARD_PAGE
