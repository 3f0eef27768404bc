"""Faults in the words of each architecture: what the processor says, what the kernel prints."""

from __future__ import annotations

import pytest

from tests.engine.booted import booted
from vmgui.engine.arch.set_memory import set_memory_ro
from vmgui.engine.kernel import Kernel, KernelBug
from vmgui.engine.lib.printk import log_lines
from vmgui.engine.machine import G, M, Machine, ram_ranges
from vmgui.engine.mm.access import last_access, read, touch, write
from vmgui.engine.mm.fault import page_fault_oops
from vmgui.engine.mm.pgtable import pgd_offset_k
from vmgui.engine.mm.string import memset
from vmgui.engine.mm.vmalloc import vmalloc
from vmgui.engine.mm.vmap import vmap_range_noflush

ESR_READ, ESR_WRITE = 0x96000000, 0x96000040

#: Printed by Debian's arm64 kernel 6.12.117 with 4 KiB pages, for the first address behind a device.
REPORT = """\
Unable to handle kernel paging request at virtual address ffff007fc0000008
Mem abort info:
  ESR = 0x0000000096000005
  EC = 0x25: DABT (current EL), IL = 32 bits
  SET = 0, FnV = 0
  EA = 0, S1PTW = 0
  FSC = 0x05: level 1 translation fault
Data abort info:
  ISV = 0, ISS = 0x00000005, ISS2 = 0x00000000
  CM = 0, WnR = 0, TnD = 0, TagAccess = 0
  GCS = 0, Overlay = 0, DirtyBit = 0, Xs = 0
Internal error: Oops: 0000000096000005 [#1] SMP"""


def kernel(arch: str, page_size: int = 4096, va_bits: int = 48) -> Kernel:
    return booted(Machine(arch, page_size, va_bits, ram=64 * M if page_size < 65536 else 2 * G))


def code(k: Kernel) -> int:
    return last_access(k).error_code


def test_arm64_reports_a_fault_as_the_recorded_kernel_did() -> None:
    k = booted(Machine("arm64", ram=G))
    with pytest.raises(KernelBug):
        page_fault_oops(k, 0, 0xFFFF007FC0000008)
    assert log_lines(k.mem, k)[-12:] == REPORT.splitlines()


@pytest.mark.parametrize(
    ("page_size", "va_bits", "top"),
    [(4096, 48, 0), (4096, 39, 1), (4096, 52, -1), (16384, 36, 2), (16384, 47, 1), (65536, 52, 1)],
)
def test_arm64_counts_levels_down_to_three(page_size: int, va_bits: int, top: int) -> None:
    k = kernel("arm64", page_size, va_bits)
    addr = vmalloc(k, k.PAGE_SIZE)
    assert touch(k, addr + k.PAGE_SIZE) < 0
    assert code(k) == ESR_READ | 0x04 | 3
    nowhere = k.VMALLOC_END - k.PAGE_SIZE if top >= 0 else k.PAGE_OFFSET + (1 << 50)
    assert write(k, nowhere, 1) < 0
    assert code(k) == ESR_WRITE | (0x2B if top < 0 else 0x04 | top)


def test_arm64_says_that_a_page_is_read_only() -> None:
    k = kernel("arm64")
    addr = vmalloc(k, k.PAGE_SIZE)
    set_memory_ro(k, addr, 1)
    assert write(k, addr, 1) < 0
    assert code(k) == ESR_WRITE | 0x0F
    with pytest.raises(KernelBug, match="write to read-only memory at virtual address"):
        memset(k, addr, 0xAB, 8)


def test_arm64_says_at_which_level_an_address_was_too_wide() -> None:
    k = booted(Machine("arm64", ram=64 * M, phys_bits=40))
    addr = k.VMALLOC_START + G
    vmap_range_noflush(k, addr, addr + k.PAGE_SIZE, 1 << 41, k.PAGE_KERNEL, k.PAGE_SHIFT)
    assert read(k, addr) < 0
    assert code(k) == ESR_READ | 0x03
    with pytest.raises(KernelBug, match="kernel level 3 address size fault at"):
        page_fault_oops(k, code(k), addr)


def test_an_address_between_kernel_and_processes_fails_at_level_zero() -> None:
    k = kernel("arm64")
    assert touch(k, 1 << 60) < 0
    assert code(k) == ESR_READ | 0x04


def test_riscv_tells_loads_from_stores_and_pages_from_addresses() -> None:
    k = booted(Machine("riscv64", va_bits=39, ram=64 * M, phys_bits=40))
    addr = vmalloc(k, k.PAGE_SIZE)
    set_memory_ro(k, addr, 1)
    far = k.VMALLOC_START + G
    vmap_range_noflush(k, far, far + k.PAGE_SIZE, 1 << 41, k.PAGE_KERNEL, k.PAGE_SHIFT)
    assert (touch(k, addr + k.PAGE_SIZE) < 0, code(k)) == (True, 13)
    assert (write(k, addr, 1) < 0, code(k)) == (True, 15)
    assert (read(k, far) < 0, code(k)) == (True, 5)
    assert (write(k, far, 1) < 0, code(k)) == (True, 7)
    with pytest.raises(KernelBug, match="Oops - store \\(or AMO\\) access fault"):
        page_fault_oops(k, code(k), far)


def test_riscv_names_a_null_pointer() -> None:
    k = kernel("riscv64", va_bits=57)
    with pytest.raises(KernelBug):
        page_fault_oops(k, 0, 8)
    fault, end = log_lines(k.mem, k)[-2:]
    assert fault == "Unable to handle kernel NULL pointer dereference at virtual address 0000000000000008"
    assert end == "Oops [#1]"


def test_x86_names_a_null_pointer_and_the_bits_of_its_error_code() -> None:
    k = booted()
    with pytest.raises(KernelBug):
        page_fault_oops(k, 0xB, 8)
    assert log_lines(k.mem, k)[-3:] == [
        "BUG: kernel NULL pointer dereference, address: 0000000000000008",
        "#PF: supervisor write access in kernel mode",
        "#PF: error_code(0x000b) - reserved bit violation",
    ]


def test_arm64_says_that_the_top_table_holds_too_wide_an_address() -> None:
    for va_bits, what in ((48, "ttbr address size fault"), (52, "level -1 address size fault")):
        k = booted(Machine("arm64", 4096, va_bits, ram=64 * M, phys_bits=40))
        addr = k.VMALLOC_END - k.PAGE_SIZE
        k.mem.store(pgd_offset_k(k, addr), k.arch.table_entry(k, 1 << 41))
        with pytest.raises(KernelBug, match=f"kernel {what} at virtual address {addr:016x}"):
            memset(k, addr, 0xAB, 8)


def test_a_walk_of_five_levels_can_end_in_the_first_one() -> None:
    k = kernel("arm64", va_bits=52)
    with pytest.raises(KernelBug):
        page_fault_oops(k, 0, k.PAGE_OFFSET + (1 << 50))
    assert "  FSC = 0x2b: level -1 translation fault" in log_lines(k.mem, k)


def test_ram_in_the_direct_map_of_arm64_which_has_no_tables_here_fails_at_the_last_level() -> None:
    k = kernel("arm64")
    assert touch(k, k.va_pa_offset + ram_ranges(k.machine)[0][0]) < 0
    assert code(k) == ESR_READ | 0x07
