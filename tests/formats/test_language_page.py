"""The reference of the language names every operation, constant and flag there is, and no other."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from vmgui.formats.oplang import parse_operation
from vmgui.timeline.values import CONSTANTS
from vmgui.timeline.verb import GFP_FLAGS, PROTECTIONS, VMFLAGS
from vmgui.timeline.verbs import VERBS


@pytest.fixture(scope="module")
def page(root: Path) -> str:
    return (root / "resources" / "docs" / "language.md").read_text(encoding="utf-8")


def test_every_operation_is_listed_as_it_is_written(page: str) -> None:
    operations = page.partition("## Allocate")[2].partition("## What is refused")[0]
    listed = re.findall(r"^\| `(.+?)` \| (.+?) \|$", operations, re.MULTILINE)
    assert listed == [(v.usage.replace("|", "\\|"), v.help) for v in VERBS.values()]


def test_every_constant_and_word_is_explained(page: str) -> None:
    for name, meaning in (VMFLAGS | GFP_FLAGS | PROTECTIONS).items():
        assert f"`{name}` ({meaning})" in page.replace("\n", " ")
    for name, meaning in CONSTANTS.items():
        assert f"| `{name}` | {meaning} |" in page


def test_its_examples_are_valid(page: str) -> None:
    first, second = page.split("```")[1].strip().splitlines()
    assert parse_operation(first) == parse_operation(second)
