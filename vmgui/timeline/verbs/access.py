"""Operations that use memory: through the TLB and the page tables, as a CPU does."""

from __future__ import annotations

from collections.abc import Callable

from vmgui.engine.kernel import Kernel
from vmgui.engine.mm import access, tlb
from vmgui.engine.mm.iov_iter import iov_iter
from vmgui.engine.mm.string import memset
from vmgui.engine.mm.vread import vread_iter
from vmgui.engine.program import set_cpus_allowed_ptr
from vmgui.texts import Text
from vmgui.timeline.env import Env
from vmgui.timeline.outcome import Outcome, ValueKind
from vmgui.timeline.values import OperationError, number, pages
from vmgui.timeline.verb import Kind, Parameter, Verb
from vmgui.timeline.verbs import parameters as p
from vmgui.timeline.verbs import results

BYTE = Parameter("value", Kind.NUMBER, "the word to write", number(0xAB, "0xab"), positional=True)
BYTES = Parameter("n", Kind.SIZE, "number of bytes", pages(1))
FILLED = Parameter("byte", Kind.NUMBER, "the byte", number(0xAB, "0xab"))
MOST_FILLED = 16 << 20  # bytes: every word is a step
MOST_READ = 4 << 20
UNREAD = 0xEE  # what the buffer holds before anything is read into it


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
        raise OperationError(Text("CPU {0} is not online: there are {1}", cpu, k.machine.online_cpus), "cpu")
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


def _fill(env: Env, target: None, addr: int, n: int, byte: int) -> Outcome:
    if n > MOST_FILLED:
        raise OperationError(
            Text("every word is a step: no more than 16M are filled at a time"), "n", "n=16M"
        )
    memset(env.kernel, addr, byte, n)
    return Outcome()


def _vread(env: Env, target: None, addr: int, n: int) -> Outcome:
    if n > MOST_READ:
        raise OperationError(Text("no more than 4M are read at a time"), "n", "n=4M")
    iter = iov_iter(n, UNREAD)
    ret = vread_iter(env.kernel, iter, addr, n)
    facts = {"left": iter.value, "bytes": iter.runs()}
    return Outcome(ret, ValueKind.NUMBER, facts=facts, text=results.bytes_read(addr, iter.runs()))


VERBS = (
    Verb("touch", "Load from an address and forget the value.", (p.AT, p.CPU), run=_touch),
    Verb("read", "Load the word at an address.", (p.AT, p.CPU), run=_read),
    Verb("write", "Store a word at an address.", (p.AT, BYTE, p.CPU), run=_write),
    Verb("flush", "Flush the TLBs of all CPUs.", calls="flush_tlb_all", run=_flush),
    Verb("fill", "Set n bytes from an address on.", (p.ADDR, BYTES, FILLED), calls="memset", run=_fill),
    Verb("vread", "Read n bytes as /proc/kcore does.", (p.ADDR, BYTES), calls="vread_iter", run=_vread),
)  # fmt: skip
