"""Prose of lessons: CommonMark as rich text, with terms that tell what they mean under the pointer."""

from __future__ import annotations

import re
from functools import cache
from html import escape, unescape
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QLabel, QToolTip

from vmgui.lessons.glossary import meaning, pattern
from vmgui.ui.language import current
from vmgui.ui.theme import BODY, DARK, MONO, Theme, px

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

TERM = "term:"
_TAG = re.compile(r"(<[^>]*>)")
_LINES = 125  # per cent
#: How large code is beside prose.
CODE = 12 / 14


@cache
def _markdown() -> MarkdownIt:
    """Text and tables; neither HTML nor pictures nor addresses of the world outside."""
    from markdown_it import MarkdownIt  # not needed until something is told

    outside = ["image", "autolink", "link", "html_inline"]
    return MarkdownIt("commonmark", {"html": False}).enable("table").disable(outside)


def rich(markdown: str, theme: Theme, known: set[str] | None = None, pixels: float = BODY) -> str:
    """Rich text for a label. Terms become links, each only where `known` does not have it yet."""
    html = _markdown().render(markdown)
    if known is not None:
        html = _with_terms(html, theme, known)
    apart = f"line-height:{_LINES}%;margin-top:0px;margin-bottom:{px(8)}px"
    html = re.sub(r"<(p|li)>", rf'<\1 style="{apart}">', html)
    edges = f"border-collapse:collapse;border-style:solid;border-color:{theme.border}"
    html = html.replace("<table>", f'<table border="1" cellpadding="{px(5)}" style="{edges}">')
    return f'<div style="font-size:{px(pixels)}px">{_coded(html, pixels)}</div>'


def inline(markdown: str, pixels: float = BODY) -> str:
    """Rich text of a sentence or two, without a paragraph around them."""
    html = _coded(_markdown().renderInline(markdown), pixels)
    return f'<span style="font-size:{px(pixels)}px">{html}</span>'


def unmarked(markdown: str) -> str:
    """The words alone, for measuring and for a screen reader."""
    return unescape(_TAG.sub("", _markdown().render(markdown))).strip()


def _coded(html: str, pixels: float) -> str:
    """Code in the monospaced family, which is wider."""
    families = ",".join(f"'{name}'" for name in MONO)
    html = html.replace("<code>", f'<span style="font-family:{families};font-size:{px(pixels * CODE)}px">')
    return html.replace("</code>", "</span>")


def _with_terms(html: str, theme: Theme, known: set[str]) -> str:
    """Make a link of each term where it stands first; not inside code."""
    parts, code = [], False
    for part in _TAG.split(html):
        if part.startswith("<"):
            code = part in ("<code>", "<pre>") or code and part not in ("</code>", "</pre>")
            parts.append(part)
        else:
            parts.append(part if code else _linked(part, theme, known))
    return "".join(parts)


def _linked(text: str, theme: Theme, known: set[str]) -> str:
    def link(found: re.Match[str]) -> str:
        said = meaning(found[0], current())
        if not said or said in known:
            return found[0]
        known.add(said)
        style = f"color:{theme.text1};text-decoration:underline"
        return f'<a href="{TERM}{escape(found[0])}" style="{style}">{found[0]}</a>'

    return pattern(current()).sub(link, text)


class Prose(QLabel):
    """A paragraph or more; hovering a term shows what it means, and so does Enter on it."""

    def __init__(self, markdown: str, known: set[str] | None = None, pixels: float = BODY):
        super().__init__()
        self.markdown = markdown
        self._known, self._pixels = known, pixels
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.LinksAccessibleByMouse
            | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
        )
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.linkHovered.connect(self._explain)
        self.linkActivated.connect(self._explain)
        self.set_theme(DARK)

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        shown = rich(self.markdown, theme, None if self._known is None else set(self._known), self._pixels)
        self.setText(shown)
        self.setAccessibleName(unmarked(self.markdown))

    def _explain(self, link: str) -> None:
        if link.startswith(TERM):
            QToolTip.showText(
                QCursor.pos() + QPoint(0, px(12)), meaning(link.removeprefix(TERM), current()), self
            )
        else:
            QToolTip.hideText()


def terms_in(markdown: str) -> set[str]:
    """What the terms of a text mean: those need not be explained below it."""
    return {said for found in pattern(current()).findall(markdown) if (said := meaning(found, current()))}
