"""What the window shows, kept while its panes are built anew, and given back to the ones that came."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray

from vmgui.projection.steps import Size
from vmgui.ui.panes.map_scale import View
from vmgui.ui.selection import Place

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
    heights: list[int]
    pressed: dict[str, bool] = field(default_factory=dict)
    trail: tuple[list[int], list[int]] = field(default_factory=lambda: ([], []))

    @classmethod
    def of(cls, desk: Desk) -> Keepsake:
        """What a desk shows now."""
        player, actions = desk.player, desk.window.actions_
        return cls(
            player.at, player.size, player.speed, desk.selection.place, desk.scene.looking,
            desk.map.canvas.view if desk.map.canvas.by_hand else None, desk.map.widths.current, desk.map.colours.current,
            desk.stage.styles.current, desk.operations.command.text(), desk.layout_.state(), desk.centre.sizes(),
            {name: actions[name].isChecked() for name in PRESSED},
            (list(desk.trail.behind), list(desk.trail.ahead)),
        )  # fmt: skip

    def give(self, desk: Desk) -> None:
        """Let another desk, over the same program, show the same."""
        actions = desk.window.actions_
        for name, on in self.pressed.items():
            if actions[name].isChecked() != on:
                actions[name].trigger()
        desk.layout_.restore(self.layout)
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
