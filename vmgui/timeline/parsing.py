"""Parsing Python, one thread at a time.

CPython 3.11 keeps the recursion depth of the tree's constructor for the whole interpreter: two threads that
parse at once can end in "SystemError: AST constructor recursion depth mismatch".
"""

from __future__ import annotations

import ast
import threading

_LOCK = threading.Lock()


def parse(text: str, filename: str) -> ast.Module:
    """Return the syntax tree of ``text``; safe from any thread."""
    with _LOCK:
        return ast.parse(text, filename)
