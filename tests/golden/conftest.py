"""A recording that needs no kernel."""

import pytest

from tests.golden.recordings import inputs, record


@pytest.fixture(scope="session")
def made() -> list[dict]:
    """A recording made by the engine itself, as plain JSON."""
    return record(inputs())
