"""Where the resources are: beside the package in a checkout, inside it when installed."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).parent


def path(name: str) -> Path:
    """The file of resources called `name`, such as "icons/play.svg"; FileNotFoundError if missing."""
    for root in (PACKAGE / "resources", PACKAGE.parent / "resources"):
        found = root / name
        if found.exists():
            return found
    raise FileNotFoundError(f"resource {name!r} is missing from {PACKAGE / 'resources'}")
