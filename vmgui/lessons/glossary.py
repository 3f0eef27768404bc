"""Terms and what they mean, a sentence each, shown where a lesson uses them."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache

from vmgui import assets

FALLBACK = "en"


@lru_cache(maxsize=4)
def terms(language: str) -> dict[str, str]:
    """What each term means, in a language or else in English."""
    path = assets.path(f"i18n/glossary.{language}.toml")
    if not path.exists():
        path = assets.path(f"i18n/glossary.{FALLBACK}.toml")
    found: dict[str, str] = tomllib.loads(path.read_text(encoding="utf-8"))["terms"]
    return found


@lru_cache(maxsize=4)
def pattern(language: str) -> re.Pattern[str]:
    """Finds a term, the longest that fits; in Latin letters only whole words."""
    longest = sorted(terms(language), key=len, reverse=True)
    return re.compile("|".join(_whole(term) for term in longest), re.IGNORECASE)


def _whole(term: str) -> str:
    written = re.escape(term)
    return rf"(?<![A-Za-z_]){written}s?(?![A-Za-z_])" if term.isascii() else written


def meaning(word: str, language: str) -> str:
    """What a word that `pattern` found means; "" when it is no term."""
    lower = {term.lower(): said for term, said in terms(language).items()}
    return lower.get(word.lower()) or lower.get(word.lower().removesuffix("s"), "")
