import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QBrush, QColor, QImage, QPainter

from vmgui.ui import theme as themes
from vmgui.ui.paint import CENTRE, Sheet, Type, rounded, same
from vmgui.ui.panes.map_rows import draw_guards
from vmgui.ui.selection import Place, Selection
from vmgui.ui.theme import DARK


@pytest.fixture
def sheet(qapp):
    image = QImage(200, 100, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    yield Sheet(painter, DARK)
    painter.end()


def test_a_number_is_shown_whole_or_not_at_all(qapp):
    kind = Type(11, mono=True)
    wide = kind.width("0x1_0010_1000")
    assert kind.fit(wide, "0x1_0010_1000", "…1000") == "0x1_0010_1000"
    assert kind.fit(wide - 1, "0x1_0010_1000", "…1000") == "…1000"
    assert kind.fit(3, "0x1_0010_1000", "…1000") == ""


def test_fit_draws_what_it_returns_inside_the_width(sheet):
    kind = Type(11)
    chosen = sheet.fit(
        QRectF(0, 0, 60, 20), DARK.color("text1"), kind, "a very long sentence indeed", "short"
    )
    assert chosen == "short"
    assert kind.width(chosen) <= 60


def test_a_part_is_drawn_once_for_a_key(sheet):
    drawn = []
    for _ in range(3):
        sheet.cached(
            "part",
            QRectF(0, 0, 20, 20),
            lambda part: drawn.append(part.hit(QRectF(0, 0, 9, 9), Place(), "x")),
        )
    assert len(drawn) == 1
    assert len(sheet.hits) == 3


def test_a_ring_is_part_of_what_a_picture_is_kept_for(sheet):
    drawn = []
    for place in (None, Place(area=1), Place(area=1), Place(area=2)):
        sheet.selected = place
        sheet.cached("part", QRectF(0, 0, 20, 20), drawn.append)
    assert len(drawn) == 3


def test_an_elbow_passes_through_its_ends():
    path = rounded(((0, 0), (50, 0), (50, 80)))
    assert (path.pointAtPercent(0).x(), path.pointAtPercent(0).y()) == (0, 0)
    assert (path.pointAtPercent(1).x(), path.pointAtPercent(1).y()) == (50, 80)


@given(st.integers(0, 511), st.integers(0, 511))
def test_two_places_are_the_same_entry_only_at_the_same_index(one, other):
    places = [Place(va=(i << 21, (i + 1) << 21), level="pmd", index=i) for i in (one, other)]
    assert same(*places) == (one == other)


def test_a_selection_speaks_only_when_it_changes(qtbot):
    selection, heard = Selection(), []
    selection.changed.connect(heard.append)
    far = Place(va=(0xFFFFC90000000000, 0xFFFFC90000001000))
    selection.select(far)
    selection.select(Place(va=far.va))
    selection.clear()
    assert heard == [far, None]
    heard.clear()
    selection.hovered.connect(heard.append)
    for place in (far, Place(va=far.va), None, None):
        selection.hover(place)
    assert heard == [far, None]


def test_activating_selects_as_well(qtbot):
    selection = Selection()
    with qtbot.waitSignals([selection.changed, selection.activated]):
        selection.activate(Place(area=4096))
    assert selection.place == Place(area=4096)


def painted(density, draw):
    made = QImage(int(240 * density), int(40 * density), QImage.Format.Format_ARGB32_Premultiplied)
    made.setDevicePixelRatio(density)
    made.fill(QColor("#151A23"))
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    draw(Sheet(painter, DARK))
    painter.end()
    return made


@pytest.mark.parametrize("density", [1, 1.25, 1.5, 2])
@pytest.mark.parametrize("clipped", [False, True])
def test_a_text_drawn_from_a_point_looks_as_one_in_its_rectangle(qapp, density, clipped):
    kind, ink, area = Type(11, True, True), QColor("#EDF1F7"), QRectF(10, 6, 200, 20)

    def plain(sheet):
        sheet.painter.setFont(themes.font(11, True, True))
        sheet.painter.setPen(ink)
        sheet.painter.drawText(area, CENTRE, "vmap_try_huge_pmd")

    def ours(sheet):
        if clipped:
            sheet.painter.setClipRect(QRectF(0, 0, 240, 40))
        sheet.text(area, "vmap_try_huge_pmd", ink, kind, CENTRE)

    assert painted(density, ours) == painted(density, plain)


def test_guards_stand_on_whole_pixels_in_a_line_of_their_own_colour(qapp):
    picture = painted(1, lambda sheet: draw_guards(sheet, [(10.3, 20.0), (40.0, 7.5), (60.0, 1.6)], 4, 30))
    blank, line = painted(1, lambda sheet: None), DARK.color("guard").rgb()
    for left, end in ((10, 30), (40, 48), (60, 62)):
        for x, y in ((left, 20), (end - 1, 20), (left + 1, 4), (left + 1, 33)):
            assert picture.pixel(x, y) == line
        for x, y in ((left - 1, 20), (end, 20), (left + 1, 3), (left + 1, 34)):
            assert picture.pixel(x, y) == blank.pixel(x, y)
    assert len({picture.pixel(x, y) for x in range(11, 29) for y in range(5, 33)}) > 2  # a hatch


@pytest.mark.parametrize("opacity", [1, 0.5])
@pytest.mark.parametrize("fill", [QColor("#2FB98C"), QColor(47, 185, 140, 90), None])
def test_a_frame_of_fills_has_the_edges_of_one_drawn_with_a_pen(qapp, fill, opacity):
    line, area = QColor("#7E8BA1"), QRectF(10, 4, 60, 30)

    def stroked(sheet):
        sheet.painter.setOpacity(opacity)
        sheet.painter.setPen(sheet.pen(line, 2))
        sheet.painter.setBrush(fill or QBrush())
        sheet.painter.drawRect(area.adjusted(1, 1, -1, -1))

    def ours(sheet):
        sheet.painter.setOpacity(opacity)
        sheet.box(area, fill, line, 2)

    one, other = painted(1, ours), painted(1, stroked)  # but for the corners, which a pen rounds
    for x, y in (
        (40, 4),
        (10, 20),
        (69, 20),
        (40, 33),
        (40, 20),
        (9, 20),
        (70, 20),
    ):
        assert one.pixelColor(x, y) == other.pixelColor(x, y), (x, y)


@pytest.mark.parametrize("ends", [(10, 5.5, 60, 5.5), (20.5, 3, 20.5, 30), (60, 8.5, 10, 8.5)])
def test_a_straight_line_looks_as_one_drawn_with_a_pen(qapp, ends):
    ink = QColor("#EDF1F7")

    def stroked(sheet):
        sheet.painter.setPen(sheet.pen(ink))
        sheet.painter.drawLine(QPointF(*ends[:2]), QPointF(*ends[2:]))

    assert painted(1, lambda sheet: sheet.line(*ends, ink)) == painted(1, stroked)


@pytest.mark.parametrize("density", [1, 2])
def test_the_dashes_of_a_thin_line_are_as_long_on_a_dense_screen(qapp, density):
    ink = QColor("#EDF1F7")
    picture = painted(density, lambda sheet: sheet.line(10, 5.5, 60, 5.5, ink, 1, (4, 4)))
    row = [picture.pixel(x, int(5.5 * density)) for x in range(10 * density, 50 * density)]
    lit = [each != QColor("#151A23").rgb() for each in row]
    assert sum(lit[i] and not lit[i - 1] for i in range(1, len(lit))) == 4
    assert sum(lit) == pytest.approx(20 * density, abs=4)
