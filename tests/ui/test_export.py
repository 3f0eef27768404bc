"""Export: files that can be opened again, whole or not at all; the play-head comes back."""

import csv
import json
import re
from xml.etree import ElementTree

import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QFileDialog, QLabel, QMessageBox, QScrollArea, QWidget

from vmgui.formats.step_list import Listed
from vmgui.ui import export, export_handout, export_pictures
from vmgui.ui.export import Wanted
from vmgui.ui.export_dialog import ExportDialog
from vmgui.ui.export_svg import SVG
from vmgui.ui.files import file_name
from vmgui.ui.theme import LIGHT


@pytest.fixture
def at_f(desk):
    """In the middle of the ioremap, where the map has areas with a guard."""
    desk.player.seek(desk.workspace.session.operations[1].last_row - 40)
    return desk


def done(desk, wanted, path):
    assert export.perform(desk, wanted, path), desk.window.notices.text
    assert [each.name for each in path.parent.iterdir()] == [path.name]
    return path


def alike(one, other):
    """The part of pixels that are nearly the same in two pictures."""
    same = total = 0
    for x in range(0, one.width(), 5):
        for y in range(0, one.height(), 5):
            a, b = one.pixelColor(x, y), other.pixelColor(x, y)
            total += 1
            same += abs(a.red() - b.red()) + abs(a.green() - b.green()) + abs(a.blue() - b.blue()) < 60
    return same / total


@pytest.mark.parametrize("scale", [1, 3])
def test_a_png_has_as_many_pixels_as_were_asked_for(at_f, tmp_path, scale):
    size = at_f.stage.size() * scale
    file = done(at_f, Wanted("png", "stage", scale=scale), tmp_path / "a.png")
    assert QImage(str(file)).size() == size


@pytest.mark.parametrize("pane", ["stage", "map", "frames", "timeline"])
def test_an_svg_looks_like_the_pane_and_holds_its_texts(at_f, tmp_path, pane):
    widget = export.panes(at_f)[pane][1]
    before, size = export_pictures.image(widget, 1), widget.size()
    file = done(at_f, Wanted("svg", pane), tmp_path / "a.svg")
    renderer = QSvgRenderer(str(file))
    assert renderer.defaultSize() == size
    again = QImage(size, QImage.Format.Format_RGB32)
    again.fill(0)
    painter = QPainter(again)
    renderer.render(painter)
    painter.end()
    assert alike(before, again) > 0.9
    assert file.read_text(encoding="utf-8").count("<text") > 5


def clips(file):
    """Of an SVG, the rectangle that each text is cut to, by the text."""
    root = ElementTree.parse(file).getroot()
    rects = {path.get("id"): path[0] for path in root.iter(f"{{{SVG}}}clipPath")}
    found = {}
    for group in root:
        rect = rects.get(group.get("clip-path", "")[5:-1])
        for text in group.iter(f"{{{SVG}}}text"):
            box = (int(rect.get(side)) for side in ("x", "y", "width", "height"))
            found["".join(text.itertext()).strip()] = QRect(*box)
    return found


def test_an_svg_cuts_what_is_scrolled_out_of_a_pane(qtbot, tmp_path):
    outer = QWidget()
    qtbot.addWidget(outer)
    outer.resize(200, 100)
    area = QScrollArea(outer)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setGeometry(10, 20, 100, 50)
    long = QWidget()
    long.resize(90, 300)
    for i in range(6):
        QLabel(f"line {i}", long).setGeometry(0, 40 * i, 90, 40)
    area.setWidget(long)
    area.verticalScrollBar().setValue(30)
    file = tmp_path / "a.svg"
    export_pictures.save_svg(outer, file, "T")
    found = clips(file)
    assert set(found) == {"line 0", "line 1"}  # what is out of sight altogether is not there
    assert all(QRect(10, 20, 100, 50).contains(rect) for rect in found.values())
    assert found["line 0"].height() == 10


def test_in_an_svg_of_the_window_no_text_leaves_its_pane_and_every_name_is_there_once(at_f, tmp_path):
    window, view = at_f.window, at_f.source.view
    file = done(at_f, Wanted("svg"), tmp_path / "a.svg")
    seen = QRect(view.viewport().mapTo(window, QPoint()), view.viewport().size())
    texts = clips(file)
    lines = [rect for rect in texts.values() if rect.intersects(seen)]
    assert {chip.name for chip in at_f.stack.chips.chips} <= texts.keys()
    shown = view.source.first - view.verticalScrollBar().value()
    assert len(lines) > shown > 1  # those before the running one are texts too, not pictures
    assert all(seen.contains(rect) for rect in lines)
    text = file.read_text(encoding="utf-8")
    names = re.findall(r'\bid="([^"]+)"', text)
    assert len(names) == len(set(names))
    assert set(re.findall(r'(?:url\(|href=")#([^)"]+)', text)) <= set(names)


def test_a_gif_has_a_picture_for_each_step_of_an_operation_and_the_speed_of_the_player(at_f, tmp_path):
    before = at_f.player.at
    at_f.player.set_speed(4.0)
    wanted = Wanted("gif", "timeline", "marks")
    file = done(at_f, wanted, tmp_path / "a.gif")
    with Image.open(file) as picture:
        assert 1 < picture.n_frames <= export.how_many(at_f, wanted)  # Pillow joins equal ones
        assert picture.info["duration"] >= 120
        assert picture.info["loop"] == 0
        assert picture.width == export_pictures.WIDEST
    assert at_f.player.at == before


def test_a_gif_keeps_the_colours_that_tell_levels_and_tables_apart(at_f, tmp_path):
    at = at_f.player.at
    wanted = Wanted("gif", "window", "between", first=at_f.player.steps.before(at), last=at)
    file = done(at_f, wanted, tmp_path / "a.gif")
    with Image.open(file) as picture:
        colours = [colour for _many, colour in picture.convert("RGB").getcolors(maxcolors=1 << 16)]
    for token in ("pgd", "pud", "pmd", "table", "error", "success", "now"):
        meant = at_f.window.theme.color(token).getRgb()[:3]
        off = min(sum(abs(a - b) for a, b in zip(meant, colour, strict=True)) for colour in colours)
        assert off < 24, token


def test_a_handout_is_a_pdf_of_as_many_pages_as_its_steps_need(at_f, tmp_path):
    wanted = Wanted("pdf", "stage", "marks", each=2)
    steps, theme = export.how_many(at_f, wanted), at_f.window.theme
    file = done(at_f, wanted, tmp_path / "a.pdf")
    data = file.read_bytes()
    assert data.startswith(b"%PDF")
    assert data.count(b"/Type /Page\n") == -(-steps // 2)
    assert at_f.window.theme is theme


def test_each_step_of_a_handout_has_its_place_on_the_page():
    area = QRectF(0, 0, 700, 1000)
    for each in export_handout.GRIDS:
        sheets = export_handout.Sheets("T", each=each)
        cells = [export_handout.cell_of(area, sheets, i) for i in range(each)]
        assert all(area.contains(cell) for cell in cells)
        assert not any(a.intersects(b) for i, a in enumerate(cells) for b in cells[:i])


def test_a_handout_copied_in_grey_keeps_its_texts_apart_from_their_ground(at_f):
    at_f.window.change_theme()
    assert at_f.window.theme is LIGHT
    page = QImage(700, 420, QImage.Format.Format_RGB32)
    page.fill(QColor("white"))
    painter = QPainter(page)
    step = Listed(7, 1, 1, "a = vmalloc 16K", "f", "a sentence")
    export_handout.paint_step(painter, QRectF(10, 10, 680, 400), step, at_f.stage)
    painter.end()
    grey = page.convertToFormat(QImage.Format.Format_Grayscale8)
    shades = {grey.pixelColor(x, y).value() for x in range(0, 700, 2) for y in range(0, 420, 2)}
    assert min(shades) < 60
    assert max(shades) > 240
    inks = [LIGHT.ink(level).lightness() for level in ("pgd", "pud", "pmd", "pte", "error")]
    assert max(inks) < 160  # all are dark on white, whatever their colour
    assert all(LIGHT.fill(level).lightness() > 100 for level in ("pgd", "pud", "pmd", "pte"))


@pytest.mark.parametrize("form", ["text", "json", "csv"])
def test_the_steps_of_an_operation_are_listed(at_f, tmp_path, form):
    file = done(at_f, Wanted(form, range="operation"), tmp_path / "a.txt")
    text = file.read_text(encoding="utf-8")
    if form == "text":
        assert "ioremap 0x100101000 4M" in text
        return
    rows = json.loads(text) if form == "json" else list(csv.DictReader(text.splitlines()))
    assert {row["operation"] for row in rows} == {"f = ioremap 0x100101000 4M"}


def test_statistics_are_a_table_with_a_column_for_each_series(at_f, tmp_path):
    file = done(at_f, Wanted("statistics"), tmp_path / "a.csv")
    rows = list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))
    assert int(rows[-1]["lazy"]) == 5
    assert rows[0]["step"] == "0"


def test_a_cancelled_export_leaves_no_file_and_the_play_head_where_it_was(at_f, tmp_path):
    before = at_f.player.at
    for kind in ("gif", "pdf", "csv"):
        asked = []

        def once(done, of, asked=asked, kind=kind):
            asked.append(done)
            return kind != "csv" and len(asked) < 3

        steps = "program" if kind == "csv" else "marks"
        with pytest.raises(export.Cancelled):
            export.write(at_f, Wanted(kind, "timeline", steps), tmp_path / "a", once)
        assert list(tmp_path.iterdir()) == []
        assert at_f.player.at == before


def test_what_cannot_be_written_is_one_notice_and_leaves_the_old_file(at_f, tmp_path):
    assert not export.perform(at_f, Wanted("png"), tmp_path / "none" / "a.png")
    assert "a.png" in at_f.window.notices.text
    old = tmp_path / "a.gif"
    old.write_text("old")
    wanted = Wanted("gif", "window", "between", first=0, last=0)
    assert not export.perform(at_f, wanted, old)
    assert old.read_text() == "old"


def test_the_dialog_asks_only_what_matters_and_refuses_too_many_steps(at_f, qtbot, monkeypatch):
    monkeypatch.setitem(export.MOST, "gif", 5)
    at_f.window.actions_["export"].trigger()
    dialog = at_f.window.findChild(ExportDialog)

    def shown() -> set[str]:
        return {name for name, row in dialog.rows.items() if dialog.form.isRowVisible(row)}

    assert shown() == {"kind", "pane", "scale"}
    dialog.kind.setCurrentIndex(dialog.kind.findData("gif"))
    dialog.range.setCurrentIndex(dialog.range.findData("program"))
    assert shown() == {"kind", "pane", "range", "loop"}
    assert not dialog.go.isEnabled()
    dialog.range.setCurrentIndex(dialog.range.findData("between"))
    dialog.first.setValue(0)
    dialog.last.setValue(2)
    assert dialog.go.isEnabled()
    dialog.kind.setCurrentIndex(dialog.kind.findData("pdf"))
    assert shown() == {"kind", "pane", "range", "ends", "each", "paper"}
    dialog.wanted.disconnect()
    with qtbot.waitSignal(dialog.wanted) as wanted:
        dialog.go.click()
    assert wanted.args[0] == Wanted("pdf", "window", "between", 0, 2)


def test_bookmarks_beside_the_play_head_bound_the_range(at_f):
    at_f.player.seek(50)
    at_f.bookmarks.add(20, "here")
    at_f.bookmarks.add(80, "there")
    at_f.bookmarks.add(300, "later")
    assert export.between(at_f) == (20, 80)


# --- the file that is asked for ----------------------------------------------------------------------


def typing(monkeypatch, name, replace="No"):
    """The dialog gives this name; the question whether to replace a file is answered."""
    asked, answer = [], QMessageBox.StandardButton[replace]
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *given: (str(name), given))
    monkeypatch.setattr(QMessageBox, "question", lambda *given, **_: asked.append(given[2]) or answer)
    return asked


def save_statistics(desk):
    action = next(a for a in desk.statistics.chooser.menu().actions() if a.text().startswith("Save"))
    action.trigger()


@pytest.mark.parametrize(("typed", "written"), [("numbers", "numbers.csv"), ("step 1.5", "step 1.5.csv"),
                                                ("mine.txt", "mine.txt")])  # fmt: skip
def test_the_numbers_are_saved_under_the_name_that_was_typed(at_f, tmp_path, monkeypatch, typed, written):
    asked = typing(monkeypatch, tmp_path / typed)
    save_statistics(at_f)
    assert [each.name for each in tmp_path.iterdir()] == [written]
    assert at_f.window.notices.text.endswith(written)
    assert (tmp_path / written).read_text("utf-8") == export.statistics_text(at_f)
    assert not asked


def test_a_file_that_the_dialog_knows_nothing_of_is_replaced_only_when_wanted(at_f, tmp_path, monkeypatch):
    there = tmp_path / "numbers.csv"
    there.write_text("dear")
    asked = typing(monkeypatch, tmp_path / "numbers")
    save_statistics(at_f)
    assert there.read_text() == "dear"
    assert asked == ["numbers.csv is there already. Replace it?"]
    typing(monkeypatch, tmp_path / "numbers", "Yes")
    save_statistics(at_f)
    assert there.read_text("utf-8").startswith("step,")


def test_without_a_name_or_a_folder_nothing_is_written(at_f, tmp_path, monkeypatch):
    typing(monkeypatch, "")
    save_statistics(at_f)
    assert not at_f.window.notices.text
    typing(monkeypatch, tmp_path / "no" / "numbers")
    save_statistics(at_f)
    assert at_f.window.notices.text.startswith("numbers.csv was not exported: ")


def test_a_title_makes_the_name_of_a_file_on_any_system():
    assert file_name("First steps", ".csv") == "First steps.csv"
    assert file_name("a/b: 4 KiB?", ".csv") == "a_b_ 4 KiB_.csv"
    assert file_name(" .", ".csv") == "vmgui.csv"
