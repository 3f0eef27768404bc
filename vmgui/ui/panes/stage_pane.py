"""The stage with its header: in which numbers it is written, and whether it shows whole tables."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from vmgui.projection.numbers import address
from vmgui.projection.stage import Stage
from vmgui.ui.panes.header import PaneHeader, Segments
from vmgui.ui.panes.stage import StageCanvas
from vmgui.ui.selection import Selection
from vmgui.ui.theme import Theme
from vmgui.ui.words import tr


class StagePane(QWidget):
    """The stage with its header."""

    def __init__(self, selection: Selection, parent: QWidget | None = None):
        super().__init__(parent)
        self.header = PaneHeader(tr("Stage"))
        self.styles = Segments(
            tr("Numbers"), {"binary": tr("binary"), "hex": tr("hex"), "decimal": tr("decimal")}
        )
        self.canvas = StageCanvas(selection)
        self.styles.buttons["decimal"].setChecked(True)
        self.styles.chosen.connect(self.canvas.set_style_name)
        self.header.add(self.styles)
        self.views = Segments(tr("Stage"), {"walk": tr("Walk"), "tables": tr("Tables")})
        self.views.chosen.connect(lambda view: self.canvas.show_whole(view == "tables"))
        self.header.add(self.views)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.header)
        box.addWidget(self.canvas, 1)
        selection.changed.connect(self.canvas.go_to)

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self.canvas.set_theme(theme)

    def set_stage(self, stage: Stage | None, moving: bool = False) -> None:
        """Show a stage, `moving` on from the one before, and say whose walk it is."""
        self.canvas.set_stage(stage, moving)
        self.header.detail.setText(self._headline(stage))

    @staticmethod
    def _headline(stage: Stage | None) -> str:
        if stage is None:
            return ""
        mono = f'<span style="font-family:DejaVu Sans Mono,monospace">{address(stage.address)}</span>'
        text = (tr("looking at {0}") if stage.looking else tr("walk of {0}")).format(mono)
        if not stage.owner:
            return text
        page = tr("first page of <b>{0}</b>") if stage.page == 0 else tr("page {1} of <b>{0}</b>")
        return text + "&nbsp; · &nbsp;" + page.format(stage.owner, stage.page)
