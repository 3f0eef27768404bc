"""The history is edited: in the line, in the form, by keys; the rest runs again and what fails is kept."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from vmgui.formats import document as documents
from vmgui.timeline.edit import Program
from vmgui.timeline.session import Session
from vmgui.ui import files


def trigger(desk, name: str) -> None:
    """Do an action as a menu does."""
    desk.window.actions_[name].trigger()


def shown(desk) -> list[str]:
    """What the history shows, with a cross before what did not run."""
    return [("✗ " if e.failed else "") + e.text for e in desk.operations.history.model.entries]


def write(desk, text: str) -> None:
    """Type a line into the open editor and press Enter."""
    field = desk.operations.history.editor.command.field
    field.setText(text)
    QTest.keyClick(field, Qt.Key.Key_Return)


def same_as_fresh(desk) -> bool:
    """Whether the session is that of a fresh run of the edited program."""
    fresh = Program(Session(desk.workspace.machine))
    fresh.extend(item.operation for item in desk.workspace.program.items)
    mine, other = desk.workspace.session.columns.rows, fresh.session.columns.rows
    return bool(len(mine) == len(other) and (mine.word == other.word).all() and (mine.new == other.new).all())


def test_an_operation_is_changed_in_its_line_and_the_rest_runs_again(desk):
    desk.player.last()
    desk.operations.history.choose(0)
    trigger(desk, "edit_operation")
    assert desk.operations.history.editor.isVisible()
    write(desk, "a = vmalloc 32K")
    assert not desk.operations.history.editor.isVisible()
    assert shown(desk) == ["a = vmalloc 32K", "f = ioremap 0x100101000 4M", "vfree a"]
    assert desk.player.at == desk.player.length
    assert desk.workspace.dirty
    assert same_as_fresh(desk)


def test_a_wrong_line_stays_open_with_the_error_of_the_command_line(desk):
    desk.operations.history.choose(0)
    trigger(desk, "edit_operation")
    write(desk, "a = vmaloc 32K")
    editor = desk.operations.history.editor
    assert editor.isVisible()
    assert editor.command.caret.isVisible()
    assert "vmalloc" in editor.command.wrong.text()
    assert not desk.workspace.dirty
    QTest.keyClick(editor.command.field, Qt.Key.Key_Escape)
    assert not editor.isVisible()


def test_the_line_gives_back_the_room_of_an_error_that_is_being_mended(desk):
    desk.operations.history.choose(0)
    trigger(desk, "edit_operation")
    editor = desk.operations.history.editor
    before = editor.height()
    write(desk, "a = vmaloc 32K")
    assert editor.height() > before
    QTest.keyClick(editor.command.field, Qt.Key.Key_Delete)
    assert editor.height() == before


def test_a_name_that_is_only_made_later_is_refused_in_the_line(desk):
    desk.operations.history.choose(0)
    trigger(desk, "insert_before")
    write(desk, "touch @f")
    assert "'f'" in desk.operations.history.editor.command.wrong.text()
    assert len(shown(desk)) == 3


@pytest.mark.parametrize(("action", "place"), [("insert_before", 1), ("insert_after", 2)])
def test_an_operation_is_put_in(desk, action, place):
    desk.operations.history.choose(1)
    trigger(desk, action)
    write(desk, "b = vmalloc 8K")
    assert shown(desk)[place] == "b = vmalloc 8K"
    assert desk.operations.history.chosen == place
    assert same_as_fresh(desk)


def test_what_needs_a_deleted_operation_is_kept_marked_and_comes_back_with_undo(desk):
    desk.player.last()
    desk.operations.history.choose(0)
    trigger(desk, "delete_operation")
    assert shown(desk) == ["f = ioremap 0x100101000 4M", "✗ vfree a"]
    assert "'a'" in desk.operations.history.model.entries[1].failed
    assert "did not run" in desk.operations.history.header.detail.text()
    assert same_as_fresh(desk)
    trigger(desk, "undo")
    assert shown(desk) == ["a = vmalloc 16K", "f = ioremap 0x100101000 4M", "vfree a"]
    trigger(desk, "redo")
    assert shown(desk)[-1] == "✗ vfree a"


def test_what_did_not_run_is_saved_and_opened_as_such(desk, tmp_path):
    desk.operations.history.choose(0)
    trigger(desk, "delete_operation")
    path = tmp_path / "two.vmgui"
    assert files.save(desk, path)
    assert len(documents.load(path).operations) == 1
    desk.workspace.new()
    desk.window.open(path)
    assert shown(desk) == ["f = ioremap 0x100101000 4M", "✗ vfree a"]
    assert "Saved" in desk.window.notices.text


def test_operations_are_moved_by_keys_where_the_history_has_the_focus(qtbot, desk):
    def press(key, modifiers=Qt.KeyboardModifier.NoModifier):
        qtbot.waitUntil(lambda: desk.window.isActiveWindow() and history.list.hasFocus())
        QTest.keyClick(history.list, key, modifiers)

    history = desk.operations.history
    history.choose(1)
    history.list.setFocus()
    press(Qt.Key.Key_Up, Qt.KeyboardModifier.ControlModifier)
    assert shown(desk)[:2] == ["f = ioremap 0x100101000 4M", "a = vmalloc 16K"]
    assert history.chosen == 0
    press(Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    assert shown(desk)[0] == "a = vmalloc 16K"
    press(Qt.Key.Key_Delete)
    assert shown(desk) == ["a = vmalloc 16K", "vfree a"]


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_keys_of_the_history_do_nothing_in_a_text_field(desk):
    field = desk.operations.command.field
    field.setText("abc")
    field.setFocus()
    field.setCursorPosition(0)
    QTest.keyClick(field, Qt.Key.Key_Delete)
    QTest.keyClick(field, Qt.Key.Key_F2)
    assert field.text() == "bc"
    assert len(shown(desk)) == 3
    assert not desk.operations.history.editor.isVisible()


def test_the_form_changes_an_operation(desk):
    desk.operations.history.choose(0)
    trigger(desk, "edit_form")
    assert desk.operations.form.run.text() == "Apply"
    size = next(f for f in desk.operations.form.findChildren(type(desk.operations.command.field).__base__)
                if f.accessibleName().startswith("size") and f.isVisible())  # fmt: skip
    size.setText("64K")
    size.textEdited.emit("64K")
    QTest.mouseClick(desk.operations.form.findChild(QPushButton), Qt.MouseButton.LeftButton)
    assert shown(desk)[0] == "a = vmalloc 64K"
    assert desk.operations.form.run.text() == "Run"


def test_leaving_the_form_runs_at_the_end_again(desk):
    desk.operations.history.choose(0)
    trigger(desk, "edit_form")
    QTest.mouseClick(desk.operations.leave_button, Qt.MouseButton.LeftButton)
    trigger(desk, "run")
    assert shown(desk)[-1] == "b = vmalloc 4M"


def test_the_play_head_stays_in_its_operation(desk):
    done = desk.workspace.session.operations[1]
    desk.player.seek(done.first_row + 7)
    desk.operations.history.choose(0)
    trigger(desk, "delete_operation")
    assert desk.player.at == 7
    trigger(desk, "undo")
    assert desk.player.at == done.first_row + 7


def test_after_an_edit_every_pane_shows_what_a_fresh_window_shows(desk):
    desk.player.last()
    desk.operations.history.choose(0)
    trigger(desk, "edit_operation")
    write(desk, "a = vmalloc 2M")
    views, tree = desk.scene.views, desk.tree.model.rowCount()
    desk.workspace.show(desk.workspace.current(), None)
    desk.player.last()
    assert desk.scene.views.map.blocks == views.map.blocks
    assert desk.scene.views.frames == views.frames
    assert desk.tree.model.rowCount() == tree


def test_a_fork_is_a_copy_up_to_the_chosen_operation(desk, monkeypatch):
    desk.operations.history.choose(1)
    trigger(desk, "fork")
    assert shown(desk) == ["a = vmalloc 16K", "f = ioremap 0x100101000 4M"]
    assert desk.workspace.path is None
    assert desk.workspace.dirty


def test_a_stopped_edit_leaves_everything_as_it_was(desk, monkeypatch):
    desk.player.seek(30)
    before = shown(desk)
    monkeypatch.setattr(files.Progress, "__call__", lambda self, done, of: done < 1)
    desk.operations.history.choose(0)
    trigger(desk, "edit_operation")
    write(desk, "a = vmalloc 2M")
    assert shown(desk) == before
    assert desk.player.at == 30
    assert "as it was" in desk.window.notices.text
    assert not desk.workspace.dirty


def test_the_menu_of_an_operation_has_all_that_edits_it(desk):
    history = desk.operations.history
    texts = [a.objectName() for a in history.menu_of(history.model.entries[0]).actions()]
    assert {"edit_operation", "edit_form", "insert_before", "insert_after", "delete_operation", "move_up",
            "move_down", "fork"} <= set(texts)  # fmt: skip


def test_comments_stay_with_their_operations_when_others_are_edited(desk, tmp_path):
    path = tmp_path / "with.ops"
    path.write_text("# one\na = vmalloc 4K\n# two\nb = vmalloc 8K\n# end\n")
    desk.window.open(path)
    desk.operations.history.choose(0)
    trigger(desk, "edit_operation")
    write(desk, "a = vmalloc 12K")
    assert desk.workspace.current().lines == ("# one", "a = vmalloc 12K", "# two", "b = vmalloc 8K", "# end")
