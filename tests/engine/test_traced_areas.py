"""The address allocator against the traces of long random runs on a real kernel."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.areas import alloc, allocator, check, dump_tree, free, lazy, pooled
from tests.engine.recorded import hexa, put_state, tree_rows
from vmgui.engine.lib.workqueue import run_pending_work, schedule_work
from vmgui.engine.machine import M, Machine
from vmgui.engine.mm.purge import reclaim_and_purge_vmap_areas

EVENT = re.compile(
    r"^\s*(?P<task>\S+)\s+\[(?P<cpu>\d+)\].*"
    r"(?P<what>alloc_vmap_area|free_vmap_area_noflush|purge_vmap_area_lazy|vmprobe): (?P<rest>.*)"
)
NUMBER = re.compile(r"(\w+)[:=] ?(0x[0-9a-f]+|\d+)")


def events(path: Path, first: int, last: int) -> Iterator[tuple[str, str, int, dict[str, int]]]:
    """(what, task, cpu, numbers) of the events after operation ``first`` and before the end of ``last``."""
    on = False
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            found = EVENT.match(line)
            if found is None:
                continue
            if found["what"] == "vmprobe":
                done = re.match(r"op (\d+) done", found["rest"])
                on = first <= int(done[1]) < last if done else on
            elif on:
                numbers = {name: int(value, 0) for name, value in NUMBER.findall(found["rest"])}
                yield found["what"], found["task"], int(found["cpu"]), numbers


@pytest.mark.parametrize("sample", ["stress-vmalloc", "stress-default"])
def test_thousands_of_traced_areas_lie_where_the_kernel_put_them(shared: Path, sample: str) -> None:
    folder = shared / "kernel" / "samples" / sample
    with gzip.open(folder / "result.jsonl.gz", "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    boot = next(r for r in records if r["rec"] == "boot")
    before, after = [r for r in records if r["rec"] == "op" and r["op"] == "state"]
    k = allocator(Machine(possible_cpus=boot["possible_cpus"], online_cpus=boot["online_cpus"], ram=16 * M))
    put_state(k, before["all"])
    count = 0
    for what, task, k.current_cpu, numbers in events(folder / "trace.txt.gz", before["i"], after["i"]):
        if what == "alloc_vmap_area":
            count += 1
            got = alloc(k, numbers["size"], numbers["align"], numbers["vstart"], numbers["vend"])
            assert got == numbers["va_start"], f"allocation {count}"
        elif what == "free_vmap_area_noflush":
            free(k, numbers["va_start"])
            assert k.vmap_lazy_nr == numbers["nr_lazy"]
        else:
            assert len(lazy(k)) == numbers["num_purged"]
            if task.startswith("kworker"):
                schedule_work(k, k.drain_vmap_work)
                run_pending_work(k)
            else:
                reclaim_and_purge_vmap_areas(k)
    assert count > 3000
    check(k)
    assert dump_tree(k.free_vmap_area_root) == tree_rows(after["all"]["tree"])
    assert pooled(k) == [(*r[:2], *map(hexa, r[2:5])) for r in after["all"]["pool"]]
    assert lazy(k) == [(r[0], *map(hexa, r[1:4])) for r in after["all"]["lazy"]]
