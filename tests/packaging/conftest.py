"""What makes the artefacts is no package of vmgui: its folder is put where modules are found."""

from __future__ import annotations

import sys

from tests.conftest import ROOT

sys.path.insert(0, str(ROOT / "packaging"))
