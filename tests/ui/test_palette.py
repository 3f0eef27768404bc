"""The palette finds everything by name; keys and palette know every action of the window."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QMenu, QMessageBox
from shiboken6 import isValid

from vmgui.timeline.verbs import VERBS
from vmgui.ui import language, studying
from vmgui.ui import theme as themes
from vmgui.ui.actions import FOCUS_KEYS, PRESENT_KEYS, specs
from vmgui.ui.dialogs.finder import Finder
from vmgui.ui.dialogs.keys import KeysOverlay
from vmgui.ui.dialogs.preferences import PreferencesDialog
from vmgui.ui.fuzzy import score
from vmgui.ui.keepsake import Keepsake
from vmgui.ui.palette import Entry, entries, found
from vmgui.ui.words import plain

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def best(desk, typed: str):
    """The first that is offered for what was typed."""
    return found(desk, entries(desk), typed)[0]


def in_menus(menu: QMenu) -> list[QAction]:
    """Every action of a menu and of those in it, but for the lists of files, which change."""
    held = []
    for action in menu.actions():
        inner = action.menu()
        if isinstance(inner, QMenu):
            held += in_menus(inner)
        elif not action.isSeparator():
            held.append(action)
    return held


# --- fitting -------------------------------------------------------------------------------------


def test_letters_in_order_fit_and_others_do_not():
    assert score("nxtop", "Next operation") is not None
    assert score("pot", "Next operation") is None
    assert score("operation next", "Next operation") is not None
    assert score("nxa", "next operation") is None  # strewn about
    assert score("", "anything") == 0


@pytest.mark.parametrize(
    ("typed", "better", "worse"),
    [("step", "Step", "Next step of all"), ("pref", "Preferences…", "Pretty reference"),
     ("go", "Go to", "Cargo")],
)  # fmt: skip
def test_the_beginning_of_a_word_fits_better_than_its_middle(typed, better, worse):
    assert score(typed, better) > score(typed, worse)


# --- what is found -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "name"),
    [("preferences", "action:preferences"), ("next op", "action:next_operation"),
     ("vmalloc_huge", "operation:vmalloc_huge"), ("iounmap", "operation:iounmap"),
     ("kmemleak", "scenario:kmemleak.vmgui"), ("theme light", "setting:theme:light"),
     ("reduced motion on", "setting:reduced_motion:True"), ("简体", "action:language_zh"),
     ("become huge", "lesson:04-when-huge"), ("split one huge", "lab:06-split-leaf")],
)  # fmt: skip
def test_what_is_typed_finds_what_is_meant(desk, typed, name):
    assert name in [entry.name for entry in found(desk, entries(desk), typed)[:3]]


@pytest.mark.parametrize(
    ("typed", "name"),
    [("统计", "action:show_statistics"), ("statistics over", "action:show_statistics"),
     ("export", "action:export"),
     ("vmalloc_huge", "operation:vmalloc_huge"), ("vmalloc huge", "operation:vmalloc_huge"),
     ("when-huge", "lesson:04-when-huge"), ("变成大页", "lesson:04-when-huge"),
     ("kmemleak", "scenario:kmemleak.vmgui"), ("stale", "scenario:stale-tlb.vmgui"),
     ("still answers", "scenario:stale-tlb.vmgui"), ("theme", "setting:theme:light")],
)  # fmt: skip
def test_in_chinese_all_is_found_by_its_name_there_and_in_english(desk, typed, name):
    language.choose(desk, "zh")
    try:
        shown = desk.window.desk
        assert name in [entry.name for entry in found(shown, entries(shown), typed)[:4]]
    finally:
        language.choose(desk.window.desk, "en")


@pytest.mark.parametrize("typed", ["步骤 12", "step 12", "12"])
def test_in_chinese_a_step_is_gone_to_by_the_word_that_the_field_names(desk, typed):
    language.choose(desk, "zh")
    try:
        best(desk.window.desk, typed).do()
        assert desk.window.desk.player.at == 12
        looked = best(desk.window.desk, "地址 0xffffc90000000000")
        looked.do()
        assert desk.window.desk.scene.looking == 0xFFFFC90000000000
    finally:
        language.choose(desk.window.desk, "en")


def test_what_shows_how_far_it_is_leaves_the_field_that_still_handles_the_key(desk):
    desk.window.actions_["palette"].trigger()
    finder, there = desk.window.findChild(Finder), []

    def long() -> None:
        QApplication.processEvents()
        there.append(isValid(finder) and isValid(finder.field))

    finder.entries = [Entry("", "", "something long", "", long)]
    finder.field.setText("something")
    QTest.keyClick(finder.field, Qt.Key.Key_Return)
    assert there == [True]
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert not isValid(finder)


def test_a_new_language_leaves_what_still_handles_a_key_until_all_is_shown(desk, monkeypatch):
    desk.window.actions_["preferences"].trigger()
    dialog, there, give = desk.window.findChild(PreferencesDialog), [], Keepsake.give

    def long(kept, shown) -> None:
        give(kept, shown)
        QApplication.processEvents()
        there.append(isValid(dialog) and isValid(desk))

    monkeypatch.setattr(Keepsake, "give", long)
    language.choose(desk, "zh")
    language.choose(desk.window.desk, "en")
    assert there[0]
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert not isValid(dialog)


def test_a_lesson_is_opened(desk, monkeypatch, tmp_path):
    monkeypatch.setattr(studying, "progress_file", lambda: tmp_path / "progress.json")
    best(desk, "become huge").do()
    assert desk.study.page is not None
    assert desk.perspectives.current == "study"


def test_a_step_and_an_address_are_gone_to(desk):
    best(desk, "step 12").do()
    assert desk.player.at == 12
    best(desk, "7").do()
    assert desk.player.at == 7
    best(desk, "@f").do()
    made = desk.workspace.session.operations[1].outcome.made.addr
    assert desk.scene.looking == made
    best(desk, f"address {made + 4096:#x}").do()
    assert desk.scene.looking == made + 4096
    assert desk.player.at == 7


@pytest.mark.parametrize("typed", ["step 99999999", "0xzz", "@nobody"])
def test_what_is_not_there_says_so_and_does_nothing(desk, typed):
    finder = Finder(desk)
    finder.field.setText(typed)
    assert finder.shown[0].why
    finder.field.returnPressed.emit()
    assert finder.tip.text() == finder.shown[0].why
    assert desk.player.at == 0
    finder.close()


def test_an_operation_is_put_into_the_command_line(desk):
    best(desk, "vm_map_ram").do()
    assert desk.operations.form.verb.name == "vm_map_ram"
    assert "vm_map_ram" in desk.operations.command.text()
    assert len(desk.workspace.session.operations) == 3


def test_a_setting_is_changed(desk):
    best(desk, "theme light").do()
    assert desk.window.theme.name == "light"


def test_what_was_used_last_comes_first(desk):
    finder = Finder(desk)
    finder.field.setText("last step")
    QTest.keyClick(finder.field, Qt.Key.Key_Return)
    assert desk.player.at == desk.player.length
    assert found(desk, entries(desk), "")[0].name == "action:last"
    finder = Finder(desk)
    assert finder.shown[0].name == "action:last"
    assert "End" in finder.shown[0].keys
    finder.close()


def test_arrows_move_in_what_fits_and_nothing_fits_is_said(desk):
    finder = Finder(desk)
    QTest.keyClick(finder.field, Qt.Key.Key_Up)
    assert finder.list.currentRow() == finder.list.count() - 1
    QTest.keyClick(finder.field, Qt.Key.Key_Down)
    assert finder.list.currentRow() == 0
    finder.field.setText("qqqqqq")
    assert finder.list.count() == 0
    assert "Nothing fits" in finder.tip.text()
    finder.close()


# --- every action --------------------------------------------------------------------------------


def test_every_action_of_the_window_is_in_the_palette(desk):
    offered = {entry.name for entry in entries(desk)}
    texts = {entry.text.rpartition(": ")[2] for entry in entries(desk)}
    for action in desk.window.actions_:
        assert f"action:{action.objectName()}" in offered or action.objectName() == "palette"
    for menu in desk.window.toolbar.menus:
        for action in in_menus(menu):
            assert plain(action.text()) in texts or action.objectName() == "palette", action.text()
    for action in desk.window.findChildren(QAction):
        if action.shortcut().toString():
            assert f"action:{action.objectName()}" in offered or action.objectName() == "palette"
    assert {f"operation:{name}" for name in VERBS} <= offered


def test_every_action_and_key_is_on_the_page_of_keys(desk):
    overlay = KeysOverlay(desk.window)
    shown = sorted((spec.focus, spec.name) for spec, _keys, _text in overlay.rows)
    assert shown == sorted((spec.focus, spec.name) for spec in [*specs(), *FOCUS_KEYS, *PRESENT_KEYS])
    for spec, keys, text in overlay.rows:
        assert text.text() == plain(spec.text)
        assert len(keys.text().split()) == len(spec.keys)
    overlay.field.setText("ctrl+k")
    assert [spec.name for spec, _keys, text in overlay.rows if not text.isHidden()] == ["palette"]
    overlay.close()


def test_the_page_of_keys_names_the_pane_that_a_key_belongs_to(desk, qapp):
    overlay = KeysOverlay(desk.window)
    overlay.show()
    qapp.processEvents()
    assert set(overlay.panes) == {spec.focus for spec in FOCUS_KEYS}
    heads = {head.y(): focus for focus, head in overlay.panes.items()}
    for spec, keys, text in overlay.rows:
        if spec in FOCUS_KEYS:
            assert heads[max(y for y in heads if y < keys.y())] == spec.focus
        assert text.wordWrap() or text.width() >= text.sizeHint().width()
    overlay.field.setText("free tree")
    assert [focus for focus, head in overlay.panes.items() if not head.isHidden()] == ["allocator"]
    overlay.close()


@pytest.mark.parametrize("scale", [100, 200])
def test_the_page_of_keys_cuts_no_word(desk, qapp, scale, monkeypatch):
    monkeypatch.setattr(themes.Scale, "factor", scale / 100)
    desk.window.apply_theme()
    overlay = KeysOverlay(desk.window)
    overlay.show()
    qapp.processEvents()
    short = [text.text() for _spec, _keys, text in overlay.rows if not text.wordWrap()
             and text.width() < text.sizeHint().width()]  # fmt: skip
    overlay.close()
    assert short == []


def test_every_menu_has_room_on_the_smallest_screen(desk):
    assert {menu.title(): menu.sizeHint().height() for menu in desk.window.toolbar.menus
            if menu.sizeHint().height() > 720} == {}  # fmt: skip


def test_every_action_has_a_tip(desk):
    for action in desk.window.actions_:
        assert action.toolTip()
        assert action.statusTip()
        assert plain(action.text())


#: What opens a program, or builds everything anew.
LATE = ("larger", "smaller", "normal_size", "language_zh", "language_en", "language_system", "new", "default",
        "nohugeiomap", "nohugevmalloc")  # fmt: skip


def test_every_action_is_safe_when_nothing_is_open(window, monkeypatch):
    for ask in ("getOpenFileName", "getSaveFileName"):
        monkeypatch.setattr(QFileDialog, ask, lambda *_, **__: ("", ""))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_, **__: "")
    monkeypatch.setattr(QMessageBox, "exec", lambda _box: QMessageBox.StandardButton.Discard)
    names = [spec.name for spec in specs() if spec.name not in LATE]
    for name in [*names, *LATE]:
        if name == "quit":
            continue
        action = window.actions_[name]
        assert action.isEnabled() or action.statusTip(), name
        action.trigger()
        assert name in LATE or window.desk.workspace.session is None, name
        window.desk.presenter.stop()
        while (popup := QApplication.activePopupWidget()) is not None:
            popup.close()
        for dialog in window.findChildren(QDialog):
            dialog.close()


def test_what_needs_a_program_says_so_when_there_is_none(window):
    for name in ("next_change", "who_wrote", "continue", "break_here", "run_to_line", "copy_link",
                 "kernel_source", "edit_operation", "delete_operation", "undo", "go_back"):  # fmt: skip
        window.notices.hide()
        if window.actions_[name].isEnabled():
            window.actions_[name].trigger()
            assert window.notices.text, name
