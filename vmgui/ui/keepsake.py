"""What the window shows, kept while its panes are built anew, and given back to the ones that came."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray

from vmgui.formats.side_by_side import SideBySide
from vmgui.projection.steps import Size
from vmgui.ui.lockstep import Shown
from vmgui.ui.panes.map_scale import View
from vmgui.ui.selection import Place
from vmgui.ui.studying import Opened

if TYPE_CHECKING:
    from vmgui.ui.desk import Desk

#: Actions that stay pressed.
PRESSED = ("services", "follow")


@dataclass(frozen=True)
class Keepsake:
    """Taste and places of one desk; the program itself is the workspace's and stays where it is."""

    at: int
    size: Size
    speed: float
    place: Place | None
    looking: int | None
    view: View | None
    widths: str
    colours: str
    numbers: str
    command: str
    layout: QByteArray
    perspective: str
    recording: SideBySide | None
    heights: list[int]
    detail: int
    pressed: dict[str, bool] = field(default_factory=dict)
    trail: tuple[list[int], list[int]] = field(default_factory=lambda: ([], []))
    machines: Shown | None = None
    lesson: Opened | None = None

    @classmethod
    def of(cls, desk: Desk) -> Keepsake:
        """What a desk shows now."""
        player, actions, shown = desk.player, desk.window.actions_, desk.map
        return cls(
            at=player.at,
            size=player.size,
            speed=player.speed,
            place=desk.selection.place,
            looking=desk.scene.looking,
            view=shown.canvas.view if shown.canvas.by_hand else None,
            widths=shown.widths.current,
            colours=shown.colours.current,
            numbers=desk.stage.styles.current,
            command=desk.operations.command.text(),
            layout=desk.layout_.state(),
            perspective=desk.perspectives.current,
            recording=desk.recordings.both,
            heights=desk.centre.sizes(),
            detail=desk.details.currentIndex(),
            pressed={name: actions[name].isChecked() for name in PRESSED},
            trail=(list(desk.trail.behind), list(desk.trail.ahead)),
            machines=Shown.of(desk),
            lesson=desk.study.opened(),
        )

    def give(self, desk: Desk) -> None:
        """Let another desk, over the same program, show the same."""
        actions = desk.window.actions_
        for name, on in self.pressed.items():
            if actions[name].isChecked() != on:
                actions[name].trigger()
        desk.centre.setSizes(self.heights)
        desk.map.widths.choose(self.widths)
        desk.map.colours.choose(self.colours)
        desk.stage.styles.choose(self.numbers)
        desk.workspace.replaced.emit()
        desk.workspace.titled.emit()
        desk.player.set_speed(self.speed)
        desk.player.set_size(self.size)
        desk.player.seek(self.at)
        if self.view is not None:
            desk.map.canvas.move_view(self.view)
        desk.selection.select(self.place)
        if self.looking is not None:
            desk.scene.look_at(self.looking)
        desk.trail.behind, desk.trail.ahead = self.trail
        desk.operations.put(self.command)
        if self.recording is not None:
            desk.recordings.show(self.recording)
        if self.lesson is not None:
            desk.study.reopen(self.lesson)
        desk.perspectives.enter(self.perspective)
        desk.layout_.restore(self.layout)
        desk.details.setCurrentIndex(self.detail)
        if self.machines is not None:
            self.machines.show(desk)
