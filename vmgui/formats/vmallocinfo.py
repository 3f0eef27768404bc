"""Read a copy of /proc/vmallocinfo, of any kernel: one area a line.

A kernel may hide addresses (all zeros) or print hashes in their place; sizes and callers are true even so.
Lines that are not understood are kept, with their number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from vmgui.formats.errors import FormatError
from vmgui.projection.numbers import size as size_text
from vmgui.texts import Text, mark

PROC = Path("/proc/vmallocinfo")
#: A large server prints some MiB; more than this is a mistake or an attack.
MAX_BYTES = 64 << 20
#: Characters of a line: a caller, and a count for each of many nodes.
LONGEST = 20_000
#: What a line says about an area, besides numbers, in the order of the kernel.
FLAGS = ("ioremap", "sparse", "vmalloc", "vmap", "user", "dma-coherent", "vpages")
#: Areas that have no vm_struct: all that is told about them.
RAM, UNPURGED = "vm_map_ram", "unpurged vm_area"

HIDDEN = mark("The kernel has hidden the addresses. Sizes and callers are true; the order is the file’s.")
HASHED = mark(
    "These addresses are hashes, not places. Sizes and callers are true; the order is the file’s. "
    "As root, with kernel.kptr_restrict=1, the file tells where the areas lie."
)

_POINTER = r"(?:0x)?(?:([0-9a-f]{8,16})|\(_*ptrval_*\))"
_START = re.compile(rf"{_POINTER}-{_POINTER} +([0-9]{{1,20}})(?= |$)", re.ASCII)
_PLACE = r"\S{1,500}\+0x[0-9a-f]{1,16}/0x[0-9a-f]{1,16}(?: \[[^]\s]{1,60}(?: [0-9a-f]{1,64})?\])?"
_CALLER = re.compile(rf" ({_PLACE}|0x[0-9a-f]{{1,16}})(?= |$)", re.ASCII)
_PAGES = re.compile(r" pages=([0-9]{1,12})(?= |$)", re.ASCII)
_PHYS = re.compile(r" phys=0x([0-9a-f]{1,16})(?= |$)", re.ASCII)
_FLAG = re.compile(rf" ({'|'.join(FLAGS)})(?= |$)")
_NODE = re.compile(r" N([0-9]{1,5})=([0-9]{1,12})(?= |$)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Area:
    """One line: the range [start, end), its size in bytes with the guard page, and what is known about it.

    ``flags`` are the kernel's words; ``phys`` is 0 and ``caller`` empty where none is named.  Where
    addresses are hidden, ``start`` and ``end`` are what stands there.
    """

    start: int
    end: int
    size: int
    caller: str = ""
    pages: int = 0
    phys: int = 0
    flags: tuple[str, ...] = ()
    nodes: tuple[tuple[int, int], ...] = ()
    line: int = 0

    @property
    def located(self) -> bool:
        """Whether start and end are addresses: a hash or zeros do not lie as far apart as the size says."""
        return 0 < self.start < self.end and self.end - self.start == self.size

    @property
    def kind(self) -> str:
        """What the area is for, in the kernel's words."""
        return " ".join(self.flags)

    @property
    def text(self) -> str:
        """The line as a 64-bit kernel of 6.12 prints it."""
        parts = [f"0x{self.start:016x}-0x{self.end:016x} {self.size:7d}"]
        parts += [self.caller] if self.caller else []
        parts += [f"pages={self.pages}"] if self.pages else []
        parts += [f"phys=0x{self.phys:016x}"] if self.phys else []
        return " ".join([*parts, *self.flags, *(f"N{node}={pages}" for node, pages in self.nodes)])


@dataclass(frozen=True, slots=True)
class Unread:
    """A line that is not understood."""

    line: int
    text: str


@dataclass(frozen=True)
class Listing:
    """What a copy of /proc/vmallocinfo holds: the areas as they stand there, and lines not understood."""

    areas: tuple[Area, ...]
    unread: tuple[Unread, ...] = ()

    @cached_property
    def located(self) -> bool:
        """Whether all areas have true addresses."""
        return all(area.located for area in self.areas)

    @cached_property
    def sorted(self) -> tuple[Area, ...]:
        """The areas by address; as they stand where addresses mean nothing."""
        return tuple(sorted(self.areas, key=lambda area: area.start)) if self.located else self.areas

    @property
    def size(self) -> int:
        """Bytes of all areas together, guard pages included."""
        return sum(area.size for area in self.areas)

    @property
    def pages(self) -> int:
        """Pages that the areas own."""
        return sum(area.pages for area in self.areas)

    def kinds(self) -> dict[str, tuple[int, int]]:
        """How many areas of each kind there are, and their bytes; the largest kind first."""
        found: dict[str, tuple[int, int]] = {}
        for area in self.areas:
            count, held = found.get(area.kind, (0, 0))
            found[area.kind] = count + 1, held + area.size
        return dict(sorted(found.items(), key=lambda item: (-item[1][1], item[0])))

    def warnings(self) -> tuple[str, ...]:
        """What a reader has to know: addresses that are none, lines not understood."""
        told: list[str] = []
        if self.areas and not any(area.start or area.end for area in self.areas):
            told.append(Text(HIDDEN))
        elif not self.located:
            told.append(Text(HASHED))
        if self.unread:
            told.append(Text("Lines not understood, shown with “?”: {0}", len(self.unread)))
        return tuple(told)

    def total(self) -> str:
        """All areas in one line."""
        told = (len(self.areas), size_text(self.size), self.pages)
        return Text("{0} areas, {1} of addresses, {2} pages", *told)


def recognises(data: bytes) -> bool:
    """Whether a file that begins so is a copy of /proc/vmallocinfo."""
    first = data.lstrip()[:2000].decode("utf-8", "replace").splitlines()[:1]
    return any(_area(line, 1) is not None for line in first)


def recognises_file(path: Path) -> bool:
    """Whether a file is called as that of the kernel, or begins like it."""
    try:
        with path.open("rb") as file:
            return path.name == PROC.name or recognises(file.read(2000))
    except OSError:
        return path == PROC


def read(path: Path) -> Listing:
    """Read a file; FormatError when it cannot be opened or holds nothing of /proc/vmallocinfo."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except PermissionError as error:
        why = Text("only root may read this; copy it with: sudo cat {0} > areas.txt", path)
        raise FormatError(why, file=str(path)) from error
    except OSError as error:
        raise FormatError(error.strerror or str(error), file=str(path)) from error
    if len(data) > MAX_BYTES:
        raise FormatError(Text("longer than {0} MiB", MAX_BYTES >> 20), file=str(path))
    return parse(data.decode("utf-8", "replace"), str(path))


def parse(text: str, file: str = "") -> Listing:
    """Read the text of the file; FormatError when there are lines and none is an area."""
    lines = [line.rstrip("\r") for line in text.split("\n")]
    found = [(number, line, _area(line, number)) for number, line in enumerate(lines, 1) if line.strip()]
    areas = tuple(area for _number, _line, area in found if area is not None)
    if found and not areas:
        number, line, _none = found[0]
        why = Text("no line of this is one of /proc/vmallocinfo")
        usage = "0xffffc90000000000-0xffffc90000005000   20480 CALLER pages=4 vmalloc N0=4"
        raise FormatError(why, file=file, line=number, text=line[:200], usage=usage)
    return Listing(areas, tuple(Unread(number, line) for number, line, area in found if area is None))


def _area(line: str, number: int) -> Area | None:
    """The area of a line; None when anything of it is not understood."""
    line = line.rstrip(" ")
    head = _START.match(line)
    if head is None or len(line) > LONGEST:
        return None
    start, end = (int(found, 16) if found else 0 for found in head.groups()[:2])
    size, at = int(head[3]), head.end()
    if line[at + 1 :] in (RAM, UNPURGED):
        return Area(start, end, size, flags=(line[at + 1 :],), line=number)
    caller, at = _take(_CALLER, line, at)
    pages, at = _take(_PAGES, line, at)
    phys, at = _take(_PHYS, line, at)
    flags: list[str] = []
    while match := _FLAG.match(line, at):
        flags.append(match[1])
        at = match.end()
    nodes: list[tuple[int, int]] = []
    while match := _NODE.match(line, at):
        nodes.append((int(match[1]), int(match[2])))
        at = match.end()
    if at < len(line):
        return None
    return Area(start, end, size, caller, int(pages or 0), int(phys or "0", 16),
                tuple(flags), tuple(nodes), number)  # fmt: skip


def _take(pattern: re.Pattern[str], line: str, at: int) -> tuple[str, int]:
    match = pattern.match(line, at)
    return (match[1], match.end()) if match else ("", at)
