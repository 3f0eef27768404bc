"""Claims about the frozen application that need no build: what is taken, who owns it, and how it starts."""

from __future__ import annotations

import json
import marshal
import subprocess
import sys
from importlib.metadata import distribution, requires
from pathlib import Path

import frozen_start
import pytest
from artefacts import checking, common, licences, owners, pruning, spdx, staging
from packaging.requirements import Requirement

from tests.conftest import ROOT
from vmgui import __version__

PACKAGES = ["/env/lib/python3.11/site-packages"]


# --- what is taken -------------------------------------------------------------------------------


def taken(where: str, source: str = "", kind: str = "BINARY") -> bool:
    return pruning.kept((where, source or f"{PACKAGES[0]}/{where}", kind), PACKAGES)


@pytest.mark.parametrize("where", [
    "PySide6/Qt/plugins/platforms/libqxcb.so", "PySide6/Qt/plugins/platforms/libqoffscreen.so",
    "PySide6/Qt/plugins/platforms/libqwayland.so", "PySide6/Qt/plugins/iconengines/libqsvgicon.so",
    "PySide6/plugins/platforms/qwindows.dll", "PySide6/Qt/lib/libQt6Gui.so.6", "PySide6/QtCore.abi3.so",
    "PySide6/Qt/translations/qtbase_zh_CN.qm", "libQt6Core.so.6",
    "PIL/_imaging.cpython-311-x86_64-linux-gnu.so",
    "numpy.libs/libscipy_openblas64_-32a4b2a6.so", "msgspec/_core.cpython-311-x86_64-linux-gnu.so",
])  # fmt: skip
def test_what_the_window_uses_is_shipped(where):
    assert taken(where)


@pytest.mark.parametrize("where", [
    "PySide6/Qt/plugins/platformthemes/libqgtk3.so", "PySide6/Qt/plugins/tls/libqopensslbackend.so",
    "PySide6/Qt/plugins/platforms/libqeglfs.so", "PySide6/Qt/plugins/imageformats/libqpdf.so",
    "PySide6/Qt/translations/qtbase_de.qm", "PySide6/Qt/lib/libQt6Qml.so.6", "libQt6Network.so.6",
    "pillow.libs/libavif-c6062d5f.so.16.4.2", "PySide6/opengl32sw.dll",
    "pyqtgraph/colors/maps/CET-C1.csv", "lark/py.typed", "numpy-2.4.6.dist-info/METADATA",
])  # fmt: skip
def test_what_nobody_uses_stays_out(where):
    assert not taken(where)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="of Linux alone")
def test_libraries_of_a_desktop_are_left_to_it():
    for name in (
        "libX11.so.6",
        "libxcb.so.1",
        "libglib-2.0.so.0",
        "libGL.so.1",
        "libgtk-3.so.0",
        "libssl.so.3",
    ):
        assert not taken(name, f"/usr/lib/x86_64-linux-gnu/{name}"), name
    for name in ("libpython3.11.so.1.0", "libffi.so.8", "libxcb-cursor.so.0", "libxkbcommon-x11.so.0"):
        assert taken(name, f"/usr/lib/x86_64-linux-gnu/{name}"), name


def test_a_link_to_what_is_not_shipped_is_not_shipped():
    lib = "PySide6/Qt/lib"
    made = pruning.files(
        [
            (f"{lib}/libQt6Core.so.6", f"{PACKAGES[0]}/{lib}/libQt6Core.so.6", "BINARY"),
            ("libQt6Core.so.6", f"{lib}/libQt6Core.so.6", "SYMLINK"),
            ("libQt6Svg.so.6", f"{lib}/libQt6Svg.so.6", "SYMLINK"),
        ],
        PACKAGES,
    )
    assert [entry[0] for entry in made] == [f"{lib}/libQt6Core.so.6", "libQt6Core.so.6"]


def test_modules_of_vmgui_are_files_and_no_run_time_hook_of_others_is_in_the_program():
    names = [
        "vmgui.cli",
        "vmgui",
        "pygments.lexers.forth",
        "pygments.lexers.python",
        "pygments.lexers.special",
        "rich",
        "_pyi_rth_utils",
    ]
    kept = [entry[0] for entry in pruning.modules((name, "", "PYMODULE") for name in names)]
    assert kept == ["pygments.lexers.python", "pygments.lexers.special", "rich"]
    scripts = pruning.scripts([("pyi_rth_pyside6", "", "PYSOURCE"), ("frozen_start", "", "PYSOURCE")])
    assert [entry[0] for entry in scripts] == ["frozen_start"]


# --- our own files -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def staged(tmp_path_factory) -> Path:
    """A package of two modules and a resource, staged."""
    root = tmp_path_factory.mktemp("checkout")
    for name, text in {"vmgui/__init__.py": "", "vmgui/engine/a.py": "def f():\n    return 1\n",
                       "vmgui/engine/__pycache__/a.cpython-311.pyc": "old", "vmgui/g.lark": "x",
                       "resources/docs/index.md": "# Hello"}.items():  # fmt: skip
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    assert list(staging.modules(root)) == ["vmgui", "vmgui.engine.a"]
    return staging.stage(root / "staged", root)


def test_text_grammars_and_resources_are_staged(staged):
    there = {path.relative_to(staged).as_posix() for path in staged.rglob("*") if path.is_file()}
    assert {name for name in there if "__pycache__" not in name} == {
        "__init__.py", "engine/a.py", "g.lark", "resources/docs/index.md",
    }  # fmt: skip


def test_compiled_modules_know_neither_a_time_nor_where_they_were_built(staged):
    (file,) = (staged / "engine" / "__pycache__").glob("a.*.pyc")
    data = file.read_bytes()
    assert data[4:8] == b"\x01\x00\x00\x00"  # by hash, unchecked
    assert marshal.loads(data[16:]).co_filename == "vmgui/engine/a.py"


def test_the_version_is_that_of_the_package():
    assert common.version() == __version__


def test_the_time_of_a_build_can_be_given(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    common.epoch.cache_clear()
    assert common.epoch() == 1700000000
    common.epoch.cache_clear()


# --- licences ------------------------------------------------------------------------------------


@pytest.mark.parametrize("expression", [
    "MIT", "LGPL-3.0-only OR GPL-2.0-only OR GPL-3.0-only", "BSD-3-Clause AND 0BSD AND (MIT OR Apache-2.0)",
    "GPL-3.0-or-later WITH GCC-exception-3.1",
])  # fmt: skip
def test_these_go_with_gpl_2_only(expression):
    assert spdx.compatible(expression)


@pytest.mark.parametrize("expression", [
    "Apache-2.0", "GPL-3.0-only", "MIT AND Apache-2.0", "LGPL-3.0-only", "GPL-3.0-or-later", "Proprietary",
])  # fmt: skip
def test_these_do_not(expression):
    assert not spdx.compatible(expression)


@pytest.mark.parametrize("expression", ["", "MIT OR", "(MIT", "MIT BSD-3-Clause", "MIT)"])
def test_what_is_no_expression_is_refused(expression):
    with pytest.raises(ValueError, match="SPDX"):
        spdx.compatible(expression)


def test_whatever_vmgui_needs_when_it_runs_goes_with_its_licence():
    wanted, seen = [*requires("vmgui")], set()
    while wanted:
        need = Requirement(wanted.pop())
        if need.name.lower() in seen or (need.marker and not need.marker.evaluate({"extra": ""})):
            continue
        seen.add(need.name.lower())
        there = distribution(need.name)
        wanted += there.requires or []
        assert spdx.compatible(owners.of_distribution(there).licence), need.name
    assert {"numpy", "pyside6-essentials", "shiboken6", "mdurl"} <= seen


def owner(name: str, licence: str, text: str = "text") -> owners.Owner:
    return owners.Owner(name, "1.0", licence, text)


def test_a_build_stops_at_a_licence_that_does_not_fit_or_has_no_text(capsys):
    for wrong in (owner("tls", "Apache-2.0"), owner("odd", "as is"), owner("mute", "MIT", " ")):
        with pytest.raises(SystemExit):
            licences.check([owner("good", "MIT"), wrong])
        assert wrong.name in capsys.readouterr().err


def test_about_reads_what_the_build_wrote(tmp_path, monkeypatch):
    from vmgui import assets
    from vmgui import licences as shown

    licences.write([owner("Qt & co", "MIT", "Do what you like.")], tmp_path / "licences")
    found = assets.path
    monkeypatch.setattr(assets, "path", lambda name: tmp_path / name if "index" in name else found(name))
    shown.parts.cache_clear()
    ours, other, *fonts = shown.parts()
    shown.parts.cache_clear()
    assert (ours.name, ours.version) == ("vmgui", __version__)
    assert "GNU GENERAL PUBLIC LICENSE" in ours.text
    assert (other.name, other.licence, other.text) == ("Qt & co", "MIT", "Do what you like.")
    assert [part.version for part in fonts] == ["", ""]


def test_what_a_package_of_debian_gives_is_not_named_as_shipped(tmp_path):
    of_pillow = owners.Owner("libxcb", "in pillow 13.0.0", "X11", "text")
    licences.write(
        [owner("libffi", "MIT"), owner("libxcb", "X11"), of_pillow, owner("numpy", "MIT")], tmp_path
    )
    licences.forget(tmp_path, owners.DEBIAN)
    named = [(each["name"], each["text"]) for each in json.loads((tmp_path / "index.json").read_text())]
    assert [name for name, _ in named] == ["vmgui", "libxcb", "numpy"]
    assert {text for _, text in named} == {file.name for file in tmp_path.glob("*.txt")}


# --- checks of a payload -------------------------------------------------------------------------


def test_a_needed_library_that_nobody_has_stops(tmp_path, monkeypatch, capsys):
    for name in ("vmgui", "libown.so.1"):
        (tmp_path / name).write_bytes(b"\x7fELF")
    needs = {"vmgui": ["libown.so.1", "libc.so.6", "libX11.so.6"], "libown.so.1": ["libnowhere.so.3"]}
    monkeypatch.setattr(checking, "dynamic", lambda file: (("NEEDED", name) for name in needs[file.name]))
    with pytest.raises(SystemExit):
        checking.libraries(tmp_path)
    assert capsys.readouterr().err.splitlines()[1:] == ["    libown.so.1 needs libnowhere.so.3"]


def test_a_file_that_says_where_it_was_built_stops(tmp_path, monkeypatch, capsys):
    (tmp_path / "told").write_bytes(b"\0/builder/vmgui\0")
    (tmp_path / "clean").write_bytes(b"\0")
    quiet = subprocess.CompletedProcess([], 0, "", "")
    monkeypatch.setattr(checking.subprocess, "run", lambda *arguments, **more: quiet)
    with pytest.raises(SystemExit):
        checking.silent(tmp_path, tmp_path / "clean", Path("python"), ["/builder"])
    assert "told" in capsys.readouterr().err


# --- the start -----------------------------------------------------------------------------------


def test_a_helper_process_is_recognised(monkeypatch):
    asked = []
    monkeypatch.setattr("multiprocessing.spawn.spawn_main", lambda **words: asked.append(words))
    assert frozen_start.helper(["vmgui", "--multiprocessing-fork", "tracker_fd=5", "pipe_handle=7", "x=None"])
    assert asked == [{"tracker_fd": 5, "pipe_handle": 7}]
    monkeypatch.setattr("multiprocessing.resource_tracker.main", asked.append)
    command = "from multiprocessing.resource_tracker import main;main(9)"
    assert frozen_start.helper(["vmgui", "-B", "-c", command])
    assert asked[-1] == 9
    assert not frozen_start.helper(["vmgui", "run", "a.ops"])
    assert not frozen_start.helper(["vmgui"])


def test_a_kind_that_is_none_is_refused_with_the_list_of_those_that_are():
    told = subprocess.run(
        [sys.executable, "packaging/build.py", "msi"], cwd=ROOT, capture_output=True, text=True
    )
    assert told.returncode == 2
    for kind in ("deb", "tar", "appimage", "wheel", "sdist", "all"):
        assert kind in told.stderr


def test_what_was_taken_is_told_as_json_that_licences_read(tmp_path, monkeypatch):
    (tmp_path / "shipped.json").write_text(
        json.dumps([["vmgui/cli.py", str(tmp_path / "staged/vmgui/cli.py")]])
    )
    monkeypatch.setattr(licences, "Owners", lambda *places: Named())
    found = licences.collect(tmp_path, Path(sys.executable), tmp_path / "licences")
    assert [each.name for each in found] == ["pyinstaller"]
    assert (tmp_path / "licences" / "index.json").exists()


class Named:
    """Owners that know PyInstaller alone."""

    def named(self, name: str) -> owners.Owner:
        return owner(name, owners.BOOTLOADER)
