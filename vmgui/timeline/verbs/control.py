"""Operations on the machine around the allocator: time, CPUs, background work."""

from __future__ import annotations

from vmgui.engine import program
from vmgui.engine.errno import EINVAL
from vmgui.engine.lib.printk import HZ
from vmgui.engine.stress import stress
from vmgui.texts import Text
from vmgui.timeline.env import Env
from vmgui.timeline.outcome import Outcome
from vmgui.timeline.values import OperationError, Word, number
from vmgui.timeline.verb import Kind, Parameter, Verb
from vmgui.timeline.verbs import parameters as p
from vmgui.timeline.verbs import results

ON = Parameter("on", Kind.CHOICE, "whether it is held", Word("on"), positional=True, choices=("on", "off"))
SEED = (
    Parameter("seed", Kind.NUMBER, "start of the random numbers", number(1)),
    Parameter("n", Kind.NUMBER, "how many steps", number(1000)),
    Parameter("slots", Kind.NUMBER, "how many areas at once", number(64)),
    Parameter("maxp", Kind.NUMBER, "largest area in pages", number(64)),
    Parameter("mode", Kind.CHOICE, "what makes areas", Word("area"), choices=("area", "default", "vmalloc")),
    Parameter("keep", Kind.NUMBER, "1 leaves them all at the end", number(0)),
    p.START,
    p.END,
)
STRESS_MODES = ("area", "default", "vmalloc")
MOST_STEPS = 200_000
MODES = ("off", "log", "freed_once")


def _cpu(env: Env, target: None, n: int) -> Outcome:
    if n >= env.kernel.machine.online_cpus:
        return results.number(-EINVAL)
    program.set_cpus_allowed_ptr(env.kernel, n)
    return results.number(0)


def _settle(env: Env, target: None, ms: int) -> Outcome:
    program.settle(env.kernel, -(-ms * HZ // 1000))
    return Outcome()


def _tick(env: Env, target: None, n: int) -> Outcome:
    program.do_timer(env.kernel, n)
    return Outcome()


def _ptdump(env: Env, target: None, on: str) -> Outcome:
    (program.mmap_write_lock if on == "on" else program.mmap_write_unlock)(env.kernel)
    return Outcome()


def _notifier(env: Env, target: None, mode: str) -> Outcome:
    program.set_purge_notifier(env.kernel, MODES.index(mode))
    return Outcome()


def _watch(env: Env, target: None, start: int, end: int) -> Outcome:
    return Outcome(watch=(start, end))


def _stress(
    env: Env, target: None, seed: int, n: int, slots: int, maxp: int, mode: str, keep: int,
    start: int, end: int,
) -> Outcome:  # fmt: skip
    if not slots or not maxp:
        raise OperationError(Text("it takes at least one slot and one page"), "maxp" if slots else "slots")
    if n > MOST_STEPS:
        raise OperationError(Text("more than {0} steps take too long", MOST_STEPS), "n", f"n={MOST_STEPS}")
    what = STRESS_MODES.index(mode)
    return results.number(stress(env.kernel, seed, n, slots, maxp, what, keep, start, end))


VERBS = (
    Verb("cpu", "Go on on another CPU.", (Parameter("n", Kind.NUMBER, "number of the CPU", positional=True),),
         calls="set_cpus_allowed_ptr", run=_cpu),
    Verb("settle", "Wait until background work is done.",
         (Parameter("ms", Kind.NUMBER, "and this long", number(20)),), run=_settle),
    Verb("tick", "Let time pass.",
         (Parameter("n", Kind.NUMBER, "clock ticks", number(1), positional=True),), run=_tick),
    Verb("ptdump", "Hold the lock of the kernel's page tables, as a dump of them does.", (ON,),
         run=_ptdump),
    Verb("notifier", "Watch purges that a failing allocation makes.",
         (Parameter("mode", Kind.CHOICE, "log: only watch; freed_once: claim once to have freed",
                    Word("log"), positional=True, choices=("log", "freed_once", "off")),),
         calls="register_vmap_purge_notifier", run=_notifier),
    Verb("watch", "Choose the range that snapshots show.", (p.START, p.END), run=_watch),
    Verb("stress", "Allocate and free at random, from a seed.", SEED, run=_stress),
)  # fmt: skip
