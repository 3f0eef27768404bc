"""Integers that a function hands back through a pointer argument, as C does."""

from __future__ import annotations


class Out:
    """An ``int *`` argument: the callee changes ``value``, the caller reads it afterwards.

    It lives only as long as the call that made it; state that outlives an operation is in words.
    """

    __slots__ = ("value",)

    def __init__(self, value: int = 0) -> None:
        self.value = value

    def __repr__(self) -> str:
        """Show the number it holds."""
        return f"{self.value:#x}"
