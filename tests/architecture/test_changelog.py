"""The changelog keeps the form that readers and tools know."""

import datetime
import re

import pytest

import vmgui
from tests.architecture.tree import ROOT

KINDS = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
_VERSION = re.compile(r"## \[(\d+)\.(\d+)\.(\d+)\] - (\d{4}-\d{2}-\d{2})$")


class ChangelogError(ValueError):
    """A line that does not fit the form."""


def parse(text: str) -> list[tuple[str, dict[str, list[str]]]]:
    """The releases from top to bottom, each with its entries by kind."""
    releases: list[tuple[str, dict[str, list[str]]]] = []
    entries: list[str] | None = None
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("## "):
            releases.append((heading(line, number), {}))
            entries = None
        elif line.startswith("### "):
            if not releases or line[4:] not in KINDS:
                raise ChangelogError(f"line {number}: {line[4:]!r} is not one of {sorted(KINDS)}")
            entries = releases[-1][1].setdefault(line[4:], [])
        elif line.startswith("- "):
            if entries is None:
                raise ChangelogError(f"line {number}: an entry outside a kind of change")
            entries.append(line[2:])
        elif line.startswith("  ") and entries:
            entries[-1] += " " + line.strip()
        elif line and releases:
            raise ChangelogError(f"line {number}: {line!r} is not an entry")
    return releases


def heading(line: str, number: int) -> str:
    """The version of a heading, or "Unreleased"."""
    if line == "## [Unreleased]":
        return "Unreleased"
    found = _VERSION.match(line)
    if not found:
        raise ChangelogError(f"line {number}: write ## [1.2.3] - 2026-01-31")
    datetime.date.fromisoformat(found[4])
    return ".".join(found.groups()[:3])


def page() -> str:
    return (ROOT / "resources" / "docs" / "changelog.md").read_text("utf-8")


def test_the_changelog_begins_with_what_is_unreleased():
    releases = parse(page())
    assert releases[0][0] == "Unreleased"


def test_releases_go_down_and_the_newest_is_not_ahead_of_the_program():
    versions = [tuple(map(int, release.split("."))) for release, _ in parse(page())[1:]]
    assert versions == sorted(set(versions), reverse=True)
    assert all(version <= tuple(map(int, vmgui.__version__.split("."))) for version in versions)


def test_every_kind_has_entries_that_are_sentences():
    kinds = [entries for _, release in parse(page()) for entries in release.values()]
    assert kinds
    assert all(entries for entries in kinds)
    assert [entry for entries in kinds for entry in entries if not entry.endswith(".")] == []


@pytest.mark.parametrize(
    "wrong",
    [
        "## 1.0.0",
        "## [1.0] - 2026-01-01",
        "## [Unreleased]\n### New\n- it.",
        "## [Unreleased]\n- loose.",
        "## [Unreleased]\n### Added\nprose",
    ],
)
def test_a_changelog_in_another_form_is_refused(wrong):
    with pytest.raises(ChangelogError):
        parse(wrong)
