"""How numbers are written: addresses, physical addresses, sizes, steps (the same in every language)."""

from __future__ import annotations

THIN_SPACE = "\u2009"
UNITS = (
    (1 << 60, "EiB"), (1 << 50, "PiB"), (1 << 40, "TiB"),
    (1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB"),
)  # fmt: skip


def address(va: int) -> str:
    """A virtual address in full: 0x and 16 digits."""
    return f"0x{va:016x}"


def tail(va: int, digits: int = 8) -> str:
    """The last digits of an address, grouped by four: only where a header gives the prefix."""
    if digits == 8:
        return f"…{va >> 16 & 0xFFFF:04x}_{va & 0xFFFF:04x}"
    low = f"{va & ((1 << 4 * digits) - 1):0{digits}x}"
    return "…" + "_".join(low[i : i + 4] for i in range(0, digits, 4))


def physical(pa: int) -> str:
    """A physical address, grouped by four digits from the right: 0x1_0010_1000."""
    text = f"{pa:x}"
    first = len(text) % 4
    groups = ([text[:first]] if first else []) + [text[i : i + 4] for i in range(first, len(text), 4)]
    return "0x" + "_".join(groups)


def size(nbytes: int) -> str:
    """A size in the largest binary unit that keeps it whole, else with one decimal: 68 KiB, 926.9 MiB."""
    for unit, name in UNITS:
        if nbytes >= unit:
            whole, rest = divmod(nbytes, unit)
            if not rest:
                return f"{whole} {name}"
            if whole < 4 and unit > 1 << 10 and nbytes % (unit >> 10) == 0:
                return f"{nbytes // (unit >> 10)} {UNITS[[u for u, _ in UNITS].index(unit) + 1][1]}"
            return f"{nbytes / unit:.1f} {name}"
    return f"{nbytes} B"


def short_size(nbytes: int) -> str:
    """A size as an operation writes it: 960M, 64K, 2M."""
    for unit, name in UNITS:
        if nbytes and nbytes % unit == 0:
            return f"{nbytes // unit}{name[0]}"
    return f"{nbytes}"


def count(n: int) -> str:
    """A count of steps or pages, thousands set apart by a thin space."""
    return f"{n:,}".replace(",", THIN_SPACE)


def decimal(number: float, places: int) -> str:
    """A number with at most that many decimals and no needless zeros: 100, 99.998."""
    text = f"{number:.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
