"""Whether a huge page was installed at a level, or which check of the kernel refused it, with values."""

from __future__ import annotations

from vmgui.engine.trace import FUNCTIONS
from vmgui.lessons.facts import Facts
from vmgui.projection.because import SMALL, Reasons
from vmgui.projection.catalogue import sentences
from vmgui.projection.levels import Level
from vmgui.projection.marks import TRIES
from vmgui.projection.moment import moment
from vmgui.projection.refusal import refusal_of
from vmgui.projection.scope import scope
from vmgui.texts import Text, joined
from vmgui.timeline import spans
from vmgui.timeline.session import Done
from vmgui.timeline.spans import Call
from vmgui.timeline.why import Guard, guards_of

YES, NEVER = "yes", "never asked"


def first_try(facts: Facts, done: Done, level: Level) -> Call | None:
    """The first call in an operation that asks for a huge page of a level; None if nobody asks."""
    names = frozenset(name for name, of in TRIES.items() if of == level)
    columns = facts.session.columns
    found = spans.spans_of(columns, names, done.first_span, done.last_span)
    return spans.call(columns, found[0]) if found else None


def outcome(facts: Facts, done: Done, level: Level) -> str:
    """`YES`, `NEVER`, or the key of the check that refused the first huge page that was asked for."""
    call = first_try(facts, done, level)
    if call is None:
        return NEVER
    guard = facts.replica.decided(call)
    return YES if guard is None else refusal_of(guard)


def checks(level: Level) -> dict[str, Guard]:
    """The checks of the kernel's text that can refuse a huge page of a level, by their keys, in order."""
    name = next(name for name, of in TRIES.items() if of == level)
    code = next(function.code for function in FUNCTIONS if function.name == name)
    found: dict[str, Guard] = {}
    for guard, _node in guards_of(code).guards:
        if guard.leaves == "return 0":
            found.setdefault(refusal_of(guard), guard)
    return found


def fails(guard: Guard, facts: Facts, language: str) -> str:
    """A check that refuses, as a sentence."""
    known = sentences(language, facts.replica.shape)
    return known.get(guard.key + " ✗") or known.get(guard.key) or guard.condition


def holds(guard: Guard, facts: Facts, language: str) -> str:
    """A check that is passed, as a sentence."""
    return sentences(language, facts.replica.shape).get(guard.key) or guard.condition


def why_refused(facts: Facts, call: Call, guard: Guard, language: str) -> str:
    """Which check refused a huge page, with what it saw."""
    session, row = facts.session, call.last
    step = moment(session.columns, row)
    now = scope(session.columns, session.operations, row + 1)
    lines: tuple[str, ...] = ()
    if step is not None:
        reasons = Reasons(session.columns, facts.replica.at(row + 1), facts.replica.shape)
        lines = reasons.of(step, now, guard).lines
    said = Text("{0} says no: {1}", call.function.name, fails(guard, facts, language))
    return joined(" (", [said, Text("{0})", joined("; ", lines))]) if lines else said


def why_never(facts: Facts, done: Done, level: Level) -> str:
    """Why an operation never asks for a huge page of a level."""
    session = facts.session
    found = spans.spans_of(session.columns, frozenset(SMALL), done.first_span, done.last_span)
    for span in found:
        row = spans.call(session.columns, span).first
        step = moment(session.columns, row)
        now = scope(session.columns, session.operations, row + 1)
        if step is not None:
            reasons = Reasons(session.columns, facts.replica.at(row + 1), facts.replica.shape)
            headline = reasons.of(step, now).headline
            if headline:
                return Text("nobody asks for a {0} leaf: {1}", level.upper(), headline)
    return Text("nobody asks for a {0} leaf in this operation", level.upper())
