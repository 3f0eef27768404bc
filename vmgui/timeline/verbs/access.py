"""Operations that use memory: through the TLB and the page tables, as a CPU does."""

from __future__ import annotations

from collections.abc import Callable

from vmgui.engine.kernel import Kernel
from vmgui.engine.mm import access, tlb
from vmgui.engine.program import set_cpus_allowed_ptr
from vmgui.timeline.env import Env, Outcome
from vmgui.timeline.values import OperationError, number
from vmgui.timeline.verb import Kind, Parameter, Verb
from vmgui.timeline.verbs import parameters as p
from vmgui.timeline.verbs import results

BYTE = Parameter("value", Kind.NUMBER, "the word to write", number(0xAB, "0xab"), positional=True)
BYTES = Parameter("n", Kind.SIZE, "number of bytes", number(4096, "4K"))


def _flush(env: Env, target: None) -> Outcome:
    tlb.flush_tlb_all(env.kernel)
    return Outcome()


def _on(env: Env, cpu: int | None, use: Callable[[Kernel], int]) -> Outcome:
    """Make an access on ``cpu``, and come back to the current one."""
    k = env.kernel
    here = k.current_cpu
    if cpu is None or cpu == here:
        return results.number(use(k))
    if cpu >= k.machine.online_cpus:
        raise OperationError(f"CPU {cpu} is not online: there are {k.machine.online_cpus}", "cpu")
    set_cpus_allowed_ptr(k, cpu)
    value = use(k)
    set_cpus_allowed_ptr(k, here)
    return results.number(value)


def _touch(env: Env, target: None, addr: int, cpu: int | None) -> Outcome:
    return _on(env, cpu, lambda k: access.touch(k, addr))


def _read(env: Env, target: None, addr: int, cpu: int | None) -> Outcome:
    return _on(env, cpu, lambda k: access.read(k, addr))


def _write(env: Env, target: None, addr: int, value: int, cpu: int | None) -> Outcome:
    return _on(env, cpu, lambda k: access.write(k, addr, value))


VERBS = (
    Verb("touch", "Load from an address and forget the value.", (p.AT, p.CPU), run=_touch),
    Verb("read", "Load the word at an address.", (p.AT, p.CPU), run=_read),
    Verb("write", "Store a word at an address.", (p.AT, BYTE, p.CPU), run=_write),
    Verb("flush", "Flush the TLBs of all CPUs.", calls="flush_tlb_all", run=_flush),
    Verb("fill", "Set n bytes from an address on.",
         (p.ADDR, BYTES, Parameter("byte", Kind.NUMBER, "the byte", number(0xAB, "0xab"))), calls="memset",
         comes_with="page contents"),
    Verb("vread", "Read n bytes as /proc/kcore does.", (p.ADDR, BYTES), calls="vread_iter",
         comes_with="vread_iter"),
)  # fmt: skip
