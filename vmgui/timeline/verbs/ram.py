"""vm_map_ram: short-lived mappings out of per-CPU blocks."""

from __future__ import annotations

from vmgui.engine.mm.vm_struct import NUMA_NO_NODE
from vmgui.engine.mm.vmap_ram import vm_map_ram, vm_unmap_ram
from vmgui.timeline.env import Env
from vmgui.timeline.outcome import Obj, ObjKind, Outcome, ValueKind
from vmgui.timeline.verb import Verb
from vmgui.timeline.verbs import parameters as p
from vmgui.timeline.verbs import results


def _map(env: Env, target: str | None, pages: Obj | int, off: int, n: int | None) -> Outcome:
    k, name = env.kernel, target or "_"
    array, count = results.page_array(env, pages, off, n)
    addr = vm_map_ram(k, array, count, NUMA_NO_NODE)
    if not addr:
        failed = Outcome(0, ValueKind.ADDRESS, made=Obj(name, ObjKind.NULL))
        return results.holding(env, failed, pages, array, count)
    size = count << k.PAGE_SHIFT
    made = Obj(name, ObjKind.RAM, addr, size)
    outcome = Outcome(addr, ValueKind.ADDRESS, (addr, addr + size), addr, made)
    return results.holding(env, outcome, pages, array, count)


def _unmap(env: Env, target: None, id: Obj, n: int | None) -> Outcome:
    k = env.kernel
    count = id.size >> k.PAGE_SHIFT if n is None else n
    areas = results.areas_at(env, id.addr)
    vm_unmap_ram(k, id.addr, count)
    scan = results.extent(id.addr, id.addr + (count << k.PAGE_SHIFT))
    return Outcome(scan=scan, freed=(id.name, *results.no_longer_busy(env, areas)))


VERBS = (
    Verb("vm_map_ram", "Map pages for a short time, out of the block of this CPU.",
         (p.NEW, p.PAGES, p.OFF, p.N), True, palette=True, run=_map),
    Verb("vm_unmap_ram", "Give a vm_map_ram mapping back.", (p.OBJECT, p.N), palette=True, run=_unmap),
)  # fmt: skip
