"""What may stand in the front matter and in the directives of a lesson: names and types, nothing else."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from msgspec import Meta, Struct, field

from vmgui.lessons.model import FileKind, Pane, QuestionKind

Numeral: TypeAlias = str | int
Text: TypeAlias = Annotated[str, Meta(max_length=10_000)]
Short: TypeAlias = Annotated[str, Meta(max_length=500)]
Count: TypeAlias = Annotated[int, Meta(ge=0, le=10_000)]
Whole: TypeAlias = Annotated[int, Meta(ge=0, le=(1 << 63) - 1)]


class NumberRecord(Struct, frozen=True, forbid_unknown_fields=True):
    """Numbers to draw from, both ends included."""

    first: Whole = field(name="from")
    last: Whole = field(name="to")
    step: Annotated[int, Meta(ge=1, le=(1 << 63) - 1)] = 1


DrawRecord: TypeAlias = Annotated[list[Numeral], Meta(min_length=1, max_length=1000)] | NumberRecord | Numeral


class FrontRecord(Struct, frozen=True, forbid_unknown_fields=True):
    """The front matter."""

    title: Annotated[str, Meta(min_length=1, max_length=200)]
    part: Short = ""
    minutes: Count = 0
    machine: Short = "x86-4l"
    boot: Short = ""
    exam: bool = False
    kind: FileKind = "lesson"
    draw: Annotated[dict[str, DrawRecord], Meta(max_length=50)] = {}


class FigureRecord(Struct, frozen=True, forbid_unknown_fields=True):
    """``figure``."""

    pane: Pane
    at: Short = ""
    look: Short = ""
    caption: Text = ""


class OptionRecord(Struct, frozen=True, forbid_unknown_fields=True):
    """``[[option]]`` of a choice."""

    text: Text
    when: Short
    because: Text = ""


class WrongRecord(Struct, frozen=True, forbid_unknown_fields=True):
    """``[[wrong]]``."""

    is_: Short = field(name="is")
    because: Text


class PredictRecord(Struct, frozen=True, forbid_unknown_fields=True):
    """``predict``."""

    kind: QuestionKind
    ask: Text
    at: Short = ""
    about: Short = ""
    level: Short = ""
    answer: Short = ""
    right: Text = ""
    otherwise: Text = ""
    hints: Annotated[list[Text], Meta(max_length=10)] = []
    option: Annotated[list[OptionRecord], Meta(max_length=8)] = []
    wrong: Annotated[list[WrongRecord], Meta(max_length=20)] = []


class PartRecord(Struct, frozen=True, forbid_unknown_fields=True):
    """A part of a task."""

    text: Text
    goal: Short
    points: Count = 0


class TaskRecord(Struct, frozen=True, forbid_unknown_fields=True):
    """``task``."""

    ask: Text
    goal: Short = ""
    parts: Annotated[list[PartRecord], Meta(max_length=50)] = []
    verbs: Annotated[list[Short], Meta(max_length=100)] = []
    most: Count = 0
    hints: Annotated[list[Text], Meta(max_length=10)] = []
    solution: Text = ""
    points: Count = 0


class BeatRecord(Struct, frozen=True, forbid_unknown_fields=True):
    """``beat``."""

    at: Short
    say: Text
    note: Text = ""


class ChipRecord(Struct, frozen=True, forbid_unknown_fields=True):
    """``[[chip]]`` of a break."""

    label: Annotated[str, Meta(min_length=1, max_length=100)]
    set_: Annotated[dict[str, Numeral], Meta(max_length=50)] = field(name="set", default={})
    boot: Short = ""


class BreakRecord(Struct, frozen=True, forbid_unknown_fields=True):
    """``break``."""

    chip: Annotated[list[ChipRecord], Meta(min_length=1, max_length=10)]


class WayRecord(Struct, frozen=True, forbid_unknown_fields=True):
    """Where a page leads."""

    to: Short
    when: Short = ""


class PageRecord(Struct, frozen=True, forbid_unknown_fields=True):
    """``page``."""

    id: Short = ""
    next: Annotated[list[WayRecord], Meta(max_length=20)] = []
