"""What the kernel tells about its areas: /proc/vmallocinfo, /proc/meminfo, mem_dump_obj."""

from __future__ import annotations

import pytest

from tests.engine.booted import booted, rebuilt
from vmgui.engine.gfp import GFP_KERNEL
from vmgui.engine.kernel import Kernel, KernelBug
from vmgui.engine.lib.kallsyms import Symbol, intern, sprint_symbol
from vmgui.engine.lib.printk import log_lines
from vmgui.engine.lib.seq_file import seq_file
from vmgui.engine.machine import M
from vmgui.engine.mm.ioremap import ioremap
from vmgui.engine.mm.meminfo import meminfo_proc_show
from vmgui.engine.mm.page_array import kernel_bytes
from vmgui.engine.mm.vfree import vfree
from vmgui.engine.mm.vm_struct import (
    VM_DMA_COHERENT,
    VM_SPARSE,
    VM_UNINITIALIZED,
    find_vm_area,
    get_vm_area,
)
from vmgui.engine.mm.vmalloc import vmalloc, vmalloc_huge, vmalloc_user
from vmgui.engine.mm.vmalloc_info import mem_dump_obj, vmalloc_info_show
from vmgui.engine.mm.vmap_area import alloc_vmap_area
from vmgui.engine.mm.vmap_ram import vm_map_ram
from vmgui.engine.program import alloc_single_pages

PAGE = 4096


@pytest.fixture
def k() -> Kernel:
    return booted()


def info(k: Kernel) -> list[str]:
    m = seq_file()
    assert vmalloc_info_show(k, m) == 0
    return m.text.splitlines()


def line_of(k: Kernel, addr: int) -> str:
    """The line of the area at ``addr``, without its range."""
    lines = (line for line in info(k) if line.startswith(f"0x{addr:016x}-"))
    return next(lines)[37:]


def test_a_line_names_range_size_caller_pages_kind_and_nodes(k: Kernel) -> None:
    a = vmalloc(k, 4 * PAGE)
    shown = f"0x{a:016x}-0x{a + 5 * PAGE:016x}   20480 program+0x0/0x0 pages=4 vmalloc N0=4"
    assert shown in info(k)


def test_every_kind_of_area_has_its_words(k: Kernel) -> None:
    assert line_of(k, vmalloc_user(k, PAGE)).endswith(" pages=1 vmalloc user N0=1")
    device = ioremap(k, 0x8000000000, PAGE)
    assert line_of(k, device).endswith(" program+0x0/0x0 phys=0x0000008000000000 ioremap")
    bare = get_vm_area(k, PAGE, VM_SPARSE | VM_DMA_COHERENT)
    assert bare is not None
    assert line_of(k, bare.vm_addr).endswith("    8192 program+0x0/0x0 sparse dma-coherent")
    ram = vm_map_ram(k, alloc_single_pages(k, 65), 65, -1)
    assert line_of(k, ram) == "  266240 vm_map_ram"


def test_a_page_array_that_is_vmalloc_memory_is_told(k: Kernel) -> None:
    a = vmalloc_huge(k, 2 * M + PAGE, GFP_KERNEL)
    assert line_of(k, a).endswith(" pages=1024 vmalloc vpages N0=1024")


def test_areas_that_are_still_being_made_are_left_out(k: Kernel) -> None:
    a = vmalloc(k, PAGE)
    vm = find_vm_area(k, a)
    assert vm is not None
    vm.flags = vm.flags | VM_UNINITIALIZED
    assert info(k) == []


def test_freed_areas_come_last_until_they_are_purged(k: Kernel) -> None:
    a, b = vmalloc(k, PAGE), vmalloc(k, PAGE)
    vfree(k, a)
    assert info(k)[1] == f"0x{a:016x}-0x{a + 2 * PAGE:016x}    8192 unpurged vm_area"
    assert len(info(k)) == 2
    assert f"0x{b:016x}" in info(k)[0]


def test_pages_are_counted_by_the_node_they_are_on() -> None:
    k = booted(numa_nodes=2)
    a = vmalloc(k, PAGE)
    vm = find_vm_area(k, a)
    assert vm is not None
    low, high = k.vmemmap + 64 * 512, k.vmemmap + 64 * (k.max_pfn - 1)
    for page, nodes in ((low, " N0=1"), (high, " N1=1")):
        k.mem.store(vm.pages, page)
        assert line_of(k, a).endswith("vmalloc" + nodes)


def test_the_counters_of_meminfo_follow_what_is_allocated(k: Kernel) -> None:
    vmalloc(k, 3 * PAGE)
    m = seq_file()
    meminfo_proc_show(k, m)
    assert m.text == (
        "VmallocTotal:   34359738367 kB\nVmallocUsed:          12 kB\nVmallocChunk:          0 kB\n"
    )


# --- mem_dump_obj -------------------------------------------------------------------------------------


def dumped(k: Kernel, addr: int) -> str:
    mem_dump_obj(k, addr)
    return log_lines(k.mem, k)[-1]


def test_an_address_in_an_area_is_told_whose_it_is(k: Kernel) -> None:
    a = vmalloc(k, 3 * PAGE)
    told = f" 3-page vmalloc region starting at {a:#x} allocated at program+0x0/0x0"
    assert dumped(k, a) == dumped(k, a + PAGE + 1) == dumped(k, a + 3 * PAGE) == told


def test_the_last_bytes_before_an_area_are_taken_for_it(k: Kernel) -> None:
    vmalloc(k, PAGE)
    b = vmalloc(k, PAGE)
    assert f"starting at {b:#x}" in dumped(k, b - 1)


def test_a_large_area_is_not_found_beyond_its_own_zone(k: Kernel) -> None:
    a = vmalloc(k, 128 * 1024)
    assert a // 65536 % 2 != (a + 65536) // 65536 % 2
    assert dumped(k, a + 65536) == " vmalloc memory"


@pytest.mark.parametrize(
    ("addr", "told"),
    [(0, " NULL pointer"), (16, " zero-size pointer"), (0x1000, " non-paged memory")],
)
def test_other_addresses_are_told_by_kind(k: Kernel, addr: int, told: str) -> None:
    assert dumped(k, addr) == told


def test_the_direct_map_is_memory_as_far_as_there_is_ram(k: Kernel) -> None:
    assert dumped(k, k.PAGE_OFFSET + M) == " non-slab/vmalloc memory"
    assert dumped(k, k.PAGE_OFFSET + (1 << 40)) == " non-paged memory"


# --- callers ------------------------------------------------------------------------------------------


def test_callers_are_words_that_outlive_the_kernel_object(k: Kernel) -> None:
    where = intern(k, "kernel_clone+0xc2/0x430")
    a = vmalloc(k, PAGE)
    vm = find_vm_area(k, a)
    assert vm is not None
    vm.caller = where
    assert line_of(rebuilt(k), a).startswith("    8192 kernel_clone+0xc2/0x430 pages=1")


def test_a_place_without_a_name_is_shown_as_a_number(k: Kernel) -> None:
    assert sprint_symbol(k, Symbol.OTHER_TASK) == "other_task+0x0/0x0"
    assert sprint_symbol(k, 0xFFFF) == "0x000000000000ffff"


def test_an_area_without_an_owner_has_no_line(k: Kernel) -> None:
    before = info(k)
    bare = alloc_vmap_area(k, PAGE, 1, k.VMALLOC_START, k.VMALLOC_END, -1, GFP_KERNEL, 0, None)
    assert not isinstance(bare, int)
    assert info(k) == before


def test_a_page_that_a_program_has_made_null_is_asked_for_its_node_and_the_kernel_faults() -> None:
    k = booted(numa_nodes=2)
    vm = find_vm_area(k, vmalloc(k, 3 * PAGE))
    assert vm is not None
    k.mem.store(kernel_bytes(k, vm.pages + 8), 0)
    with pytest.raises(KernelBug, match="NULL pointer dereference, address: 0000000000000000"):
        info(k)
