"""Memory that is not what a caller takes it for stops the kernel, and nothing else."""

import pytest

from tests.engine.booted import booted
from vmgui.engine.kernel import KernelBug
from vmgui.engine.machine import M
from vmgui.engine.mm.ioremap import ioremap
from vmgui.engine.mm.page_array import kernel_bytes
from vmgui.engine.mm.slab import kfree
from vmgui.engine.mm.vfree import vfree_atomic
from vmgui.engine.mm.vmalloc import vmalloc


def test_kfree_of_a_vmalloc_address_stops_the_kernel():
    k = booted()
    with pytest.raises(KernelBug, match="struct page of address"):
        kfree(k, vmalloc(k, 4096))
    assert k.dead


def test_a_list_through_device_memory_stops_the_kernel():
    k = booted()
    with pytest.raises(KernelBug, match="no RAM, but a device"):
        vfree_atomic(k, ioremap(k, 0x8000000000, 2 * M))


def test_ram_that_is_mapped_is_found():
    k = booted()
    addr = vmalloc(k, 3 * 4096)
    places = [kernel_bytes(k, addr + 4096 * i + 8) for i in range(3)]
    assert all(0 < place < k.addr and place % 4096 == 8 for place in places)
    assert len(set(places)) == 3
