"""Claims about `vmgui doctor`, and about the sample that `vmgui replay` has for whoever has no recording."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QImage

from vmgui.cli import BAD_INPUT, FAILED, OK, main
from vmgui.ui import doctor
from vmgui.ui import theme as themes
from vmgui.ui.doctor import CELL, CHARACTERS


def test_a_healthy_computer_gets_only_good_findings(tmp_path, capsys, qapp):
    assert main(["doctor", "--out", str(tmp_path / "seen")]) == OK
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) > 10
    assert [line for line in lines if not line.startswith(("ok ", "note "))] == []
    seen = {path.name for path in (tmp_path / "seen").iterdir()}
    assert {"window-en.png", "window-zh.png", "chinese.png", "source-en.txt", "why-zh.txt"} <= seen
    assert "def vmap_pmd_range(" in (tmp_path / "seen" / "source-en.txt").read_text("utf-8")
    assert (tmp_path / "seen" / "why-en.txt").read_text("utf-8").startswith("Huge page refused")


def test_a_finding_that_is_bad_gives_exit_status_1(monkeypatch, capsys):
    bad = doctor.judged("picture", False, "nothing painted")
    monkeypatch.setattr(doctor, "examine", lambda file, out: iter([bad]))
    assert main(["doctor"]) == FAILED
    assert capsys.readouterr().out == f"{bad}\n"
    assert str(bad).startswith("FAILED")


def test_a_file_that_is_not_there_is_bad_input(tmp_path, qapp):
    missing = tmp_path / "missing.vmgui"
    assert main(["doctor", str(missing)]) == BAD_INPUT


def test_a_folder_that_cannot_be_written_is_bad_input(tmp_path, qapp, capsys):
    (tmp_path / "file").write_text("")
    assert main(["doctor", "--out", str(tmp_path / "file")]) == BAD_INPUT
    assert str(tmp_path / "file") in capsys.readouterr().err


def test_an_empty_picture_is_found(qapp):
    image = QImage(320, 180, QImage.Format.Format_RGB32)
    image.fill(0)
    assert doctor.picture(image, None).how == "FAILED"


def test_a_folder_that_cannot_be_kept_is_a_note(tmp_path, monkeypatch):
    monkeypatch.setattr(doctor.keeping, "places", lambda: (tmp_path / "not" / "there",))
    monkeypatch.setattr(doctor.os, "access", lambda place, how: False)
    (finding,) = doctor.folders()
    assert finding.how == "note"
    assert not (tmp_path / "not").exists()


def test_a_character_without_a_glyph_is_found(monkeypatch, qapp):
    themes.load_fonts()
    assert doctor.glyphs(None).how == "ok"
    monkeypatch.setattr(doctor, "ideographs", lambda: CHARACTERS + "\U0010fffd")
    assert doctor.glyphs(None).how == "FAILED"


def test_no_two_of_the_painted_characters_look_alike(qapp):
    themes.load_fonts()
    image = doctor.painted(CHARACTERS)
    cells = [image.copy(n * CELL, 0, CELL, CELL) for n in range(len(CHARACTERS))]
    assert len({bytes(cell.constBits()) for cell in cells}) == len(set(CHARACTERS)) == len(CHARACTERS)


@pytest.mark.parametrize(
    ("environment", "seen"),
    [({}, False), *(({name: "x"}, True) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))],
)
def test_without_a_display_it_paints_offscreen(monkeypatch, environment, seen):
    monkeypatch.setattr(doctor.sys, "platform", "linux")
    monkeypatch.setattr(doctor.os, "environ", environment)
    assert doctor.has_display() is seen


def test_replay_without_a_path_takes_the_sample(capsys):
    assert main(["replay"]) == OK
    assert "1 of 1 scenarios identical" in capsys.readouterr().out
