"""What every test shares: no display, no user settings, the reference recordings, how long to search."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).parent.parent

# Before any test module imports Qt.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# A shared machine decides how long an example takes, so no deadline; a merge must not hang on luck.
_SLOW = [HealthCheck.too_slow]
settings.register_profile("default", max_examples=40, deadline=None, suppress_health_check=_SLOW)
settings.register_profile("ci", settings.get_profile("default"), derandomize=True, database=None)
settings.register_profile("thorough", settings.get_profile("default"), max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "default"))


def pytest_addoption(parser: pytest.Parser) -> None:
    """What the references of tests/ui/pictures are painted anew by."""
    parser.addoption("--new-pictures", action="store_true", help="paint the reference pictures anew")


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """Recordings of a real kernel and the design, beside the checkout; skips where there is none."""
    path = ROOT.parent / "shared"
    if not path.is_dir():
        if os.environ.get("CI") == "true":
            pytest.fail(f"the reference recordings are not at {path}")
        pytest.skip(f"no reference recordings at {path}")
    return path


@pytest.fixture(scope="session", autouse=True)
def _own_settings(tmp_path_factory: pytest.TempPathFactory):
    """Settings, caches and recent files of whoever runs the tests stay untouched; so do courses."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("CONFIG", "DATA"):
            patch.setenv(f"XDG_{name}_DIRS", str(tmp_path_factory.mktemp(f"{name.lower()}-of-all")))
        for name in ("CONFIG", "DATA", "CACHE", "STATE"):
            patch.setenv(f"XDG_{name}_HOME", str(tmp_path_factory.mktemp(name.lower())))
        yield
