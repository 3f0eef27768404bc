"""Replay many recordings on all cores, and hand the results out in the order of the files."""

from __future__ import annotations

import signal
import traceback
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from multiprocessing import get_context
from pathlib import Path

from vmgui.formats.errors import FormatError
from vmgui.formats.recording import read
from vmgui.formats.records import Recording
from vmgui.formats.replay import replay
from vmgui.formats.verdict import ScenarioResult, begun

#: What a file came to: its result, or the text of what is wrong with it.
Came = ScenarioResult | str


def replayed(
    files: list[Path], jobs: int, done: Callable[[Path], None] = lambda path: None
) -> Iterator[tuple[Path, Came]]:
    """Replay ``files`` on ``jobs`` cores; yields them in their order, ``done`` hears of each as it ends."""
    waiting: dict[int, Came] = {}
    due = 0
    with closing(_results(files, jobs)) as results:
        for i, came in results:
            done(files[i])
            waiting[i] = came
            while due in waiting:
                yield files[due], waiting.pop(due)
                due += 1


def _results(files: list[Path], jobs: int) -> Generator[tuple[int, Came]]:
    """Results as they come, by the number of the file; long ones begin first."""
    if jobs < 2:
        yield from map(_replay, enumerate(files))
        return
    order = sorted(enumerate(files), key=lambda each: -_weight(each[1]))
    with get_context("spawn").Pool(jobs, _ignore_interrupts) as pool:  # ends them all, whatever happens
        yield from pool.imap_unordered(_replay, order)


def _replay(each: tuple[int, Path]) -> tuple[int, Came]:
    i, path = each
    try:
        recording = read(path)
    except FormatError as error:
        return i, str(error)
    try:
        return i, replay(recording)
    except Exception as error:  # a mistake of ours ends this scenario, and never passes for agreement
        return i, broken(recording, error)


def broken(recording: Recording, error: Exception) -> ScenarioResult:
    """What a scenario comes to in which the program itself failed: all of it unsupported, with the place."""
    result = begun(recording)
    at = traceback.extract_tb(error.__traceback__)[-1]
    why = f"internal error: {type(error).__name__}: {error} ({Path(at.filename).name}:{at.lineno})"
    result.unsupported, result.unsupported_reasons = result.ops, {why: result.ops}
    return result


def _weight(path: Path) -> int:
    """Bytes of a recording and of what lies beside it for it: what takes long is large."""
    beside = path.parent.glob("*.gz") if path.parent.name.startswith("stress") else [path]
    return sum(each.stat().st_size for each in beside)


def _ignore_interrupts() -> None:
    """Leave Ctrl+C to the process that waits for this one: it ends us."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
