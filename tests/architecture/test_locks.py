"""The locks: what is installed is what was chosen, byte for byte, on every system."""

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.architecture.tree import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
LOCKS = {
    "run": [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["build"]],
    "dev": [
        *PROJECT["dependencies"],
        *PROJECT["optional-dependencies"]["build"],
        *PROJECT["optional-dependencies"]["dev"],
    ],
    "build": [
        *PROJECT["dependencies"],
        *PROJECT["optional-dependencies"]["build"],
        *PROJECT["optional-dependencies"]["freeze"],
    ],
}


def entries(lock: str) -> list[str]:
    """Each locked package with its hashes, on one line."""
    text = (ROOT / "packaging" / f"{lock}.lock").read_text()
    return [line for line in text.replace("\\\n", " ").splitlines() if line.strip()]


def locked(lock: str) -> dict[str, list[Requirement]]:
    found: dict[str, list[Requirement]] = {}
    for entry in entries(lock):
        requirement = Requirement(entry.partition("--hash")[0])
        found.setdefault(canonicalize_name(requirement.name), []).append(requirement)
    return found


@pytest.mark.parametrize("lock", LOCKS)
def test_every_dependency_is_locked_to_a_version_it_allows(lock):
    versions = locked(lock)
    for wanted in map(Requirement, LOCKS[lock]):
        chosen = versions[canonicalize_name(wanted.name)]
        pins = [next(iter(each.specifier)) for each in chosen]
        assert all(pin.operator == "==" and wanted.specifier.contains(pin.version) for pin in pins), wanted


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_has_hashes(lock):
    assert [entry for entry in entries(lock) if not re.search(r"--hash=sha256:[0-9a-f]{64}", entry)] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_registry(lock):
    assert not re.search(r"https?://|file://|--(extra-)?index|--find-links", "\n".join(entries(lock)))


@pytest.mark.parametrize("lock", ["dev", "build"])
def test_every_other_lock_contains_the_users(lock):
    run, larger = locked("run"), locked(lock)
    assert {name: [str(each) for each in run[name]] for name in run} == {
        name: [str(each) for each in larger[name]] for name in run
    }


@pytest.mark.parametrize("version", ["3.11.0", "3.12.0", "3.13.0"])
@pytest.mark.parametrize("system", ["linux", "darwin", "win32"])
def test_each_package_has_one_version_on_each_python_and_system(version, system):
    platform = {"linux": "Linux", "darwin": "Darwin", "win32": "Windows"}[system]
    environment = {
        "python_version": version.rpartition(".")[0],
        "python_full_version": version,
        "sys_platform": system,
        "platform_system": platform,
        "platform_python_implementation": "CPython",
    }
    for name, choices in locked("dev").items():
        fitting = [each for each in choices if each.marker is None or each.marker.evaluate(environment)]
        assert len(fitting) <= 1, name
        if canonicalize_name(name) in {canonicalize_name(Requirement(each).name) for each in LOCKS["dev"]}:
            assert len(fitting) == 1, name
