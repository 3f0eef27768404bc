"""Mapping arrays of pages: small leaves page by page, or blocks as huge ones."""

from __future__ import annotations

import pytest

from tests.engine.tables import (
    DEV,
    GFP_KERNEL,
    GIB,
    MIB2,
    PAGE,
    Leaf,
    base,
    calls,
    leaves,
    log,
    mapper,
    pages,
    runs,
    use_up_memory,
)
from vmgui.engine.errno import EBUSY, EINVAL, ENOMEM
from vmgui.engine.kernel import Kernel, KernelBug
from vmgui.engine.mm import vmap
from vmgui.engine.mm.page_alloc import alloc_pages
from vmgui.engine.mm.pgtable import pgd_offset_k, set_pte
from vmgui.engine.mm.slab import kmalloc
from vmgui.engine.mm.vmap import vmap_pages_range, vmap_pages_range_noflush, vmap_range_noflush

PTE_LEAF = 0x8000000000000163


@pytest.fixture
def k() -> Kernel:
    return mapper()


def errno(call_result: int) -> int:
    return call_result - (1 << 64) if call_result >> 63 else call_result


def map_array(k: Kernel, offset: int, n: int, array: int, shift: int = 12) -> int:
    va = base(k) + offset
    return vmap_pages_range_noflush(k, va, va + n * PAGE, k.PAGE_KERNEL, array, shift)


def test_page_i_of_the_array_is_behind_page_i_of_the_range(k: Kernel) -> None:
    array, phys = pages(k, 4)
    order = [phys[i] for i in (3, 0, 15, 7)]
    for i, pa in enumerate(order):
        k.mem.words[(array >> 3) + i] = k.vmemmap + (pa >> 12) * 64
    assert map_array(k, 0, 4, array) == 0
    expected = [Leaf(base(k) + i * PAGE, 12, pa, PTE_LEAF) for i, pa in enumerate(order)]
    assert leaves(k, base(k), base(k) + 4 * PAGE) == expected


def test_the_array_goes_on_where_a_table_ends(k: Kernel) -> None:
    array, phys = pages(k, 3)
    map_array(k, GIB - 3 * PAGE, 8, array)
    here = base(k) + GIB - 3 * PAGE
    assert [leaf.pa for leaf in leaves(k, here, here + 8 * PAGE)] == phys
    assert [call.name for call in calls(k, "__pmd_alloc", "__pte_alloc_kernel")] == [
        "__pmd_alloc", "__pte_alloc_kernel", "__pmd_alloc", "__pte_alloc_kernel",
    ]  # fmt: skip


def test_contiguous_aligned_pages_stay_small_as_long_as_nobody_says_they_are_a_block(k: Kernel) -> None:
    array, _ = pages(k, 9)
    map_array(k, 0, 512, array)
    assert runs(k, base(k), base(k) + MIB2) == [("4K", 512)]


def test_a_block_of_two_mib_becomes_a_huge_leaf_and_only_its_first_page_is_looked_at(k: Kernel) -> None:
    array, phys = pages(k, 9)
    for i in range(1, 512):
        k.mem.words[(array >> 3) + i] = 0
    assert map_array(k, 0, 512, array, shift=21) == 0
    assert leaves(k, base(k), base(k) + MIB2) == [Leaf(base(k), 21, phys[0], 0x80000000000001E3)]


def test_a_block_that_is_not_aligned_is_mapped_small_without_a_word(k: Kernel) -> None:
    array, phys = pages(k, 10)
    assert map_array(k, 0, 512, array + 8, shift=21) == 0
    assert [leaf.pa for leaf in leaves(k, base(k), base(k) + MIB2)] == phys[1:513]


def test_nohugeiomap_and_nohugevmalloc_do_not_cap_blocks() -> None:
    k = mapper(nohugeiomap=True, nohugevmalloc=True)
    array, _ = pages(k, 9)
    map_array(k, 0, 512, array, shift=21)
    assert runs(k, base(k), base(k) + MIB2) == [("2M", 1)]


def test_a_block_under_which_there_is_no_memory_for_a_table_ends_the_loop(k: Kernel) -> None:
    array, _ = pages(k, 10)
    use_up_memory(k, leave=1)
    assert map_array(k, GIB - MIB2, 1024, array, shift=21) == -ENOMEM
    assert runs(k, base(k), base(k) + 2 * GIB) == [("2M", 1)]


def test_a_shift_below_a_page_is_complained_about(k: Kernel) -> None:
    array, _ = pages(k, 0)
    assert map_array(k, 0, 1, array, shift=11) == -EINVAL
    assert "mm/vmalloc.c:668" in log(k)[0]


# --- what vmap_pages_pte_range refuses ----------------------------------------------------------------


def refusal(k: Kernel) -> tuple[int, str]:
    """What the PTE level returned, and where it warned."""
    call = calls(k, "vmap_pages_pte_range")[-1]
    return errno(call.result), log(k)[-1].split(" at ")[1].split()[0]


def test_a_busy_page_is_ebusy_inside_and_enomem_outside_and_what_was_mapped_stays(k: Kernel) -> None:
    array, phys = pages(k, 3)
    map_array(k, 2 * PAGE, 1, array + 7 * 8)
    assert map_array(k, 0, 7, array) == -ENOMEM
    assert refusal(k) == (-EBUSY, "mm/vmalloc.c:552")
    assert [leaf.pa for leaf in leaves(k, base(k), base(k) + 8 * PAGE)] == [phys[0], phys[1], phys[7]]


def test_an_empty_slot_of_the_array_is_refused(k: Kernel) -> None:
    array = kmalloc(k, 64, GFP_KERNEL)
    k.mem.words[array >> 3] = 0
    assert map_array(k, 0, 1, array) == -ENOMEM
    assert refusal(k) == (-ENOMEM, "mm/vmalloc.c:556")


def test_a_struct_page_of_no_ram_is_refused(k: Kernel) -> None:
    array = kmalloc(k, 64, GFP_KERNEL)
    k.mem.words[array >> 3] = k.vmemmap + (DEV >> 12) * 64
    assert map_array(k, 0, 1, array) == -ENOMEM
    assert refusal(k) == (-EINVAL, "mm/vmalloc.c:560")


def test_small_pages_under_a_leaf_of_a_device_fault(k: Kernel) -> None:
    vmap_range_noflush(k, base(k), base(k) + MIB2, DEV, k.PAGE_KERNEL, 21)
    array, _ = pages(k, 0)
    with pytest.raises(KernelBug, match=f"{k.PAGE_OFFSET + DEV + 8:x}"):
        map_array(k, PAGE, 1, array)


@pytest.mark.parametrize(("levels", "left"), [(4, 0), (4, 1), (5, 0), (5, 1), (5, 2)])
def test_without_memory_for_a_table_nothing_is_mapped(levels: int, left: int) -> None:
    k = mapper(levels=levels)
    array, _ = pages(k, 0)
    use_up_memory(k, leave=left)
    assert map_array(k, 0, 1, array) == -ENOMEM
    assert leaves(k, base(k), base(k) + PAGE) == []


def test_without_memory_for_a_p4d_table_a_walk_outside_the_vmalloc_range_ends() -> None:
    k = mapper(va_bits=57)
    array, _ = pages(k, 0)
    use_up_memory(k, leave=0)
    free = 0xFF00000000000000
    assert vmap_pages_range_noflush(k, free, free + PAGE, k.PAGE_KERNEL, array, 12) == -ENOMEM
    assert vmap_range_noflush(k, free, free + PAGE, DEV, k.PAGE_KERNEL, 12) == -ENOMEM


def test_an_empty_range_is_a_bug(k: Kernel) -> None:
    with pytest.raises(KernelBug, match=r"mm/vmalloc.c:637"):
        map_array(k, 0, 0, 0)


# --- around it ----------------------------------------------------------------------------------------


def test_garbage_in_the_top_table_asks_for_synchronisation_but_stays() -> None:
    k = mapper(va_bits=57)
    array, _ = pages(k, 1)
    map_array(k, 0, 1, array)
    top = pgd_offset_k(k, base(k))
    garbage = k.mem.load(top) | 1 << 9
    set_pte(k, top, garbage)
    k.mem.take()
    map_array(k, PAGE, 1, array + 8)
    (call,) = calls(k, "arch_sync_kernel_mappings")
    assert call.args == (base(k) + PAGE, base(k) + 2 * PAGE)
    assert k.mem.load(top) == garbage


def test_pages_may_lie_on_both_sides_of_a_border_of_the_top_table(k: Kernel) -> None:
    array, phys = pages(k, 1)
    border = base(k) + 512 * GIB
    assert vmap_pages_range_noflush(k, border - PAGE, border + PAGE, k.PAGE_KERNEL, array, 12) == 0
    assert [leaf.pa for leaf in leaves(k, border - PAGE, border + PAGE)] == phys


def test_caches_are_flushed_whether_it_worked_or_not(k: Kernel) -> None:
    array, _ = pages(k, 0)
    for expected in (0, -ENOMEM):
        assert vmap_pages_range(k, base(k), base(k) + PAGE, k.PAGE_KERNEL, array, 12) == expected
    assert len(calls(k, "flush_cache_vmap")) == 2


def test_metadata_that_cannot_be_mapped_stops_the_mapping(k: Kernel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vmap, "kmsan_vmap_pages_range_noflush", lambda *args: -ENOMEM)
    array, _ = pages(k, 0)
    assert map_array(k, 0, 1, array) == -ENOMEM
    assert leaves(k, base(k), base(k) + PAGE) == []


def test_the_protection_is_taken_as_it_is(k: Kernel) -> None:
    block = alloc_pages(k, GFP_KERNEL, 0)
    assert block is not None
    array = kmalloc(k, 8, GFP_KERNEL)
    k.mem.words[array >> 3] = block.addr
    assert vmap_pages_range(k, base(k), base(k) + PAGE, k.PAGE_KERNEL_EXEC, array, 12) == 0
    assert leaves(k, base(k), base(k) + PAGE)[0].bits == 0x163


def test_dirty_but_not_writable_is_complained_about_once_and_mapped(k: Kernel) -> None:
    array, _ = pages(k, 1)
    shadow = k.PAGE_KERNEL & ~0x2
    for va in (base(k), base(k) + PAGE):
        assert vmap_pages_range_noflush(k, va, va + PAGE, shadow, array, 12) == 0
    assert ["mm/vmalloc.c:565" in line for line in log(k)] == [True]
    assert len(leaves(k, base(k), base(k) + 2 * PAGE)) == 2


def test_pages_go_on_behind_the_end_of_a_p4d_entry() -> None:
    k = mapper(levels=5)
    edge = base(k) + 512 * GIB
    assert edge % k.PGDIR_SIZE
    array, frames = pages(k, 1)
    assert vmap_pages_range_noflush(k, edge - PAGE, edge + PAGE, k.PAGE_KERNEL, array, 12) == 0
    assert [leaf.pa for leaf in leaves(k, edge - PAGE, edge + PAGE)] == frames


def test_an_array_that_is_not_mapped_ends_in_a_page_fault(k: Kernel) -> None:
    nowhere = k.VMALLOC_END - 8 * PAGE + 1
    with pytest.raises(KernelBug, match=f"page fault for address: {nowhere:016x}"):
        vmap_pages_range_noflush(k, base(k), base(k) + PAGE, k.PAGE_KERNEL, nowhere, 12)
