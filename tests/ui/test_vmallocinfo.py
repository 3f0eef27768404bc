"""Claims about a /proc/vmallocinfo that is opened in the window."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication

from vmgui.ui.dialogs.vmallocinfo import BAR, CALLER, SIZE, START, VmallocinfoWindow, length

#: A window of its own is more than the platform without a display can do in full.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

TEXT = """\
0xffffc90000020000-0xffffc90000025000   20480 kernel_clone+0xc2/0x430 pages=4 vmalloc N0=4
0xffffc90000005000-0xffffc90000007000    8192 hpet_enable+0x9e/0x500 phys=0x00000000fed00000 ioremap
0xffffc90000030000-0xffffc90000431000 4198400 big+0x1/0x2 pages=1024 vmalloc vpages N0=1024
nobody knows
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "areas.txt"
    path.write_text(TEXT)
    return path


def shown(desk) -> VmallocinfoWindow:
    return desk.window.findChild(VmallocinfoWindow)


def column(held: VmallocinfoWindow, number: int) -> list[str]:
    return [held.rows.index(row, number).data() for row in range(held.rows.rowCount())]


def test_an_opened_file_is_shown_by_address_and_the_program_stays(desk, file):
    title = desk.workspace.title
    desk.window.open(file)
    held = shown(desk)
    assert held.isVisible()
    assert desk.workspace.title == title
    assert held.total.text() == "3 areas, 4.0 MiB of addresses, 1028 pages"
    assert column(held, START)[:2] == ["0xffffc90000005000", "0xffffc90000020000"]
    assert column(held, START)[-1] == "?"
    assert "“?”" in held.warning.text()
    assert desk.window.settings.recent[0] == file


def test_a_dropped_file_is_shown_and_the_window_is_used_again(desk, file):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file))])
    kinds = Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    desk.window.dropEvent(QDropEvent(QPointF(5, 5), *kinds))
    held = shown(desk)
    desk.window.open(file)
    assert shown(desk) is held


def test_the_filter_and_the_heads_sift_and_sort(desk, file):
    desk.window.open(file)
    held = shown(desk)
    held.filter.setText("vmalloc n0")
    assert column(held, CALLER) == ["kernel_clone+0xc2/0x430", "big+0x1/0x2"]
    assert held.shown.text() == "2 of 4 lines"
    held.filter.setText("xyz")
    assert held.shown.text() == "Nothing matches"
    held.filter.clear()
    held.table.sortByColumn(SIZE, Qt.SortOrder.DescendingOrder)
    assert column(held, CALLER)[0] == "big+0x1/0x2"


def test_lines_are_copied_as_the_kernel_wrote_them(desk, file, qtbot):
    desk.window.open(file)
    held = shown(desk)
    held.copy()
    assert sorted(QApplication.clipboard().text().splitlines()) == sorted(TEXT.splitlines())
    held.table.setFocus()
    held.table.selectRow(0)
    held.copy_row()
    assert QApplication.clipboard().text() == TEXT.splitlines()[1]


def test_hashed_addresses_are_not_shown_as_places(desk, tmp_path):
    path = tmp_path / "hashed.txt"
    path.write_text("0x00000000f1a2b3c4-0x000000001f2e3d4c   20480 kernel_clone+0xc2/0x430 pages=4 vmalloc\n")
    desk.window.open(path)
    assert column(shown(desk), START) == ["?"]
    assert "hashes" in shown(desk).warning.text()


def test_a_file_of_that_name_with_something_else_is_told(desk, tmp_path):
    path = tmp_path / "vmallocinfo"
    path.write_text("nothing of it\n")
    desk.window.open(path)
    assert "no line of this" in desk.window.notices.text
    assert shown(desk) is None


def test_bars_grow_with_each_doubling():
    assert length(4096, 1 << 20) < length(8192, 1 << 20) < length(1 << 19, 1 << 20) < 1
    assert length(1 << 20, 1 << 20) == 1
    assert length(0, 0) > 0


def test_bars_are_painted(desk, file):
    desk.window.open(file)
    held = shown(desk)
    picture = held.table.grab().toImage()
    assert held.table.columnWidth(BAR) > 0
    inks = {picture.pixelColor(x, y).name() for x in range(0, picture.width(), 3)
            for y in range(0, picture.height(), 3)}  # fmt: skip
    assert desk.window.theme.color("io_fill").name() in inks
