"""What the papers tell a reader to type works as it stands there."""

import re

import pytest

from tests.architecture.tree import ROOT
from vmgui.engine.machine import Machine
from vmgui.formats.oplang import parse_script
from vmgui.timeline.session import Session

USING = (ROOT / "resources" / "docs" / "using.md").read_text("utf-8")
README = (ROOT / "README.md").read_text("utf-8")


def of_using() -> str:
    return USING.split("```")[1]


def of_the_readme() -> str:
    indented = [line.strip() for line in README.splitlines() if line.startswith("    ")]
    return "\n".join(line for line in indented if not line.startswith("python3"))


@pytest.mark.parametrize("text", [of_using(), of_the_readme()], ids=["using.md", "README.md"])
def test_every_operation_of_an_example_runs(text):
    script = parse_script(text)
    assert len(script.operations) >= 4
    session = Session(Machine())
    for operation in script.operations:
        assert session.apply(operation).bug is None


def test_every_key_of_the_guide_is_a_key_of_the_window():
    from vmgui.ui.actions import FOCUS_KEYS, PRESENT_KEYS, specs

    keys = {key for spec in [*specs(), *FOCUS_KEYS, *PRESENT_KEYS] for key in spec.keys}
    keys |= {"Tab", "Enter", "Alt"}
    told = set(re.findall(r"`((?:Ctrl\+|Shift\+|Alt\+)*(?:[A-Z][a-z]*|[.,\[\]?]))`", USING))
    assert len(told) > 12
    assert told - keys == set()
