"""What an operation leaves behind: its value, and the objects that names stand for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from vmgui.engine import errno

_ERRNO = {number: name for name, number in vars(errno).items() if name.startswith("E")}


class ObjKind(Enum):
    """What a name stands for."""

    AREA = "area"  # a vmap_area with a vm_struct
    RAM = "ram"  # a vm_map_ram mapping
    PAGES = "pages"  # an array of pages
    NULL = "null"  # the call that should have made it returned NULL


@dataclass(frozen=True, slots=True)
class Obj:
    """An object of the program.  ``addr`` is what the call returned, ``size`` bytes with the guard page.

    ``vm`` is the address of its vm_struct.  ``pages`` are the frame numbers of the pages that the program
    holds for it, ``array`` is the address of the array that points at them.  ``freed`` is set once the
    program gave it back: the name stays known, as a dangling pointer does.
    """

    name: str
    kind: ObjKind
    addr: int = 0
    size: int = 0
    vm: int = 0
    array: int = 0
    pages: tuple[int, ...] = ()
    freed: bool = False

    @property
    def place(self) -> int:
        """Where it is: its address, without the tag that the top byte may be."""
        return self.addr | 0xFF << 56 if self.addr >> 55 & 1 else self.addr


class ValueKind(Enum):
    """How the value of an operation is to be read: a `COUNT` below 0 is no error."""

    NOTHING = "nothing"
    ADDRESS = "address"
    NUMBER = "number"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an operation did besides changing words.

    ``value`` is what the kernel function returned; ``scan`` the range [start, end) of page tables it
    is about and ``query`` the address whose area it is about; ``made`` objects to bind, ``freed``
    names to mark; ``facts`` the answers of a query by name.  ``watch`` and ``dump`` speak to the
    reader of snapshots.  ``text`` is what a file of /proc or the log says to whoever asked, line by line.
    """

    value: int | None = None
    kind: ValueKind = ValueKind.NOTHING
    scan: tuple[int, int] | None = None
    query: int | None = None
    made: Obj | None = None
    freed: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    watch: tuple[int, int] | None = None
    dump: str = ""
    text: str = ""

    @property
    def failure(self) -> str:
        """Why the call failed, as a C programmer would say it: ``NULL``, ``-ENOMEM``; empty if it did not."""
        if self.kind is ValueKind.ADDRESS and not self.value:
            return "NULL"
        if self.kind is ValueKind.NUMBER and self.value is not None and self.value < 0:
            return f"-{_ERRNO.get(-self.value, -self.value)}"
        return ""
