"""Names for the places in code that asked for something (kernel/kallsyms.c, v6.12).

A place is a word: the number of a Symbol, or the address of a text that somebody interned, such as the
symbols of a recorded boot.  Differs: there is no machine code here, so the symbols of the engine have no
size, and every call of the program comes from the one symbol `program`.
"""

from __future__ import annotations

from enum import IntEnum

from vmgui.engine.kernel import Kernel, arena_alloc
from vmgui.engine.words import WORD, transparent


class Symbol(IntEnum):
    """The places that ask for areas here; 0 is none."""

    PROGRAM = 1  # the program that the user writes
    OTHER_TASK = 2
    PCPU_GET_VM_AREAS = 3


#: Who called the kernel: ``__builtin_return_address(0)`` (include/linux/instruction_pointer.h).
_RET_IP_ = Symbol.PROGRAM


def sprint_symbol(k: Kernel, address: int) -> str:
    """Return the name of a place as ``%pS`` prints it: ``vmap+0x1a/0x60``.  kernel/kallsyms.c, v6.12."""
    if k.arena_first <= address < k.arena_end:
        return interned(k, address)
    if address in set(Symbol):
        return f"{Symbol(address).name.lower()}+0x0/0x0"
    return f"{address:#018x}"


def interned(k: Kernel, address: int) -> str:
    """Return the text that `intern` put at ``address``: a word with its length, then its bytes."""
    nbytes = k.mem.load(address)
    words = (k.mem.load(at) for at in range(address + WORD, address + WORD + nbytes, WORD))
    return b"".join(word.to_bytes(WORD, "little") for word in words)[:nbytes].decode()


@transparent
def intern(k: Kernel, text: str) -> int:
    """Keep ``text`` for good in the arena; returns its address, which is never a Symbol."""
    data = text.encode()
    address = arena_alloc(k, WORD + len(data))
    k.mem.store(address, len(data))
    for offset in range(0, len(data), WORD):
        word = int.from_bytes(data[offset : offset + WORD], "little")
        k.mem.store(address + WORD + offset, word)
    return address
