"""Sentences for the engine's guards, by language: ``resources/i18n/why.*.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache

from vmgui import assets
from vmgui.projection.entries import Geometry
from vmgui.projection.levels import Level
from vmgui.projection.numbers import size

LANGUAGES = ("en", "zh")
SIZES: tuple[Level, ...] = ("pmd", "pud", "p4d")


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


def sentences(language: str, shape: Geometry) -> Mapping[str, str]:
    """The sentences with the sizes and names of one machine in them."""
    x86 = shape.arch == "x86_64"
    known = {level.upper(): size(shape.covers(level)) for level in SIZES}
    known |= {"PAGE": size(shape.page_size), "ARCH": shape.k.arch.title}
    known |= {"PSE": " (PSE)" if x86 else "", "GBPAGES": " (GBPAGES)" if x86 else ""}
    return {key: text.format_map(known) for key, text in words(language).items()}
