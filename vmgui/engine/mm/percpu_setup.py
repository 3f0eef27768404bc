"""How per-CPU memory is laid out on a machine: units, groups of CPUs, allocations (mm/percpu.c, v6.12).

A unit is what one CPU has of a chunk.  Units of CPUs that are near to each other lie side by side, in one
area; every group of such CPUs has an area of its own.  Sizes are bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from vmgui.engine.lib.bits import ALIGN
from vmgui.engine.machine import K, Machine
from vmgui.engine.words import WORD

PCPU_MIN_UNIT_SIZE = 32 * K
PERCPU_MODULE_RESERVE = 8 * K
PERCPU_DYNAMIC_RESERVE = 28 * K
#: Bytes of the variables that a kernel declares per CPU, by architecture.  Differs: they depend on what is
#: built in.  With those of x86-64 and arm64 recordings come out identical; that of riscv64 is assumed.
STATIC_SIZES = {"x86_64": 233472, "arm64": 101464, "riscv64": 101464}
X86_PMD_SHIFT = 21  # x86-64 lays units out so that large pages can map them; others do not
PCPU_MIN_ALLOC_SHIFT = 2
PCPU_MIN_ALLOC_SIZE = 1 << PCPU_MIN_ALLOC_SHIFT
PCPU_BLOCK_MD_SIZE = 32  # bytes of a struct pcpu_block_md: eight ints
PCPUOBJ_EXT_SIZE = 8  # bytes of a struct pcpuobj_ext: who is charged for 4 bytes


@dataclass(frozen=True)
class pcpu_alloc_info:
    """The layout: ``unit_of`` is the unit of each CPU, the others are in units or bytes by group."""

    page_size: int
    unit_size: int
    atom_size: int
    nr_units: int
    unit_of: tuple[int, ...]
    group_of: tuple[int, ...]
    group_units: tuple[int, ...]
    group_offsets: tuple[int, ...]

    @property
    def nr_groups(self) -> int:
        """How many areas a chunk has."""
        return len(self.group_units)

    @property
    def group_sizes(self) -> tuple[int, ...]:
        """Bytes of the area of each group."""
        return tuple(units * self.unit_size for units in self.group_units)

    def unit_offset(self, cpu: int) -> int:
        """Where the unit of ``cpu`` begins, from the base of a chunk."""
        group = self.group_of[cpu]
        first = sum(self.group_units[:group])
        return self.group_offsets[group] + (self.unit_of[cpu] - first) * self.unit_size


@cache
def pcpu_build_alloc_info(machine: Machine) -> pcpu_alloc_info:
    """Lay out the units: as small as the kernel's own variables allow, several to an allocation.

    mm/percpu.c:pcpu_build_alloc_info, v6.12.  Differs: the distance of two groups is that of the RAM of
    their nodes, where the kernel has that of the memory it happened to get there.
    """
    page = machine.page_size
    atom_size = 1 << X86_PMD_SHIFT if machine.arch == "x86_64" else page
    size_sum = ALIGN(STATIC_SIZES[machine.arch] + PERCPU_MODULE_RESERVE + PERCPU_DYNAMIC_RESERVE, page)
    min_unit_size = max(size_sum, PCPU_MIN_UNIT_SIZE)
    alloc_size = ALIGN(min_unit_size, atom_size)
    node_of = tuple(cpu * machine.numa_nodes // machine.possible_cpus for cpu in range(machine.possible_cpus))
    nodes = sorted(set(node_of))
    counts = [node_of.count(node) for node in nodes]
    upa = units_per_alloc(alloc_size, min_unit_size, page, counts)
    units = [-(-count // upa) * upa for count in counts]
    firsts = [sum(units[:group]) for group in range(len(units))]
    unit_of = tuple(
        firsts[group] + node_of[:cpu].count(node_of[cpu])
        for cpu, group in enumerate(map(nodes.index, node_of))
    )
    share = machine.ram // machine.numa_nodes // atom_size * atom_size
    return pcpu_alloc_info(
        page_size=page, unit_size=alloc_size // upa, atom_size=atom_size,
        nr_units=sum(units), unit_of=unit_of,
        group_of=tuple(map(nodes.index, node_of)), group_units=tuple(units),
        group_offsets=_offsets([max(share, ALIGN(n * alloc_size // upa, atom_size)) for n in units]),
    )  # fmt: skip


def chunk_map_sizes(info: pcpu_alloc_info) -> tuple[int, int, int, int]:
    """Return the bytes of alloc_map, bound_map, md_blocks and obj_exts of a chunk, as they are allocated."""
    bits = info.unit_size // PCPU_MIN_ALLOC_SIZE
    return (
        -(-bits // 64) * WORD, -(-(bits + 1) // 64) * WORD,
        info.unit_size // info.page_size * PCPU_BLOCK_MD_SIZE, bits * PCPUOBJ_EXT_SIZE,
    )  # fmt: skip


def chunk_areas(machine: Machine) -> tuple[int, ...]:
    """Return the sizes of the areas that the maps of a chunk take, guard pages included, in their order.

    An area of very many pages needs one more for the array of its pages.
    """
    page, sizes = machine.page_size, []
    for size in chunk_map_sizes(pcpu_build_alloc_info(machine)):
        if size > page:
            pages = -(-size // page)
            sizes.append((pages + 1) * page)
            if pages * WORD > page:
                sizes.append((-(-pages * WORD // page) + 1) * page)
    return tuple(sizes)


def _offsets(distances: list[int]) -> tuple[int, ...]:
    return tuple(sum(distances[:group]) for group in range(len(distances)))


def units_per_alloc(alloc_size: int, min_unit_size: int, page: int, counts: list[int]) -> int:
    """Choose how many units share an allocation: few allocations, and not over a third of the units idle.

    Differs: this loop of pcpu_build_alloc_info is a function of its own.
    """
    last_allocs, best_upa = None, 0
    for upa in range(alloc_size // min_unit_size, 0, -1):
        if alloc_size % upa or alloc_size // upa % page:
            continue
        allocs = sum(-(-count // upa) for count in counts)
        wasted = allocs * upa - sum(counts)
        if wasted > sum(counts) // 3:
            continue
        if last_allocs is not None and allocs > last_allocs:
            break
        last_allocs, best_upa = allocs, upa
    return best_upa
