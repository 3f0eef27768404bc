"""Lines of the kernel log that mean something, without the task, its number and the symbol offsets.

The list is closed: a line that is not on it is not compared, and counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

#: Printed by vmalloc and by what it leans on; the text itself is compared.
_TEXTS = (
    "vmalloc_node_range for size ",
    "Trying to vfree() nonexistent vm area ",
    "Trying to vfree() bad address ",
    "Trying to vunmap() nonexistent vm area ",
    "Trying to vrealloc() nonexistent vm area ",
    "vrealloc() has mismatched area vs requested sizes ",
    "vm_area at addr ",
    "ioremap request [",
    "ioremap: invalid physical address ",
    "ioremap on RAM at ",
    "iounmap: bad address ",
    "pmd_set_huge: Cannot satisfy ",
    "CPA detected W^X violation: ",
    "CPA: called for zero pte. ",
)
_ALLOCATION = re.compile(r"^(?:[^:]*: )?(vmalloc error: .*?mode:[^,]*)")
_WARNING = re.compile(r"^WARNING: CPU: \d+ PID: \d+ at (\S+)")
_BUG = re.compile(r"^kernel BUG at ([^!]+)!")
_FAULT = re.compile(
    r"^BUG: (?:unable to handle page fault for|kernel NULL pointer dereference,) address: (?:0x)?([0-9a-f]+)"
)
#: The same on arm64: the address, and at the end what the processor said.
_FAULT_ARM64 = re.compile(r"^Unable to handle kernel (.* at virtual address [0-9a-f]+)")
_OOPS_ARM64 = re.compile(r"^Internal error: (Oops: [0-9a-f]+)")
_PATTERNS = (
    ("text", _ALLOCATION), ("WARN", _WARNING), ("BUG", _BUG), ("fault", _FAULT), ("fault", _FAULT_ARM64),
    ("fault", _OOPS_ARM64),
)  # fmt: skip
#: What surrounds a report: marks, registers, the dump of a page, the fault's own commentary.
_DECORATION = re.compile(
    r"^(-{4,}\[ cut here|RIP: |#PF: |PGD |Oops: |note: |page: |flags: |raw: |page dumped because: )"
)
_FRAME = re.compile(r"^(CPA detected W\^X violation: .* PFN )([0-9a-f]+)$")


def meaning(text: str) -> tuple[str, ...] | None:
    """What a line says: (kind, rest), or None when it is not on the list."""
    if text.startswith(_TEXTS):
        return ("text", text.rstrip())
    for kind, pattern in _PATTERNS:
        match = pattern.match(text)
        if match:
            return (kind, match[1])
    return None


def is_decoration(text: str) -> bool:
    """Tell whether a line only surrounds a report (registers, page dumps, marks)."""
    return bool(_DECORATION.match(text))


def frame_in(text: str) -> tuple[str, int] | None:
    """Split a text that ends in a frame number; None when it has none."""
    match = _FRAME.match(text)
    return (match[1], int(match[2], 16)) if match else None


def meanings(texts: Iterable[str]) -> list[tuple[str, ...]]:
    """The meanings of those lines that have one, in order."""
    return [said for said in map(meaning, texts) if said]
