"""Claims about the package for Debian that need no payload: what goes in beside it."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import xml.etree.ElementTree as xml
from configparser import ConfigParser
from pathlib import Path

import pytest
from artefacts import common, deb, debian_changelog

from tests.conftest import ROOT
from vmgui.ui.settings import Settings

SPACE = "{http://www.freedesktop.org/standards/shared-mime-info}"
PARTS = [
    {"name": "vmgui", "version": "1", "licence": "GPL-2.0-only", "text": "a"},
    {"name": "lark", "version": "1.2", "licence": "MIT", "text": "b"},
    {"name": "libxcb", "version": "1.15", "licence": "X11", "text": "c"},
    {"name": "libxcb", "version": "in pillow 12", "licence": "X11", "text": "d"},
]


def need(*tools: str) -> None:
    for tool in tools:
        if shutil.which(tool) is None:
            pytest.skip(f"no {tool} here")


@pytest.fixture(scope="module")
def tree(tmp_path_factory) -> Path:
    """All of the package but the program."""
    need("rsvg-convert")
    tree = tmp_path_factory.mktemp("deb")
    licences = tree / deb.HOME / deb.LICENCES
    licences.mkdir(parents=True)
    (licences / "index.json").write_text(json.dumps(PARTS))
    deb.put_desktop(tree)
    deb.put_documents(tree)
    return tree


def entry() -> ConfigParser:
    found = ConfigParser(interpolation=None)
    found.optionxform = str
    found.read(deb.SOURCES / "vmgui.desktop", "utf-8")
    return found


# --- sources -------------------------------------------------------------------------------------


def test_defaults_for_all_users_name_every_setting_with_its_default_and_what_it_may_be():
    lines = (deb.SOURCES / "vmgui.ini").read_text("utf-8").splitlines()
    named = [line for line in lines if line.startswith(";") and line[1] != " "]
    shown = Settings.shown()
    assert named == [f";{setting.name}={str(setting.default).lower()}" for setting in shown]
    for line, setting in zip(named, shown, strict=True):
        assert all(str(choice) in lines[lines.index(line) - 1] for choice in setting.choices)


def test_the_defaults_change_nothing_as_they_are():
    found = ConfigParser()
    found.read(deb.SOURCES / "vmgui.ini", "utf-8")
    assert {name: dict(found[name]) for name in found.sections()} == {"General": {}}


def test_every_override_of_lintian_has_its_reason_in_the_line_above():
    lines = (deb.SOURCES / "vmgui.lintian-overrides").read_text("utf-8").splitlines()
    assert all(lines[at - 1].startswith("# ") for at, line in enumerate(lines) if not line.startswith("#"))
    assert all(" usr/lib/vmgui/" in line.replace("[", " ") for line in lines if not line.startswith("#"))


def test_the_menu_entry_takes_a_file_of_each_type_that_the_window_opens():
    types = {each.get("type"): each for each in xml.parse(deb.SOURCES / "vmgui.xml").getroot()}
    opened = set(entry()["Desktop Entry"]["MimeType"].strip(";").split(";"))
    assert opened == set(types) - {"application/x-vmgui-lab"}
    assert entry()["Desktop Entry"]["Exec"] == "vmgui %f"
    provided = xml.parse(deb.SOURCES / "vmgui.metainfo.xml").getroot().iter("mediatype")
    assert {each.text for each in provided} == opened


@pytest.fixture(scope="module")
def types(tmp_path_factory) -> Path:
    """Folders of data where the types are known, as after an installation."""
    need("gio", "update-mime-database")
    data = tmp_path_factory.mktemp("data")
    (data / "mime" / "packages").mkdir(parents=True)
    shutil.copy(deb.SOURCES / "vmgui.xml", data / "mime" / "packages")
    subprocess.run(["update-mime-database", data / "mime"], check=True, capture_output=True)
    return data


@pytest.mark.parametrize(("source", "name", "kind"), [
    ("scenarios/first-steps.vmgui", "a b.vmgui", "application/x-vmgui"),
    ("scenarios/vm_map_ram_test.ops", "x.ops", "text/x-vmgui-operations"),
    ("lessons/04-when-huge.en.md", "my.md", "text/x-vmgui-lesson"),
    ("labs/01-one-pmd-leaf.zh.md", "lab.zh.md", "text/x-vmgui-lesson"),
    ("docs/using.md", "README.en.md", "text/markdown"),
])  # fmt: skip
def test_files_have_their_type_and_other_markdown_keeps_its_own(types, tmp_path, source, name, kind):
    shutil.copy(ROOT / "resources" / source, tmp_path / name)
    own = {**os.environ, "XDG_DATA_HOME": str(types), "LC_ALL": "C.UTF-8"}
    own.pop("XDG_DATA_DIRS", None)
    asked = ["gio", "info", "--attributes=standard::content-type", tmp_path / name]
    said = subprocess.run(asked, env=own, capture_output=True, text=True, check=True).stdout
    assert said.rstrip().endswith(f"standard::content-type: {kind}")


# --- what goes in --------------------------------------------------------------------------------


def test_what_debian_has_stays_out_and_only_the_program_may_be_run(tmp_path):
    inside, home = tmp_path / "payload" / "_internal", tmp_path / "tree" / deb.HOME
    (inside / "pillow.libs").mkdir(parents=True)
    python, own = "libpython3.11.so.1.0", "pillow.libs/libxcb-12.so.1"
    for file in (inside.parent / "vmgui", *(inside / name for name in ("libxcb-cursor.so.0", python, own))):
        file.write_bytes(b"\x7fELF")
        file.chmod(0o755)
    (inside / "libxcb-12.so.1").symlink_to(own)
    licences = inside.parent / deb.LICENCES
    licences.mkdir(parents=True)
    (licences / "index.json").write_text(json.dumps(PARTS))
    for part in PARTS:
        (licences / part["text"]).write_text("text")
    deb.put_program(inside.parent, home)
    libraries = {str(each.relative_to(home / "_internal")): each for each in home.rglob("*.so*")}
    assert set(libraries) == {python, own, "libxcb-12.so.1"}
    parts = json.loads((home / deb.LICENCES / "index.json").read_text("utf-8"))
    assert [each["version"] for each in parts] == ["1", "1.2", "in pillow 12"]
    assert not any(each.stat().st_mode & 0o111 for each in libraries.values())
    assert (home.parents[1] / "bin" / "vmgui").resolve() == (home / "vmgui").resolve()
    assert os.access(home / "vmgui", os.X_OK)


def test_debians_own_tools_find_nothing_in_menu_entry_and_metainfo(tree):
    need("desktop-file-validate", "appstreamcli")
    entry = ["desktop-file-validate", "--warn-kde", tree / deb.PLAIN["vmgui.desktop"]]
    metainfo = tree / "usr/share/metainfo/org.vmgui.vmgui.metainfo.xml"
    for asked in (entry, ["appstreamcli", "validate", "--pedantic", "--no-net", metainfo]):
        subprocess.run(asked, check=True, capture_output=True)
    assert f'version="{common.version()}"' in metainfo.read_text("utf-8")


def test_icons_are_there_in_each_size_and_as_a_drawing(tree):
    from PIL import Image

    hicolor = tree / "usr/share/icons/hicolor"
    for size in deb.SIZES:
        with Image.open(hicolor / f"{size}x{size}/apps/vmgui.png") as picture:
            assert picture.size == (size, size)
            assert picture.getpixel((size // 2, size // 2))[3] == 255
            assert len(picture.getcolors(size * size)) > 4
    assert (hicolor / "scalable/apps/vmgui.svg").is_file()


def test_copyright_lists_the_parts_of_others_that_are_in_the_package(tree):
    text = (tree / "usr/share/doc/vmgui/copyright").read_text("utf-8")
    assert "  lark 1.2: MIT\n  libxcb 1.15: X11\n  libxcb in pillow 12: X11\n\nFiles: *\n" in text
    assert (tree / "usr/share/doc/vmgui/licences/index.json").is_file()
    assert "{" not in text


def test_what_is_packed_says_neither_name_nor_time(tmp_path):
    for name in ("a.gz", "b.gz"):
        deb.packed(tmp_path / name, "text")
    assert (tmp_path / "a.gz").read_bytes() == (tmp_path / "b.gz").read_bytes()


def test_dpkg_reads_the_control_file(tree):
    need("dpkg-deb")
    (tree / "DEBIAN").mkdir()
    deb.put_control(tree, "amd64", "libc6 (>= 2.35)")
    made = tree.with_suffix(".deb")
    subprocess.run(["dpkg-deb", "--build", "-Znone", tree, made], check=True, capture_output=True)
    shown = subprocess.run(["dpkg-deb", "--field", made], capture_output=True, text=True, check=True).stdout
    assert f"Version: {common.version()}\nArchitecture: amd64\n" in shown
    assert (tree / "DEBIAN/conffiles").read_text() == "/etc/xdg/vmgui/vmgui.ini\n"
    sums = subprocess.run(["md5sum", "--check", "--quiet", tree / "DEBIAN/md5sums"], cwd=tree)
    assert sums.returncode == 0


# --- the changelog -------------------------------------------------------------------------------

TEXT = """# Changelog

## [Unreleased]

### Added

- A [manual](docs/a.md) with `code` that goes on
  in a second line.

### Fixed

- Something.

## [0.0.9] - 2025-03-01

### Added

- The first.
"""


def test_the_changelog_becomes_debians_with_a_version_for_what_is_not_released():
    told = debian_changelog.written(TEXT, "Ann <ann@example.org>")
    first, second = told.split("\n\nvmgui (0.0.9)")
    head = f"vmgui ({common.version()}) unstable; urgency=medium\n\n"
    assert first.startswith(f"{head}  * A manual with code that goes on in a second line.\n")
    assert "  * Something.\n\n -- Ann <ann@example.org>  " in first
    assert second.endswith("* The first.\n\n -- Ann <ann@example.org>  Sat, 01 Mar 2025 00:00:00 +0000\n")


def test_what_is_unreleased_is_left_out_when_its_version_is_there(monkeypatch):
    monkeypatch.setattr(debian_changelog, "version", lambda: "0.0.9")
    assert debian_changelog.written(TEXT, "Ann <a@example.org>").startswith("vmgui (0.0.9)")


def test_dpkg_reads_the_changelog_of_the_project_and_no_line_is_too_long(tmp_path):
    need("dpkg-parsechangelog")
    file = tmp_path / "changelog"
    file.write_text(debian_changelog.written(common.CHANGELOG.read_text("utf-8"), deb.maintainer()), "utf-8")
    shown = subprocess.run(["dpkg-parsechangelog", "-l", file], capture_output=True, text=True, check=True)
    assert f"Version: {common.version()}" in shown.stdout
    assert shown.stderr == ""
    assert max(map(len, file.read_text("utf-8").splitlines())) <= 80


def test_the_changelog_in_the_package_is_debians(tree):
    packed = (tree / "usr/share/doc/vmgui/changelog.gz").read_bytes()
    assert gzip.decompress(packed).startswith(b"vmgui (")
