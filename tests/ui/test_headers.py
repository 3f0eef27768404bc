"""The line beside a pane's title: what it shows, says in full, and does not disturb."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QAccessible, QImage, QPalette, QRegion
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from vmgui.ui.panes.header import PaneHeader, pieces_of

LONG = "mm/vmalloc.c · __vmalloc_node_range_noprof, entered from very far away"


@pytest.fixture
def window(qtbot):
    made = QWidget()
    qtbot.addWidget(made)
    return made


@pytest.fixture
def pane(window, qtbot):
    held = QWidget(window)
    QVBoxLayout(held).addWidget(PaneHeader("Source"))
    held.resize(400, 80)
    with qtbot.waitExposed(window):
        window.show()
    return held


@pytest.fixture
def header(pane):
    return pane.findChild(PaneHeader)


class Layouts(QObject):
    """Counts how often a widget is asked to lay out what it holds."""

    def __init__(self, *widgets: QWidget):
        super().__init__()
        self.count = 0
        for widget in widgets:
            widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.LayoutRequest
        return False


def test_another_text_lays_nothing_out_anew(pane, header, qapp):
    header.detail.setText("a text")
    qapp.processEvents()
    layouts = Layouts(header, pane)
    for text in ("another", "a text as long as there is room for", LONG, ""):
        header.detail.setText(text)
        qapp.processEvents()
    assert layouts.count == 0


def test_a_text_is_painted_and_changes_the_picture(header, qapp):
    before = header.detail.grab().toImage()
    header.detail.setText("a text")
    qapp.processEvents()
    assert header.detail.grab().toImage() != before
    header.detail.clear()
    assert header.detail.grab().toImage() == before
    assert header.detail.text() == ""


def test_a_text_without_room_ends_in_dots_and_its_tip_and_a_screen_reader_say_all_of_it(pane, header, qapp):
    header.detail.setText(LONG)
    assert header.detail.text().endswith("…")
    assert header.detail.toolTip() == LONG
    spoken = QAccessible.queryAccessibleInterface(header.detail)
    assert spoken.text(QAccessible.Text.Name) == LONG
    pane.resize(1200, 80)
    qapp.processEvents()
    assert header.detail.text() == LONG
    assert header.detail.toolTip() == ""


def test_marks_are_looks_and_are_not_told(header):
    spoken = QAccessible.queryAccessibleInterface(header.detail)
    header.detail.setText("plain")
    header.detail.setText("3 checks in <b>vfree</b>")
    assert "<" not in spoken.text(QAccessible.Text.Name)
    assert "vfree" in spoken.text(QAccessible.Text.Name)
    header.detail.setText(f"<b>{LONG}</b>")
    assert header.detail.text().endswith("…")
    assert "<" not in header.detail.text() + header.detail.toolTip()
    header.detail.setText("plain")
    assert spoken.text(QAccessible.Text.Name) == "plain"


def test_bold_letters_and_families_look_as_in_a_label_of_qt(pane, header, qapp):
    text = "<span style=\"font-family:'DejaVu Sans Mono',monospace\">0xff</span>&nbsp; · of <b>a</b>, it says"
    layouts = Layouts(header, pane)
    header.detail.setText(text)
    label = QLabel(text, header)
    label.setProperty("role", "secondary")
    label.setTextFormat(Qt.TextFormat.RichText)
    label.setGeometry(header.detail.geometry())
    label.setAutoFillBackground(True)
    label.setBackgroundRole(QPalette.ColorRole.AlternateBase)  # what the style sheet lays under a header
    label.show()
    qapp.processEvents()
    layouts.count = 0
    assert painted(header.detail) == painted(label)
    header.detail.setText(text.replace("0xff", "0xfe"))
    qapp.processEvents()
    assert layouts.count == 0
    assert painted(header.detail) != painted(label)
    assert pieces_of("a <i>b</i>") == pieces_of("a  b") == ()


def painted(label: QLabel) -> QImage:
    """What a label itself paints, on nothing."""
    picture = QImage(label.size(), QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.white)
    label.render(picture, QPoint(), QRegion(), QWidget.RenderFlag(0))
    return picture


def test_another_text_paints_nothing_below_it(pane, header, qapp):
    class Paints(QObject):
        seen = 0

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            self.seen += event.type() == QEvent.Type.Paint
            return False

    header.window().setStyleSheet("QLabel { background: transparent; border: none; }")
    qapp.processEvents()
    paints = Paints()
    for below in (header, pane, header.window()):
        below.installEventFilter(paints)
    header.detail.setText("another text")
    qapp.processEvents()
    assert paints.seen == 0
