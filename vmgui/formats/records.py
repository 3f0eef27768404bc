"""The records of a recording as types: what a real kernel printed of a script, line by line.

The field names are the recording's own.  Addresses are numbers that show themselves in hexadecimal.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType


class Hex(int):
    """An address, a physical address or a flag word: ``"0x..."`` in the file, and shown so."""

    __slots__ = ()

    def __repr__(self) -> str:
        """Show it as the file writes it."""
        return hex(self)


Level: TypeAlias = Literal["pte", "pmd", "pud", "p4d"]
Count: TypeAlias = Annotated[int, Meta(ge=0)]
#: An address ("0x..."), a number, or nothing at all.
Ret: TypeAlias = Annotated[str, Meta(pattern="^0x[0-9a-f]+$")] | int | None

Extent: TypeAlias = tuple[Hex, Hex]
LeafRun: TypeAlias = tuple[Level, Hex, Hex, Count, Hex]
TableRun: TypeAlias = tuple[Hex, Count, Count]
Tables: TypeAlias = dict[Level, list[TableRun]]
TableAt: TypeAlias = tuple[Level, Hex]
TablePage: TypeAlias = tuple[Level, Hex, Hex]
Busy: TypeAlias = tuple[Count, Hex, Hex, Hex, Hex | None, Count]
BusyNamed: TypeAlias = tuple[Count, Hex, Hex, Hex, Hex | None, Count, str]
Lazy: TypeAlias = tuple[Count, Hex, Hex, Hex]
Pooled: TypeAlias = tuple[Count, Count, Hex, Hex, Hex]
TreeNode: TypeAlias = tuple[Count, Literal["B", "R"], Hex, Hex, Hex]
Before: TypeAlias = tuple[int | None, int]


class _Event(Struct, tag_field="t", forbid_unknown_fields=True, kw_only=True):
    cpu: Count
    by: str


class AllocEvent(_Event, tag="alloc"):
    """Tracepoint alloc_vmap_area; ``failed`` is 1 when ``addr`` is ``vend`` and nothing was found."""

    addr: Hex
    size: Count
    align: Count
    vstart: Hex
    vend: Hex
    failed: int


class FreeEvent(_Event, tag="free"):
    """Tracepoint free_vmap_area_noflush; ``lazy`` and ``max`` are pages."""

    va: Hex
    lazy: Count
    max: Count


class PurgeEvent(_Event, tag="purge"):
    """Tracepoint purge_vmap_area_lazy; ``n`` is the number of areas."""

    start: Hex
    end: Hex
    n: Count


class FnEvent(_Event, tag="fn"):
    """Entry of a function, with the arguments that mean something."""

    name: str
    a: list[Hex]


class MsgEvent(_Event, tag="msg"):
    """A line of the kernel log."""

    text: str


Event: TypeAlias = AllocEvent | FreeEvent | PurgeEvent | FnEvent | MsgEvent


class Area(Struct, forbid_unknown_fields=True):
    """A vmap_area; ``node`` is the vmap node whose busy tree holds it."""

    start: Hex
    end: Hex
    flags: Hex
    node: Count


class VmStruct(Struct, forbid_unknown_fields=True):
    """A vm_struct; sizes are bytes, ``size`` with the guard page."""

    addr: Hex
    size: Count
    requested_size: Count
    flags: Hex
    nr_pages: Count
    page_order: Count
    phys_addr: Hex
    caller: str = ""


class Block(Struct, forbid_unknown_fields=True):
    """A vmap block; ``used`` is its bitmap, most significant word first, in hexadecimal."""

    hash: int
    idx: Count
    cpu: Count
    va: Hex
    free: Count
    dirty: Count
    dmin: Count
    dmax: Count
    used: str


class Window(Struct, forbid_unknown_fields=True):
    """The allocator within the watched range."""

    free: list[Extent]
    busy: list[Busy]
    lazy: list[Lazy]
    pool: list[Pooled]
    overflow: bool = False


class Allocator(Struct, forbid_unknown_fields=True):
    """The whole allocator at one instant; ``tree`` is the free tree in preorder."""

    free: list[Extent]
    busy: list[BusyNamed]
    lazy: list[Lazy]
    pool: list[Pooled]
    vb: list[Block]
    vbfree: list[tuple[Count, Hex]]
    tree: list[TreeNode] | UnsetType = UNSET
    overflow: bool = False


class InAtomic(Struct, forbid_unknown_fields=True, rename={"queue": "list"}):
    """What the runner saw before it left the atomic section."""

    queued: Count
    work_pending: int
    events: int
    still_busy: int
    queue: list[Hex]  # "list" in the file


class RunRecord(Struct, tag_field="rec", tag="run"):
    """How the recording was made."""

    boot: str
    scenario: str
    cmdline: str
    smp: Count
    mem_mib: Count
    kernel: str = ""
    qemu_cpu: str = ""
    defects: list[str] = []


class BootRecord(
    Struct,
    tag_field="rec",
    tag="boot",
    rename={"vs": "VS", "ve": "VE", "mv": "MV", "me": "ME", "w": "W", "we": "WE"},
):
    """Constants of the booted kernel."""

    levels: int
    vs: Hex
    ve: Hex
    mv: Hex
    me: Hex
    w: Hex
    we: Hex
    online_cpus: Annotated[int, Meta(ge=1)]
    possible_cpus: Annotated[int, Meta(ge=1)]
    nr_vmap_nodes: Annotated[int, Meta(ge=1)]
    vmap_zone_size: Annotated[int, Meta(ge=1)]
    lazy_nr: int
    nr_vmalloc_pages: int
    totalram_pages: Count
    vmap_allow_huge: int
    ioremap_max_page_shift: int
    bbmap_bits: Count
    online_nodes: Annotated[int, Meta(ge=1)]
    gbpages: int
    phys_bits: int
    page_offset: Hex
    page_kernel: Hex
    page_kernel_exec: Hex
    page_kernel_ro: Hex
    page_kernel_rox: Hex
    page_kernel_nocache: Hex
    page_kernel_io: Hex
    page_kernel_io_nocache: Hex
    wc: Hex
    fn_probes: list[str]
    arch: str = "x86_64"
    release: str = ""
    pgd_pa: Hex = Hex(0)


class StateRecord(Allocator, tag_field="rec", tag="state"):
    """The whole allocator before the script."""


class OpRecord(Struct, tag_field="rec", tag="op", forbid_unknown_fields=True):
    """One operation: its script line and everything that was seen of it.

    A field that does not belong to this operation is UNSET.
    """

    i: Count
    line: str
    op: str
    pre: list[Event] = []
    ev: list[Event] = []
    cpu: int | UnsetType = UNSET
    note: bool = False
    error: str | UnsetType = UNSET
    crashed: bool = False
    ret: Ret | UnsetType = UNSET
    nr_vmalloc_pages: Before | UnsetType = UNSET
    lazy_nr: Before | UnsetType = UNSET
    va: Area | None | UnsetType = UNSET
    vm: VmStruct | None | UnsetType = UNSET
    scan: Extent | UnsetType = UNSET
    leaves: list[LeafRun] | UnsetType = UNSET
    leaves_truncated: int | UnsetType = UNSET
    t0: Tables | UnsetType = UNSET
    t1: Tables | UnsetType = UNSET
    tadd: list[TablePage] | UnsetType = UNSET
    tadd_n: int | UnsetType = UNSET
    tdel: list[TablePage] | UnsetType = UNSET
    tdel_n: int | UnsetType = UNSET
    tab_alloc: list[TableAt] | UnsetType = UNSET
    tab_alloc_n: int | UnsetType = UNSET
    tab_free: list[TableAt] | UnsetType = UNSET
    tab_free_n: int | UnsetType = UNSET
    win: Window | UnsetType = UNSET
    vb: list[Block] | UnsetType = UNSET
    vbfree: list[tuple[Count, Hex]] | UnsetType = UNSET
    addr: Hex | UnsetType = UNSET
    page_is_null: bool | UnsetType = UNSET
    is_vmalloc_addr: int | UnsetType = UNSET
    is_vmalloc_or_module_addr: int | UnsetType = UNSET
    bytes: list[tuple[Count, Count]] | UnsetType = UNSET
    left: int | UnsetType = UNSET
    in_atomic: InAtomic | UnsetType = UNSET
    tree: list[TreeNode] | UnsetType = UNSET
    all: Allocator | UnsetType = UNSET
    pg_lost: int | UnsetType = UNSET
    ev_lost: int | UnsetType = UNSET


class EndRecord(Allocator, tag_field="rec", tag="end", kw_only=True):
    """The whole allocator after the last operation."""

    ops: Count
    lazy_nr: int
    nr_vmalloc_pages: int
    pre: list[Event] = []


class Recording(Struct):
    """A recording, record by record; ``end`` is None when the kernel died in the last operation.

    ``traced`` are the operations whose events were read from a raw trace, which shows tracepoints only.
    """

    file: str
    run: RunRecord
    boot: BootRecord
    state: StateRecord
    ops: list[OpRecord]
    end: EndRecord | None = None
    traced: set[int] = set()


Record: TypeAlias = RunRecord | BootRecord | StateRecord | OpRecord | EndRecord
