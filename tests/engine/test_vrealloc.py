"""Changing the size of an allocation: when it stays, when it moves, and what is in it afterwards."""

from __future__ import annotations

import pytest

from tests.engine.booted import booted, rebuilt
from tests.engine.test_vread import read
from vmgui.engine.gfp import __GFP_NOWARN, __GFP_ZERO, GFP_KERNEL
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.printk import log_lines
from vmgui.engine.mm.string import memset
from vmgui.engine.mm.vfree import vfree
from vmgui.engine.mm.vm_struct import find_vm_area
from vmgui.engine.mm.vmalloc import vmalloc
from vmgui.engine.mm.vrealloc import vrealloc

PAGE = 4096


@pytest.fixture
def k() -> Kernel:
    return booted()


def requested(k: Kernel, addr: int) -> int:
    vm = find_vm_area(k, addr)
    assert vm is not None
    return vm.requested_size


def filled(k: Kernel, size: int) -> int:
    addr = vmalloc(k, size)
    memset(k, addr, 0x77, -(-size // PAGE) * PAGE)
    return addr


def test_without_memory_to_begin_with_it_is_vmalloc(k: Kernel) -> None:
    a = vrealloc(k, 0, 5000, GFP_KERNEL)
    assert requested(k, a) == 5000


def test_size_zero_frees(k: Kernel) -> None:
    a = vmalloc(k, PAGE)
    assert vrealloc(k, a, 0, GFP_KERNEL) == 0
    assert find_vm_area(k, a) is None


def test_shrinking_keeps_the_pages_and_zeroes_what_nobody_asks_for_any_more(k: Kernel) -> None:
    a = filled(k, 2 * PAGE)
    pages = k.nr_vmalloc_pages
    assert vrealloc(k, a, 100, GFP_KERNEL) == a
    assert (requested(k, a), k.nr_vmalloc_pages) == (100, pages)
    assert read(k, a, 2 * PAGE)[1] == [(0x77, 100), (0, 2 * PAGE - 100)]


def test_bytes_that_were_never_asked_for_are_left_alone(k: Kernel) -> None:
    a = filled(k, 5000)
    vrealloc(k, a, 3, GFP_KERNEL)
    assert read(k, a, 2 * PAGE)[1] == [(0x77, 3), (0, 4997), (0x77, 2 * PAGE - 5000)]


@pytest.mark.parametrize(("gfp", "left"), [(GFP_KERNEL, 0x77), (GFP_KERNEL | __GFP_ZERO, 0)])
def test_without_init_on_alloc_only_who_wants_zeros_gets_them(gfp: int, left: int) -> None:
    k = booted(init_on_alloc=False)
    a = filled(k, PAGE)
    vrealloc(k, a, 1000, gfp)
    assert read(k, a + 1000, 1)[1] == [(left, 1)]


def test_growing_within_the_pages_only_notes_the_size(k: Kernel) -> None:
    a = vmalloc(k, 5000)
    free = k.nr_free_pages
    assert vrealloc(k, a, 2 * PAGE, GFP_KERNEL) == a
    assert (requested(k, a), k.nr_free_pages) == (2 * PAGE, free)


def test_growing_past_the_pages_moves_what_was_asked_for(k: Kernel) -> None:
    a = filled(k, 5000)
    vrealloc(k, a, 4500, GFP_KERNEL)
    b = vrealloc(k, a, 3 * PAGE, GFP_KERNEL)
    assert b != a
    assert find_vm_area(k, a) is None
    assert read(k, b, 3 * PAGE)[1] == [(0x77, 4500), (0, 3 * PAGE - 4500)]


def test_a_failure_leaves_the_old_memory_as_it_was(k: Kernel) -> None:
    a = filled(k, PAGE)
    assert vrealloc(k, a, 1 << 41, GFP_KERNEL | __GFP_NOWARN) == 0
    assert requested(k, a) == PAGE
    assert read(k, a, PAGE)[1] == [(0x77, PAGE)]


def test_memory_that_is_gone_is_warned_about(k: Kernel) -> None:
    a = vmalloc(k, PAGE)
    vfree(k, a)
    assert vrealloc(k, a, 2 * PAGE, GFP_KERNEL) == 0
    said = [f"Trying to vrealloc() nonexistent vm area ({a:016x})",
            "WARNING: CPU: 0 PID: 1 at mm/vmalloc.c:4148 vrealloc_noprof"]  # fmt: skip
    assert log_lines(k.mem, k)[-2:] == said


def test_an_area_that_is_smaller_than_what_was_asked_for_is_warned_about(k: Kernel) -> None:
    a = vmalloc(k, PAGE)
    vm = find_vm_area(k, a)
    assert vm is not None
    vm.requested_size = PAGE + 1
    assert vrealloc(k, a, 10, GFP_KERNEL) == 0
    assert f"vrealloc() has mismatched area vs requested sizes ({a:016x})" in log_lines(k.mem, k)
    assert vm.requested_size == PAGE + 1


def test_a_kernel_rebuilt_from_words_moves_it_the_same_way(k: Kernel) -> None:
    a = filled(k, 5000)
    again = rebuilt(k)
    assert vrealloc(again, a, 3 * PAGE, GFP_KERNEL) == vrealloc(k, a, 3 * PAGE, GFP_KERNEL)
    assert bytes(again.mem.view) == bytes(k.mem.view)
