"""Memory nodes and zones: which RAM is near to whom, and which devices can reach it (include/linux/mmzone.h).

A node is the RAM next to some CPUs.  A zone is what of a node lies below a limit of addresses: old devices
reach only the lowest 16 MiB, others 4 GiB.  Who may have any memory gets it from the highest zone first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from vmgui.engine.gfp import __GFP_DMA, __GFP_DMA32, __GFP_THISNODE
from vmgui.engine.machine import G, M, Machine, ram_ranges
from vmgui.engine.structs import MAX_NR_ZONES, NR_FREE_AREAS, free_area, zone
from vmgui.engine.words import transparent

if TYPE_CHECKING:
    from vmgui.engine.kernel import Kernel

ZONE_DMA, ZONE_DMA32, ZONE_NORMAL = range(MAX_NR_ZONES)
NUMA_NO_NODE = -1
#: Where ZONE_DMA and ZONE_DMA32 end, as physical byte addresses (exclusive).
ZONE_ENDS = {"x86_64": (16 * M, 4 * G), "arm64": (4 * G, 4 * G), "riscv64": (0, 4 * G)}


@dataclass(frozen=True)
class Piece:
    """Frames [start, end) of RAM without a gap that belong to one zone of one node."""

    start: int
    end: int
    nid: int
    zone_idx: int

    @property
    def number(self) -> int:
        """Number of the zone among those of all nodes."""
        return self.nid * MAX_NR_ZONES + self.zone_idx


@cache
def ram_pieces(machine: Machine) -> tuple[Piece, ...]:
    """Return the RAM of ``machine`` by address, cut where a node or a zone ends.

    Each node has an equal share of RAM, in the order of addresses.
    """
    pieces, below = [], 0
    share = machine.ram // machine.numa_nodes // machine.page_size * machine.page_size
    for first, last in ram_ranges(machine):
        borders = {first + i * share - below for i in range(machine.numa_nodes)}
        borders |= {*ZONE_ENDS[machine.arch], first, last}
        cuts = sorted(border for border in borders if first <= border <= last)
        for start, end in zip(cuts, cuts[1:], strict=False):
            nid = min((below + start - first) // share, machine.numa_nodes - 1)
            zone_idx = sum(limit <= start for limit in ZONE_ENDS[machine.arch])
            pieces.append(Piece(start // machine.page_size, end // machine.page_size, nid, zone_idx))
        below += last - first
    return tuple(pieces)


@cache
def fallback_order(machine: Machine, nid: int) -> tuple[int, ...]:
    """Return the populated zones by number, as a request on node ``nid`` tries them.

    All of one node, from the highest on; then those of the next node, and so on around.
    mm/page_alloc.c:build_zonelists, v6.12.
    """
    populated = {piece.number for piece in ram_pieces(machine)}
    nodes = [(nid + i) % machine.numa_nodes for i in range(machine.numa_nodes)]
    zones = (node * MAX_NR_ZONES + i for node in nodes for i in reversed(range(MAX_NR_ZONES)))
    return tuple(number for number in zones if number in populated)


def piece_of(k: Kernel, pfn: int) -> Piece | None:
    """Return the piece of RAM that frame ``pfn`` is in, None for a device."""
    for piece in k.ram_pieces:
        if piece.start <= pfn < piece.end:
            return piece
    return None


# --- nodes -----------------------------------------------------------------------------------------


def num_online_nodes(k: Kernel) -> int:
    """Return how many nodes there are."""
    return k.node_online_map.bit_count()


def node_has_memory(k: Kernel, nid: int) -> bool:
    """Tell whether node ``nid`` has RAM: ``node_state(nid, N_MEMORY)`` in C."""
    return any(piece.nid == nid for piece in k.ram_pieces)


def cpu_to_node(k: Kernel, cpu: int) -> int:
    """Return the node that ``cpu`` belongs to."""
    return k.x86_cpu_to_node_map[cpu]


def numa_node_id(k: Kernel) -> int:
    """Return the node of the CPU that runs."""
    return k.x86_cpu_to_node_map[k.current_cpu]


def pfn_to_nid(k: Kernel, pfn: int) -> int:
    """Return the node of frame ``pfn``.  Differs: the kernel has noted it in the flags of the page."""
    piece = piece_of(k, pfn)
    return piece.nid if piece is not None else NUMA_NO_NODE


@transparent
def numa_init(k: Kernel) -> None:
    """Bring all nodes online and give each an equal share of the CPUs, in their order, at boot.

    arch/x86/mm/numa.c:numa_init, v6.12.
    """
    nodes, cpus = k.machine.numa_nodes, k.machine.possible_cpus
    k.node_online_map = (1 << nodes) - 1
    for cpu in range(cpus):
        k.x86_cpu_to_node_map[cpu] = cpu * nodes // cpus


# --- zones -----------------------------------------------------------------------------------------


def gfp_zone(gfp: int) -> int:
    """Return the highest zone that a request may be served from."""
    if gfp & __GFP_DMA:
        return ZONE_DMA
    return ZONE_DMA32 if gfp & __GFP_DMA32 else ZONE_NORMAL


def zone_at(k: Kernel, number: int) -> zone:
    """Return a zone by its number among those of all nodes."""
    return zone(k.mem, k.node_zones.addr)[number]


def zonelist(k: Kernel, gfp: int, nid: int) -> Iterator[zone]:
    """Yield the zones that a request on node ``nid`` may be served from, in the order to try."""
    highest = gfp_zone(gfp)
    for number in fallback_order(k.machine, nid):
        if number % MAX_NR_ZONES <= highest:
            if gfp & __GFP_THISNODE and number // MAX_NR_ZONES != nid:
                return
            yield zone_at(k, number)


def zone_to_nid(k: Kernel, zone: zone) -> int:
    """Return the node that a zone belongs to."""
    return zone_number(k, zone) // MAX_NR_ZONES


def zone_number(k: Kernel, zone: zone) -> int:
    """Return the number of a zone among those of all nodes."""
    return (zone.addr - k.node_zones.addr) // zone.size


def populated_zones(k: Kernel) -> Iterator[zone]:
    """Yield every zone that has RAM, in the order of a request on node 0."""
    return (zone_at(k, number) for number in fallback_order(k.machine, 0))


def has_managed_dma(k: Kernel) -> bool:
    """Tell whether there is any memory for old devices.  mm/page_alloc.c:has_managed_dma, v6.12."""
    return any(piece.zone_idx == ZONE_DMA for piece in k.ram_pieces)


def area_of(zone: zone, order: int) -> free_area:
    """Return ``&zone->free_area[order]``."""
    return free_area(zone.mem, zone.free_area.addr)[order]


def zone_free_pages(zone: zone) -> int:
    """Return how many pages of a zone are free.  Differs: counted on demand, from the lists' lengths."""
    return sum(area_of(zone, order).nr_free << order for order in range(NR_FREE_AREAS))


def nr_free_blocks(k: Kernel, order: int) -> int:
    """Return how many free blocks of ``order`` all zones have."""
    return sum(area_of(zone, order).nr_free for zone in populated_zones(k))
