"""Claims about releases: what is missing is found, and what to do is said."""

from __future__ import annotations

import hashlib
import plistlib
import re
import subprocess

import build
import pytest
import release
from artefacts import common, dmg, icons, setup
from PIL import Image

from tests.conftest import ROOT


@pytest.fixture
def changelog(tmp_path, monkeypatch):
    """Write a changelog."""
    path = tmp_path / "changelog.md"
    monkeypatch.setattr(release, "CHANGELOG", path)
    monkeypatch.setattr(common, "version", lambda: "1.2.0")
    return path.write_text


def test_a_version_with_a_section_is_ready(changelog):
    changelog("## [Unreleased]\n\n## [1.2.0] - 2026-01-31\n\n### Added\n\n- It.\n")
    assert release.changelog_has_the_version() == "changelog.md has 1.2.0"


@pytest.mark.parametrize(
    "text",
    [
        "## [Unreleased]\n\n## [1.1.0] - 2026-01-31\n",
        "## [Unreleased]\n\n### Added\n\n- More.\n\n## [1.2.0] - 2026-01-31\n",
        "## [1.2.0] - 2026-01-31\n",
    ],
    ids=["no section", "unreleased entries", "no unreleased"],
)
def test_a_changelog_that_does_not_fit_is_found(changelog, text):
    changelog(text)
    with pytest.raises(release.Wanting):
        release.changelog_has_the_version()


def test_what_has_changed_since_it_was_looked_at_is_found(tmp_path, monkeypatch):
    monkeypatch.setattr(common, "ROOT", tmp_path)
    monkeypatch.setattr(release, "SEEN", tmp_path / "release.json")
    monkeypatch.setattr(release, "TOLD", {"manual.md": ("keys.py", "panes"), "other.md": ("cli.py",)})
    (tmp_path / "panes").mkdir()
    for name in ("keys.py", "cli.py", "panes/stage.py"):
        (tmp_path / name).write_text("before")
    with pytest.raises(release.Wanting, match=r"--seen manual\.md other\.md"):
        release.all_was_looked_at()
    release.look_at(["manual.md", "other.md"])
    assert release.all_was_looked_at().startswith("2 ")
    (tmp_path / "panes" / "stage.py").write_text("after")
    with pytest.raises(release.Wanting, match=r"--seen manual\.md$"):
        release.all_was_looked_at()


def test_all_that_is_looked_at_exists():
    assert [name for name in release.TOLD if not (ROOT / name).exists()] == []
    assert [path for told in release.TOLD.values() for path in told if not (ROOT / path).exists()] == []


def test_one_check_that_fails_makes_the_release_fail(monkeypatch, capsys):
    def wanting() -> str:
        raise release.Wanting("line one\nline two")

    monkeypatch.setattr(release.dev, "environment", lambda kind: None)
    monkeypatch.setattr(release, "CHECKS", {"good": lambda: "as it should be", "bad": wanting})
    assert not release.check()
    good, bad, more = capsys.readouterr().out.splitlines()
    assert good.startswith("ok")
    assert bad.startswith("FAILED  bad")
    assert more.strip() == "line two"


def test_sums_are_as_sha256sum_reads_them(tmp_path, monkeypatch, changelog):
    changelog(
        "## [Unreleased]\n\n## [1.2.0] - 2026-01-31\n\n### Added\n\n- It.\n\n## [1.1.0] - 2026-01-01\nOld.\n"
    )
    monkeypatch.setattr(common, "DIST", tmp_path)
    for name in (
        "vmgui_1.2.0_amd64.deb",
        "vmgui-1.2.0.tar.gz",
        "vmgui_1.2.1_amd64.deb",
        "vmgui-1.20.0.tar.gz",
    ):
        (tmp_path / name).write_text(name)
    release.write_sums()
    lines = (tmp_path / "SHA256SUMS").read_text().splitlines()
    assert [line.split("  ")[1] for line in lines] == ["vmgui-1.2.0.tar.gz", "vmgui_1.2.0_amd64.deb"]
    assert lines[0].split()[0] == hashlib.sha256(b"vmgui-1.2.0.tar.gz").hexdigest()
    assert (
        subprocess.run(["sha256sum", "--check", "SHA256SUMS"], cwd=tmp_path, capture_output=True).returncode
        == 0
    )
    notes = (tmp_path / "NOTES.md").read_text()
    assert "- It." in notes
    assert "Old" not in notes


def test_sums_of_nothing_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(common, "DIST", tmp_path)
    with pytest.raises(SystemExit) as end:
        release.write_sums()
    assert end.value.code == 2


def test_the_workflow_runs_what_there_is():
    text = (ROOT / ".github" / "workflows" / "release.yml").read_text("utf-8")
    scripts = re.findall(r"\bpackaging/\w+\.py", text)
    assert [script for script in scripts if not (ROOT / script).exists()] == []
    assert set(re.findall(r"python3? packaging/build\.py (\w+)", text)) <= {*build.KINDS, "all"}
    assert {"smoke.py", "build.py", "release.py"} <= {script.partition("/")[2] for script in scripts}


# --- Windows and macOS ---------------------------------------------------------------------------


def test_the_script_of_the_windows_installer_is_told_all_that_it_asks_for(tmp_path):
    text = setup.SCRIPT.read_text("utf-8")
    told = {word[2:].partition("=")[0] for word in setup.options(tmp_path, tmp_path) if word.startswith("-D")}
    assert [name for name in told if f"${{{name}}}" not in text] == []


def test_macos_is_told_which_documents_are_whose():
    said = plistlib.loads(plistlib.dumps(dmg.said()))
    kinds = {each["UTTypeIdentifier"] for each in said["UTExportedTypeDeclarations"]}
    assert {kind for each in said["CFBundleDocumentTypes"] for kind in each["LSItemContentTypes"]} == kinds
    assert said["CFBundleShortVersionString"] == common.version()


def test_what_is_made_after_freezing_gets_into_the_application(tmp_path):
    licences = tmp_path / "payload" / "_internal" / "vmgui" / "resources" / "licences"
    contents = tmp_path / "vmgui.app" / "Contents"
    for folder in (licences, contents):
        folder.mkdir(parents=True)
    (licences / "Qt.txt").write_text("LGPL")
    (contents / "Info.plist").write_bytes(plistlib.dumps({"CFBundleName": "vmgui"}))
    dmg.complete(tmp_path / "vmgui.app", tmp_path / "payload")
    assert (contents / "Resources" / "vmgui" / "resources" / "licences" / "Qt.txt").read_text() == "LGPL"
    listed = plistlib.loads((contents / "Info.plist").read_bytes())
    assert listed["CFBundleName"] == "vmgui"
    assert listed["NSHighResolutionCapable"] is True


def test_the_icon_is_drawn_for_both_systems(tmp_path, qapp):
    ico, icns = icons.write(tmp_path)
    with Image.open(ico) as picture:
        assert picture.info["sizes"] == {(side, side) for side in icons.SIZES}
    with Image.open(icns) as picture:
        assert picture.getbbox() is not None
