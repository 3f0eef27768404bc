"""set_memory_*: what leaves allow, what is split, and what follows in the direct map."""

from __future__ import annotations

import pytest

from tests.engine.booted import booted, calls, recorded
from tests.engine.tables import leaves
from vmgui.engine.arch.x86_64 import _PAGE_NX, _PAGE_RW
from vmgui.engine.arch.x86_set_memory import (
    set_memory_nx,
    set_memory_ro,
    set_memory_rox,
    set_memory_rw,
    set_memory_uc,
    set_memory_wb,
    set_memory_x,
)
from vmgui.engine.check import validate
from vmgui.engine.errno import EFAULT, ENOMEM
from vmgui.engine.gfp import GFP_KERNEL
from vmgui.engine.kernel import Kernel, KernelBug
from vmgui.engine.lib.preempt import local_bh_disable
from vmgui.engine.lib.printk import log_lines
from vmgui.engine.machine import K, M
from vmgui.engine.mm.access import Reason, last_access, touch, write
from vmgui.engine.mm.ioremap import ioremap
from vmgui.engine.mm.page_alloc import alloc_page
from vmgui.engine.mm.pgtable import p4d_offset, pgd_offset_k, pmd_offset, pud_offset
from vmgui.engine.mm.vfree import vfree, vfree_atomic
from vmgui.engine.mm.vm_struct import VM_ALLOW_HUGE_VMAP, VM_FLUSH_RESET_PERMS
from vmgui.engine.mm.vmalloc import __vmalloc_node_range, vmalloc, vmalloc_huge
from vmgui.engine.mm.vmalloc_to_page import vmalloc_to_pfn

PAGE = 4 * K


@pytest.fixture
def k() -> Kernel:
    return booted()


def bits(k: Kernel, addr: int, n: int = 1) -> list[int]:
    """Protection bits of the ``n`` pages from ``addr`` on."""
    found = []
    for leaf in leaves(k, addr, addr + n * PAGE):
        first, last = max(leaf.va, addr), min(leaf.va + (1 << leaf.shift), addr + n * PAGE)
        found += [leaf.bits] * (last - first >> 12)
    return found


def alias(k: Kernel, addr: int) -> int:
    """Protection bits of the page at ``addr`` in the direct map."""
    return bits(k, k.PAGE_OFFSET + (vmalloc_to_pfn(k, addr) << 12))[0]


def allocate(k: Kernel, size: int, flags: int) -> int:
    return __vmalloc_node_range(
        k, size, 1, k.VMALLOC_START, k.VMALLOC_END, GFP_KERNEL, k.PAGE_KERNEL, flags, -1, 0
    )


def test_read_only_also_forbids_writing_through_the_direct_map(k: Kernel) -> None:
    a = vmalloc(k, 4 * PAGE)
    assert set_memory_ro(k, a + PAGE, 2) == 0
    assert [bool(b & _PAGE_RW) for b in bits(k, a, 4)] == [True, False, False, True]
    assert not alias(k, a + PAGE) & _PAGE_RW
    assert alias(k, a) & _PAGE_RW
    assert write(k, a + PAGE, 1) == -EFAULT
    assert last_access(k).reason == Reason.READ_ONLY


def test_the_direct_map_is_never_executable(k: Kernel) -> None:
    a = vmalloc(k, PAGE)
    set_memory_rox(k, a, 1)
    assert bits(k, a) == [0x121]
    assert alias(k, a) == 0x121 | _PAGE_NX


def test_a_tlb_that_remembers_the_old_right_forgets_it(k: Kernel) -> None:
    a = vmalloc(k, PAGE)
    assert write(k, a, 1) == 0
    set_memory_ro(k, a, 1)
    assert write(k, a, 1) == -EFAULT
    assert touch(k, a) == 0


def test_a_huge_leaf_that_changes_as_a_whole_stays_one(k: Kernel) -> None:
    h = vmalloc_huge(k, 2 * M, GFP_KERNEL)
    assert set_memory_ro(k, h, 512) == 0
    assert [leaf.bits for leaf in leaves(k, h, h + 2 * M)] == [0x80000000000001A1]


def test_a_part_of_a_huge_leaf_splits_it_for_good(k: Kernel) -> None:
    h = vmalloc_huge(k, 2 * M, GFP_KERNEL)
    set_memory_ro(k, h + 16 * PAGE, 4)
    assert (
        bits(k, h, 512) == [0x8000000000000163] * 16 + [0x8000000000000121] * 4 + [0x8000000000000163] * 492
    )
    set_memory_rw(k, h + 16 * PAGE, 4)
    assert len(leaves(k, h, h + 2 * M)) == 512
    assert validate(k) == []


def test_a_change_that_changes_nothing_splits_nothing(k: Kernel) -> None:
    h = vmalloc_huge(k, 2 * M, GFP_KERNEL)
    assert set_memory_nx(k, h + PAGE, 1) == 0
    assert len(leaves(k, h, h + 2 * M)) == 1


def test_a_1_gib_leaf_of_a_device_is_split_twice(k: Kernel) -> None:
    v = ioremap(k, 0x8040000000, 1 << 30)
    assert [leaf.shift for leaf in leaves(k, v, v + (1 << 30))] == [30]
    assert set_memory_ro(k, v + 2 * M, 1) == 0
    assert [leaf.shift for leaf in leaves(k, v, v + (1 << 30))].count(12) == 512
    assert [leaf.shift for leaf in leaves(k, v, v + (1 << 30))].count(21) == 511


def test_writable_and_executable_is_complained_about_once(k: Kernel) -> None:
    a = vmalloc(k, 2 * PAGE)
    assert set_memory_x(k, a, 2) == 0
    assert bits(k, a, 2) == [0x163, 0x163]
    said = [line for line in log_lines(k.mem, k) if "W^X" in line]
    assert len(said) == 1
    assert f"range: 0x{a:016x} - 0x{a + PAGE - 1:016x}" in said[0]


def test_a_hole_ends_the_change_where_it_is(k: Kernel) -> None:
    a = vmalloc(k, 2 * PAGE)
    assert set_memory_ro(k, a + PAGE, 2) == -EFAULT
    assert bits(k, a, 2) == [0x8000000000000163, 0x8000000000000121]
    assert any("CPA: called for zero pte" in line for line in log_lines(k.mem, k))


def test_without_memory_for_a_table_the_leaf_stays_as_it_was(k: Kernel) -> None:
    h = vmalloc_huge(k, 2 * M, GFP_KERNEL)
    while alloc_page(k, GFP_KERNEL):
        pass
    assert set_memory_ro(k, h, 1) == -ENOMEM
    assert [leaf.bits for leaf in leaves(k, h, h + 2 * M)] == [0x80000000000001E3]


def test_uncached_and_back(k: Kernel) -> None:
    a = vmalloc(k, PAGE)
    assert set_memory_uc(k, a, 1) == 0
    assert (bits(k, a)[0], alias(k, a)) == (0x8000000000000173, 0x8000000000000173)
    assert set_memory_wb(k, a, 1) == 0
    assert (bits(k, a)[0], alias(k, a)) == (0x8000000000000163, 0x8000000000000163)


def test_what_waits_for_a_purge_is_purged_first(k: Kernel) -> None:
    a, b = vmalloc(k, PAGE), vmalloc(k, PAGE)
    vfree(k, b)
    assert k.vmap_lazy_nr == 2
    set_memory_ro(k, a, 1)
    assert k.vmap_lazy_nr == 0


def test_pages_that_come_back_read_only_stop_their_next_user(k: Kernel) -> None:
    a = vmalloc(k, 4 * PAGE)
    set_memory_ro(k, a, 4)
    vfree(k, a)
    with pytest.raises(KernelBug):
        vmalloc(k, 4 * PAGE)
    assert "#PF: error_code(0x0003) - permissions violation" in log_lines(k.mem, k)


@pytest.mark.parametrize(("size", "flags"), [(4 * PAGE, 0), (2 * M, VM_ALLOW_HUGE_VMAP)])
def test_reset_permissions_give_the_pages_back_writable(k: Kernel, size: int, flags: int) -> None:
    a = allocate(k, size, flags | VM_FLUSH_RESET_PERMS)
    set_memory_rox(k, a, size >> 12)
    vfree(k, a)
    assert validate(k) == []
    b = allocate(k, size, flags)
    assert alias(k, b) & _PAGE_RW
    assert k.vmap_lazy_nr == 0


def test_pages_are_nowhere_in_the_direct_map_while_tlbs_are_flushed(k: Kernel) -> None:
    a = allocate(k, 4 * PAGE, VM_FLUSH_RESET_PERMS)
    k = recorded(k)
    vfree(k, a)
    rows = k.mem.rows
    written = [new for new in rows.new if new >> 63 and not new & 1 and new & 0xFFF]
    assert len(written) == 4  # each once without P, its frame inverted against speculation
    k = recorded(booted())
    a = allocate(k, 4 * PAGE, VM_FLUSH_RESET_PERMS)
    vfree(k, a)
    flushed = calls(k, "flush_tlb_kernel_range")
    assert flushed[-1][0] >= k.PAGE_OFFSET
    assert flushed[-1][0] < k.VMALLOC_START <= a < flushed[-1][1]


def test_a_read_only_area_cannot_be_freed_where_nobody_may_wait(k: Kernel) -> None:
    a = vmalloc(k, PAGE)
    set_memory_ro(k, a, 1)
    local_bh_disable(k)
    with pytest.raises(KernelBug):
        vfree_atomic(k, a)
    assert f"BUG: unable to handle page fault for address: {a:016x}" in log_lines(k.mem, k)


def test_a_page_below_a_read_only_table_is_not_both_writable_and_executable(k: Kernel) -> None:
    addr = vmalloc(k, PAGE)
    pmd = pmd_offset(k, pud_offset(k, p4d_offset(k, pgd_offset_k(k, addr), addr), addr), addr)
    k.mem.store(pmd, k.mem.load(pmd) & ~_PAGE_RW)
    assert set_memory_x(k, addr, 1) == 0
    assert bits(k, addr)[0] & (_PAGE_RW | _PAGE_NX) == _PAGE_RW
    assert not [line for line in log_lines(k.mem, k) if "W^X" in line]
