"""The page behind an address, and which addresses are of the vmalloc range."""

from __future__ import annotations

import pytest

from tests.engine.tables import DEV, GIB, MIB2, PAGE, base, log, mapper
from vmgui.engine.kernel import Kernel
from vmgui.engine.mm.pgtable import pgd_offset_k, set_pte
from vmgui.engine.mm.vmalloc_to_page import (
    is_vmalloc_addr,
    is_vmalloc_or_module_addr,
    vmalloc_to_page,
    vmalloc_to_pfn,
)
from vmgui.engine.mm.vmap import vmap_range_noflush

LEVELS = pytest.mark.parametrize("levels", [4, 5])


@pytest.fixture
def k() -> Kernel:
    return mapper()


def map_at(k: Kernel, offset: int, size: int, phys: int, prot: int = 0x8000000000000163) -> None:
    va = base(k) + offset
    assert vmap_range_noflush(k, va, va + size, phys, prot, 63) == 0


@LEVELS
@pytest.mark.parametrize("size", [PAGE, MIB2, GIB])
def test_the_page_inside_any_leaf_is_found(levels: int, size: int) -> None:
    k = mapper(levels=levels)
    map_at(k, 0, size, GIB)
    page = vmalloc_to_page(k, base(k) + size - 1)
    assert page is not None
    assert page.addr == k.vmemmap + (GIB + size - PAGE >> 12) * 64
    assert vmalloc_to_pfn(k, base(k) + size - PAGE) == GIB + size - PAGE >> 12


@pytest.mark.parametrize(("levels", "offset"), [
    (4, PAGE), (4, MIB2), (4, GIB), (4, -(1 << 42)), (5, 1 << 39), (5, -(1 << 50)),
])  # fmt: skip
def test_there_is_no_page_in_a_hole_at_any_level(levels: int, offset: int) -> None:
    k = mapper(levels=levels)
    map_at(k, 0, PAGE, GIB)
    assert vmalloc_to_page(k, base(k) + offset) is None
    assert log(k) == []


def test_an_entry_that_is_not_present_has_no_page(k: Kernel) -> None:
    map_at(k, 0, PAGE, GIB, 0x40)
    assert vmalloc_to_page(k, base(k)) is None


def test_a_device_gets_a_struct_page_that_does_not_exist(k: Kernel) -> None:
    map_at(k, 0, MIB2, DEV)
    assert vmalloc_to_pfn(k, base(k) + PAGE) == (DEV >> 12) + 1


def test_the_frame_of_no_page_means_nothing_and_crashes_nothing(k: Kernel) -> None:
    assert vmalloc_to_pfn(k, base(k)) >= k.max_pfn


@pytest.mark.parametrize(("levels", "depth"), [(4, 0), (4, 1), (4, 2), (5, 0), (5, 1), (5, 2), (5, 3)])
def test_garbage_at_any_level_is_warned_about_once_and_has_no_page(levels: int, depth: int) -> None:
    k = mapper(levels=levels)
    map_at(k, 0, PAGE, GIB)
    entry, shift = pgd_offset_k(k, base(k)), k.PGDIR_SHIFT
    for _ in range(depth):
        shift -= 9
        entry = (k.mem.load(entry) & 0xFFFFFFFFFF000) + 8 * (base(k) >> shift & 511)
    set_pte(k, entry, k.mem.load(entry) | 1 << 9)
    assert vmalloc_to_page(k, base(k)) is None
    assert vmalloc_to_page(k, base(k)) is None
    assert len(log(k)) == 1


@LEVELS
def test_the_vmalloc_range_is_half_open_and_its_end_is_the_last_byte(levels: int) -> None:
    k = mapper(levels=levels)
    answers = [is_vmalloc_addr(k, x) for x in (
        k.VMALLOC_START - 1, k.VMALLOC_START, k.VMALLOC_END - 1, k.VMALLOC_END,
    )]  # fmt: skip
    assert answers == [False, True, True, False]


def test_modules_have_a_range_of_their_own(k: Kernel) -> None:
    inside = (k.MODULES_VADDR, k.MODULES_END - 1, k.VMALLOC_START)
    outside = (k.MODULES_VADDR - 1, k.MODULES_END, k.PAGE_OFFSET)
    assert [is_vmalloc_or_module_addr(k, x) for x in inside] == [True] * 3
    assert [is_vmalloc_or_module_addr(k, x) for x in outside] == [False] * 3
    assert not is_vmalloc_addr(k, k.MODULES_VADDR)
