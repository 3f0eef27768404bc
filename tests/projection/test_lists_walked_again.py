"""The allocator's lists, walked again after each step from what they were."""

from __future__ import annotations

import random

import pytest

from vmgui.engine.kernel import Kernel
from vmgui.engine.machine import M, Machine
from vmgui.formats.oplang import parse_operation
from vmgui.projection.area_lists import AreaLists
from vmgui.timeline.session import Session

PROGRAM = (
    "a = vmalloc 16K", "b = vmalloc 4K", "c = vmalloc 64K", "d = vmalloc 4K", "vfree b", "e = vmalloc 4K",
    "vfree a", "vfree d", "purge", "f = vmalloc 8K",
)  # fmt: skip


@pytest.fixture(scope="module")
def session() -> Session:
    made = Session(Machine(ram=64 * M, possible_cpus=2, online_cpus=2))
    for line in PROGRAM:
        made.apply(parse_operation(line))
    return made


def places(length: int, way: str) -> list[int]:
    """Where to look, in order."""
    if way == "anywhere":
        pick = random.Random(1)
        return [pick.randrange(length + 1) for _ in range(200)]
    return list(range(0, length + 1, 7))[:: -1 if way == "backwards" else 1]


@pytest.mark.parametrize("way", ["forwards", "backwards", "anywhere"])
def test_a_list_followed_from_what_it_was_is_the_list_walked_anew(session, way):
    cursor = session.cursor()
    k = Kernel(session.machine, cursor)
    kept = AreaLists(k, cursor)
    lengths = set()
    for at in places(len(session), way):
        cursor.seek(at)
        kept.forget(None)
        assert kept.read() == AreaLists(k, cursor).read()
        lengths.add(len(kept.read()))
    assert len(lengths) > 3


@pytest.mark.parametrize("steps", [1, 7, 400])
def test_lists_that_are_kept_while_no_word_of_theirs_is_written_are_what_they_are(session, steps):
    cursor = session.cursor()
    k = Kernel(session.machine, cursor)
    kept, words = AreaLists(k, cursor), session.columns.rows.word
    for at in range(0, len(session) - steps, steps if steps > 1 else 3):
        for to in (at, at + steps):
            low, high = sorted((cursor.at, to))
            cursor.seek(to)
            kept.forget(words[low:high])
            assert kept.read() == AreaLists(k, cursor).read()
