"""How well a text fits what was typed: every word of it, its letters in order, together and early best."""

from __future__ import annotations

#: Points for a letter, for one that follows the last one found, and for one that begins a word.
LETTER, NEXT, BEGINS = 1, 4, 3
#: Points for a whole word as it was typed; taken off for each letter of the text.
WHOLE, LONG = 20, 0.05


def score(typed: str, text: str) -> float | None:
    """The points of a text; None when it does not fit, 0 where nothing was typed."""
    text = text.lower()
    words = typed.lower().split()
    found = [_word(word, text) for word in words]
    if any(points is None for points in found):
        return None
    return sum(points for points in found if points is not None) - (LONG * len(text) if words else 0)


def _word(word: str, text: str) -> float | None:
    at = text.find(word)
    if at >= 0:
        begins = at == 0 or not text[at - 1].isalnum()
        return float(WHOLE + len(word) * (LETTER + NEXT) + (2 * WHOLE if begins else 0))
    points, last = 0.0, -1
    for letter in word:
        at = text.find(letter, last + 1)
        if at < 0:
            return None
        points += LETTER + (NEXT if at == last + 1 and last >= 0 else 0)
        points += BEGINS if at == 0 or not text[at - 1].isalnum() else 0
        last = at
    return points if points >= len(word) * (LETTER + 2) else None  # letters strewn about are no match
