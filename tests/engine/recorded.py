"""Drive the address allocator with the events of a recording, and compare all it knows after each operation.

What is taken from the recording: the start state, the arguments of each allocation, which area is freed,
and when a purge begins.  Addresses, purges below a failing allocation and everything else must come out.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.engine.areas import (
    alloc,
    allocator,
    busy,
    calls,
    check,
    dump_tree,
    free,
    free_ranges,
    lazy,
    pooled,
    put_busy,
    put_lazy,
    put_pooled,
    put_tree,
)
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.notifier import NOTIFIERS, Notifier
from vmgui.engine.lib.out import Out
from vmgui.engine.lib.workqueue import run_pending_work, schedule_work
from vmgui.engine.machine import M, Machine
from vmgui.engine.mm.lazy_free import lazy_max_pages
from vmgui.engine.mm.purge import __purge_vmap_area_lazy as purge_vmap_area_lazy
from vmgui.engine.mm.purge import reclaim_and_purge_vmap_areas, vmap_node_shrink_scan
from vmgui.engine.mm.vmap_area import register_vmap_purge_notifier, unregister_vmap_purge_notifier

MASK = (1 << 64) - 1
SUFFIX = {"K": 10, "M": 20, "G": 30, "T": 40}
#: Span of the engine -> event of the recordings.
EVENTS = {
    "trace_alloc_vmap_area": "alloc",
    "trace_free_vmap_area_noflush": "free",
    "trace_purge_vmap_area_lazy": "purge",
    "__purge_vmap_area_lazy": "fn",
    "reclaim_and_purge_vmap_areas": "fn",
    "drain_vmap_area_work": "fn",
    "purge_vmap_node": "fn",
}


def hexa(text: str) -> int:
    return int(text, 16)


def read(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


class Replay:
    """One recording on one engine."""

    def __init__(self, path: Path) -> None:
        self.records = read(path)
        boot = next(r for r in self.records if r["rec"] == "boot")
        state = next(r for r in self.records if r["rec"] == "state")
        self.names = {name: hexa(boot[name]) for name in ("VS", "VE", "W", "WE")}
        machine = Machine(
            va_bits=12 + 9 * boot["levels"],
            possible_cpus=boot["possible_cpus"],
            online_cpus=boot["online_cpus"],
            ram=16 * M,
        )
        self.k = allocator(machine)
        put_state(self.k, state)
        assert (self.k.nr_vmap_nodes, self.k.vmap_zone_size) == (
            boot["nr_vmap_nodes"],
            boot["vmap_zone_size"],
        )
        assert (self.names["VS"], self.names["VE"]) == (self.k.VMALLOC_START, self.k.VMALLOC_END)
        self.watch = (self.names["W"], self.names["WE"])
        self.mode = 0
        self.addresses = self.trees = self.snapshots = 0
        self.k.mem.record()

    def run(self) -> None:
        """Replay every operation; AssertionError at the first difference."""
        NOTIFIERS[Notifier.PURGE_NOTIFIER], before = self.notifier, NOTIFIERS.get(Notifier.PURGE_NOTIFIER)
        try:
            for record in self.records:
                if record["rec"] in ("op", "end") and not record.get("crashed"):
                    self.operation(record)
                    check(self.k)
        finally:
            if before is not None:
                NOTIFIERS[Notifier.PURGE_NOTIFIER] = before

    def notifier(self, k: Kernel, action: int, freed: Out) -> None:
        if self.mode == 2:
            freed.value += 1
            self.mode = 1

    def operation(self, record: dict[str, Any]) -> None:
        self.name = ""
        self.drive(record.get("pre", []))
        words = record.get("line", "").split()
        keyed = dict(word.split("=") for word in words if "=" in word)
        self.name = name = record.get("op", "end")
        if name == "stress":
            assert self.stress(keyed) == record["ret"]
            calls(self.k)
        elif name == "shrink":
            vmap_node_shrink_scan(self.k)
        elif name == "notifier":
            self.set_notifier({"off": 0, "log": 1, "freed_once": 2}[words[1]])
        elif name == "watch":
            self.watch = (self.number(keyed["start"]), self.number(keyed["end"]))
        self.drive(record.get("ev", []))
        assert self.k.worklist.next == self.k.worklist, "work left"
        if "win" in record:
            self.compare(record["win"], self.watch)
        everything = (0, 1 << 64)
        for part in (record.get("all"), record if name == "end" else None):
            if part is not None:
                self.compare(part, everything)
                self.compare_tree(part)
        if name == "tree" and "which=" not in record["line"]:
            self.compare_tree(record)

    def set_notifier(self, mode: int) -> None:
        if mode and not self.mode:
            register_vmap_purge_notifier(self.k, Notifier.PURGE_NOTIFIER)
        elif self.mode and not mode:
            unregister_vmap_purge_notifier(self.k, Notifier.PURGE_NOTIFIER)
        self.mode = mode

    # --- events

    def drive(self, events: list[dict[str, Any]]) -> None:
        """Do what began each group of events, and compare the group."""
        left = [event for event in events if self.wanted(event)]
        while left:
            calls(self.k)
            self.cause(left[0])
            mine = list(self.events())
            theirs = [self.plain(event) for event in left[: len(mine)]]
            assert mine == theirs
            assert mine
            del left[: len(mine)]

    @staticmethod
    def wanted(event: dict[str, Any]) -> bool:
        return event["t"] in ("alloc", "free", "purge") or event.get("name") in EVENTS

    def cause(self, event: dict[str, Any]) -> None:
        k, kind = self.k, event["t"]
        k.current_cpu = event["cpu"]
        if kind == "alloc":
            self.addresses += 1
            low, high, align = hexa(event["vstart"]), hexa(event["vend"]), event["align"]
            # the event does not tell what the area is for; vm_map_ram marks its areas, blocks twice
            ram = self.name == "vm_map_ram" and event["by"] == "cur"
            marks = 0 if not ram else 3 if align == 1 << 20 else 1
            alloc(k, event["size"], align, low, high, va_flags=marks)
        elif kind == "free":
            free(k, hexa(event["va"]))
        elif event.get("name") == "drain_vmap_area_work":
            schedule_work(k, k.drain_vmap_work)
            run_pending_work(k)
        elif event.get("name") == "reclaim_and_purge_vmap_areas":
            reclaim_and_purge_vmap_areas(k)
        elif event.get("name") == "__purge_vmap_area_lazy":
            start, end, full = map(hexa, event["a"])
            purge_vmap_area_lazy(k, start, end, bool(full))
        else:
            raise AssertionError(f"nothing the engine did led to {event}")

    def events(self) -> Iterator[tuple[Any, ...]]:
        first = self.k.vmap_nodes
        for name, args in calls(self.k, *EVENTS):
            if name == "purge_vmap_node":
                work = args[0] - first.addr
                yield ("fn", name, work // first.size)
            elif name == "drain_vmap_area_work":
                yield ("fn", name)
            elif EVENTS[name] == "fn":
                yield ("fn", name, *args)
            else:
                yield (EVENTS[name], *args)

    @staticmethod
    def plain(event: dict[str, Any]) -> tuple[Any, ...]:
        if event["t"] == "alloc":
            keys = ("addr", "size", "align", "vstart", "vend", "failed")
        elif event["t"] == "free":
            keys = ("va", "lazy", "max")
        elif event["t"] == "purge":
            keys = ("start", "end", "n")
        else:
            return ("fn", event["name"], *map(hexa, event["a"]))
        return (event["t"], *(hexa(event[k]) if isinstance(event[k], str) else event[k] for k in keys))

    # --- the random loop of the recorder, whose events are not logged

    def stress(self, keyed: dict[str, str]) -> int:
        k, failures = self.k, 0
        x, n, count, maxp = (int(keyed[name]) for name in ("seed", "n", "slots", "maxp"))
        low, high = self.number(keyed.get("start", "W")), self.number(keyed.get("end", "WE"))
        k.current_cpu = 0
        slots = [0] * count
        for _ in range(n):
            x ^= x << 13 & MASK
            x ^= x >> 7
            x ^= x << 17 & MASK
            slot = x % count
            if slots[slot]:
                free(k, slots[slot])
                slots[slot] = 0
                continue
            size = (1 + (x >> 16) % maxp) << 12
            align = 1 if (x >> 40) & 7 else max(4096, min(1 << (size - 1).bit_length(), 1 << 30))
            got = alloc(k, size + 4096, align, low, high)
            failures += got < 0
            slots[slot] = max(got, 0)
        if not int(keyed.get("keep", "0")):
            for addr in filter(None, slots):
                free(k, addr)
        return failures

    def number(self, text: str) -> int:
        total = 0
        for term in text.replace("-", "+-").split("+"):
            sign, term = (-1, term[1:]) if term.startswith("-") else (1, term)
            if term in self.names:
                total += sign * self.names[term]
            else:
                total += sign * (int(term.rstrip("KMGT"), 0) << SUFFIX.get(term[-1], 0))
        return total

    # --- snapshots

    def compare(self, theirs: dict[str, Any], watch: tuple[int, int]) -> None:
        """Free, busy, lazy and pooled areas that overlap ``watch``, in the order of the kernel's lists."""
        self.snapshots += 1
        k = self.k

        def seen(start: int, end: int) -> bool:
            return start < watch[1] and end > watch[0]

        assert [r for r in free_ranges(k) if seen(*r)] == [(hexa(s), hexa(e)) for s, e in theirs["free"]]
        for mine, rows in ((busy(k), theirs["busy"]), (lazy(k), theirs["lazy"])):
            assert [r for r in mine if seen(*r[1:3])] == [(r[0], *map(hexa, r[1:4])) for r in rows]
        assert [r for r in pooled(k) if seen(*r[2:4])] == [
            (*r[:2], *map(hexa, r[2:5])) for r in theirs["pool"]
        ]

    def compare_tree(self, theirs: dict[str, Any]) -> None:
        """The free tree node for node: shape, colours, maxima."""
        if "tree" in theirs:
            self.trees += 1
            assert dump_tree(self.k.free_vmap_area_root) == tree_rows(theirs["tree"])


def tree_rows(rows: list[Any]) -> list[tuple[int, str, int, int, int]]:
    return [(depth, colour, hexa(s), hexa(e), hexa(m)) for depth, colour, s, e, m in rows]


def put_state(k: Kernel, state: dict[str, Any]) -> None:
    """Make the allocator know exactly what the recorded one knew."""
    put_tree(k, tree_rows(state["tree"]))
    for row in state["busy"]:
        put_busy(k, row[0], *map(hexa, row[1:4]))
    for row in state["lazy"]:
        put_lazy(k, row[0], *map(hexa, row[1:4]))
    for row in state["pool"]:
        put_pooled(k, *row[:2], *map(hexa, row[2:5]))
    assert k.vmap_lazy_nr <= lazy_max_pages(k)
    check(k)
    assert dump_tree(k.free_vmap_area_root) == tree_rows(state["tree"])
