"""Where the play-head was: every jump leaves its beginning behind, and back and forward go along."""

from __future__ import annotations


class Trail:
    """Positions behind and ahead of the play-head, as many as there were."""

    def __init__(self) -> None:
        self.behind: list[int] = []
        self.ahead: list[int] = []

    def leave(self, at: int) -> None:
        """A jump begins here; what was ahead is forgotten."""
        if not self.behind or self.behind[-1] != at:
            self.behind.append(at)
        self.ahead.clear()

    def back(self, at: int) -> int | None:
        """Where the play-head was before it came to `at`; None at the beginning."""
        return self._follow(self.behind, self.ahead, at)

    def forward(self, at: int) -> int | None:
        """Where it went from `at` the last time; None at the end."""
        return self._follow(self.ahead, self.behind, at)

    def _follow(self, source: list[int], target: list[int], at: int) -> int | None:
        while source and source[-1] == at:
            source.pop()
        if not source:
            return None
        target.append(at)
        return source.pop()

    def clear(self) -> None:
        """Forget all: another program."""
        self.behind.clear()
        self.ahead.clear()
