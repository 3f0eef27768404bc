"""Beside the tables: the verdict in numbers, the chosen row, what the marks mean, how it was replayed."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from vmgui.formats.side_by_side import Area, Operation, SideBySide
from vmgui.projection.numbers import count, size
from vmgui.ui.panes.header import PaneHeader
from vmgui.ui.panes.recording_rows import kind_of, leaves_of
from vmgui.ui.panes.recording_table import COLORS
from vmgui.ui.panes.recording_words import verdict_of, verdict_text
from vmgui.ui.theme import DARK, MONO, Theme, px
from vmgui.ui.words import tr

#: Fields of one operation that are listed.
MOST = 40


class VerdictPane(QScrollArea):
    """`opened` says that the chosen row is to be gone to, `copied` that its line is to be copied."""

    opened = Signal()
    copied = Signal()

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName("verdict")
        self.theme: Theme = DARK
        self.both: SideBySide | None = None
        self.row: Area | Operation | None = None
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        inner = QWidget()
        inner.setProperty("surface", "pane")
        self._box = QVBoxLayout(inner)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(0)
        titles = (tr("Verdict"), tr("Selected row"), tr("How differences are marked"), tr("Replay settings"))
        self.headers = [PaneHeader(title) for title in titles]
        self.verdict, self.chosen, self.legend, self.settings = (self._label() for _ in range(4))
        labels = (self.verdict, self.chosen, self.legend, self.settings)
        for header, label in zip(self.headers, labels, strict=True):
            self._box.addWidget(header)
            self._box.addWidget(label)
            if label is self.chosen:
                self._box.addLayout(self._buttons())
        self._box.addStretch(1)
        self.setWidget(inner)

    def _label(self) -> QLabel:
        label = QLabel()
        label.setTextFormat(Qt.TextFormat.RichText)
        label.setWordWrap(True)
        label.setContentsMargins(px(12), px(8), px(12), px(10))
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        label.setMinimumWidth(px(120))
        return label

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(px(12), 0, px(12), px(10))
        row.setSpacing(px(8))
        self.open = QPushButton(tr("Open in Explore"))
        self.open.clicked.connect(self.opened)
        self.copy = QPushButton(tr("Copy line"))
        self.copy.clicked.connect(self.copied)
        for button in (self.open, self.copy):
            row.addWidget(button)
        row.addStretch(1)
        return row

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self.theme = theme
        self._write()

    def show_recording(self, both: SideBySide | None) -> None:
        """Tell the verdict of another scenario."""
        self.both, self.row = both, None
        self._write()

    def show_row(self, row: Area | Operation | None) -> None:
        """Tell of another row."""
        self.row = row
        self._write_row()

    @property
    def line(self) -> str:
        """The chosen row as a line of text."""
        if isinstance(self.row, Area):
            start, end = self.row.start, self.row.end
            return f"{start:#x}-{end:#x} {end - start} {self.row.caller}".strip()
        return self.row.line if self.row is not None else ""

    # --- texts -----------------------------------------------------------------------------------

    def _write(self) -> None:
        marks = {
            "=": tr("identical: every field agrees"),
            "≠": tr("different: both have it, a field differs"),
            "+": tr("engine only: not in the recording"),
            "−": tr("kernel only: the engine did not produce it"),
            "?": tr("not comparable: the recording does not tell enough"),
        }
        signs = [(self._ink(mark, COLORS[mark]), text) for mark, text in marks.items()]
        self.legend.setText(self._table(signs))
        if self.both is None:
            self.verdict.setText(escape(tr("No recording is open")))
            self.settings.setText("")
        else:
            self._write_verdict(self.both)
            self._write_settings(self.both)
        self._write_row()

    def _write_verdict(self, both: SideBySide) -> None:
        r, (sign, token) = both.result, verdict_of(both)
        same = sum(area.mark == "=" for area in both.areas)
        rows = [(tr("operations"), r.identical, r.ops)]
        if both.areas:
            rows.append((tr("areas at the end"), same, len(both.areas)))
        told = [(tr("fields compared"), count(r.compared_fields))]
        told.append((tr("events compared"), count(r.compared_events)))
        lines = [
            (self._ink(*(("✓", "success") if n == of else ("≠", "error"))) + f" {name}",
             self._mono(f"{count(n)} / {count(of)}"))
            for name, n, of in rows
        ]  # fmt: skip
        lines += [(name, self._mono(text)) for name, text in told]
        lines += [(f"? {escape(why)}", self._mono(count(n))) for why, n in r.unsupported_reasons.items()]
        big = f"<span style='font-size:{px(22)}px; font-weight:bold'>{sign} {verdict_text(both)}</span>"
        self.verdict.setText(self._ink(big, token) + self._table(lines))

    def _write_settings(self, both: SideBySide) -> None:
        boot, run = both.recording.boot, both.recording.run
        self.settings.setText(self._table([
            (tr("kernel"), self._mono(boot.release or run.kernel)),
            ("VMALLOC_START", self._mono(f"{boot.vs:#x}")),
            (tr("CPUs / nodes"), self._mono(f"{boot.online_cpus} / {boot.online_nodes}")),
            (tr("levels"), self._mono(str(boot.levels))),
            (tr("memory"), self._mono(f"{run.mem_mib} MiB")),
            (tr("parameters"), self._mono(both.result.parameters or "—")),
        ]))  # fmt: skip

    def _write_row(self) -> None:
        row = self.row
        self.headers[1].detail.setText("")
        for button in (self.open, self.copy):
            button.setEnabled(row is not None)
        if row is None:
            self.chosen.setText(escape(tr("Choose a row: J and K move, N and P go to differences")))
        elif isinstance(row, Area):
            self.chosen.setText(self._area(row))
        else:
            self.headers[1].detail.setText(str(row.number))
            self.chosen.setText(self._operation(row))

    def _area(self, area: Area) -> str:
        held = area.kernel or area.engine
        assert held is not None
        said = {
            tr("start"): f"{area.start:#018x}",
            tr("end"): f"{area.end:#018x}",
            tr("size"): size(area.end - area.start),
            tr("kind"): kind_of(held),
            tr("pages"): count(held[5]),
            tr("node"): str(held[0]),
            tr("flags"): "—" if held[4] is None else f"{held[4]:#x}",
            tr("mapped"): leaves_of(area),
            tr("guard"): f"{area.end - area.guard:#018x}" if area.guard else "—",
        }
        rows = [(name, self._mono(text)) for name, text in said.items()]
        why = f"<p>{self._ink(escape(area.why), 'error')}</p>" if area.why else ""
        return f"<b>{self._mono(area.caller or kind_of(held))}</b>{why}{self._table(rows)}"

    def _operation(self, op: Operation) -> str:
        rows = []
        for field in sorted(op.fields, key=lambda f: "≠?=".index(f.mark) if f.mark in "≠?=" else 0)[:MOST]:
            value = field.kernel if field.mark == "=" else f"{field.kernel} ≠ {field.engine}"
            short = value if len(value) <= 60 else f"{value[:59]}…"
            short = short.replace(",", ",\u200b")  # it may break there
            note = f"<br>{escape(field.why)}" if field.why else ""
            name = f"{self._ink(field.mark, COLORS[field.mark])}&nbsp;{field.name}"
            rows.append((name, self._mono(short) + note))
        return f"<b>{self._mono(op.line)}</b>{self._table(rows)}"

    def _table(self, rows: list[tuple[str, str]]) -> str:
        name_style = f"padding:{px(2)}px {px(10)}px {px(2)}px 0; vertical-align:middle"
        cells = "".join(
            f"<tr><td style='{name_style}'>{name}</td>"
            f"<td style='padding:{px(2)}px 0; vertical-align:middle'>{text}</td></tr>" for name, text in rows
        )  # fmt: skip
        return f"<table cellspacing='0'>{cells}</table>"

    def _ink(self, text: str, token: str) -> str:
        return f"<span style='color:{getattr(self.theme, token)}; font-weight:bold'>{text}</span>"

    @staticmethod
    def _mono(text: str) -> str:
        family = ", ".join(f"'{name}'" for name in MONO)
        return f'<span style="font-family:{family}; font-size:{px(11)}px">{escape(text)}</span>'
