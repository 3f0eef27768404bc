"""``vmgui vmallocinfo``: the areas of a kernel as a table."""

from __future__ import annotations

from pathlib import Path

import pytest

from vmgui.cli import BAD_INPUT, OK, main

TEXT = """\
0xffffc90000020000-0xffffc90000025000   20480 kernel_clone+0xc2/0x430 pages=4 vmalloc N0=4
0xffffc90000005000-0xffffc90000007000    8192 hpet_enable+0x9e/0x500 phys=0x00000000fed00000 ioremap
not [red]a line
"""


def test_areas_are_printed_by_address_with_totals(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    file = tmp_path / "areas.txt"
    file.write_text(TEXT)
    assert main(["vmallocinfo", str(file)]) == OK
    said = capsys.readouterr().out
    assert said.index("hpet_enable+0x9e/0x500") < said.index("kernel_clone+0xc2/0x430")
    assert "0xffffc90000005000" in said
    assert "2 areas, 28 KiB of addresses, 4 pages" in said
    assert "line 3" in said
    assert "not [red]a line" in said


def test_hashes_are_not_printed_as_addresses(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    file = tmp_path / "areas.txt"
    file.write_text("0x00000000f1a2b3c4-0x000000001f2e3d4c   20480 kernel_clone+0xc2/0x430 pages=4 vmalloc\n")
    assert main(["vmallocinfo", str(file)]) == OK
    said = capsys.readouterr().out
    assert "f1a2b3c4" not in said
    assert "hashes" in said


def test_what_cannot_be_read_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    file = tmp_path / "x.ops"
    file.write_text("a = vmalloc 4K\n")
    assert main(["vmallocinfo", str(file)]) == BAD_INPUT
    assert "x.ops:1:1: no line of this is one of /proc/vmallocinfo" in capsys.readouterr().err
    assert main(["vmallocinfo", str(tmp_path / "none")]) == BAD_INPUT
    assert "No such file" in capsys.readouterr().err


def test_without_permission_it_says_how_to_get_a_copy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    def refused(*_args: object, **_more: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refused)
    assert main(["vmallocinfo"]) == BAD_INPUT
    assert "only root may read this; copy it with: sudo cat /proc/vmallocinfo" in capsys.readouterr().err
