"""Memory for code: its range, its permissions, and what freeing it takes back."""

from __future__ import annotations

import pytest

from tests.engine.booted import booted
from tests.engine.tables import leaves
from vmgui.engine.check import validate
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.preempt import local_bh_disable, local_bh_enable
from vmgui.engine.lib.printk import log_lines
from vmgui.engine.lib.workqueue import run_pending_work
from vmgui.engine.machine import G, K
from vmgui.engine.mm.execmem import (
    EXECMEM_DEFAULT,
    EXECMEM_MODULE_DATA,
    EXECMEM_MODULE_TEXT,
    EXECMEM_TYPE_MAX,
    execmem_alloc,
    execmem_free,
    execmem_range_of,
)
from vmgui.engine.mm.vm_struct import VM_ALLOC, VM_FLUSH_RESET_PERMS, find_vm_area
from vmgui.engine.module import Part, load_module

PAGE = 4 * K
ROX, RO, RW = 0x121, 0x8000000000000121, 0x8000000000000163


@pytest.fixture
def k() -> Kernel:
    return booted()


def test_all_kinds_of_code_share_the_range_of_the_modules(k: Kernel) -> None:
    for type in range(EXECMEM_TYPE_MAX):
        r = execmem_range_of(k, type)
        assert (r.start, r.end, r.alignment) == (k.MODULES_VADDR, k.MODULES_END, PAGE)
        assert r.pgprot == k.PAGE_KERNEL


def test_code_lies_near_the_kernel_and_resets_its_permissions(k: Kernel) -> None:
    addr = execmem_alloc(k, EXECMEM_MODULE_TEXT, 3 * PAGE)
    vm = find_vm_area(k, addr)
    assert k.MODULES_VADDR <= addr < k.MODULES_END
    assert (vm.flags, vm.nr_pages, vm.vm_size) == (VM_ALLOC | VM_FLUSH_RESET_PERMS, 3, 4 * PAGE)


@pytest.mark.parametrize(
    ("part", "bits"),
    [(Part.TEXT, ROX), (Part.RODATA, RO), (Part.DATA, RW), (Part.BPF, ROX), (Part.KPROBES, ROX)],
)
def test_each_part_of_a_module_gets_what_it_needs_and_no_more(k: Kernel, part: Part, bits: int) -> None:
    addr = load_module(k, part, 2 * PAGE)
    assert [leaf.bits for leaf in leaves(k, addr, addr + 2 * PAGE)] == [bits, bits]


def test_unloading_leaves_nothing_read_only(k: Kernel) -> None:
    before = k.nr_vmalloc_pages
    parts = [load_module(k, part, 5 * PAGE) for part in (Part.TEXT, Part.RODATA, Part.DATA)]
    for addr in parts:
        execmem_free(k, addr)
    assert k.nr_vmalloc_pages == before
    assert k.vmap_lazy_nr == 0
    assert validate(k) == []
    assert load_module(k, Part.TEXT, 64 * PAGE)


def test_modules_that_do_not_fit_are_refused_and_reported(k: Kernel) -> None:
    assert execmem_alloc(k, EXECMEM_MODULE_TEXT, 2 * G) == 0
    assert "execmem: unable to allocate memory" in log_lines(k.mem, k)


def test_a_full_range_falls_back_to_the_second_one(k: Kernel) -> None:
    r = execmem_range_of(k, EXECMEM_MODULE_DATA)
    r.end = r.start + PAGE  # too small for a page and its guard page
    r.fallback_start, r.fallback_end = k.VMALLOC_START, k.VMALLOC_END
    addr = execmem_alloc(k, EXECMEM_MODULE_DATA, PAGE)
    assert k.VMALLOC_START <= addr < k.VMALLOC_END
    assert execmem_range_of(k, EXECMEM_DEFAULT).fallback_start == 0


def test_freeing_code_where_nobody_may_wait_is_warned_about(k: Kernel) -> None:
    addr = execmem_alloc(k, EXECMEM_MODULE_DATA, PAGE)
    local_bh_disable(k)
    execmem_free(k, addr)
    local_bh_enable(k)
    run_pending_work(k)
    assert find_vm_area(k, addr) is None
    assert any("mm/execmem.c:68" in line for line in log_lines(k.mem, k))
