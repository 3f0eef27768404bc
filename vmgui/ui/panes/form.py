"""The form of an operation: its fields come from the verb's own table, its text is the command line's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import count, product
from string import ascii_lowercase

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFrame, QGridLayout, QLabel, QLineEdit, QPushButton, QWidget

from vmgui.timeline.operation import Operation
from vmgui.timeline.outcome import Obj, ObjKind
from vmgui.timeline.verb import Kind, Parameter, Verb
from vmgui.timeline.verbs import VERBS
from vmgui.ui import theme as themes
from vmgui.ui.panes.header import Segments
from vmgui.ui.theme import px
from vmgui.ui.words import tr

#: What a field holds before anybody has typed.
EXAMPLES = {"size": "4M", "phys": "0x100101000", "pages": "16p", "n": "0"}
#: Values that speak of the window W, and what takes their place on a machine without one.
WITHOUT_WINDOW = {"W": "VS + 1T", "WE": "VS + 1T + 1G"}
#: Operations that differ only in the memory type: one palette button, one row of choices.
CACHES = {"ioremap": "UC−", "ioremap_wc": "WC", "ioremap_cache": "WB"}


def fresh_name(taken: Iterable[str]) -> str:
    """The first name that is not taken, of a, b, c and so on to aa, ab."""
    known = set(taken)
    for length in count(1):
        for letters in product(ascii_lowercase, repeat=length):
            name = "".join(letters)
            if name not in known:
                return name
    return ""


def speakable(verb: Verb, names: Mapping[str, Obj]) -> list[str]:
    """The names of objects that an operation may be asked for."""
    if any(parameter.held for parameter in verb.parameters):
        return [name for name, obj in names.items() if obj.pages]
    kinds = (ObjKind.AREA, ObjKind.RAM)
    return [name for name, obj in names.items() if not obj.freed and obj.kind in kinds]


def example(parameter: Parameter, live: list[str]) -> str:
    """What a field holds at first: something that can be run as it is."""
    if str(parameter.default) in WITHOUT_WINDOW:
        return WITHOUT_WINDOW[str(parameter.default)]
    if parameter.kind is Kind.ADDRESS:
        return f"@{live[-1]}" if live else "VS"
    return EXAMPLES.get(parameter.name, "")


class Form(QFrame):
    """Fields of one verb. `composed` carries the line they make; `run_wanted` that it should run."""

    composed = Signal(str)
    run_wanted = Signal()

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.setProperty("surface", "card")
        self.verb: Verb = VERBS["vmalloc"]
        self._fields: dict[str, QLineEdit | QComboBox] = {}
        self._name: QLineEdit | None = None
        self._caches: Segments | None = None
        self._names: Mapping[str, object] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(px(10), px(8), px(10), px(8))
        self._grid.setHorizontalSpacing(px(6))
        self._grid.setVerticalSpacing(px(6))
        self.run = QPushButton(tr("Run"))
        self.run.setProperty("primary", True)
        self.run.clicked.connect(self.run_wanted)

    # --- building --------------------------------------------------------------------------------

    def show_verb(
        self, verb: Verb, live: Iterable[str], taken: Iterable[str], has_window: bool = False
    ) -> None:
        """Show the fields of a verb; `live` are the objects it may speak of, `taken` the names in use.

        Beside what is required these are objects, addresses that are NULL if not said, and, where there is
        no window W, what lies in it if not said.
        """
        self.verb, live, taken = verb, list(live), list(taken)
        self._empty()
        row = 0
        shown = [
            p for p in verb.parameters
            if p.kind is Kind.OBJECT or p.required and p.kind is not Kind.NEW
            or p.kind is Kind.ADDRESS and p.positional and str(p.default) == "0"
            or not has_window and str(p.default) in WITHOUT_WINDOW
        ]  # fmt: skip
        for i, parameter in enumerate(shown):
            label = QLabel(tr(parameter.name.capitalize()) if parameter.name != "id" else tr("Object"))
            label.setProperty("role", "secondary")
            label.setToolTip(tr(parameter.help))
            field = self._field(parameter, live)
            label.setBuddy(field)
            self._grid.addWidget(label, row, 0)
            last = i == len(shown) - 1 and verb.makes
            self._grid.addWidget(field, row, 1, 1, 1 if last else 3)
            row += not last
        if verb.makes:
            self._add_name(row, fresh_name(taken), alone=not shown)
            row += 1
        self._add_end(row, shown)
        self.compose()

    def _empty(self) -> None:
        self._fields.clear()
        self._name = self._caches = None
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None and widget is not self.run:
                widget.hide()
                widget.deleteLater()

    def _field(self, parameter: Parameter, live: list[str]) -> QLineEdit | QComboBox:
        field: QLineEdit | QComboBox
        if parameter.kind in (Kind.OBJECT, Kind.OBJECTS) or parameter.held:
            field = QComboBox()
            field.addItems(live)
            field.setCurrentIndex(len(live) - 1)
            field.currentTextChanged.connect(self.compose)
        elif parameter.kind is Kind.CHOICE:
            field = QComboBox()
            field.addItems(list(parameter.choices))
            field.currentTextChanged.connect(self.compose)
        else:
            field = QLineEdit(example(parameter, live))
            field.setFont(themes.widget_font(themes.UI, mono=True))
            field.textEdited.connect(self.compose)
            field.returnPressed.connect(self.run_wanted)
        field.setProperty("mono", True)
        field.setMinimumWidth(px(40))
        field.setAccessibleName(f"{parameter.name}: {tr(parameter.help)}")
        field.setToolTip(f"{tr(parameter.help)}: {tr(parameter.kind.value)}")
        self._fields[parameter.name] = field
        return field

    def _add_name(self, row: int, name: str, alone: bool) -> None:
        label = QLabel(tr("as"))
        label.setProperty("role", "secondary")
        self._name = QLineEdit(name)
        self._name.setFont(themes.widget_font(themes.UI, mono=True))
        self._name.setProperty("mono", True)
        self._name.setMinimumWidth(px(30))
        self._name.setAccessibleName(tr("Name for the result"))
        self._name.textEdited.connect(self.compose)
        self._name.returnPressed.connect(self.run_wanted)
        label.setBuddy(self._name)
        self._grid.addWidget(label, row, 0 if alone else 2)
        self._grid.addWidget(self._name, row, 1 if alone else 3)

    def _add_end(self, row: int, shown: list[Parameter]) -> None:
        if self.verb.name in CACHES:
            label = QLabel(tr("Cache"))
            label.setProperty("role", "secondary")
            self._caches = Segments(tr("Memory type"), dict(CACHES))
            self._caches.buttons[self.verb.name].setChecked(True)
            self._caches.chosen.connect(lambda _key: self.compose())
            self._grid.addWidget(label, row, 0)
            self._grid.addWidget(self._caches, row, 1, 1, 2)
        elif not shown and not self.verb.makes:
            said = QLabel(tr(self.verb.help))
            said.setProperty("role", "secondary")
            said.setWordWrap(True)
            self._grid.addWidget(said, row, 0, 1, 3)
        self._grid.addWidget(self.run, row, 3)
        self._grid.setColumnStretch(1, 3)
        self._grid.setColumnStretch(3, 2)

    # --- text ------------------------------------------------------------------------------------

    def text(self) -> str:
        """The line the fields make."""
        verb = self._caches.current if self._caches else self.verb.name
        words = [f"{self._name.text().strip()} ="] if self._name and self._name.text().strip() else []
        words.append(verb)
        for parameter in self.verb.parameters:
            field = self._fields.get(parameter.name)
            if field is not None:
                value = field.text().strip() if isinstance(field, QLineEdit) else field.currentText()
                words.append(value if parameter.positional else f"{parameter.name}={value}")
        return " ".join(word for word in words if word)

    def compose(self, *_changed: object) -> None:
        """Tell the line the fields make."""
        self.composed.emit(self.text())

    def take(self, operation: Operation) -> None:
        """Show the values of a line that was typed; it has to be of the same verb."""
        for parameter in self.verb.parameters:
            field, value = self._fields.get(parameter.name), operation.args.get(parameter.name)
            if value is None:
                continue
            if isinstance(field, QLineEdit):
                field.setText(str(value))
            elif isinstance(field, QComboBox):
                field.blockSignals(True)
                field.setCurrentText(str(value))
                field.blockSignals(False)
        if self._name is not None:
            self._name.setText(operation.target or "")
        if self._caches is not None and operation.name in CACHES:
            self._caches.buttons[operation.name].setChecked(True)
