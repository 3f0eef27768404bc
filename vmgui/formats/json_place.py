"""Where in a JSON text a value stands, so that an error about it can be shown in its line."""

from __future__ import annotations

import json
import re

_PATH = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]")
_BLANK = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()


def offset_of(text: str, path: str) -> int:
    """Offset of the value at ``path`` (``$.operations[3]``) in valid JSON; of the deepest part there is."""
    at = _skip(text, 0)
    for key, index in _PATH.findall(path):
        inner = _member(text, at, key) if key else _element(text, at, int(index))
        if inner is None:
            return at
        at = inner
    return at


def line_column(text: str, offset: int) -> tuple[int, int]:
    """Line (from 1) and column (from 0) of ``offset``."""
    return text.count("\n", 0, offset) + 1, offset - (text.rfind("\n", 0, offset) + 1)


def _skip(text: str, at: int) -> int:
    match = _BLANK.match(text, at)
    return match.end() if match else at


def _after(text: str, at: int) -> int:
    """Offset behind the value at ``at`` and the comma that follows it."""
    end = _skip(text, _DECODER.raw_decode(text, at)[1])
    return _skip(text, end + 1) if text[end : end + 1] == "," else end


def _member(text: str, at: int, key: str) -> int | None:
    if text[at : at + 1] != "{":
        return None
    at = _skip(text, at + 1)
    while text[at : at + 1] == '"':
        name, end = _DECODER.raw_decode(text, at)
        value = _skip(text, _skip(text, end) + 1)
        if name == key:
            return value
        at = _after(text, value)
    return None


def _element(text: str, at: int, index: int) -> int | None:
    if text[at : at + 1] != "[":
        return None
    at = _skip(text, at + 1)
    for _ in range(index):
        if text[at : at + 1] == "]":
            return None
        at = _after(text, at)
    return at
