"""The verdict about a recording in words: identical n/n, or k of n differ; never a percentage."""

from __future__ import annotations

from vmgui.formats.side_by_side import SideBySide
from vmgui.ui.words import tr


def verdict_of(both: SideBySide) -> tuple[str, str]:
    """The sign of a verdict and the token of its colour."""
    result = both.result
    if result.is_identical:
        return "✓", "success"
    return ("≠", "error") if result.different else ("?", "now")


def verdict_text(both: SideBySide) -> str:
    """The verdict in a line."""
    r = both.result
    if r.is_identical:
        return tr("identical {0}/{1}").format(r.identical, r.ops)
    parts = [tr("{0} of {1} differ").format(r.different, r.ops)] if r.different else []
    parts += [tr("{0} of {1} not done yet").format(r.unsupported, r.ops)] if r.unsupported else []
    return ", ".join(parts)
