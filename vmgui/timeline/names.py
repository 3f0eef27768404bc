"""What the program's names stand for after each operation, kept once for all operations together."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from vmgui.timeline.outcome import Obj, ObjKind, Outcome


@dataclass
class _Log:
    """What each name stood for, with the age from which it did; `newest` is the last age written.

    `in_use` are the areas at that age that nobody has freed: a program may have named many more.
    """

    entries: dict[str, list[tuple[int, Obj]]] = field(default_factory=dict)
    newest: int = 0
    in_use: dict[str, Obj] = field(default_factory=dict)

    def write(self, name: str, obj: Obj) -> None:
        """Note what a name stands for from the newest age on."""
        self.entries.setdefault(name, []).append((self.newest, obj))
        if obj.kind is ObjKind.AREA and not obj.freed:
            self.in_use[name] = obj
        else:
            self.in_use.pop(name, None)


def areas_in_use(names: Mapping[str, Obj]) -> list[Obj]:
    """The areas among named objects that are not freed."""
    if isinstance(names, KnownNames):
        return names.areas_in_use()
    return [obj for obj in names.values() if obj.kind is ObjKind.AREA and not obj.freed]


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

    def areas_in_use(self) -> list[Obj]:
        """The areas that are not freed; of the newest age without a look at every name."""
        if self._age == self._log.newest:
            return list(self._log.in_use.values())
        return areas_in_use(dict(self))
