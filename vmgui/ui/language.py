"""The language of the window: English, Simplified Chinese, or what the system speaks."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from vmgui import assets

if TYPE_CHECKING:
    from vmgui.ui.desk import Desk

SYSTEM, ENGLISH, CHINESE = "system", "en", "zh"
LANGUAGES = (SYSTEM, ENGLISH, CHINESE)
#: What a button with room for a few letters says.
SHORT = {ENGLISH: "EN", CHINESE: "中文"}
LOCALES = {ENGLISH: "en_US", CHINESE: "zh_CN"}
#: Our own texts first, then those of Qt's own dialogs.
OURS, QTS = "vmgui", "qtbase"


def resolved(wanted: str) -> str:
    """The language that `wanted` stands for: that of the system where it is asked for."""
    if wanted != SYSTEM:
        return wanted
    spoken = QLocale.system().uiLanguages()
    return CHINESE if spoken and spoken[0].startswith("zh") else ENGLISH


def current() -> str:
    """The language that the window speaks."""
    app = QCoreApplication.instance()
    return CHINESE if app is not None and app.findChild(QTranslator, OURS) is not None else ENGLISH


def install(wanted: str) -> None:
    """Speak a language from here on; what is shown already is built anew by `MainWindow.refurnish`."""
    app = QCoreApplication.instance()
    assert app is not None
    for old in app.findChildren(QTranslator):
        app.removeTranslator(old)
        old.setParent(None)
    language = resolved(wanted)
    if language == CHINESE:
        folders = {QTS: QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath),
                   OURS: str(assets.path("i18n"))}  # fmt: skip
        for name, folder in folders.items():
            translator = QTranslator(app)
            translator.setObjectName(name)
            if translator.load(f"{name}_{LOCALES[language]}", folder):
                app.installTranslator(translator)
    QLocale.setDefault(QLocale.system() if wanted == SYSTEM else QLocale(LOCALES[language]))


def handlers(desk: Desk) -> dict[str, Callable[[], object]]:
    """What the actions of the menu Language do."""
    return {f"language_{name}": partial(choose, desk, name) for name in LANGUAGES}


def choose(desk: Desk, wanted: str) -> None:
    """Speak another language from here on, and in the next start."""
    window = desk.window
    window.settings.language = wanted
    if resolved(wanted) != current():
        install(wanted)
        window.refurnish()
    else:
        show_choice(desk)


def show_choice(desk: Desk) -> None:
    """Mark the language that was chosen in the menu."""
    for name in LANGUAGES:
        desk.window.actions_[f"language_{name}"].setChecked(name == desk.window.settings.language)
