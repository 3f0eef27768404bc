"""What the program's names stand for after each operation, kept once for all operations together."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from vmgui.timeline.outcome import Obj, ObjKind, Outcome


@dataclass
class _Log:
    """What each name stood for, with the age from which it did; `newest` is the last age written.

    `in_use` are the names of the areas at that age that nobody has freed, by where they lie.
    """

    entries: dict[str, list[tuple[int, Obj]]] = field(default_factory=dict)
    newest: int = 0
    in_use: list[tuple[int, str]] = field(default_factory=list)

    def write(self, name: str, obj: Obj) -> None:
        """Note what a name stands for from the newest age on."""
        entries = self.entries.setdefault(name, [])
        if entries and _is_in_use(entries[-1][1]):
            del self.in_use[bisect_left(self.in_use, (entries[-1][1].place, name))]
        if _is_in_use(obj):
            insort(self.in_use, (obj.place, name))
        entries.append((self.newest, obj))


def _is_in_use(obj: Obj) -> bool:
    """Whether it is an area that nobody has freed."""
    return obj.kind is ObjKind.AREA and not obj.freed


def areas_within(names: Mapping[str, Obj], start: int, end: int) -> list[Obj]:
    """The areas among named objects that are not freed and begin in [start, end)."""
    if isinstance(names, KnownNames):
        return names.areas_within(start, end)
    return [obj for obj in names.values() if _is_in_use(obj) and start <= obj.place < end]


class KnownNames(Mapping[str, Obj]):
    """Objects by name at one age of the program. Immutable; those of other ages share its memory.

    A program of ten thousand operations would otherwise keep ten thousand copies of ten thousand names.
    """

    def __init__(self, log: _Log | None = None, age: int = 0) -> None:
        self._log, self._age = log or _Log(), age

    @classmethod
    def of(cls, names: Mapping[str, Obj]) -> KnownNames:
        """Names that share no memory with others."""
        log = _Log()
        for name, obj in names.items():
            log.write(name, obj)
        return cls(log)

    def __getitem__(self, name: str) -> Obj:
        """Return what a name stands for; KeyError when nobody has made it yet."""
        entries = self._log.entries[name]
        known = bisect_right(entries, self._age, key=lambda entry: entry[0])
        if not known:
            raise KeyError(name)
        return entries[known - 1][1]

    def __iter__(self) -> Iterator[str]:
        """Names in the order in which they were first made."""
        for name in list(self._log.entries):  # a list: another thread may run operations meanwhile
            if self._log.entries[name][0][0] <= self._age:
                yield name

    def __len__(self) -> int:
        """Return how many names are known."""
        return sum(1 for _name in self)

    def after(self, outcome: Outcome) -> KnownNames:
        """The names after an operation that came out so."""
        changed = {name: replace(self[name], freed=True) for name in outcome.freed if name in self}
        if outcome.made is not None:
            changed[outcome.made.name] = outcome.made
        if not changed:
            return self
        if self._age != self._log.newest:  # what came after was taken back, but may still be looked at
            return KnownNames.of(self).after(outcome)
        log = self._log
        log.newest += 1
        for name, obj in changed.items():
            log.write(name, obj)
        return KnownNames(log, log.newest)

    def areas_within(self, start: int, end: int) -> list[Obj]:
        """The areas in [start, end) that are not freed; of the newest age without a look at other names."""
        if self._age != self._log.newest:  # after an undo, or in a replay: once, not for every operation
            return areas_within(dict(self), start, end)
        in_use = self._log.in_use
        first, last = bisect_left(in_use, (start, "")), bisect_left(in_use, (end, ""))
        return [self[name] for _, name in in_use[first:last]]
