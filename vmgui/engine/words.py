"""Simulated memory: all kernel state is 64-bit words, and C structs are views over them."""

from __future__ import annotations

import mmap
from collections.abc import Callable
from types import CodeType
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Protocol, Self, TypeVar

MASK64 = (1 << 64) - 1
WORD = 8

F = TypeVar("F", bound=Callable[..., Any])


class BadAddress(Exception):
    """A pointer led to byte address ``addr``, where there is no memory."""

    def __init__(self, addr: int, is_write: bool = False) -> None:
        self.addr, self.is_write = addr & MASK64, is_write
        super().__init__(f"there is no memory at {self.addr:#x}")


class ReadableWords(Protocol):
    """A row of 64-bit words, indexed by word number."""

    def __getitem__(self, index: int, /) -> int: ...


class Words(ReadableWords, Protocol):
    """Words that can be written as well."""

    def __setitem__(self, index: int, value: int, /) -> None: ...


class WordSource(Protocol):
    """Whatever a struct view can be bound to: the engine's Memory, or a replica of it."""

    @property
    def words(self) -> ReadableWords:
        """All words, by word number: a byte address divided by 8."""
        ...

    def load(self, addr: int, /) -> int:
        """Return the word at byte address ``addr``."""
        ...


#: Code objects below the algorithm (``set_pte``, struct fields): a store is shown at their caller's line.
TRANSPARENT: dict[int, CodeType] = {}


def transparent(fn: F) -> F:
    """Mark ``fn`` as a helper below the algorithm: its stores belong to the line that called it."""
    TRANSPARENT[id(fn.__code__)] = fn.__code__
    return fn


def anonymous(nbytes: int) -> mmap.mmap:
    """Map ``nbytes`` of zeros that cost nothing until they are touched."""
    if not hasattr(mmap, "MAP_PRIVATE"):  # Windows commits pages on touch by itself
        return mmap.mmap(-1, nbytes)
    flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | getattr(mmap, "MAP_NORESERVE", 0)
    return mmap.mmap(-1, nbytes, flags=flags)


class Memory:
    """Every byte of simulated kernel state, as 64-bit words.

    Byte addresses ``[0, arena)`` are RAM at its physical address; ``[arena, end)`` hold the kernel's
    own objects.  Address 0 is NULL.  Device addresses have no backing: nothing here answers for them, and
    who uses one meets BadAddress.
    """

    #: Span hooks; a Recorder fills them in.
    enter: Callable[[int, tuple[Any, ...]], int] | None = None
    leave: Callable[[int, Any, int], None]
    words: Words

    def __init__(self, arena: int, end: int) -> None:
        self.arena, self.end = arena, end
        self._attach()

    def _attach(self) -> None:
        self._buffer = anonymous(self.end)
        self._view = memoryview(self._buffer).cast("B").cast("Q")
        self.words = self._view

    @property
    def view(self) -> memoryview:
        """The words as one flat memoryview of format ``Q``."""
        return self._view

    def load(self, addr: int) -> int:
        """Return the word at byte address ``addr``."""
        try:
            return self.words[addr >> 3]
        except IndexError:
            raise BadAddress(addr) from None

    def store(self, addr: int, value: int) -> None:
        """Write the word at byte address ``addr``; only transparent helpers call this."""
        try:
            self.words[addr >> 3] = value
        except IndexError:
            raise BadAddress(addr, is_write=True) from None

    def is_zero(self, addr: int, nbytes: int) -> bool:
        """Tell whether the ``nbytes`` from ``addr`` on are all zero."""
        return self._view[addr >> 3 : (addr + nbytes) >> 3].tobytes() == bytes(nbytes)


class OverlayWords:
    """Words that read through to a base and keep their own changes apart from it."""

    def __init__(self, base: Words) -> None:
        self.base = base
        self.changed: dict[int, int] = {}

    def __getitem__(self, index: int) -> int:
        """Return the changed word, or the base's."""
        value = self.changed.get(index)
        return self.base[index] if value is None else value

    def __setitem__(self, index: int, value: int) -> None:
        """Change a word here, never in the base."""
        self.changed[index] = value


T = TypeVar("T", bound="Struct")

#: Struct classes by their C name, so that a field can point at a type defined further down.
TYPES: dict[str, type[Struct]] = {}
#: What every view has, so that no member can be called so.
TAKEN_NAMES = ("addr", "mem", "offsets", "size")


class Field:
    """A member of a struct as it is declared: ``offset`` and ``nbytes`` are in bytes.

    ``union`` names an earlier member whose word this one shares, as in a C union.  When its struct is laid
    out the member becomes a property that knows its offset: members are read more often than anything else.
    """

    offset = 0
    nbytes = WORD
    union: str | None = None

    def accessor(self) -> property:
        """Return the property that reads the member, and writes it if it is one word."""
        raise NotImplementedError


class ulong(Field):
    """An unsigned 64-bit member; what is written is wrapped to 64 bits."""

    def __init__(self, union: str | None = None) -> None:
        self.union = union

    if TYPE_CHECKING:

        def __get__(self, s: Struct, owner: type[Struct]) -> int: ...
        def __set__(self, s: Struct, value: int) -> None: ...

    def accessor(self) -> property:
        """Return the property of a number."""
        offset = self.offset

        def read(s: Struct) -> int:
            try:
                return s.mem.words[s.addr + offset >> 3]  # type: ignore[no-any-return]
            except IndexError:
                raise BadAddress(s.addr + offset) from None

        @transparent
        def write(s: Struct, value: int) -> None:
            s.mem.store(s.addr + offset, value & MASK64)

        return property(read, write)


class ptr(Field, Generic[T]):
    """A pointer member; NULL reads as None."""

    def __init__(self, to: str, union: str | None = None) -> None:
        self.to, self.union = to, union

    if TYPE_CHECKING:

        def __get__(self, s: Struct, owner: type[Struct]) -> T | None: ...
        def __set__(self, s: Struct, value: T | None) -> None: ...

    def accessor(self) -> property:
        """Return the property of a pointer; what it points at may be defined later."""
        offset, to = self.offset, self.to

        def follow(s: Struct) -> Struct | None:
            mem = s.mem
            try:
                addr = mem.words[s.addr + offset >> 3]
            except IndexError:
                raise BadAddress(s.addr + offset) from None
            return TYPES[to](mem, addr) if addr else None

        @transparent
        def point(s: Struct, value: Struct | None) -> None:
            s.mem.store(s.addr + offset, value.addr if value is not None else 0)

        return property(follow, point)


class link(ptr[T]):
    """A pointer that is never NULL where it is followed, such as the links of a list.

    It works as ``ptr`` does; only the type checker knows the difference.
    """

    if TYPE_CHECKING:

        def __get__(self, s: Struct, owner: type[Struct]) -> T: ...


class embedded(Field, Generic[T]):
    """A struct inside a struct: reading it gives a view of the inner one."""

    def __init__(self, to: str) -> None:
        self.to = to

    if TYPE_CHECKING:

        def __get__(self, s: Struct, owner: type[Struct]) -> T: ...

    def accessor(self) -> property:
        """Return the property of an inner struct, whose type has to be known by now."""
        offset, inner = self.offset, TYPES[self.to]
        return property(lambda s: inner(s.mem, s.addr + offset))


class array(Field):
    """``count`` words in a row; index them as ``s.name[i]``, or take ``s.name.addr``."""

    def __init__(self, count: int) -> None:
        self.nbytes = WORD * count

    if TYPE_CHECKING:

        def __get__(self, s: Struct, owner: type[Struct]) -> WordArray: ...

    def accessor(self) -> property:
        """Return the property of a row of words."""
        offset = self.offset
        return property(lambda s: WordArray(s.mem, s.addr + offset))


class Struct:
    """A C struct as a view: a word source and the byte address of the first member."""

    __slots__ = ("addr", "mem")
    size = 0
    offsets: ClassVar[dict[str, int]] = {}

    def __init_subclass__(cls) -> None:
        """Lay the members out in the order of the class body, each on its own words, behind the base's."""
        cls.offsets = dict(cls.offsets)
        for name, field in [*vars(cls).items()]:
            if isinstance(field, Field):
                if name in TAKEN_NAMES:
                    raise TypeError(f"{cls.__name__}.{name}: every view has an attribute of this name")
                if isinstance(field, embedded):
                    field.nbytes = TYPES[field.to].size
                field.offset = cls.offsets[name] = cls.offsets[field.union] if field.union else cls.size
                cls.size = max(cls.size, field.offset + field.nbytes)
                setattr(cls, name, field.accessor())
        TYPES[cls.__name__] = cls

    def __init__(self, mem: Any, addr: int) -> None:
        self.mem, self.addr = mem, addr

    def __getitem__(self, index: int) -> Self:
        """C pointer arithmetic: the ``index``-th struct from here on."""
        return type(self)(self.mem, self.addr + index * self.size)

    def __eq__(self, other: object) -> bool:
        """Two views are the same struct when their addresses are."""
        return isinstance(other, Struct) and self.addr == other.addr

    def __hash__(self) -> int:
        """Hash by address."""
        return self.addr

    def __bool__(self) -> bool:
        """Tell whether this pointer is not NULL."""
        return self.addr != 0

    def __repr__(self) -> str:
        """Show type and address, as a debugger would."""
        return f"({type(self).__name__} *){self.addr:#x}"


class WordArray(Struct):
    """Words in a row, indexed from 0; nothing checks the end, as in C."""

    __slots__ = ()

    def __getitem__(self, index: int) -> int:  # type: ignore[override]
        """Read the ``index``-th word."""
        try:
            return self.mem.words[(self.addr >> 3) + index]  # type: ignore[no-any-return]
        except IndexError:
            raise BadAddress(self.addr + index * WORD) from None

    @transparent
    def __setitem__(self, index: int, value: int) -> None:
        """Write the ``index``-th word, wrapped to 64 bits."""
        self.mem.store(self.addr + index * WORD, value & MASK64)


def container_of(member: Struct, cls: type[T], name: str) -> T:
    """Return the ``cls`` that ``member`` is embedded in as ``name`` (include/linux/container_of.h)."""
    return cls(member.mem, member.addr - cls.offsets[name])


def offsetof(cls: type[Struct], name: str) -> int:
    """Byte offset of member ``name`` in ``cls``."""
    return cls.offsets[name]
