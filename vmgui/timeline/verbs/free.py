"""Operations that give areas back, and those that clean up behind them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from vmgui.engine import program
from vmgui.engine.arch.set_memory import set_memory
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib import preempt
from vmgui.engine.lib.workqueue import flush_work, work_pending
from vmgui.engine.mm import purge, vfree, vm_struct
from vmgui.engine.mm.page import page_count, pfn_to_page
from vmgui.engine.mm.slab import kfree
from vmgui.engine.structs import vm_struct as vm_struct_view
from vmgui.texts import Text
from vmgui.timeline.env import Env
from vmgui.timeline.outcome import Obj, ObjKind, Outcome, ValueKind
from vmgui.timeline.values import OperationError, Word, number
from vmgui.timeline.verb import Kind, Parameter, Verb
from vmgui.timeline.verbs import parameters as p
from vmgui.timeline.verbs import results
from vmgui.timeline.verbs.results import areas_at, busy_area, no_longer_busy, put_off, whole


def _object(function: Callable[[Kernel, int], None]) -> Callable[..., Outcome]:
    """Run a function that frees the area of an object."""

    def run(env: Env, target: None, id: Obj) -> Outcome:
        areas = areas_at(env, id.addr)
        function(env.kernel, id.addr)
        return Outcome(scan=whole(env, id), freed=no_longer_busy(env, areas))

    return run


def _address(function: Callable[[Kernel, int], None]) -> Callable[..., Outcome]:
    """Run a function that frees the area at any address."""

    def run(env: Env, target: None, addr: int) -> Outcome:
        areas = areas_at(env, addr)
        function(env.kernel, addr)
        return Outcome(freed=no_longer_busy(env, areas))

    return run


def _free_area(env: Env, target: None, id: Obj) -> Outcome:
    if not id.vm:
        raise OperationError(Text("{0!r} has no vm_struct to free", id.name), "id")
    vm = vm_struct_view(env.kernel.mem, id.vm)
    areas = areas_at(env, vm.vm_addr)
    vm_struct.free_vm_area(env.kernel, vm)
    return Outcome(scan=whole(env, id), freed=no_longer_busy(env, areas))


def _remove_area(env: Env, target: None, id: Obj) -> Outcome:
    areas = areas_at(env, id.addr)
    vm = vm_struct.remove_vm_area(env.kernel, id.addr)
    addr = vm.vm_addr if vm else 0
    kfree(env.kernel, vm.addr if vm else 0)
    return Outcome(addr, ValueKind.ADDRESS, whole(env, id), freed=no_longer_busy(env, areas))


def _free_pages(env: Env, target: None, pages: Obj | int) -> Outcome:
    k = env.kernel
    if isinstance(pages, int) or not pages.pages:
        raise OperationError(Text("the name of an object that holds pages is needed"), "pages")
    lost = [pfn for pfn in pages.pages if not page_count(pfn_to_page(k, pfn))]
    if lost:
        raise OperationError(Text("frame {0:#x} was given back already", lost[0]), "pages")
    if results.frames_of(k, pages.array, len(pages.pages)) != pages.pages:
        raise OperationError(Text("the array of the pages of {0!r} was freed already", pages.name), "pages")
    program.free_page_array(k, pages.array, len(pages.pages))
    whole_object = pages.kind is ObjKind.PAGES
    return Outcome(made=replace(pages, array=0, pages=(), freed=pages.freed or whole_object))


def _simple(function: Callable[[Kernel], None]) -> Callable[..., Outcome]:
    """Run a function that takes nothing."""

    def run(env: Env, target: None) -> Outcome:
        function(env.kernel)
        return Outcome()

    return run


def _deferred(function: Callable[[Kernel, int], None]) -> Callable[..., Outcome]:
    """Call a function for several objects where nobody may wait, then wait for the worker."""

    def run(env: Env, target: None, ids: tuple[Obj, ...]) -> Outcome:
        k, areas = env.kernel, put_off(env) or areas_at(env, *(obj.addr for obj in ids))
        preempt.local_bh_disable(k)
        for obj in ids:
            function(k, obj.addr)
        deferred = vfree.this_cpu_deferred(k)
        queue = program.llist_entries(k, deferred.list)
        seen = {
            "queued": len(queue),
            "work_pending": int(work_pending(deferred.wq)),
            "still_busy": int(busy_area(k, ids[0].addr) is not None),
            "list": queue,
        }
        preempt.local_bh_enable(k)
        flush_work(k, deferred.wq)
        return Outcome(scan=whole(env, ids[0]), freed=no_longer_busy(env, areas), facts={"in_atomic": seen})

    return run


def _shrink(env: Env, target: None) -> Outcome:
    stop = purge.vmap_node_shrink_scan(env.kernel)
    return Outcome(stop - (1 << 64) if stop >> 63 else stop, ValueKind.COUNT)


def _setmem(env: Env, target: None, id: Obj, do: str, at: int, n: int) -> Outcome:
    k = env.kernel
    if do not in k.arch.set_memory:
        known = ", ".join(k.arch.set_memory)
        raise OperationError(
            Text("{0} has no set_memory_{1}: use one of {2}", k.arch.title, do, known), "do", "do=ro"
        )
    addr = id.addr + at
    env.check_range(addr & k.PAGE_MASK, n * k.PAGE_SIZE)
    ret = set_memory(k, do, addr, n)
    return results.number(ret, id.addr, id.addr + id.size, id.addr)


VERBS = (
    Verb("vfree", "Free an allocation; its addresses wait for the next purge.", (p.OBJECT,), palette=True,
         run=_object(vfree.vfree)),
    Verb("vunmap", "Unmap what vmap mapped.", (p.OBJECT,), palette=True, run=_object(vfree.vunmap)),
    Verb("free_area", "Free an area.", (p.OBJECT,), calls="free_vm_area", run=_free_area),
    Verb("remove_area", "Unlink an area and free its vm_struct.", (p.OBJECT,), calls="remove_vm_area",
         run=_remove_area),
    Verb("vfree_addr", "Call vfree with any address.", (p.ADDR,), calls="vfree", run=_address(vfree.vfree)),
    Verb("vunmap_addr", "Call vunmap with any address.", (p.ADDR,), calls="vunmap",
         run=_address(vfree.vunmap)),
    Verb("vfree_bh", "Call vfree with bottom halves off: each is deferred.", (p.OBJECTS,), calls="vfree",
         run=_deferred(vfree.vfree)),
    Verb("vfree_atomic", "Call vfree_atomic: each is deferred.", (p.OBJECTS,),
         run=_deferred(vfree.vfree_atomic)),
    Verb("free_pages", "Give the pages back that `pages` or `vmap` got.",
         (Parameter("pages", Kind.PAGES, "who holds them", positional=True, held=True),), calls="__free_page",
         run=_free_pages),
    Verb("unmap_aliases", "Flush what is still only lazily unmapped.", palette=True,
         calls="vm_unmap_aliases", run=_simple(purge.vm_unmap_aliases)),
    Verb("purge", "Flush the TLB and give every lazily freed area back.", palette=True,
         calls="reclaim_and_purge_vmap_areas", run=_simple(purge.reclaim_and_purge_vmap_areas)),
    Verb("drain", "Let the drain worker purge.", calls="drain_vmap_area_work", run=_simple(program.drain)),
    Verb("shrink", "Empty the pools, as under memory pressure.", calls="vmap_node_shrink_scan",
         run=_shrink),
    Verb("setmem", "Change the protection of mapped pages.",
         (p.OBJECT,
          Parameter("do", Kind.CHOICE, "what to change them to", Word("ro"),
                    choices=("ro", "rw", "x", "nx", "uc", "wb", "rox")),
          Parameter("at", Kind.SIZE, "offset inside the area", number(0)), p.count(1)),
         calls="set_memory", run=_setmem),
)  # fmt: skip
