"""Operations of the debug services: breaking the rules they guard, and asking what they found."""

from __future__ import annotations

from dataclasses import replace

from vmgui.engine import program
from vmgui.engine.lib.seq_file import seq_file
from vmgui.engine.mm.kmemleak_scan import kmemleak_scan, kmemleak_seq_show
from vmgui.texts import Text
from vmgui.timeline.env import Env
from vmgui.timeline.outcome import Obj, Outcome
from vmgui.timeline.values import OperationError, Word
from vmgui.timeline.verb import Kind, Parameter, Verb
from vmgui.timeline.verbs import parameters as p
from vmgui.timeline.verbs import results

ACTIVE = Parameter("active", Kind.CHOICE, "whether it is in use", Word("on"), positional=True,
                   choices=("on", "off"))  # fmt: skip


def _forget(env: Env, target: None, id: Obj) -> Outcome:
    """Lose the name's pointers; what they pointed at stays as it is."""
    return Outcome(made=replace(id, addr=0, array=0, pages=(), freed=True))


def _leaks(env: Env, target: None) -> Outcome:
    k = env.kernel
    if not k.machine.kmemleak:
        raise OperationError(Text("this kernel has no kmemleak: the machine can be booted with it"))
    held = (pointer for obj in env.names.values() for pointer in (obj.addr, obj.array) if pointer)
    kmemleak_scan(k, tuple(held))
    m = seq_file()
    kmemleak_seq_show(k, m)
    return Outcome(text=m.text)


def _debug_object(env: Env, target: None, addr: int, active: str) -> Outcome:
    k = env.kernel
    if not k.machine.debug_objects:
        raise OperationError(
            Text("this kernel tracks no objects: the machine can be booted with debug_objects")
        )
    if active == "on":
        return results.number(program.activate_object(k, addr))
    program.deactivate_object(k, addr)
    return Outcome()


VERBS = (
    Verb("forget", "Forget a name, and with it the pointer; what it points at stays.", (p.OBJECT,),
         run=_forget),
    Verb("leaks", "Look for memory that nobody points at any more.", calls="kmemleak_scan", run=_leaks),
    Verb("debug_object", "Begin or end to use an object that lies in memory.", (p.AT, ACTIVE),
         calls="debug_object_activate", run=_debug_object),
)  # fmt: skip
