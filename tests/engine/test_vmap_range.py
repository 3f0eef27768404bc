"""Mapping physical ranges: which leaves appear, and which rule refused a larger one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.engine.tables import (
    DEV,
    GIB,
    MIB2,
    PAGE,
    Leaf,
    base,
    calls,
    leaves,
    log,
    mapper,
    runs,
    tables,
    use_up_memory,
    walk,
    written,
)
from vmgui.engine.arch.hooks import p4d_set_huge, pmd_set_huge, pud_set_huge
from vmgui.engine.errno import ENOMEM
from vmgui.engine.kernel import Kernel, KernelBug
from vmgui.engine.machine import MtrrRange
from vmgui.engine.mm import vmap_range
from vmgui.engine.mm.pgtable import p4d_offset, pgd_offset_k, set_pte
from vmgui.engine.mm.vmap import vmap_page_range, vmap_range_noflush
from vmgui.engine.mm.vunmap import vunmap_range

SetHuge = Callable[[Kernel, int, int, int], int]
PMD_LEAF = 0x80000000000001E3
PTE_LEAF = 0x8000000000000163
LEVELS = pytest.mark.parametrize("levels", [4, 5])


@pytest.fixture
def k() -> Kernel:
    return mapper()


def map_at(k: Kernel, offset: int, size: int, phys: int, shift: int = 63) -> int:
    va = base(k) + offset
    return vmap_range_noflush(k, va, va + size, phys, k.PAGE_KERNEL, shift)


def refused(k: Kernel, level: str) -> list[int]:
    return [call.result for call in calls(k, f"vmap_try_huge_{level}")]


@LEVELS
def test_an_aligned_gib_is_one_leaf_without_a_table_below_it(levels: int) -> None:
    k = mapper(levels=levels)
    assert map_at(k, 0, GIB, DEV) == 0
    assert leaves(k, base(k), base(k) + GIB) == [Leaf(base(k), 30, DEV, PMD_LEAF)]
    assert not calls(k, "__pmd_alloc", "__pte_alloc_kernel")


@LEVELS
def test_leaf_sizes_mix_by_themselves(levels: int) -> None:
    k = mapper(levels=levels)
    lead = PAGE * 3
    start, size = MIB2 * 510 - lead, lead + 2 * MIB2 + GIB + 3 * MIB2 + 5 * PAGE
    assert map_at(k, start, size, DEV + start) == 0
    here = base(k) + start
    assert runs(k, here, here + size) == [("4K", 3), ("2M", 2), ("1G", 1), ("2M", 3), ("4K", 5)]
    assert all(leaf.pa - leaf.va == DEV - base(k) for leaf in leaves(k, here, here + size))


def test_one_page_short_of_two_mib_falls_back_to_small_pages(k: Kernel) -> None:
    map_at(k, 0, MIB2 - PAGE, DEV)
    assert runs(k, base(k), base(k) + MIB2) == [("4K", 511)]


def test_a_small_leaf_is_the_frame_and_the_protection(k: Kernel) -> None:
    map_at(k, 0, PAGE, DEV + 0x5000)
    assert leaves(k, base(k), base(k) + PAGE) == [Leaf(base(k), 12, DEV + 0x5000, PTE_LEAF)]


# --- every refusal of vmap_try_huge_pmd and vmap_try_huge_pud, one at a time --------------------------


def test_the_cap_on_the_page_shift_refuses(k: Kernel) -> None:
    map_at(k, 0, GIB, DEV, shift=21)
    assert runs(k, base(k), base(k) + GIB) == [("2M", 512)]
    map_at(k, GIB, MIB2, DEV, shift=20)
    assert runs(k, base(k) + GIB, base(k) + GIB + MIB2) == [("4K", 512)]


def test_a_processor_without_1g_pages_gets_2m_leaves() -> None:
    k = mapper(gbpages=False)
    map_at(k, 0, GIB, DEV)
    assert runs(k, base(k), base(k) + GIB) == [("2M", 512)]


def test_a_processor_without_2m_pages_gets_small_ones() -> None:
    k = mapper(pse=False)
    map_at(k, 0, MIB2, DEV)
    assert runs(k, base(k), base(k) + MIB2) == [("4K", 512)]


@pytest.mark.parametrize(("size", "level"), [(MIB2, "2M"), (GIB, "1G")])
def test_a_range_that_straddles_two_entries_fills_neither(k: Kernel, size: int, level: str) -> None:
    half = size // 2
    map_at(k, half, size, DEV + half)
    assert level not in dict(runs(k, base(k), base(k) + 2 * size))


@pytest.mark.parametrize("shift", [21, 30])
def test_a_whole_size_that_begins_off_its_border_is_not_tried_as_a_leaf(k: Kernel, shift: int) -> None:
    size, va = 1 << shift, base(k) + PAGE
    attempt = vmap_range.vmap_try_huge_pmd if shift == 21 else vmap_range.vmap_try_huge_pud
    entry = p4d_offset(k, pgd_offset_k(k, va), va)
    assert attempt(k, entry, va, va + size, DEV, k.PAGE_KERNEL, 63) == 0


@pytest.mark.parametrize(("off", "size", "expected"), [
    (PAGE, MIB2, [("4K", 512)]), (MIB2, GIB, [("2M", 512)]), (0, GIB, [("1G", 1)]),
])  # fmt: skip
def test_the_physical_address_must_be_aligned_as_well(
    k: Kernel, off: int, size: int, expected: list[tuple[str, int]]
) -> None:
    map_at(k, 0, size, DEV + off)
    assert runs(k, base(k), base(k) + size) == expected


def test_mtrrs_that_differ_inside_the_leaf_refuse_it() -> None:
    k = mapper(mtrrs=(MtrrRange(DEV + PAGE, DEV + 2 * PAGE, 0),))
    map_at(k, 0, GIB, DEV)
    assert runs(k, base(k), base(k) + GIB) == [("4K", 512), ("2M", 511)]


def test_the_mtrr_message_comes_once_and_only_from_the_pmd_level(k: Kernel) -> None:
    map_at(k, 0, GIB, 0)
    map_at(k, GIB, MIB2, 0)
    assert log(k) == [
        "pmd_set_huge: Cannot satisfy [mem 0x00000000-0x00200000] with a huge-page mapping "
        "due to MTRR override."
    ]


def test_a_dump_of_the_tables_keeps_the_old_table_and_refuses(k: Kernel) -> None:
    map_at(k, 0, PAGE, DEV)
    map_at(k, GIB, PAGE, DEV)
    vunmap_range(k, base(k), base(k) + PAGE)
    vunmap_range(k, base(k) + GIB, base(k) + GIB + PAGE)
    k.init_mm_mmap_lock = 1
    map_at(k, 0, MIB2, DEV)
    map_at(k, GIB, GIB, DEV)
    assert runs(k, base(k), base(k) + MIB2) == [("4K", 512)]
    assert runs(k, base(k) + GIB, base(k) + 2 * GIB) == [("4K", 512), ("2M", 511)]
    assert not calls(k, "pmd_free_pte_page", "pud_free_pmd_page")


def test_a_dump_does_not_matter_where_nothing_is_in_the_way(k: Kernel) -> None:
    k.init_mm_mmap_lock = 1
    map_at(k, 0, MIB2, DEV)
    assert runs(k, base(k), base(k) + MIB2) == [("2M", 1)]


def test_no_page_to_remember_the_tables_on_refuses_the_gib_leaf(k: Kernel) -> None:
    map_at(k, 0, PAGE, DEV)
    vunmap_range(k, base(k), base(k) + PAGE)
    use_up_memory(k, leave=0)
    assert map_at(k, 0, GIB, DEV) == 0
    assert [call.result for call in calls(k, "pud_free_pmd_page")] == [0]
    assert runs(k, base(k), base(k) + GIB) == [("2M", 512)]


def test_an_architecture_that_cannot_free_the_old_table_refuses(
    k: Kernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vmap_range, "pmd_free_pte_page", lambda *args: 0)
    map_at(k, 0, PAGE, DEV)
    vunmap_range(k, base(k), base(k) + PAGE)
    map_at(k, 0, MIB2, DEV)
    assert runs(k, base(k), base(k) + MIB2) == [("4K", 512)]


@pytest.mark.parametrize("set_huge", [pmd_set_huge, pud_set_huge])
def test_the_setters_themselves_never_overwrite_a_table(k: Kernel, set_huge: SetHuge) -> None:
    map_at(k, 0, PAGE, DEV)
    entry = p4d_offset(k, pgd_offset_k(k, base(k)), base(k))
    before = k.mem.load(entry)
    assert set_huge(k, entry, DEV, k.PAGE_KERNEL) == 0
    assert k.mem.load(entry) == before


@pytest.mark.parametrize("set_huge", [pmd_set_huge, pud_set_huge])
def test_the_setters_may_replace_a_leaf(k: Kernel, set_huge: SetHuge) -> None:
    entry = p4d_offset(k, pgd_offset_k(k, base(k)), base(k))
    for phys in (DEV, DEV + GIB):
        set_pte(k, entry, k.mem.load(entry) if phys > DEV else 0)
        assert set_huge(k, entry, phys, k.PAGE_KERNEL) == 1
    assert k.mem.load(entry) == DEV + GIB | PMD_LEAF


def test_the_512_gib_setter_always_refuses(k: Kernel) -> None:
    entry = p4d_offset(k, pgd_offset_k(k, base(k)), base(k))
    assert p4d_set_huge(k, entry, 0, k.PAGE_KERNEL) == 0


def test_512_gib_is_never_one_leaf(k: Kernel) -> None:
    map_at(k, 0, 512 * GIB, 0x100_0000_0000)
    assert runs(k, base(k), base(k) + 512 * GIB) == [("1G", 512)]
    assert refused(k, "p4d") == [0]


@pytest.mark.parametrize(("end", "phys", "reason"), [
    (PAGE, 0, "size"), (512 * GIB, PAGE, "phys"), (512 * GIB, 0, "table"),
])  # fmt: skip
def test_a_512_gib_leaf_would_be_refused_by_the_same_rules(
    k: Kernel, monkeypatch: pytest.MonkeyPatch, end: int, phys: int, reason: str
) -> None:
    monkeypatch.setattr(vmap_range, "arch_vmap_p4d_supported", lambda k, prot: True)
    monkeypatch.setattr(vmap_range, "p4d_set_huge", lambda *args: 1)
    va = base(k)
    p4d = p4d_offset(k, pgd_offset_k(k, va), va)
    assert vmap_range.vmap_try_huge_p4d(k, p4d, va, va + end, phys, k.PAGE_KERNEL, 63) == 0
    if reason == "table":
        set_pte(k, p4d, 0)
        assert vmap_range.vmap_try_huge_p4d(k, p4d, va, va + end, phys, k.PAGE_KERNEL, 63) == 1
        assert vmap_range.vmap_try_huge_p4d(k, p4d, va + PAGE, va + PAGE + end, phys, 0, 63) == 0


def test_a_512_gib_leaf_counts_as_a_change_of_the_level(k: Kernel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vmap_range, "vmap_try_huge_p4d", lambda *args: 1)
    map_at(k, 0, 512 * GIB, 0)
    assert [call.args[0] for call in calls(k, "arch_sync_kernel_mappings")] == [base(k)]


# --- tables ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("levels", "made"), [
    (4, ["__pmd_alloc", "__pte_alloc_kernel"]), (5, ["__pud_alloc", "__pmd_alloc", "__pte_alloc_kernel"]),
])  # fmt: skip
def test_tables_are_made_while_walking_and_the_top_ones_exist(levels: int, made: list[str]) -> None:
    k = mapper(levels=levels)
    map_at(k, 0, PAGE, DEV)
    names = "__p4d_alloc", "__pud_alloc", "__pmd_alloc", "__pte_alloc_kernel"
    assert [call.name for call in calls(k, *names)] == made
    assert not calls(k, "arch_sync_kernel_mappings")


def test_the_second_pte_table_is_made_after_the_first_is_full(k: Kernel) -> None:
    map_at(k, 0, 2 * MIB2, DEV + PAGE)
    entries = [(value & 0xFFF, value >> 63) for addr, value in written(k) if value & 0xFFF in (0x67, 0x163)]
    assert entries == [(0x67, 0)] * 2 + [(0x163, 1)] * 512 + [(0x67, 0)] + [(0x163, 1)] * 512


def test_a_table_grants_everything_and_the_leaf_decides(k: Kernel) -> None:
    map_at(k, 0, PAGE, DEV)
    assert {value & 0xFFF for addr, value in written(k) if value & 0x80 == 0 and value & 7 == 7} == {0x67}


@pytest.mark.parametrize(("left", "stays"), [(0, 0), (1, 0), (2, 512)])
def test_without_memory_for_a_table_what_was_mapped_stays(k: Kernel, left: int, stays: int) -> None:
    use_up_memory(k, leave=left)
    assert map_at(k, 0, 2 * MIB2, DEV + PAGE) == -ENOMEM
    assert len(leaves(k, base(k), base(k) + 2 * MIB2)) == stays
    assert len(tables(k, base(k), base(k) + 2 * MIB2)) == 1 + left


@pytest.mark.parametrize("left", [0, 1])
def test_without_memory_for_a_pud_table_nothing_is_mapped(left: int) -> None:
    k = mapper(va_bits=57)
    use_up_memory(k, leave=left)
    assert map_at(k, 0, PAGE, DEV) == -ENOMEM
    assert leaves(k, base(k), base(k) + GIB) == []


def test_a_stale_table_goes_before_the_leaf_comes(k: Kernel) -> None:
    map_at(k, 0, MIB2, DEV + PAGE)
    vunmap_range(k, base(k), base(k) + MIB2)
    k.mem.take()
    free = k.nr_free_pages
    map_at(k, 0, MIB2, DEV)
    order = calls(k, "pmd_free_pte_page", "flush_tlb_kernel_range", "__free_pages", "pmd_set_huge")
    assert [call.name for call in order] == [
        "pmd_free_pte_page", "flush_tlb_kernel_range", "__free_pages", "pmd_set_huge",
    ]  # fmt: skip
    assert order[1].args == (base(k), base(k) + 0xFFF)
    assert k.nr_free_pages == free + 1


def test_all_tables_under_a_gib_leaf_go_in_order_of_address(k: Kernel) -> None:
    for offset in (MIB2 * 300, 0, MIB2 * 7):
        map_at(k, offset, PAGE, DEV)
    held = {va: entry & 0xFFFFFFFFFF000 for va, shift, entry in walk(k, base(k), base(k) + GIB) if shift > 12}
    vunmap_range(k, base(k), base(k) + GIB)
    k.mem.take()
    free = k.nr_free_pages
    map_at(k, 0, GIB, DEV)
    freed = [(call.args[0] - k.vmemmap) // 64 << 12 for call in calls(k, "__free_pages")]
    assert freed[:3] == [held[base(k) + offset] for offset in (0, MIB2 * 7, MIB2 * 300)]
    assert len(freed) == 5
    assert k.nr_free_pages == free + 4


def test_a_huge_leaf_over_live_pages_drops_them_without_a_word(k: Kernel) -> None:
    map_at(k, 0, 16 * PAGE, DEV + PAGE)
    map_at(k, 0, MIB2, DEV + MIB2)
    assert leaves(k, base(k), base(k) + MIB2) == [Leaf(base(k), 21, DEV + MIB2, PMD_LEAF)]
    assert log(k) == []


def test_a_table_that_was_freed_for_an_mtrr_refusal_is_made_again(k: Kernel) -> None:
    map_at(k, 0, PAGE, DEV)
    vunmap_range(k, base(k), base(k) + PAGE)
    k.mem.take()
    map_at(k, 0, MIB2, 0)
    assert [call.name for call in calls(k, "pmd_free_pte_page", "__pte_alloc_kernel")] == [
        "pmd_free_pte_page", "__pte_alloc_kernel",
    ]  # fmt: skip
    assert runs(k, base(k), base(k) + MIB2) == [("4K", 512)]


# --- what the kernel does not survive -----------------------------------------------------------------


def test_a_small_page_over_a_small_page_is_a_bug(k: Kernel) -> None:
    map_at(k, 0, PAGE, DEV)
    with pytest.raises(KernelBug) as bug:
        map_at(k, 0, PAGE, DEV)
    assert bug.value.place == "mm/vmalloc.c:113 vmap_pte_range"
    assert log(k) == ["kernel BUG at mm/vmalloc.c:113!"]
    assert k.dead == 1


def test_if_the_frame_has_a_struct_page_it_is_described_first(k: Kernel) -> None:
    map_at(k, 0, PAGE, 0x2000000)
    with pytest.raises(KernelBug):
        map_at(k, 0, PAGE, 0x2000000)
    assert [line.split(":")[0] for line in log(k)] == [
        "page", "page dumped because", "kernel BUG at mm/vmalloc.c",
    ]  # fmt: skip
    assert "pfn:0x2000" in log(k)[0]


@LEVELS
def test_a_small_page_under_a_device_leaf_takes_it_for_a_table_and_faults(levels: int) -> None:
    k = mapper(levels=levels)
    map_at(k, 0, MIB2, DEV)
    with pytest.raises(KernelBug) as bug:
        map_at(k, PAGE, PAGE, DEV + PAGE)
    assert bug.value.kind == "oops"
    assert log(k) == [
        f"BUG: unable to handle page fault for address: {k.PAGE_OFFSET + DEV + 8:016x}",
        "#PF: supervisor read access in kernel mode",
        "#PF: error_code(0x0000) - not-present page",
    ]


def test_a_small_page_under_a_leaf_of_ram_writes_an_entry_into_that_ram(k: Kernel) -> None:
    ram = 0x2000000
    map_at(k, 0, MIB2, ram)
    assert map_at(k, PAGE, PAGE, DEV) == 0
    assert k.mem.load(ram + 8) == DEV | PTE_LEAF


def test_a_page_under_a_gib_leaf_of_a_device_faults_one_level_higher(k: Kernel) -> None:
    map_at(k, 0, GIB, DEV)
    with pytest.raises(KernelBug, match=f"{k.PAGE_OFFSET + DEV + 8:x}"):
        map_at(k, MIB2, PAGE, DEV)


def test_the_hole_below_4_gib_is_no_ram(k: Kernel) -> None:
    k = mapper(ram=3 * GIB)
    map_at(k, 0, MIB2, 2 * GIB)
    with pytest.raises(KernelBug, match="page fault"):
        map_at(k, PAGE, PAGE, DEV)


def test_a_leaf_over_a_leaf_frees_what_is_no_table(k: Kernel) -> None:
    map_at(k, 0, MIB2, DEV)
    with pytest.raises(KernelBug, match=f"{k.VMEMMAP_START + (DEV >> 12) * 64:x}"):
        map_at(k, 0, MIB2, DEV)


@pytest.mark.parametrize("end", [0, -PAGE])
def test_an_empty_range_is_a_bug(k: Kernel, end: int) -> None:
    with pytest.raises(KernelBug, match=r"mm/vmalloc.c:345"):
        vmap_range_noflush(k, base(k), base(k) + end, DEV, k.PAGE_KERNEL, 63)


# --- ends of the address space ------------------------------------------------------------------------


@LEVELS
def test_a_range_may_cross_a_border_of_the_top_table(levels: int) -> None:
    k = mapper(levels=levels)
    border = base(k) + (512 * GIB if levels == 4 else 0)
    border = (border + k.PGDIR_SIZE - 1) // k.PGDIR_SIZE * k.PGDIR_SIZE
    assert vmap_range_noflush(k, border - PAGE, border + PAGE, DEV, k.PAGE_KERNEL, 63) == 0
    assert [leaf.va for leaf in leaves(k, border - PAGE, border + PAGE)] == [border - PAGE, border]


def test_the_last_page_of_the_modules_area_can_be_mapped_without_touching_the_top(k: Kernel) -> None:
    end = k.MODULES_END
    assert vmap_range_noflush(k, end - PAGE, end, DEV, k.PAGE_KERNEL_EXEC, 12) == 0
    assert leaves(k, end - PAGE, end)[0].bits == 0x163
    assert not calls(k, "arch_sync_kernel_mappings")


# --- vmap_page_range ----------------------------------------------------------------------------------


def test_vmap_page_range_never_makes_anything_executable(k: Kernel) -> None:
    assert vmap_page_range(k, base(k), base(k) + MIB2, DEV, k.PAGE_KERNEL_EXEC) == 0
    assert leaves(k, base(k), base(k) + MIB2)[0].bits == PMD_LEAF


def test_nohugeiomap_caps_vmap_page_range_only() -> None:
    k = mapper(nohugeiomap=True)
    vmap_page_range(k, base(k), base(k) + MIB2, DEV, k.PAGE_KERNEL)
    map_at(k, GIB, MIB2, DEV)
    assert runs(k, base(k), base(k) + MIB2) == [("4K", 512)]
    assert runs(k, base(k) + GIB, base(k) + GIB + MIB2) == [("2M", 1)]


def test_caches_are_flushed_even_when_mapping_failed(k: Kernel) -> None:
    use_up_memory(k, leave=0)
    assert vmap_page_range(k, base(k), base(k) + PAGE, DEV, k.PAGE_KERNEL) == -ENOMEM
    assert calls(k, "flush_cache_vmap")[0].args == (base(k), base(k) + PAGE)


def test_the_write_through_bit_moves_where_a_huge_leaf_has_it(k: Kernel) -> None:
    wt = k.PAGE_KERNEL | 0x98
    vmap_page_range(k, base(k), base(k) + MIB2 + PAGE, DEV, wt)
    huge, small = leaves(k, base(k), base(k) + MIB2 + PAGE)
    entry = next(entry for va, shift, entry in walk(k, base(k), base(k) + PAGE) if shift == 21)
    assert entry == DEV | 0x80000000000011FB
    assert (huge.shift, small.shift, small.bits) == (21, 12, 0x80000000000001FB)
