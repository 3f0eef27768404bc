"""Operations on the machine around the allocator: time, CPUs, background work."""

from __future__ import annotations

from vmgui.timeline.values import Word, number
from vmgui.timeline.verb import Kind, Parameter, Verb
from vmgui.timeline.verbs import parameters as p

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

VERBS = (
    Verb("cpu", "Go on on another CPU.", (Parameter("n", Kind.NUMBER, "number of the CPU", positional=True),),
         calls="set_cpus_allowed_ptr"),
    Verb("settle", "Wait until background work is done.",
         (Parameter("ms", Kind.NUMBER, "and this long", number(20)),)),
    Verb("tick", "Let time pass.",
         (Parameter("n", Kind.NUMBER, "clock ticks", number(1), positional=True),)),
    Verb("ptdump", "Hold the lock of the kernel's page tables, as a dump of them does.", (ON,)),
    Verb("notifier", "Watch purges that a failing allocation makes.",
         (Parameter("mode", Kind.CHOICE, "log: only watch; freed_once: claim once to have freed",
                    Word("log"), positional=True, choices=("log", "freed_once", "off")),),
         calls="register_vmap_purge_notifier"),
    Verb("watch", "Choose the range that snapshots show.", (p.START, p.END)),
    Verb("stress", "Allocate and free at random, from a seed.", SEED, comes_with="stress runs"),
)  # fmt: skip
