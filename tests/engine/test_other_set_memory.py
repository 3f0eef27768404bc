"""set_memory_* and memory for code on arm64 and riscv64, which have their own rules."""

from __future__ import annotations

import pytest

from tests.engine.booted import booted
from vmgui.engine.arch.set_memory import set_memory, set_memory_ro, set_memory_rox
from vmgui.engine.arch.table import arch_of
from vmgui.engine.check import validate
from vmgui.engine.errno import EINVAL
from vmgui.engine.kernel import Kernel, KernelBug
from vmgui.engine.lib.printk import log_lines
from vmgui.engine.machine import VA_BITS, G, M, Machine
from vmgui.engine.mm.access import read, write
from vmgui.engine.mm.execmem import EXECMEM_BPF, EXECMEM_DEFAULT, EXECMEM_KPROBES, execmem_range_of
from vmgui.engine.mm.ioremap import ioremap
from vmgui.engine.mm.tlb import tlb_entries, tlb_of
from vmgui.engine.mm.vfree import vfree
from vmgui.engine.mm.vm_struct import find_vm_area
from vmgui.engine.mm.vmalloc import vmalloc, vmalloc_huge
from vmgui.engine.mm.vmap import vmap_range_noflush
from vmgui.engine.mm.vunmap import vunmap_range
from vmgui.engine.module import Part, load_module
from vmgui.projection.dump_tables import leaves

BUILDS = [(arch, size, bits) for arch, sizes in VA_BITS.items() for size in sizes for bits in sizes[size]]
OTHERS = [build for build in BUILDS if build[0] != "x86_64"]
DEVICE = 1 << 39


def kernel(arch: str, page_size: int, va_bits: int) -> Kernel:
    return booted(Machine(arch, page_size, va_bits, ram=64 * M if page_size < 65536 else 2 * G))


def name(build: tuple[str, int, int]) -> str:
    return f"{build[0]}-{build[1] >> 10}k-{build[2]}"


@pytest.fixture
def arm64() -> Kernel:
    return kernel("arm64", 4096, 48)


@pytest.fixture
def riscv() -> Kernel:
    return kernel("riscv64", 4096, 39)


def bits(k: Kernel, addr: int, pages: int) -> list[int]:
    """The bits of the leaf of each page."""
    found = leaves(k, addr, addr + pages * k.PAGE_SIZE)
    return [run.bits for run in found for _ in range(run.n)]


# --- both -------------------------------------------------------------------------------------------


@pytest.fixture(params=OTHERS, ids=name)
def k(request: pytest.FixtureRequest) -> Kernel:
    return kernel(*request.param)


def test_a_read_only_page_is_read_but_not_written_and_its_neighbours_are_both(k: Kernel) -> None:
    addr = vmalloc(k, 3 * k.PAGE_SIZE)
    middle = addr + k.PAGE_SIZE
    assert set_memory_ro(k, middle, 1) == 0
    assert (read(k, middle), write(k, middle, 1) < 0) == (0, True)
    assert write(k, addr, 1) == write(k, middle + k.PAGE_SIZE, 1) == 0
    assert set_memory(k, "rw", middle, 1) == 0
    assert write(k, middle, 1) == 0


def test_no_translation_survives_that_allowed_writing(k: Kernel) -> None:
    addr = vmalloc(k, k.PAGE_SIZE)
    write(k, addr, 1)
    assert set_memory_ro(k, addr, 1) == 0
    assert list(tlb_entries(tlb_of(k, 0))) == []


def test_what_is_read_only_becomes_as_it_was(k: Kernel) -> None:
    addr = vmalloc(k, 2 * k.PAGE_SIZE)
    before = bits(k, addr, 2)
    assert set_memory_rox(k, addr, 2) == 0
    assert bits(k, addr, 2) != before
    assert [set_memory(k, do, addr, 2) for do in ("rw", "nx")] == [0, 0]
    assert bits(k, addr, 2) == before


def test_there_are_functions_for_rights_but_none_for_caches(k: Kernel) -> None:
    assert set(k.arch.set_memory) == {"ro", "rw", "x", "nx", "rox"}


# --- code ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("build", BUILDS, ids=name)
def test_every_part_of_a_module_is_loaded_and_unloaded(build: tuple[str, int, int]) -> None:
    k = kernel(*build)
    for part in Part:
        addr = load_module(k, part, 2 * k.PAGE_SIZE)
        assert addr
        assert bool(write(k, addr, 1)) == (part is not Part.DATA)
        vfree(k, addr)
        assert (k.nr_vmalloc_pages, k.vmap_lazy_nr) == (0, 0)
    assert validate(k) == []


def test_modules_of_arm64_lie_where_a_branch_reaches_the_end_of_the_kernel(arm64: Kernel) -> None:
    k = arm64
    modules = execmem_range_of(k, EXECMEM_DEFAULT)
    assert (modules.end - modules.start, modules.fallback_end - modules.fallback_start) == (128 * M, 2 * G)
    assert modules.end == modules.fallback_end == k.VMALLOC_START + 34 * M
    for type, pgprot in ((EXECMEM_KPROBES, k.PAGE_KERNEL_ROX), (EXECMEM_BPF, k.PAGE_KERNEL)):
        r = execmem_range_of(k, type)
        assert (r.start, r.end, r.pgprot) == (k.VMALLOC_START, k.VMALLOC_END, pgprot)


def test_a_module_of_arm64_that_does_not_fit_lies_further_away(arm64: Kernel) -> None:
    k = arm64
    r = execmem_range_of(k, EXECMEM_DEFAULT)
    near, far = (load_module(k, Part.DATA, size) for size in (k.PAGE_SIZE, 3 * k.PAGE_SIZE))
    assert r.start <= near < far < r.end
    r.start = far
    r.end = far + 2 * k.PAGE_SIZE  # room for nothing
    assert r.fallback_start <= load_module(k, Part.DATA, k.PAGE_SIZE) < k.MODULES_END


def test_code_of_bpf_on_riscv_lies_in_the_last_128_mib_before_the_kernel(riscv: Kernel) -> None:
    addr = load_module(riscv, Part.BPF, riscv.PAGE_SIZE)
    assert riscv.MODULES_END - 128 * M <= addr < riscv.MODULES_END
    assert load_module(riscv, Part.TEXT, riscv.PAGE_SIZE) == riscv.MODULES_VADDR


# --- arm64 --------------------------------------------------------------------------------------------


def test_arm64_refuses_what_vmalloc_did_not_make(arm64: Kernel) -> None:
    assert set_memory_ro(arm64, ioremap(arm64, DEVICE, arm64.PAGE_SIZE), 1) == -EINVAL
    assert set_memory_ro(arm64, arm64.VMALLOC_END - arm64.PAGE_SIZE, 1) == -EINVAL


def test_arm64_refuses_more_pages_than_the_area_has(arm64: Kernel) -> None:
    addr = vmalloc(arm64, arm64.PAGE_SIZE)
    assert set_memory_ro(arm64, addr, 2 + 1) == -EINVAL
    assert set_memory_ro(arm64, addr, 0) == 0


def test_arm64_does_not_split_a_huge_leaf_but_refuses_and_warns() -> None:
    k = booted(Machine("arm64", ram=256 * M))
    addr = vmalloc_huge(k, k.PMD_SIZE, 0xCC0)
    before = leaves(k, addr, addr + k.PMD_SIZE)
    assert set_memory_ro(k, addr, 1) == -EINVAL
    assert leaves(k, addr, addr + k.PMD_SIZE) == before
    assert "mm/memory.c" in log_lines(k.mem, k)[-1]


def test_arm64_changes_the_bits_that_the_source_names(arm64: Kernel) -> None:
    addr = vmalloc(arm64, arm64.PAGE_SIZE)
    (before,) = bits(arm64, addr, 1)
    set_memory_ro(arm64, addr, 1)
    assert bits(arm64, addr, 1) == [before & ~(1 << 51) | 1 << 7]
    set_memory(arm64, "x", addr, 1)
    assert bits(arm64, addr, 1) == [before & ~(1 << 51 | 1 << 53) | 1 << 7]


# --- riscv64 ------------------------------------------------------------------------------------------


def test_riscv_changes_the_bits_that_the_source_names(riscv: Kernel) -> None:
    addr = vmalloc(riscv, riscv.PAGE_SIZE)
    assert bits(riscv, addr, 1) == [0xE7]
    set_memory_ro(riscv, addr, 1)
    assert bits(riscv, addr, 1) == [0xE3]
    set_memory(riscv, "x", addr, 1)
    assert bits(riscv, addr, 1) == [0xEB]


def test_riscv_changes_a_huge_leaf_as_a_whole() -> None:
    k = booted(Machine("riscv64", va_bits=48, ram=256 * M))
    addr = vmalloc_huge(k, k.PMD_SIZE, 0xCC0)
    assert set_memory_ro(k, addr + 5 * k.PAGE_SIZE, 1) == 0
    (leaf,) = leaves(k, addr, addr + k.PMD_SIZE)
    assert (leaf.level, leaf.bits) == ("pmd", 0xE3)
    assert write(k, addr, 1) < 0


def test_riscv_even_changes_the_empty_entry_of_a_guard_page(riscv: Kernel) -> None:
    addr = vmalloc(riscv, riscv.PAGE_SIZE)
    assert set_memory(riscv, "rw", addr, 2) == 0
    assert read(riscv, addr + riscv.PAGE_SIZE) < 0  # rights without V: still nothing there


def test_riscv_faults_where_no_area_is_or_its_pages_are_not_known(riscv: Kernel) -> None:
    device = ioremap(riscv, DEVICE, 3 * riscv.PAGE_SIZE)
    area = find_vm_area(riscv, device)
    assert area is not None
    assert not area.pages
    with pytest.raises(KernelBug, match="NULL pointer dereference at virtual address 0000000000000010"):
        set_memory_ro(riscv, device + 2 * riscv.PAGE_SIZE, 1)


def test_riscv_faults_at_an_address_of_no_area(riscv: Kernel) -> None:
    with pytest.raises(KernelBug, match="virtual address 0000000000000008"):
        set_memory_ro(riscv, riscv.VMALLOC_START + G, 1)


def test_every_architecture_has_set_memory() -> None:
    assert all(arch_of(arch).set_memory and arch_of(arch).execmem_arch_setup for arch in VA_BITS)


# --- odd ranges ---------------------------------------------------------------------------------------


def test_arm64_warns_of_an_address_inside_a_page_and_changes_that_page(arm64: Kernel) -> None:
    k, addr = arm64, vmalloc(arm64, 2 * arm64.PAGE_SIZE)
    assert set_memory_ro(k, addr + 8, 1) == 0
    assert any("arch/arm64/mm/pageattr.c:83" in line for line in log_lines(k.mem, k))
    assert (write(k, addr, 1) < 0, write(k, addr + k.PAGE_SIZE, 1)) == (True, 0)


def test_riscv_asks_nothing_about_no_pages(riscv: Kernel) -> None:
    nobody = riscv.VMALLOC_END - riscv.PAGE_SIZE
    assert set_memory_ro(riscv, nobody, 0) == 0
    with pytest.raises(KernelBug):
        set_memory_ro(riscv, nobody, 1)


def test_riscv_changes_a_leaf_of_a_gib_whole_however_little_of_it_was_meant() -> None:
    k = kernel("riscv64", 4096, 48)
    addr = vmalloc(k, k.PAGE_SIZE)
    assert addr % G == 0
    vunmap_range(k, addr, addr + k.PAGE_SIZE)
    assert vmap_range_noflush(k, addr, addr + G, DEVICE, k.PAGE_KERNEL, k.PUD_SHIFT) == 0
    assert set_memory_ro(k, addr, 1) == 0
    assert len(leaves(k, addr, addr + G)) == 1
    assert (write(k, addr + G - 8, 1) < 0, read(k, addr + G - 8) < 0) == (True, False)
