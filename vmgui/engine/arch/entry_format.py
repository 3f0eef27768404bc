"""Where the parts of an entry are, for readers of whole tables at once: masks work on arrays, too."""

from __future__ import annotations

from typing import NamedTuple


class EntryFormat(NamedTuple):
    """An entry as bits.  It points at a table if ``entry & table_mask == table_value``.

    ``address_mask`` are the bits that say the physical address, shifted right by ``address_shift``;
    ``high_mask`` are more of them, which belong ``high_shift`` bits further up.
    """

    present: int
    table_mask: int
    table_value: int
    address_mask: int
    address_shift: int = 0
    high_mask: int = 0
    high_shift: int = 0

    def address_bits(self, shift: int) -> int:
        """Return the bits of an entry that say where its 2**shift bytes, or more, begin."""
        return self.address_mask & -1 << max(0, shift - self.address_shift) | self.high_mask

    def address(self, entry: int, shift: int) -> int:
        """Return the physical address in an entry whose leaf or table has 2**shift bytes."""
        low = (entry & self.address_mask & -1 << max(0, shift - self.address_shift)) << self.address_shift
        return low | (entry & self.high_mask) << self.high_shift
