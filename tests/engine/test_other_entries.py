"""What the bits of an arm64 or a riscv64 entry mean, at every level, on every build."""

from __future__ import annotations

import pytest

from tests.engine.booted import booted
from tests.engine.test_architectures import BUILDS, machine
from vmgui.engine.arch import entries as e
from vmgui.engine.arch.arm64 import PTE_PRESENT_INVALID, PTE_RDONLY, PTE_SPECIAL, PTE_WRITE
from vmgui.engine.arch.arm64_vmemmap import vmemmap_populate
from vmgui.engine.arch.riscv64 import _PAGE_PROT_NONE
from vmgui.engine.arch.riscv_init import preallocate_pgd_pages_range
from vmgui.engine.errno import ENOMEM
from vmgui.engine.kernel import Kernel, KernelBug
from vmgui.engine.lib.fault_inject import Fault, setup_fault_attr
from vmgui.engine.lib.printk import log_lines
from vmgui.engine.machine import M, Machine, ram_ranges
from vmgui.engine.mm.ioremap import ioremap, ioremap_cache, ioremap_uc, ioremap_wc, ioremap_wt
from vmgui.engine.mm.pgtable import pgd_offset_k

OTHERS = [build for build in BUILDS if build[0] != "x86_64"]
DEVICE = 1 << 38


@pytest.fixture(params=OTHERS, ids=lambda build: f"{build[0]}-{build[1] >> 10}k-{build[2]}")
def k(request: pytest.FixtureRequest) -> Kernel:
    return booted(machine(*request.param))


def folded(k: Kernel, level: str) -> bool:
    """Whether entries of a level are those of the level below."""
    below = {"pgd": "p4d", "p4d": "pud", "pud": "pmd"}.get(level)
    return below is not None and below not in k.table_levels


@pytest.mark.parametrize("level", ["pgd", "p4d", "pud", "pmd"])
def test_an_empty_entry_leads_nowhere_unless_its_level_is_folded(k: Kernel, level: str) -> None:
    none, bad, present = (getattr(e, f"{level}_{what}") for what in ("none", "bad", "present"))
    assert (none(k, 0), bad(k, 0), present(k, 0)) == (
        (False, False, True) if folded(k, level) else (True, True, False)
    )


@pytest.mark.parametrize("level", ["pgd", "p4d", "pud", "pmd"])
def test_an_entry_with_a_table_leads_on(k: Kernel, level: str) -> None:
    table = ram_ranges(k.machine)[0][0] + 16 * M
    entry = e.table_entry(k, table)
    none, bad, present, leaf = (
        getattr(e, f"{level}_{what}")(k, entry) for what in ("none", "bad", "present", "leaf")
    )
    assert (none, bad, present, leaf) == (False, False, True, False)
    read = {"pgd": e.pgd_page_vaddr, "p4d": e.p4d_pgtable, "pud": e.pud_pgtable, "pmd": e.pmd_page_vaddr}
    assert read[level](k, entry) == table
    assert e.p4d_pfn(k, entry) == table >> k.PAGE_SHIFT
    assert e.hw_present(k, entry)
    assert e.table_write(k, entry)


def test_a_huge_leaf_is_told_from_a_table(k: Kernel) -> None:
    pfn = DEVICE >> k.PAGE_SHIFT
    leaf = e.huge_entry(k, pfn, k.PAGE_KERNEL)
    assert e.pmd_leaf(k, leaf)
    assert e.pmd_bad(k, leaf)
    assert e.pmd_pfn(k, leaf) == pfn
    assert e.pud_pfn(k, leaf) == pfn >> (k.PUD_SHIFT - k.PAGE_SHIFT) << (k.PUD_SHIFT - k.PAGE_SHIFT)


def test_used_and_written_are_noted_in_a_leaf(k: Kernel) -> None:
    pte = e.pfn_pte(k, 0x1234, k.PAGE_KERNEL)
    assert e.pte_write(k, pte)
    assert e.pte_dirty(k, e.pte_mkdirty(k, e.pte_mkyoung(k, pte)))
    read_only = e.pfn_pte(k, 0x1234, k.PAGE_KERNEL_RO)
    assert not e.pte_write(k, read_only)
    assert e.pte_dirty(k, e.pte_mkdirty(k, read_only))
    assert e.pte_pfn(k, e.pte_mkspecial(k, pte)) == 0x1234
    assert e.pgprot_nx(k, e.pgprot_nx(k, k.PAGE_KERNEL_EXEC)) == e.pgprot_nx(k, k.PAGE_KERNEL_EXEC)
    assert e.arch_vmap_pgprot_tagged(k, k.PAGE_KERNEL)


def test_a_page_may_be_there_for_linux_only() -> None:
    arm64, riscv = booted(Machine("arm64", ram=64 * M)), booted(Machine("riscv64", ram=64 * M))
    assert e.pte_present(arm64, PTE_PRESENT_INVALID)
    assert not e.hw_present(arm64, PTE_PRESENT_INVALID)
    assert e.pte_present(riscv, _PAGE_PROT_NONE)
    assert e.pmd_present(riscv, _PAGE_PROT_NONE)
    assert not e.hw_present(riscv, _PAGE_PROT_NONE)


def test_arm64_notes_a_write_by_taking_the_read_only_bit_away() -> None:
    k = booted(Machine("arm64", ram=64 * M))
    clean = PTE_WRITE | PTE_RDONLY | PTE_SPECIAL
    assert not e.pte_dirty(k, clean)
    assert not e.pte_mkdirty(k, clean) & PTE_RDONLY
    assert e.pte_mkdirty(k, PTE_RDONLY) & PTE_RDONLY


# --- devices ---------------------------------------------------------------------------------------------


def test_a_device_is_mapped_with_each_memory_type_but_the_strongest(k: Kernel) -> None:
    for function in (ioremap, ioremap_wc, ioremap_wt, ioremap_cache):
        assert function(k, DEVICE, k.PAGE_SIZE)
    assert ioremap_uc(k, DEVICE, k.PAGE_SIZE) == 0


def test_ram_is_no_device_on_arm64_and_cached_it_is_in_the_direct_map() -> None:
    k = booted(Machine("arm64", ram=64 * M))
    ram = ram_ranges(k.machine)[0][0]
    assert ioremap(k, ram, k.PAGE_SIZE) == 0
    assert "__ioremap_prot" in "\n".join(log_lines(k.mem, k))
    assert ioremap_cache(k, ram, k.PAGE_SIZE) == k.va_pa_offset + ram


@pytest.mark.parametrize(("va_bits", "address"), [(48, 1 << 48), (52, 1 << 52)])
def test_an_address_that_no_entry_has_bits_for_is_not_mapped_on_arm64(va_bits: int, address: int) -> None:
    k = booted(Machine("arm64", va_bits=va_bits, ram=64 * M, phys_bits=56))
    assert ioremap(k, address, k.PAGE_SIZE) == 0
    assert ioremap(k, address - k.PAGE_SIZE, k.PAGE_SIZE)


# --- the boot --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("va_bits", "level"), [(57, "p4d"), (48, "pud"), (39, "pmd")])
def test_riscv_does_not_boot_without_memory_for_its_first_tables(va_bits: int, level: str) -> None:
    k = booted(Machine("riscv64", va_bits=va_bits, ram=64 * M))
    k.mem.words[pgd_offset_k(k, k.VMALLOC_START) >> 3] = 0
    setup_fault_attr(k, Fault.TABLE, 1, 1, 1)
    with pytest.raises(KernelBug, match=f"Failed to pre-allocate {level} pages for vmalloc area"):
        preallocate_pgd_pages_range(k, k.VMALLOC_START, k.VMALLOC_END, "vmalloc")


@pytest.mark.parametrize("page_size", [4096, 16384])
def test_the_struct_pages_of_arm64_are_mapped_above_the_vmalloc_range(page_size: int) -> None:
    k = booted(Machine("arm64", page_size, 48, ram=64 * M))
    before = k.nr_free_pages
    assert vmemmap_populate(k) == 0
    assert k.nr_free_pages < before


@pytest.mark.parametrize("fault", [Fault.PAGE, Fault.TABLE])
def test_without_memory_the_struct_pages_are_not_mapped(fault: Fault) -> None:
    k = booted(Machine("arm64", ram=64 * M))
    setup_fault_attr(k, fault, 1, 1, 1)
    assert vmemmap_populate(k) == -ENOMEM
