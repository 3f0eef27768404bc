"""What KASAN's generic mode does at its edges: empty and wrapping ranges, no shadow, no memory for one."""

from __future__ import annotations

import pytest

from tests.engine.booted import booted, calls, recorded
from vmgui.engine.check import validate
from vmgui.engine.errno import EFAULT, ENOMEM
from vmgui.engine.gfp import GFP_KERNEL
from vmgui.engine.kernel import Kernel, KernelBug
from vmgui.engine.lib.fault_inject import Fault, setup_fault_attr
from vmgui.engine.lib.printk import log_lines
from vmgui.engine.machine import G, K, M, Machine, va_bits_of
from vmgui.engine.mm.access import Reason, last_access, read, touch, write
from vmgui.engine.mm.ioremap import ioremap
from vmgui.engine.mm.kasan.generic import kasan_check_range, kasan_init, kasan_populate_early_areas
from vmgui.engine.mm.kasan.shadow import (
    KASAN_VMALLOC_PAGE_RANGE,
    KASAN_VMALLOC_TLB_FLUSH,
    kasan_mem_to_shadow,
    kasan_poison,
    kasan_populate_vmalloc,
    kasan_release_vmalloc,
    kasan_unpoison,
    shadow_byte,
)
from vmgui.engine.mm.metadata import mapped_at
from vmgui.engine.mm.page import page_address
from vmgui.engine.mm.page_alloc import alloc_page
from vmgui.engine.mm.pgtable import pgd_offset_k, set_pgd
from vmgui.engine.mm.string import memcpy, memset
from vmgui.engine.mm.vmalloc import vmalloc
from vmgui.engine.mm.vrealloc import vrealloc

PAGE = 4 * K
TOP = 1 << 64
ARM = Machine("arm64", ram=128 * M, phys_bits=46, kasan="generic")


@pytest.fixture
def k() -> Kernel:
    return booted(kasan="generic")


def said(k: Kernel) -> list[str]:
    """The headlines of all reports."""
    return [line for line in log_lines(k.mem, k) if line.startswith("BUG: KASAN")]


def far(k: Kernel) -> int:
    """An address in the vmalloc range that no area is near to."""
    return k.VMALLOC_START + 64 * G


# --- what is looked at -----------------------------------------------------------------------------------


def test_no_byte_may_be_used_anywhere_and_one_may_not(k: Kernel) -> None:
    guard = vmalloc(k, PAGE) + PAGE
    assert kasan_check_range(k, guard, 0, True, "memset")
    assert said(k) == []
    assert not kasan_check_range(k, guard, 1, True, "memset")


@pytest.mark.parametrize("size", [8, 9, TOP - 8])
def test_a_range_that_wraps_is_reported_at_its_begin_and_nothing_is_written(k: Kernel, size: int) -> None:
    assert memset(k, TOP - 8, 7, size) == 0
    assert said(k) == ["BUG: KASAN: out-of-bounds in memset"]
    text = log_lines(k.mem, k)
    assert f"Write of size {size} at addr {TOP - 8:016x} by task init/1" in text
    assert not any("belongs to" in line for line in text)  # it is nobody's address


def test_a_negative_size_of_an_area_is_reported_at_its_first_byte(k: Kernel) -> None:
    addr = vmalloc(k, 100)
    assert memset(k, addr, 7, TOP - 16) == 0
    text = log_lines(k.mem, k)
    assert said(k) == ["BUG: KASAN: out-of-bounds in memset"]
    row = next(i for i, line in enumerate(text) if line.startswith(">"))
    assert text[row + 1].index("^") == text[row].index(": ") + 2


def test_memory_outside_the_areas_has_no_shadow_here_and_may_be_used(k: Kernel) -> None:
    page = page_address(k, alloc_page(k, GFP_KERNEL))
    assert memset(k, k.va_pa_offset + page, 0x5A, 8) == k.va_pa_offset + page
    assert k.mem.load(page) == 0x5A5A5A5A5A5A5A5A
    assert said(k) == []


def test_a_bad_byte_before_allowed_ones_is_out_of_bounds_of_something(k: Kernel) -> None:
    addr = vmalloc(k, PAGE)
    kasan_unpoison(k, addr, 20)  # so the last 4 bytes of the third granule are nobody's
    assert touch(k, addr + 19) == 0
    assert said(k) == []
    touch(k, addr + 20)
    assert said(k) == ["BUG: KASAN: out-of-bounds in touch"]


def test_changing_the_size_within_a_granule_moves_only_its_border(k: Kernel) -> None:
    addr = vmalloc(k, 30)
    assert vrealloc(k, addr, 26, GFP_KERNEL) == addr
    assert [shadow_byte(k, addr + at) for at in (16, 24, 32)] == [0, 2, 0xF8]
    before = k.mem.view.tobytes()
    assert vrealloc(k, addr, 26, GFP_KERNEL) == addr
    assert k.mem.view.tobytes() == before


# --- where there is no shadow ----------------------------------------------------------------------------


def test_shadow_that_is_not_there_cannot_be_written(k: Kernel) -> None:
    with pytest.raises(KernelBug, match=f"{kasan_mem_to_shadow(k, far(k)):016x}"):
        kasan_unpoison(k, far(k), 8)


def test_a_top_table_without_shadow_ends_the_look_at_it() -> None:
    k = booted(ARM)
    middle = (k.VMALLOC_START + k.VMALLOC_END) // 2
    assert shadow_byte(k, middle) is None
    assert touch(k, middle) == -EFAULT
    assert last_access(k).va == kasan_mem_to_shadow(k, middle)
    assert last_access(k).reason == Reason.NOT_PRESENT_PGD


@pytest.mark.parametrize("levels", [4, 5])
def test_behind_an_empty_entry_of_the_top_table_there_is_nothing(levels: int) -> None:
    k = booted(va_bits=va_bits_of("x86_64", PAGE, levels))
    assert mapped_at(k, k.VMALLOC_START - 2 * k.PGDIR_SIZE) is None


@pytest.mark.parametrize("size", [PAGE, 2 * M, G])
def test_a_byte_is_found_behind_a_leaf_of_every_size(size: int) -> None:
    k = booted()
    addr = ioremap(k, 512 * G, size)
    for offset in (0, 5, size - 1):
        assert mapped_at(k, addr + offset) == 512 * G + offset
        assert touch(k, addr + offset) == 0
        assert last_access(k).phys == mapped_at(k, addr + offset)
    for beyond in (8 * M, 8 * G, 600 * G):
        assert mapped_at(k, addr + size + beyond) is None


# --- without memory --------------------------------------------------------------------------------------


def test_shadow_whose_pages_end_midway_is_not_made_and_its_pages_are_free_again(k: Kernel) -> None:
    kasan_populate_vmalloc(k, far(k), 64 * K, GFP_KERNEL)  # the tables stay
    held = []
    while k.nr_free_pages > 20:
        held.append(alloc_page(k, GFP_KERNEL))
    free = k.nr_free_pages
    assert kasan_populate_vmalloc(k, far(k) + M, 64 * 64 * K, GFP_KERNEL) == -ENOMEM
    assert k.nr_free_pages == free
    assert shadow_byte(k, far(k) + M) is None


def test_shadow_that_is_there_already_stays_when_its_neighbour_is_made(k: Kernel) -> None:
    kasan_populate_vmalloc(k, far(k), 32 * K, GFP_KERNEL)
    kasan_unpoison(k, far(k), 64)
    free = k.nr_free_pages
    kasan_populate_vmalloc(k, far(k), 64 * K, GFP_KERNEL)
    assert k.nr_free_pages == free - 1
    assert [shadow_byte(k, far(k) + at) for at in (0, 64, 32 * K)] == [0, 0xF8, 0xF8]


def test_without_shadow_for_the_kernels_image_there_is_no_boot() -> None:
    k = booted(ARM)
    kasan_populate_early_areas(k)  # once more does no harm
    assert validate(k) == []
    setup_fault_attr(k, Fault.PAGE, 1, 1, 1)
    with pytest.raises(KernelBug, match="Failed to allocate page"):
        kasan_populate_early_areas(k)


@pytest.mark.parametrize("nth", [1, 2])
def test_without_the_upper_tables_of_the_shadow_there_is_no_boot(nth: int) -> None:
    k = booted(kasan="generic", va_bits=57, phys_bits=52)
    set_pgd(k, pgd_offset_k(k, kasan_mem_to_shadow(k, k.VMALLOC_START)), 0)
    setup_fault_attr(k, Fault.TABLE, nth, 1, 1)
    with pytest.raises(KernelBug, match="Failed to allocate page"):
        kasan_init(k)


# --- giving back -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "end", "free", "gone"),
    [
        (0, 32, (0, 32), [0]),  # a whole page of shadow
        (4, 28, (4, 28), []),  # a part of one, and others use the rest
        (4, 28, (0, 32), [0]),  # a part of one, and nobody uses the rest
        (16, 48, (0, 64), [0, 32]),  # parts of two pages
        (16, 48, (16, 64), [32]),
        (16, 48, (0, 48), [0]),
        (16, 48, (16, 48), []),
    ],
)
def test_a_page_of_shadow_goes_when_all_it_speaks_of_is_free(
    start: int, end: int, free: tuple[int, int], gone: list[int]
) -> None:
    k = recorded(booted(kasan="generic"))
    kasan_populate_vmalloc(k, far(k), 96 * K, GFP_KERNEL)
    here, flags = far(k), KASAN_VMALLOC_PAGE_RANGE | KASAN_VMALLOC_TLB_FLUSH
    k.mem.take()
    kasan_release_vmalloc(k, here + start * K, here + end * K, here + free[0] * K, here + free[1] * K, flags)
    assert [at for at in (0, 32, 64) if shadow_byte(k, here + at * K) is None] == gone
    ends = [kasan_mem_to_shadow(k, here + at * K) for at in (gone[0], gone[-1] + 32)] if gone else []
    assert calls(k, "flush_tlb_kernel_range") == ([tuple(ends)] if gone else [])


def test_shadow_that_is_gone_is_not_given_back_twice(k: Kernel) -> None:
    kasan_populate_vmalloc(k, far(k), 64 * K, GFP_KERNEL)
    for end in (32 * K, 64 * K):
        free = k.nr_free_pages
        kasan_release_vmalloc(k, far(k), far(k) + end, far(k), far(k) + end, KASAN_VMALLOC_PAGE_RANGE)
        assert k.nr_free_pages == free + 1


# --- accesses and copies ---------------------------------------------------------------------------------


def test_a_look_at_shadow_that_is_not_there_faults_before_the_access(k: Kernel) -> None:
    assert (read(k, far(k)), write(k, far(k), 1)) == (-EFAULT, -EFAULT)
    assert last_access(k).va == kasan_mem_to_shadow(k, far(k))
    with pytest.raises(KernelBug, match=f"{kasan_mem_to_shadow(k, far(k)):016x}"):
        memset(k, far(k), 0, 8)


def test_a_copy_out_of_what_is_forbidden_or_into_it_is_not_made(k: Kernel) -> None:
    addr, other = vmalloc(k, 8), vmalloc(k, 64)
    memset(k, other, 0x33, 64)
    for dest, source in ((other, addr), (addr, other)):
        assert memcpy(k, dest, source, 16) == 0
    assert said(k) == ["BUG: KASAN: vmalloc-out-of-bounds in memcpy"] * 2
    assert (read(k, other), read(k, addr)) == (0x3333333333333333, 0)


def test_what_is_forbidden_already_is_not_written_again() -> None:
    k = recorded(booted(kasan="generic"))
    addr = vmalloc(k, 100)
    k.mem.take()
    kasan_poison(k, addr + 104, 8, 0xF8)
    assert not [word for word in k.mem.take().word if word]


# --- what the checks say ---------------------------------------------------------------------------------


def test_shadow_that_says_otherwise_or_is_missing_is_named(k: Kernel) -> None:
    addr = vmalloc(k, 100)
    assert validate(k) == []
    kasan_unpoison(k, addr + 104, 8)
    (broken,) = validate(k)
    assert "0x64 bytes may be used, but the shadow from" in broken
    start = addr & -32 * K
    kasan_release_vmalloc(k, start, start + 32 * K, start, start + 32 * K, KASAN_VMALLOC_PAGE_RANGE)
    assert any("but the shadow page at" in line and line.endswith("is missing") for line in validate(k))
