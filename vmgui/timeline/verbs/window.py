"""Operations that reserve addresses and map nothing."""

from __future__ import annotations

from vmgui.timeline.verb import Verb
from vmgui.timeline.verbs import parameters as p

VERBS = (
    Verb("area", "Reserve addresses inside a given range.",
         (p.NEW, p.SIZE, p.vmflags("map"), p.START, p.END), True, calls="__get_vm_area_caller"),
    Verb("get_area", "Reserve addresses in the vmalloc range.", (p.NEW, p.SIZE, p.vmflags("map")), True,
         calls="get_vm_area_caller"),
)  # fmt: skip
