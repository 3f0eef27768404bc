"""What stopped the kernel, or what it warns of: function, line, reason, what it was given, what it logged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.printk import log_lines
from vmgui.engine.trace import RAISED
from vmgui.engine.words import offsetof
from vmgui.projection.moment import number
from vmgui.projection.numbers import address
from vmgui.timeline import spans
from vmgui.timeline.columns import Columns
from vmgui.timeline.session import Done
from vmgui.timeline.spans import Call

Kind = Literal["BUG", "oops", "panic", "WARN"]
LOG, FAULT = "vprintk_store", "page_fault_oops"
#: How a warning begins in the log; its place follows behind the last of these words.
WARNING, AT = "WARNING: ", " at "


@dataclass(frozen=True, slots=True)
class Trouble:
    """A stop or a warning in an operation.

    `place` is file and line of the kernel, `given` the names and values that `function` was called with,
    `fault` the virtual address that nothing maps, `lines` what the operation wrote to the log until now.
    `before` is the last step at which it had not happened.
    """

    kind: Kind
    function: str
    place: str
    reason: str
    operation: str
    step: int
    before: int
    given: tuple[tuple[str, str], ...] = ()
    fault: int | None = None
    lines: tuple[str, ...] = ()

    @property
    def stopped(self) -> bool:
        """Whether nothing runs after it."""
        return self.kind != "WARN"

    @property
    def report(self) -> str:
        """All of it as text."""
        head = f"{self.kind} in {self.function}, {self.place}, at step {self.step}: {self.reason}"
        head = head.rstrip(": ")
        given = [f"  {name} = {value}" for name, value in self.given]
        fault = [f"fault address: {address(self.fault)}"] if self.fault is not None else []
        return "\n".join([head, f"operation: {self.operation}", *given, *fault, "", *self.lines])


class TroubleReader:
    """Finds the trouble of a step; `k` is bound to the replica. Where an operation logs is looked up once."""

    def __init__(self, columns: Columns, k: Kernel) -> None:
        self.columns, self.k = columns, k
        self._known: tuple[Done | None, tuple[Call, ...]] = (None, ())

    def read(self, done: Done | None, at: int) -> Trouble | None:
        """What has gone wrong in the running operation when `at` rows have happened; None if nothing has."""
        if done is None:
            return None
        logged = [call for call in self._logged(done) if call.last < at]
        if not logged and not self.k.dead:
            return None
        lines = tuple(log_lines(self.k.mem, self.k, logged[0].arguments["position"])) if logged else ()
        if done.bug is not None and self.k.dead:
            return self._stop(done, at, lines)
        return self._warning(done, logged, lines)

    def _logged(self, done: Done) -> tuple[Call, ...]:
        if self._known[0] is not done:
            found = spans.spans_of(self.columns, frozenset({LOG}), done.first_span, done.last_span)
            self._known = done, tuple(spans.call(self.columns, span) for span in found)
        return self._known[1]

    def _stop(self, done: Done, at: int, lines: tuple[str, ...]) -> Trouble:
        bug = done.bug
        assert bug is not None
        raised = np.flatnonzero(self.columns.spans.returned[done.first_span : done.last_span] == RAISED)
        calls = [spans.call(self.columns, int(span) + done.first_span) for span in raised.tolist()]
        fault = next((c.arguments["address"] for c in calls if c.function.name == FAULT), None)
        place, _, function = bug.place.partition(" ")
        named = [c for c in calls if c.function.name == function] or calls[-1:]
        given = _given(named[-1].arguments) if named else ()
        kind: Kind = "BUG" if bug.kind == "BUG" else "panic" if bug.kind == "panic" else "oops"
        known = function or (calls[-1].function.name if calls else "")
        before = self.columns.writer_before(self.k.addr + offsetof(Kernel, "dead"), at)
        operation = str(done.operation)
        return Trouble(kind, known, place, bug.why, operation, before + 1, before, given, fault, lines)

    def _warning(self, done: Done, logged: list[Call], lines: tuple[str, ...]) -> Trouble | None:
        """The last warning in the log; the line before it says why, if it is none itself."""
        last = next((i for i in range(len(lines) - 1, -1, -1) if lines[i].startswith(WARNING)), None)
        if last is None:
            return None
        place, _, function = lines[last].rpartition(AT)[2].partition(" ")
        why = lines[last - 1] if last and not lines[last - 1].startswith(WARNING) else ""
        parent = logged[last].parent if last < len(logged) else -1
        call = spans.call(self.columns, parent) if parent >= 0 else None
        given = _given(call.arguments) if call is not None else ()
        said = logged[min(last, len(logged) - 1)]
        step, before, operation = said.last + 1, said.first, str(done.operation)
        return Trouble("WARN", function, place, why, operation, step, before, given, None, lines)


def _given(arguments: Mapping[str, int]) -> tuple[tuple[str, str], ...]:
    return tuple((name, number(value)) for name, value in arguments.items() if name != "k")
