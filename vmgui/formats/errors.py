"""What a reader of files says when the text in front of it is not valid."""

from __future__ import annotations

import unicodedata

from vmgui.texts import Text, joined


def printable(text: str) -> str:
    """``text`` for a terminal: a mark in place of each character that it would obey, or could not write."""
    if not any(c not in "\t\n" and unicodedata.category(c)[0] == "C" for c in text):
        return text
    return "".join(c if c in "\t\n" or unicodedata.category(c)[0] != "C" else "\N{REPLACEMENT CHARACTER}"
                   for c in text)  # fmt: skip


class FormatError(ValueError):
    """Input that cannot be read, with its place and the nearest valid form.

    ``line`` counts from 1 and is 0 when no line is at fault; ``column`` counts from 0 and ``width`` is
    the length of what is wrong; ``text`` is the line itself, ``usage`` how it should be written.
    """

    def __init__(
        self,
        why: str,
        *,
        file: str = "",
        line: int = 0,
        column: int = 0,
        width: int = 1,
        text: str = "",
        suggestion: str | None = None,
        usage: str | None = None,
    ) -> None:
        super().__init__(why)
        self.why, self.file, self.line, self.column, self.width = why, file, line, column, max(1, width)
        self.text, self.suggestion, self.usage = text, suggestion, usage

    @property
    def place(self) -> str:
        """``file:line:column``, as far as it is known; the column counts from 1 here."""
        parts = [self.file] if self.file else []
        if self.line:
            parts.append(str(self.line) if parts else Text("line {0}", self.line))
        if self.text:
            parts.append(str(self.column + 1) if parts else Text("column {0}", self.column + 1))
        return joined(":", parts)

    @property
    def caret(self) -> str:
        """The line at fault with a caret below what is wrong; empty when there is no line."""
        if not self.text:
            return ""
        blank = "".join("\t" if c == "\t" else " " for c in self.text[: self.column])
        return f"{self.text}\n{blank.ljust(self.column)}{'^' * self.width}"

    @property
    def hint(self) -> str:
        """The nearest valid form, or how the operation is written."""
        if self.suggestion:
            return Text("did you mean: {0}", self.suggestion)
        return Text("usage: {0}", self.usage) if self.usage else ""

    def __str__(self) -> str:
        first = joined(": ", [part for part in (self.place, self.why) if part])
        caret = "\n".join(f"    {line}" for line in self.caret.splitlines())
        return printable(joined("\n", [part for part in (first, caret, self.hint) if part]))
