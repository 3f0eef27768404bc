"""The Why? card: the checks of a function in the order of its text, and which one decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from vmgui.projection.because import Because
from vmgui.projection.callstack import value_text
from vmgui.projection.moment import Moment
from vmgui.timeline.spans import Step
from vmgui.timeline.why import Explanation, Guard, Verdict

Mark = Literal["passed", "failed", "taken", "skipped", "not reached"]
Tone = Literal["error", "success", "neutral"]
NOTHING = Because()


@dataclass(frozen=True, slots=True)
class Check:
    """One condition of the function: `line` is where it stands in its file, `leaves` what it would do."""

    number: int
    mark: Mark
    text: str
    condition: str
    value: str
    line: int
    decided: bool = False
    leaves: str = ""


@dataclass(frozen=True, slots=True)
class WhyCard:
    """What `function` asked and how it went; `reason` is the check that decided, in words.

    `notes` say what the checks do not: gaps that were tried, why a flush comes now.
    """

    function: str
    tone: Tone
    outcome: Literal["refused", "installed", "failed", "returned", "running", "not asked", "stopped"]
    reason: str
    result: str
    checks: tuple[Check, ...]
    notes: tuple[str, ...] = ()


def why(
    explanation: Explanation, moment: Moment, words: Mapping[str, str], because: Because = NOTHING
) -> WhyCard:
    """Lay out an explanation; `words` puts guards into sentences, by key, where it knows them."""
    if because.headline:
        return WhyCard(explanation.function, "neutral", "not asked", because.headline, "", (), because.lines)
    return replace(_card(explanation, moment, words), notes=because.lines)


def _card(explanation: Explanation, moment: Moment, words: Mapping[str, str]) -> WhyCard:
    checks = tuple(
        _check(i, guard, guard is explanation.decided or guard == explanation.decided, words)
        for i, guard in enumerate(explanation.guards, 1)
    )
    decided = next((c for c in checks if c.decided), None)
    reason = decided.text if decided else ""
    left = moment.kind is Step.EXIT
    if moment.refused:
        return WhyCard(explanation.function, "error", "refused", reason, moment.result, checks)
    if moment.call.raised and left:
        return WhyCard(explanation.function, "error", "stopped", reason, "", checks)
    if moment.failed:
        return WhyCard(explanation.function, "error", "failed", reason, moment.result, checks)
    if moment.installed:
        return WhyCard(explanation.function, "success", "installed", "", moment.result, checks)
    return WhyCard(
        explanation.function, "neutral", "returned" if left else "running", reason if left else "",
        moment.result, checks,
    )  # fmt: skip


def _check(number: int, guard: Guard, decided: bool, words: Mapping[str, str]) -> Check:
    return Check(
        number, _mark(guard), _text(guard, decided, words), guard.condition,
        ", ".join(f"{v.name} = {value_text(v.value, v.pointer)}" for v in guard.values),
        guard.line, decided, guard.leaves,
    )  # fmt: skip


def _mark(guard: Guard) -> Mark:
    if guard.verdict is Verdict.NOT_REACHED:
        return "not reached"
    if guard.refuses:
        return "failed" if guard.verdict is Verdict.TAKEN else "passed"
    return "taken" if guard.verdict is Verdict.TAKEN else "skipped"


def _text(guard: Guard, decided: bool, words: Mapping[str, str]) -> str:
    """The sentence of a guard: what it says depends on whether it decided, or was never reached."""
    taken = decided or guard.verdict is Verdict.TAKEN
    behind = " ✗" if taken else " ?" if guard.verdict is Verdict.NOT_REACHED else ""
    return words.get(guard.key + behind) or words.get(guard.key) or guard.condition
