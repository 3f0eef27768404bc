"""memset and memcpy on mapped kernel memory: the processor finds the bytes (lib/string.c, v6.12).

Differs: a word that already holds what is to be written is not stored, as every store is a step to
look at.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from vmgui.engine.kernel import Kernel
from vmgui.engine.mm.access import NO_DEVICE, access, check_tags, last_access
from vmgui.engine.mm.fault import page_fault_oops
from vmgui.engine.mm.kasan.generic import kasan_check_range, missing_shadow
from vmgui.engine.mm.kasan.hooks import kasan_vmalloc_enabled
from vmgui.engine.mm.kmsan.pages import KMSAN_META_ORIGIN, KMSAN_META_SHADOW, kmsan_unpoison_memory
from vmgui.engine.mm.kmsan.report import metadata_at
from vmgui.engine.mm.page import pfn_valid
from vmgui.engine.trace import kernel_function
from vmgui.engine.words import WORD, transparent


class Piece(NamedTuple):
    """Bytes that lie in one page: how far into the whole they begin, and where in memory that is."""

    offset: int
    phys: int
    nbytes: int


@kernel_function
def memset(k: Kernel, s: int, c: int, n: int) -> int:
    """Set the ``n`` bytes from kernel address ``s`` on to ``c``; returns ``s``.  lib/string.c:memset, v6.12.

    Nobody is prepared for a fault here: a hole or a guard page stops the kernel.  KASAN reports a range
    that may not be used, and then nothing is written: 0.
    """
    if not asan_checked(k, s, n, True, "memset"):
        return 0
    data = bytes([c & 0xFF]) * k.PAGE_SIZE
    for piece in pieces(k, s, n, 1, "memset"):
        store_bytes(k, piece.phys, data[: piece.nbytes])
        if k.machine.kmsan:
            kmsan_unpoison_memory(k, s + piece.offset, piece.nbytes)
    return s


@kernel_function
def memcpy(k: Kernel, dest: int, src: int, count: int) -> int:
    """Copy ``count`` bytes from kernel address ``src`` to ``dest``; returns ``dest``.

    A hole or a guard page on either side stops the kernel.  lib/string.c:memcpy, v6.12.
    """
    if not asan_checked(k, src, count, False, "memcpy") or not asan_checked(k, dest, count, True, "memcpy"):
        return 0
    for part in pieces(k, src, count, 0, "memcpy"):
        data = load_bytes(k, part.phys, part.nbytes)
        for piece in pieces(k, dest + part.offset, part.nbytes, 1, "memcpy"):
            store_bytes(k, piece.phys, data[piece.offset : piece.offset + piece.nbytes])
            if k.machine.kmsan:
                copied = part.offset + piece.offset
                kmsan_internal_memmove_metadata(k, dest + copied, src + copied, piece.nbytes)
    return dest


def asan_checked(k: Kernel, addr: int, n: int, write: bool, ret_ip: str) -> bool:
    """Tell whether KASAN lets ``n`` bytes be used; where there is no shadow the kernel stops.

    mm/kasan/shadow.c:__asan_memset, v6.12.
    """
    if not n or not kasan_vmalloc_enabled(k):
        return True
    missing = missing_shadow(k, addr, n)
    if missing:
        page_fault_oops(k, 0, missing)
    return kasan_check_range(k, addr, n, write, ret_ip)


@kernel_function
def kmsan_internal_memmove_metadata(k: Kernel, dst: int, src: int, n: int) -> None:
    """Let the copy of ``n`` bytes of one page count as written as far as its source does.

    mm/kmsan/core.c:kmsan_internal_memmove_metadata, v6.12.
    Differs: the origin goes along; that it was copied is not noted.
    """
    if not metadata_at(k, src, KMSAN_META_SHADOW):
        kmsan_unpoison_memory(k, dst, n)
        return
    for kind in (KMSAN_META_SHADOW, KMSAN_META_ORIGIN):
        to, source = metadata_at(k, dst, kind), metadata_at(k, src, kind)
        if to:
            store_bytes(k, to, load_bytes(k, source, n))


def pieces(k: Kernel, addr: int, n: int, is_write: int, ip: str) -> Iterator[Piece]:
    """Cut ``n`` bytes at pages and let the processor translate each piece when its turn comes.

    ``ip`` is the function that uses them; its first use of memory with another tag is reported.
    """
    done, checked = 0, True
    while done < n:
        nbytes = min(k.PAGE_SIZE - (addr + done) % k.PAGE_SIZE, n - done)
        phys = access(k, addr + done, is_write)
        if phys < 0:
            page_fault_oops(k, last_access(k).error_code, addr + done)
        checked = checked and check_tags(k, addr + done, phys, nbytes, bool(is_write), ip)
        yield Piece(done, phys, nbytes)
        done += nbytes


def load_bytes(k: Kernel, phys: int, nbytes: int) -> bytes:
    """Return ``nbytes`` from physical address ``phys`` on; all ones where no device answers."""
    if not pfn_valid(k, phys >> k.PAGE_SHIFT):
        return NO_DEVICE.to_bytes(WORD, "little")[:1] * nbytes
    first = phys & -WORD
    words = [k.mem.load(at).to_bytes(WORD, "little") for at in range(first, phys + nbytes, WORD)]
    return b"".join(words)[phys - first : phys - first + nbytes]


@transparent
def store_bytes(k: Kernel, phys: int, data: bytes) -> None:
    """Write ``data`` at physical address ``phys``; what is written to a device is lost."""
    if not pfn_valid(k, phys >> k.PAGE_SHIFT):
        return
    first, end = phys & -WORD, (phys + len(data) + WORD - 1) & -WORD
    head, tail = load_bytes(k, first, phys - first), load_bytes(k, phys + len(data), end - phys - len(data))
    data = head + data + tail
    for at in range(first, end, WORD):
        value = int.from_bytes(data[at - first : at - first + WORD], "little")
        if k.mem.load(at) != value:
            k.mem.store(at, value)
