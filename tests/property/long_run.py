"""The long run: `python -m tests.property.long_run --operations 200000`; exit status 1 if it breaks."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter

from tests.property.life import Broken
from tests.property.life_rules import many_lives


def say(line: str) -> None:
    """Write a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    """Run, say now and then how far it is, and at the end what was done."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--operations", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--every", type=int, default=50, help="operations between two full checks")
    asked = parser.parse_args()
    begun, done, broken = time.monotonic(), 0, 0
    by_arch: Counter[str] = Counter()
    lives = 0
    try:
        for machine, well_behaved, lived in many_lives(asked.seed, asked.operations, asked.every):
            lives, done = lives + 1, done + lived
            calls = "right" if well_behaved else "wrong"
            by_arch[f"{machine.arch} {machine.page_size >> 10}K, {calls} calls"] += lived
            if lives % 10 == 0:
                say(f"{done} operations, {time.monotonic() - begun:.0f} s")
    except Broken as found:
        broken = 1
        say(f"life {asked.seed + lives}: {found}")
    say(f"{done} operations in {lives} lives, {time.monotonic() - begun:.0f} s, {broken} broken")
    for what, operations in sorted(by_arch.items()):
        say(f"{operations:8} {what}")
    return broken


if __name__ == "__main__":
    sys.exit(main())
