"""Going to a step by what happens there: changes of the selection, breakpoints, bookmarks, where one was."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from vmgui import assets
from vmgui.formats import document as documents
from vmgui.projection import seek
from vmgui.projection.numbers import count
from vmgui.projection.seek import Thing
from vmgui.projection.steps import SIZES
from vmgui.ui.panes.scrubber_pins import Pins
from vmgui.ui.selection import Place
from vmgui.ui.stops import text_of
from vmgui.ui.words import tr
from vmgui.ui.workspace import DEFAULT

if TYPE_CHECKING:
    from vmgui.ui.desk import Desk


def handlers(desk: Desk) -> dict[str, Callable[[], object]]:
    """What the actions of Go do."""
    return {
        "go_back": lambda: along(desk, -1),
        "go_forward": lambda: along(desk, 1),
        "next_change": lambda: change(desk, desk.selection.place, 1),
        "previous_change": lambda: change(desk, desk.selection.place, -1),
        "who_wrote": lambda: who_wrote(desk, desk.selection.place),
        "continue": lambda: run_on(desk, 1),
        "continue_back": lambda: run_on(desk, -1),
        "breakpoints": lambda: show_breakpoints(desk),
        "break_here": lambda: break_here(desk),
        "run_to_line": lambda: run_to_line(desk),
        "bookmark": lambda: bookmark(desk, desk.player.at),
        "bookmarks": lambda: show_bookmarks(desk),
        "copy_link": lambda: copy_link(desk, desk.player.at),
        "kernel_source": lambda: show_kernel(desk),
        **{f"size_{size}": partial(desk.player.set_size, size) for size in SIZES},
    }


def connect(desk: Desk) -> None:
    """Tie breakpoints, bookmarks, sizes of steps and the mouse's own keys to the panes."""
    player = desk.player
    player.stop_after = desk.stops.after
    player.stopped.connect(partial(say_stop, desk))
    player.size_changed.connect(lambda _size: show_size(desk))
    desk.workspace.replaced.connect(desk.trail.clear)
    desk.stops.changed.connect(lambda: show_pins(desk))
    desk.bookmarks.changed.connect(lambda: show_pins(desk))
    desk.source.view.break_wanted.connect(desk.stops.toggle_line)
    desk.source.kernel_wanted.connect(lambda: show_kernel(desk))
    show_size(desk)
    buttons = SideButtons(desk)
    if desk.window.windowHandle() is not None:
        buttons.watch()
    else:
        desk.window.painted.connect(buttons.watch)


class SideButtons(QObject):
    """The mouse's buttons for back and forward, wherever in the window the pointer is."""

    def __init__(self, desk: Desk):
        super().__init__(desk)
        self.desk = desk

    def watch(self) -> None:
        """Watch the window: it is on the screen."""
        handle = self.desk.window.windowHandle()
        if handle is not None:
            handle.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.MouseButtonPress or not isinstance(event, QMouseEvent):
            return False
        way = {Qt.MouseButton.BackButton: -1, Qt.MouseButton.ForwardButton: 1}.get(event.button())
        if way is not None:
            along(self.desk, way)
        return way is not None


def show_size(desk: Desk) -> None:
    """Show what a step is: in the menu and beside the speeds."""
    size = desk.player.size
    for each in SIZES:
        desk.window.actions_[f"size_{each}"].setChecked(each == size)
    desk.transport.sizes.buttons[size].setChecked(True)


def show_pins(desk: Desk) -> None:
    """Show bookmarks on the timeline, and breakpoints there and beside the source."""
    marked = sorted((m.step, m.held.text) for m in desk.bookmarks.all if m.step is not None)
    stops = desk.stops

    def words(step: int) -> str:
        return "; ".join(text_of(stop.held) for stop in stops.at(step))

    desk.scrubber.set_pins(Pins(marked, stops.steps, words))
    desk.source.view.set_breakpoints(stops.lines)


# --- where the play-head was -------------------------------------------------------------------------------


def along(desk: Desk, way: int) -> None:
    """Back to where the play-head was before the last jump, or forward again."""
    trail, at = desk.trail, desk.player.at
    found = trail.back(at) if way < 0 else trail.forward(at)
    if found is None:
        desk.window.notices.say(
            tr("There is no place to go back to") if way < 0 else tr("There is no place to go forward to")
        )
        return
    desk.player.pause()
    desk.player.seek(found)


# --- changes ---------------------------------------------------------------------------------------------


def thing_of(desk: Desk, place: Place | None) -> tuple[Thing, str] | None:
    """The words of a place and what to call it; None when it is no entry, area or frame."""
    scene = desk.scene
    if place is None or scene.shape is None or scene.kernel is None or scene.cursor is None:
        return None
    k, source, shape = scene.kernel, scene.cursor, scene.shape
    if place.table is not None and place.index is not None:
        return seek.entry(shape, place.table, place.index), tr("this entry")
    if place.area is not None:
        end = place.va[1] if place.va else place.area + shape.page_size
        return seek.area(k, source, shape, place.area, end), tr("this area")
    if place.phys is not None:
        return seek.frames(k, shape, *place.phys), tr("these frames")
    if place.va is not None:
        return Thing(tuple(seek.mapping(k, source, shape, *place.va))), tr("what maps this address")
    return None


def wanted(desk: Desk, place: Place | None) -> tuple[Thing, str] | None:
    """As thing_of; says what is missing when there is nothing."""
    found = thing_of(desk, place)
    if found is None:
        desk.window.notices.say(tr("Select an entry, an area or a frame first"))
    return found


def change(desk: Desk, place: Place | None, way: int) -> None:
    """Go to the next or the previous change of a place."""
    found, session = wanted(desk, place), desk.workspace.session
    if found is None or session is None:
        return
    thing, name = found
    where = seek.next_change if way > 0 else seek.previous_change
    step = where(session.columns, thing, desk.player.at)
    if step is not None:
        desk.go(step)
    elif way > 0:
        desk.window.notices.say(tr("Nothing later changes {0}").format(name))
    else:
        desk.window.notices.say(tr("Nothing earlier changed {0}").format(name))


def who_wrote(desk: Desk, place: Place | None) -> None:
    """Go to the step that wrote a place, or list all that did."""
    found, session = wanted(desk, place), desk.workspace.session
    if found is None or session is None:
        return
    thing, name = found
    writers = seek.writers(session.columns, session.operations, thing, desk.player.at)
    if not writers:
        desk.window.notices.say(tr("Nobody has written {0} yet").format(name))
    elif len(writers) == 1:
        desk.go(writers[0].step)
        desk.window.notices.say(
            tr("Only this step wrote {0}: {1} in “{2}”").format(name, writers[0].function, writers[0].line)
        )
    else:
        from vmgui.ui.dialogs.writers import WritersDialog

        dialog = WritersDialog(writers, name, desk.window)
        dialog.chosen.connect(desk.go)
        dialog.show()


# --- breakpoints -------------------------------------------------------------------------------------------


def run_on(desk: Desk, way: int) -> None:
    """To the next breakpoint, or back to the last one."""
    stops, at = desk.stops, desk.player.at
    if not any(stop.held.enabled for stop in stops.all):
        desk.window.notices.say(tr("There is no breakpoint: Go › Breakpoints sets one"))
        return
    step = stops.after(at) if way > 0 else stops.before(at)
    if step is None:
        after = tr("No breakpoint is hit after this step")
        desk.window.notices.say(after if way > 0 else tr("No breakpoint is hit before this step"))
        return
    desk.go(step)
    say_stop(desk, step)


def say_stop(desk: Desk, step: int) -> None:
    """Say which breakpoints a step is stopped at."""
    names = "; ".join(text_of(stop.held) for stop in desk.stops.at(step))
    desk.window.notices.say(tr("Stopped at step {0}: {1}").format(count(step), names))


def show_breakpoints(desk: Desk) -> None:
    """The list of breakpoints."""
    from vmgui.ui.dialogs.breakpoints import BreakpointsDialog

    BreakpointsDialog(desk).show()


def break_here(desk: Desk) -> None:
    """Put a breakpoint on the marked line of the source, or take it away."""
    view = desk.source.view
    if view.source is None or view.line is None:
        desk.window.notices.say(tr("No line of the source is shown"))
    elif desk.stops.toggle_line(view.source.file, view.line):
        hits = next((s.steps for s in desk.stops.all[::-1] if s.held.event == "line"), ())
        if not len(hits):
            desk.window.notices.say(tr("No recorded step stands in line {0} yet").format(view.line))


def run_to_line(desk: Desk) -> None:
    """Go to the next step that stands in the marked line of the source."""
    view = desk.source.view
    if view.source is None or view.line is None:
        desk.window.notices.say(tr("No line of the source is shown"))
    else:
        desk.run_to(view.source.file, view.line)


# --- bookmarks and links -----------------------------------------------------------------------------------


def bookmark(desk: Desk, step: int) -> None:
    """Mark a step, or write on the bookmark that is there."""
    from vmgui.ui.dialogs.bookmarks import BookmarkDialog

    BookmarkDialog(desk, step).open()


def show_bookmarks(desk: Desk) -> None:
    """The list of bookmarks."""
    from vmgui.ui.dialogs.bookmarks import BookmarksDialog

    BookmarksDialog(desk).show()


def link(desk: Desk, step: int) -> str | None:
    """The command that opens this program at a step; None while it has no file."""
    path = desk.workspace.path
    if path is not None:
        return f"vmgui {shlex.quote(str(path))} --step {step}"
    first = documents.load(assets.path(DEFAULT))
    return f"vmgui --step {step}" if desk.workspace.current().lines == first.lines else None


def copy_link(desk: Desk, step: int) -> None:
    """Copy the command that opens this program at a step."""
    text, notices = link(desk, step), desk.window.notices
    if text is None:
        notices.say(tr("Save the program first: a link names its file"))
        return
    QApplication.clipboard().setText(text)
    if desk.workspace.dirty:
        notices.say(tr("Copied: {0} (save the program, the link opens what is in the file)").format(text))
    else:
        notices.say(tr("Copied: {0}").format(text))


def show_kernel(desk: Desk) -> None:
    """The kernel's text of the function that is shown."""
    place = desk.source.kernel_place
    if place is None:
        desk.window.notices.say(tr("This function stands for nothing in the kernel's source"))
        return
    from vmgui.ui.dialogs.kernel_text import KernelText

    KernelText.show_for(desk.window, place)
