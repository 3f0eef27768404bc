"""Preferences, files, help, about, log, report: what a window owes its user."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QFileDialog, QLineEdit, QMenu, QMessageBox

from vmgui import assets, licences, log
from vmgui.formats import document as documents
from vmgui.ui import files, helping, language
from vmgui.ui.dialogs.about import AboutDialog, versions
from vmgui.ui.dialogs.help import HelpWindow, headings
from vmgui.ui.dialogs.log import LogWindow
from vmgui.ui.dialogs.preferences import PreferencesDialog, change
from vmgui.ui.dialogs.report import ReportDialog, parts
from vmgui.ui.settings import Settings
from vmgui.ui.theme import set_scale

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture(autouse=True)
def as_before(qapp):
    """Whatever a test chooses, the next one sees the defaults."""
    yield
    language.install(language.ENGLISH)
    set_scale(100)


# --- settings ------------------------------------------------------------------------------------


def test_every_setting_is_read_back_as_it_was_written(tmp_path):
    file = str(tmp_path / "vmgui.ini")
    for setting in Settings.table():
        for value in setting.choices or ((True, False) if setting.kind is bool else ("some text",)):
            setattr(Settings(QSettings(file, QSettings.Format.IniFormat)), setting.name, value)
            kept = getattr(Settings(QSettings(file, QSettings.Format.IniFormat)), setting.name)
            assert (kept, type(kept)) == (value, type(value)), setting.name


def test_what_is_no_value_is_refused_and_what_is_kept_wrong_reads_as_the_default():
    settings = Settings()
    with pytest.raises(ValueError, match="scale"):
        settings.scale = 101
    with pytest.raises(ValueError, match="theme"):
        settings.theme = "pink"
    for setting in Settings.table():
        if setting.choices:
            settings.keep(setting.name, "\x00?")
            assert getattr(settings, setting.name) == setting.default


def test_preferences_has_a_row_for_each_setting_and_says_what_it_does(desk):
    desk.window.actions_["preferences"].trigger()
    dialog = desk.window.findChild(PreferencesDialog)
    assert list(dialog.edits) == [setting.name for setting in Settings.shown()]
    for setting in Settings.shown():
        edit = dialog.edits[setting.name]
        assert edit.toolTip() == setting.help
        assert edit.accessibleName() == setting.title
        if isinstance(edit, QComboBox):
            assert edit.count() == len(setting.choices)


@pytest.mark.parametrize("setting", Settings.shown(), ids=lambda setting: setting.name)
def test_what_is_chosen_is_done_at_once_and_can_be_reset(desk, setting, tmp_path):
    window = desk.window
    dialog = PreferencesDialog.show_for(desk)
    if isinstance(dialog.edits[setting.name], QCheckBox):
        dialog.edits[setting.name].click()
        wanted = not setting.default
    elif setting.choices:
        wanted = setting.choices[-1] if setting.choices[-1] != setting.default else setting.choices[0]
        dialog.edits[setting.name].activated.emit(setting.choices.index(wanted))
    else:
        (tmp_path / "mm").mkdir()
        (tmp_path / "mm" / "vmalloc.c").write_text("")
        wanted = str(tmp_path)
        dialog.edits[setting.name].setText(wanted)
        dialog.edits[setting.name].editingFinished.emit()
    assert getattr(window.settings, setting.name) == wanted
    assert shown(window)[setting.name] in (wanted, None)
    again = PreferencesDialog.show_for(window.desk)
    again.resetting.click()
    assert getattr(window.settings, setting.name) == setting.default
    assert shown(window)[setting.name] in (setting.default, None)


def shown(window) -> dict:
    """What the window does, by the name of the setting; None where it shows nothing of it."""
    desk, actions = window.desk, window.actions_
    from vmgui.ui.theme import factor

    return {
        "theme": window.theme.name, "scale": round(factor() * 100), "group": desk.player.steps.group,
        "language": "zh" if language.current() == "zh" else window.settings.language,
        "reduced_motion": desk.stage.canvas.motion.reduced, "follow": desk.following,
        "services": actions["services"].isChecked(), "speaker_notes": None, "autosave": None,
        "kernel_source": None, "start_page": desk.starter.page.again.isChecked(),
    }  # fmt: skip


def test_a_folder_without_a_kernel_is_refused_and_said(desk, tmp_path):
    dialog = PreferencesDialog.show_for(desk)
    edit = dialog.edits["kernel_source"]
    assert isinstance(edit, QLineEdit)
    edit.setText(str(tmp_path / "nothing"))
    edit.editingFinished.emit()
    assert "no source" in dialog.wrong.text()
    assert desk.window.settings.kernel_source == ""


def test_what_stays_pressed_is_kept_for_the_next_start(desk):
    desk.window.actions_["follow"].trigger()
    assert not desk.window.settings.follow
    desk.window.refurnish()
    assert not desk.window.desk.following
    assert not desk.window.actions_["follow"].isChecked()


def test_an_unchanged_setting_does_nothing(desk):
    was = desk.window.desk
    change(desk, Settings.language, desk.window.settings.language)
    change(desk, Settings.scale, desk.window.settings.scale)
    assert desk.window.desk is was


# --- files ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["with blanks.vmgui", "Größe 大页.vmgui", "a'b\"c.vmgui"])
def test_any_name_is_saved_and_opened(desk, tmp_path, name):
    folder = tmp_path / "Vorlesung 第一"
    folder.mkdir()
    assert files.save(desk, folder / name)
    desk.workspace.new()
    desk.window.open(folder / name)
    assert [str(d.operation) for d in desk.workspace.session.operations][0] == "a = vmalloc 16K"
    assert desk.workspace.path == folder / name


@pytest.mark.parametrize("why", [PermissionError(13, "Permission denied"),
                                 OSError(28, "No space left on device")])  # fmt: skip
def test_what_cannot_be_written_is_said_and_stays_unsaved(desk, tmp_path, monkeypatch, why):
    desk.run_line("b = vmalloc 8K")

    def refuse(*_arguments):
        raise why

    monkeypatch.setattr(documents, "save", refuse)
    assert not files.save(desk, tmp_path / "x.vmgui")
    assert why.strerror in desk.window.notices.text
    assert desk.window.notices.action_button.isVisible()
    assert desk.workspace.dirty


def test_closing_with_a_save_that_fails_does_not_close(desk, tmp_path, monkeypatch):
    desk.run_line("b = vmalloc 8K")
    desk.workspace.path = tmp_path / "no such folder" / "x.vmgui"
    monkeypatch.setattr(QMessageBox, "exec", lambda _box: QMessageBox.StandardButton.Save)
    desk.window.close()
    assert desk.window.isVisible()
    assert desk.workspace.dirty


def test_recent_files_that_are_gone_are_off_and_can_be_forgotten(desk, tmp_path):
    here, gone = tmp_path / "here.vmgui", tmp_path / "gone.vmgui"
    here.write_text("")
    for path in (gone, here):
        desk.window.settings.remember(path)
    menu = QMenu(desk.window)
    files.fill_recent(desk, menu)
    first, second, _line, forget, clear = menu.actions()
    assert (first.isEnabled(), second.isEnabled()) == (True, False)
    assert str(gone) in second.toolTip()
    forget.trigger()
    assert desk.window.settings.recent == [here]
    clear.trigger()
    assert desk.window.settings.recent == []
    files.fill_recent(desk, menu)
    assert [action.isEnabled() for action in menu.actions()] == [False]


# --- help ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("speak", ["en", "zh"])
def test_f1_leads_to_the_section_of_what_has_the_focus(desk, speak):
    language.install(speak)
    known = headings(assets.path("docs/using.md").read_text("utf-8"))
    for pane in (desk.scrubber, desk.operations.command.field, desk.tree.view, desk.frames.canvas):
        section, word = helping.section_of(desk, pane)
        shown = HelpWindow.show_for(desk.window, "using.md", section, word)
        document, cursor = shown.text.document(), shown.text.textCursor()
        passed = [document.findBlockByNumber(n).blockFormat().headingLevel()
                  for n in range(cursor.blockNumber() + 1)]  # fmt: skip
        assert sum(map(bool, passed)) - 1 == known.index(section)
        shown.setParent(None)
        shown.deleteLater()


def test_every_section_of_the_help_is_one_of_the_manual(desk):
    known = headings(assets.path("docs/using.md").read_text("utf-8"))
    panes = [desk.operations, desk.operations.history, desk.transport, desk.scrubber, desk.stage, desk.map,
             desk.tree, desk.allocator, desk.frames, desk.source, desk.stack, desk.why]  # fmt: skip
    assert {helping.section_of(desk, pane)[0] for pane in panes} <= set(known)
    assert helping.section_of(desk, None) == ("", "")


def test_both_languages_of_the_manual_have_the_same_sections():
    pages = [headings(assets.path(name).read_text("utf-8")) for name in ("docs/using.md", "docs/zh/using.md")]
    assert len(pages[0]) == len(pages[1])


def test_a_text_is_found_in_the_page_and_gone_through(desk):
    shown = HelpWindow.show_for(desk.window, "using.md")
    shown.finding.begin()
    shown.finding.field.setText("step")
    places = shown.finding.places
    assert len(places) > 5
    at = []
    for _ in range(len(places)):
        at.append(shown.text.textCursor().selectionStart())
        shown.finding.next()
    assert sorted(at) == [place.selectionStart() for place in places]
    assert shown.text.textCursor().selectionStart() == at[0]
    shown.finding.field.setText("no such word")
    assert "nothing" in shown.finding.count.text()


def test_links_between_pages_work_and_the_browser_gets_the_others_on_a_click(desk, monkeypatch):
    opened = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    shown = HelpWindow.show_for(desk.window, "using.md")
    shown.text.anchorClicked.emit(QUrl("language.md"))
    assert shown.here == "language.md"
    assert opened == []
    shown.text.anchorClicked.emit(QUrl("https://www.kernel.org/"))
    assert [url.host() for url in opened] == ["www.kernel.org"]
    assert shown.here == "language.md"
    shown.back()
    assert shown.here == "using.md"
    shown.forward()
    assert shown.here == "language.md"


# --- about, log, report --------------------------------------------------------------------------


def test_about_names_every_part_with_version_and_licence(desk):
    from importlib.metadata import requires

    dialog = AboutDialog(desk.window)
    needed = {need.split(">")[0].split("<")[0].lower().replace("-", "_")
              for need in requires("vmgui") if "extra" not in need}  # fmt: skip
    assert needed <= {part.name.lower().replace("-", "_") for part in licences.parts()}
    assert all(part.licence not in ("", "–") for part in licences.parts())
    assert any("Noto" in part.name and "SIL" in part.text for part in licences.parts())
    assert dialog.table.rowCount() == len(licences.parts())
    dialog.copying.click()
    copied = QApplication.clipboard().text()
    for name, value in versions():
        assert f"{name}: {value}" in copied
    assert {"vmgui", "Engine", "Python", "Qt", "PySide6", "System"} == {name for name, _ in versions()}


def test_the_log_keeps_the_last_messages_and_no_more():
    ring = log.Ring(messages=3, length=40)
    for n in range(5):
        ring.handle(log.topic("files").makeRecord("vmgui.files", 20, "", 0, f"{n}" + "x" * 99, None, None))
    assert len(ring.lines) == 3
    assert all(len(line) == 40 for line in ring.lines)
    assert "files" in ring.lines[0]
    ring.clear()
    assert ring.text == ""


def test_the_log_window_shows_what_is_done(desk):
    log.install()
    desk.run_line("b = vmalloc 8K")
    desk.window.actions_["log"].trigger()
    shown = desk.window.findChild(LogWindow)
    assert "b = vmalloc 8K" in shown.text.toPlainText()
    shown.copying.click()
    assert "b = vmalloc 8K" in QApplication.clipboard().text()


def test_a_report_holds_what_is_shown_and_nothing_of_the_home(desk, monkeypatch, tmp_path):
    desk.window.settings.keep("kernel_source", str(Path.home() / "secret" / "linux"))
    desk.window.settings.remember(Path.home() / "private.vmgui")
    desk.window.actions_["report"].trigger()
    dialog = desk.window.findChild(ReportDialog)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "a b.zip"), ""))
    shown = {}
    for row in range(dialog.list.count()):
        dialog.list.setCurrentRow(row)
        shown[dialog.list.item(row).text()] = dialog.text.toPlainText()
    dialog.saving.click()
    with zipfile.ZipFile(tmp_path / "a b.zip") as saved:
        assert {name: saved.read(name).decode() for name in saved.namelist()} == shown
    assert {"versions.txt", "settings.txt", "program.vmgui", "log.txt"} <= set(shown)
    assert "~/secret/linux" in shown["settings.txt"].replace("\\", "/")
    assert not any(str(Path.home()) in text or "private.vmgui" in text for text in shown.values())


def test_a_report_that_cannot_be_written_is_said(desk, monkeypatch, tmp_path):
    dialog = ReportDialog(desk.window)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "no" / "x.zip"), ""))
    dialog.ask()
    assert "could not be written" in dialog.wrong.text()


def test_the_last_mistake_is_part_of_the_report(desk):
    desk.window.mistake = "Traceback: a mistake of ours"
    assert "a mistake" in parts(desk.window, desk.window.mistake)["mistake.txt"]
