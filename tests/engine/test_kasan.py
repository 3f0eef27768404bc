"""KASAN: what was asked for may be used and nothing else, and whoever does otherwise is reported."""

from __future__ import annotations

import pytest

from tests.engine.booted import booted, calls, rebuilt, recorded
from vmgui.engine.boot import boot, fresh_memory
from vmgui.engine.check import validate
from vmgui.engine.check_walk import leaves
from vmgui.engine.errno import EFAULT, ENOMEM
from vmgui.engine.gfp import GFP_KERNEL
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.printk import log_lines
from vmgui.engine.machine import K, M, Machine, MachineError
from vmgui.engine.mm.access import last_access, read, touch, write
from vmgui.engine.mm.kasan.shadow import (
    __kasan_poison_vmalloc as poison_vmalloc,
)
from vmgui.engine.mm.kasan.shadow import (
    __kasan_unpoison_vmalloc as unpoison_vmalloc,
)
from vmgui.engine.mm.kasan.shadow import (
    kasan_mem_to_shadow,
    kasan_poison,
    kasan_populate_vmalloc,
    kasan_unpoison,
    shadow_byte,
)
from vmgui.engine.mm.page import page_address
from vmgui.engine.mm.page_alloc import alloc_page
from vmgui.engine.mm.pcpu_vm_areas import pcpu_free_vm_areas, pcpu_get_vm_areas
from vmgui.engine.mm.purge import reclaim_and_purge_vmap_areas
from vmgui.engine.mm.string import memset
from vmgui.engine.mm.vfree import vfree
from vmgui.engine.mm.vm_struct import VM_MAP, get_vm_area
from vmgui.engine.mm.vmalloc import vmalloc
from vmgui.engine.mm.vrealloc import vrealloc

PAGE = 4 * K


@pytest.fixture
def k() -> Kernel:
    return booted(kasan="generic")


def said(k: Kernel) -> list[str]:
    """The headlines of all reports."""
    return [line for line in log_lines(k.mem, k) if line.startswith("BUG: KASAN")]


def shadow_pages(k: Kernel, addr: int, end: int) -> int:
    """How many shadow pages are mapped for [addr, end)."""
    low, high = kasan_mem_to_shadow(k, addr) & -PAGE, kasan_mem_to_shadow(k, end - 1)
    return sum(low <= leaf.va <= high for leaf in leaves(k))


def test_touch_behind_the_end_of_an_area_is_reported_by_kasan(k: Kernel) -> None:
    addr = vmalloc(k, 100)
    assert touch(k, addr + 99) == 0
    assert said(k) == []
    assert touch(k, addr + 100) == 0  # the access goes on: the page is mapped
    assert said(k) == ["BUG: KASAN: vmalloc-out-of-bounds in touch"]


def test_a_report_shows_the_shadow_around_the_first_bad_byte(k: Kernel) -> None:
    addr = vmalloc(k, 100)
    write(k, addr + 104, 1)
    text = log_lines(k.mem, k)
    assert f"Write of size 8 at addr {addr + 104:016x} by task init/1" in text
    row = next(i for i, line in enumerate(text) if line.startswith(">"))
    assert text[row] == f">{addr:016x}: " + "00 " * 12 + "04 f8 f8 f8"
    assert text[row + 1].index("^") == text[row].index("04 f8") + 3
    assert " 1-page vmalloc region" in "".join(text)


def test_a_read_of_a_word_that_is_only_half_allowed_is_reported(k: Kernel) -> None:
    addr = vmalloc(k, 100)
    read(k, addr + 88)
    assert said(k) == []
    read(k, addr + 96)
    assert said(k) == ["BUG: KASAN: vmalloc-out-of-bounds in read"]


def test_memory_that_was_freed_is_reported_until_its_shadow_goes(k: Kernel) -> None:
    addr = vmalloc(k, 64 * K - PAGE)
    vfree(k, addr)
    touch(k, addr)
    assert said(k) == ["BUG: KASAN: vmalloc-out-of-bounds in touch"]
    reclaim_and_purge_vmap_areas(k)
    assert touch(k, addr) == -EFAULT  # now the look at the shadow itself faults
    assert last_access(k).va == kasan_mem_to_shadow(k, addr)
    assert len(said(k)) == 1


def test_shadow_comes_with_an_area_and_goes_with_the_purge(k: Kernel) -> None:
    free = k.nr_free_pages
    addr = vmalloc(k, 256 * K - PAGE)  # with its guard page eight pages of shadow
    assert shadow_pages(k, addr, addr + 256 * K) == 8
    vfree(k, addr)
    assert shadow_pages(k, addr, addr + 256 * K) == 8
    reclaim_and_purge_vmap_areas(k)
    assert shadow_pages(k, addr, addr + 256 * K) == 0
    tables = free - k.nr_free_pages
    assert tables <= 6  # page tables stay: three levels for the area, two for its shadow


def test_a_shadow_page_that_areas_share_stays(k: Kernel) -> None:
    first, second = vmalloc(k, PAGE), vmalloc(k, PAGE)
    vfree(k, first)
    reclaim_and_purge_vmap_areas(k)
    assert shadow_byte(k, first) == 0xF8
    assert touch(k, second) == 0
    assert said(k) == []


def test_one_flush_is_enough_for_the_shadow_of_a_whole_node() -> None:
    k = recorded(booted(kasan="generic", possible_cpus=1, online_cpus=1))
    areas = [vmalloc(k, 64 * K - PAGE) for _ in range(3)]
    for addr in areas:
        vfree(k, addr)
    k.mem.take()
    reclaim_and_purge_vmap_areas(k)
    start, end = kasan_mem_to_shadow(k, areas[0]), kasan_mem_to_shadow(k, areas[-1] + 64 * K)
    flushed = calls(k, "flush_tlb_kernel_range")
    assert flushed == [(areas[0], areas[-1] + 64 * K), (start, end)]


def test_without_memory_for_the_shadow_there_is_no_area_either() -> None:
    k = booted(kasan="generic", ram=64 * M)
    free = k.nr_free_pages
    assert get_vm_area(k, 512 * M, VM_MAP) is None
    assert k.nr_free_pages >= free - 2048
    assert get_vm_area(k, M, VM_MAP) is not None
    assert validate(k) == []


def test_filling_beyond_the_end_is_reported_and_writes_nothing(k: Kernel) -> None:
    addr = vmalloc(k, 100)
    assert memset(k, addr, 7, 100) == addr
    assert memset(k, addr, 8, 101) == 0
    assert said(k) == ["BUG: KASAN: vmalloc-out-of-bounds in memset"]
    assert read(k, addr) == 0x0707070707070707


def test_per_cpu_areas_have_shadow_of_their_own(k: Kernel) -> None:
    addr = pcpu_get_vm_areas(k, (0,), (8 * PAGE,), 1, PAGE)
    start = k.mem.load(k.mem.load(addr) + 8)
    assert shadow_byte(k, start + 8 * PAGE - 8) == 0
    assert validate(k) == []
    pcpu_free_vm_areas(k, addr, 1)
    assert shadow_byte(k, start) == 0xF8


def test_shrinking_and_growing_moves_what_may_be_used(k: Kernel) -> None:
    addr = vmalloc(k, 1000)
    assert vrealloc(k, addr, 20, GFP_KERNEL) == addr
    assert [shadow_byte(k, addr + 8 * i) for i in range(4)] == [0, 0, 4, 0xF8]
    assert vrealloc(k, addr, 30, GFP_KERNEL) == addr
    assert [shadow_byte(k, addr + 8 * i) for i in range(5)] == [0, 0, 0, 6, 0xF8]
    assert validate(k) == []


def test_a_neighbours_guard_page_is_reported_before_it_faults(k: Kernel) -> None:
    addr = vmalloc(k, PAGE)
    assert touch(k, addr + PAGE) == -EFAULT
    assert said(k) == ["BUG: KASAN: vmalloc-out-of-bounds in touch"]
    assert last_access(k).va == addr + PAGE


def test_addresses_are_the_same_with_and_without_kasan(k: Kernel) -> None:
    plain = booted()
    for size in (1, 5 * PAGE, M, 3 * PAGE):
        assert vmalloc(k, size) == vmalloc(plain, size)


@pytest.mark.parametrize(
    "geometry",
    [("x86_64", 4 * K, 57), ("arm64", 4 * K, 48), ("arm64", 16 * K, 47), ("arm64", 64 * K, 52),
     ("riscv64", 4 * K, 39)],
)
def test_the_shadow_of_every_architecture_lies_at_addresses_it_has(geometry: tuple[str, int, int]) -> None:
    arch, page_size, va_bits = geometry
    machine = Machine(arch, page_size, va_bits, ram=128 * M, phys_bits=46, kasan="generic")
    k = boot(machine, fresh_memory(machine))
    addr = vmalloc(k, 100)
    assert touch(k, addr + 99) == 0
    assert touch(k, addr + 100) == 0
    assert said(k) == ["BUG: KASAN: vmalloc-out-of-bounds in touch"]
    assert validate(k) == []


def test_a_kernel_over_the_same_words_knows_the_same_shadow(k: Kernel) -> None:
    addr = vmalloc(k, 100)
    again = rebuilt(k)
    touch(again, addr + 100)
    assert len(said(again)) == 1


def test_a_kernel_has_kasan_or_kmsan_but_not_both() -> None:
    with pytest.raises(MachineError, match="KASAN or KMSAN, not both"):
        Machine(kasan="generic", kmsan=True)
    with pytest.raises(MachineError, match="KASAN is off, generic or hw_tags, not 'all'"):
        Machine(kasan="all")


def test_only_whole_granules_can_be_forbidden_or_allowed(k: Kernel) -> None:
    addr = vmalloc(k, PAGE)
    kasan_poison(k, addr + 1, 8, 0xF8)
    kasan_poison(k, addr, 5, 0xF8)
    kasan_unpoison(k, addr + 1, 8)
    assert [shadow_byte(k, addr + at) for at in (0, 8)] == [0, 0]
    warned = [line for line in log_lines(k.mem, k) if "mm/kasan/shadow.c:" in line]
    assert [line.split("shadow.c:")[1].split()[0] for line in warned] == ["137", "139", "172"]


def test_memory_outside_the_vmalloc_range_is_not_the_business_of_its_shadow(k: Kernel) -> None:
    page = page_address(k, alloc_page(k, GFP_KERNEL))
    taken = k.nr_free_pages
    assert kasan_populate_vmalloc(k, page, PAGE, GFP_KERNEL) == 0
    assert unpoison_vmalloc(k, page, 8, 0) == page
    poison_vmalloc(k, page, 8)
    assert k.nr_free_pages == taken


def test_shadow_of_more_than_the_model_holds_is_refused(k: Kernel) -> None:
    assert kasan_populate_vmalloc(k, k.VMALLOC_START, 1 << 30, GFP_KERNEL) == -ENOMEM


def test_52_bits_with_16k_pages_have_a_shadow_of_their_own() -> None:
    machine = Machine(arch="arm64", page_size=16 * K, va_bits=52, ram=64 * M, possible_cpus=2,
                      online_cpus=2, kasan="generic")  # fmt: skip
    k = boot(machine, fresh_memory(machine))
    addr = vmalloc(k, 100)
    assert shadow_byte(k, addr) == 0
    assert shadow_byte(k, addr + 104) == 0xF8
