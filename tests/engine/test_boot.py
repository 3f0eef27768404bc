"""A kernel that has just started: what is free, what is taken, what the machine decides."""

from dataclasses import replace

import pytest

from tests.engine.booted import SMALL, booted, rebuilt
from vmgui.engine.boot import boot, fresh_memory
from vmgui.engine.check import listed, validate
from vmgui.engine.check_frames import free_blocks
from vmgui.engine.gfp import GFP_KERNEL
from vmgui.engine.machine import PRESETS, G, M, Machine, MachineError
from vmgui.engine.mm.page import PG_reserved, pfn_to_page, pfn_valid
from vmgui.engine.mm.page_alloc import alloc_pages
from vmgui.engine.mm.vmalloc import vmalloc


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_boots_into_a_sound_state(name):
    assert not validate(boot(PRESETS[name], fresh_memory(PRESETS[name])))


def free_frames(k):
    return {pfn for first, order in free_blocks(k) for pfn in range(first, first + (1 << order))}


def test_the_first_mib_and_the_kernel_are_never_free():
    k = booted(ram=256 * M)
    taken = {*range(1 * M >> 12), *range(16 * M >> 12, 50 * M >> 12)}
    assert not taken & free_frames(k)
    assert all(pfn_to_page(k, pfn).flags & PG_reserved for pfn in taken)


def test_all_other_ram_is_free_but_for_the_tables_of_the_vmalloc_range():
    k = booted(ram=256 * M)
    tables = 32 * 2  # 32 TiB of addresses, 512 GiB a table
    assert k.totalram_pages == (256 - 1 - 34) * 256
    assert k.totalram_pages - k.nr_free_pages == tables


def test_ram_that_does_not_fit_below_2_gib_continues_at_4_gib():
    k = booted(ram=3 * G)
    assert [pfn_valid(k, at >> 12) for at in (2 * G - 4096, 2 * G, 4 * G - 4096, 4 * G, 5 * G)] == [
        True, False, False, True, False,
    ]  # fmt: skip
    assert max(free_frames(k)) == (5 * G >> 12) - 1


def test_a_fragmented_machine_lacks_large_blocks_in_the_given_share():
    whole = {}
    for percent in (0, 50, 100):
        k = booted(ram=256 * M, fragmentation=percent)
        blocks = dict(free_blocks(k))
        whole[percent] = sum(1 << order - 9 for order in blocks.values() if order >= 9)
        assert not validate(k)
    assert whole[100] == 0
    assert whole[0] * 0.3 < whole[50] < whole[0] * 0.7


def test_a_fully_fragmented_machine_has_plenty_of_pages_but_no_block_of_2_mib():
    k = booted(ram=256 * M, fragmentation=100)
    assert k.nr_free_pages > 50_000
    assert alloc_pages(k, GFP_KERNEL, 9) is None
    assert alloc_pages(k, GFP_KERNEL, 8) is not None


def test_the_same_machine_boots_into_the_same_words():
    machine = replace(SMALL, fragmentation=30)
    one, two = booted(machine), booted(machine)
    assert one.mem.view == two.mem.view
    assert booted(machine, seed=2).mem.view != one.mem.view


def test_boot_parameters_cap_what_is_huge():
    k = booted()
    assert (k.vmap_allow_huge, k.ioremap_max_page_shift) == (1, 63)
    k = booted(nohugevmalloc=True, nohugeiomap=True)
    assert (k.vmap_allow_huge, k.ioremap_max_page_shift) == (0, 12)


def test_the_window_is_exactly_what_is_free_between_its_fences():
    window = (0xFFFFD88000000000, 0xFFFFD98000000000)
    k = booted(window=window)
    assert window in [(va.va_start, va.va_end) for va in listed(k.free_vmap_area_list)]
    assert not validate(k)


def test_a_window_that_is_not_in_the_vmalloc_range_is_refused():
    with pytest.raises(MachineError, match="window 0x0-0x1000"):
        booted(window=(0, 0x1000))


def test_two_machines_live_in_one_process():
    four, five = booted(), booted(va_bits=57, phys_bits=52)
    a, b = vmalloc(four, 8192), vmalloc(five, 8192)
    assert (a, b) == (0xFFFFC90000000000, 0xFFA0000000000000)
    assert vmalloc(four, 8192) == a + 3 * 4096
    assert not validate(four)
    assert not validate(five)


def test_a_kernel_rebuilt_from_its_words_goes_on_identically():
    k = booted()
    vmalloc(k, 5 << 12)
    copy = rebuilt(k)
    assert vmalloc(copy, 3 << 12) == vmalloc(k, 3 << 12)
    assert copy.mem.view == k.mem.view


def test_a_machine_of_16_mib_boots():
    k = booted(Machine(ram=16 * M))
    assert k.nr_free_pages > 3000
    assert not validate(k)
