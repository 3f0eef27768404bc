"""The signature of an operation: what it is called with, what it makes, and how it is run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

from vmgui.timeline.outcome import Outcome
from vmgui.timeline.values import Value


class Kind(Enum):
    """What a parameter accepts; the text says it to the user."""

    SIZE = "a size in bytes (4096, 64K, 4M, 2G) or in pages (16p)"
    ADDRESS = "a virtual address (0x..., W+4K, @name)"
    PHYS = "a physical address (0x..., 512G)"
    COUNT = "a number of pages (16 or 16p)"
    NUMBER = "a number"
    PAGES = "a page array, or a number of pages to allocate (16p)"
    NEW = "a new name"
    OBJECT = "the name of an object"
    OBJECTS = "one or more names of objects"
    CHOICE = "one of a few words"
    PROT = "a protection (kernel, ro, nocache, ...) or a number"
    VMFLAGS = "VM_ flags joined by | (map|noguard)"
    GFP = "allocation flags joined by | (kernel|zero)"

    @property
    def is_sum(self) -> bool:
        """Whether the value is a sum of terms."""
        return self in _SUMS

    @property
    def is_flags(self) -> bool:
        """Whether the value is a list joined by ``|``."""
        return self in (Kind.VMFLAGS, Kind.GFP)


_SUMS = (Kind.SIZE, Kind.ADDRESS, Kind.PHYS, Kind.COUNT, Kind.NUMBER)

#: Words of each kind of list, with what they mean.
VMFLAGS = {
    "ioremap": "VM_IOREMAP", "alloc": "VM_ALLOC", "map": "VM_MAP", "usermap": "VM_USERMAP",
    "dma": "VM_DMA_COHERENT", "noguard": "VM_NO_GUARD", "flushreset": "VM_FLUSH_RESET_PERMS",
    "putpages": "VM_MAP_PUT_PAGES", "hugevmap": "VM_ALLOW_HUGE_VMAP", "sparse": "VM_SPARSE",
}  # fmt: skip
VMFLAG_BITS = {
    "ioremap": 0x1, "alloc": 0x2, "map": 0x4, "usermap": 0x8, "dma": 0x10, "noguard": 0x40,
    "flushreset": 0x100, "putpages": 0x200, "hugevmap": 0x400, "sparse": 0x1000,
}  # fmt: skip
GFP_FLAGS = {
    "kernel": "GFP_KERNEL", "zero": "__GFP_ZERO", "nowarn": "__GFP_NOWARN", "highmem": "__GFP_HIGHMEM",
    "nofs": "GFP_NOFS", "dma32": "GFP_DMA32", "nofail": "__GFP_NOFAIL",
}  # fmt: skip
GFP_BITS = {
    "kernel": 0xCC0, "zero": 0x100, "nowarn": 0x2000, "highmem": 0x2, "nofs": 0xC40, "dma32": 0x4,
    "nofail": 0x8000,
}  # fmt: skip
PROTECTIONS = {
    "kernel": "PAGE_KERNEL", "exec": "PAGE_KERNEL_EXEC", "ro": "PAGE_KERNEL_RO",
    "rox": "PAGE_KERNEL_ROX", "nocache": "PAGE_KERNEL_NOCACHE", "io": "PAGE_KERNEL_IO",
    "io_nocache": "PAGE_KERNEL_IO_NOCACHE", "wc": "write combining",
}  # fmt: skip


@dataclass(frozen=True)
class Parameter:
    """One argument of an operation.

    ``positional`` may be written without its name, in the order of the table.  Without a ``default``
    it is required, unless it is ``optional`` (then it is simply absent).  With ``held`` only the name of
    an object that holds pages will do.
    """

    name: str
    kind: Kind
    help: str
    default: Value | None = None
    positional: bool = False
    optional: bool = False
    choices: tuple[str, ...] = ()
    held: bool = False

    @property
    def required(self) -> bool:
        """Whether an operation without it cannot run."""
        return self.default is None and not self.optional

    @property
    def words(self) -> tuple[str, ...]:
        """The words that may be written here."""
        if self.kind is Kind.VMFLAGS:
            return tuple(VMFLAGS)
        if self.kind is Kind.GFP:
            return tuple(GFP_FLAGS)
        if self.kind is Kind.PROT:
            return tuple(PROTECTIONS)
        return self.choices


@dataclass(frozen=True)
class Verb:
    """An operation of the language: its name, parameters, and the engine's part.

    ``run`` takes the environment, the new name and the arguments by name.  ``calls`` is the kernel function
    where its name is another one.
    """

    name: str
    help: str
    parameters: tuple[Parameter, ...] = ()
    makes: bool = False
    run: Callable[..., Outcome] = field(kw_only=True, compare=False, repr=False)
    palette: bool = False
    calls: str = ""

    @property
    def label(self) -> str:
        """The kernel function it calls, or its own name: what a palette shows."""
        return self.calls or self.name

    def parameter(self, name: str) -> Parameter | None:
        """Return the parameter called ``name``."""
        return next((p for p in self.parameters if p.name == name), None)

    @property
    def usage(self) -> str:
        """One line that shows how it is written."""
        head = f"name = {self.name}" if self.makes else self.name
        return " ".join([head, *(_usage(p) for p in self.parameters if p.kind is not Kind.NEW)])

    def __str__(self) -> str:
        return self.name


def _usage(p: Parameter) -> str:
    text = p.name.upper() if p.positional else f"{p.name}={'|'.join(p.choices) or p.name.upper()}"
    if p.kind is Kind.OBJECTS:
        text = f"{text} ..."
    if p.kind is Kind.CHOICE and p.positional:
        text = "|".join(p.choices)
    return text if p.required else f"[{text}]"
