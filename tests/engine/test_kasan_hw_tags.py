"""KASAN with tags: a pointer may use only memory with its tag, and no address arithmetic minds the tag."""

from __future__ import annotations

import pytest

from tests.engine.booted import booted, rebuilt
from vmgui.engine.arch.arm64 import MT_NORMAL_TAGGED, PTE_ATTRINDX, PTE_ATTRINDX_MASK
from vmgui.engine.arch.arm64_mte import hw_get_mem_tag, tag_at
from vmgui.engine.arch.set_memory import set_memory_ro
from vmgui.engine.check import validate
from vmgui.engine.errno import EFAULT
from vmgui.engine.gfp import GFP_KERNEL
from vmgui.engine.kernel import Kernel, KernelBug
from vmgui.engine.lib.printk import HZ, log_lines
from vmgui.engine.lib.seq_file import seq_file
from vmgui.engine.machine import K, M, Machine, MachineError
from vmgui.engine.mm.access import read, touch, translation, write
from vmgui.engine.mm.execmem import EXECMEM_MODULE_DATA, execmem_alloc
from vmgui.engine.mm.kasan.hw_tags import unpoison_vmalloc_pages
from vmgui.engine.mm.kasan.tags import get_tag, kasan_reset_tag, page_kasan_tag, set_tag
from vmgui.engine.mm.kmemleak_scan import kmemleak_scan, kmemleak_seq_show
from vmgui.engine.mm.page import page_address
from vmgui.engine.mm.page_array import kernel_bytes
from vmgui.engine.mm.purge import reclaim_and_purge_vmap_areas
from vmgui.engine.mm.string import memcpy, memset
from vmgui.engine.mm.tlb import tlb_lookup
from vmgui.engine.mm.vfree import vfree, vfree_atomic
from vmgui.engine.mm.vm_struct import VM_MAP, find_vm_area, get_vm_area
from vmgui.engine.mm.vmalloc import vmalloc, vmalloc_huge, vzalloc
from vmgui.engine.mm.vmalloc_info import vmalloc_nr_pages
from vmgui.engine.mm.vmalloc_to_page import is_vmalloc_addr, vmalloc_to_page
from vmgui.engine.mm.vrealloc import vrealloc
from vmgui.engine.structs import page

PAGE = 4 * K
ARM = Machine("arm64", ram=64 * M, nr_cpus=512, phys_bits=48, kasan="hw_tags")


@pytest.fixture
def k() -> Kernel:
    return booted(ARM)


def said(k: Kernel) -> list[str]:
    """The headlines of all reports."""
    return [line for line in log_lines(k.mem, k) if line.startswith("BUG: KASAN")]


def page_tags(k: Kernel, addr: int) -> list[int]:
    """The tags of the first page at ``addr``."""
    return [hw_get_mem_tag(k, kasan_reset_tag(k, addr) + i) or 0 for i in range(0, PAGE, 16)]


def test_pointer_and_memory_get_the_same_tag_and_the_rest_of_the_page_that_of_no_pointer(k: Kernel) -> None:
    addr = vmalloc(k, 100)
    tag = get_tag(addr)
    assert 0xF0 <= tag <= 0xFD
    assert page_tags(k, addr) == [tag] * 7 + [0xFE] * 249
    assert validate(k) == []


def test_an_access_with_another_tag_is_reported_in_the_kernels_words(k: Kernel) -> None:
    addr = vmalloc(k, 100)
    assert touch(k, addr + 111) == 0
    assert said(k) == []
    assert write(k, addr + 112, 1) == 0  # it is done all the same
    text = log_lines(k.mem, k)
    at = text.index("BUG: KASAN: invalid-access in write")
    assert text[at + 1] == f"Write at addr {addr + 112:016x} by task init/1"
    assert text[at + 2] == f"Pointer tag: [{get_tag(addr):02x}], memory tag: [fe]"
    row = next(i for i, line in enumerate(text) if line.startswith(">"))
    assert text[row].startswith(f">{kasan_reset_tag(k, addr):016x}: " + f"{get_tag(addr):02x} " * 7 + "fe")
    assert text[row + 1].index("^") == text[row].index("fe fe")


def test_a_pointer_with_the_wrong_tag_is_caught_and_one_without_a_tag_may_use_everything(k: Kernel) -> None:
    addr = vmalloc(k, PAGE)
    other = 0xF0 if get_tag(addr) != 0xF0 else 0xF1
    assert read(k, set_tag(addr, 0xFF)) == 0
    assert said(k) == []
    read(k, set_tag(addr, other))
    assert said(k) == ["BUG: KASAN: invalid-access in read"]


def test_freed_pages_get_the_tag_of_no_pointer_so_a_stale_tlb_is_caught(k: Kernel) -> None:
    addr = vmalloc(k, PAGE)
    phys = page_address(k, vmalloc_to_page(k, addr))
    touch(k, addr)
    vfree(k, addr)
    assert tag_at(k, phys) == 0xFE
    assert touch(k, addr) == 0
    assert said(k) == ["BUG: KASAN: invalid-access in touch"]
    reclaim_and_purge_vmap_areas(k)
    assert touch(k, addr) == -EFAULT


def test_the_mapping_is_tagged_and_its_pages_know_the_tag(k: Kernel) -> None:
    addr = vmalloc(k, 2 * PAGE)
    leaf, _ = translation(k, kasan_reset_tag(k, addr))
    assert leaf & PTE_ATTRINDX_MASK == PTE_ATTRINDX(MT_NORMAL_TAGGED)
    assert page_kasan_tag(vmalloc_to_page(k, addr + PAGE)) == get_tag(addr)


def test_no_address_arithmetic_minds_the_tag(k: Kernel) -> None:
    addr = vmalloc(k, PAGE)
    assert is_vmalloc_addr(k, addr)
    area = find_vm_area(k, addr + 100)
    assert area is not None
    assert area.vm_addr == addr
    assert vmalloc_to_page(k, addr) == vmalloc_to_page(k, kasan_reset_tag(k, addr))
    vfree(k, addr)
    assert find_vm_area(k, addr) is None
    assert validate(k) == []


def test_what_no_vmalloc_made_has_no_tag(k: Kernel) -> None:
    area = get_vm_area(k, PAGE, VM_MAP)
    assert area is not None
    assert get_tag(area.vm_addr) == 0xFF
    assert get_tag(execmem_alloc(k, EXECMEM_MODULE_DATA, PAGE)) == 0xFF
    assert validate(k) == []


def test_a_long_page_array_is_tagged_memory_as_well_and_goes_with_its_area(k: Kernel) -> None:
    addr = vmalloc(k, 600 * PAGE)
    area = find_vm_area(k, addr)
    assert area is not None
    assert is_vmalloc_addr(k, area.pages)
    assert get_tag(area.pages) <= 0xFD
    vfree(k, addr)
    assert vmalloc_nr_pages(k) == 0
    assert validate(k) == []


def test_a_huge_area_is_tagged_to_its_end(k: Kernel) -> None:
    addr = vmalloc_huge(k, 2 * M, GFP_KERNEL)
    assert translation(k, kasan_reset_tag(k, addr))[1] == 21
    write(k, addr + 2 * M - 8, 7)
    assert read(k, addr + 2 * M - 8) == 7
    assert said(k) == []
    assert validate(k) == []


@pytest.mark.parametrize("init_on_alloc", [True, False])
def test_memory_is_cleared_where_it_is_tagged_and_not_before(init_on_alloc: bool) -> None:
    k = booted(ARM, init_on_alloc=init_on_alloc)
    dirty = vmalloc(k, PAGE)
    phys = page_address(k, vmalloc_to_page(k, dirty))
    memset(k, dirty, 0xAB, PAGE)
    vfree(k, dirty)
    again = vmalloc(k, 100)
    assert page_address(k, vmalloc_to_page(k, again)) == phys
    assert k.mem.is_zero(phys, PAGE) is init_on_alloc  # redzone and all
    vfree(k, again)
    cleared = vzalloc(k, PAGE)
    assert k.mem.is_zero(page_address(k, vmalloc_to_page(k, cleared)), PAGE)


def test_memset_and_memcpy_are_reported_once_at_the_first_bad_byte(k: Kernel) -> None:
    a, b = vmalloc(k, 2 * PAGE), vmalloc(k, 40)
    memset(k, a, 1, 2 * PAGE)
    assert said(k) == []
    memset(k, b, 1, 3000)
    memcpy(k, a, b, 48)
    assert said(k) == ["BUG: KASAN: invalid-access in memset"]
    assert f"Write at addr {b + 48:016x} by task init/1" in log_lines(k.mem, k)


def test_growing_in_place_keeps_the_tag_and_shrinking_takes_none_away(k: Kernel) -> None:
    addr = vmalloc(k, 100)
    assert vrealloc(k, addr, 3000, GFP_KERNEL) == addr
    assert set(page_tags(k, addr)[: -(-3000 // 16)]) == {get_tag(addr)}
    assert vrealloc(k, addr, 100, GFP_KERNEL) == addr
    assert page_tags(k, addr)[10] == get_tag(addr)
    moved = vrealloc(k, addr, 3 * PAGE, GFP_KERNEL)
    assert kasan_reset_tag(k, moved) != kasan_reset_tag(k, addr)
    assert said(k) == []
    assert validate(k) == []


def test_tags_follow_from_the_seed_of_the_machine() -> None:
    def tags(seed: int) -> list[int]:
        k = booted(ARM, seed=seed)
        return [get_tag(vmalloc(k, PAGE)) for _ in range(12)]

    assert tags(1) == tags(1) != tags(2)
    assert len(set(tags(1))) > 4


def test_a_kernel_rebuilt_from_its_words_compares_the_same_tags(k: Kernel) -> None:
    addr = vmalloc(k, 100)
    same = rebuilt(k)
    assert page_tags(same, addr) == page_tags(k, addr)
    assert vmalloc(same, 100) == vmalloc(k, 100)


def test_freeing_where_nobody_may_wait_works_with_a_tagged_pointer(k: Kernel) -> None:
    addr = vmalloc(k, PAGE)
    vfree_atomic(k, addr)
    assert k.mem.load(page_address(k, vmalloc_to_page(k, addr))) == 0
    assert find_vm_area(k, addr) is not None


def test_kmemleak_finds_tagged_memory_by_its_tagged_pointer() -> None:
    k = booted(ARM, kmemleak=True)
    first, held, lost = vmalloc(k, PAGE), vmalloc(k, PAGE), vmalloc(k, 2 * PAGE)
    k.jiffies = k.jiffies + 6 * HZ
    for _ in range(2):
        kmemleak_scan(k, (first, held))
    m = seq_file()
    kmemleak_seq_show(k, m)
    assert m.text.splitlines()[0] == f"unreferenced object 0x{lost:08x} (size 8192):"
    assert m.text.count("unreferenced") == 1
    vfree(k, held)
    assert validate(k) == []


@pytest.mark.parametrize("arch", ["x86_64", "riscv64"])
def test_only_arm64_has_tags(arch: str) -> None:
    with pytest.raises(MachineError, match="KASAN with hw_tags needs arm64: no other tags memory"):
        Machine(arch, kasan="hw_tags")


def test_without_it_no_room_is_kept_for_tags() -> None:
    off = booted(ARM, kasan="off")
    assert off.arena_first == off.mte_tags
    assert get_tag(vmalloc(off, PAGE)) == 0xFF


def test_no_tagged_pointer_hides_a_translation_from_a_flush(k: Kernel) -> None:
    addr = vmalloc(k, PAGE)
    assert get_tag(addr) != 0xFF
    assert write(k, addr, 1) == 0
    assert set_memory_ro(k, addr, 1) == 0
    assert tlb_lookup(k, k.current_cpu, kasan_reset_tag(k, addr)) is None
    assert write(k, addr, 2) == -EFAULT


def test_a_page_that_a_program_has_made_null_has_no_flags_for_a_tag(k: Kernel) -> None:
    addr = kasan_reset_tag(k, vmalloc(k, 2 * PAGE))
    vm = find_vm_area(k, addr)
    assert vm is not None
    k.mem.store(kernel_bytes(k, vm.pages + 8), 0)
    with pytest.raises(KernelBug, match="NULL pointer dereference at virtual address 0000000000000000"):
        unpoison_vmalloc_pages(k, addr, 0xF3)
    assert page_kasan_tag(page(k.mem, k.mem.load(kernel_bytes(k, vm.pages)))) == 0xF3
