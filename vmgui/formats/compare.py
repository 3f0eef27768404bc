"""Compare what a replay came up with to what the kernel recorded, field by field.

The two halves have the same shape.  A field that only one of them has is a difference; a field that the
replay declares unsupported is never counted as identical.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
from msgspec import UNSET

from vmgui.engine.mm.vm_struct import VM_FLUSH_RESET_PERMS, VM_IOREMAP
from vmgui.formats.compare_events import (
    DIRECT_MAP_BYTES,
    LEFT_OVERS,
    RUNNER_TASK,
    after_crash,
    comparable,
    same_events,
)
from vmgui.formats.frame_map import FrameMap, LeafDifference, Ram, Ranges, direct_map, pair_leaves
from vmgui.formats.inputs import is_left_over
from vmgui.formats.left_overs import LeftOvers, pages_leaving
from vmgui.formats.records import (
    Allocator,
    AllocEvent,
    EndRecord,
    Event,
    FnEvent,
    FreeEvent,
    Hex,
    LeafRun,
    MsgEvent,
    OpRecord,
    Recording,
    TablePage,
    VmStruct,
)
from vmgui.formats.tree_shape import complaint
from vmgui.formats.verdict import (
    Actual,
    ActualOp,
    Difference,
    OpVerdict,
    ScenarioResult,
    begun,
    narrow,
    shown,
)

#: Most entries that a recording lists of `tadd`, `tdel`, `tab_alloc` and `tab_free`.
LISTED = 96

#: Constants that a replay derives, in the boot record's words.
DERIVED = (
    "arch", "levels", "vs", "ve", "mv", "me", "bbmap_bits", "nr_vmap_nodes", "vmap_zone_size", "lazy_nr",
    "vmap_allow_huge", "ioremap_max_page_shift", "page_kernel", "page_kernel_exec", "page_kernel_ro",
    "page_kernel_rox", "page_kernel_nocache", "page_kernel_io", "page_kernel_io_nocache", "wc",
)  # fmt: skip

#: Fields of an operation that are simply equal or not.
PLAIN = (
    "cpu", "va", "vm", "scan", "t0", "t1", "tab_alloc", "tab_alloc_n",
    "tab_free", "tab_free_n", "win", "vb", "vbfree", "addr", "page_is_null", "is_vmalloc_addr",
    "is_vmalloc_or_module_addr", "left", "in_atomic", "all",
)  # fmt: skip

#: Fields of the last record that are simply equal or not.
END = ("free", "busy", "lazy", "pool", "vb", "vbfree", "tree", "lazy_nr", "nr_vmalloc_pages")

CALLER = "caller of an area"
BEYOND = f"tables beyond the {LISTED} listed"
OTHERS_TABLES = "tables of other tasks"
LEAVES_CUT = "leaves beyond the recorded ones"
NO_TREE = "free tree that the recording does not show"
NO_TRACEPOINT = "functions and messages, which a raw trace does not show"
BOOT_CONTENTS = "contents of memory that was filled at boot"
PERCPU = "whether the percpu allocator needed another chunk"
BOOT_REQUEST = "size that an area of the boot was asked for"
BOOT_CODE = "protection of pages of modules and programs that the boot loaded"
REFUSED = "answers that the kernel module refused to give"
AFTER_CRASH = "fields of a crashed operation"


def compare(actual: Actual, recording: Recording, ram: Ram, imported: dict[str, int]) -> ScenarioResult:
    """Compare a replay with the recording it was made from."""
    return _Comparison(recording, ram, imported).run(actual)


def compare_each(
    actual: Actual, recording: Recording, ram: Ram, imported: dict[str, int]
) -> tuple[ScenarioResult, list[OpVerdict]]:
    """Compare as `compare` does, and tell of each operation how it came out."""
    comparison = _Comparison(recording, ram, imported)
    return comparison.run(actual), comparison.verdicts


class _Comparison:
    """The state that goes from operation to operation: frames, provenance of leaves, the tally."""

    def __init__(self, recording: Recording, ram: Ram, imported: dict[str, int]) -> None:
        self.recording = recording
        self.frames = FrameMap(ram)
        self.named = Ranges()  # addresses whose leaves lead to a `phys=` of the script
        self.left_overs = LeftOvers(pages_leaving(recording))
        self.direct_map = direct_map(recording.boot.page_offset)
        #: Areas of the boot that are still there: their VM_* flags and ends, by start.
        self.boots = {area[1]: (area[4] or 0, area[2]) for area in recording.state.busy}
        self.skipped: Counter[str] = Counter()
        self.verdicts: list[OpVerdict] = []
        self._noted: list[Difference] = []
        self._untold: list[tuple[int, int]] = []
        self._shapeless = ""
        self.result = begun(recording)
        self.result.imported = imported

    def run(self, actual: Actual) -> ScenarioResult:
        """Compare all records.

        What the boot and state records show belongs to the first operation, the end to the last one.
        """
        result, ops = self.result, self.recording.ops
        reasons: Counter[str] = Counter()
        if len(actual.ops) != len(ops):
            raise ValueError(f"{len(actual.ops)} replayed operations, {len(ops)} recorded")
        for i, (op, mine) in enumerate(zip(ops, actual.ops, strict=True)):
            different = self._before(actual) if i == 0 else False
            different |= self._operation(op, mine)
            unsupported = dict(mine.unsupported)
            if i == 0:
                unsupported |= _select(actual.unsupported, ("boot", "state"))
            if i == len(ops) - 1 and self.recording.end is not None:
                different |= self._end(self.recording.end, actual)
                unsupported |= _select(actual.unsupported, ("end",))
            result.different += different
            result.unsupported += bool(unsupported) and not different
            result.identical += not unsupported and not different
            reasons.update(set(unsupported.values()))
            self.verdicts.append(OpVerdict(self._noted, unsupported))
            self._noted = []
        result.not_compared = {why: n for why, n in sorted(self.skipped.items()) if n}
        result.unsupported_reasons = dict(sorted(reasons.items()))
        return result

    def _note(self, op: int | str, line: str, field: str, kernel: Any, engine: Any) -> bool:
        """Keep a difference, and the very first one apart; always True."""
        self._noted.append(Difference(op, line, field, shown(kernel), shown(engine)))
        if self.result.first_difference is None:
            self.result.first_difference = self._noted[-1]
        return True

    def _equal(self, op: int | str, line: str, field: str, kernel: Any, engine: Any) -> bool:
        """Compare two values; True when they differ."""
        self.result.compared_fields += 1
        if kernel == engine:
            return False
        return self._note(op, line, *narrow(field, kernel, engine))

    def _before(self, actual: Actual) -> bool:
        """Compare the derived constants, and the start state with its recomputed maxima."""
        boot, state, different = self.recording.boot, self.recording.state, False
        for name in DERIVED:
            if f"boot.{name}" not in actual.unsupported:
                different |= self._equal("boot", "", name, getattr(boot, name), actual.boot.get(name, UNSET))
        for name in ("tree", "free", "busy", "lazy", "pool", "vb", "vbfree"):
            if f"state.{name}" not in actual.unsupported:
                mine = self._plain(name, getattr(actual.state, name), count=False)
                theirs = self._plain(name, getattr(state, name))
                different |= self._equal("state", "", name, theirs, mine)
        return different

    def _end(self, end: EndRecord, actual: Actual) -> bool:
        """Compare the last record."""
        mine, different = actual.end, False
        if "end" in actual.unsupported:
            return False
        if mine is None:
            return self._note("end", "", "end", "a record", "missing")
        for name in END:
            if f"end.{name}" not in actual.unsupported:
                theirs = self._plain(name, getattr(end, name))
                if name == "nr_vmalloc_pages":
                    theirs += self.left_overs.uncounted
                ours = self._plain(name, getattr(mine, name), count=False)
                different |= self._equal("end", "", name, theirs, ours)
        if "end.pre" not in actual.unsupported:
            different |= self._events("end", "", "pre", end.pre, mine.pre, [], left_over=False)
        return different

    def _operation(self, op: OpRecord, mine: ActualOp) -> bool:
        """Compare one operation; True when it differs."""
        if "*" in mine.unsupported:
            return False
        if op.note:
            return self._equal(op.i, op.line, "note", op.note, mine.record.note)
        record, unsupported, different = mine.record, mine.unsupported, False
        self._untold, self._shapeless = mine.untold, mine.shapeless
        for event in (*op.pre, *op.ev):
            if isinstance(event, FreeEvent):
                self.boots.pop(event.va, None)
        self.skipped[PERCPU] += op.op == "percpu"
        self.left_overs.begin(op, record)
        self.skipped[LEFT_OVERS] += self.left_overs.any
        for name, theirs, ours in self.left_overs.events(op, record):
            if op.i in self.recording.traced and name == "ev":
                ours = self._tracepoints(ours)
            if name not in unsupported:
                different |= self._events(op.i, op.line, name, theirs, ours, mine.freed, is_left_over(op))
        if op.crashed or record.crashed:
            self.skipped[AFTER_CRASH] += 1
            different |= self._equal(op.i, op.line, "crashed", op.crashed, record.crashed)
            return different | self._died(op, record)
        for name, check in self._checks():
            theirs, ours = getattr(op, name), getattr(record, name)
            if name not in unsupported and (theirs is not UNSET or ours is not UNSET):
                different |= check(op, name, theirs, ours)
            if name == "tdel":
                self.frames.end_lives(mine.freed)
        return different

    def _died(self, op: OpRecord, mine: OpRecord) -> bool:
        """The counters as the crash left them, where no other task went on."""
        if any(isinstance(event, AllocEvent | FreeEvent) for event in after_crash(op.ev)):
            return False
        late = self.left_overs.uncounted
        pages = op.nr_vmalloc_pages and (op.nr_vmalloc_pages[0], op.nr_vmalloc_pages[1] + late)
        different = self._equal(op.i, op.line, "nr_vmalloc_pages", pages, mine.nr_vmalloc_pages)
        return different | self._equal(op.i, op.line, "lazy_nr", op.lazy_nr, mine.lazy_nr)

    def _tracepoints(self, ours: list[Event]) -> list[Event]:
        """What a raw trace can show of the events of a replay."""
        kept: list[Event] = [event for event in ours if not isinstance(event, FnEvent | MsgEvent)]
        self.skipped[NO_TRACEPOINT] += len(ours) - len(kept)
        return kept

    def _checks(self) -> Iterator[tuple[str, Callable[[OpRecord, str, Any, Any], bool]]]:
        """Every field with the way to compare it; `tdel` first, because it ends lives."""
        yield "tdel", self._tables
        yield "tdel_n", self._field
        yield "tadd", self._tables
        yield "tadd_n", self._field
        yield "leaves", self._leaves
        yield "ret", self._ret
        yield "nr_vmalloc_pages", self._pages
        yield "lazy_nr", self._lazy
        yield "bytes", self._bytes
        yield "tree", self._tree
        for name in PLAIN:
            yield name, self._field

    def _bytes(self, op: OpRecord, name: str, theirs: Any, ours: Any) -> bool:
        """What was read, without what was in memory when the recording began."""
        if self._untold and theirs is not UNSET and ours is not UNSET:
            self.skipped[BOOT_CONTENTS] += 1
            theirs, ours = masked(theirs, self._untold), masked(ours, self._untold)
        return self._equal(op.i, op.line, name, theirs, ours)

    def _tree(self, op: OpRecord, name: str, theirs: Any, ours: Any) -> bool:
        """A tree: node by node, or where its shape is unknown, both by address and both sound."""
        if op.error is not UNSET and theirs is UNSET and not ours:  # it has no such tree, as we have none
            self.skipped[REFUSED] += 1
            return False
        if self._shapeless and theirs is not UNSET and ours is not UNSET:
            self.skipped[self._shapeless] += 1
            if why := complaint(theirs) or complaint(ours):
                return self._note(op.i, op.line, name, "a red-black tree", why)
            theirs, ours = (sorted(node[2:] for node in tree) for tree in (theirs, ours))
        return self._equal(op.i, op.line, name, theirs, ours)

    def _field(self, op: OpRecord, name: str, theirs: Any, ours: Any) -> bool:
        if name == "all" and isinstance(theirs, Allocator) and theirs.tree is UNSET:
            self.skipped[NO_TREE] += 1
            ours = msgspec.structs.replace(ours, tree=UNSET) if isinstance(ours, Allocator) else ours
        mine = self._plain(name, ours, count=False)
        return self._equal(op.i, op.line, name, self._plain(name, theirs), mine)

    def _pages(self, op: OpRecord, name: str, theirs: Any, ours: Any) -> bool:
        """The page counter before and after."""
        (theirs, ours), moved = self.left_overs.pages(op, theirs, ours)
        self.skipped[LEFT_OVERS] += moved
        return self._equal(op.i, op.line, name, theirs, ours)

    def _lazy(self, op: OpRecord, name: str, theirs: Any, ours: Any) -> bool:
        """The pages that wait for a purge, before and after."""
        return self._equal(op.i, op.line, name, *self.left_overs.lazy(op, theirs, ours))

    def _plain(self, name: str, value: Any, count: bool = True) -> Any:
        """Strip what is not compared: the callers."""
        callers = 0
        if name == "vm" and isinstance(value, VmStruct):
            value, callers = msgspec.structs.replace(value, caller=""), 1
            if not self.boots.get(value.addr, (VM_IOREMAP, 0))[0] & VM_IOREMAP:
                value = msgspec.structs.replace(value, requested_size=0)
                self.skipped[BOOT_REQUEST] += count
        elif name == "busy" and value and len(value[0]) > 6:
            value, callers = [area[:6] for area in value], len(value)
        elif isinstance(value, Allocator):
            callers = len(value.busy)
            value = {f: getattr(value, f) for f in value.__struct_fields__}
            value["busy"] = [area[:6] for area in value["busy"]]
        if count and callers:
            self.skipped[CALLER] += callers
        return value

    def _ret(self, op: OpRecord, name: str, theirs: Any, ours: Any) -> bool:
        """A result; that of `to_page` is a frame."""
        if op.op == "to_page" and isinstance(theirs, int) and isinstance(ours, int) and theirs >= 0:
            self.result.compared_fields += 1
            at = op.scan[0] if op.scan is not UNSET else 0
            named = next((inside for *_, inside in self.named.pieces(at, at + 1)), False)
            same = theirs == ours if named or ours < 0 else self.frames.same(theirs, ours)
            return not same and self._note(op.i, op.line, name, theirs, ours)
        return self._equal(op.i, op.line, name, theirs, ours)

    def _tables(self, op: OpRecord, name: str, theirs: Any, ours: Any) -> bool:
        """Tables that came or went: place by place, frames through the map."""
        if theirs is UNSET or ours is UNSET:
            return self._equal(op.i, op.line, name, theirs, ours)
        total = getattr(op, f"{name}_n")
        if total is not UNSET:
            self.skipped[BEYOND] += total - len(theirs)
        elif name == "tadd" and isinstance(op.tab_alloc, list) and op.tab_alloc_n is UNSET:
            own = set(op.tab_alloc)
            mine = {entry[:2] for entry in ours}
            alone = all(event.by == RUNNER_TASK for event in [*op.pre, *op.ev])
            kept = [entry for entry in theirs if alone or entry[:2] in own or entry[:2] in mine]
            self.skipped[OTHERS_TABLES] += len(theirs) - len(kept)
            theirs = kept
        if self._equal(op.i, op.line, name, [t[:2] for t in theirs], [t[:2] for t in ours]):
            return True
        return self._table_frames(op, name, theirs, ours)

    def _table_frames(self, op: OpRecord, name: str, theirs: list[TablePage], ours: list[TablePage]) -> bool:
        self.result.compared_fields += 1
        for i, (his, mine) in enumerate(zip(theirs, ours, strict=True)):
            if his[2] & 0xFFF != mine[2] & 0xFFF or not self.frames.same(his[2] >> 12, mine[2] >> 12):
                return self._note(op.i, op.line, f"{name}[{i}].pa", his, mine)
        return False

    def _leaves(self, op: OpRecord, name: str, theirs: Any, ours: Any) -> bool:
        """Leaves: shape and bits exactly, RAM frames through the map, frames of `phys=` exactly."""
        if theirs is UNSET or ours is UNSET:
            return self._equal(op.i, op.line, name, theirs, ours)
        if op.leaves_truncated is not UNSET:
            self.skipped[LEAVES_CUT] += 1
            ours = _cut(theirs, ours)
        self.result.compared_fields += 1
        theirs, ours = self._without_code(theirs, count=True), self._without_code(ours)
        named: list[tuple[int, int]] = []
        for piece in pair_leaves(theirs, ours):
            if isinstance(piece, LeafDifference):
                return self._note(op.i, op.line, name, piece.kernel, piece.engine)
            size = _LEAF_PAGES[piece.level] * piece.n << 12
            for start, end, was_named in self.named.pieces(piece.va, piece.va + size):
                exact = self._is_named(op, was_named) or self._is_direct(start)
                if exact:
                    named.append((start, end))
                wrong = self._frames_differ(piece.kernel, piece.engine, start - piece.va, end - start, exact)
                if wrong:
                    return self._note(op.i, op.line, f"{name}.pa at {start:#x}", *wrong)
        if op.scan is not UNSET:
            self.named.put(op.scan[0], op.scan[1], False)
            for start, end in named:
                self.named.put(start, end, True)
        return False

    def _without_code(self, leaves: list[LeafRun], count: bool = False) -> list[LeafRun]:
        """The leaves, without the bits of what the boot loaded to be run: parts with rights of their own."""
        code = [(s, end) for s, (flags, end) in self.boots.items() if flags & VM_FLUSH_RESET_PERMS]
        kept = []
        for level, va, pa, n, bits in leaves:
            loaded = any(start <= va < end for start, end in code)
            self.skipped[BOOT_CODE] += loaded and count
            kept.append((level, va, pa, n, Hex(0) if loaded else bits))
        return kept

    def _is_direct(self, va: int) -> bool:
        """Tell whether ``va`` is in the direct map, where an address leads to the frame it is named after."""
        return 0 <= va - self.direct_map < DIRECT_MAP_BYTES

    @staticmethod
    def _is_named(op: OpRecord, was: bool) -> bool:
        """Tell whether a leaf of this operation leads to a physical address that the script names."""
        if "phys=" in op.line and (isinstance(op.ret, str) or op.ret == 0):
            return True  # after an error the leaves are those from before
        makes_area = isinstance(op.ret, str)  # whatever was at its address before is gone
        maps_pages = op.op in ("map_pages", "sparse_map") and op.ret == 0
        return was and not makes_area and not maps_pages

    def _frames_differ(
        self, kernel: int, engine: int, offset: int, size: int, exact: bool
    ) -> tuple[Hex, Hex] | None:
        """Compare `size` bytes of frames from `offset` on; the first pair that is not one frame."""
        kernel, engine, n = kernel + (offset >> 12), engine + (offset >> 12), size >> 12
        if exact or not (self.frames.is_ram(kernel) or self.frames.is_ram(kernel + n - 1)):
            return None if kernel == engine else (Hex(kernel << 12), Hex(engine << 12))
        for i in range(n):
            if not self.frames.same(kernel + i, engine + i):
                return Hex(kernel + i << 12), Hex(engine + i << 12)
        return None

    def _events(
        self, op: int | str, line: str, name: str, theirs: Any, ours: Any, freed: Any, left_over: bool
    ) -> bool:
        """Compare events and messages in order."""
        probes, boots = set(self.recording.boot.fn_probes), self.direct_map if left_over else None
        his = self.left_overs.loosened(comparable(theirs, boots, self.skipped))
        mine = comparable(ours, boots, Counter(), probes | {"purge_notifier"})
        mine = self.left_overs.loosened(mine)
        self.result.compared_events += len(his)
        self.result.compared_fields += 1 + sum(len(event.values) for event in his)
        at = same_events(his, mine, self.direct_map, self.frames, freed)
        if at is None:
            return False
        kernel = his[at] if at < len(his) else None
        engine = mine[at] if at < len(mine) else None
        return self._note(op, line, f"{name}[{at}]", kernel, engine)


_LEAF_PAGES = {"pte": 1, "pmd": 512, "pud": 512 * 512, "p4d": 512 * 512 * 512}


def masked(runs: list[tuple[int, int]], untold: list[tuple[int, int]]) -> list[tuple[int, int, int]]:
    """The pieces (byte, first, end) of ``runs`` that lie outside the ranges ``untold``."""
    edges = [0, *(edge for piece in sorted(untold) for edge in piece), 1 << 64]
    known = list(zip(edges[::2], edges[1::2], strict=True))
    kept, at = [], 0
    for byte, n in runs:
        pieces = ((max(at, first), min(at + n, end)) for first, end in known)
        kept += [(byte, first, end) for first, end in pieces if first < end]
        at += n
    return kept


def _select(unsupported: dict[str, str], records: tuple[str, ...]) -> dict[str, str]:
    return {name: why for name, why in unsupported.items() if name.split(".")[0] in records}


def _cut(theirs: list[Any], ours: list[Any]) -> list[Any]:
    """Keep those of our leaves that lie before the end of the recorded ones."""
    if not theirs:
        return []
    level, va, _, n, _ = theirs[-1]
    end, kept = va + (_LEAF_PAGES[level] * n << 12), []
    for run in ours:
        if run[1] < end:
            size = _LEAF_PAGES[run[0]] << 12
            kept.append((*run[:3], min(run[3], -(-(end - run[1]) // size)), run[4]))
    return kept
