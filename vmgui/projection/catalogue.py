"""Sentences for the engine's guards, by language: ``resources/i18n/why.*.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache

from vmgui import assets

LANGUAGES = ("en", "zh")


@cache
def words(language: str) -> Mapping[str, str]:
    """Sentences by `Guard.key`, with " ✗" behind it for a guard that decided, " ?" for one not reached."""
    functions = tomllib.loads(assets.path(f"i18n/why.{language}.toml").read_text("utf-8"))
    found: dict[str, str] = {}
    for function, guards in functions.items():
        for condition, said in guards.items():
            found[f"{function}: {condition}"] = said["holds"]
            found[f"{function}: {condition} ✗"] = said["fails"]
            if "asks" in said:
                found[f"{function}: {condition} ?"] = said["asks"]
    return found
