"""What an operation runs in: the kernel, and the objects made so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from vmgui.engine.kernel import Kernel
from vmgui.engine.mm.access import canonical
from vmgui.texts import Text
from vmgui.timeline.operation import Operation
from vmgui.timeline.outcome import Obj, ObjKind, Outcome
from vmgui.timeline.values import Expr, Flags, Names, OperationError, Value, Word
from vmgui.timeline.verb import GFP_BITS, VMFLAG_BITS, Kind, Parameter


@dataclass(frozen=True)
class Env:
    """The scope that an operation is evaluated and run in."""

    kernel: Kernel
    names: Mapping[str, Obj] = field(default_factory=dict)

    @property
    def page_size(self) -> int:
        """Bytes a page."""
        return self.kernel.PAGE_SIZE

    def constant(self, name: str) -> int:
        """Value of a constant; OperationError for W and WE on a machine without a window."""
        k = self.kernel
        if name in ("W", "WE"):
            window = k.machine.window
            if window is None:
                raise OperationError(Text("this machine has no window {0}: give an address", name),
                                     suggestion="VS" if name == "W" else "VE")  # fmt: skip
            return window[name == "WE"]
        values = {"VS": k.VMALLOC_START, "VE": k.VMALLOC_END, "MV": k.MODULES_VADDR, "ME": k.MODULES_END,
                  "DM": k.PAGE_OFFSET, "RAM": k.totalram_pages << k.PAGE_SHIFT}  # fmt: skip
        return values[name]

    def obj(self, name: str) -> Obj:
        """The object called ``name``."""
        if name not in self.names:
            near = get_close_matches(name, self.names, 1)
            raise OperationError(Text("there is no object {0!r}", name), suggestion=near[0] if near else None)
        return self.names[name]

    def address_of(self, name: str) -> int:
        """Address of an object; a page array has none."""
        obj = self.obj(name)
        if obj.kind is ObjKind.PAGES:
            raise OperationError(Text("{0!r} is an array of pages: it has no address", name))
        return obj.addr

    def size_of(self, name: str) -> int:
        """Size of an object in bytes."""
        return self.obj(name).size

    def run(self, operation: Operation) -> Outcome:
        """Run ``operation`` on the kernel; OperationError means that nothing was changed."""
        verb = operation.verb
        if operation.target is not None and not operation.renames and not self._moves(operation):
            self._free_to_use(operation.target)
        return verb.run(self, operation.target, **self.arguments(operation))

    @staticmethod
    def _moves(operation: Operation) -> bool:
        """Whether the new name is that of the object that is made anew: ``a = vrealloc a 8K``."""
        return operation.args.get("old") == Word(operation.target or "")

    def _free_to_use(self, name: str) -> None:
        known = self.names.get(name)
        if known and not known.freed and known.kind is not ObjKind.NULL:
            what = Text("an array of pages") if known.kind is ObjKind.PAGES else Text("at {0:#x}", known.addr)
            why = Text("{0!r} is still in use ({1}): free it first, or choose another name", name, what)
            raise OperationError(why, "id")

    def arguments(self, operation: Operation) -> dict[str, Any]:
        """Evaluate the arguments, by parameter name; absent optional ones are None."""
        values: dict[str, Any] = {}
        for parameter in operation.verb.parameters:
            if parameter.kind is Kind.NEW:
                continue
            written = operation.value(parameter)
            try:
                values[parameter.name] = None if written is None else self._evaluate(parameter, written)
            except OperationError as error:
                error.parameter = parameter.name
                if parameter.name not in operation.args:
                    error.why = Text("{0} ({1}={2} when it is not given)", error.why, parameter.name, written)
                    error.suggestion = f"{operation} {parameter.name}={error.suggestion or '...'}"
                raise
        return values

    def _evaluate(self, p: Parameter, value: Value) -> Any:
        if isinstance(value, Names):
            return tuple(self.obj(name) for name in value.names)
        if isinstance(value, Flags):
            return self._flags(p, value)
        if isinstance(value, Word):
            return self._word(p, value.text)
        if p.kind is Kind.COUNT:
            return value.count(self)
        number = value.evaluate(self)
        if p.kind is Kind.ADDRESS:
            self.check_address(number)
        return -(-number // self.page_size) if p.kind is Kind.PAGES else number

    def _word(self, p: Parameter, word: str) -> Any:
        if p.kind is Kind.PROT:
            return protection(self.kernel, word)
        if p.kind is Kind.CHOICE:
            return word
        obj = self.obj(word)
        if p.kind is Kind.PAGES and obj.kind is not ObjKind.PAGES and not obj.pages:
            raise OperationError(Text("{0!r} holds no array of pages", word))
        if p.kind is Kind.OBJECT and obj.kind is ObjKind.PAGES:
            raise OperationError(Text("{0!r} is an array of pages: it has no address", word))
        return obj

    def _flags(self, p: Parameter, flags: Flags) -> Any:
        bits = 0
        known = GFP_BITS if p.kind is Kind.GFP else VMFLAG_BITS
        for item in flags.items:
            bits |= item.evaluate(self) if isinstance(item, Expr) else known[item.text]
        return bits

    def check_address(self, addr: int) -> None:
        """Refuse an address that this machine's levels of page tables cannot translate."""
        k = self.kernel
        if canonical(k, addr) or addr >= k.PAGE_OFFSET:
            return
        if k.machine.arch == "x86_64" and k.machine.levels == 4 and addr >> 56 in (0, 0xFF):
            raise OperationError(Text("{0:#x} needs 5 levels of page tables: this machine has 4", addr))
        raise OperationError(Text("{0:#x} is not canonical: no table translates it", addr))

    def check_range(self, va: int, size: int) -> None:
        """Refuse a range the kernel's loops would never see the end of."""
        mask = self.page_size - 1
        if va & mask:
            raise OperationError(Text("{0:#x} is not page aligned", va), "va")
        if size & mask:
            raise OperationError(Text("{0:#x} bytes are not whole pages", size), "size")
        if va + size > 1 << 64:
            raise OperationError(Text("{0:#x} + {1:#x} is beyond the address space", va, size), "size")
        if size and not canonical(self.kernel, va + size - 1):
            raise OperationError(
                Text("{0:#x} + {1:#x} leaves what the page tables translate", va, size), "size"
            )


def protection(k: Kernel, word: str) -> int:
    """The pgprot that ``word`` means on this machine."""
    return {
        "kernel": k.PAGE_KERNEL, "exec": k.PAGE_KERNEL_EXEC, "ro": k.PAGE_KERNEL_RO,
        "rox": k.PAGE_KERNEL_ROX, "nocache": k.PAGE_KERNEL_NOCACHE, "io": k.PAGE_KERNEL_IO,
        "io_nocache": k.PAGE_KERNEL_IO_NOCACHE, "wc": k.PAGE_KERNEL_WC,
    }[word]  # fmt: skip
