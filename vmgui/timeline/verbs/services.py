"""Operations on what the allocator leans on: failures on purpose, grace periods, contexts, memory nodes."""

from __future__ import annotations

from vmgui.engine import program
from vmgui.engine.lib import rcu
from vmgui.engine.lib.fault_inject import Fault, setup_fault_attr
from vmgui.engine.lib.workqueue import run_pending_work
from vmgui.engine.mm.kvfree_rcu import kvfree_rcu, kvfree_rcu_mightsleep
from vmgui.engine.mm.mempolicy import MPOL_DEFAULT, MPOL_INTERLEAVE, set_mempolicy
from vmgui.texts import Text
from vmgui.timeline.env import Env
from vmgui.timeline.outcome import Obj, ObjKind, Outcome
from vmgui.timeline.values import OperationError, number
from vmgui.timeline.verb import Kind, Parameter, Verb
from vmgui.timeline.verbs import parameters as p
from vmgui.timeline.verbs.results import no_longer_busy, put_off, whole

FAULTS = {kind.name.lower(): kind for kind in Fault}
CONTEXTS = ("task", "bh", "irq", "atomic")
POLICIES = {"default": MPOL_DEFAULT, "interleave": MPOL_INTERLEAVE}
MOST_FAILURES = 1_000_000


def _fail(env: Env, target: None, kind: str, nth: int, times: int, interval: int) -> Outcome:
    for name, value in (("nth", nth), ("times", times), ("interval", interval)):
        if not 1 <= value <= MOST_FAILURES:
            raise OperationError(Text("it must be 1 to {0}", MOST_FAILURES), name, f"{name}=1")
    for fault in Fault if kind == "off" else (FAULTS[kind],):
        setup_fault_attr(env.kernel, fault, nth, 0 if kind == "off" else times, interval)
    return Outcome()


def _kvfree_rcu(env: Env, target: None, id: Obj, head: int | None) -> Outcome:
    if id.kind is not ObjKind.AREA:
        raise OperationError(Text("{0!r} is no memory that could be freed", id.name), "id")
    if head is None:
        kvfree_rcu_mightsleep(env.kernel, id.addr)
    else:
        if head % 8 or not head <= id.size - env.kernel.PAGE_SIZE - 16:
            raise OperationError(Text("the rcu_head must lie inside the object, at a multiple of 8"), "head")
        kvfree_rcu(env.kernel, id.addr, head)
    return Outcome(scan=whole(env, id), freed=(id.name,))


def _rcu_read(env: Env, target: None, on: str) -> Outcome:
    reads = env.kernel.rcu_read_lock_nesting[env.kernel.current_cpu]
    if on == "off" and not reads:
        raise OperationError(Text("nobody reads on this CPU"), "on", "rcu_read on")
    (rcu.rcu_read_lock if on == "on" else rcu.rcu_read_unlock)(env.kernel)
    return Outcome()


def _context(env: Env, target: None, kind: str) -> Outcome:
    areas = put_off(env)
    program.set_context(env.kernel, CONTEXTS.index(kind))
    run_pending_work(env.kernel)
    return Outcome(freed=no_longer_busy(env, areas))


def _mempolicy(env: Env, target: None, mode: str) -> Outcome:
    set_mempolicy(env.kernel, POLICIES[mode])
    return Outcome()


VERBS = (
    Verb("fail", "Let allocations of one kind fail on purpose.",
         (Parameter("kind", Kind.CHOICE, "table: page tables; page: any pages; area: vmap_area; struct: "
                    "vm_struct; array: lists of pages", positional=True, choices=(*FAULTS, "off")),
          Parameter("nth", Kind.NUMBER, "the first that fails, counted from now on", number(1)),
          Parameter("times", Kind.NUMBER, "how many fail", number(1)),
          Parameter("interval", Kind.NUMBER, "from one that fails to the next", number(1))),
         calls="should_fail_ex", run=_fail),
    Verb("kvfree_rcu", "Free an allocation after a grace period.",
         (p.OBJECT, Parameter("head", Kind.NUMBER, "where in the object its rcu_head is; without one it may "
                              "wait", optional=True)), run=_kvfree_rcu),
    Verb("rcu_read", "Begin or end to read what others may free: no grace period ends meanwhile.",
         (Parameter("on", Kind.CHOICE, "whether this CPU reads", positional=True, choices=("on", "off")),),
         calls="rcu_read_lock", run=_rcu_read),
    Verb("context", "Go on as a task, with bottom halves off, in an interrupt, or without preemption.",
         (Parameter("kind", Kind.CHOICE, "what runs from now on", positional=True, choices=CONTEXTS),),
         calls="preempt_count", run=_context),
    Verb("mempolicy", "Choose the memory nodes of the task: that of its CPU, or all in turn.",
         (Parameter("mode", Kind.CHOICE, "which nodes", positional=True, choices=tuple(POLICIES)),),
         calls="set_mempolicy", run=_mempolicy),
)  # fmt: skip
