"""The project's changelog in the form that dpkg reads."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import format_datetime

from artefacts.common import epoch, version

RELEASE = re.compile(r"## \[(?P<name>[^]]+)\](?: - (?P<day>\d{4}-\d{2}-\d{2}))?$")
LINK = re.compile(r"\[([^]]+)\]\([^)]+\)")


def written(text: str, maintainer: str) -> str:
    """All releases, the newest first; what is not released yet is what this build brings."""
    return "\n".join(_release(*each, maintainer) for each in releases(text))


def releases(text: str) -> Iterator[tuple[str, datetime, list[str]]]:
    """Version, time and entries of each release; what is unreleased counts until its version is there."""
    built = datetime.fromtimestamp(epoch(), UTC)
    heads = [found for line in text.splitlines() if (found := RELEASE.match(line))]
    named = {found["name"] for found in heads}
    for found, part in zip(heads, re.split(r"^## .*$", text, flags=re.MULTILINE)[1:], strict=True):
        if found["name"] == "Unreleased" and version() in named:
            continue
        entries = [entry for entry in _entries(part)]
        when = datetime.fromisoformat(found["day"]).replace(tzinfo=UTC) if found["day"] else built
        if entries:
            yield version() if found["name"] == "Unreleased" else found["name"], when, entries


def _entries(part: str) -> Iterator[str]:
    """The points of a release, each in one line without marks of Markdown."""
    for entry in re.split(r"^- ", part, flags=re.MULTILINE)[1:]:
        plain = " ".join(entry.partition("\n\n")[0].partition("\n### ")[0].split())
        yield LINK.sub(r"\1", plain).replace("`", "").replace("*", "")


def _release(name: str, when: datetime, entries: list[str], maintainer: str) -> str:
    points = [textwrap.fill(entry, 78, initial_indent="  * ", subsequent_indent="    ") for entry in entries]
    told = "\n".join(points)
    return f"vmgui ({name}) unstable; urgency=medium\n\n{told}\n\n -- {maintainer}  {format_datetime(when)}\n"
