"""Any page-table entry as named bits: what each field says on its architecture, and what the entry means."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from vmgui.projection import decoder_fields as table
from vmgui.projection.decoder_fields import FieldKind, Spec
from vmgui.projection.entries import Geometry
from vmgui.projection.levels import LEVELS, EntryState, Level
from vmgui.projection.numbers import address, physical, size
from vmgui.texts import Text

#: Fields by architecture: for tables, for leaves, and for words that are not present.
SPECS: dict[str, Callable[[Geometry, Level, EntryState], tuple[Spec, ...]]] = {
    "x86_64": table.x86, "arm64": table.arm64, "riscv64": table.riscv,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bits:
    """One field, bits high..low, both included: its value, and what that says."""

    high: int
    low: int
    name: str
    kind: FieldKind
    value: int
    says: str

    @property
    def digits(self) -> str:
        """Its binary digits, highest first."""
        return f"{self.value:0{self.high - self.low + 1}b}"

    @property
    def place(self) -> str:
        """63, or 51…12."""
        return f"{self.high}" if self.high == self.low else f"{self.high}…{self.low}"


@dataclass(frozen=True, slots=True)
class Decoded:
    """An entry. `phys` is where it leads, `covers` how many bytes from there; None where it leads nowhere."""

    word: int
    level: Level
    state: EntryState
    meaning: str
    phys: int | None
    covers: int
    pfn: int | None
    fields: tuple[Bits, ...]

    @property
    def text(self) -> str:
        """All of it, to be copied."""
        head = f"{self.level.upper()} entry {address(self.word)}: {self.meaning}"
        rows = (f"  {f.place:>7}  {f.name:<10} {f.value:#x}  {f.says}" for f in self.fields)
        return "\n".join([head, *rows])


class WordError(ValueError):
    """What was typed is no entry; the text says why."""


def read_word(text: str) -> int:
    """The entry that a text means, in hexadecimal with or without 0x, grouped or not."""
    plain = re.sub(r"[\s_']", "", text).lower().removeprefix("0x").removesuffix("ul")
    if not plain:
        raise WordError(Text("type an entry in hexadecimal, such as 0x8000000000000163"))
    wrong = next((c for c in plain if c not in "0123456789abcdef"), None)
    if wrong is not None:
        raise WordError(Text("{0} is no hexadecimal digit", repr(wrong)))
    if len(plain.lstrip("0")) > 16:
        raise WordError(Text("{0} digits are more than 64 bits: at most 16", len(plain.lstrip("0"))))
    return int(plain, 16)


def decode(shape: Geometry, word: int, level: Level) -> Decoded:
    """Take an entry of a table of `level` apart."""
    state = shape.state(word, level)
    pfn = None if state in ("none", "bad") else shape.pfn(word, level)
    fields = tuple(_read(shape, word, level, state))
    covers = 0 if pfn is None else shape.page_size if state == "table" else shape.covers(level)
    if state == "table":
        covers = shape.size_of_table(shape.below(level))
    phys = None if pfn is None else pfn << shape.page_shift
    return Decoded(word, level, state, _meaning(shape, level, state, pfn, fields), phys, covers, pfn, fields)


def _read(shape: Geometry, word: int, level: Level, state: EntryState) -> Iterator[Bits]:
    """All 64 bits from the top: the fields of the tables, and what lies between them."""
    at = 63
    specs = sorted(SPECS[shape.arch](shape, level, state), key=lambda spec: -spec.high)
    for spec in specs:
        if spec.high < at:
            yield _gap(word, at, spec.high + 1)
        value = word >> spec.low & (1 << spec.high - spec.low + 1) - 1
        yield Bits(spec.high, spec.low, spec.name, spec.kind, value, spec.tell(value))
        at = spec.low - 1
    if at >= 0:
        yield _gap(word, at, 0)


def _gap(word: int, high: int, low: int) -> Bits:
    value = word >> low & (1 << high - low + 1) - 1
    says = Text("must be 0: this entry is malformed") if value else Text("must be 0")
    return Bits(high, low, "—", "reserved", value, says)


def _meaning(
    shape: Geometry, level: Level, state: EntryState, pfn: int | None, fields: tuple[Bits, ...]
) -> str:
    if state == "none":
        return Text("empty: a walk ends here, and a touch faults")
    if state == "bad":
        return Text("not present: the processor ignores all other bits, and a touch faults")
    assert pfn is not None
    at = physical(pfn << shape.page_shift)
    if any(field.kind == "reserved" and field.value for field in fields):
        return Text("malformed: bits are set that must be 0; it would lead to {0}", at)
    if state == "table":
        below = shape.below(level).upper()
        return Text("leads to the {0} table at {1}, frame {2}", below, at, f"{pfn:x}")
    letters = shape.flags(fields_word(fields), level) or "–"
    what = shape.leaf_level(level).upper() if level in LEVELS else level
    return Text("a {0} leaf: maps {1} at {2}, frame {3} ({4})", what, size(shape.covers(level)), at,
                f"{pfn:x}", letters)  # fmt: skip


def fields_word(fields: tuple[Bits, ...]) -> int:
    """The entry that fields were read from."""
    return sum(field.value << field.low for field in fields)
