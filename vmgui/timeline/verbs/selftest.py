"""The kernel's own test of vmalloc as an operation."""

from __future__ import annotations

from vmgui.engine.selftest import (
    INT_MAX,
    load_test_vmalloc,
    test_case_array,
    test_vmalloc_parameters,
)
from vmgui.texts import Text
from vmgui.timeline.env import Env
from vmgui.timeline.outcome import Outcome, ValueKind
from vmgui.timeline.values import OperationError, Word, number
from vmgui.timeline.verb import Kind, Parameter, Verb

CASES = tuple(case.test_name for case in test_case_array)
ON_OFF = ("on", "off")
MOST_LOOPS, MOST_THREADS, MOST_AREAS = 1_000_000, 1_000, 100_000
LIMITS = {"loops": MOST_LOOPS, "repeat": MOST_LOOPS, "threads": MOST_THREADS, "areas": MOST_AREAS}


def _test_vmalloc(
    env: Env, target: None, case: str, loops: int, repeat: int, threads: int, sequential: str,
    nr_pages: int, huge: str, areas: int, seed: int,
) -> Outcome:  # fmt: skip
    asked = {"loops": loops, "repeat": repeat, "threads": threads, "areas": areas}
    for name, most in LIMITS.items():
        if asked[name] > most:
            raise OperationError(Text("more than {0} take too long", most), name, f"{name}={most}")
    mask = INT_MAX if case == "all" else 1 << CASES.index(case)
    passed, failed = load_test_vmalloc(env.kernel, test_vmalloc_parameters(
        threads, sequential == "on", repeat, loops, nr_pages, huge == "on", mask, areas, seed))  # fmt: skip
    return Outcome(failed, ValueKind.NUMBER, facts={"passed": passed, "failed": failed})


VERBS = (
    Verb("test_vmalloc", "Load the kernel's own test of vmalloc; returns how many cases failed.",
         (Parameter("case", Kind.CHOICE, "which case", Word("all"), positional=True, choices=(*CASES, "all")),
          Parameter("loops", Kind.NUMBER, "rounds of a case's loop (test_loop_count)", number(100)),
          Parameter("repeat", Kind.NUMBER, "how often a case is run (test_repeat_count)", number(1)),
          Parameter("threads", Kind.NUMBER, "workers, each on the next CPU (nr_threads)", number(1)),
          Parameter("sequential", Kind.CHOICE, "cases in the order of the table (sequential_test_order)",
                    Word("off"), choices=ON_OFF),
          Parameter("nr_pages", Kind.COUNT, "pages of fix_size_alloc_test and vm_map_ram_test", number(1)),
          Parameter("huge", Kind.CHOICE, "fix_size_alloc_test calls vmalloc_huge (use_huge)", Word("off"),
                    choices=ON_OFF),
          Parameter("areas", Kind.NUMBER, "what a case holds besides; 0 is as many as in the kernel",
                    number(0)),
          Parameter("seed", Kind.NUMBER, "start of the random numbers", number(1))),
         calls="vmalloc_test_init", run=_test_vmalloc),
)  # fmt: skip
