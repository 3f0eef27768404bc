"""Sealed rows and spans as NumPy columns, with the previous and next writer of every row's word."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

import numpy as np
from numpy.typing import NDArray

from vmgui.engine.trace import Rows
from vmgui.engine.words import anonymous

#: No such row: nobody wrote the word before, or nobody has written it since.
NONE = 0xFFFFFFFF

ROW_TYPES: dict[str, Any] = {
    "word": np.uint32, "old": np.uint64, "new": np.uint64, "site": np.uint32,
    "prev": np.uint32, "next": np.uint32,
}  # fmt: skip
SPAN_TYPES: dict[str, Any] = {
    "function": np.uint16, "first": np.uint32, "last": np.uint32, "parent": np.int32,
    "result": np.uint64, "returned": np.uint8, "arg": np.uint32,
}  # fmt: skip

Array = NDArray[Any]
#: Words, and a value for each.
Writes = tuple[NDArray[np.uint32], NDArray[np.uint64]]
#: What so many rows write is found together and kept.
BLOCK = 1 << 15


class Table:
    """Columns of equal length that grow at the end and can be cut off there.

    Each column is an attribute of that name, as long as the table.
    """

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Array: ...

    def __init__(self, types: dict[str, Any]) -> None:
        self._columns = {name: np.zeros(1024, dtype) for name, dtype in types.items()}
        self._show(0)

    def _show(self, length: int) -> None:
        self._n = length
        vars(self).update({name: column[:length] for name, column in self._columns.items()})

    def __len__(self) -> int:
        return self._n

    def extend(self, count: int) -> slice:
        """Make room for ``count`` more entries and return where they are."""
        needed = self._n + count
        if needed > len(next(iter(self._columns.values()))):
            for name, column in self._columns.items():
                bigger = np.zeros(max(needed, 2 * len(column)), column.dtype)
                bigger[: self._n] = column[: self._n]
                self._columns[name] = bigger
        added = slice(self._n, needed)
        self._show(needed)
        return added

    def cut(self, length: int) -> None:
        """Forget the entries from ``length`` on."""
        self._show(length)

    @property
    def nbytes(self) -> int:
        """Bytes in use by the entries."""
        return sum(column.itemsize for column in self._columns.values()) * self._n


class Columns:
    """Everything recorded so far, sealed after each operation.

    Rows are numbered from 0.  ``word`` is an index of 64-bit words; a row on word 0 is the entry or
    the exit of a span.  Spans cover rows ``first`` to ``last``, both included.
    """

    def __init__(self, memory_bytes: int) -> None:
        self.rows = Table(ROW_TYPES)
        self.spans = Table(SPAN_TYPES)
        self.args = Table({"value": np.uint64})
        self.cursors: WeakSet[Any] = WeakSet()
        self._blocks: dict[tuple[int, bool], Writes] = {}
        # 1 + the last row that wrote each word, 0 when nobody has: zero pages cost nothing
        self._writer: Array = np.frombuffer(anonymous(max(4096, memory_bytes // 2)), np.uint32)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def nbytes(self) -> int:
        """Bytes of rows, spans and arguments."""
        return self.rows.nbytes + self.spans.nbytes + self.args.nbytes

    def last_writes(self, begin: int, end: int) -> Writes:
        """The words that the rows [begin, end) write, each once, with what is in them afterwards."""
        rows = self.rows
        last = (rows.next[begin:end] >= end).nonzero()[0]  # NONE is beyond every end
        return rows.word[begin:end][last], rows.new[begin:end][last]

    def first_writes(self, begin: int, end: int) -> Writes:
        """The words that the rows [begin, end) write, each once, with what was in them before."""
        rows = self.rows
        first = (rows.prev[begin:end] + np.uint32(1) <= begin).nonzero()[0]  # NONE + 1 wraps to 0
        return rows.word[begin:end][first], rows.old[begin:end][first]

    def writes_on_the_way(self, start: int, to: int) -> Iterator[Writes]:
        """What to write, one after the other, to come from `start` rows to `to`.

        What whole blocks of rows write is kept: it is a fifth of them, and the same for every long way.
        """
        forward = start < to
        low, high = (start, to) if forward else (to, start)
        first, end = -(-low // BLOCK), high // BLOCK
        find = self.last_writes if forward else self.first_writes
        if first >= end:
            yield find(low, high)
            return
        begin, behind = find(low, first * BLOCK), find(end * BLOCK, high)
        blocks = range(first, end)
        yield begin if forward else behind
        for number in blocks if forward else reversed(blocks):
            if (number, forward) not in self._blocks:
                self._blocks[number, forward] = find(number * BLOCK, (number + 1) * BLOCK)
            yield self._blocks[number, forward]
        yield behind if forward else begin

    def seal(self, taken: Rows) -> None:
        """Append what a recorder took since the last seal."""
        self._seal_spans(taken)
        if taken.word:
            self._link(self._seal_rows(taken))

    def _seal_rows(self, taken: Rows) -> slice:
        added = self.rows.extend(len(taken.word))
        for name in ("word", "old", "new", "site"):
            column = getattr(self.rows, name)
            column[added] = np.frombuffer(getattr(taken, name), column.dtype)
        return added

    def _seal_spans(self, taken: Rows) -> None:
        added = self.spans.extend(len(taken.function))
        base = len(self.args)
        for name in SPAN_TYPES:
            column = getattr(self.spans, name)
            values = np.frombuffer(getattr(taken, name), _dtype(getattr(taken, name)))
            column[added] = values + base if name == "arg" else values
        pool = self.args.extend(len(taken.args))
        self.args.value[pool] = np.frombuffer(taken.args, np.uint64)

    def _link(self, added: slice) -> None:
        word, prev, next_ = self.rows.word[added], self.rows.prev, self.rows.next
        order = np.argsort(word, kind="stable")
        sorted_words = word[order]
        rows = (order + added.start).astype(np.uint32)
        begins = np.ones(len(rows), bool)
        begins[1:] = sorted_words[1:] != sorted_words[:-1]
        ends = np.ones(len(rows), bool)
        ends[:-1] = begins[1:]
        before = np.empty(len(rows), np.uint32)
        before[1:] = rows[:-1]
        before[begins] = self._writer[sorted_words[begins]] - np.uint32(1)  # 0 - 1 wraps to NONE
        prev[rows] = before
        next_[added] = NONE
        known = before != NONE
        next_[before[known]] = rows[known]
        self._writer[sorted_words[ends]] = rows[ends] + np.uint32(1)

    def after(self, row: int, span: int) -> Rows:
        """A copy of the rows from ``row`` on and the spans from ``span`` on, which `seal` takes again."""
        spans, rows = self.spans, self.rows
        arg = int(spans.arg[span]) if span < len(spans) else len(self.args)
        parts = [getattr(rows, name)[row:] for name in ("word", "old", "new", "site")]
        parts += [getattr(spans, name)[span:] for name in SPAN_TYPES if name != "arg"]
        parts += [spans.arg[span:] - np.uint32(arg), self.args.value[arg:]]
        return Rows(*(array(part.dtype.char, part.tobytes()) for part in parts))

    def cut(self, row: int, span: int) -> None:
        """Forget the rows from ``row`` on and the spans from ``span`` on; cursors beyond come back."""
        for cursor in self.cursors:
            cursor.seek(min(cursor.at, row))
        word, prev = self.rows.word[row:], self.rows.prev[row:]
        first = (prev < row) | (prev == NONE)
        self._writer[word[first]] = prev[first] + np.uint32(1)
        kept = prev[first & (prev != NONE)]
        self.rows.next[kept] = NONE
        self._blocks = {key: self._blocks[key] for key in list(self._blocks) if key[0] < row // BLOCK}
        if span < len(self.spans):
            self.args.cut(int(self.spans.arg[span]))
        self.rows.cut(row)
        self.spans.cut(span)

    def last_writer(self, addr: int) -> int:
        """Row that last wrote the word at byte address ``addr``, or NONE."""
        return (int(self._writer[addr >> 3]) - 1) & NONE

    def writes(self, addr: int) -> list[int]:
        """All rows that wrote the word at byte address ``addr``, oldest first."""
        found = []
        row = self.last_writer(addr)
        while row != NONE:
            found.append(row)
            row = int(self.rows.prev[row])
        return found[::-1]

    def writer_before(self, addr: int, at: int) -> int:
        """Row that wrote the word at ``addr`` last when ``at`` rows had happened, or NONE."""
        row = self.last_writer(addr)
        while row != NONE and row >= at:
            row = int(self.rows.prev[row])
        return row

    def writer_after(self, addr: int, at: int) -> int:
        """Row that writes the word at ``addr`` next when ``at`` rows have happened, or NONE."""
        found, row = NONE, self.last_writer(addr)
        while row != NONE and row >= at:
            found, row = row, int(self.rows.prev[row])
        return found


def _dtype(values: Any) -> Any:
    return np.dtype(values.typecode)
