"""The Explore perspective: what is open, the play-head and the panes, tied together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QMenu, QSplitter, QWidget

from vmgui.engine.machine import Machine
from vmgui.formats.errors import FormatError
from vmgui.projection.source import next_at, place_of_line
from vmgui.projection.steps import GROUPS, Steps
from vmgui.timeline.names import KnownNames
from vmgui.timeline.session import Done
from vmgui.ui import (
    accessible,
    comparing,
    context,
    editing,
    export,
    files,
    helping,
    language,
    looking,
    presenting,
    recordings,
    seeking,
    studying,
)
from vmgui.ui.auditor import Auditor
from vmgui.ui.bookmarks import Bookmarks
from vmgui.ui.dialogs.answer import AnswerWindow
from vmgui.ui.docks import Details, Layout, beside, dock, scrolled
from vmgui.ui.explainer import Explainer
from vmgui.ui.highlighter import Warmer
from vmgui.ui.liner import Liner
from vmgui.ui.narrator import Narrator
from vmgui.ui.panes.address_map import AddressMapPane
from vmgui.ui.panes.allocator import AllocatorPane
from vmgui.ui.panes.animator import Animator
from vmgui.ui.panes.frames import FramesPane
from vmgui.ui.panes.operations import OperationsPane
from vmgui.ui.panes.rail import Rail
from vmgui.ui.panes.scrubber import Scrubber
from vmgui.ui.panes.source import SourcePane
from vmgui.ui.panes.stack import StackPane
from vmgui.ui.panes.stage_pane import StagePane
from vmgui.ui.panes.statistics import StatisticsPane
from vmgui.ui.panes.still import Still
from vmgui.ui.panes.transport import Transport
from vmgui.ui.panes.tree import TreePane
from vmgui.ui.panes.trouble import TroublePane
from vmgui.ui.panes.why import WhyPane
from vmgui.ui.perspectives import EXPLORE, START, Perspectives
from vmgui.ui.player import Player
from vmgui.ui.recordings import Recordings
from vmgui.ui.scene import Scene
from vmgui.ui.selection import Place, Selection
from vmgui.ui.starting import Starter
from vmgui.ui.stops import Stops
from vmgui.ui.studying import Study
from vmgui.ui.theme import Theme, px
from vmgui.ui.trail import Trail
from vmgui.ui.words import tr
from vmgui.ui.workspace import Workspace

if TYPE_CHECKING:
    from vmgui.ui.main_window import MainWindow


#: In less room the columns of the stage and the tiers of the map cannot be read.
LEAST_STAGE, LEAST_MAP = (470, 220), (400, 145)
#: Moves that one wants to come back from.
JUMPS = ("first", "last", "next_operation", "previous_operation", "next_mark", "previous_mark")


class Themed(Protocol):
    """A pane that can be drawn in another theme."""

    def set_theme(self, theme: Theme) -> None: ...


class Desk(QObject):
    """Owns workspace, player, selection and panes. `handlers` are what the actions of the window do."""

    def __init__(self, window: MainWindow, workspace: Workspace | None = None):
        super().__init__(window)
        self.window = window
        self.workspace = workspace or Workspace(window)  # it outlives a desk
        self.player = Player(self)
        self.workspace.where = lambda: self.player.at
        self.selection = Selection(self)
        self.explainer = Explainer(self)
        self.auditor = Auditor(self)
        self.warmer = Warmer(self)
        self.following = True
        self.extra_panes: list[Themed] = []
        accessible.install()
        self._make_panes()
        self._lay_out()
        self.scene = Scene(self)
        self.recordings, self.starter = Recordings(self), Starter(self)
        self.narrator, self.study = Narrator(self), Study(self)
        self.perspectives = Perspectives(self)
        self.handlers: dict[str, Callable[[], object]] = self._handlers()
        language.show_choice(self)
        self.workspace.replaced.connect(self._replaced)
        self.workspace.changed.connect(self._changed)
        self.workspace.titled.connect(self._titled)
        self.player.moved.connect(self.scene.show)
        self.player.moved.connect(self.narrator.tell)  # when the sentence of the step is there
        self.player.moved.connect(self.warmer.later)
        self.trail, self.stops, self.bookmarks = Trail(), Stops(self), Bookmarks(self)
        self.presenter = presenting.Presenter(self)
        self.presenter.turned.connect(self.study.lectured)
        self.liner = Liner(self)
        self.comparing = comparing.Comparing(self)
        seeking.connect(self)
        helping.connect(self)

    def _names(self) -> KnownNames:
        session = self.workspace.session
        return session.names if session else KnownNames()

    # --- panes -----------------------------------------------------------------------------------

    def _make_panes(self) -> None:
        self.operations = OperationsPane(self._names, lambda: self.workspace.machine.window is not None)
        self.stage = StagePane(self.selection)
        self.map = AddressMapPane(self.selection)
        self.tree = TreePane(self.selection)
        self.frames = FramesPane(self.selection)
        self.allocator = AllocatorPane(self.selection)
        self.scrubber = Scrubber(self.selection)
        self.statistics = StatisticsPane()
        self.source = SourcePane()
        self.stack = StackPane(self.selection)
        self.why = WhyPane()
        self.trouble = TroublePane()
        self.trouble.wanted.connect(self._help_out)
        self.transport = Transport(self.window.actions_, self.player)
        self.operations.run_wanted.connect(self.run_line)
        self.operations.history.step_wanted.connect(self.go)
        self.operations.history.answer_wanted.connect(partial(AnswerWindow.show_for, self.window))
        self.scrubber.sought.connect(self.go)
        self.statistics.sought.connect(self.go)
        self.statistics.described.connect(self.describe)
        self.statistics.zoomed.connect(self.scrubber.show_range)
        self.scrubber.zoomed.connect(self.statistics.show_range)
        canvases = self.stage.canvas, self.map.canvas, self.frames.canvas, self.frames.strip, self.scrubber
        for canvas in canvases:
            canvas.described.connect(self.describe)
            canvas.menu_wanted.connect(lambda place, at: context.show_menu(self, place, at))
        for pane in (self.tree, self.allocator, self.stack):
            pane.menu_wanted.connect(lambda place, at: context.show_menu(self, place, at))
        self.allocator.described.connect(self.describe)
        self.stack.chips.described.connect(self.describe)
        self.allocator.choose(self.window.settings.allocator)
        self.allocator.section_changed.connect(partial(setattr, self.window.settings, "allocator"))
        self.stage.views.chosen.connect(self._stage_shows)
        self.stage.views.choose(self.window.settings.stage)
        self.source.view.line_wanted.connect(self.run_to)
        self.source.view.menu_wanted.connect(lambda at: context.show_line_menu(self, at))
        self.why.line_wanted.connect(self._show_line)
        self.selection.activated.connect(self._open_place)
        self.stage.setObjectName("stage")
        self.map.setObjectName("map")

    def _keep_headers(self) -> None:
        """Where stage and map are scrolled across, their headers stay in sight."""
        across = self.room.horizontalScrollBar()
        for pane in (self.stage, self.map):
            pane.header.keep_in(across.value(), across.maximum() - across.value())

    def _lay_out(self) -> None:
        self.centre = QSplitter(Qt.Orientation.Vertical)
        self.centre.setChildrenCollapsible(False)
        for pane, least in ((self.stage, LEAST_STAGE), (self.map, LEAST_MAP)):
            pane.setMinimumSize(px(least[0]), px(least[1]))
            self.centre.addWidget(pane)
        self.room = scrolled(self.centre)
        across = self.room.horizontalScrollBar()
        for changed in (across.valueChanged, across.rangeChanged):
            changed.connect(self._keep_headers)
        self.window.centre.addWidget(self.room, 1)
        self.window.rest()
        texts = {tr("Source"): self.source, tr("Call stack"): self.stack, tr("Why?"): self.why}
        headers = [self.source.header, self.stack.header, self.why.header]
        self.details = Details({title: Still(pane) for title, pane in texts.items()}, headers)
        self.rail = Rail(self.operations)
        self.animator = Animator(Still(self.transport), self.scrubber, beside(self.details, self.trouble))
        docks = {
            "operations": dock(self.window, "operations", tr("Operations"), self.rail),
            "tree": dock(self.window, "tree", tr("Page tables"), self.tree),
            "allocator": dock(self.window, "allocator", tr("Allocator"), self.allocator),
            "frames": dock(self.window, "frames", tr("Physical frames"), self.frames),
            "animator": dock(self.window, "animator", tr("Animator"), self.animator),
            "statistics": dock(self.window, "statistics", tr("Statistics over time"), self.statistics),
        }
        docks["allocator"].visibilityChanged.connect(self.allocator.set_seen)
        self.layout_ = Layout(self.window, docks, self.centre, self.details, self.rail)
        menus = self.window.toolbar.menus
        self.layout_.add_to(menus[3])
        recent = QMenu(tr("Open rece&nt"), menus[0])
        menus[0].insertMenu(self.window.actions_["default"], recent)
        recent.aboutToShow.connect(lambda: files.fill_recent(self, recent))
        scenarios = QMenu(tr("Open s&cenario"), menus[0])
        menus[0].insertMenu(self.window.actions_["default"], scenarios)
        scenarios.aboutToShow.connect(lambda: files.fill_scenarios(self, scenarios))

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        panes: list[Themed] = [
            self.rail, self.stage, self.map, self.tree, self.frames, self.allocator, self.scrubber,
            self.statistics,
            self.source, self.stack, self.why, self.trouble, self.animator, *self.extra_panes,
        ]  # fmt: skip
        for pane in panes:
            pane.set_theme(theme)
        self.transport.set_theme(theme, self.window.actions_)
        self.presenter.set_theme(theme)

    def in_tab_order(self) -> list[QWidget]:
        """The panes in the order in which Tab comes to them."""
        return [
            self.window.toolbar, self.rail, *self.study.room.in_tab_order, self.stage, self.map, self.tree,
            self.allocator, self.frames, self.transport, self.scrubber,
            self.source, self.stack, self.why, self.details, self.trouble,
        ]  # fmt: skip

    def fit(self, width: int, height: int) -> None:
        """Arrange the panes for a size of the window."""
        self.perspectives.fit()

    # --- actions ---------------------------------------------------------------------------------

    def _handlers(self) -> dict[str, Callable[[], object]]:
        player, window = self.player, self.window
        moves = ("step", "back", "over", "over_back", "out", "next_operation", "previous_operation", "first",
                 "last", "next_mark", "previous_mark", "slower", "faster")  # fmt: skip
        found: dict[str, Callable[[], object]] = {
            name: self._by_hand(getattr(player, name)) for name in moves
        }
        found |= files.handlers(self)
        found |= recordings.handlers(self)
        found |= export.handlers(self)
        found |= looking.handlers(self)
        found |= accessible.handlers(self)
        found |= helping.handlers(self)
        found |= comparing.handlers(self)
        found |= editing.handlers(self)
        found |= seeking.handlers(self)
        found |= presenting.handlers(self)
        found |= studying.handlers(self)
        found |= language.handlers(self)
        return found | {
            **{f"group_{n}": partial(self.group, n) for n in GROUPS},
            "services": self._set_steps,
            "play": player.toggle,
            "run": self.operations.run,
            "nohugevmalloc": lambda: self.boot_with("nohugevmalloc"),
            "nohugeiomap": lambda: self.boot_with("nohugeiomap"),
            "theme": window.change_theme,
            "quit": window.close,
            "reset_layout": self.perspectives.reset,
            "explore": lambda: self.perspectives.show(EXPLORE),
            "start": lambda: self.perspectives.show(START),
        }

    def _help_out(self, name: str) -> None:
        """A button of the panic pane."""
        if name == "copy" and self.trouble.trouble is not None:
            context.copy(self.trouble.trouble.report)
        elif name == "back" and self.trouble.trouble is not None:
            self.go(self.trouble.trouble.before)
        else:
            self.window.perform(name)

    def group(self, entries: int) -> None:
        """Let a loop over page-table entries stop after so many."""
        self.window.settings.group = entries
        self._set_steps()

    def _set_steps(self) -> None:
        actions, entries = self.window.actions_, self.window.settings.group
        for n in GROUPS:
            actions[f"group_{n}"].setChecked(n == entries)
        if self.player.steps is not None:
            self.player.steps.group = entries
            self.player.steps.services = actions["services"].isChecked()

    def _by_hand(self, move: Callable[[], None]) -> Callable[[], None]:
        """A move of the user's own ends playing; what is no step leaves a place to go back to."""

        def moved() -> None:
            if move.__name__ not in ("slower", "faster"):
                self.player.pause()
            if move.__name__ in JUMPS:
                self.trail.leave(self.player.at)
            move()

        return moved

    def go(self, step: int) -> None:
        """Go to a step because the user asked for it."""
        self.player.pause()
        if step != self.player.at and not self.scrubber.dragged:
            self.trail.leave(self.player.at)
        self.player.seek(step)

    def run_to(self, file: str, line: int) -> None:
        """Go to the next step that stands in a line of the source."""
        session = self.workspace.session
        found = next_at(session.columns, self.player.at, file, line) if session else None
        if found is None:
            self.window.notices.say(tr("No later step stands in line {0}").format(line))
        else:
            self.go(found)

    def _stage_shows(self, view: str) -> None:
        """Keep what the stage shows for the next time."""
        self.window.settings.stage = view
        self.window.actions_["stage_tables"].setChecked(view == "tables")

    def _show_line(self, line: int) -> None:
        """Show the line of a check."""
        card = self.why.card
        shown = place_of_line(card.function, line) if card else None
        if shown is not None:
            self.source.show_source(shown)
            self.details.show_pane(self.source)

    def _open_place(self, place: Place) -> None:
        """A double click: the tree opens there; a step is gone to."""
        if place.step is not None:
            self.go(place.step)
        elif place.va is not None:
            self.tree.reveal(place.va[0])

    def describe(self, text: str) -> None:
        """Say in the status bar what the pointer or the keyboard is on."""
        if text:
            self.window.status.showMessage(text.replace("\n", " · "))
        else:
            self.window.status.clearMessage()

    def run_line(self, line: str) -> None:
        """Run a line of the command line; what is wrong is shown below it."""
        command = self.operations.command
        self.auditor.cancel()  # it holds the session, and may for long
        bar = files.Progress(self, tr("Running {0}").format(line))
        try:
            done = self.workspace.run(line, bar.going)
        except FormatError as error:
            self.auditor.ask(self.player.at)
            if command.text() != line:
                command.set_text(line)
            command.show_error(error)
            command.setFocus()
            return
        finally:
            bar.close()
        command.clear_error()
        if done is None:
            self.auditor.ask(self.player.at)
            self.window.notices.say(tr("Stopped: the program is as it was"))
            return
        self.operations.ran(line)
        if done.outcome.text:
            AnswerWindow.show_for(self.window, str(done.operation), done.outcome.text)

    def boot_with(self, parameter: str) -> None:
        """Turn a boot parameter on or off: the same program on the machine booted anew."""
        machine = self.workspace.machine
        changed: dict[str, Any] = {parameter: not getattr(machine, parameter)}
        self.reboot(replace(machine, **changed))
        self._titled()

    # --- what follows ----------------------------------------------------------------------------

    def _replaced(self) -> None:
        """Another session: every pane shows it from its first step."""
        session = self.workspace.session
        if session is None:
            return
        self.explainer.attach(session)
        self.auditor.attach(session)
        self.selection.clear()
        cursor = session.cursor()
        self.scene.attach(session, cursor)
        self.player.attach(
            cursor, Steps(session.columns, session.operations), self.scene.marks, self.scene.slow
        )
        self._set_steps()
        self.operations.refresh()

    def _changed(self, done: Done | None) -> None:
        """Operations have changed: the play-head goes to the end of what was added, else it stays."""
        self.explainer.cancel()
        self.scene.changed(self.workspace.changed_from)
        self.player.pause()
        self.player.seek(self.workspace.kept if done is None else done.last_row)
        self.player.changed()
        self.operations.refresh()

    def _titled(self) -> None:
        space, window = self.workspace, self.window
        machine = space.machine
        window.setWindowTitle(f"{tr(space.title)}[*] — vmgui")
        window.setWindowModified(space.dirty)
        window.toolbar.tell(tr(space.title), looking.machine_texts(machine), space.dirty)
        for name in ("nohugevmalloc", "nohugeiomap"):
            window.actions_[name].setChecked(getattr(machine, name))
        for name, done in (("undo", space.can_undo), ("redo", space.can_redo)):
            window.actions_[name].setEnabled(bool(done))

    def may_discard(self) -> bool:
        """Ask when work would be lost."""
        return not self.workspace.dirty or files.ask_to_save(self)

    def open_path(self, path: Path) -> None:
        """Open a document, an operation file or a recording."""
        files.open_path(self, path)

    def open_default(self) -> None:
        """Open the scenario of the first start; without it, an empty program."""
        try:
            self.workspace.open_default()
        except (ValueError, OSError) as error:
            self.window.notices.fail(str(error))
            if self.workspace.session is None:
                self.workspace.new()

    def open_copy(self, path: Path) -> None:
        """Run a program that comes with vmgui; it has no file yet, so nobody saves over it."""
        try:
            self.workspace.open_copy(path)
        except (ValueError, OSError) as error:
            self.window.notices.fail(str(error))

    def reboot(self, machine: Machine) -> None:
        """Run the program on another machine; what cannot run there is said."""
        bar = files.Progress(self, tr("Running the program on the other machine"))
        try:
            self.workspace.reboot(machine, bar)
        except ValueError as error:
            self.window.notices.fail(str(error))
        finally:
            bar.close()

    def close(self) -> None:
        """End playing and the worker, and keep the layout."""
        self.player.pause()
        self.starter.keep()
        self.presenter.stop()
        self.comparing.leave()
        self.explainer.close()
        self.auditor.close()
        self.liner.close()
        self.perspectives.keep()
