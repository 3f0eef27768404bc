"""Whether a licence goes with GPL-2.0-only, by its SPDX expression."""

from __future__ import annotations

import re

#: Licences of code that may be combined with code under GPL-2.0-only.
COMPATIBLE = {
    "0BSD", "BSD-2-Clause", "BSD-3-Clause", "Bitstream-Vera", "CC0-1.0", "GPL-2.0-only", "GPL-2.0-or-later",
    "HPND", "IJG", "ISC", "LGPL-2.1-or-later", "Libpng", "MIT", "MIT-CMU", "PSF-2.0", "Python-2.0",
    "Unicode-3.0", "Unlicense", "X11", "Zlib", "bzip2-1.0.6", "libtiff",
}  # fmt: skip
#: Licences that by themselves do not go with it, but do with an exception for programs that they are part of.
EXCEPTED = {"GPL-3.0-or-later WITH GCC-exception-3.1", "GPL-2.0-or-later WITH Bootloader-exception"}
#: Licences of what lies beside the program and is no part of it: fonts.
BESIDE = {"OFL-1.1"}

WORD = re.compile(r"\(|\)|[^\s()]+")


def compatible(expression: str) -> bool:
    """Whether an expression such as ``MIT OR (Apache-2.0 AND Zlib)`` allows it; ValueError if it is none."""
    words = WORD.findall(expression)
    answer = _either(words)
    if words:
        raise ValueError(f"{expression!r} is no SPDX expression")
    return answer


def _either(words: list[str]) -> bool:
    answer = _both(words)
    while words[:1] == ["OR"]:
        words.pop(0)
        answer = _both(words) or answer
    return answer


def _both(words: list[str]) -> bool:
    answer = _one(words)
    while words[:1] == ["AND"]:
        words.pop(0)
        answer = _one(words) and answer
    return answer


def _one(words: list[str]) -> bool:
    if not words or words[0] in ("AND", "OR", "WITH", ")"):
        raise ValueError("a licence is missing in an SPDX expression")
    first = words.pop(0)
    if first == "(":
        answer = _either(words)
        if words[:1] != [")"]:
            raise ValueError("a parenthesis is not closed in an SPDX expression")
        words.pop(0)
        return answer
    if words[:1] == ["WITH"] and len(words) > 1:
        first = f"{first} {words.pop(0)} {words.pop(0)}"
    return first in COMPATIBLE | EXCEPTED | BESIDE
