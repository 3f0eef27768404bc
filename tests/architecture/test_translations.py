"""Every text of the window is in Chinese too, and the fonts that come along can draw it."""

import importlib
import sys
import tomllib

import pytest

from tests.architecture.tree import ROOT

I18N = ROOT / "resources" / "i18n"


@pytest.fixture(scope="module")
def script():
    sys.path.insert(0, str(ROOT / "packaging"))
    try:
        yield importlib.import_module("translations")
    finally:
        sys.path.remove(str(ROOT / "packaging"))


def test_every_text_has_a_finished_translation_that_takes_the_same_values(script):
    assert script.wrong(script.translations()) == []


def test_the_window_shows_no_literal_that_nobody_can_translate(script):
    assert script.unmarked() == []


def test_a_literal_that_nobody_can_translate_is_found(script, tmp_path, monkeypatch):
    room = tmp_path / "vmgui" / "ui"
    room.mkdir(parents=True)
    shown = ['QLabel("Page tables")', 'x.setText(f"{n} pages free")', 'y.setText(tr("fine"))']
    (room / "pane.py").write_text("\n".join(shown))
    monkeypatch.setattr(script, "ROOT", tmp_path)
    assert [line.partition(": ")[2] for line in script.unmarked()] == ["'Page tables'", "'… pages free'"]


def test_a_missing_a_stale_and_a_twisted_translation_are_found(script, monkeypatch):
    monkeypatch.setattr(script, "texts", lambda: ["{0} pages", "flush", "walk"])
    found = script.wrong({"{0} pages": "{1} 页", "flush": "刷新", "gone": "没有"})
    assert found == ["not translated: 'walk'", "no longer shown: 'gone'", "other values: '{0} pages'"]


def test_what_is_compiled_is_what_is_written(script):
    from PySide6.QtCore import QTranslator

    translator = QTranslator()
    assert translator.load(str(script.TS.with_suffix(".qm")))
    known = script.translations()
    assert {text: translator.translate(script.CONTEXT, text) for text in known} == known


@pytest.mark.parametrize("name", ["why", "beats"])
def test_both_languages_say_something_of_the_same_things(name):
    files = (I18N / f"{name}.{code}.toml" for code in ("en", "zh"))
    english, chinese = (tomllib.loads(file.read_text("utf-8")) for file in files)
    assert {key: sorted(said) for key, said in english.items()} == {
        key: sorted(said) for key, said in chinese.items()
    }


def test_the_terms_of_the_glossary_are_used(script):
    terms = {"page table": "页表", "huge page": "大页", "refused": "被拒", "guard page": "保护页",
             "lazily freed": "惰性释放", "purge": "清理", "folded": "折叠", "reserved": "保留",
             "Buddy": "伙伴", "flush": "刷新"}  # fmt: skip
    known = script.translations()
    for english, chinese in terms.items():
        assert chinese in next(known[text] for text in known if text == english or english in text)


def characters() -> set[str]:
    """Every character that a translation or a page in Chinese needs."""
    files = [*I18N.glob("*.toml"), I18N / "vmgui_zh_CN.ts", *(ROOT / "resources" / "docs").rglob("*.md")]
    found = {c for path in files for c in path.read_text("utf-8")}
    return {c for c in found if c.isprintable() and c != "\ufe0f"}


def test_the_fonts_that_come_along_hold_every_character_of_every_translation(qapp):
    from PySide6.QtCore import QByteArray
    from PySide6.QtGui import QRawFont

    data = [path.read_bytes() for path in (ROOT / "resources" / "fonts").glob("*.[ot]tf")]
    fonts = [QRawFont(QByteArray(each), 12) for each in data]
    missing = {c for c in characters() if not any(font.supportsCharacter(ord(c)) for font in fonts)}
    assert missing == set()
