"""Parsing from several threads at once."""

import gc
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from vmgui.engine import words
from vmgui.timeline.parsing import parse


@pytest.fixture
def eager_switching():
    """Threads take turns as often as they can, also while a tree is made: collecting runs Python."""
    interval, threshold = sys.getswitchinterval(), gc.get_threshold()

    def collected(_phase: str, _info: dict[str, int]) -> None:
        sum(range(40))

    gc.callbacks.append(collected)
    gc.set_threshold(50)
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)
    gc.set_threshold(*threshold)
    gc.callbacks.remove(collected)


@pytest.mark.usefixtures("eager_switching")
def test_threads_that_parse_at_once_do_not_disturb_each_other():
    text = Path(words.__file__).read_text("utf-8")
    with ThreadPoolExecutor(4) as pool:
        trees = list(pool.map(lambda i: parse(text, f"{i}.py"), range(12)))
    assert {len(tree.body) for tree in trees} == {len(trees[0].body)}
