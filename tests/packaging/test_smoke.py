"""Claims about how artefacts are tried: what is looked at can also be found wanting."""

from __future__ import annotations

import re
import struct
import subprocess
import sys
from pathlib import Path

import dev
import pytest
import smoke
from PIL import Image
from smokes import debian, pictures, portable
from smokes.machine import Chroot, Machine
from smokes.program import DOCUMENT, SCENARIOS, SEEN, Program, title_of
from smokes.report import Failed, Report, expect

from tests.conftest import ROOT


def here(folder: Path) -> Machine:
    home = folder / "home"
    home.mkdir()
    return Machine(home=str(home))


# --- the report ----------------------------------------------------------------------------------


def test_a_check_is_a_line_with_what_was_seen(capsys):
    assert Report().check("picture", lambda: "1280 x 720")
    assert re.fullmatch(r"ok +0\.0 s  picture +1280 x 720\n", capsys.readouterr().out)


def test_a_check_that_fails_shows_why_and_makes_the_status_1(capsys):
    report = Report()
    assert not report.check("replay", lambda: expect(False, "why\nmore") or "")
    assert report.finish() == 1
    out = capsys.readouterr().out
    assert "FAILED" in out
    assert "more" in out
    assert "1 of 1 checks" in out


def test_what_everything_rests_on_ends_the_report():
    with pytest.raises(SystemExit) as end:
        Report().need("install", lambda: expect(False, "no") or "")
    assert end.value.code == 1


def test_a_report_without_failures_is_well():
    report = Report()
    report.need("install", lambda: "with 68 packages")
    assert report.finish() == 0


# --- programs ------------------------------------------------------------------------------------


def test_a_program_sees_nothing_of_who_runs_the_trial(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", "/elsewhere")
    said = here(tmp_path).run("env").splitlines()
    assert f"HOME={tmp_path / 'home'}" in said
    assert not [line for line in said if line.startswith(("XDG_", "PYTHON"))]


def test_another_exit_status_is_a_failure_with_what_was_said(tmp_path):
    with pytest.raises(Failed, match=r"exit status 3, not 0\nno\n"):
        here(tmp_path).run("sh", "-c", "echo no; exit 3")
    assert here_says(tmp_path, 3) == "no\n"


def here_says(folder: Path, status: int) -> str:
    return Machine(home=str(folder)).run("sh", "-c", f"echo no; exit {status}", status=status)


def test_a_program_that_never_ends_is_ended(tmp_path, monkeypatch):
    monkeypatch.setattr("smokes.machine.PATIENCE", 0.2)
    with pytest.raises(Failed, match="not done after"):
        here(tmp_path).run("sleep", "60")


def test_inside_a_debian_a_student_has_their_own_home(tmp_path):
    inside = Chroot(tmp_path)
    assert inside.home.endswith("/student")
    assert inside.path("/usr/bin/vmgui") == tmp_path / "usr/bin/vmgui"
    assert inside.command(("vmgui",), "student")[1:] == ["--userspec=student:student", str(tmp_path), "vmgui"]
    assert inside.environment("student", {"DISPLAY": ":1"}).items() >= {
        ("HOME", inside.home),
        ("DISPLAY", ":1"),
    }
    assert inside.environment("root", {})["HOME"] == "/root"


def test_what_lies_in_a_home_and_was_not_put_there_is_found(tmp_path):
    program = Program(here(tmp_path), ("vmgui",), "1.2.3", tmp_path / "kept")
    program.put(SCENARIOS / DOCUMENT)
    (tmp_path / "home" / ".config").mkdir()
    assert program.keeps_to_its_folders()
    (tmp_path / "home" / ".vmgui").mkdir()
    with pytest.raises(Failed, match=r"\.vmgui"):
        program.keeps_to_its_folders()


def pretended(folder: Path, doctor: str) -> Program:
    """A program whose doctor says this."""
    script = folder / "vmgui"
    script.write_text(f"#!/bin/sh\nmkdir -p $HOME/{SEEN}\ncat <<END\n{doctor}\nEND\n")
    script.chmod(0o755)
    return Program(here(folder), (str(script),), "1.2.3", folder / "kept")


GOOD = "\n".join(f"ok      {what:<9}  xcb, seen" for what in
                 ("display", "course", "source", "why", "picture", "Chinese"))  # fmt: skip


def test_a_doctor_who_finds_all_well_is_believed(tmp_path):
    assert pretended(tmp_path, GOOD).opens("offscreen", display="xcb") == "6 findings on xcb"


@pytest.mark.parametrize(
    "said",
    [
        GOOD.replace("ok      why ", "FAILED  why "),
        "\n".join(line for line in GOOD.splitlines() if "Chinese" not in line),
        GOOD.replace("xcb", "offscreen"),
    ],
    ids=["failed", "not looked at", "another display"],
)
def test_a_doctor_who_finds_something_wrong_or_does_not_look_fails(tmp_path, said):
    with pytest.raises(Failed):
        pretended(tmp_path, said).opens("offscreen", display="xcb")


@pytest.mark.parametrize("source", ["", "def of_nobody():\n    pass\n"], ids=["empty", "of another program"])
def test_text_that_is_not_the_engines_is_found(tmp_path, source):
    program = pretended(tmp_path, GOOD)
    (tmp_path / "kept" / "seen").mkdir(parents=True)
    (tmp_path / "kept" / "seen" / "source-en.txt").write_text(source)
    with pytest.raises(Failed, match="no text of the engine"):
        program.shows_text("seen")


def test_another_version_is_found(tmp_path):
    with pytest.raises(Failed, match=r"not vmgui 1\.2\.3"):
        pretended(tmp_path, "vmgui 1.2.4").says_its_version()


def test_the_document_has_a_title_in_both_languages():
    assert title_of(SCENARIOS / DOCUMENT) == "One page off the grid"
    assert title_of(SCENARIOS / DOCUMENT, chinese=True).isascii() is False


# --- pictures ------------------------------------------------------------------------------------


def test_an_empty_picture_is_found():
    with pytest.raises(Failed, match="nothing was painted"):
        pictures.painted(Image.new("RGB", (320, 180), "navy"))


def test_a_picture_of_many_colours_is_painted():
    assert "320 x 180" in pictures.painted(Image.radial_gradient("L").resize((320, 180)))


def strip(*cells: str) -> Image.Image:
    """Square cells: a letter each, "" is an empty one."""
    from PIL import ImageDraw

    image = Image.new("RGB", (40 * len(cells), 40), "white")
    for number, letter in enumerate(cells):
        ImageDraw.Draw(image).text((40 * number + 10, 10), letter, fill="black")
    return image


def test_different_characters_look_different():
    assert pictures.different(strip("a", "b", "c")).startswith("3 characters")


@pytest.mark.parametrize("cells", [("a", "b", "a"), ("a", "", "b")], ids=["boxes", "nothing"])
def test_boxes_and_missing_characters_are_found(cells):
    with pytest.raises(Failed):
        pictures.different(strip(*cells))


def test_the_screen_of_an_x_server_is_read(tmp_path):
    header = [0] * 25
    header[0], header[1], header[4], header[5], header[11], header[12], header[19] = 100, 7, 2, 1, 32, 12, 1
    pixels = bytes([1, 2, 3, 0, 4, 5, 6, 0]) + bytes(4)
    (tmp_path / "screen").write_bytes(struct.pack(">25I", *header) + bytes(12) + pixels)
    seen = pictures.xwd(tmp_path / "screen")
    assert [seen.getpixel((x, 0)) for x in (0, 1)] == [(3, 2, 1), (6, 5, 4)]


# --- the machine it is tried in ------------------------------------------------------------------


def test_whoever_is_not_root_is_told_so(monkeypatch):
    monkeypatch.setattr(debian.shutil, "which", lambda tool: tool)
    monkeypatch.setattr(debian.os, "geteuid", lambda: 1000)
    assert debian.lacks() == "not root: only root can make a Debian of its own"


def test_a_missing_tool_is_named_with_its_package(monkeypatch):
    monkeypatch.setattr(debian.shutil, "which", lambda tool: None if tool == "debootstrap" else tool)
    monkeypatch.setattr(debian.os, "geteuid", lambda: 0)
    assert debian.lacks(install=False) == "debootstrap is missing: apt-get install debootstrap"


@pytest.mark.parametrize(("network", "said"), [(True, ""), (False, "no network: ")])
def test_a_mirror_that_does_not_answer_is_named(monkeypatch, network, said):
    monkeypatch.setattr(debian.shutil, "which", lambda tool: tool)
    monkeypatch.setattr(debian.os, "geteuid", lambda: 0)
    monkeypatch.setattr(
        debian.subprocess, "run", lambda *words, **more: subprocess.CompletedProcess(words, 0, "")
    )
    monkeypatch.setattr(debian, "reachable", lambda: network)
    monkeypatch.setattr(debian, "mirror", lambda: "http://mirror")
    assert debian.lacks().startswith(said)
    assert bool(debian.lacks()) is not network


def test_a_computer_whose_apt_names_no_mirror_is_told_so(monkeypatch):
    monkeypatch.setattr(debian.shutil, "which", lambda tool: tool)
    monkeypatch.setattr(debian.os, "geteuid", lambda: 0)
    monkeypatch.setattr(
        debian.subprocess, "run", lambda *words, **more: subprocess.CompletedProcess(words, 0, "")
    )
    assert debian.lacks().startswith("no mirror: ")


def test_what_a_trial_mounts_ends_with_it():
    assert {"--mount", "--pid", "--kill-child"} <= set(debian.apart())


def test_a_kept_debian_that_is_not_whole_is_made_anew(tmp_path, monkeypatch):
    asked = []

    def debootstrap(words, **more):
        asked.append(words)
        return subprocess.CompletedProcess(words, 0, "")

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(debian, "mirror", lambda: "http://mirror")
    monkeypatch.setattr(debian, "proxies", dict)
    monkeypatch.setattr(debian.subprocess, "run", debootstrap)
    root = debian.base()
    assert root.is_relative_to(tmp_path)
    assert debian.base() == root
    assert len(asked) == 1
    (root.parent / "whole").unlink()
    debian.base()
    assert len(asked) == 2
    debian.base(anew=True)
    assert len(asked) == 3


# --- the command line ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "kind"),
    [("vmgui_1.2.3_amd64.deb", ".deb"), ("vmgui-1.2.3-linux-x86_64.tar.xz", ".tar.xz"),
     ("vmgui-1.2.3.tar.gz", ".tar.gz"), ("vmgui-1.2.3-py3-none-any.whl", ".whl"), ("vmgui-cli.exe", "")],
)  # fmt: skip
def test_the_name_says_what_an_artefact_is(name, kind):
    assert smoke.kind_of(Path(name)) == kind


@pytest.mark.parametrize(
    "name", ["vmgui-1.2.3-linux-x86_64.tar.xz", "vmgui-1.2.3.tar.gz", "vmgui-1.2.3-py3-none-any.whl"]
)
def test_the_name_says_which_version_it_is(name):
    assert portable.version_of(Path(name)) == "1.2.3"


def test_an_artefact_that_is_not_there_is_named(tmp_path):
    done = subprocess.run([sys.executable, ROOT / "packaging" / "smoke.py", tmp_path / "no.deb"],
                          capture_output=True, text=True)  # fmt: skip
    assert done.returncode == 2
    assert str(tmp_path / "no.deb") in done.stderr


def test_the_libraries_that_a_trial_installs_are_those_that_the_manual_names():
    for page in ("installing.md", "zh/installing.md"):
        text = (ROOT / "resources" / "docs" / page).read_text("utf-8")
        (command,) = re.findall(
            r"^sudo apt install --no-install-recommends ((?:.*\\\n)*.*)$", text, re.MULTILINE
        )
        assert set(command.replace("\\\n", " ").split()) == set(portable.LIBRARIES)


def test_a_merge_builds_the_package_and_tries_it():
    run = (ROOT / ".ci" / "run").read_text()
    asked = ["dev.py test", "smoke.py --ready", "build.py deb", "smoke.py out/ci"]
    assert [run.index(each) for each in asked] == sorted(run.index(each) for each in asked)
    assert dev.ROOT == ROOT
