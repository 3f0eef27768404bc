"""Speed is said as ratios of one run, with the figures behind them."""

from __future__ import annotations

import json

import pytest

from vmgui.cli import main
from vmgui.commands import bench, bench_engine
from vmgui.commands.bench import Figure
from vmgui.engine.trace import Recorder
from vmgui.engine.words import Memory


def test_the_engine_is_measured_recorded_and_unrecorded_in_one_run(capsys, monkeypatch):
    monkeypatch.setattr(bench, "PARTS", {"engine": (bench_engine.speed,)})
    main(["bench", "engine", "--quick", "--json"])
    figures = {figure["name"]: figure for figure in json.loads(capsys.readouterr().out)}
    for case in ("fix_size_alloc_test", "random_size_alloc_test", "full_fit_alloc_test"):
        plain, recorded = (figures[f"{case}, {kind}"] for kind in ("unrecorded", "recorded"))
        assert plain["unit"] == recorded["unit"] == "operations/s"
        assert plain["value"] > recorded["value"] > 1
        assert 1 < figures[f"{case}, recorded / unrecorded"]["value"] < 10


def test_a_person_gets_a_table(capsys, monkeypatch):
    monkeypatch.setattr(bench, "PARTS", {"engine": (lambda quick: iter([Figure("a", 3, "x", 2.0, "b")]),)})
    assert main(["bench", "engine"]) == 1
    assert "≤ 2 x  MISSED" in capsys.readouterr().out


@pytest.mark.parametrize("memory", [Memory, Recorder])
def test_a_case_that_fails_is_not_timed(memory):
    with pytest.raises(RuntimeError, match="align_shift_alloc_test failed"):
        bench_engine.seconds_of("align_shift_alloc_test", 1, 0, memory)


def test_all_is_every_part():
    parts = dict(bench.PARTS)
    assert parts.pop("all") == tuple(measure for part in parts.values() for measure in part)
