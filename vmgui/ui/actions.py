"""Every action of the window, named once: its text, keys, tip and icon; and which keys a focus keeps."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from vmgui.texts import mark as _
from vmgui.ui.words import plain, tr


@dataclass(frozen=True)
class Spec:
    """One action. `focus` is the object name of the widget its keys work in, "" for the whole window.

    `menu` is the submenu it stands in.
    """

    name: str
    text: str
    tip: str = ""
    keys: tuple[str, ...] = ()
    icon: str = ""
    checkable: bool = False
    focus: str = ""
    menu: str = ""


MENUS: tuple[tuple[str, tuple[Spec | None, ...]], ...] = (
    (_("&File"), (
        Spec("start", _("S&tart page"), _("Go on, the course, scenarios, files"), ("Alt+Home",), "", True),
        Spec("new", _("&New"), _("An empty program on the same machine"), ("Ctrl+N",), "plus"),
        Spec("open", _("&Open…"), _("Open a program (.vmgui)"), ("Ctrl+O",), "folder"),
        Spec("open_recording", _("Open &recording…"),
             _("Open what a real kernel did and compare it with the engine"), ("Ctrl+Shift+O",), "recording"),
        Spec("default", _("&Default scenario"), _("The program of the first start")),
        None,
        Spec("save", _("&Save"), _("Save the program"), ("Ctrl+S",), "save"),
        Spec("save_as", _("Save &as…"), _("Save the program under another name"), ("Ctrl+Shift+S",)),
        Spec("export", _("&Export…"),
             _("Pictures, an animated picture, a handout, or the steps as a list"), ("Ctrl+Shift+E",)),
        None,
        Spec("quit", _("&Quit"), _("Close vmgui"), ("Ctrl+Q",)),
    )),
    (_("&Edit"), (
        Spec("undo", _("&Undo"), _("Take back the last operation or edit"), ("Ctrl+Z",), "undo"),
        Spec("redo", _("&Redo"), _("Make the operation or edit again that was taken back"),
             ("Ctrl+Shift+Z", "Ctrl+Y"), "redo"),
        None,
        Spec("edit_operation", _("&Edit operation"),
             _("Change the line of the operation selected in History; what follows runs again"), ("F2",),
             focus="history"),
        Spec("edit_form", _("Edit in the &form"), _("Change the operation selected in History in its form")),
        Spec("insert_before", _("Insert &before"), _("Put an operation before the selected one"),
             ("Insert",), focus="history"),
        Spec("insert_after", _("Insert &after"), _("Put an operation after the selected one"),
             ("Shift+Insert",), focus="history"),
        Spec("delete_operation", _("&Delete operation"),
             _("Take the selected operation out; those that need it are kept and marked"), ("Del",),
             focus="history"),
        Spec("move_up", _("Move u&p"), _("Move the selected operation before the one above it"),
             ("Ctrl+Up",), focus="history"),
        Spec("move_down", _("Move do&wn"), _("Move the selected operation behind the one below it"),
             ("Ctrl+Down",), focus="history"),
        Spec("fork", _("F&ork here"), _("Go on with a copy of the program up to the selected operation")),
        None,
        Spec("machine", _("&Machine…"), _("Processors, memory and boot parameters"), ("Ctrl+M",), "machine"),
        Spec("nohugevmalloc", "nohugevmalloc", _("Boot without huge pages in vmalloc"), (), "", True),
        Spec("nohugeiomap", "nohugeiomap", _("Boot without huge pages in ioremap; reboots"), (), "", True),
        None,
        Spec("preferences", _("Prefere&nces…"), _("Theme, language, sizes, steps, copies for recovery"),
             ("Ctrl+,",), "settings"),
    )),
    (_("&Run"), (
        Spec("run", _("&Run operation"), _("Run the operation of the form or command line"), ("R",),
             "play-solid"),
        None,
        Spec("play", _("&Play"), _("Play or pause"), ("Space",), "play"),
        Spec("step", _("&Step"), _("One step forward"), ("Right",), "step"),
        Spec("back", _("Step &back"), _("One step back"), ("Left",), "step-back"),
        Spec("over", _("Step &over"), _("Past the next call"), ("Shift+Right",), "step-over"),
        Spec("over_back", _("Step over, backwards"), _("To before the call that has just returned"),
             ("Shift+Left",)),
        Spec("out", _("Step ou&t"), _("To after the running call"), ("Shift+Up",), "step-out"),
        Spec("next_operation", _("&Next operation"), _("To the end of this or the next operation"),
             ("Ctrl+Right",), "next-operation"),
        Spec("previous_operation", _("Pre&vious operation"),
             _("To the beginning of this or the previous operation"), ("Ctrl+Left",), "previous-operation"),
        Spec("first", _("&First step"), _("To before anything happened"), ("Home",), "first"),
        Spec("last", _("&Last step"), _("To the end"), ("End",), "last"),
        Spec("next_mark", _("Next mark"), _("To the next table, huge page, refusal, flush or error"), (".",)),
        Spec("previous_mark", _("Previous mark"),
             _("To the previous table, huge page, refusal, flush or error"), (",",)),
        None,
        Spec("group_1", _("Every entry is a step"), _("Each entry is a step of its own"), (), "", True),
        Spec("group_16", _("16 entries are a step"), _("A loop stops after 16 entries"), (), "", True),
        Spec("group_64", _("64 entries are a step"), _("A loop stops after 64 entries"), (), "", True),
        Spec("group_512", _("A whole table is a step"), _("A loop stops at a table's end"), (), "", True),
        Spec("services", _("Step into services"), _("Also into the page allocator, kmalloc and log"),
             (), "", True),
        None,
        Spec("slower", _("Slower"), _("Play slower"), ("[",)),
        Spec("faster", _("Faster"), _("Play faster"), ("]",)),
    )),
    (_("&View"), (
        Spec("explore", _("Explore"), _("Run operations and step through them"), ("Ctrl+1",), "", True),
        Spec("study", _("Study"), _("A lesson beside the stage: predict, then see"), ("Ctrl+2",), "", True),
        Spec("lecture", _("Lecture"), _("One beat fills the screen: question, stage, sentence"), ("Ctrl+3",),
             "", True),
        Spec("real", _("Real kernel"), _("What a real kernel did beside what the engine does"), ("Ctrl+4",),
             "", True),
        None,
        Spec("command", _("&Command line"), _("Type an operation"), ("Ctrl+L",)),
        Spec("address", _("Look at &address…"), _("Walk any address without moving the play-head"),
             ("Ctrl+G",), "search"),
        Spec("decode", _("&Decode an entry…"), _("Any page-table entry, selected or typed, as named bits"),
             ("Ctrl+E",)),
        Spec("show_why", _("&Why?"), _("Go to the checks of the running function"), ("W",), "bulb"),
        Spec("show_tree", _("Page &tables"), _("Go to the page-table tree"), ("T",)),
        Spec("stage_tables", _("Whole ta&bles"),
             _("Show on the stage all entries of the tables, or the way through them"), ("Shift+T",),
             checkable=True),
        Spec("show_map", _("Address &map"), _("Go to the address map"), ("M",)),
        Spec("show_allocator", _("&Allocator"), _("Go to the free tree, nodes, vmap blocks, TLBs"), ("V",)),
        Spec("show_statistics", _("&Statistics over time"),
             _("Go to the plots of lazy pages, flushes, tables, free ranges and mapped bytes"), ("Shift+S",)),
        Spec("clear_selection", _("Clear selection"), _("Select nothing"), ("Esc",)),
        Spec("follow", _("&Follow step"), _("Bring what a step touches into view"), (), "pin", True),
        None,
        Spec("language_system", _("As the &system"), _("Speak the language of the system"), checkable=True,
             menu=_("Lan&guage")),
        Spec("language_en", "&English", "English", checkable=True, menu=_("Lan&guage")),
        Spec("language_zh", "简体中文", _("Simplified Chinese"), checkable=True, menu=_("Lan&guage")),
        Spec("larger", _("Larger"), _("Larger type and rows"), ("Ctrl+=", "Ctrl++")),
        Spec("smaller", _("Smaller"), _("Smaller type and rows"), ("Ctrl+-",)),
        Spec("normal_size", _("Normal size"), _("Type and rows at 100 %"), ("Ctrl+0",)),
        Spec("theme", _("Dark or &light"), _("Change between the dark and the light theme"),
             ("Ctrl+Shift+T",), "moon"),
        Spec("present", _("&Present"), _("Show a lecture: the beats of the program, one a screen"),
             ("F5", "Ctrl+P"), "present"),
        Spec("notes", _("Speaker &notes"), _("Show the notes of a lecture in a window of their own")),
        Spec("reduced_motion", _("Reduced &motion"), _("Show steps at once, without motions"),
             checkable=True),
        Spec("full_screen", _("F&ull screen"), _("Use the whole screen"), ("F11",), "", True),
        Spec("reset_layout", _("Reset &layout"), _("Put all panes back where they were"), ()),
    )),
    (_("&Go"), (
        Spec("go_back", _("&Back"), _("To where the play-head was before the last jump"), ("Ctrl+Alt+Left",)),
        Spec("go_forward", _("&Forward"), _("To where it went from here"), ("Ctrl+Alt+Right",)),
        None,
        Spec("next_change", _("&Next change of the selection"),
             _("To the next step that changes the selected entry, area or frame"), ("Alt+.",)),
        Spec("previous_change", _("&Previous change of the selection"),
             _("To the previous step that changed the selected entry, area or frame"), ("Alt+,",)),
        Spec("who_wrote", _("&Who wrote this?"),
             _("To the step that wrote the selected entry, area or frame, or a list of all"), ("Shift+W",)),
        None,
        Spec("continue", _("&Continue"), _("To the next breakpoint"), ("F8",)),
        Spec("continue_back", _("Continue bac&kwards"), _("To the previous breakpoint"), ("Shift+F8",)),
        Spec("breakpoints", _("Br&eakpoints…"), _("Choose events that playing stops at"), ("Ctrl+B",)),
        Spec("break_here", _("Breakpoint on this &line"),
             _("Stop at the marked line of the source, or no more"), ("F9",)),
        Spec("run_to_line", _("&Run to this line"), _("To the next step in the marked line of the source"),
             ("Ctrl+F10",)),
        None,
        Spec("bookmark", _("Bookmark this &step…"), _("Mark this step with a name and a note"), ("Ctrl+D",)),
        Spec("bookmarks", _("Book&marks…"), _("All marked steps"), ("Ctrl+Shift+D",)),
        Spec("copy_link", _("Cop&y link to this step"), _("Copy the command that opens vmgui at this step"),
             ("Ctrl+Shift+C",)),
        Spec("kernel_source", _("&Kernel's source"), _("Read this function in the source of the kernel"),
             ("K",)),
        None,
        Spec("compare_mark", _("Mark this step as &A"), _("The step that others are compared with"),
             ("Alt+A",), menu=_("Compare")),
        Spec("compare", _("Compare &with A"), _("Show in all panes what differs between A and this step"),
             ("Alt+B",), menu=_("Compare")),
        Spec("compare_swap", _("&Swap A and B"), _("Go to A, and compare with this step"), ("Alt+S",),
             menu=_("Compare")),
        Spec("compare_leave", _("&Leave comparing"), _("Show this step alone again"), menu=_("Compare")),
        Spec("compare_machines", _("Compare two &machines…"),
             _("Run the program on a second machine, side by side, and find the first difference"),
             menu=_("Compare")),
        None,
        Spec("course", _("C&ourse"), _("All lessons, and what is done of them"), ("Ctrl+Shift+L",)),
        Spec("lesson_next", _("Next page of the lesson"), _("Go on when nothing is open on this page"),
             ("Alt+PgDown",)),
        Spec("lesson_back", _("Previous page of the lesson"), _("Back to the page before"), ("Alt+PgUp",)),
        Spec("hint", _("&Hint"), _("A hint for the question that is open; after the last one the answer"),
             ("H",), "bulb", focus="lesson"),
        Spec("lesson_again", _("The lesson with other numbers"), _("Begin it again with other values")),
        Spec("hand_in", _("Hand &in…"), _("Write the file of a lab that is handed in")),
        Spec("ask_me", _("As&k me about this step"), _("A question about this step, answered by the engine"),
             ("Alt+Q",)),
        None,
        Spec("size_operation", _("A step is an operation"), _("Left and Right go by operations"), ("Alt+1",),
             "", True, menu=_("A step is")),
        Spec("size_call", _("A step is a call"), _("Left and Right go to where calls are entered or left"),
             ("Alt+2",), "", True, menu=_("A step is")),
        Spec("size_write", _("A step is a write"), _("Left and Right go by what is written"), ("Alt+3",),
             "", True, menu=_("A step is")),
        Spec("size_line", _("A step is a line"), _("Left and Right go by lines of the source"), ("Alt+4",),
             "", True, menu=_("A step is")),
    )),
    (_("&Help"), (
        Spec("help", _("&Help"), _("How to use what has the focus, and all of vmgui"), ("F1",), "help"),
        Spec("verified", _("&Verified against Linux 6.12"),
             _("What a real kernel did, compared with the engine field by field"), ()),
        Spec("describe", _("&Describe this pane"),
             _("List in words what the pane with the focus shows"), ("Shift+F1",)),
        Spec("keys", _("&Keys"), _("All keys at a glance"), ("?",)),
        Spec("palette", _("&Find an action…"),
             _("Type a part of an action, operation or scenario, an address or a step"), ("Ctrl+K",)),
        Spec("menu", _("Open the &menu"), _("Open the menu of the window"), ("F10",)),
        None,
        Spec("report", _("Report a &problem…"), _("See, and save, what helps to find a mistake of vmgui")),
        Spec("log", _("&Log"), _("What vmgui did since it was started")),
        Spec("about", _("&About vmgui"), _("Version, licence and sources")),
    )),
)  # fmt: skip

#: Keys that only work where the focus is; the painted panes handle them themselves.
FOCUS_KEYS: tuple[Spec, ...] = (
    Spec("map_all", _("Whole range"), _("Show the whole vmalloc range"), ("A",), focus="map"),
    Spec("map_fit", _("Fit"), _("Fit the selection"), ("F",), focus="map"),
    Spec("free_fit", _("Whole free tree"), _("Show the whole free tree"), ("F",), focus="allocator"),
    Spec("free_in", _("Zoom in"), _("Zoom into the free tree"), ("+",), focus="allocator"),
    Spec("free_out", _("Zoom out"), _("Zoom out of the free tree"), ("-",), focus="allocator"),
    Spec("row_up", _("Row above"), _("Move to the row above"), ("Up",), focus="allocator"),
    Spec("row_down", _("Row below"), _("Move to the row below"), ("Down",), focus="allocator"),
    Spec("node_up", _("Parent"), _("In the tree, to the parent"), ("Alt+Up",), focus="allocator"),
    Spec("node_down", _("Child"), _("In the tree, to a child"), ("Alt+Down",), focus="allocator"),
    Spec("row_open", _("Open the row"), _("Open the row; in the tree, to the next area by address"),
         ("Alt+Right",), focus="allocator"),
    Spec("row_close", _("Close the row"), _("Close the row; in the tree, to the area before by address"),
         ("Alt+Left",), focus="allocator"),
    Spec("row_copy", _("Copy the row"), _("Copy the row as text"), ("Ctrl+C",), focus="allocator"),
    Spec("recording_down", _("Next row"), _("To the next row of Real kernel"), ("J",), focus="recording"),
    Spec("recording_up", _("Previous row"), _("To the row before"), ("K",), focus="recording"),
    Spec("recording_next", _("Next difference"), _("To the next row that differs"), ("N",),
         focus="recording"),
    Spec("recording_previous", _("Previous difference"), _("To the row before that differs"), ("P",),
         focus="recording"),
    Spec("stage_up", _("Slot above"), _("Move to the entry above"), ("Alt+Up",), focus="stage"),
    Spec("stage_down", _("Slot below"), _("Move to the entry below"), ("Alt+Down",), focus="stage"),
    Spec("stage_left", _("Level above"), _("Move to the table above"), ("Alt+Left",), focus="stage"),
    Spec("find_in_page", _("Find in this page"), _("Find a text in a page of the manual"), ("Ctrl+F",),
         focus="help"),
    Spec("stage_right", _("Level below"), _("Move to the table below"), ("Alt+Right",), focus="stage"),
)

#: Keys of the window that a pane takes for itself while it has the focus.
TAKEN: dict[str, tuple[str, ...]] = {"recording": ("K",)}


#: Keys of a lecture: it is a window of its own, where no other key works.
PRESENT_KEYS: tuple[Spec, ...] = (
    Spec("next", _("Next beat"), "", ("Right", "PgDown", "Down"), focus="present"),
    Spec("previous", _("Previous beat"), "", ("Left", "PgUp", "Up"), focus="present"),
    Spec("next_operation", _("Next operation"), "", ("Ctrl+Right",), focus="present"),
    Spec("previous_operation", _("Previous operation"), "", ("Ctrl+Left",), focus="present"),
    Spec("play", _("Play"), "", ("Space",), focus="present"),
    Spec("first", _("First beat"), "", ("Home",), focus="present"),
    Spec("last", _("Last beat"), "", ("End",), focus="present"),
    Spec("jump", _("To the beat whose number was typed"), "", ("Return", "Enter"), focus="present"),
    Spec("blank", _("Blank the screen"), "", ("B",), focus="present"),
    Spec("zoom", _("Zoom to what is under the pointer, and back"), "", ("Z",), focus="present"),
    Spec("spot", _("Spot at the pointer"), "", ("L",), focus="present"),
    Spec("notes", _("Speaker notes"), "", ("N",), focus="present"),
    Spec("theme", _("Dark or light"), "", ("Ctrl+Shift+T",), focus="present"),
    Spec("help", _("These keys"), "", ("?",), focus="present"),
    Spec("leave", _("End the lecture"), "", ("Esc", "F5", "Ctrl+P"), focus="present"),
    Spec("quit", _("&Quit"), _("Close vmgui"), ("Ctrl+Q",), focus="present"),
)


def specs() -> Iterable[Spec]:
    """All actions of the menus."""
    return (spec for _title, entries in MENUS for spec in entries if spec is not None)



class Actions(QObject):
    """The QActions of a window, by name; those without a handler are disabled and say when they come."""

    def __init__(self, window: QWidget, handlers: dict[str, Callable[[], object]]):
        super().__init__(window)
        self._by_name: dict[str, QAction] = {}
        for spec in specs():
            self._by_name[spec.name] = action = self._make(spec, handlers.get(spec.name))
            if not spec.focus:  # else the pane that has to have the focus adds it
                window.addAction(action)

    def _make(self, spec: Spec, handler: Callable[[], object] | None) -> QAction:
        action = QAction(tr(spec.text), self)
        action.setObjectName(spec.name)
        action.setCheckable(spec.checkable)
        action.setShortcuts([QKeySequence(key) for key in spec.keys])
        if spec.focus:
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        keys = " / ".join(QKeySequence(k).toString(QKeySequence.SequenceFormat.NativeText) for k in spec.keys)
        tip = tr(spec.tip) or plain(tr(spec.text))
        action.setToolTip(f"{tip} ({keys})" if keys else tip)
        action.setStatusTip(tip)
        if handler is None:
            raise KeyError(f"no handler for action {spec.name!r}")
        action.triggered.connect(lambda _checked=False, call=handler: call())
        return action

    def __getitem__(self, name: str) -> QAction:
        """The action of that name."""
        return self._by_name[name]

    def __iter__(self):
        """All actions, in the order of the menus."""
        return iter(self._by_name.values())


MOVES = {
    Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End,
}  # fmt: skip
ENTER = {Qt.Key.Key_Return, Qt.Key.Key_Enter}
TEXT = (QLineEdit, QPlainTextEdit, QTextEdit, QAbstractSpinBox)
KEEPS_MOVES = (*TEXT, QAbstractItemView, QComboBox)


def keeps(widget: QObject | None, key: int, modifiers: Qt.KeyboardModifier, text: str) -> bool:
    """Tell whether a widget with focus keeps a key that is also an action's.

    A text field keeps arrows and whatever types a character; a tree, table or list keeps its arrows.
    """
    shift_only = not modifiers & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
    if isinstance(widget, TEXT) and not getattr(widget, "isReadOnly", lambda: False)():
        return (key in MOVES) or (shift_only and bool(text) and text.isprintable())
    return isinstance(widget, KEEPS_MOVES) and key in MOVES and shift_only


class KeyRules(QObject):
    """Lets a field, tree or table keep its keys, and lets Enter press the button that has the focus.

    It filters the widget that has the focus and no other: a filter of the application would see every event.
    """

    def __init__(self, parent: QObject | None = None):
        super().__init__(parent)
        self._watched: QWidget | None = None

    def watch(self, _last: QWidget | None, now: QWidget | None) -> None:
        """The focus has moved."""
        if self._watched is not None:
            with suppress(RuntimeError):  # it may be gone by now
                self._watched.removeEventFilter(self)
        self._watched = now
        if now is not None:
            now.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if keeps(watched, event.key(), event.modifiers(), event.text()):
                event.accept()
                return True
        elif (
            event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and isinstance(watched, QAbstractButton)
            and event.key() in ENTER
            and watched.isEnabled()
        ):
            watched.click()
            return True
        return False
