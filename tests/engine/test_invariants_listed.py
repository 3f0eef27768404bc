"""Every invariant has a check that says its number, and each check finds what breaks it."""

from __future__ import annotations

import inspect
import re

import pytest

from tests.engine.booted import SMALL, booted, recorded
from vmgui.engine import (
    check,
    check_blocks,
    check_calls,
    check_frames,
    check_queries,
    check_shadow,
    check_tables,
)
from vmgui.engine.arch.entries import PGTBL_PMD_MODIFIED, PGTBL_PTE_MODIFIED, PGTBL_PUD_MODIFIED
from vmgui.engine.arch.pgtbl_mod import pgtbl_mod_mask
from vmgui.engine.check import busy_areas, lazy_areas, validate
from vmgui.engine.check_blocks import blocks
from vmgui.engine.check_calls import (
    free_ranges,
    state_that_counts,
    validate_failed_call,
    validate_full_purge,
    validate_mask,
    validate_same_steps,
    watched_memory,
)
from vmgui.engine.check_queries import validate_lookup, validate_queries, validate_reading, validate_report
from vmgui.engine.gfp import GFP_KERNEL
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.fault_inject import Fault, setup_fault_attr
from vmgui.engine.lib.list import list_del_init
from vmgui.engine.lib.out import Out
from vmgui.engine.lib.workqueue import INIT_WORK, Work
from vmgui.engine.machine import G, M
from vmgui.engine.mm import purge, tlb
from vmgui.engine.mm.mm_init import mem_init as mem_init
from vmgui.engine.mm.pgtable import pgd_offset_k
from vmgui.engine.mm.tlb import tlb_fill
from vmgui.engine.mm.vfree import vfree
from vmgui.engine.mm.vm_struct import VM_IOREMAP, VM_UNINITIALIZED, find_vm_area
from vmgui.engine.mm.vmalloc import vmalloc, vmalloc_huge
from vmgui.engine.mm.vmap import vmap_page_range
from vmgui.engine.mm.vmap_pages import vmap_pages_p4d_range
from vmgui.engine.mm.vmap_ram import vm_map_ram, vm_unmap_ram
from vmgui.engine.mm.vunmap import vunmap_p4d_range
from vmgui.engine.program import alloc_single_pages

PAGE = 4096
MODULES = (check, check_blocks, check_calls, check_frames, check_queries, check_shadow, check_tables)


def checks():
    """Every function that validates something, by name."""
    members = [member for module in MODULES for member in inspect.getmembers(module, inspect.isfunction)]
    return {name: function for name, function in members if name.startswith("validate_")}


def test_every_invariant_has_a_check_that_says_its_number():
    said = " ".join(inspect.getdoc(function) or "" for function in checks().values())
    numbers = {int(number) for number in re.findall(r"\bI(\d+)\b", said)}
    assert numbers == set(range(1, 49))


@pytest.fixture
def k():
    """A kernel with a half-used block, of which a part has come back, and other areas."""
    k = booted()
    array = alloc_single_pages(k, 8)
    vm_map_ram(k, array, 4, -1)
    vm_unmap_ram(k, vm_map_ram(k, array, 2, -1), 2)
    vmalloc(k, 3 * PAGE)
    vfree(k, vmalloc(k, 2 * PAGE))
    assert validate(k) + validate_queries(k) == []
    return k


def block(k):
    return blocks(k)[0][1]


def add_to(struct, field, by):
    setattr(struct, field, getattr(struct, field) + by)


def remember_what_was_flushed(k):
    tlb_fill(k, 0, block(k).va.va_start + 4 * PAGE, 0x1063, 12)
    block(k).dirty_min = 6


DAMAGE = {
    "are not 256": lambda k: add_to(block(k), "dirty", 1),
    "free end is in use": lambda k: add_to(block(k), "free", 256 - block(k).free - 1),
    "cannot be": lambda k: setattr(block(k), "dirty_max", 250),
    "on the wrong list": lambda k: list_del_init(block(k).free_list),
    "its area is not busy": lambda k: setattr(block(k), "va", lazy_areas(k)[0]),
    "nobody finds": lambda k: setattr(busy_areas(k)[-1], "flags", 3),
    "is no block": lambda k: setattr(block(k).va, "va_end", block(k).va.va_end + PAGE),
    "that is gone": remember_what_was_flushed,
    "nobody is going to purge": lambda k: setattr(lazy_areas(k)[0], "va_end", 1 << 46),
    "inside a page": lambda k: setattr(lazy_areas(k)[0], "va_end", lazy_areas(k)[0].va_end - 1),
    "is not marked as one": lambda k: unmark_a_table(k),
    "are mapped": lambda k: setattr(busy_areas(k)[0].vm, "nr_pages", 2),
}


def unmark_a_table(k):
    from vmgui.engine.check_walk import tables
    from vmgui.engine.mm.page import pfn_to_page

    pfn_to_page(k, max(table.address for table in tables(k)) >> 12).flags = 0


@pytest.mark.parametrize("broken", DAMAGE)
def test_damage_is_named(k, broken):
    if broken == "nobody is going to purge":
        k.vmap_lazy_nr = 1 << 30
    elif broken == "are mapped":
        vm = next(va.vm for va in busy_areas(k) if va.vm)
        vm.nr_pages = 2
    else:
        DAMAGE[broken](k)
    found = validate(k)
    assert any(broken in line for line in found), found


# --- answers ---------------------------------------------------------------------------------------


def test_an_area_that_its_address_does_not_lead_to_is_found(k):
    area = next(va for va in busy_areas(k) if va.vm)
    k.vmap_nodes[0].busy.root.rb_node, k.vmap_nodes[1].busy.root.rb_node = None, None
    assert any(f"not to [{area.va_start:#x}" in line for line in validate_lookup(k))


def test_a_half_made_area_is_neither_printed_nor_read(k):
    area = next(va for va in busy_areas(k) if va.vm)
    area.vm.flags = area.vm.flags | VM_UNINITIALIZED
    assert validate_report(k) == []
    assert validate_reading(k) == []


def test_a_report_that_leaves_an_area_out_is_found(k, monkeypatch):
    monkeypatch.setattr(check_queries, "half_made", lambda va: bool(va.vm))
    assert len(validate_report(k)) == 1


def test_what_reads_as_something_else_than_zeros_is_found(k, monkeypatch):
    addr = vmalloc(k, PAGE)
    frame = next(leaf.pa for leaf in check_calls.leaves(k) if leaf.va == addr)
    k.mem.store(frame, 0x77)
    area = find_vm_area(k, addr)
    monkeypatch.setattr(check_queries, "unreadable", lambda k: [(addr, addr + PAGE, "the area")])
    assert len(validate_reading(k)) == 1
    area.flags = area.flags | VM_IOREMAP
    assert validate_reading(k) == []


# --- calls -----------------------------------------------------------------------------------------


def watched(**changes):
    """A kernel whose calls are watched, and who watches them."""
    plain = booted(**changes)
    mem = watched_memory(plain.machine)
    mem.view[:] = plain.mem.view
    k = Kernel(plain.machine, mem)
    return k, mem.watch(k)


def test_a_purge_without_a_flush_is_heard(monkeypatch):
    k, watch = watched()
    vfree(k, vmalloc(k, PAGE))
    monkeypatch.setattr(tlb, "flush_tlb_kernel_range", lambda *args: None)
    purge.reclaim_and_purge_vmap_areas(k)
    assert len(watch.take_broken()) == 1
    assert watch.take_broken() == []


def test_a_purge_with_a_flush_is_right():
    k, watch = watched()
    vfree(k, vmalloc(k, PAGE))
    tlb.flush_tlb_all(k)
    purge.reclaim_and_purge_vmap_areas(k)
    assert watch.take_broken() == []


def test_a_drain_that_leaves_something_is_heard(monkeypatch):
    k, watch = watched()
    vfree(k, vmalloc(k, PAGE))
    monkeypatch.setattr(purge, "__purge_vmap_area_lazy", lambda *args: False)
    work = k.drain_vmap_work
    INIT_WORK(work, Work.DRAIN_VMAP_AREA)
    purge.drain_vmap_area_work(k, work)
    assert watch.take_broken() == ["2 pages still wait after a drain"]


def test_an_area_outside_its_range_is_heard(k):
    watch = check_calls.Watched(k)
    va = busy_areas(k)[0]
    size = va.va_end - va.va_start
    for args in ((size, 1, 0, va.va_start), (size, 1 << 41, 0, 1 << 64), (size + 1, 1, 0, 1 << 64)):
        check_calls.validate_new_area(watch, args, va)
    assert len(watch.take_broken()) == 3
    check_calls.validate_new_area(watch, (size, 1, 0, 1 << 64), va)
    check_calls.validate_new_area(watch, (size, 1, 0, 1 << 64), -12)
    assert watch.take_broken() == []


@pytest.mark.parametrize("page", [2 * M, G])
def test_a_table_that_is_freed_with_something_mapped_is_heard(page):
    k, watch = watched()
    start = k.VMALLOC_START + (8 << 30)
    vmap_page_range(k, start, start + PAGE, 0x8000000000, k.PAGE_KERNEL)
    vmap_page_range(k, start, start + page, 0x8000000000, k.PAGE_KERNEL)
    assert watch.take_broken() == [f"the table of {start:#x} is freed, but something is mapped there"]


def test_a_program_that_maps_over_what_is_mapped_behaves_badly():
    k, watch = watched()
    watch.well_behaved = False
    start = k.VMALLOC_START + (8 << 30)
    vmap_page_range(k, start, start + PAGE, 0x8000000000, k.PAGE_KERNEL)
    vmap_page_range(k, start, start + 2 * M, 0x8000000000, k.PAGE_KERNEL)
    assert watch.take_broken() == []


@pytest.mark.parametrize("kind", list(Fault))
def test_a_call_that_fails_changes_nothing_that_counts(k, kind):
    setup_fault_attr(k, kind, 1, 1000, 1)
    before = state_that_counts(k)
    assert vmalloc(k, 600 * PAGE) == 0
    assert validate_failed_call(before, state_that_counts(k)) == []
    setup_fault_attr(k, kind, 1, 0, 1)
    assert vmalloc(k, PAGE)
    assert len(validate_failed_call(before, state_that_counts(k))) == 3


def test_a_purge_gives_back_the_same_addresses():
    k = booted()
    before = free_ranges(k)
    addr = vmalloc(k, 5 * PAGE)
    assert len(validate_full_purge(before, free_ranges(k))) == 3
    vfree(k, addr)
    purge.reclaim_and_purge_vmap_areas(k)
    assert validate_full_purge(before, free_ranges(k)) == []


def changed(rows):
    """Addresses of the words that stores really changed."""
    stores = zip(rows.word, rows.old, rows.new, strict=True)
    return {word * 8 for word, old, new in stores if old != new}


@pytest.mark.parametrize("va_bits", [48, 57])
def test_a_walk_reports_the_levels_that_it_changed(va_bits):
    k = recorded(booted(va_bits=va_bits))
    array = alloc_single_pages(k, 3)
    start = k.VMALLOC_START + (8 << 30)
    for _ in range(2):  # with new tables, and into tables that are there
        k.mem.take()
        mask = pgtbl_mod_mask()
        pgd = pgd_offset_k(k, start)
        vmap_pages_p4d_range(k, pgd, start, start + 3 * PAGE, k.PAGE_KERNEL, array, Out(), mask)
        assert validate_mask(k, mask.value, changed(k.mem.take())) == []
        mask = pgtbl_mod_mask()
        vunmap_p4d_range(k, pgd, start, start + 3 * PAGE, mask)
        assert mask.value == PGTBL_PTE_MODIFIED
        assert validate_mask(k, mask.value, changed(k.mem.take())) == []
        assert len(validate_mask(k, PGTBL_PUD_MODIFIED | PGTBL_PMD_MODIFIED, [])) == 1


def test_the_same_calls_make_the_same_steps():
    runs = []
    for size in (PAGE, PAGE, 2 * PAGE):
        k = recorded(booted(SMALL))
        vfree(k, vmalloc_huge(k, size, GFP_KERNEL))
        runs.append(k.mem.take())
    assert validate_same_steps(runs[0], runs[1]) == []
    assert validate_same_steps(runs[0], runs[2])
