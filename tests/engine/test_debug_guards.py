"""Guards of the debug services themselves: what they refuse, and what failed allocations leave."""

from __future__ import annotations

import pytest

from tests.engine.booted import booted
from vmgui.engine.kernel import Kernel, KernelBug, arena_alloc
from vmgui.engine.lib.fault_inject import Fault, setup_fault_attr
from vmgui.engine.lib.printk import log_lines
from vmgui.engine.machine import K, M, Machine
from vmgui.engine.mm.ioremap import ioremap, iounmap
from vmgui.engine.mm.kasan.hw_tags import (
    KASAN_VMALLOC_INIT,
    KASAN_VMALLOC_PROT_NORMAL,
    KASAN_VMALLOC_VM_ALLOC,
    __kasan_unpoison_vmalloc,
    kasan_poison,
    kasan_unpoison,
    unpoison_vmalloc_pages,
)
from vmgui.engine.mm.kmsan.pages import kmsan_enter_runtime, kmsan_leave_runtime, state_of
from vmgui.engine.mm.kmsan.report import kmsan_internal_check_memory, kmsan_report
from vmgui.engine.mm.kmsan.shadow import kmsan_vmap_pages_range_noflush
from vmgui.engine.mm.vm_struct import VM_MAP, get_vm_area
from vmgui.engine.mm.vmalloc import vmalloc
from vmgui.engine.stress import STRESS_AREA, STRESS_DEFAULT, STRESS_VMALLOC, stress

PAGE = 4 * K
ARM = Machine("arm64", ram=64 * M, nr_cpus=512, phys_bits=48, kasan="hw_tags")
DEVICE = 0x8000000000


def said(k: Kernel) -> str:
    return "\n".join(log_lines(k.mem, k))


# --- tags ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("offset", "size"), [(8, 16), (0, 8)])
def test_tags_are_taken_away_in_whole_granules_only(offset: int, size: int) -> None:
    k = booted(ARM)
    addr = vmalloc(k, PAGE)
    kasan_poison(k, addr + offset, size, 0xFE, False)
    assert "kasan_poison" in said(k)


def test_tags_are_given_from_the_begin_of_a_granule_on() -> None:
    k = booted(ARM)
    kasan_unpoison(k, vmalloc(k, PAGE) + 8, 16, False)
    assert "kasan_unpoison" in said(k)


@pytest.mark.parametrize(("flags", "warns"), [
    (0, False), (KASAN_VMALLOC_INIT, True), (KASAN_VMALLOC_VM_ALLOC, False),
    (KASAN_VMALLOC_VM_ALLOC | KASAN_VMALLOC_INIT, True), (KASAN_VMALLOC_PROT_NORMAL, False),
])  # fmt: skip
def test_only_ordinary_memory_of_vmalloc_is_tagged(flags: int, warns: bool) -> None:
    k = booted(ARM)
    addr = vmalloc(k, PAGE)
    assert __kasan_unpoison_vmalloc(k, addr, PAGE, flags) == addr
    assert ("__kasan_unpoison_vmalloc" in said(k)) is warns


def test_an_address_of_no_area_has_no_pages_to_tag() -> None:
    k = booted(ARM)
    unpoison_vmalloc_pages(k, k.VMALLOC_END - 64 * M, 0xF3)
    assert "unpoison_vmalloc_pages" in said(k)


# --- metadata --------------------------------------------------------------------------------------------


def test_kmsan_says_nothing_after_it_was_switched_off() -> None:
    k = booted(kmsan=True)
    addr = vmalloc(k, PAGE)
    state_of(k).enabled = 0
    kmsan_internal_check_memory(k, addr, 8, "read")
    kmsan_report(k, 1, addr, 8, 0, 7, "read")
    assert "BUG: KMSAN" not in said(k)
    assert kmsan_vmap_pages_range_noflush(k, addr, addr + PAGE, k.PAGE_KERNEL, 0, 12) == 0


def test_a_device_mapped_by_kmsan_itself_has_no_metadata() -> None:
    k = booted(kmsan=True)
    free = k.nr_free_pages
    kmsan_enter_runtime(k)
    addr = ioremap(k, DEVICE, PAGE)
    iounmap(k, addr)
    kmsan_leave_runtime(k)
    again = ioremap(k, DEVICE, PAGE)
    assert again
    assert k.nr_free_pages < free


@pytest.mark.parametrize("kind", [Fault.PAGE, Fault.TABLE])
@pytest.mark.parametrize("nth", range(1, 9))
def test_metadata_of_a_device_that_cannot_be_had_fails_or_is_made(kind: Fault, nth: int) -> None:
    k = booted(kmsan=True)
    setup_fault_attr(k, kind, nth, 3, 1)
    ioremap(k, DEVICE, 3 * PAGE)
    assert not k.dead


# --- rows of random steps --------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", [STRESS_AREA, STRESS_DEFAULT, STRESS_VMALLOC])
@pytest.mark.parametrize("keep", [0, 1])
def test_random_steps_free_everything_unless_it_is_kept(mode: int, keep: int) -> None:
    k = booted()
    pages = k.nr_vmalloc_pages
    assert stress(k, 7, 60, 8, 4, mode, keep, k.VMALLOC_START, k.VMALLOC_END) == 0
    assert (k.nr_vmalloc_pages > pages) is (mode == STRESS_VMALLOC and bool(keep))


def test_random_steps_count_what_failed() -> None:
    k = booted()
    start = k.VMALLOC_START + 64 * M
    failed = stress(k, 7, 60, 8, 4, STRESS_AREA, 0, start, start + PAGE)
    assert 0 < failed <= 60


def test_without_memory_for_the_list_no_random_step_is_done() -> None:
    k = booted()
    setup_fault_attr(k, Fault.PAGE, 1, 1, 1)
    assert stress(k, 7, 60, 4096, 4, STRESS_AREA, 0, k.VMALLOC_START, k.VMALLOC_END) == 0
    assert k.vmap_lazy_nr == 0


# --- room for objects ------------------------------------------------------------------------------------


def test_the_arena_ends_in_a_panic() -> None:
    k = booted()
    with pytest.raises(KernelBug, match="out of room for kernel objects"):
        arena_alloc(k, k.arena_end - k.arena_first)


def test_an_area_without_memory_for_its_description_is_none() -> None:
    k = booted()
    setup_fault_attr(k, Fault.STRUCT, 1, 1, 1)
    assert get_vm_area(k, PAGE, VM_MAP) is None
