"""Claims about the page of the help that shows what was compared with a real kernel."""

import re
from pathlib import Path

import pytest

from vmgui import assets
from vmgui.formats import conformance
from vmgui.formats.conformance import report_of, save
from vmgui.formats.conformance_page import title
from vmgui.formats.verdict import ScenarioResult
from vmgui.ui.actions import specs
from vmgui.ui.dialogs import help as help_pages

RESULT = ScenarioResult("x86-4l", "s", 4321, 4321, compared_fields=98765, kernel="6.12.117+deb12-amd64",
                        arch="x86_64", page_size=4096, levels=4, cpus=2)  # fmt: skip


@pytest.fixture
def report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> conformance.Report:
    made = report_of([RESULT], [])
    save(made, tmp_path / "r.json")
    found = assets.path
    swapped = {help_pages.REPORT: tmp_path / "r.json"}
    monkeypatch.setattr(assets, "path", lambda name: swapped.get(name) or found(name))
    return made


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_help_shows_the_numbers_of_the_report(desk, report):
    desk.window.actions_["verified"].trigger()
    shown = desk.window.findChild(help_pages.HelpWindow)
    text = shown.text.toPlainText()
    assert shown.list.currentItem().text() == title(report)
    assert {"4,321", "98,765"} <= set(re.findall(r"\d[\d,]*", text))
    shown.close()


def test_the_menu_names_the_version_that_was_recorded(report):
    label = next(spec.text for spec in specs() if spec.name == "verified")
    assert label.replace("&", "") == title(report)


def test_without_a_report_there_is_no_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "r.json").write_text("{}")
    monkeypatch.setattr(assets, "path", lambda name: tmp_path / "r.json")
    assert help_pages.verified() == []
