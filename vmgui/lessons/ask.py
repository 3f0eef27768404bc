"""Ask me about this step: questions made from any step of any program, answered by the engine."""

from __future__ import annotations

from collections.abc import Iterator

from vmgui.lessons import huge
from vmgui.lessons.facts import Facts
from vmgui.lessons.places import KINDS, Place, happenings
from vmgui.lessons.questions import LETTERS, Choice, Question, entry, huge_choices, level_choices
from vmgui.lessons.replica import Replica
from vmgui.projection.levels import Level
from vmgui.projection.marks import TRIES
from vmgui.projection.scope import address_of, scope
from vmgui.texts import Text, mark
from vmgui.timeline import spans
from vmgui.timeline.outcome import ObjKind
from vmgui.timeline.session import Done, Session

#: What may happen next, in words.
NEXT = {
    "area": mark("A range of addresses is found"),
    "frames": mark("Frames are taken from the buddy allocator"),
    "table": mark("A page table is allocated"),
    "refused": mark("A huge page is refused"),
    "huge": mark("A huge page is installed"),
    "small": mark("Small pages are mapped: nobody asks for a huge one"),
    "written": mark("Entries of small pages are written"),
    "cleared": mark("Entries are cleared"),
    "table-freed": mark("A page table is freed"),
    "lazy": mark("The area is put where it waits for a purge"),
    "flush": mark("The TLBs are flushed"),
    "purge": mark("Areas that waited are given back"),
    "access": mark("The access ends"),
    "": mark("Nothing more: the operation ends"),
}
#: How many wrong answers stand beside the right one.
WRONG = 3
HUGE: tuple[Level, ...] = ("pmd", "pud")
#: The first of these levels that a machine has is asked about.
ASKED: tuple[Level, ...] = ("pmd", "pud", "pgd")


def ask(session: Session | Replica, at: int, language: str = "en") -> tuple[Question, ...]:
    """The questions that fit where `at` rows have happened, the most telling first; none at the end."""
    replica = session if isinstance(session, Replica) else Replica(session)
    facts = Facts(replica, at)
    done = replica.session.operation_at(at)
    if done is None:
        return ()
    whole = facts.moved(done.last_row, done.index + 1)
    return tuple(
        question for maker in (_huge, _level, _entry, _next) for question in maker(whole, done, at, language)
    )


def _huge(facts: Facts, done: Done, at: int, language: str) -> Iterator[Question]:
    """Huge or not, and why: while the first question of a level is still to come."""
    for level in HUGE:
        call = huge.first_try(facts, done, level)
        if call is None or call.first < at or not _whole(facts, call):
            continue
        answer = huge.outcome(facts, done, level)
        after = call.last + 1
        said = Text("Is a {0} leaf going to be installed for {1:#x}? If not, which check says no?",
                    level.upper(), call.arguments["addr"])  # fmt: skip
        choices = tuple(huge_choices(facts, level, answer, language))
        yield Question("huge", said, answer, facts, Place(at, after, done.index), after, choices,
                       done=done, level=level, language=language)  # fmt: skip
        return


def _whole(facts: Facts, call: spans.Call) -> bool:
    """Whether a whole entry is asked for: less could never be a leaf, and nobody would ask."""
    covers = facts.replica.shape.covers(TRIES[call.function.name])
    return call.arguments["end"] - call.arguments["addr"] == covers


def _level(facts: Facts, done: Done, at: int, language: str) -> Iterator[Question]:
    """The level of the largest leaves: while none is there."""
    made = done.outcome.made
    if made is None or made.kind is not ObjKind.AREA or not made.addr:
        return
    nbytes = made.size - facts.session.kernel.PAGE_SIZE
    answer = facts.replica.census(done.last_row, made.place, made.place + nbytes).largest
    if answer is None or facts.replica.census(at, made.place, made.place + nbytes).largest is not None:
        return
    said = Text("At which level is {0} going to be mapped: what are its largest leaves?", str(done.operation))
    yield Question("level", said, answer, facts, Place(at, done.last_row, done.index), done.last_row,
                   level_choices(facts, nbytes), done=done, language=language)  # fmt: skip


def _entry(facts: Facts, done: Done, at: int, language: str) -> Iterator[Question]:
    """Which entry the address of this step selects, at the lowest level of tables of tables."""
    k = facts.session.kernel
    now = scope(facts.session.columns, facts.session.operations, at)
    made = done.outcome.made
    place = made.place if made is not None and made.kind is ObjKind.AREA else None
    known = (address_of(call, k.VMALLOC_START, k.VMALLOC_END) for call in reversed(now.calls))
    address = next((each for each in known if each is not None), place)
    if not address:
        return
    level = next(each for each in ASKED if not facts.replica.shape.folded(each))
    said = Text("Which entry of its {0} table does {1:#x} select?", level.upper(), address)
    yield Question("entry", said, str(entry(facts, address, level)), facts, Place(at, at, done.index), at,
                   address=address, level=level, language=language)  # fmt: skip


def _next(facts: Facts, done: Done, at: int, language: str) -> Iterator[Question]:
    """What happens next in this operation."""
    coming = [(after, kind) for kind in KINDS if kind in NEXT
              for before, after in happenings(facts.session, done, [kind]) if after > at]  # fmt: skip
    after, kind = min(coming, default=(done.last_row, ""))
    if after <= at:
        return
    others = [each for each in NEXT if each != kind]
    begin = at % len(others)
    chosen = (others[begin:] + others[:begin])[:WRONG]
    chosen.insert(at % (WRONG + 1), kind)
    choices = tuple(Choice(key, Text(NEXT[each])) for key, each in zip(LETTERS, chosen, strict=False))
    said = Text("What happens next in {0}?", str(done.operation))
    yield Question("choice", said, LETTERS[chosen.index(kind)], facts, Place(at, after, done.index), after,
                   choices, done=done, language=language)  # fmt: skip
