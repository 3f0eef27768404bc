"""Actions that edit the program in the middle: what comes after an edit runs again."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from vmgui.formats.errors import FormatError
from vmgui.timeline.edit import Progress
from vmgui.ui.files import Progress as Bar
from vmgui.ui.files import unless_lost
from vmgui.ui.words import tr

if TYPE_CHECKING:
    from vmgui.ui.desk import Desk

#: Actions of the history, in the order of its menu; their keys work while it has the focus.
ACTIONS = ("edit_operation", "edit_form", "insert_before", "insert_after", "delete_operation", "move_up",
           "move_down", "fork")  # fmt: skip


def handlers(desk: Desk) -> dict[str, Callable[[], object]]:
    """What the actions that edit do, each to the operation selected in the history."""
    history, actions = desk.operations.history, desk.window.actions_
    history.list.addActions([actions[name] for name in ACTIONS])
    history.edited.connect(partial(enter, desk))
    desk.operations.change_wanted.connect(partial(change, desk))
    return {
        "undo": partial(undo, desk),
        "redo": partial(redo, desk),
        "edit_operation": partial(open_editor, desk, 0, False),
        "edit_form": partial(open_form, desk),
        "insert_before": partial(open_editor, desk, 0, True),
        "insert_after": partial(open_editor, desk, 1, True),
        "delete_operation": partial(delete, desk),
        "move_up": partial(move, desk, -1),
        "move_down": partial(move, desk, 1),
        "fork": partial(fork, desk),
    }


def run_again(desk: Desk, edit: Callable[[Progress], bool]) -> bool:
    """Make an edit with a bar for what takes long; False, and said so, when it was stopped."""
    desk.player.pause()
    desk.explainer.cancel()
    desk.auditor.cancel()
    at, finished = desk.player.at, False
    bar = Bar(desk, tr("Running the operations after the edit again"))
    try:
        finished = edit(bar)
    finally:
        bar.close()
        if not finished:  # the replica was brought back to where the edit began
            desk.player.seek(at)
            desk.player.changed()
    if not finished:
        desk.window.notices.say(tr("Stopped: the program is as it was"))
    return finished


def chosen(desk: Desk) -> int:
    """The place of the operation that an action is about; FormatError when there is none."""
    place = desk.operations.history.chosen
    if place < 0:
        raise FormatError(tr("There is no operation to edit"))
    return place


# --- in the line, in the form --------------------------------------------------------------------


def open_editor(desk: Desk, after: int, inserted: bool) -> None:
    """Open the editor on a row of the history, or on the line that would stand before or after it."""
    history = desk.operations.history
    if inserted and history.chosen < 0:
        desk.operations.command.field.setFocus()
        return
    place = chosen(desk) + after
    history.edit(place, inserted, desk.workspace.names_at(place))


def enter(desk: Desk, place: int, inserted: bool, text: str) -> None:
    """Take the line of the editor; a wrong one stays open and says what is wrong."""
    history, space = desk.operations.history, desk.workspace
    edit = space.insert if inserted else space.rewrite
    try:
        if run_again(desk, partial(edit, place, text)):
            history.editor.done()
            history.choose(place)
    except FormatError as error:
        history.show_error(error)


def open_form(desk: Desk) -> None:
    """Put an operation into the form, whose button then changes it."""
    place = chosen(desk)
    desk.operations.edit(place, desk.operations.history.model.entries[place].text)


def change(desk: Desk, place: int, text: str) -> None:
    """Take the line of the form or command line in the place of an operation."""
    command = desk.operations.command
    try:
        if run_again(desk, partial(desk.workspace.rewrite, place, text)):
            desk.operations.leave_edit()
            desk.operations.history.choose(place)
    except FormatError as error:
        if command.text() != text:
            command.set_text(text)
        command.show_error(error)
        command.setFocus()


# --- at once -------------------------------------------------------------------------------------


def delete(desk: Desk) -> None:
    """Take an operation out of the program."""
    place, history = chosen(desk), desk.operations.history
    gone = history.model.entries[place].text
    if run_again(desk, partial(desk.workspace.delete, place)):
        count = len(history.model.entries)
        if count:
            history.choose(min(place, count - 1))
        _say(desk, tr("Deleted: {0}").format(gone))


def move(desk: Desk, by: int) -> None:
    """Move an operation before the one above it or behind the one below it."""
    place, history = chosen(desk), desk.operations.history
    to = max(0, min(place + by, len(history.model.entries) - 1))
    if to != place and run_again(desk, partial(desk.workspace.move, place, to)):
        history.choose(to)
        _say(desk, tr("Moved: {0}").format(history.model.entries[to].text))


def _say(desk: Desk, text: str) -> None:
    failed = len(desk.workspace.failed)
    if failed:
        text = tr("{0}. Operations that cannot run any more: {1}; they are kept").format(text, failed)
    desk.window.notices.say(text)


def fork(desk: Desk) -> None:
    """Go on with a copy of the program up to an operation; the program itself is asked about first."""
    count = chosen(desk) + 1
    unless_lost(desk, partial(desk.workspace.fork, count))


def undo(desk: Desk) -> None:
    """Take the last edit back."""
    if not desk.workspace.can_undo:
        desk.window.notices.say(tr("There is nothing to take back"))
        return
    said = _through(desk, desk.workspace.undo)
    if said is not None:
        desk.window.notices.say(tr("Taken back: {0}").format(said))


def redo(desk: Desk) -> None:
    """Make the edit again that was taken back."""
    if not desk.workspace.can_redo:
        desk.window.notices.say(tr("There is nothing to run again"))
        return
    _through(desk, desk.workspace.redo)


def _through(desk: Desk, step: Callable[[Progress], str | None]) -> str | None:
    said: list[str | None] = []

    def run(progress: Progress) -> bool:
        said.append(step(progress))
        return said[0] is not None

    run_again(desk, run)
    return said[0]
