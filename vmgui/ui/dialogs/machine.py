"""The machine: a preset, and every field of it."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from vmgui.engine.machine import (
    KASAN_MODES,
    MTRR_UC,
    MTRR_WB,
    MTRR_WC,
    MTRR_WT,
    PRESETS,
    VA_BITS,
    Machine,
    MtrrRange,
)
from vmgui.formats.machine_record import quantity
from vmgui.timeline.values import size_text
from vmgui.ui.dialogs.help import recorded
from vmgui.ui.words import tr

CUSTOM = "custom"
TYPES = {"UC": MTRR_UC, "WC": MTRR_WC, "WT": MTRR_WT, "WB": MTRR_WB}
TYPE_NAMES = {number: name for name, number in TYPES.items()}
#: Fields that are counts, with the range a field allows; the machine itself has the last word.
COUNTS = {"possible_cpus": (1, 128), "online_cpus": (1, 128), "nr_cpus": (1, 8192), "numa_nodes": (1, 8),
          "fragmentation": (0, 100), "seed": (0, 2**31 - 1), "phys_bits": (36, 56)}  # fmt: skip
ONLY_X86 = ("pse", "gbpages", "mtrrs", "kmsan")
SWITCHES = ("pse", "gbpages", "nohugevmalloc", "nohugeiomap", "init_on_alloc", "kmsan", "kmemleak",
            "debug_objects", "debug_pagealloc")  # fmt: skip


def labels() -> dict[str, str]:
    """What each field is called."""
    return {
        "arch": tr("Architecture"), "page_size": tr("Page size"),
        "va_bits": tr("Address bits"), "possible_cpus": tr("Possible CPUs"),
        "online_cpus": tr("Online CPUs"), "nr_cpus": tr("NR_CPUS of the build"),
        "numa_nodes": tr("NUMA nodes"),
        "ram": tr("RAM"), "fragmentation": tr("Fragmentation, %"), "seed": tr("Seed"),
        "phys_bits": tr("Physical address bits"), "pse": tr("2 MiB pages (PSE)"),
        "gbpages": tr("1 GiB pages (GBPAGES)"), "mtrrs": tr("Memory types (MTRR)"),
        "nohugevmalloc": "nohugevmalloc", "nohugeiomap": "nohugeiomap", "init_on_alloc": "init_on_alloc",
        "kasan": "KASAN", "kmsan": "KMSAN", "kmemleak": "kmemleak", "debug_objects": "debug_objects",
        "debug_pagealloc": "debug_pagealloc", "window": tr("Window W"),
    }  # fmt: skip


def tips() -> dict[str, str]:
    """What each field means."""
    return {
        "arch": tr("Decides on ranges, entry bits and huge pages"),
        "page_size": tr("What the kernel was built for; a table is one page"),
        "va_bits": tr("Width of a virtual address; the number of levels of page tables follows from it"),
        "possible_cpus": tr("CPUs that may ever come; vmap nodes and per-CPU memory are made for these"),
        "online_cpus": tr("CPUs that run; the limit of lazily freed pages grows with their number"),
        "nr_cpus": tr("The most CPUs the kernel was built for; the more, the smaller is a vmap block"),
        "numa_nodes": tr("Memory nodes that RAM is divided into"),
        "ram": tr("16M to 16G, a multiple of 4M"),
        "fragmentation": tr("Share of huge blocks of RAM that have lost pages before the program begins"),
        "seed": tr("Begins the random numbers of the machine"),
        "phys_bits": tr("Width of a physical address; what lies beyond does not exist"),
        "pse": tr("Whether the processor has huge pages in PMD entries; x86-64 only"),
        "gbpages": tr("Whether the processor has huge pages in PUD entries; x86-64 only"),
        "mtrrs": tr("x86-64 only. One range a line: start end type; types are UC, WC, WT, WB"),
        "nohugevmalloc": tr("Boot parameter: vmalloc uses small pages only"),
        "nohugeiomap": tr("Boot parameter: ioremap uses small pages only"),
        "init_on_alloc": tr("Pages are cleared when they are allocated"),
        "kasan": tr("Finds accesses outside of allocations: generic by a shadow byte for 8 bytes, hw_tags by "
                     "tags of memory on arm64"),
        "kmsan": tr("Finds uses of memory that was never written; x86-64 only, RAM up to 1G, no KASAN"),
        "kmemleak": tr("Finds memory that nobody points at any more"),
        "debug_objects": tr("Finds objects that are freed while in use"),
        "debug_pagealloc": tr("Takes free pages out of the direct map"),
        "window": tr("A fenced, empty part of the vmalloc range that programs call W: start end"),
    }  # fmt: skip


class MachineDialog(QDialog):
    """Edits a machine. `chosen` carries the new one; what cannot be is said and nothing is booted."""

    chosen = Signal(object)

    def __init__(self, machine: Machine, parent: QWidget | None = None):
        super().__init__(parent)
        self.setWindowTitle(tr("Machine"))
        self.arch, self.page_size, self.va_bits = QComboBox(), QComboBox(), QComboBox()
        self.arch.addItems(list(VA_BITS))
        self.edits: dict[str, QWidget] = {}
        self.preset = QComboBox()
        self.preset.addItem(tr("as below"), CUSTOM)
        for name in PRESETS:
            self.preset.addItem(name, name)
        self.preset.activated.connect(self._take_preset)
        self.wrong = QLabel()
        self.wrong.setProperty("role", "error")
        self.wrong.setWordWrap(True)
        self.wrong.hide()
        self._lay_out()
        for box in (self.arch, self.page_size):
            box.activated.connect(self._geometry_changed)
        self.va_bits.activated.connect(self._show_proof)
        self.show_machine(machine)

    def _lay_out(self) -> None:
        box = QVBoxLayout(self)
        top = QFormLayout()
        top.addRow(tr("Preset"), self.preset)
        box.addLayout(top)
        columns = QHBoxLayout()
        columns.setSpacing(24)
        left, right = QVBoxLayout(), QVBoxLayout()
        columns.addLayout(left, 1)
        columns.addLayout(right, 1)
        box.addLayout(columns)
        self._group(left, tr("Processor"), ("arch", "page_size", "va_bits", "possible_cpus",
                                            "online_cpus", "nr_cpus", "phys_bits", "pse", "gbpages",
                                            "mtrrs"))  # fmt: skip
        self._group(right, tr("Memory"), ("ram", "numa_nodes", "fragmentation", "seed", "window"))
        self._group(right, tr("Boot parameters"), ("nohugevmalloc", "nohugeiomap", "init_on_alloc"))
        self._group(right, tr("Debug services"), ("kasan", "kmsan", "kmemleak", "debug_objects",
                                                  "debug_pagealloc"))  # fmt: skip
        left.addStretch(1)
        right.addStretch(1)
        self.proof = QLabel()
        self.proof.setProperty("role", "secondary")
        self.proof.setWordWrap(True)
        box.addWidget(self.proof)
        box.addWidget(self.wrong)
        note = QLabel(tr("The program runs again on the new machine."))
        note.setProperty("role", "secondary")
        box.addWidget(note)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, self
        )
        buttons.button(QDialogButtonBox.StandardButton.Ok).setText(tr("Boot"))
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        box.addWidget(buttons)
        self.setMinimumWidth(720)

    def _group(self, box: QVBoxLayout, title: str, names: tuple[str, ...]) -> None:
        group = QGroupBox(title)
        form = QFormLayout(group)
        named, explained = labels(), tips()
        for name in names:
            edit = self.edits[name] = self._edit(name)
            edit.setAccessibleName(named[name])
            edit.setToolTip(explained[name])
            label = QLabel(named[name])
            label.setToolTip(explained[name])
            label.setBuddy(edit)
            form.addRow(label, edit)
        box.addWidget(group)

    def _edit(self, name: str) -> QWidget:
        if name in ("arch", "page_size", "va_bits"):  # what there is to choose depends on the one before
            return {"arch": self.arch, "page_size": self.page_size, "va_bits": self.va_bits}[name]
        if name == "kasan":
            modes = QComboBox()
            for mode in KASAN_MODES:
                modes.addItem(mode, mode)
            return modes
        if name in COUNTS:
            spin = QSpinBox()
            spin.setRange(*COUNTS[name])
            spin.lineEdit().setTextMargins(6, 0, 0, 0)
            return spin
        if name in SWITCHES:
            return QCheckBox()
        if name == "mtrrs":
            text = QPlainTextEdit()
            text.setFixedHeight(76)
            text.setTabChangesFocus(True)
            return text
        line = QLineEdit()
        line.setPlaceholderText(tr("start end, or empty for none") if name == "window" else "1G")
        return line

    def show_machine(self, machine: Machine) -> None:
        """Fill the fields."""
        for name, edit in self.edits.items():
            value = getattr(machine, name)
            if name in ("arch", "page_size", "va_bits"):
                self._show_geometry(machine)
            elif isinstance(edit, QComboBox):
                edit.setCurrentText(value)
            elif isinstance(edit, QSpinBox):
                edit.setValue(value)
            elif isinstance(edit, QCheckBox):
                edit.setChecked(value)
            elif isinstance(edit, QPlainTextEdit):
                edit.setPlainText("\n".join(f"{m.start:#x} {m.end:#x} {TYPE_NAMES[m.type]}" for m in value))
            elif isinstance(edit, QLineEdit):
                edit.setText(size_text(value) if name == "ram" else " ".join(map(hex, value or ())))

    def _show_geometry(self, machine: Machine) -> None:
        """Offer what the architecture of ``machine`` can be built with, and choose what it is built with."""
        builds = VA_BITS[machine.arch]
        self.arch.setCurrentText(machine.arch)
        _offer(self.page_size, {size_text(size): size for size in builds}, machine.page_size)
        widths = {tr("{0} ({1} levels)").format(bits, levels): bits for bits, levels in _levels(machine)}
        _offer(self.va_bits, widths, machine.va_bits)
        for name in ONLY_X86:
            self.edits[name].setEnabled(machine.arch == "x86_64")
        self._show_proof()

    def _show_proof(self) -> None:
        """Say what the engine was compared with on a machine like this."""
        arch, size, bits = self.arch.currentText(), self.page_size.currentData(), self.va_bits.currentData()
        if size is not None and bits is not None:
            self.proof.setText(proof(arch, size, bits))

    def _geometry_changed(self) -> None:
        """Offer what goes with another architecture or page size, nearest to what was chosen before."""
        arch, size = self.arch.currentText(), self.page_size.currentData()
        size = size if size in VA_BITS[arch] else min(VA_BITS[arch])
        bits = self.va_bits.currentData()
        bits = min(VA_BITS[arch][size], key=lambda width: abs(width - bits))
        self._show_geometry(Machine(arch, size, bits))

    def _take_preset(self, index: int) -> None:
        name = self.preset.itemData(index)
        if name in PRESETS:
            self.show_machine(PRESETS[name])

    def machine(self) -> Machine:
        """The machine of the fields; ValueError says what cannot be."""
        values: dict[str, Any] = {}
        for name, edit in self.edits.items():
            if isinstance(edit, QSpinBox):
                values[name] = edit.value()
            elif isinstance(edit, QCheckBox):
                values[name] = edit.isChecked()
            elif isinstance(edit, QComboBox):
                values[name] = edit.currentText() if name == "arch" else edit.currentData()
            elif isinstance(edit, QPlainTextEdit):
                values[name] = mtrrs(edit.toPlainText())
            elif isinstance(edit, QLineEdit):
                values[name] = quantity(edit.text().strip()) if name == "ram" else window(edit.text())
        known = {field.name for field in fields(Machine)}
        return replace(Machine(), **{name: value for name, value in values.items() if name in known})

    def accept(self) -> None:
        """Close when the machine can exist."""
        try:
            machine = self.machine()
        except ValueError as error:
            self.wrong.setText(tr(str(error)))
            self.wrong.show()
            return
        super().accept()
        self.chosen.emit(machine)


def _offer(box: QComboBox, choices: dict[str, int], chosen: int) -> None:
    box.clear()
    for text, value in choices.items():
        box.addItem(text, value)
    box.setCurrentIndex(box.findData(chosen))


def proof(arch: str, page_size: int, va_bits: int) -> str:
    """What the behaviour of such a machine was checked against, in a sentence."""
    if any((r.arch, r.page_size, r.va_bits) == (arch, page_size, va_bits) for r in recorded()):
        return tr("Proven: compared with recordings of a running kernel, see Help.")
    return tr("Not proven: follows the source of Linux 6.12, was not compared with a running kernel.")


def _levels(machine: Machine) -> list[tuple[int, int]]:
    """Every width of an address that a build like this one can have, with its number of levels."""
    widths = VA_BITS[machine.arch][machine.page_size]
    return [(bits, Machine(machine.arch, machine.page_size, bits).levels) for bits in widths]


def mtrrs(text: str) -> tuple[MtrrRange, ...]:
    """Read one memory type a line."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split()
        if not words:
            continue
        if len(words) != 3 or words[2].upper() not in TYPES:
            raise ValueError(
                tr("memory type, line {0}: write start end type, such as 0x0 0xa0000 WB").format(number)
            )
        start, end = quantity(words[0]), quantity(words[1])
        if start >= end:
            raise ValueError(tr("memory type, line {0}: the end is not above the start").format(number))
        found.append(MtrrRange(start, end, TYPES[words[2].upper()]))
    return tuple(found)


def window(text: str) -> tuple[int, int] | None:
    """Read the window: two addresses, or nothing."""
    words = text.split()
    if not words:
        return None
    if len(words) != 2:
        raise ValueError(tr("window: write start and end, or nothing"))
    start, end = quantity(words[0]), quantity(words[1])
    if start >= end or start % 4096 or end % 4096:
        raise ValueError(tr("window: start and end are page aligned, the end above the start"))
    return start, end
