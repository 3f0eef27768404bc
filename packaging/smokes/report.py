"""One line a check, with how it went and how long it took."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable

#: So many lines of what a program said are shown when it failed.
SHOWN = 25


class Failed(Exception):
    """A check that did not come out, and why."""


def expect(well: bool, why: str) -> None:
    """Fail with `why` unless all is well."""
    if not well:
        raise Failed(why)


class Report:
    """What was checked so far."""

    def __init__(self) -> None:
        self.failed: list[str] = []
        self.count = 0

    def check(self, what: str, do: Callable[[], str]) -> bool:
        """Do it and print a line; True when it came out.  `do` gives what was seen, or raises Failed."""
        started = time.monotonic()
        try:
            how, seen = "ok", do()
        except (Failed, OSError, subprocess.SubprocessError) as error:
            how, seen = "FAILED", str(error)
            self.failed.append(what)
        self.count += 1
        first, *more = seen.splitlines() or [""]
        print(f"{how:<6}  {time.monotonic() - started:5.1f} s  {what:<12}  {first}", flush=True)
        for line in more[-SHOWN:]:
            print(f"{'':18}{line}", flush=True)
        return how == "ok"

    def need(self, what: str, do: Callable[[], str]) -> None:
        """Check what everything after it rests on: the end of the report when it fails."""
        if not self.check(what, do):
            raise SystemExit(self.finish())

    def finish(self) -> int:
        """Print the sum; the exit status."""
        if self.failed:
            print(f"FAILED: {', '.join(self.failed)} ({len(self.failed)} of {self.count} checks)", flush=True)
            return 1
        print(f"All {self.count} checks are ok.", flush=True)
        return 0
