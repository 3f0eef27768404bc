"""What to export: a pane or a list, as which kind of file, over which steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast, get_args

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from vmgui.projection.numbers import count
from vmgui.ui.export import KINDS, MOST, OF_A_PANE, OF_A_RANGE, Kind, Range, Wanted, between, how_many, panes
from vmgui.ui.export_handout import GRIDS, PAPERS
from vmgui.ui.theme import px
from vmgui.ui.words import tr

if TYPE_CHECKING:
    from vmgui.ui.desk import Desk

SCALES = (1, 2, 3)


class ExportDialog(QDialog):
    """`wanted` carries a Wanted when the user has chosen."""

    wanted = Signal(object)

    def __init__(self, desk: Desk):
        super().__init__(desk.window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Export"))
        self.desk = desk
        self.kind = self._combo(tr("Kind of file"), {kind: tr(text) for kind, (text, _end) in KINDS.items()})
        self.pane = self._combo(tr("Picture of"), {name: title for name, (title, _w) in panes(desk).items()})
        pixels = {n: tr("{0} for each of the screen").format(n) for n in SCALES}
        self.scale = self._combo(tr("Pixels"), pixels)
        self.scale.setCurrentIndex(1)
        ranges = (tr("This operation"), tr("From step to step"), tr("Marks only"), tr("The whole program"))
        keys: tuple[Range, ...] = ("operation", "between", "marks", "program")
        assert set(keys) == set(get_args(Range))
        self.range = self._combo(tr("Steps"), dict(zip(keys, ranges, strict=True)))
        self.first, self.last = self._spin(tr("First step")), self._spin(tr("Last step"))
        for field, step in zip((self.first, self.last), between(desk), strict=True):
            field.setValue(step)
        self.loop = QCheckBox(tr("Begin again at the end"))
        self.loop.setChecked(True)
        self.each = self._combo(tr("Steps a page"), {n: str(n) for n in GRIDS})
        self.each.setCurrentIndex(1)
        self.paper = self._combo(tr("Paper"), {name: name for name in PAPERS})
        self.told = QLabel()
        self.told.setWordWrap(True)
        self._lay_out()
        for combo in (self.kind, self.range):
            combo.currentIndexChanged.connect(self._show)
        for field in (self.first, self.last):
            field.valueChanged.connect(self._show)
        self._show()

    def _combo(self, name: str, options: dict) -> QComboBox:
        combo = QComboBox()
        combo.setAccessibleName(name)
        for key, text in options.items():
            combo.addItem(text, key)
        return combo

    def _spin(self, name: str) -> QSpinBox:
        made = QSpinBox()
        made.setAccessibleName(name)
        made.setRange(0, self.desk.player.length)
        return made

    def _lay_out(self) -> None:
        ends = QWidget()
        row = QHBoxLayout(ends)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.first, 1)
        row.addWidget(QLabel("–"))
        row.addWidget(self.last, 1)
        self.form = QFormLayout()
        self.rows = {
            "kind": self.kind, "pane": self.pane, "scale": self.scale, "range": self.range, "ends": ends,
            "loop": self.loop, "each": self.each, "paper": self.paper,
        }  # fmt: skip
        texts = {
            "kind": tr("Kind of file"), "pane": tr("Picture of"), "scale": tr("Pixels"), "range": tr("Steps"),
            "ends": "", "loop": "", "each": tr("Steps a page"), "paper": tr("Paper"),
        }  # fmt: skip
        for name, widget in self.rows.items():
            self.form.addRow(texts[name], widget)
        box = QVBoxLayout(self)
        box.addLayout(self.form)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)  # behind the form
        self.go = buttons.addButton(tr("Export…"), QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        box.addWidget(self.told)
        box.addStretch(1)
        box.addWidget(buttons)
        box.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)  # rows come and go; the dialog stays
        self.resize(px(430), px(270))

    def choice(self) -> Wanted:
        """What is chosen now."""
        return Wanted(
            cast(Kind, self.kind.currentData()), self.pane.currentData(), self.range.currentData(),
            self.first.value(), self.last.value(), self.scale.currentData(), self.loop.isChecked(),
            self.each.currentData(), self.paper.currentData(),
        )  # fmt: skip

    def _show(self) -> None:
        """Ask only what matters, and say how much it will be."""
        wanted = self.choice()
        ranged = wanted.kind in OF_A_RANGE
        asked = {
            "pane": wanted.kind in OF_A_PANE, "scale": wanted.kind == "png", "range": ranged,
            "ends": ranged and wanted.range == "between", "loop": wanted.kind == "gif",
            "each": wanted.kind == "pdf", "paper": wanted.kind == "pdf",
        }  # fmt: skip
        for name, there in asked.items():
            self.form.setRowVisible(self.rows[name], there)
        steps = how_many(self.desk, wanted) if ranged else 1
        most = MOST.get(wanted.kind)
        enough = steps > 0 and (most is None or steps <= most)
        self.go.setEnabled(enough)
        if not ranged:
            self.told.setText("")
        elif most is not None and steps > most:
            self.told.setText(tr("These are more than {0} steps: choose fewer").format(most))
        elif not steps:
            self.told.setText(tr("There is no step to be shown"))
        elif most is not None:
            said = tr("{0} steps; the play-head goes through them and comes back")
            self.told.setText(said.format(count(steps)))
        else:
            self.told.setText("")

    def accept(self) -> None:
        """Say what is wanted; the dialog is gone when it is written."""
        wanted = self.choice()
        super().accept()
        self.wanted.emit(wanted)
