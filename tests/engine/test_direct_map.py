"""The direct map: all RAM once more, in the largest leaves that fit, and what writing through it meets."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.engine.booted import SMALL, booted, rebuilt
from vmgui.engine.arch.x86_direct_map import init_memory_mapping
from vmgui.engine.arch.x86_set_memory import set_direct_map_default_noflush, set_direct_map_invalid_noflush
from vmgui.engine.check import validate
from vmgui.engine.check_walk import all_leaves, is_in_direct_map
from vmgui.engine.gfp import __GFP_ZERO, GFP_KERNEL
from vmgui.engine.kernel import Kernel, KernelBug
from vmgui.engine.lib.printk import log_lines
from vmgui.engine.machine import PRESETS, G, K, M, ram_ranges
from vmgui.engine.mm.page import page_to_phys
from vmgui.engine.mm.page_alloc import __free_page, alloc_page


def sizes(k: Kernel) -> dict[int, int]:
    """How many leaves of each size the direct map has."""
    found: dict[int, int] = {}
    for leaf in all_leaves(k):
        if is_in_direct_map(k, leaf.va):
            found[leaf.end - leaf.va] = found.get(leaf.end - leaf.va, 0) + 1
    return found


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"ram": 64 * M}, {4 * K: 512, 2 * M: 31}),
        ({"ram": 4 * G}, {4 * K: 512, 2 * M: 511, G: 3}),
        ({"ram": 4 * G, "gbpages": False}, {4 * K: 512, 2 * M: 2047}),
        ({"ram": 64 * M, "pse": False}, {4 * K: 16384}),
    ],
)
def test_ram_is_mapped_with_the_largest_leaves_that_fit(changes: dict, expected: dict[int, int]) -> None:
    k = booted(**changes)
    assert sizes(k) == expected
    assert [k.direct_pages_count[level] for level in (1, 2, 3)] == [
        expected.get(size, 0) for size in (4 * K, 2 * M, G)
    ]


def test_a_machine_of_16_gib_maps_all_but_the_first_gib_with_1_gib_leaves() -> None:
    k = booted(PRESETS["debian-server"])
    assert sizes(k)[G] == 15
    assert validate(k) == []


@pytest.mark.parametrize("va_bits", [48, 57])
def test_every_frame_is_at_its_own_address(va_bits: int) -> None:
    k = booted(replace(SMALL, va_bits=va_bits))
    direct = [leaf for leaf in all_leaves(k) if is_in_direct_map(k, leaf.va)]
    assert all(leaf.va - k.PAGE_OFFSET == leaf.pa for leaf in direct)
    assert sum(leaf.end - leaf.va for leaf in direct) == 64 * M


def test_a_page_taken_out_of_the_direct_map_faults_when_it_is_cleared() -> None:
    k = booted()
    page = alloc_page(k, GFP_KERNEL)
    assert set_direct_map_invalid_noflush(k, page) == 0
    __free_page(k, page)
    with pytest.raises(KernelBug):
        alloc_page(k, GFP_KERNEL | __GFP_ZERO)
    address = k.PAGE_OFFSET + page_to_phys(k, page)
    assert f"BUG: unable to handle page fault for address: {address:016x}" in log_lines(k.mem, k)
    assert "#PF: error_code(0x0002) - not-present page" in log_lines(k.mem, k)


def test_a_page_put_back_into_the_direct_map_can_be_cleared() -> None:
    k = booted()
    page = alloc_page(k, GFP_KERNEL)
    set_direct_map_invalid_noflush(k, page)
    assert "the direct map has 16383 pages, RAM 16384" in validate(k)
    set_direct_map_default_noflush(k, page)
    assert validate(k, well_behaved=False) == []
    __free_page(k, page)
    assert alloc_page(k, GFP_KERNEL | __GFP_ZERO) == page


def test_a_copy_of_the_words_has_the_same_direct_map() -> None:
    k = booted()
    page = alloc_page(k, GFP_KERNEL)
    set_direct_map_invalid_noflush(k, page)
    copy = rebuilt(k)
    assert sizes(copy) == sizes(k)
    set_direct_map_default_noflush(copy, page)
    assert validate(copy, well_behaved=False) == []


@pytest.mark.parametrize("changes", [{"ram": 4 * G}, {"ram": 64 * M}])
def test_ram_that_is_mapped_already_keeps_its_leaves_and_is_not_counted_again(changes: dict) -> None:
    k = booted(**changes)
    before, tables = sizes(k), k.pgt_buf_end
    counts = [k.direct_pages_count[level] for level in (1, 2, 3)]
    for start, end in ram_ranges(k.machine):
        init_memory_mapping(k, start, end, k.PAGE_KERNEL)
    assert (sizes(k), k.pgt_buf_end) == (before, tables)
    assert [k.direct_pages_count[level] for level in (1, 2, 3)] == counts
