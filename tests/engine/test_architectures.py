"""Every machine that can be built maps, frees and answers as its architecture says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.engine.booted import booted
from vmgui.engine.arch.entries import pfn_pte, pmd_leaf, pte_pfn
from vmgui.engine.check import validate
from vmgui.engine.kernel import Kernel
from vmgui.engine.machine import VA_BITS, G, M, Machine, MachineError
from vmgui.engine.mm.access import read, write
from vmgui.engine.mm.ioremap import ioremap, iounmap
from vmgui.engine.mm.vfree import vfree
from vmgui.engine.mm.vmalloc import vmalloc, vmalloc_huge
from vmgui.engine.mm.vmalloc_to_page import vmalloc_to_page
from vmgui.engine.mm.vmap_range import vmap_range_noflush
from vmgui.engine.mm.vunmap import vunmap_range
from vmgui.engine.structs import vm_struct
from vmgui.projection.dump_tables import leaves

DEVICE = 1 << 39
BUILDS = [(arch, size, bits) for arch, sizes in VA_BITS.items() for size in sizes for bits in sizes[size]]

#: ENGINE-FACTS of the sources: where the vmalloc range begins and ends, by build.
RANGES = {
    ("x86_64", 4096, 48): (0xFFFFC90000000000, 0xFFFFE8FFFFFFFFFF),
    ("x86_64", 4096, 57): (0xFFA0000000000000, 0xFFD1FFFFFFFFFFFF),
    ("arm64", 4096, 39): (0xFFFFFFC080000000, 0xFFFFFFFEBF800000),
    ("arm64", 4096, 48): (0xFFFF800080000000, 0xFFFFFDFFBF800000),
    ("arm64", 4096, 52): (0xFFFF800080000000, 0xFFFFC1FFBF800000),
    ("arm64", 16384, 36): (0xFFFFFFF880000000, 0xFFFFFFFFB7800000),
    ("arm64", 16384, 47): (0xFFFFC00080000000, 0xFFFFFFBFBF800000),
    ("arm64", 16384, 48): (0xFFFF800080000000, 0xFFFFFF7FBF800000),
    ("arm64", 16384, 52): (0xFFFFC00080000000, 0xFFFFF03FBF800000),
    ("arm64", 65536, 42): (0xFFFFFE0080000000, 0xFFFFFFFF3F800000),
    ("arm64", 65536, 48): (0xFFFF800080000000, 0xFFFFFFDFBF800000),
    ("arm64", 65536, 52): (0xFFFF800080000000, 0xFFFFFC1FBF800000),
    ("riscv64", 4096, 39): (0xFFFFFFC600000000, 0xFFFFFFD600000000),
    ("riscv64", 4096, 48): (0xFFFF8F8000000000, 0xFFFFAF8000000000),
    ("riscv64", 4096, 57): (0xFF20000000000000, 0xFF60000000000000),
}


def machine(arch: str, page_size: int, va_bits: int) -> Machine:
    return Machine(arch, page_size, va_bits, ram=64 * M if page_size < 65536 else 2 * G)


@pytest.fixture(params=BUILDS, ids=lambda build: f"{build[0]}-{build[1] >> 10}k-{build[2]}")
def k(request: pytest.FixtureRequest) -> Kernel:
    return booted(machine(*request.param))


def test_the_vmalloc_range_is_where_the_sources_have_it(k: Kernel) -> None:
    build = (k.machine.arch, k.machine.page_size, k.machine.va_bits)
    assert RANGES[build] == (k.VMALLOC_START, k.VMALLOC_END)


def test_folded_levels_have_no_tables(k: Kernel) -> None:
    assert len(k.tables) == k.machine.levels
    assert {name: k.__dict__[f"mm_{name}_folded"] for name in ("p4d", "pud", "pmd")} == {
        name: name not in k.table_levels for name in ("p4d", "pud", "pmd")
    }


def test_what_was_allocated_can_be_written_read_and_freed(k: Kernel) -> None:
    before = k.nr_free_pages
    addr = vmalloc(k, 5 * k.PAGE_SIZE)
    assert write(k, addr + 3 * k.PAGE_SIZE, 0x1234) == 0
    assert read(k, addr + 3 * k.PAGE_SIZE) == 0x1234
    assert read(k, addr + 5 * k.PAGE_SIZE) < 0  # the guard page
    assert validate(k) == []
    tables = before - k.nr_free_pages - 5
    vfree(k, addr)
    assert k.nr_free_pages == before - tables
    assert validate(k) == []


def test_a_device_is_mapped_and_unmapped(k: Kernel) -> None:
    addr = ioremap(k, DEVICE + 0x123, 2 * k.PAGE_SIZE)
    assert addr % k.PAGE_SIZE == 0x123
    (run,) = leaves(k, addr - 0x123, addr + 2 * k.PAGE_SIZE)
    assert (run.level, run.pa, run.n) == ("pte", DEVICE, 3)
    iounmap(k, addr - 0x123)
    assert leaves(k, addr - 0x123, addr + 2 * k.PAGE_SIZE) == []


def test_a_whole_pmd_entry_becomes_one_leaf(k: Kernel) -> None:
    addr = (k.VMALLOC_START + k.VMALLOC_END) // 2 & -k.PMD_SIZE
    assert vmap_range_noflush(k, addr, addr + k.PMD_SIZE, DEVICE, k.PAGE_KERNEL_IO, 63) == 0
    (run,) = leaves(k, addr, addr + k.PMD_SIZE)
    assert (run.va, run.pa, run.n) == (addr, DEVICE, 1)
    vunmap_range(k, addr, addr + k.PMD_SIZE)
    assert leaves(k, addr, addr + k.PMD_SIZE) == []
    assert validate(k) == []


def test_a_gib_is_one_leaf_where_the_processor_and_linux_have_such(k: Kernel) -> None:
    if k.mm_pmd_folded:
        pytest.skip("there is no level above the PMD entries")
    addr = (k.VMALLOC_START + k.VMALLOC_END) // 2 & -k.PUD_SIZE
    size = min(k.PUD_SIZE, 64 * k.PMD_SIZE)
    assert vmap_range_noflush(k, addr, addr + size, k.PUD_SIZE, k.PAGE_KERNEL_IO, 63) == 0
    whole = k.arch.arch_vmap_pud_supported(k, 0) and size == k.PUD_SIZE
    assert [run.n for run in leaves(k, addr, addr + size)] == [1 if whole else size // k.PMD_SIZE]


def test_a_table_makes_room_for_a_leaf(k: Kernel) -> None:
    addr = (k.VMALLOC_START + k.VMALLOC_END) // 2 & -k.PMD_SIZE
    vmap_range_noflush(k, addr, addr + k.PAGE_SIZE, DEVICE, k.PAGE_KERNEL_IO, k.PAGE_SHIFT)
    vunmap_range(k, addr, addr + k.PAGE_SIZE)
    with_table = k.nr_free_pages
    assert vmap_range_noflush(k, addr, addr + k.PMD_SIZE, DEVICE, k.PAGE_KERNEL_IO, 63) == 0
    assert k.nr_free_pages == with_table + 1
    assert [run.n for run in leaves(k, addr, addr + k.PMD_SIZE)] == [1]


def test_the_frame_of_an_entry_is_what_was_put_there(k: Kernel) -> None:
    widest = 52 if k.machine.va_bits == 52 else 46
    for pfn in (1, 0x12345, (1 << widest) - 1 >> k.PAGE_SHIFT):
        assert pte_pfn(k, pfn_pte(k, pfn, k.PAGE_KERNEL)) == pfn


def test_every_page_of_an_area_is_found_by_its_address(k: Kernel) -> None:
    addr = vmalloc(k, 3 * k.PAGE_SIZE)
    found = [vmalloc_to_page(k, addr + i * k.PAGE_SIZE) for i in range(3)]
    assert all(found)
    assert vmalloc_to_page(k, addr + 3 * k.PAGE_SIZE) is None


@pytest.mark.parametrize(("arch", "bits"), [("arm64", 0xE8000000000701), ("riscv64", 0xE7)])
def test_huge_memory_is_one_leaf_with_the_bits_of_its_architecture(arch: str, bits: int) -> None:
    k = booted(Machine(arch, ram=256 * M))
    addr = vmalloc_huge(k, k.PMD_SIZE, 0xCC0)
    (run,) = leaves(k, addr, addr + k.PMD_SIZE)
    assert (run.level, run.n, run.bits) == ("pmd", 1, bits)
    assert pmd_leaf(k, run.pa | bits)


def test_the_image_of_arm64_is_five_areas_at_the_begin_of_the_range() -> None:
    k = booted(Machine("arm64", ram=64 * M))
    first, found = k.vmlist, []
    while first is not None:
        found.append((first.vm_addr - k.VMALLOC_START, first.flags))
        first = first.next
    assert [flags for _, flags in found] == [0x44, 0x44, 0x44, 0x44, 0x4]
    assert found == sorted(found)
    assert found[0][0] == 0
    assert isinstance(k.vmlist, vm_struct)


@pytest.mark.parametrize("wrong", [("mips", 4096, 48), ("x86_64", 16384, 48), ("arm64", 65536, 39)])
def test_a_build_that_does_not_exist_is_refused(wrong: tuple[str, int, int]) -> None:
    with pytest.raises(MachineError):
        Machine(*wrong)


def test_several_ptes_are_one_leaf_where_an_architecture_says_so() -> None:
    """As powerpc 8xx does it, the one that has such leaves in v6.12: 16 KiB by four PTEs."""
    k = booted(Machine(ram=64 * M))
    written: list[tuple[int, int]] = []

    def size_of(k: Kernel, addr: int, end: int, pfn: int, max_page_shift: int) -> int:
        fits = end - addr >= 1 << 14 and max_page_shift >= 14
        return 1 << 14 if fits and not (addr | pfn << 12) & (1 << 14) - 1 else k.PAGE_SIZE

    def set_leaf(k: Kernel, addr: int, ptep: int, pte: int, size: int) -> None:
        written.append((addr, size))
        for i in range(size >> k.PAGE_SHIFT):
            k.mem.store(ptep + 8 * i, pte + (i << k.PAGE_SHIFT))

    k.arch = replace(k.arch, arch_vmap_pte_range_map_size=size_of, set_huge_pte_at=set_leaf)
    addr = k.VMALLOC_START + (1 << 40) + 0x3000
    assert vmap_range_noflush(k, addr, addr + 0xA000, DEVICE + 0x3000, k.PAGE_KERNEL_IO, 63) == 0
    assert written == [(addr + 0x1000, 1 << 14), (addr + 0x5000, 1 << 14)]
    (run,) = leaves(k, addr, addr + 0xA000)
    assert (run.pa, run.n) == (DEVICE + 0x3000, 10)


def test_an_architecture_that_has_no_way_of_its_own_writes_a_large_pte_as_a_small_one() -> None:
    """As include/asm-generic/hugetlb.h does."""
    k = booted(Machine(ram=64 * M))
    k.arch = replace(k.arch, arch_vmap_pte_range_map_size=lambda *_: 1 << 14)
    addr = k.VMALLOC_START + (1 << 40)
    assert vmap_range_noflush(k, addr, addr + 0x8000, DEVICE, k.PAGE_KERNEL_IO, 63) == 0
    assert [leaf.va for leaf in leaves(k, addr, addr + 0x8000)] == [addr, addr + 0x4000]
