"""Recordings of scripts that the engine had never seen when it was written: made, then replayed, once.

They were recorded with the rig on Linux 6.12.117 after the engine was finished, so nothing in it can have
been fitted to them; and they need no ``../shared``.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from vmgui.formats.recording import find, read
from vmgui.formats.replay import replay

FRESH = Path(__file__).parent / "fresh"


@pytest.mark.parametrize("file", find([FRESH]), ids=lambda file: f"{file.parent.name}/{file.name}")
def test_a_script_nobody_had_recorded_is_identical(file: Path) -> None:
    result = replay(read(file))
    assert result.first_difference is None
    assert result.is_identical
