"""KMSAN: every byte knows whether somebody has written it, and its metadata is mapped beside it."""

from __future__ import annotations

import pytest

from tests.engine.booted import booted, rebuilt
from vmgui.engine.check import validate
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.fault_inject import Fault, setup_fault_attr
from vmgui.engine.lib.printk import log_lines
from vmgui.engine.machine import G, K, M, Machine, MachineError
from vmgui.engine.mm.access import read, touch, write
from vmgui.engine.mm.ioremap import ioremap, iounmap
from vmgui.engine.mm.kmsan.pages import meta_of, state_of, vmalloc_meta
from vmgui.engine.mm.metadata import mapped_at
from vmgui.engine.mm.page import page_address, pfn_to_page
from vmgui.engine.mm.purge import reclaim_and_purge_vmap_areas
from vmgui.engine.mm.string import memcpy, memset
from vmgui.engine.mm.vfree import vfree
from vmgui.engine.mm.vmalloc import vmalloc, vzalloc

PAGE = 4 * K


@pytest.fixture
def k() -> Kernel:
    return booted(kmsan=True)


def said(k: Kernel) -> list[str]:
    """The headlines of all reports."""
    return [line for line in log_lines(k.mem, k) if line.startswith("BUG: KMSAN")]


def test_reading_memory_that_nobody_has_written_is_reported(k: Kernel) -> None:
    addr = vmalloc(k, 100)
    read(k, addr)
    assert said(k) == ["BUG: KMSAN: uninit-value in read"]
    text = log_lines(k.mem, k)
    assert "Bytes 0-7 of 8 are uninitialized" in text
    assert f"Memory access of size 8 starts at {addr:016x}" in text
    assert " __alloc_pages_noprof" in text


def test_what_was_written_may_be_read_and_its_neighbour_may_not(k: Kernel) -> None:
    addr = vmalloc(k, 100)
    write(k, addr, 5)
    assert read(k, addr) == 5
    assert said(k) == []
    read(k, addr + 8)
    assert len(said(k)) == 1


def test_loading_a_value_without_using_it_is_no_mistake(k: Kernel) -> None:
    assert touch(k, vmalloc(k, 100)) == 0
    assert said(k) == []


def test_zeroed_memory_may_be_read(k: Kernel) -> None:
    assert read(k, vzalloc(k, 3 * PAGE)) == 0
    assert said(k) == []


def test_memory_that_comes_back_unzeroed_is_reported_as_freed() -> None:
    k = booted(kmsan=True, init_on_alloc=False)
    vfree(k, vmalloc(k, 2 * PAGE))
    read(k, vmalloc(k, 2 * PAGE))
    assert said(k) == ["BUG: KMSAN: use-after-free in read"]


def test_the_vmalloc_range_is_a_quarter_and_the_metadata_lies_behind_it(k: Kernel) -> None:
    plain = booted()
    assert 4 * (k.VMALLOC_END + 1 - k.VMALLOC_START) == plain.VMALLOC_END + 1 - plain.VMALLOC_START
    assert k.VMALLOC_START == plain.VMALLOC_START
    addr = vmalloc(k, 100)
    quarter = k.VMALLOC_END + 1 - k.VMALLOC_START
    assert vmalloc_meta(k, addr, False) == addr + quarter
    assert vmalloc_meta(k, addr, True) == addr + 2 * quarter


def test_shadow_and_origin_are_mapped_and_unmapped_with_the_area(k: Kernel) -> None:
    addr = vmalloc(k, 3 * PAGE)
    for offset in range(0, 3 * PAGE, PAGE):
        meta = meta_of(k, pfn_to_page(k, (mapped_at(k, addr + offset) or 0) >> 12))
        assert meta.kmsan_shadow is not None
        assert meta.kmsan_origin is not None
        assert mapped_at(k, vmalloc_meta(k, addr + offset, False)) == page_address(k, meta.kmsan_shadow)
        assert mapped_at(k, vmalloc_meta(k, addr + offset, True)) == page_address(k, meta.kmsan_origin)
    vfree(k, addr)
    assert mapped_at(k, vmalloc_meta(k, addr, False)) is None
    assert mapped_at(k, vmalloc_meta(k, addr, True)) is None


def test_filling_counts_as_writing_and_a_copy_as_its_source(k: Kernel) -> None:
    source, copy = vmalloc(k, PAGE), vmalloc(k, PAGE)
    memset(k, source, 7, 64)
    memcpy(k, copy, source, 128)
    assert read(k, copy + 56) == 0x0707070707070707
    assert said(k) == []
    read(k, copy + 64)
    assert len(said(k)) == 1


def test_a_third_of_ram_is_left(k: Kernel) -> None:
    plain = booted()
    assert k.totalram_pages == plain.totalram_pages
    assert 0.3 < k.nr_free_pages / plain.nr_free_pages < 0.34


def test_a_device_counts_as_written_and_its_metadata_is_lost(k: Kernel) -> None:
    vfree(k, vmalloc(k, PAGE))
    addr = ioremap(k, 0x100000000, 2 * PAGE)
    free = k.nr_free_pages
    read(k, addr)
    assert said(k) == []
    iounmap(k, addr)
    reclaim_and_purge_vmap_areas(k)
    assert mapped_at(k, vmalloc_meta(k, addr, False)) is None
    assert k.nr_free_pages == free  # iounmap looks for its pages in the wrong place, as the kernel does


def test_metadata_that_cannot_be_mapped_means_no_mapping_at_all(k: Kernel) -> None:
    setup_fault_attr(k, Fault.TABLE, 1, 1, 1)  # the first table of the shadow
    assert vmalloc(k, PAGE) == 0
    assert state_of(k).in_runtime == 1  # the kernel forgets to leave: it looks at nothing any more
    assert validate(k) == []


def test_a_kernel_over_the_same_words_reports_the_same(k: Kernel) -> None:
    addr = vmalloc(k, 100)
    again = rebuilt(k)
    read(again, addr)
    assert len(said(again)) == 1


def test_kmsan_needs_x86_and_ram_that_can_be_recorded() -> None:
    with pytest.raises(MachineError, match="KMSAN needs x86_64"):
        Machine("arm64", kmsan=True, phys_bits=48)
    with pytest.raises(MachineError, match="at most 1G"):
        Machine(kmsan=True, ram=2 * G)


def test_a_window_beside_the_quarter_is_refused() -> None:
    with pytest.raises(MachineError, match="first quarter"):
        booted(kmsan=True, ram=64 * M, window=(0xFFFFD88000000000, 0xFFFFD98000000000))
