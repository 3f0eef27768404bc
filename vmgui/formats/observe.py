"""Write down what one operation did on the engine, in the words of a recording."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any

from msgspec import UNSET

from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.printk import log_line
from vmgui.engine.structs import page, vmap_node
from vmgui.engine.trace import FUNCTIONS
from vmgui.engine.words import offsetof
from vmgui.formats.compare import LISTED
from vmgui.formats.records import (
    Allocator,
    AllocEvent,
    Area,
    Block,
    Event,
    FnEvent,
    FreeEvent,
    Hex,
    MsgEvent,
    PurgeEvent,
    VmStruct,
    Window,
)
from vmgui.projection import dump, dump_blocks
from vmgui.projection.dump_tables import Table, appeared, in_order, leaves, table_runs, vmalloc_tables
from vmgui.timeline.columns import Columns
from vmgui.timeline.session import Done, Session
from vmgui.timeline.spans import Call, call, spans_in, spans_of

RUNNER, WORKER = "cur", "kworker"

#: Probed functions, with the arguments that a recording shows of them.
FN_ARGUMENTS: dict[str, tuple[str, ...]] = {
    "flush_tlb_kernel_range": ("start", "end"),
    "__purge_vmap_area_lazy": ("start", "end", "full_pool_decay"),
    "reclaim_and_purge_vmap_areas": (),
    "drain_vmap_area_work": (),
    "delayed_vfree_work": (),
    "arch_sync_kernel_mappings": ("start", "end"),
    "pud_free_pmd_page": ("addr",),
    "pmd_free_pte_page": ("addr",),
    "purge_notifier": ("action", "freed", "mode"),
    "free_vmap_block": (),  # shown with the address of the block, see _block_start
}
_SPANS = frozenset(
    [*FN_ARGUMENTS, "trace_alloc_vmap_area", "trace_free_vmap_area_noflush", "trace_purge_vmap_area_lazy"]
    + ["purge_vmap_node", "vprintk_store"]
)
#: What a kernel thread or another task does runs inside of these.
_WORKER = frozenset(["process_one_work", "alloc_by_other_task", "chunk_by_other_task", "free_by_other_task"])

#: The kernel module logs nothing while this runs.
_SILENT = frozenset(["stress"])
#: The functions whose calls have to be kept for an observer to find.
LISTENED = _SPANS | _WORKER | _SILENT | {"__free_one_page", "alloc_pages", "__free_pages"}


class Observer:
    """Reads a session: what an operation's spans say, and what words hold after it."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.k: Kernel = session.kernel
        self.columns: Columns = session.columns
        self.tables: list[Table] = vmalloc_tables(self.k)

    # --- events ------------------------------------------------------------------------------------

    def events(self, done: Done, cpu: int) -> list[Event]:
        """Tracepoints, probed functions and log lines of an operation, in order; ``cpu`` is its own."""
        found: list[Event] = []
        for span in spans_of(self.columns, _SPANS, done.first_span, done.last_span):
            if self._is_inside(span, _SILENT):
                continue
            made = call(self.columns, span)
            by = WORKER if self._is_inside(span, _WORKER) else RUNNER
            event = self._event(made, by, cpu)
            if event is not None:
                found.append(event)
        return found

    def _is_inside(self, span: int, names: frozenset[str]) -> bool:
        """Tell whether a span, or one around it, is of one of these functions."""
        numbers = self._numbers(names)
        while span >= 0:
            if int(self.columns.spans.function[span]) in numbers:
                return True
            span = int(self.columns.spans.parent[span])
        return False

    @staticmethod
    @cache
    def _numbers(names: frozenset[str]) -> set[int]:
        return {i for i, function in enumerate(FUNCTIONS) if function.name in names}

    def _event(self, made: Call, by: str, cpu: int) -> Event | None:
        name, args = made.function.name, made.arguments
        values = [Hex(v) for v in args.values()]
        if name == "trace_alloc_vmap_area":
            addr, size, align, vstart, vend, failed = values
            return AllocEvent(addr=addr, size=int(size), align=int(align), vstart=vstart, vend=vend,
                              failed=int(failed), cpu=cpu, by=by)  # fmt: skip
        if name == "trace_free_vmap_area_noflush":
            return FreeEvent(va=values[0], lazy=int(values[1]), max=int(values[2]), cpu=cpu, by=by)
        if name == "trace_purge_vmap_area_lazy":
            return PurgeEvent(start=values[0], end=values[1], n=int(values[2]), cpu=cpu, by=by)
        if name == "vprintk_store":
            text = log_line(self.k.mem, self.k, args["position"])
            return MsgEvent(text=text, cpu=cpu, by=by)
        if name == "purge_vmap_node":
            return FnEvent(name=name, a=[Hex(self._node_number(int(values[0])))], cpu=cpu, by=by)
        if name == "free_vmap_block":
            return FnEvent(name=name, a=[Hex(self._block_start(made))], cpu=cpu, by=by)
        wanted = FN_ARGUMENTS[name]
        return FnEvent(name=name, a=[Hex(args[argument]) for argument in wanted], cpu=cpu, by=by)

    def _node_number(self, work: int) -> int:
        """Number of the vmap node whose ``purge_work`` this is."""
        first = self.k.vmap_nodes.addr + offsetof(vmap_node, "purge_work")
        return (work - first) // vmap_node.size

    def _block_start(self, made: Call) -> int:
        """First address of the block that a call of free_vmap_block was given: its struct is gone by now."""
        inner = spans_in(self.columns, made, frozenset(["trace_free_vmap_area_noflush"]))
        return call(self.columns, inner[0]).arguments["va_start"]

    # --- pages -------------------------------------------------------------------------------------

    def freed(self, done: Done) -> list[tuple[int, int]]:
        """Runs (first frame, number) that were given back in an operation."""
        runs = []
        for span in spans_of(self.columns, frozenset(["__free_one_page"]), done.first_span, done.last_span):
            args = call(self.columns, span).arguments
            runs.append((args["pfn"], 1 << args["order"]))
        return runs

    def _frames(self, done: Done, name: str) -> list[int]:
        """Frames of single pages that the runner took (alloc_pages) or gave back (__free_pages)."""
        frames = []
        for span in spans_of(self.columns, frozenset([name]), done.first_span, done.last_span):
            made = call(self.columns, span)
            at = made.arguments.get("page", made.result)
            if made.arguments["order"] == 0 and at and not self._is_inside(span, _WORKER):
                frames.append((at - self.k.vmemmap) // page.size)
        return frames

    def table_changes(self, done: Done, before: Sequence[Table]) -> dict[str, Any]:
        """The fields `tadd`, `tdel`, `tab_alloc` and `tab_free`, with their totals."""
        came, went = appeared(before, self.tables), appeared(self.tables, before)
        fields: dict[str, Any] = {}
        for name, found in (("tadd", came), ("tdel", went)):
            _listed(fields, name, [(t.name, Hex(t.va), Hex(t.pa)) for t in found])
        allocated = in_order(came, self._frames(done, "alloc_pages"), last=True, page_shift=self.k.PAGE_SHIFT)
        freed = in_order(went, self._frames(done, "__free_pages"), last=False, page_shift=self.k.PAGE_SHIFT)
        for name, found in (("tab_alloc", allocated), ("tab_free", freed)):
            _listed(fields, name, [(t.name, Hex(t.va)) for t in found])
        return fields

    def look(self) -> list[Table]:
        """Take stock of the table pages again; returns those of the last time."""
        before, self.tables = self.tables, vmalloc_tables(self.k)
        return before

    def scan(self, start: int, end: int, before: Iterable[Table]) -> dict[str, Any]:
        """The fields about the page tables of one range."""
        return {
            "scan": (Hex(start), Hex(end)),
            "leaves": [(f.level, Hex(f.va), Hex(f.pa), f.n, Hex(f.bits)) for f in leaves(self.k, start, end)],
            "t0": _runs(before, start, end),
            "t1": _runs(self.tables, start, end),
        }

    # --- areas -------------------------------------------------------------------------------------

    def area(self, addr: int) -> dict[str, Any]:
        """The fields `va` and `vm` about the area that ``addr`` lies in."""
        va = dump.find_area(self.k, addr)
        if va is None:
            return {"va": None, "vm": None}
        area = Area(Hex(va.va_start), Hex(va.va_end), Hex(va.flags), dump.home_node(self.k, va))
        vm = va.vm
        if vm is None:
            return {"va": area, "vm": None}
        owner = VmStruct(
            Hex(vm.vm_addr), vm.vm_size, vm.requested_size, Hex(vm.flags), vm.nr_pages, vm.page_order,
            Hex(vm.phys_addr),
        )  # fmt: skip
        return {"va": area, "vm": owner}

    def window(self, start: int, end: int) -> Window:
        """The allocator within a range."""
        found = dump.lists(self.k).within(start, end)
        return Window(**_lists(found))

    def allocator(self, kind: Callable[..., Any] = Allocator, **more: Any) -> Any:
        """The whole allocator as a record."""
        return kind(**_lists(dump.lists(self.k), named=True), **self.blocks(), tree=self.tree(), **more)

    def blocks(self) -> dict[str, Any]:
        """The fields `vb` and `vbfree`: every vmap block, and the free list of each CPU in order."""
        found = [
            Block(b.bucket, b.number, b.cpu, Hex(b.start), b.free, b.dirty, b.dirty_min, b.dirty_max, b.used)
            for b in dump_blocks.blocks(self.k)
        ]
        queues = dump_blocks.free_lists(self.k)
        return {"vb": found, "vbfree": [(cpu, Hex(start)) for cpu, start in queues]}

    def tree(self, which: str = "free", number: int = 0) -> list[Any]:
        """A tree of areas in preorder: the free one, or the busy or lazy one of a vmap node."""
        if which == "free":
            found = dump.free_tree(self.k)
        elif number >= self.k.nr_vmap_nodes:
            found = []
        else:
            areas = getattr(self.k.vmap_nodes[number], which)
            found = list(dump.tree(areas.root.rb_node, free=False))
        return [(d, c, Hex(s), Hex(e), Hex(m)) for d, c, s, e, m in found]


def _listed(fields: dict[str, Any], name: str, found: list[Any]) -> None:
    """Set a field to the first of ``found``, and its total where not all are listed."""
    fields[name] = found[:LISTED]
    fields[f"{name}_n"] = len(found) if len(found) > LISTED else UNSET


def _runs(tables: Iterable[Table], start: int, end: int) -> dict[str, list[tuple[Hex, int, int]]]:
    by_level = table_runs(tables, start, end)
    return {level: [(Hex(va), n, used) for va, n, used in runs] for level, runs in by_level.items()}


def _lists(found: dump.Lists, named: bool = False) -> dict[str, Any]:
    """The four lists as a record has them; with a place for the caller where the whole is shown."""
    return {
        "free": [(Hex(start), Hex(end)) for start, end in found.free],
        "busy": [
            (a.node, Hex(a.start), Hex(a.end), Hex(a.flags), _hex(a.vm_flags), a.nr_pages)
            + (("",) if named else ())
            for a in found.busy
        ],
        "lazy": [(a.node, Hex(a.start), Hex(a.end), Hex(a.flags)) for a in found.lazy],
        "pool": [(a.node, a.size_index, Hex(a.start), Hex(a.end), Hex(a.flags)) for a in found.pool],
    }


def _hex(value: int | None) -> Hex | None:
    return None if value is None else Hex(value)
