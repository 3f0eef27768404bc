"""Sentences that can be said in another language: a template with numbered places, and what stands in them.

Every room may make them; only the window translates them.  In English they are plain strings.
"""

from __future__ import annotations

from collections.abc import Sequence


def mark(text: str) -> str:
    """Mark a text of a table for translation; whoever shows it translates it."""
    return text


class Text(str):
    """A sentence in English that knows what it was made of.

    A value may be a `Text` too: a whole sentence or name inside another.
    """

    template: str
    values: tuple[object, ...]

    def __new__(cls, template: str, *values: object) -> Text:
        """Fill the places {0}, {1}, ... of `template`."""
        made = super().__new__(cls, template.format(*values) if values else template)
        made.template, made.values = template, values
        return made

    def __str__(self) -> str:
        """Itself: an exception gives back what it was raised with."""
        return self


def joined(mark: str, parts: Sequence[str]) -> Text:
    """Texts that stand side by side or below each other: no sentence is glued together."""
    return Text(mark.join(f"{{{i}}}" for i in range(len(parts))), *parts)
