"""The fields of page-table entries by architecture, as the headers of Linux 6.12 name them.

Places that the engine knows are taken from it; the others are bits that only other parts of a kernel use.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from vmgui.engine.arch import arm64 as arm
from vmgui.engine.arch import x86_64 as intel
from vmgui.engine.arch.riscv64 import (
    _PAGE_ACCESSED,
    _PAGE_DIRTY,
    _PAGE_EXEC,
    _PAGE_GLOBAL,
    _PAGE_PFN_MASK,
    _PAGE_PRESENT,
    _PAGE_PROT_NONE,
    _PAGE_READ,
    _PAGE_USER,
    _PAGE_WRITE,
)
from vmgui.projection.entries import Geometry
from vmgui.projection.levels import EntryState, Level
from vmgui.projection.numbers import physical
from vmgui.texts import Text, mark

FieldKind = Literal["present", "address", "right", "type", "hardware", "software", "ignored", "reserved"]
Teller = Callable[[int], str]


@dataclass(frozen=True, slots=True)
class Spec:
    """Bits high..low, their name, and what a value of them says."""

    high: int
    low: int
    name: str
    kind: FieldKind
    tell: Teller


def _flag(bit: int, name: str, kind: FieldKind, on: str, off: str) -> Spec:
    """One bit, by its mask."""
    place = bit.bit_length() - 1
    return Spec(place, place, name, kind, lambda value: Text(on) if value else Text(off))


def _field(mask: int, name: str, kind: FieldKind, tell: Teller) -> Spec:
    """Neighbouring bits, by their mask."""
    low = (mask & -mask).bit_length() - 1
    return Spec(mask.bit_length() - 1, low, name, kind, tell)


def _bits(high: int, low: int, name: str, kind: FieldKind, text: str) -> Spec:
    return Spec(high, low, name, kind, lambda _value: Text(text))


def _address(high: int, low: int, shift: int = 0) -> Spec:
    """The physical address; `shift` is by how much it stands lower than it is."""
    return Spec(high, low, "PFN", "address", lambda v: Text("physical {0}", physical(v << low + shift)))


IGNORED = mark("ignored here")
SPARE = mark("free for the kernel, unused")
SPECIAL = mark("special: no struct page belongs to it")
ORDINARY = mark("an ordinary page")


# --- x86-64 ----------------------------------------------------------------------------------------


def x86(shape: Geometry, level: Level, state: EntryState) -> tuple[Spec, ...]:
    """Fields of an x86 entry (arch/x86/include/asm/pgtable_types.h)."""
    present = _flag(intel._PAGE_PRESENT, "P", "present", mark("present"), mark("not present"))
    if state in ("none", "bad"):
        return _x86_absent(present)
    large = state != "table" and level != "pte"
    low = shape.shift[level] if large else shape.page_shift
    bits = shape.k.machine.phys_bits
    found = [
        present,
        _flag(intel._PAGE_RW, "RW", "right", mark("may be written"), mark("read only")),
        _flag(intel._PAGE_USER, "US", "right", mark("programs may use it"), mark("for the kernel only")),
        _flag(intel._PAGE_ACCESSED, "A", "hardware", mark("was used"), mark("never used")),
        Spec(4, 3, "PCD PWT", "type", lambda value: Text("memory type {0}", _X86_TYPES[value])),
        *([_address(bits - 1, low)] if low < bits else []),
        _bits(57, 52, "SW", "software", SPARE),
        _flag(1 << 58, "SAVED_D", "software", mark("was dirty before it was read only"), mark("not used")),
        _bits(62, 59, "PKEY", "right", mark("protection key, for pages of programs")),
        _flag(intel._PAGE_NX, "NX", "right", mark("no code may run here"), mark("code may run here")),
    ]
    return tuple(found + (_x86_table(level) if state == "table" else _x86_leaf(level)))


_X86_TYPES = ("WB", "WC", "UC−", "UC")


def _x86_absent(present: Spec) -> tuple[Spec, ...]:
    note = mark("of no meaning while P is 0")
    protnone = _flag(intel._PAGE_PROTNONE, "PROTNONE", "software",
                     mark("a page that nobody may touch"), mark("no page"))  # fmt: skip
    return present, _bits(63, 9, "…", "ignored", note), protnone, _bits(7, 1, "…", "ignored", note)


def _x86_table(level: Level) -> list[Spec]:
    large = _flag(intel._PAGE_PSE, "PS", "present", mark("a leaf"), mark("leads to a table"))
    if level in ("pgd", "p4d"):
        large = _bits(7, 7, "PS", "reserved", mark("must be 0 here"))
    return [_bits(6, 6, "D", "ignored", IGNORED), large, _bits(11, 8, "SW", "ignored", IGNORED)]


def _x86_leaf(level: Level) -> list[Spec]:
    large = level != "pte"
    found = [
        _flag(intel._PAGE_DIRTY, "D", "hardware", mark("was written"), mark("never written")),
        _flag(intel._PAGE_GLOBAL, "G", "hardware", mark("global: kept in the TLB when the process changes"),
              mark("not global")),
        _flag(intel._PAGE_SPECIAL, "SPECIAL", "software", SPECIAL, ORDINARY),
        _flag(1 << 10, "UFFD_WP", "software", mark("userfaultfd forbids writing"), mark("not used")),
        _flag(1 << 11, "SOFT_D", "software", mark("soft dirty"), mark("not soft dirty")),
    ]  # fmt: skip
    on, off = mark("memory type from the upper half of the PAT"), mark("memory type from the lower half")
    if level in ("pgd", "p4d"):
        found.append(_bits(7, 7, "PS", "reserved", mark("must be 0: no processor maps so much at once")))
    elif large:
        found.append(_flag(intel._PAGE_PSE, "PS", "present", mark("a leaf: maps memory itself"), ORDINARY))
    bit = intel._PAGE_PAT_LARGE if large else intel._PAGE_PAT
    return [*found, _flag(bit, "PAT", "type", on, off)]


# --- arm64 -----------------------------------------------------------------------------------------

_ARM_TYPES = {
    arm.MT_NORMAL: "Normal", arm.MT_NORMAL_TAGGED: "Normal Tagged", arm.MT_NORMAL_NC: "Normal NC",
    arm.MT_DEVICE_nGnRnE: "Device nGnRnE", arm.MT_DEVICE_nGnRE: "Device nGnRE",
}  # fmt: skip
_ARM_SHARED = ("non-shareable", "reserved", "outer shareable", "inner shareable")


def arm64(shape: Geometry, level: Level, state: EntryState) -> tuple[Spec, ...]:
    """Fields of an arm64 entry (arch/arm64/include/asm/pgtable-hwdef.h, pgtable-prot.h)."""
    if state in ("none", "bad"):
        note = mark("of no meaning while VALID is 0")
        valid = _flag(arm.PTE_VALID, "VALID", "present", mark("valid"), mark("not valid"))
        kept = _flag(arm.PTE_PRESENT_INVALID, "PRESENT", "software", mark("a page that nobody may touch"),
                     mark("no page"))  # fmt: skip
        return _bits(63, 12, "…", "ignored", note), kept, _bits(10, 1, "…", "ignored", note), valid
    kind = _field(arm.PTE_TYPE_MASK, "TYPE", "present", lambda value: Text(_arm_type(value, level)))
    if state == "table":
        return (*_arm_address(shape, shape.page_shift), kind, *_arm_table())
    return (*_arm_address(shape, shape.shift[level]), kind, *_arm_leaf(shape))


def _arm_type(value: int, level: Level) -> str:
    if value == arm.PTE_TYPE_SECT:
        return mark("a block: maps memory itself")
    return mark("a page") if level == "pte" else mark("leads to a table")


def _arm_address(shape: Geometry, low: int) -> tuple[Spec, ...]:
    entry = shape.format
    mask = entry.address_mask & -1 << low
    found = [_address(mask.bit_length() - 1, low)]
    if entry.high_mask:
        up = entry.high_shift + (entry.high_mask & -entry.high_mask).bit_length() - 1

        def tell(value: int) -> Text:
            return Text("upper address bits: {0}", physical(value << up))

        found.append(_field(entry.high_mask, "PFN high", "address", tell))
    return tuple(found)


def _arm_table() -> tuple[Spec, ...]:
    return (
        _bits(63, 59, "limits", "right", mark("limits for everything below")),
        _bits(58, 51, "SW", "ignored", IGNORED),
    )


def _arm_leaf(shape: Geometry) -> tuple[Spec, ...]:
    found = [
        _bits(63, 63, "SW", "software", SPARE),
        _bits(62, 59, "PBHA", "ignored", IGNORED),
        _bits(58, 58, "SW", "software", SPARE),
        _flag(arm.PTE_DEVMAP, "DEVMAP", "software", mark("memory of a device"), ORDINARY),
        _flag(arm.PTE_SPECIAL, "SPECIAL", "software", SPECIAL, ORDINARY),
        _flag(arm.PTE_DIRTY, "DIRTY", "software", mark("dirty for the kernel"), mark("clean for the kernel")),
        _flag(arm.PTE_UXN, "UXN", "right", mark("programs may not run it"), mark("programs may run it")),
        _flag(arm.PTE_PXN, "PXN", "right", mark("the kernel may not run it"), mark("the kernel may run it")),
        _flag(arm.PTE_CONT, "CONT", "hardware", mark("one of a row that needs one place in the TLB"),
              mark("stands alone")),
        _flag(arm.PTE_GP, "GP", "right", mark("jumps must land on marks"), mark("jumps may land anywhere")),
        _flag(arm.PTE_WRITE, "DBM", "right", mark("writing is allowed"), mark("writing is not allowed")),
        _flag(arm.PTE_NG, "nG", "hardware", mark("not global"), mark("global")),
        _flag(arm.PTE_AF, "AF", "hardware", mark("was used"), mark("never used: the first touch faults")),
        _flag(arm.PTE_RDONLY, "RDONLY", "right", mark("read only until it is written"), mark("writable")),
        _flag(arm.PTE_USER, "USER", "right", mark("programs may use it"), mark("for the kernel only")),
        Spec(5, 5, "NS", "right", lambda value: Text(IGNORED)),
        _field(arm.PTE_ATTRINDX_MASK, "ATTRINDX", "type",
               lambda value: Text("memory type {0}", _ARM_TYPES.get(value, str(value)))),
    ]  # fmt: skip
    if shape.page_shift != 16 and shape.format.high_mask:  # those bits are a part of the address
        return tuple(found)
    share = _field(arm.PTE_SHARED, "SH", "type", lambda value: Text("{0}", _ARM_SHARED[value]))
    return (*found, share)


# --- riscv64 ---------------------------------------------------------------------------------------

_RV_TYPES = ("", "NC", "IO", "reserved")


def riscv(shape: Geometry, level: Level, state: EntryState) -> tuple[Spec, ...]:
    """Fields of a riscv64 entry (arch/riscv/include/asm/pgtable-bits.h, pgtable-64.h)."""
    present = _flag(_PAGE_PRESENT, "V", "present", mark("present"), mark("not present"))
    if state in ("none", "bad"):
        note = mark("of no meaning while V is 0")
        kept = _flag(_PAGE_PROT_NONE, "PROT_NONE", "software", mark("a page that nobody may touch"),
                     mark("no page"))  # fmt: skip
        return present, _bits(63, 6, "…", "ignored", note), kept, _bits(4, 1, "…", "ignored", note)
    mask = _PAGE_PFN_MASK
    leaf = state != "table"
    found = [
        present,
        _flag(_PAGE_READ, "R", "right", mark("may be read"), mark("may not be read")),
        _flag(_PAGE_WRITE, "W", "right", mark("may be written"), mark("read only")),
        _flag(_PAGE_EXEC, "X", "right", mark("code may run here"), mark("no code may run here")),
        Spec(9, 8, "SW", "software", lambda value: Text(SPECIAL) if value & 1 and leaf else Text(SPARE)),
        _address(mask.bit_length() - 1, 10, 2),
        Spec(62, 61, "PBMT", "type",
             lambda value: Text("memory type {0}", _RV_TYPES[value]) if value else Text("ordinary memory")),
        _flag(1 << 63, "N", "hardware", mark("one of a row that needs one place in the TLB"),
              mark("stands alone")),
    ]  # fmt: skip
    if not leaf:
        return (*found, _bits(7, 4, "D A G U", "ignored", IGNORED))
    return (
        *found,
        _flag(_PAGE_USER, "U", "right", mark("programs may use it"), mark("for the kernel only")),
        _flag(_PAGE_GLOBAL, "G", "hardware", mark("global"), mark("not global")),
        _flag(_PAGE_ACCESSED, "A", "hardware", mark("was used"), mark("never used")),
        _flag(_PAGE_DIRTY, "D", "hardware", mark("was written"), mark("never written")),
    )
