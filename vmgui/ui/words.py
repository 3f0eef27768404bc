"""The texts of the window in the language of its user."""

from __future__ import annotations

import re

from PySide6.QtCore import QCoreApplication

from vmgui.texts import Text

#: The one context of all texts in resources/i18n/vmgui_zh_CN.ts.
CONTEXT = "vmgui"
#: The letter of a menu's text that Alt goes with: &File, 文件(&F).
MNEMONIC = re.compile(r"\(&.\)|&")


def tr(text: str) -> str:
    """A text in the language of the window; a `Text` with its values, which may be texts themselves."""
    if isinstance(text, Text):
        values = (tr(value) if isinstance(value, Text) else value for value in text.values)
        shown = QCoreApplication.translate(CONTEXT, text.template)
        return shown.format(*values) if text.values else shown
    return QCoreApplication.translate(CONTEXT, text)


def plain(text: str) -> str:
    """A menu's text without the mark of its letter."""
    return MNEMONIC.sub("", text)
