"""What KMSAN says about the use of memory that nobody has written (mm/kmsan/core.c, report.c, v6.12).

Differs: no call stacks; an origin names the function in which the memory came to be as it is.
"""

from __future__ import annotations

from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.bytewise import load_byte, load_row
from vmgui.engine.lib.printk import printk
from vmgui.engine.mm.kmsan.pages import (
    KMSAN_META_ORIGIN,
    KMSAN_META_SHADOW,
    KMSAN_ORIGIN_SIZE,
    ORIGIN_NAMES,
    kmsan_enter_runtime,
    kmsan_get_metadata,
    kmsan_leave_runtime,
    state_of,
)
from vmgui.engine.mm.metadata import mapped_at
from vmgui.engine.trace import kernel_function

RULER = "=" * 53


@kernel_function
def kmsan_internal_check_memory(k: Kernel, addr: int, size: int, ret_ip: str) -> None:
    """Report every run of bytes with the same origin that nobody has written.

    mm/kmsan/core.c:kmsan_internal_check_memory, v6.12.
    """
    cur_origin, cur_off_start = 0, -1
    if not state_of(k).enabled:
        return
    for pos in range(size):
        new_origin = origin_of(k, addr + pos)
        if new_origin == cur_origin:
            continue
        if cur_origin:
            _report(k, cur_origin, addr, size, cur_off_start, pos - 1, ret_ip)
        cur_origin, cur_off_start = new_origin, pos
    if cur_origin:
        _report(k, cur_origin, addr, size, cur_off_start, size - 1, ret_ip)


def _report(k: Kernel, origin: int, addr: int, size: int, off_first: int, off_last: int, ret_ip: str) -> None:
    """Report while KMSAN does not look after itself."""
    kmsan_enter_runtime(k)
    kmsan_report(k, origin, addr, size, off_first, off_last, ret_ip)
    kmsan_leave_runtime(k)


def origin_of(k: Kernel, addr: int) -> int:
    """Return where the byte at ``addr`` came from if nobody has written it; 0 if somebody has."""
    shadow = metadata_at(k, addr, KMSAN_META_SHADOW)
    if not shadow or not load_byte(k, shadow):
        return 0
    origin = metadata_at(k, addr, KMSAN_META_ORIGIN)
    return int.from_bytes(load_row(k, origin, KMSAN_ORIGIN_SIZE), "little")


def metadata_at(k: Kernel, addr: int, is_origin: bool) -> int:
    """Return where in memory the metadata of ``addr`` is; 0 if it has none."""
    found = kmsan_get_metadata(k, addr, is_origin)
    return (mapped_at(k, found) or 0) if found > k.arena_end else found


@kernel_function
def kmsan_report(
    k: Kernel, origin: int, address: int, size: int, off_first: int, off_last: int, ret_ip: str
) -> None:
    """Report that function ``ret_ip`` uses bytes ``off_first`` to ``off_last`` of ``size`` at ``address``.

    mm/kmsan/report.c:kmsan_report, v6.12.
    """
    if not state_of(k).enabled:
        return
    printk(k, RULER)
    printk(k, f"BUG: KMSAN: {'use-after-free' if origin & 1 else 'uninit-value'} in {ret_ip}")
    printk(k, "")
    printk(k, "Uninit was created at:")
    printk(k, f" {ORIGIN_NAMES[origin]}")
    printk(k, "")
    if off_first == off_last:
        printk(k, f"Byte {off_first} of {size} is uninitialized")
    else:
        printk(k, f"Bytes {off_first}-{off_last} of {size} are uninitialized")
    printk(k, f"Memory access of size {size} starts at {address:016x}")
    printk(k, "")
    printk(k, f"CPU: {k.current_cpu} UID: 0 PID: 1 Comm: init")
    printk(k, RULER)
