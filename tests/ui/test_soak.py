"""A user who clicks about at random: nothing fails, Qt says nothing, memory stays flat."""

from __future__ import annotations

import pytest

from vmgui.commands.bench_soak import ACTIONS, growth, resident, soak
from vmgui.ui.highlighter import Text
from vmgui.ui.panes.source import SourceView


def test_three_hundred_random_actions_fail_nowhere_and_make_qt_say_nothing(desk, qapp):
    soak(qapp, desk, 300)
    assert 0 <= desk.player.at <= desk.player.length


@pytest.mark.nightly
@pytest.mark.skipif(not resident(), reason="this system does not say how much memory a process holds")
def test_ten_thousand_random_actions_keep_memory_flat(desk, qapp):
    grown, _held = growth(qapp, desk, ACTIONS)
    assert grown <= 5


def test_a_function_that_comes_into_sight_is_plain_until_one_stays(desk, qtbot, monkeypatch):
    desk.player.seek(desk.player.length // 2)
    source = desk.source.view.source
    view = SourceView()
    qtbot.addWidget(view)
    text = Text(source.file)
    monkeypatch.setattr("vmgui.ui.panes.source.text", lambda file: text)
    view.resize(600, 300)
    view.show()
    view.show_source(source)
    view.grab()
    assert not text.knows(source.first)
    qtbot.waitUntil(lambda: text.knows(source.first))
