"""A file of /proc while it is read: text that a function of the kernel prints (fs/seq_file.c, v6.12).

It lives only as long as the read: nothing of it is in words.
"""

from __future__ import annotations


class seq_file:
    """What has been printed so far."""

    def __init__(self) -> None:
        self.text = ""


def seq_puts(m: seq_file, s: str) -> None:
    """Print ``s``."""
    m.text += s


def seq_put_decimal_ull_width(m: seq_file, delimiter: str, num: int, width: int) -> None:
    """Print ``delimiter``, then ``num`` in decimal, with blanks in front up to ``width`` columns."""
    m.text += f"{delimiter}{num:{width}d}"
