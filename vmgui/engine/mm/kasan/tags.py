"""Tags of pointers and of pages, for KASAN's hardware mode (include/linux/kasan.h, mm.h, v6.12).

The top byte of an address is not translated, so it can hold a tag.  Without this mode a pointer has none, and
all of these leave it as it is.
"""

from __future__ import annotations

from vmgui.engine.kernel import Kernel
from vmgui.engine.structs import page
from vmgui.engine.words import transparent

TAG_SHIFT = 56
TAG_MASK = 0xFF << TAG_SHIFT
KASAN_TAG_KERNEL = 0xFF  # of a pointer that may use all memory
KASAN_TAG_INVALID = 0xFE  # of memory that nobody may use
KASAN_TAG_MAX, KASAN_TAG_MIN = 0xFD, 0xF0  # what is drawn lies between them, both included
KASAN_TAG_PGSHIFT = 56  # Differs: the top of page.flags, as node and zone are not kept there


def kasan_hw_tags_enabled(k: Kernel) -> bool:
    """Tell whether the processor compares the tags of pointers and memory."""
    return k.machine.kasan == "hw_tags"


def kasan_reset_tag(k: Kernel, addr: int) -> int:
    """Return ``addr`` as it would be without a tag: its top byte is like its bit 55."""
    if k.machine.kasan != "hw_tags":
        return addr
    return addr | TAG_MASK if addr >> TAG_SHIFT - 1 & 1 else addr & ~TAG_MASK


def get_tag(addr: int) -> int:
    """Return the tag of a pointer."""
    return addr >> TAG_SHIFT


def set_tag(addr: int, tag: int) -> int:
    """Return ``addr`` with the tag ``tag``."""
    return addr & ~TAG_MASK | tag << TAG_SHIFT


def page_kasan_tag(page: page) -> int:
    """Return the tag that a pointer to the bytes of ``page`` would need; it is inverted in the flags."""
    return page.flags >> KASAN_TAG_PGSHIFT ^ 0xFF


@transparent
def page_kasan_tag_set(page: page, tag: int) -> None:
    """Note the tag that a pointer to the bytes of ``page`` needs."""
    flags = page.flags & ~(0xFF << KASAN_TAG_PGSHIFT) | (tag ^ 0xFF) << KASAN_TAG_PGSHIFT
    if flags != page.flags:
        page.flags = flags


def page_kasan_tag_reset(page: page) -> None:
    """Note that pointers to the bytes of ``page`` need no tag."""
    page_kasan_tag_set(page, KASAN_TAG_KERNEL)
