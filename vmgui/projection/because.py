"""What a step means beside its checks: gaps that were tried, what a flush is for, how an error went up.

Read from spans and words, so nothing is replayed; only the cause of a refusal needs the guard that decided.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from vmgui.engine.kernel import Kernel
from vmgui.engine.mm.lazy_free import lazy_max_pages
from vmgui.engine.mm.vm_struct import VM_ALLOW_HUGE_VMAP
from vmgui.engine.structs import vmap_area
from vmgui.engine.words import offsetof
from vmgui.projection.entries import Geometry
from vmgui.projection.moment import Moment, answers_error, huge_level, result_text
from vmgui.projection.numbers import address, count, physical, size
from vmgui.projection.refusal import refusal_of
from vmgui.projection.scope import Scope
from vmgui.texts import Text
from vmgui.timeline import spans
from vmgui.timeline.columns import Columns
from vmgui.timeline.spans import Call, Step
from vmgui.timeline.why import Guard

#: More than so many gaps or areas are only counted.
MOST = 24
START, END = offsetof(vmap_area, "va_start"), offsetof(vmap_area, "va_end")
SEARCHES = ("find_vmap_lowest_match", "__alloc_vmap_area", "va_alloc", "alloc_vmap_area")
TABLES = {"__p4d_alloc": "P4D", "__pud_alloc": "PUD", "__pmd_alloc": "PMD", "__pte_alloc_kernel": "PTE"}
RUNS = ("vmap_pte_range", "vmap_pages_pte_range")
CLEARS = ("vunmap_pte_range", "vunmap_pmd_range", "vunmap_pud_range", "vunmap_p4d_range")
REPLACED = {"pmd_free_pte_page": "PTE", "pud_free_pmd_page": "PMD"}
PURGES = ("__purge_vmap_area_lazy", "purge_vmap_node", "reclaim_and_purge_vmap_areas")
SMALL = ("__vmap_pages_range_noflush", "vmap_small_pages_range_noflush", "vmap_pages_p4d_range",
         "vmap_pages_pud_range", "vmap_pages_pmd_range")  # fmt: skip
UNDOES = frozenset({
    "vfree", "remove_vm_area", "free_vmap_area", "free_vm_area", "free_unmap_vmap_area", "free_area",
    "kvfree", "vunmap", "free_vmap_area_noflush",
})  # fmt: skip
MTRR_TYPES = {0: "UC", 1: "WC", 4: "WT", 5: "WP", 6: "WB"}


@dataclass(frozen=True, slots=True)
class Because:
    """`headline` replaces the outcome of the card where nothing is checked; `lines` stand below it."""

    headline: str = ""
    lines: tuple[str, ...] = ()


class Reasons:
    """Tells of a step what its checks do not; `k` is bound to the replica that stands after the step."""

    def __init__(self, columns: Columns, k: Kernel, shape: Geometry) -> None:
        self.columns, self.k, self.shape = columns, k, shape

    def of(self, step: Moment, now: Scope, decided: Guard | None = None) -> Because:
        """Everything there is to say of a step."""
        name = step.function
        lines: list[str] = []
        if step.refused and decided is not None:
            lines += self._refusal(step, now, decided)
        elif step.failed:
            lines += self._error(step, now)
        elif name in SMALL and self._small(step, now):
            return Because(self._small_cause(now), ())
        else:
            lines += self._plain(step, now)
        return Because("", tuple(lines))

    def _plain(self, step: Moment, now: Scope) -> Iterator[str]:
        tellers: dict[str, Callable[[Moment, Scope], Iterator[str]]] = {
            **dict.fromkeys((*SEARCHES, "is_within_this_va"), self._gaps),
            **dict.fromkeys(TABLES, self._table),
            **dict.fromkeys(RUNS, self._run),
            **dict.fromkeys(CLEARS, self._cleared),
            **dict.fromkeys(REPLACED, self._replaced),
            **dict.fromkeys(PURGES, self._purge),
            "flush_tlb_kernel_range": self._flush,
            "free_vmap_area_noflush": self._lazy,
        }
        if step.installed:
            return self._next(step, now)
        teller = tellers.get(step.function)
        return teller(step, now) if teller is not None else iter(())

    # --- searching -----------------------------------------------------------------------------------

    def _gaps(self, step: Moment, now: Scope) -> Iterator[str]:
        """The free areas that were asked, in order, and why each was passed by."""
        search = next((c for c in reversed(now.calls) if c.function.name in SEARCHES), None)
        if search is None:
            return
        found = spans.spans_in(self.columns, search, frozenset({"is_within_this_va"}))
        asked = [call for call in (spans.call(self.columns, i) for i in found) if call.last < now.at]
        if not asked and step.kind is Step.EXIT and search.function.name == "alloc_vmap_area":
            yield Text("taken from the pool of this CPU's node: no gap had to be searched")
        for i, call in enumerate(asked[:MOST], 1):
            yield self._gap(i, call, now.at)
        if len(asked) > MOST:
            yield Text("and {0} more gaps", count(len(asked) - MOST))

    def _gap(self, number: int, call: Call, at: int) -> str:
        given = call.arguments
        start, end = (self.word_at(given["va"] + offset, call.first, at) for offset in (START, END))
        where = f"{address(start)} – {address(end)}"
        want, align = given["size"], max(given["align"], 1)
        low = max(start, given["vstart"])
        if call.result:
            place = -(-low // align) * align
            return Text("gap {0}: {1} fits {2}: at {3}", number, where, size(want), address(place))
        if end - start < want:
            return Text("gap {0}: {1} has {2}, too little for {3}", number, where, size(end - start),
                        size(want))  # fmt: skip
        if end - low < want:
            return Text("gap {0}: {1} lies too low: the search begins at {2}", number, where,
                        address(given["vstart"]))  # fmt: skip
        return Text("gap {0}: {1} has no room at a multiple of {2}", number, where, size(align))

    def word_at(self, addr: int, row: int, at: int) -> int:
        """What a word held before `row`, while the replica has seen `at` rows."""
        rows = self.columns.rows
        later = np.flatnonzero(rows.word[row:at] == addr >> 3)
        return int(rows.old[row + int(later[0])]) if len(later) else int(self.k.mem.load(addr))

    # --- tables and entries --------------------------------------------------------------------------

    def _table(self, step: Moment, now: Scope) -> Iterator[str]:
        if step.kind is Step.EXIT and step.call.result == 0:
            yield Text("one frame became a {0} table", TABLES[step.function])

    def _run(self, step: Moment, now: Scope) -> Iterator[str]:
        """How much of the run is written, and with which flags."""
        if step.kind is not Step.STORE:
            return
        byte = int(self.columns.rows.word[step.row]) << 3
        word, shape = int(self.columns.rows.new[step.row]), self.shape
        given, table = step.call.arguments, 8 * shape.entries["pte"]
        first = given["addr"] // shape.page_size % shape.entries["pte"]
        total = given["end"] - given["addr"] >> shape.page_shift
        done = byte % table // 8 - first + 1
        if 0 < done <= total:
            yield Text("{0} of {1} PTEs of this run written, from {2} on", count(done), count(total),
                       address(given["addr"]))  # fmt: skip
            yield Text("flags of each: {0}", shape.flags(word, "pte") or "–")

    def _cleared(self, step: Moment, now: Scope) -> Iterator[str]:
        if step.kind is Step.STORE:
            yield Text("cleared now, TLB flushed later: a CPU may still use what it remembers")

    def _replaced(self, step: Moment, now: Scope) -> Iterator[str]:
        if step.kind is Step.EXIT and step.call.result:
            yield Text("the {0} table from an earlier mapping was freed: a huge page takes its place",
                       REPLACED[step.function])  # fmt: skip

    def _next(self, step: Moment, now: Scope) -> Iterator[str]:
        """What the loop around an installed leaf does next."""
        outer = next((c for c in reversed(now.calls) if c.function.name.endswith("d_range")), None)
        end = step.call.arguments["end"]
        if outer is not None and end < outer.arguments["end"]:
            yield Text("next: the loop goes on at {0}", address(end))
        else:
            yield Text("next: the whole range is mapped, the loop ends")

    # --- refusals ------------------------------------------------------------------------------------

    def _refusal(self, step: Moment, now: Scope, decided: Guard) -> Iterator[str]:
        given, k = step.call.arguments, self.k
        level = huge_level(step.function)
        covers = self.shape.covers(level) if level is not None else 0
        picture = refusal_of(decided)
        if picture == "shift-cap":
            yield self._limit(given["max_page_shift"], now)
        elif picture == "arch-unsupported" and self.shape.arch == "x86_64" and level in ("pmd", "pud"):
            feature = "PSE" if level == "pmd" else "GBPAGES"
            yield Text("this processor lacks {0}", feature)
        elif picture == "partial-entry":
            asked = given["end"] - given["addr"]
            yield Text("{0} bytes are asked for, the entry covers {1}", f"{asked:#x}", f"{covers:#x}")
        elif picture == "virt-misaligned":
            yield f"addr mod {size(covers)} = {given['addr'] % covers:#x}"
        elif picture == "phys-misaligned":
            yield f"phys_addr mod {size(covers)} = {given['phys_addr'] % covers:#x}"
        elif picture == "cannot-free-table":
            if level == "p4d":
                yield Text("its tables stay: the kernel has no way to free them here")
            else:
                yield Text("its table stays: to free it, a page is needed that could not be had")
        elif picture == "ptdump-busy":
            yield Text("who dumps the page tables holds the lock, and nobody waits for it here")
        elif picture == "arch-setter-refused" and self.shape.arch == "x86_64":
            low = given["phys_addr"]
            for one in k.machine.mtrrs:
                if one.start < low + covers and low < one.end:
                    kind = MTRR_TYPES.get(one.type, str(one.type))
                    ends = physical(one.start), physical(one.end)
                    yield Text("memory type {0} from {1} to {2}", kind, *ends)

    def _limit(self, shift: int, now: Scope) -> str:
        """Who keeps leaves small."""
        names = [c.function.name for c in now.calls]
        if "ioremap_page_range" in names and self.k.machine.nohugeiomap:
            return Text("booted with nohugeiomap: max_page_shift is {0}", shift)
        asked = [c.function.name for c in now.calls if "max_page_shift" not in c.arguments]
        caller = asked[-1] if asked else ""
        return Text("the caller's own limit: {0} passes {1}, leaves of at most {2}", caller, shift,
                    size(1 << min(shift, 63)))  # fmt: skip

    # --- small pages ---------------------------------------------------------------------------------

    def _small(self, step: Moment, now: Scope) -> bool:
        """Whether the running calls map page by page and never ask for a huge page."""
        asked = now.running("__vmap_pages_range_noflush")
        if asked is not None:
            return asked.arguments["page_shift"] == self.shape.page_shift
        return now.running("vmap_small_pages_range_noflush") is not None

    def _small_cause(self, now: Scope) -> str:
        made = now.running("__vmalloc_node_range")
        if made is None:
            return Text("{0} maps pages that may lie anywhere, one by one", now.calls[0].function.name)
        if not made.arguments.get("vm_flags", 0) & VM_ALLOW_HUGE_VMAP:
            return Text("plain vmalloc does not allow huge pages: VM_ALLOW_HUGE_VMAP is not set")
        if not self.k.vmap_allow_huge:
            return Text("booted with nohugevmalloc")
        if made.arguments["size"] < self.shape.covers("pmd"):
            return Text("{0} are less than one huge page", size(made.arguments["size"]))
        return Text("huge pages could not be had: the second try takes single pages")

    # --- freeing -------------------------------------------------------------------------------------

    def _flush(self, step: Moment, now: Scope) -> Iterator[str]:
        start, end = step.call.arguments["start"], step.call.arguments["end"]
        pages = end - start >> self.shape.page_shift
        yield Text("{0} to {1}: {2} pages", address(start), address(end), count(pages))
        outer = [c.function.name for c in now.calls[:-1]]
        if "__purge_vmap_area_lazy" in outer:
            lazy = self.k.vmap_lazy_nr
            yield Text("why now: a purge. {0} pages wait; after this none of their translations is left",
                       count(lazy))  # fmt: skip
        elif outer:
            yield Text("why now: {0} asks for it", outer[-1])

    def _lazy(self, step: Moment, now: Scope) -> Iterator[str]:
        lazy, most = self.k.vmap_lazy_nr, lazy_max_pages(self.k)
        yield Text("lazy: {0} of {1} pages wait for a purge", count(lazy), count(most))
        if lazy > most:
            yield Text("too many wait: the drain worker is going to purge")

    def _purge(self, step: Moment, now: Scope) -> Iterator[str]:
        """What was given back, in order, and what it became."""
        made = frozenset({"__merge_or_add_vmap_area", "node_pool_add_va"})
        found = [spans.call(self.columns, span) for span in spans.spans_in(self.columns, step.call, made)]
        done = [call for call in found if call.last < now.at and call.result]
        for call in done[:MOST]:
            yield self._given_back(call, now.at)
        if len(done) > MOST:
            yield Text("and {0} more areas", count(len(done) - MOST))

    def _given_back(self, call: Call, at: int) -> str:
        va = call.arguments["va"]
        start, end = (self.word_at(va + offset, call.first, at) for offset in (START, END))
        one = f"{address(start)} + {size(end - start)}"
        if call.function.name == "node_pool_add_va":
            return Text("{0} is kept in the pool of a node", one)
        gap = call.result or 0
        low, high = (self.word_at(gap + offset, call.last + 1, at) for offset in (START, END))
        if (low, high) == (start, end):
            return Text("{0} is a gap of its own", one)
        return Text("{0} joins a gap: {1} – {2}", one, address(low), address(high))

    # --- errors --------------------------------------------------------------------------------------

    def _error(self, step: Moment, now: Scope) -> Iterator[str]:
        """The way of an error through its callers, and what was undone."""
        if step.call.raised or now.done is None:
            return
        first, last = now.done.first_span, now.done.last_span
        inside = [spans.call(self.columns, i) for i in range(max(first, last - 4000), last)]
        failed = [c for c in inside if c.last < now.at and answers_error(c)]
        failed.sort(key=lambda call: call.last)
        path = " ← ".join(c.function.name for c in reversed(failed[-6:]))
        if path:
            yield Text("{0} came up through {1}", result_text(step.call), path)
        since = failed[0].last if failed else now.at
        undone = [c.function.name for c in inside if since < c.first and c.last < now.at]
        undone = [name for name in dict.fromkeys(undone) if name in UNDOES]
        if undone:
            yield Text("undone by {0}", ", ".join(undone))
