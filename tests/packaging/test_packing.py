"""Claims about packing: the same folder makes the same bytes, and what is missing is said."""

from __future__ import annotations

import hashlib
import lzma
import os
import tarfile
from pathlib import Path

import build
import pytest
from artefacts import appimage, common, tar, wheel


@pytest.fixture(autouse=True)
def work(tmp_path, monkeypatch) -> Path:
    """A place to work in, and the time of the build."""
    for module in (common, tar, wheel, appimage):
        if hasattr(module, "WORK"):
            monkeypatch.setattr(module, "WORK", tmp_path / "work")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    common.epoch.cache_clear()
    yield tmp_path / "work"
    common.epoch.cache_clear()


@pytest.fixture
def payload(tmp_path) -> Path:
    """A payload of three files."""
    folder = tmp_path / "payload"
    (folder / "_internal" / "vmgui").mkdir(parents=True)
    (folder / "vmgui").write_bytes(b"\x7fELF")
    (folder / "vmgui").chmod(0o775)
    (folder / "_internal" / "b.so").write_text("b")
    (folder / "_internal" / "a.so").symlink_to("b.so")
    (folder / "_internal" / "vmgui" / "cli.py").write_text("print()\n")
    return folder


def digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def test_the_same_payload_is_packed_into_the_same_bytes_whenever_it_was_made(payload, tmp_path):
    first = digest(tar.build(payload, tmp_path))
    for each in payload.rglob("*"):
        os.utime(each, (5, 5), follow_symlinks=False)
    (payload / "_internal" / "b.so").chmod(0o600)
    assert digest(tar.build(payload, tmp_path)) == first


def test_the_archive_has_one_folder_that_starts_explains_and_says_its_licence(payload, tmp_path):
    made = tar.build(payload, tmp_path)
    assert made.name == f"vmgui-{common.version()}-linux-{common.machine()}.tar.xz"
    with tarfile.open(fileobj=lzma.open(made)) as archive:  # noqa: SIM115
        members = {member.name.partition("/")[2]: member for member in archive}
    assert {name.partition("/")[0] for name in members} == {
        "", "vmgui", "_internal", "README.txt", "LICENSE.txt",
    }  # fmt: skip
    assert members["vmgui"].mode == 0o755
    assert members["_internal/a.so"].issym()
    assert {(m.uid, m.gid, m.uname, m.mtime) for m in members.values()} == {(0, 0, "root", 1700000000)}


def test_without_the_official_runtime_no_image_is_made_and_one_line_says_why(
    payload, tmp_path, monkeypatch, capsys
):
    monkeypatch.delenv(appimage.VARIABLE, raising=False)
    assert appimage.build(payload, tmp_path) is None
    told = capsys.readouterr().out.splitlines()
    assert len(told) == 1
    assert appimage.VARIABLE in told[0]
    assert build.build(["appimage"], tmp_path / "dist", payload) == []


def test_what_is_no_runtime_is_refused(payload, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv(appimage.VARIABLE, str(payload / "vmgui"))
    with pytest.raises(SystemExit):
        appimage.build(payload, tmp_path)
    assert "no type-2 runtime" in capsys.readouterr().err


def test_the_image_starts_the_program_and_has_its_icon_and_menu_entry(payload, tmp_path):
    folder = appimage.lay_out(payload, tmp_path / "AppDir")
    assert (folder / "AppRun").resolve() == (folder / "usr/lib/vmgui/vmgui").resolve()
    for name in ("vmgui.desktop", "vmgui.svg", ".DirIcon"):
        assert (folder / name).is_file(), name


def test_sources_are_copied_without_what_was_made_of_them(tmp_path):
    copy = wheel.sources(tmp_path / "copy")
    assert (copy / "vmgui" / "cli.py").is_file()
    assert (copy / "packaging" / "build.py").is_file()
    assert not list(copy.rglob("__pycache__"))
    assert {each.stat().st_mode & 0o777 for each in copy.rglob("*.py")} <= {0o644, 0o755}


def test_a_missing_tool_is_named_with_its_package(capsys):
    with pytest.raises(SystemExit) as stopped:
        common.need("no-such-tool", "no-such-package")
    assert stopped.value.code == 2
    assert "apt-get install no-such-package" in capsys.readouterr().err


def test_a_build_is_not_led_astray_by_the_environment(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    chosen = common.settings({"A": "b"})
    assert "PYTHONPATH" not in chosen
    assert (chosen["PYTHONHASHSEED"], chosen["SOURCE_DATE_EPOCH"], chosen["A"]) == ("0", "1700000000", "b")


def test_a_folder_that_is_no_payload_is_neither_packed_nor_deleted(tmp_path, monkeypatch, capsys):
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis.txt").write_text("years of work")
    for words in (["tar", "--out", str(tmp_path / "out")], ["payload"]):
        monkeypatch.setattr("sys.argv", ["build.py", *words, "--payload", str(mine)])
        with pytest.raises(SystemExit) as ended:
            build.main()
        assert ended.value.code == 2
        assert "is no payload" in capsys.readouterr().err
    assert (mine / "thesis.txt").read_text() == "years of work"


def test_a_payload_has_its_program(payload):
    assert common.program(payload) == payload / "vmgui"
