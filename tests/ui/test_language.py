"""The language is changed while the program goes on: menus, panes and sentences speak it, the step stays."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QCoreApplication, QLocale, QSettings, Qt
from PySide6.QtWidgets import QAbstractButton, QLabel

from vmgui.cli import window_parser
from vmgui.texts import Text, joined
from vmgui.ui import language, studying
from vmgui.ui.main_window import MainWindow
from vmgui.ui.selection import Place
from vmgui.ui.settings import Settings
from vmgui.ui.words import plain, tr


@pytest.fixture(autouse=True)
def english(qapp):
    """Whatever a test speaks, the next one hears English."""
    yield
    language.install(language.ENGLISH)


def menus(window: MainWindow) -> list[str]:
    return [plain(menu.title()) for menu in window.toolbar.menus]


def test_menus_panes_and_sentences_change_and_step_selection_and_program_stay(desk):
    window, session = desk.window, desk.workspace.session
    desk.player.seek(9)
    made = session.operations[0].outcome.made.addr
    desk.selection.select(Place(va=(made, made + 4096), area=made))
    window.actions_["language_zh"].trigger()
    again = window.desk
    assert menus(window)[:4] == ["文件", "编辑", "运行", "视图"]
    assert [dock.windowTitle() for dock in again.layout_.docks.values()][:2] == ["操作", "页表"]
    assert "个区域" in " ".join(part.text() for part in window.status.parts)
    assert again.player.at == 9
    assert again.selection.place == Place(va=(made, made + 4096), area=made)
    assert again.workspace.session is session


def test_a_refusal_and_its_checks_are_explained_in_chinese(qtbot, desk):
    from vmgui.ui.shots import landmarks, settle

    desk.window.actions_["language_zh"].trigger()
    desk = desk.window.desk
    desk.player.seek(landmarks(desk)["refused"])
    settle(desk)
    assert desk.why.card.reason == "物理地址未按 2 MiB 对齐"
    assert desk.transport.headline.text() == "vmap_try_huge_pmd: 物理地址未按 2 MiB 对齐"


def test_english_comes_back_as_it_was(desk):
    window = desk.window
    before = menus(window)
    window.actions_["language_zh"].trigger()
    window.actions_["language_en"].trigger()
    assert menus(window) == before
    assert window.settings.language == "en"


def test_the_menu_marks_the_language_that_was_chosen(desk):
    window = desk.window
    for name in ("zh", "en", "system"):
        window.actions_[f"language_{name}"].trigger()
        marked = [each for each in language.LANGUAGES if window.actions_[f"language_{each}"].isChecked()]
        assert marked == [name]


def test_the_button_of_the_toolbar_offers_the_same_three(desk):
    window = desk.window
    offered = [action.objectName() for action in window.toolbar.language.menu().actions()]
    assert offered == ["language_system", "language_en", "language_zh"]
    window.toolbar.language.menu().actions()[2].trigger()
    assert "中文" in window.toolbar.language.text() + window.toolbar.language.toolTip()


def test_what_is_wrong_with_a_line_is_said_in_chinese(desk):
    desk.window.actions_["language_zh"].trigger()
    desk = desk.window.desk
    desk.run_line("q = vmaloc 4K")
    assert desk.operations.command.wrong.text() == "未知的操作 'vmaloc'\n您是不是想写：q = vmalloc 4K"
    desk.run_line("vfree nobody")
    assert "还没有对象" in desk.operations.command.wrong.text()


def test_dialogs_of_qt_speak_it_too(qapp):
    language.install("zh")
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "取消"
    assert QLocale().language() == QLocale.Language.Chinese
    language.install("en")
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "Cancel"


@pytest.mark.parametrize(
    ("spoken", "expected"),
    [(["zh-Hans-CN", "en"], "zh"), (["de-DE"], "en"), (["en-GB", "zh-CN"], "en"), ([], "en")],
)
def test_the_system_decides_where_nobody_has_chosen(monkeypatch, spoken, expected):
    class System:
        def uiLanguages(self):
            return spoken

    monkeypatch.setattr(language.QLocale, "system", System)
    assert language.resolved(Settings().language) == expected


def test_the_choice_is_kept_for_the_next_start(tmp_path):
    file = str(tmp_path / "vmgui.ini")
    Settings(QSettings(file, QSettings.Format.IniFormat)).language = "zh"
    store = QSettings(file, QSettings.Format.IniFormat)
    assert Settings(store).language == "zh"
    store.setValue("language", "tlh")
    assert Settings(store).language == "system"


def test_the_command_line_chooses_the_language_of_one_start(capsys):
    assert window_parser().parse_args(["--language", "zh"]).language == "zh"
    with pytest.raises(SystemExit):
        window_parser().parse_args(["--language", "de"])
    assert "invalid choice" in capsys.readouterr().err


def test_a_text_is_translated_with_the_texts_in_it(qapp):
    language.install("zh")
    why = Text("{0} + {1} lazily freed", Text("{0} areas", 3), 2)
    assert (why, tr(why)) == ("3 areas + 2 lazily freed", "3 个区域 + 2 个惰性释放")
    assert tr(joined(", ", [Text("busy"), "pmd"])) == "使用中，pmd"
    assert str(ValueError(why)).template == why.template


def test_the_letter_of_a_menu_is_taken_out_in_both_languages():
    assert [plain(text) for text in ("&File", "文件(&F)", "打开(&O)…")] == ["File", "文件", "打开…"]


@pytest.mark.parametrize("size", [(1280, 720), (1600, 1000)])
def test_no_label_or_button_is_narrower_than_its_text_in_chinese(desk, size):
    from vmgui.ui.shots import landmarks, settle

    window = desk.window
    window.resize(*size)
    window.actions_["language_zh"].trigger()
    desk = window.desk
    desk.player.seek(landmarks(desk)["refused"])
    settle(desk)
    shown = [w for w in window.findChildren(QLabel) if not w.wordWrap() and "<" not in w.text()]
    shown += window.findChildren(QAbstractButton)
    icons = Qt.ToolButtonStyle.ToolButtonIconOnly
    worded = [w for w in shown if getattr(w, "toolButtonStyle", lambda: None)() != icons]
    assert [w.text() for w in worded if w.isVisible() and w.width() < w.sizeHint().width()] == []


def test_a_lesson_is_called_in_the_language_that_is_spoken(desk, monkeypatch, tmp_path):
    monkeypatch.setattr(studying, "progress_file", lambda: tmp_path / "progress.json")
    desk.study.open("04-when-huge")
    before = desk.workspace.title
    language.choose(desk, "zh")
    try:
        assert desk.workspace.title == "映射什么时候会变成大页？"
        assert desk.window.windowTitle().startswith(desk.workspace.title)
    finally:
        language.choose(desk.window.desk, "en")
    assert desk.workspace.title == before
    assert not desk.workspace.dirty
