"""Operations that reserve addresses and map nothing."""

from __future__ import annotations

from vmgui.engine.lib.kallsyms import Symbol
from vmgui.engine.mm.vm_struct import __get_vm_area_caller, get_vm_area_caller
from vmgui.timeline.env import Env
from vmgui.timeline.outcome import Outcome
from vmgui.timeline.verb import Verb
from vmgui.timeline.verbs import parameters as p
from vmgui.timeline.verbs.results import made_area


def _area(env: Env, target: str | None, size: int, vmflags: int, start: int, end: int) -> Outcome:
    vm = __get_vm_area_caller(env.kernel, size, vmflags, start, end, Symbol.PROGRAM)
    return made_area(env, target, vm.vm_addr if vm else 0)


def _get_area(env: Env, target: str | None, size: int, vmflags: int) -> Outcome:
    vm = get_vm_area_caller(env.kernel, size, vmflags, Symbol.PROGRAM)
    return made_area(env, target, vm.vm_addr if vm else 0)


VERBS = (
    Verb("area", "Reserve addresses inside a given range.",
         (p.NEW, p.SIZE, p.vmflags("map"), p.START, p.END), True, calls="__get_vm_area_caller",
         run=_area),
    Verb("get_area", "Reserve addresses in the vmalloc range.", (p.NEW, p.SIZE, p.vmflags("map")), True,
         calls="get_vm_area_caller", run=_get_area),
)  # fmt: skip
