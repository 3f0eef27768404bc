"""What KMSAN does at its edges: parts of words, pages without metadata, metadata that cannot be had."""

from __future__ import annotations

import pytest

from tests.engine.booted import booted, recorded
from vmgui.engine.check import validate
from vmgui.engine.gfp import GFP_KERNEL
from vmgui.engine.kernel import Kernel, KernelBug
from vmgui.engine.lib.bytewise import load_row
from vmgui.engine.lib.fault_inject import Fault, setup_fault_attr
from vmgui.engine.lib.printk import log_lines
from vmgui.engine.machine import K, M
from vmgui.engine.mm.access import read, write
from vmgui.engine.mm.ioremap import ioremap
from vmgui.engine.mm.kmsan.pages import ORIGIN_ALLOC, kmsan_free_page, meta_of, state_of
from vmgui.engine.mm.kmsan.report import metadata_at
from vmgui.engine.mm.metadata import mapped_at
from vmgui.engine.mm.page import page_address, pfn_to_page
from vmgui.engine.mm.page_alloc import alloc_page
from vmgui.engine.mm.slab import kzalloc
from vmgui.engine.mm.string import memcpy, memset
from vmgui.engine.mm.vfree import vfree
from vmgui.engine.mm.vm_struct import VM_MAP
from vmgui.engine.mm.vmalloc import vmalloc, vmalloc_huge
from vmgui.engine.mm.vmap_api import vmap
from vmgui.engine.structs import page
from vmgui.engine.words import WordArray

PAGE = 4 * K
DEVICE = 0x8000000000


@pytest.fixture
def k() -> Kernel:
    return booted(kmsan=True)


def said(k: Kernel) -> list[str]:
    """What was uninitialised, report by report."""
    return [line for line in log_lines(k.mem, k) if line.startswith("Byte")]


def metadata(k: Kernel, addr: int, nbytes: int) -> tuple[bytes, list[int]]:
    """The shadow of ``nbytes`` from ``addr`` on, and the origin of every four of them."""
    origins = load_row(k, metadata_at(k, addr, True), nbytes)
    return load_row(k, metadata_at(k, addr, False), nbytes), [
        int.from_bytes(origins[i : i + 4], "little") for i in range(0, nbytes, 4)
    ]


def page_array(k: Kernel, *pages: int) -> int:
    array = kzalloc(k, 8 * len(pages), GFP_KERNEL)
    slots = WordArray(k.mem, array)
    for i, addr in enumerate(pages):
        slots[i] = addr
    return array


def shadow_of(k: Kernel, page: page) -> page:
    found = meta_of(k, page).kmsan_shadow
    assert found is not None
    return found


# --- parts of words --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "n", "origins"),
    [
        (0, 4, [0, ORIGIN_ALLOC]),
        (0, 5, [0, ORIGIN_ALLOC]),  # the fifth byte alone does not settle where its neighbours came from
        (3, 5, [ORIGIN_ALLOC, 0]),
        (0, 8, [0, 0]),
        (1, 2, [ORIGIN_ALLOC, ORIGIN_ALLOC]),
    ],
)
def test_an_origin_goes_when_the_last_of_its_four_bytes_is_written(
    k: Kernel, first: int, n: int, origins: list[int]
) -> None:
    addr = vmalloc(k, PAGE)
    memset(k, addr + first, 1, n)
    shadow = bytes(0 if first <= i < first + n else 0xFF for i in range(8))
    assert metadata(k, addr, 8) == (shadow, origins)


def test_bytes_written_one_after_the_other_settle_their_origin(k: Kernel) -> None:
    addr = vmalloc(k, PAGE)
    for i in range(3):
        memset(k, addr + i, 1, 1)
    assert metadata(k, addr, 4)[1] == [ORIGIN_ALLOC]
    memset(k, addr + 3, 1, 1)
    assert metadata(k, addr, 4) == (bytes(4), [0])


def test_each_run_of_unwritten_bytes_is_reported_by_itself(k: Kernel) -> None:
    addr = vmalloc(k, PAGE)
    memset(k, addr + 1, 1, 3)
    read(k, addr)
    assert said(k) == ["Byte 0 of 8 is uninitialized", "Bytes 4-7 of 8 are uninitialized"]
    write(k, addr, 5)
    read(k, addr)
    assert len(said(k)) == 2


def test_huge_pages_have_their_metadata_in_huge_pages(k: Kernel) -> None:
    addr = vmalloc_huge(k, 2 * M, GFP_KERNEL)
    first = shadow_of(k, pfn_to_page(k, (mapped_at(k, addr) or 0) >> 12))
    assert metadata_at(k, addr + M, False) == page_address(k, first) + M
    write(k, addr + M, 7)
    assert read(k, addr + M) == 7
    assert said(k) == []
    read(k, addr + M + 8)
    assert len(said(k)) == 1


# --- pages without metadata ------------------------------------------------------------------------------


def test_metadata_has_no_metadata_and_freeing_it_poisons_nothing(k: Kernel) -> None:
    shadow = shadow_of(k, pfn_to_page(k, (mapped_at(k, vmalloc(k, PAGE)) or 0) >> 12))
    assert meta_of(k, shadow).kmsan_shadow is None
    before = k.mem.view.tobytes()
    kmsan_free_page(k, shadow, 0)
    assert k.mem.view.tobytes() == before


def test_a_page_without_metadata_cannot_be_mapped(k: Kernel) -> None:
    mine = alloc_page(k, GFP_KERNEL)
    assert mine is not None
    array = page_array(k, mine.addr, shadow_of(k, mine).addr)
    assert vmap(k, array, 1, VM_MAP, k.PAGE_KERNEL)
    assert vmap(k, array, 2, VM_MAP, k.PAGE_KERNEL) == 0
    assert any("mm/vmalloc.c:556 vmap_pages_pte_range" in line for line in log_lines(k.mem, k))


def test_what_is_no_page_is_asked_for_its_metadata_and_the_kernel_faults(k: Kernel) -> None:
    with pytest.raises(KernelBug, match="NULL pointer dereference, address: 0000000000000040"):
        vmap(k, page_array(k, 0), 1, VM_MAP, k.PAGE_KERNEL)
    again = booted(kmsan=True)
    device = pfn_to_page(again, DEVICE >> 12)
    where = again.VMEMMAP_START + device.addr - again.vmemmap + 64
    with pytest.raises(KernelBug, match=f"page fault for address: {where:016x}"):
        vmap(again, page_array(again, device.addr), 1, VM_MAP, again.PAGE_KERNEL)


# --- metadata that cannot be had -------------------------------------------------------------------------


@pytest.mark.parametrize("nth", [1, 2])
def test_without_memory_for_the_lists_of_metadata_nothing_is_mapped_and_kmsan_goes_on(
    k: Kernel, nth: int
) -> None:
    pages = [alloc_page(k, GFP_KERNEL) for _ in range(300)]
    array = page_array(k, *(page.addr for page in pages if page))
    setup_fault_attr(k, Fault.PAGE, nth, 1, 1)  # 2400 bytes are a page
    free = k.nr_free_pages
    assert vmap(k, array, 300, VM_MAP, k.PAGE_KERNEL) == 0
    assert k.nr_free_pages == free
    assert (state_of(k).in_runtime, state_of(k).enabled) == (0, 1)
    assert vmap(k, array, 300, VM_MAP, k.PAGE_KERNEL)
    assert validate(k) == []


def test_after_metadata_that_could_not_be_mapped_the_next_mapping_switches_kmsan_off(k: Kernel) -> None:
    setup_fault_attr(k, Fault.TABLE, 1, 1, 1)
    assert vmalloc(k, PAGE) == 0
    assert state_of(k).enabled == 1
    addr = vmalloc(k, PAGE)
    assert addr  # it is mapped all the same
    assert any("mm/kmsan/kmsan.h:104" in line for line in log_lines(k.mem, k))
    assert state_of(k).enabled == 0
    read(k, addr)
    assert said(k) == []


def test_a_device_whose_second_origin_cannot_be_had_gives_that_shadow_back_and_loses_the_first_ones(
    k: Kernel,
) -> None:
    vfree(k, vmalloc(k, PAGE))
    ioremap(k, DEVICE, PAGE)  # the tables stay
    free = k.nr_free_pages
    setup_fault_attr(k, Fault.PAGE, 4, 1, 1)  # shadow and origin of the first page, shadow of the second
    assert ioremap(k, DEVICE + M, 2 * PAGE) == 0
    assert free - k.nr_free_pages == 4  # two blocks of two pages for the first page
    assert validate(k) == []


# --- what was poisoned already ---------------------------------------------------------------------------


def test_memory_that_comes_and_goes_unused_keeps_the_origin_of_its_first_end() -> None:
    k = recorded(booted(kmsan=True, init_on_alloc=False))
    addr = vmalloc(k, 2 * PAGE)
    frame = (mapped_at(k, addr) or 0) >> 12
    vfree(k, addr)
    origin = meta_of(k, pfn_to_page(k, frame)).kmsan_origin
    assert origin is not None
    start = page_address(k, origin)
    k.mem.take()
    again = vmalloc(k, 2 * PAGE)
    assert (mapped_at(k, again) or 0) >> 12 == frame
    vfree(k, again)
    words = {word << 3 for word in k.mem.take().word}
    assert not [at for at in range(start, start + PAGE, 8) if at in words]


# --- copies ----------------------------------------------------------------------------------------------


def untracked(k: Kernel) -> int:
    """The address, in the direct map, of a page that has no metadata."""
    mine = alloc_page(k, GFP_KERNEL)
    assert mine is not None
    return k.va_pa_offset + page_address(k, shadow_of(k, mine))


def test_a_copy_of_what_is_not_tracked_counts_as_written(k: Kernel) -> None:
    addr = vmalloc(k, PAGE)
    memcpy(k, addr, untracked(k), 8)
    read(k, addr)
    assert said(k) == []
    read(k, addr + 8)
    assert len(said(k)) == 1


def test_a_copy_to_what_is_not_tracked_leaves_no_metadata(k: Kernel) -> None:
    addr, there = vmalloc(k, PAGE), untracked(k)
    write(k, addr, 7)
    assert memcpy(k, there, addr, 16) == there
    assert metadata_at(k, there, False) == 0
    assert k.mem.load(there - k.va_pa_offset) == 7
