"""The kernel log: a ring of words, the limits that keep it readable, warnings and bugs (kernel/printk)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NoReturn

from vmgui.engine.kernel import LOG_BYTES, Kernel, KernelBug
from vmgui.engine.lib.once import Once
from vmgui.engine.trace import kernel_function
from vmgui.engine.words import WORD, Struct, WordSource, transparent, ulong

HZ = 250  # clock ticks a second, as Debian builds its kernels


def printk(k: Kernel, text: str) -> None:
    """Append one line to the kernel log."""
    vprintk_store(k, k.log_next, text)


@kernel_function
def vprintk_store(k: Kernel, position: int, text: str) -> None:
    """Write a record: a word with the length of the text in bytes, then the text, eight bytes a word.

    ``position`` counts the bytes ever written.  The oldest records give way when the ring is full.
    kernel/printk/printk.c:vprintk_store, v6.12.  Differs: no levels and no time stamps.
    """
    data = text.encode()[: LOG_BYTES // 2]
    end = position + _record_bytes(len(data))
    while end - k.log_first > LOG_BYTES:
        k.log_first = k.log_first + _record_bytes(_load(k, k.mem, k.log_first))
    _store(k, position, len(data))
    for offset in range(0, len(data), WORD):
        _store(k, position + WORD + offset, int.from_bytes(data[offset : offset + WORD], "little"))
    k.log_next = end


def log_lines(source: WordSource, k: Kernel, since: int = 0) -> list[str]:
    """Return the lines in the log, oldest first, as ``source`` holds them: memory now, or a cursor.

    ``since`` is a former ``k.log_next``: only what was written after it.
    """
    return [log_line(source, k, position) for position in _records(source, k) if position >= since]


def log_line(source: WordSource, k: Kernel, position: int) -> str:
    """Return the line whose record begins at ``position``, as a `vprintk_store` span names it."""
    nbytes = _load(k, source, position)
    words = (_load(k, source, position + WORD + offset) for offset in range(0, nbytes, WORD))
    return b"".join(word.to_bytes(WORD, "little") for word in words)[:nbytes].decode(errors="replace")


def _records(source: WordSource, k: Kernel) -> Iterator[int]:
    then = Kernel(k.machine, source)
    position, end = then.log_first, then.log_next
    while position < end:
        yield position
        position += _record_bytes(_load(k, source, position))


def _record_bytes(nbytes: int) -> int:
    return WORD + (nbytes + WORD - 1 & -WORD)


def _load(k: Kernel, source: WordSource, position: int) -> int:
    return source.load(k.log_buf + position % LOG_BYTES)


@transparent
def _store(k: Kernel, position: int, value: int) -> None:
    k.mem.store(k.log_buf + position % LOG_BYTES, value)


# --- limits ------------------------------------------------------------------------------------


class ratelimit_state(Struct):
    """How many of a burst of messages were let through, and how many were not."""

    begin = ulong()  # jiffies when the interval began, 0 before the first message
    printed = ulong()
    missed = ulong()


#: Rate limits of the engine: which one of ``k.ratelimits``, seconds, messages in that time.
PRINTK_RATELIMIT = (0, 5, 10)
WARN_ALLOC_RATELIMIT = (1, 10, 1)


@kernel_function
def ___ratelimit(k: Kernel, number: int, interval: int, burst: int) -> bool:
    """Say whether one more message may be printed: at most ``burst`` in ``interval`` seconds.

    lib/ratelimit.c:___ratelimit, v6.12.  Differs: what was missed is counted but not reported.
    """
    rs = ratelimit_state(k.mem, k.ratelimits.addr)[number]
    now = k.jiffies + 1  # Differs: jiffies may be 0 here, and 0 means "no message yet" below
    if not rs.begin or now > rs.begin + interval * HZ:
        rs.begin = now
        rs.printed = 0
    if rs.printed < burst:
        rs.printed = rs.printed + 1
        return True
    rs.missed = rs.missed + 1
    return False


def printk_ratelimit(k: Kernel) -> bool:
    """Say whether one more of the messages that share the common limit may be printed."""
    return ___ratelimit(k, *PRINTK_RATELIMIT)


@transparent
def first_time(k: Kernel, once: Once) -> bool:
    """Say whether the place ``once`` speaks for the first time, and remember that it has."""
    if k.once[once]:
        return False
    k.once[once] = 1
    return True


def printk_once(k: Kernel, once: Once, text: str) -> None:
    """Print ``text``, but never a second time in one boot."""
    if first_time(k, once):
        printk(k, text)


# --- warnings and bugs -------------------------------------------------------------------------


def WARN(k: Kernel, condition: object, place: str, text: str) -> bool:
    """Print ``text`` and a warning with its place if ``condition`` holds; returns the condition."""
    if condition:
        if text:
            printk(k, text)
        printk(k, f"WARNING: CPU: {k.current_cpu} PID: 1 at {place}")
    return bool(condition)


def WARN_ON(k: Kernel, condition: object, place: str) -> bool:
    """Warn about something that should never be; ``place`` is ``mm/vmalloc.c:552 function``."""
    return WARN(k, condition, place, "")


def WARN_ONCE(k: Kernel, once: Once, condition: object, place: str, text: str) -> bool:
    """`WARN`, but only the first time in a boot; still returns the condition every time."""
    if condition and first_time(k, once):
        WARN(k, condition, place, text)
    return bool(condition)


def WARN_ON_ONCE(k: Kernel, once: Once, condition: object, place: str) -> bool:
    """`WARN_ON`, but only the first time in a boot; still returns the condition every time."""
    return WARN_ONCE(k, once, condition, place, "")


def BUG_ON(k: Kernel, condition: object, place: str) -> None:
    """Stop the kernel if ``condition`` holds; ``place`` is ``mm/vmalloc.c:113 function``."""
    if condition:
        BUG(k, place)


def BUG(k: Kernel, place: str) -> NoReturn:
    """Stop the kernel: its own state contradicts itself and going on would spread the damage."""
    printk(k, f"kernel BUG at {place.split()[0]}!")
    _die(k, "BUG", place, "the kernel found its own state contradictory")


def oops(k: Kernel, place: str, why: str, *details: str) -> NoReturn:
    """Stop the kernel: it touched an address that nothing maps.  ``why`` is the first line of the report."""
    printk(k, f"BUG: {why}")
    for line in details:
        printk(k, line)
    _die(k, "oops", place, why)


def die(k: Kernel, place: str, why: str, *details: str) -> NoReturn:
    """Stop the kernel as `oops`, where a report does not begin with a common mark."""
    for line in (why, *details):
        printk(k, line)
    _die(k, "oops", place, why)


def panic(k: Kernel, place: str, why: str) -> NoReturn:
    """Stop the kernel: it cannot go on, through no fault of its own."""
    printk(k, f"Kernel panic - not syncing: {why}")
    _die(k, "panic", place, why)


@transparent
def _die(k: Kernel, kind: str, place: str, why: str) -> NoReturn:
    k.dead = 1
    raise KernelBug(kind, place, why)
