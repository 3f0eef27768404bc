"""A lesson as it was read: pages of blocks, each with the line of the file it begins at.

Everything here is text as the author wrote it: nothing is run, filled in or computed yet.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, TypeVar

FileKind = Literal["lesson", "lab"]
QuestionKind = Literal["choice", "number", "address", "level", "entry", "huge", "slot"]
#: `nodes`, `blocks` and `tlb` are sections of the allocator.
Pane = Literal["stage", "map", "tree", "frames", "allocator", "nodes", "blocks", "tlb"]


@dataclass(frozen=True, slots=True)
class Prose:
    """Text in CommonMark."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Ops:
    """Lines of the operation language; `fresh` ones begin on a machine that has just booted.

    `line` is the line of the file that holds the first of them.
    """

    lines: tuple[str, ...]
    fresh: bool
    line: int


@dataclass(frozen=True, slots=True)
class Figure:
    """A live picture of a pane at a place; `look` is the address it shows."""

    pane: Pane
    at: str
    look: str
    caption: str
    line: int


@dataclass(frozen=True, slots=True)
class Option:
    """An answer to choose from; right if `when` holds at the end of the page."""

    text: str
    when: str
    because: str = ""


@dataclass(frozen=True, slots=True)
class Wrong:
    """A known misconception: the answer it leads to, and what to say to it."""

    is_: str
    because: str


@dataclass(frozen=True, slots=True)
class Predict:
    """A question that stops the play-head before `at` until it is answered."""

    kind: QuestionKind
    ask: str
    line: int
    at: str = ""
    about: str = ""
    level: str = ""
    answer: str = ""
    right: str = ""
    otherwise: str = ""
    hints: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    wrong: tuple[Wrong, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a task and the points it is worth."""

    text: str
    goal: str
    points: int


@dataclass(frozen=True, slots=True)
class Task:
    """A goal over the state that the learner reaches by own operations, after those of the page.

    `verbs` are the operations that may be used, `most` is how many of them.
    """

    ask: str
    line: int
    goal: str = ""
    parts: tuple[Part, ...] = ()
    verbs: tuple[str, ...] = ()
    most: int = 0
    hints: tuple[str, ...] = ()
    solution: tuple[str, ...] = ()
    points: int = 0

    @property
    def goals(self) -> tuple[Part, ...]:
        """The parts; a task with one goal has one part."""
        return self.parts or (Part("", self.goal, self.points),)


@dataclass(frozen=True, slots=True)
class Beat:
    """A stop of Present: what the audience reads there, and the speaker's note."""

    at: str
    say: str
    note: str
    line: int


@dataclass(frozen=True, slots=True)
class Chip:
    """A button that opens the page again with other values or boot parameters."""

    label: str
    set_: Mapping[str, str]
    boot: str


@dataclass(frozen=True, slots=True)
class Chips:
    """What may be broken: buttons below "Now break it"."""

    chips: tuple[Chip, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Checks:
    """Conditions that hold at the end of the page, each with its line."""

    conditions: tuple[tuple[int, str], ...]
    line: int


Block: TypeAlias = Prose | Ops | Figure | Predict | Task | Beat | Chips | Checks
SomeBlock = TypeVar("SomeBlock", Prose, Ops, Figure, Predict, Task, Beat, Chips, Checks)


@dataclass(frozen=True, slots=True)
class Way:
    """The page that follows if a condition holds at the end of this one."""

    to: str
    when: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its heading (`title`), its blocks in order, and where it leads if not to the page below."""

    id: str
    title: str
    line: int
    blocks: tuple[Block, ...] = ()
    next: tuple[Way, ...] = ()

    def of(self, kind: type[SomeBlock]) -> Iterator[SomeBlock]:
        """The blocks of one kind, in order."""
        return (block for block in self.blocks if isinstance(block, kind))


@dataclass(frozen=True, slots=True)
class Number:
    """Numbers to draw from: `first`, `first + step`, ... up to `last`."""

    first: int
    last: int
    step: int = 1


#: What a parameter is drawn from: one text of several, a number of a range, or a text made of earlier ones.
Draw: TypeAlias = tuple[str, ...] | Number | str


@dataclass(frozen=True, slots=True)
class Lesson:
    """One file.  `name` and `language` come from its name: `04-when-huge.en.md`."""

    file: str
    name: str
    language: str
    title: str
    part: str = ""
    minutes: int = 0
    machine: str = "x86-4l"
    boot: str = ""
    exam: bool = False
    kind: FileKind = "lesson"
    draw: Mapping[str, Draw] = field(default_factory=dict)
    pages: tuple[Page, ...] = ()
