"""Claims about the lecture view: what its keys do, what it shows, how it begins and ends."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QObject, QPoint, Qt, QTime, Signal
from PySide6.QtGui import QColor, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip

from tests.ui import samples
from tests.ui.conftest import SMALL
from vmgui.formats.document import Bookmark, Document
from vmgui.ui.actions import PRESENT_KEYS
from vmgui.ui.panes.present import DIGITS, KEYS, PresentView
from vmgui.ui.panes.present_notes import NotesWindow
from vmgui.ui.panes.present_parts import document, unit
from vmgui.ui.presenting import Presenter, stage_screen
from vmgui.ui.shots import settle

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints")
K = Qt.Key
PROGRAM = (
    "# Four single pages.", "a = vmalloc 16K", "f = ioremap 0x100101000 2M", "vfree a", "vmalloc 512M",
)  # fmt: skip


class Beaten(QObject):
    """A timer that fires when the test says so."""

    timeout = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.waits: list[int] = []

    def start(self, msec: int) -> None:
        self.waits.append(msec)

    def stop(self) -> None:
        self.waits.append(0)


def begin(desk, qtbot, presenter=None) -> PresentView:
    """A lecture whose window has the focus."""
    if presenter is None:
        presenter = desk.presenter
        desk.window.actions_["present"].trigger()
    else:
        presenter.start()
    assert presenter.view is not None
    qtbot.waitUntil(lambda: QApplication.activeWindow() is presenter.view)
    return presenter.view


@pytest.fixture
def lecture(desk, qtbot) -> PresentView:
    desk.workspace.show(Document(SMALL, PROGRAM, "Four"), None)
    return begin(desk, qtbot)


def press(view, key, modifiers=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(view, key, modifiers)


def titles(desk, view, key, times):
    said = []
    for _ in range(times):
        press(view, key)
        settle(desk)
        said.append(view.slide.text.title)
    return said


def test_the_lecture_fills_the_screen_and_keeps_the_step(desk, qtbot):
    desk.player.seek(7)
    view = begin(desk, qtbot)
    assert view.isFullScreen()
    assert desk.player.at == 7
    press(view, K.Key_Escape)
    assert desk.presenter.view is None
    assert desk.player.at == 7


def test_the_window_below_is_painted_only_while_one_can_see_it(desk, lecture):
    assert not desk.window.updatesEnabled()
    lecture.fronted.emit(False)
    assert desk.window.updatesEnabled()
    lecture.fronted.emit(True)
    press(lecture, K.Key_Escape)
    assert desk.window.updatesEnabled()


def test_the_key_that_begins_the_lecture_ends_it(desk, lecture):
    press(lecture, K.Key_F5)
    assert desk.presenter.view is None


def test_the_key_that_quits_ends_the_lecture_and_closes_the_window(desk, lecture):
    press(lecture, K.Key_Q, Qt.KeyboardModifier.ControlModifier)
    assert desk.presenter.view is None
    assert not desk.window.isVisible()


@pytest.mark.parametrize(("on", "back"), [
    (K.Key_Right, K.Key_Left), (K.Key_PageDown, K.Key_PageUp), (K.Key_Down, K.Key_Up),
])  # fmt: skip
def test_arrows_and_the_keys_of_a_clicker_go_from_beat_to_beat(desk, lecture, on, back):
    there = titles(desk, lecture, on, 4)
    assert there == ["a = vmalloc 16K", "Addresses found", "Frames taken", "Small pages only"]
    assert titles(desk, lecture, back, 3) == there[2::-1]


def test_a_beat_says_what_is_next_and_what_was_before(desk, lecture):
    titles(desk, lecture, K.Key_Right, 2)
    slide = lecture.slide
    assert (slide.before, slide.after) == ("a = vmalloc 16K", "Frames taken")
    assert (slide.number, slide.count) == (2, 7)
    assert slide.operation == "a = vmalloc 16K"
    QTest.mouseClick(lecture.after, Qt.MouseButton.LeftButton)
    assert lecture.slide.text.title == "Frames taken"
    QTest.mouseClick(lecture.back, Qt.MouseButton.LeftButton)
    assert lecture.slide.text.title == "Addresses found"


def test_the_reason_of_a_refusal_is_said_once_it_is_known(desk, lecture):
    press(lecture, K.Key_Right, Qt.KeyboardModifier.ControlModifier)
    press(lecture, K.Key_Right, Qt.KeyboardModifier.ControlModifier)
    titles(desk, lecture, K.Key_Right, 2)
    assert lecture.slide.text.head == "Why is this mapping not huge?"
    assert "physical address" in lecture.slide.text.plain
    assert lecture.slide.mood == "refused"
    assert lecture.canvas.stage.leaf.refusal == "phys-misaligned"


def test_a_lecture_that_begins_at_a_refusal_shows_its_reason_at_once(desk, qtbot):
    desk.workspace.show(Document(SMALL, PROGRAM, "Four"), None)
    while desk.scene.stage.leaf is None or desk.scene.stage.leaf.state != "refused":
        desk.player.next_mark()
    settle(desk)
    view = begin(desk, qtbot)
    assert view.canvas.stage.leaf.refusal == "phys-misaligned"


def test_control_and_arrows_go_from_operation_to_operation(desk, lecture):
    control = Qt.KeyboardModifier.ControlModifier
    lines = []
    for _ in range(4):
        press(lecture, K.Key_Right, control)
        lines.append(lecture.slide.operation)
    assert lines == [line for line in PROGRAM if not line.startswith("#")]
    press(lecture, K.Key_Left, control)
    assert lecture.slide.operation == "vfree a"


def test_home_and_end_go_to_the_first_and_last_beat(desk, lecture):
    press(lecture, K.Key_End)
    assert lecture.slide.mood == "error"
    assert not lecture.next.isEnabled()
    press(lecture, K.Key_Home)
    assert lecture.slide.text.title == "a = vmalloc 16K"
    assert not lecture.back.isEnabled()


def test_digits_and_enter_jump_to_a_beat_of_the_operation(desk, lecture):
    press(lecture, K.Key_6)
    assert lecture.curtain.isVisible()
    assert lecture.curtain.digits == "6"
    press(lecture, K.Key_Return)
    assert lecture.slide.number == 6
    assert not lecture.curtain.isVisible()
    press(lecture, K.Key_9)
    press(lecture, K.Key_9)
    press(lecture, K.Key_Backspace)
    press(lecture, K.Key_Enter, Qt.KeyboardModifier.KeypadModifier)
    assert lecture.slide.number == 7


def test_b_blanks_the_screen_and_the_next_beat_brings_it_back(desk, lecture):
    press(lecture, K.Key_B)
    assert lecture.grab().toImage().pixelColor(20, 20) == QColor("black")
    press(lecture, K.Key_B)
    assert lecture.grab().toImage().pixelColor(5, 400) != QColor("black")
    press(lecture, K.Key_B)
    press(lecture, K.Key_PageDown)
    assert not lecture.curtain.isVisible()


def test_escape_first_lifts_what_lies_over_the_beat(desk, lecture):
    press(lecture, K.Key_Question, Qt.KeyboardModifier.ShiftModifier)
    assert lecture.curtain.helping
    press(lecture, K.Key_Escape)
    assert not lecture.curtain.isVisible()
    assert desk.presenter.view is lecture
    press(lecture, K.Key_Escape)
    assert desk.presenter.view is None


def test_z_enlarges_what_is_under_the_pointer_and_shows_everything_again(desk, lecture):
    titles(desk, lecture, K.Key_Right, 5)
    lecture.grab()
    canvas = lecture.canvas
    hit = canvas.hits_of(level="pud")[-1]
    canvas.zoom_to(hit.rect.center())
    assert canvas.zoomed
    lecture.grab()
    shown = canvas.hits_of(level="pud")[-1].rect.center()
    assert canvas.hit_at(canvas.shown_at(shown)).place == hit.place
    press(lecture, K.Key_Z)
    assert not canvas.zoomed


def test_l_turns_the_pointer_into_a_spot_and_back(desk, lecture):
    press(lecture, K.Key_L)
    assert lecture.pointing
    assert not lecture.cursor().pixmap().isNull()
    press(lecture, K.Key_L)
    assert not lecture.pointing


@pytest.mark.qt_log_ignore("does not support raise")
def test_a_tip_goes_with_the_beat_and_does_not_cover_what_the_spot_points_at(desk, lecture, qtbot):
    titles(desk, lecture, K.Key_Right, 5)
    lecture.grab()
    canvas = lecture.canvas
    place = canvas.on_screen(canvas.hits_of(level="pud")[-1].rect).center()
    samples.move(canvas, place)
    qtbot.waitUntil(QToolTip.isVisible)
    press(lecture, K.Key_Right)
    qtbot.waitUntil(lambda: not QToolTip.isVisible())
    press(lecture, K.Key_L)
    with qtbot.waitSignal(canvas.described):
        samples.move(canvas, place + QPoint(1, 1))
    assert not QToolTip.isVisible()


def test_playing_goes_from_beat_to_beat_and_leaves_time_to_read(desk, qtbot):
    timer = Beaten()
    presenter = Presenter(desk, timer)
    view = begin(desk, qtbot, presenter)
    try:
        press(view, K.Key_Space)
        assert presenter.playing
        timer.timeout.emit()
        first = view.slide
        timer.timeout.emit()
        assert view.slide != first
        assert timer.waits[-1] > 1500
        press(view, K.Key_Space)
        assert not presenter.playing
    finally:
        presenter.stop()


def test_playing_ends_at_the_last_beat(desk):
    timer = Beaten()
    presenter = Presenter(desk, timer)
    presenter.start()
    try:
        presenter.toggle_playing()
        for _ in range(40):
            timer.timeout.emit()
        assert not presenter.playing
        assert presenter.view.slide.after == ""
    finally:
        presenter.stop()


def test_an_empty_program_says_so(desk, qtbot):
    desk.workspace.new()
    view = begin(desk, qtbot)
    assert "no operation" in view.slide.text.says
    press(view, K.Key_Right)
    assert desk.player.at == 0


def test_an_operation_that_is_run_meanwhile_is_part_of_the_lecture(desk, lecture):
    press(lecture, K.Key_End)
    desk.workspace.run("b = vmalloc 4K")
    assert lecture.slide.operation == "b = vmalloc 4K"


def test_the_theme_can_be_changed_in_the_lecture(desk, lecture):
    before = lecture.grab().toImage()
    press(lecture, K.Key_T, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert lecture.theme is desk.window.theme
    assert lecture.grab().toImage() != before
    desk.window.change_theme()


# --- size --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(1280, 720), (1600, 1000), (1024, 768), (3840, 2160)])
def test_everything_fits_at_every_size(desk, lecture, size):
    lecture.showNormal()
    lecture.resize(*size)
    titles(desk, lecture, K.Key_Right, 3)
    lecture.grab()
    s = unit(lecture.size())
    assert s == min(size[0] / 1280, size[1] / 720)
    for button in lecture.buttons:
        assert lecture.rect().contains(button.geometry())
        assert min(button.width(), button.height()) >= int(40 * s)
    boxes = [button.geometry() for button in lecture.buttons]
    assert not any(a.intersects(b) for i, a in enumerate(boxes) for b in boxes[i + 1 :])
    assert lecture.canvas.geometry().bottom() < lecture.height() - 204 * s
    hits = lecture.canvas.all_hits()
    assert all(lecture.canvas.on_screen(hit.rect).right() <= size[0] + 8 * s for hit in hits)


def test_a_sentence_has_two_lines_at_most(qapp):
    for says in ("word " * 22, "字" * 50):
        made = document(says, "#000000", 1148.0, 96.0, 1.0)
        assert made.size().height() <= 96


# --- keys --------------------------------------------------------------------------------------------


def test_no_two_keys_of_the_lecture_clash():
    keys = [QKeySequence(key).toString() for spec in PRESENT_KEYS for key in spec.keys]
    assert all(keys)
    assert len(keys) == len(set(keys)) == len(KEYS)
    assert not set(keys) & set(DIGITS.values())


# --- screens and notes -------------------------------------------------------------------------------


def test_the_stage_goes_to_the_second_screen_and_to_the_only_one():
    first, second = object(), object()
    assert stage_screen([first, second], first) is second
    assert stage_screen([first, second], second) is first
    assert stage_screen([first], first) is first


def test_the_notes_are_the_comment_above_the_operation_and_the_bookmarks_at_the_beat(desk, lecture):
    press(lecture, K.Key_N)
    notes = desk.presenter.notes
    press(lecture, K.Key_Home)
    assert notes.notes.toPlainText() == "Four single pages."
    assert "1 / 7" in notes.beat.text()
    assert "Addresses found" in notes.next.text()
    press(lecture, K.Key_Right)
    assert notes.notes.toPlainText() == ""
    at = desk.player.at
    desk.workspace.annotate(bookmarks=(Bookmark(at, "Ask them", "Which gap?"),))
    assert notes.notes.toPlainText() == "Ask them\nWhich gap?"


def test_the_notes_are_there_again_in_the_next_lecture(desk, lecture):
    press(lecture, K.Key_N)
    press(lecture, K.Key_Escape)
    assert desk.presenter.notes is None
    desk.window.actions_["present"].trigger()
    assert desk.presenter.notes is not None
    desk.window.actions_["notes"].trigger()
    assert desk.presenter.notes is None


def test_the_notes_count_the_time_since_the_lecture_began(qtbot):
    passed = [0]
    notes = NotesWindow(elapsed=lambda: passed[0], now=lambda: QTime(9, 30))
    qtbot.addWidget(notes)
    passed[0] = 65
    notes.tick()
    assert notes.time.text() == "01:05"
    passed[0] = 3700
    notes.tick()
    assert notes.time.text() == "1:01:40"
    notes.again.click()
    assert notes.time.text() == "00:00"
    assert "9" in notes.clock.text()


def test_the_keys_of_the_lecture_work_in_the_notes(desk, lecture):
    press(lecture, K.Key_N)
    press(desk.presenter.notes, K.Key_PageDown)
    assert lecture.slide.text.title == "a = vmalloc 16K"


def test_a_clicker_works_while_the_window_has_the_focus(desk, lecture, qtbot):
    desk.window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is desk.window)
    press(desk.window, K.Key_PageDown)
    assert lecture.slide.text.title == "a = vmalloc 16K"
    press(lecture, K.Key_Escape)


def test_the_notes_follow_the_play_head_without_a_lecture(desk):
    desk.window.actions_["notes"].trigger()
    desk.player.last()
    assert "vfree a" in desk.presenter.notes.beat.text()
    desk.window.actions_["notes"].trigger()


def test_closing_the_notes_is_no_end_of_the_lecture(desk, lecture):
    press(lecture, K.Key_N)
    desk.presenter.notes.close()
    assert desk.presenter.notes is None
    assert desk.presenter.view is lecture


def test_a_click_on_the_stage_still_selects(desk, lecture):
    titles(desk, lecture, K.Key_Right, 5)
    lecture.grab()
    hit = lecture.canvas.hits_of(level="pud")[-1]
    QTest.mouseClick(
        lecture.canvas, Qt.MouseButton.LeftButton, pos=lecture.canvas.on_screen(hit.rect).center()
    )
    assert desk.selection.place == hit.place
