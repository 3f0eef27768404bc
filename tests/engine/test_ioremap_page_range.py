"""ioremap_page_range maps the whole of an area that was reserved for a device, or nothing."""

from __future__ import annotations

import pytest

from tests.engine.tables import DEV, MIB2, PAGE, leaves, log, mapper, runs
from vmgui.engine.errno import EINVAL, ERANGE
from vmgui.engine.kernel import Kernel
from vmgui.engine.mm.vm_struct import VM_IOREMAP, VM_MAP, VM_NO_GUARD, get_vm_area
from vmgui.engine.mm.vmap import ioremap_page_range

WHERE = "mm/vmalloc.c:384 ioremap_page_range", "mm/vmalloc.c:389 ioremap_page_range"


@pytest.fixture
def k() -> Kernel:
    return mapper()


def area_at(k: Kernel, size: int, flags: int) -> int:
    area = get_vm_area(k, size, flags)
    assert area is not None
    return area.vm_addr


def map_device(k: Kernel, start: int, end: int) -> int:
    return ioremap_page_range(k, start, end, DEV, k.PAGE_KERNEL_IO)


def test_the_whole_area_without_its_guard_page_is_mapped(k: Kernel) -> None:
    start = area_at(k, MIB2 + PAGE, VM_IOREMAP)
    assert map_device(k, start, start + MIB2 + PAGE) == 0
    assert runs(k, start, start + 2 * MIB2) == [("2M", 1), ("4K", 1)]


def test_an_area_without_a_guard_page_is_mapped_to_its_end(k: Kernel) -> None:
    start = area_at(k, 2 * PAGE, VM_IOREMAP | VM_NO_GUARD)
    assert map_device(k, start, start + 2 * PAGE) == 0
    assert runs(k, start, start + 2 * PAGE) == [("4K", 2)]


def test_an_area_for_something_else_is_refused_and_the_warning_comes_once(k: Kernel) -> None:
    start = area_at(k, PAGE, VM_MAP)
    assert [map_device(k, start, start + PAGE) for _ in range(2)] == [-EINVAL, -EINVAL]
    assert log(k) == [
        f"vm_area at addr {start:x} is not marked as VM_IOREMAP",
        f"WARNING: CPU: 0 PID: 1 at {WHERE[0]}",
    ]
    assert leaves(k, start, start + PAGE) == []


def test_no_area_at_all_is_refused_the_same_way(k: Kernel) -> None:
    assert map_device(k, k.VMALLOC_START + MIB2, k.VMALLOC_START + 2 * MIB2) == -EINVAL


@pytest.mark.parametrize(("first", "last"), [(0, 1), (1, 4), (0, 5)])
def test_a_part_or_the_guard_page_is_refused(k: Kernel, first: int, last: int) -> None:
    start = area_at(k, 4 * PAGE, VM_IOREMAP)
    a, b = start + first * PAGE, start + last * PAGE
    assert [map_device(k, a, b) for _ in range(2)] == [-ERANGE, -ERANGE]
    assert log(k) == [
        f"ioremap request [{a:x},{b:x}) doesn't match vm_area [{start:x}, {start + 4 * PAGE:x})",
        f"WARNING: CPU: 0 PID: 1 at {WHERE[1]}",
    ]
    assert leaves(k, start, start + 5 * PAGE) == []
