"""The table of operations: one small module a family; the order is the order of the palette and the help."""

from __future__ import annotations

from vmgui.timeline.verb import Verb
from vmgui.timeline.verbs.access import VERBS as ACCESS
from vmgui.timeline.verbs.allocate import VERBS as ALLOCATE
from vmgui.timeline.verbs.control import VERBS as CONTROL
from vmgui.timeline.verbs.debug import VERBS as DEBUG
from vmgui.timeline.verbs.free import VERBS as FREE
from vmgui.timeline.verbs.io import VERBS as IO
from vmgui.timeline.verbs.mapping import VERBS as MAPPING
from vmgui.timeline.verbs.query import VERBS as QUERY
from vmgui.timeline.verbs.ram import VERBS as RAM
from vmgui.timeline.verbs.selftest import VERBS as SELFTEST
from vmgui.timeline.verbs.services import VERBS as SERVICES
from vmgui.timeline.verbs.user import VERBS as USER
from vmgui.timeline.verbs.window import VERBS as WINDOW

__all__ = ["FAMILIES", "VERBS"]

FAMILIES: dict[str, tuple[Verb, ...]] = {
    "allocate": ALLOCATE,
    "map": (*MAPPING, *USER),
    "ram": RAM,
    "io": IO,
    "free": FREE,
    "ranges": WINDOW,
    "access": ACCESS,
    "query": QUERY,
    "control": (*CONTROL, *SERVICES),
    "test module": SELFTEST,
    "debug": DEBUG,
}

#: Every operation by name.
VERBS: dict[str, Verb] = {verb.name: verb for family in FAMILIES.values() for verb in family}
