"""kmemleak, debugobjects and debug_pagealloc, and what machines may have of them."""

from __future__ import annotations

import pytest

from tests.engine.booted import booted, calls, rebuilt, recorded
from vmgui.engine.check import validate
from vmgui.engine.gfp import GFP_KERNEL
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.debugobjects import (
    DESCRIPTIONS,
    debug_obj_descr,
    debug_object_activate,
    debug_object_deactivate,
    debug_object_free,
    debug_object_init,
    get_bucket,
    state_of,
)
from vmgui.engine.lib.debugobjects import __debug_check_no_obj_freed as check_no_obj_freed
from vmgui.engine.lib.debugobjects import lookup_object as tracker_of
from vmgui.engine.lib.printk import HZ, log_lines
from vmgui.engine.lib.seq_file import seq_file
from vmgui.engine.machine import K, Machine, MachineError, with_boot_parameters
from vmgui.engine.mm.access import Reason, last_access, touch, write
from vmgui.engine.mm.kmemleak import (
    SIZE_MAX,
    enabled,
    kmemleak_alloc,
    kmemleak_free,
    kmemleak_scan_area,
    lookup_object,
    object_set_excess_ref,
)
from vmgui.engine.mm.kmemleak_scan import kmemleak_scan, kmemleak_seq_show
from vmgui.engine.mm.slab import kfree, kmalloc
from vmgui.engine.mm.string import memset
from vmgui.engine.mm.vfree import vfree, vfree_atomic
from vmgui.engine.mm.vm_struct import find_vm_area
from vmgui.engine.mm.vmalloc import vmalloc
from vmgui.engine.mm.vmap_ram import vm_map_ram, vm_unmap_ram
from vmgui.engine.mm.vunmap import vunmap_range
from vmgui.engine.program import PROGRAM_OBJECT, activate_object, alloc_single_pages, deactivate_object

PAGE = 4 * K


def leaks(k: Kernel, *held: int) -> str:
    """What is lost for a program that holds ``held``, after two scans as somebody who waits makes them."""
    k.jiffies = k.jiffies + 6 * HZ
    kmemleak_scan(k, held)
    kmemleak_scan(k, held)
    m = seq_file()
    kmemleak_seq_show(k, m)
    return m.text


# --- kmemleak -----------------------------------------------------------------------------------------


@pytest.fixture
def leaky() -> Kernel:
    return booted(kmemleak=True)


def test_an_area_that_nobody_points_at_is_reported_in_the_kernels_words(leaky: Kernel) -> None:
    first, lost = vmalloc(leaky, PAGE), vmalloc(leaky, 2 * PAGE)
    text = leaks(leaky, first).splitlines()
    assert text[0] == f"unreferenced object 0x{lost:08x} (size 8192):"
    assert text[1] == '  comm "init", pid 1, jiffies 0'
    assert text[2] == "  hex dump (first 32 bytes):"
    assert text[3] == "    " + "00 " * 15 + "00  ................"
    assert text[5] == "  backtrace (crc 0):"
    assert len(text) == 6
    said = "kmemleak: 1 new suspected memory leaks (see /sys/kernel/debug/kmemleak)"
    assert log_lines(leaky.mem, leaky) == [said]


def test_an_area_that_the_program_holds_is_not_lost(leaky: Kernel) -> None:
    held = [vmalloc(leaky, PAGE), vmalloc(leaky, 600 * PAGE)]  # the second one's page array is an area, too
    assert leaks(leaky, *held) == ""


def test_a_pointer_into_the_middle_is_enough(leaky: Kernel) -> None:
    held = [vmalloc(leaky, PAGE), vmalloc(leaky, 4 * PAGE) + 3 * PAGE + 8]
    assert leaks(leaky, *held) == ""


def test_a_pointer_in_memory_that_is_held_is_found(leaky: Kernel) -> None:
    first, second, box = vmalloc(leaky, PAGE), vmalloc(leaky, PAGE), kmalloc(leaky, 64, GFP_KERNEL)
    leaky.mem.store(box + 24, second)
    assert leaks(leaky, first, box) == ""
    leaky.mem.store(box + 24, 0)
    assert f"unreferenced object {second:#010x} (size 4096):" in leaks(leaky, first, box)


def test_a_pointer_to_the_vm_struct_counts_for_its_area(leaky: Kernel) -> None:
    first, second = vmalloc(leaky, PAGE), vmalloc(leaky, PAGE)
    vm = find_vm_area(leaky, second)
    assert vm is not None
    assert leaks(leaky, first, vm.addr) == ""


def test_what_is_younger_than_five_seconds_is_not_reported(leaky: Kernel) -> None:
    vmalloc(leaky, PAGE)
    leaky.jiffies = 10 * HZ
    lost = vmalloc(leaky, PAGE)
    kmemleak_scan(leaky, ())
    kmemleak_scan(leaky, ())
    m = seq_file()
    kmemleak_seq_show(leaky, m)
    assert f"{lost:#010x}" not in m.text


def test_what_was_freed_is_forgotten_at_once(leaky: Kernel) -> None:
    addr = vmalloc(leaky, PAGE)
    assert lookup_object(leaky, addr + 8, True) is not None
    vfree_atomic(leaky, addr)
    assert lookup_object(leaky, addr, True) is None
    small = kmalloc(leaky, 100, GFP_KERNEL)
    kfree(leaky, small)
    assert lookup_object(leaky, small, True) is None


def test_short_lived_mappings_lose_nothing(leaky: Kernel) -> None:
    pages = alloc_single_pages(leaky, 8)
    mapped = vm_map_ram(leaky, pages, 8, -1)
    assert leaks(leaky, pages) == ""
    vm_unmap_ram(leaky, mapped, 8)
    assert leaks(leaky, pages) == ""


def test_a_kernel_over_the_same_words_finds_the_same(leaky: Kernel) -> None:
    first = vmalloc(leaky, PAGE)
    vmalloc(leaky, PAGE)
    assert leaks(rebuilt(leaky), first) == leaks(leaky, first) != ""


# --- debugobjects -------------------------------------------------------------------------------------


@pytest.fixture
def tracking() -> Kernel:
    return booted(debug_objects=True)


def test_freeing_the_memory_of_an_active_object_warns(tracking: Kernel) -> None:
    addr = vmalloc(tracking, 3 * PAGE)
    assert activate_object(tracking, addr + PAGE + 16) == 0
    vfree(tracking, addr)
    assert log_lines(tracking.mem, tracking) == [
        f"ODEBUG: free active (active state 0) object: {addr + PAGE + 16:016x} "
        "object type: program_object hint: 0x0",
        "WARNING: CPU: 0 PID: 1 at lib/debugobjects.c:514 debug_print_object",
    ]
    assert tracker_of(addr + PAGE + 16, get_bucket(tracking, addr + PAGE)) is None
    assert validate(tracking) == []


def test_an_object_that_has_stopped_may_go_with_its_memory(tracking: Kernel) -> None:
    addr = vmalloc(tracking, PAGE)
    activate_object(tracking, addr)
    deactivate_object(tracking, addr)
    vfree(tracking, addr)
    assert log_lines(tracking.mem, tracking) == []
    assert tracker_of(addr, get_bucket(tracking, addr)) is None


def test_objects_in_the_guard_page_and_beside_the_area_are_not_its_business(tracking: Kernel) -> None:
    addr = vmalloc(tracking, PAGE)
    activate_object(tracking, addr + PAGE)
    vfree(tracking, addr)
    assert log_lines(tracking.mem, tracking) == []


def test_starting_twice_and_stopping_what_never_started_warns(tracking: Kernel) -> None:
    addr = vmalloc(tracking, PAGE)
    activate_object(tracking, addr)
    assert activate_object(tracking, addr) == -22
    deactivate_object(tracking, addr + 64)
    said = [line.split(" object:")[0] for line in log_lines(tracking.mem, tracking) if "ODEBUG" in line]
    assert said == [
        "ODEBUG: init active (active state 0)",
        "ODEBUG: activate active (active state 0)",
        "ODEBUG: deactivate not available (active state 0)",
    ]


def test_after_five_warnings_it_is_quiet_but_goes_on_counting(tracking: Kernel) -> None:
    for _ in range(7):
        addr = vmalloc(tracking, PAGE)
        activate_object(tracking, addr)
        vfree(tracking, addr)
    assert sum("ODEBUG" in line for line in log_lines(tracking.mem, tracking)) == 5


# --- debug_pagealloc ------------------------------------------------------------------------------------


def test_with_debug_pagealloc_freed_memory_faults_at_once() -> None:
    for on, reason in ((False, Reason.STALE_HIT), (True, Reason.NOT_PRESENT_PTE)):
        k = booted(debug_pagealloc=on)
        addr = vmalloc(k, PAGE)
        touch(k, addr)
        vfree(k, addr)
        touch(k, addr)
        assert last_access(k).reason == reason


def test_with_debug_pagealloc_every_unmap_flushes_its_own_range() -> None:
    k = recorded(booted(debug_pagealloc=True))
    addr, pages = vmalloc(k, PAGE), alloc_single_pages(k, 4)
    mapped = vm_map_ram(k, pages, 4, -1)
    k.mem.take()
    vfree(k, addr)
    vm_unmap_ram(k, mapped, 4)
    flushed = calls(k, "flush_tlb_kernel_range")
    assert flushed == [(addr, addr + 2 * PAGE), (mapped, mapped + 4 * PAGE)]


# --- machines -------------------------------------------------------------------------------------------


def test_boot_parameters_switch_services_on() -> None:
    machine = with_boot_parameters(Machine(), "kmemleak=on debug_objects debug_pagealloc=on")
    assert (machine.kmemleak, machine.debug_objects, machine.debug_pagealloc) == (True, True, True)
    with pytest.raises(MachineError, match="use nohugevmalloc, nohugeiomap, kmemleak=on"):
        with_boot_parameters(Machine(), "kmemleak")


def test_a_machine_without_services_keeps_no_word_for_them() -> None:
    k = booted()
    vfree(k, vmalloc(k, PAGE))
    assert (k.kmsan, k.kmemleak, k.debug_objects) == (0, 0, 0)


def said(k: Kernel, mark: str) -> list[str]:
    return [line for line in log_lines(k.mem, k) if mark in line]


def test_an_address_inside_an_object_is_found_only_by_who_asks_for_it(leaky: Kernel) -> None:
    ptr = vmalloc(leaky, 2 * PAGE)
    assert lookup_object(leaky, ptr + 8, True).pointer == ptr
    assert lookup_object(leaky, ptr + 8, False) is None
    assert said(leaky, f"kmemleak: Found object by alias at {ptr + 8:#010x}")


def test_what_nobody_noted_is_named_and_changes_nothing(leaky: Kernel) -> None:
    nowhere = leaky.VMALLOC_END - PAGE
    kmemleak_free(leaky, nowhere)
    object_set_excess_ref(leaky, nowhere, 0)
    kmemleak_scan_area(leaky, nowhere, 8, GFP_KERNEL)
    assert said(leaky, "kmemleak: Setting excess_ref on unknown object")
    assert said(leaky, "kmemleak: Adding scan area to unknown object")


def test_only_the_scan_area_of_an_object_is_searched(leaky: Kernel) -> None:
    holder, held = vmalloc(leaky, PAGE), vmalloc(leaky, PAGE)
    memset(leaky, holder, 0, PAGE)
    write(leaky, holder + 64, held)
    kmemleak_scan_area(leaky, holder, 2 * PAGE, GFP_KERNEL)
    assert said(leaky, "kmemleak: Scan area larger than object")
    kmemleak_scan_area(leaky, holder + 32, SIZE_MAX, GFP_KERNEL)
    assert lookup_object(leaky, holder, False).area_nbytes == PAGE - 32
    assert f"{held:08x}" not in leaks(leaky, holder)
    kmemleak_scan_area(leaky, holder, 32, GFP_KERNEL)
    assert lookup_object(leaky, holder, False).area_nbytes == 32


def test_memory_noted_twice_ends_kmemleak_for_good(leaky: Kernel) -> None:
    ptr = vmalloc(leaky, PAGE)
    kmemleak_alloc(leaky, ptr, PAGE, 1, GFP_KERNEL)
    assert said(leaky, "into the object search tree (overlaps existing)")
    assert said(leaky, "kmemleak: Kernel memory leak detector disabled")
    assert not enabled(leaky)


def test_an_object_in_use_is_neither_started_again_nor_let_go(tracking: Kernel) -> None:
    addr = vmalloc(tracking, PAGE)
    activate_object(tracking, addr)
    debug_object_init(tracking, addr, PROGRAM_OBJECT)
    assert said(tracking, "ODEBUG: init active")
    debug_object_free(tracking, addr, PROGRAM_OBJECT)
    assert said(tracking, "ODEBUG: free active")
    debug_object_free(tracking, addr + 64, PROGRAM_OBJECT)  # nobody tracks it
    assert tracker_of(addr + 64, get_bucket(tracking, addr + 64)) is None


def test_objects_of_one_page_are_told_apart_when_one_goes(tracking: Kernel) -> None:
    addr = vmalloc(tracking, PAGE)
    for at in (0, 64, 128):
        debug_object_init(tracking, addr + at, PROGRAM_OBJECT)
    debug_object_free(tracking, addr, PROGRAM_OBJECT)
    left = [tracker_of(addr + at, get_bucket(tracking, addr)) is not None for at in (0, 64, 128)]
    assert left == [False, True, True]


def test_a_kernel_that_tracks_nothing_answers_and_says_nothing() -> None:
    k = booted()
    addr = vmalloc(k, PAGE)
    debug_object_init(k, addr, PROGRAM_OBJECT)
    assert debug_object_activate(k, addr, PROGRAM_OBJECT) == 0
    debug_object_deactivate(k, addr, PROGRAM_OBJECT)
    debug_object_free(k, addr, PROGRAM_OBJECT)
    assert not said(k, "ODEBUG")


# --- odd ends ------------------------------------------------------------------------------------------


def test_a_page_that_was_unmapped_holds_no_pointers_and_hides_none(leaky: Kernel) -> None:
    first, second = vmalloc(leaky, 3 * PAGE), vmalloc(leaky, PAGE)
    write(leaky, first + 2 * PAGE, second)
    vunmap_range(leaky, first + PAGE, first + 2 * PAGE)
    assert leaks(leaky, first) == ""


def test_more_references_than_needed_do_no_harm(leaky: Kernel) -> None:
    addr = vmalloc(leaky, PAGE)
    vm = find_vm_area(leaky, addr)
    assert vm is not None
    assert leaks(leaky, addr, addr, vm.addr, vm.addr, vm.addr) == ""


def test_references_to_the_owner_of_an_area_that_is_being_freed_count_for_nothing(leaky: Kernel) -> None:
    kept, addr = vmalloc(leaky, PAGE), vmalloc(leaky, PAGE)
    vm = find_vm_area(leaky, addr)
    assert vm is not None
    vfree_atomic(leaky, addr)
    assert leaks(leaky, kept, vm.addr, vm.addr) == ""


def test_an_active_object_beside_what_is_freed_is_none_of_its_business() -> None:
    k = booted(debug_objects=True)
    addr = vmalloc(k, PAGE)
    activate_object(k, addr + 256)
    check_no_obj_freed(k, addr, 256)
    assert log_lines(k.mem, k) == []
    check_no_obj_freed(k, addr, 257)
    assert any("ODEBUG: free active" in line for line in log_lines(k.mem, k))


def test_an_object_whose_type_cannot_repair_it_is_not_counted_as_repaired(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    k = booted(debug_objects=True)
    monkeypatch.setitem(DESCRIPTIONS, 7, debug_obj_descr("beyond_repair", lambda *_: False))
    addr = vmalloc(k, PAGE)
    for descr, fixups in ((7, 0), (PROGRAM_OBJECT, 1)):
        debug_object_init(k, addr + 8 * descr, descr)
        debug_object_activate(k, addr + 8 * descr, descr)
        debug_object_free(k, addr + 8 * descr, descr)
        assert state_of(k).debug_objects_fixups == fixups
