"""Export: pictures of a pane or the window, a GIF or a handout of a range of steps, lists as files."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

from PySide6.QtWidgets import QApplication, QWidget

from vmgui.formats import step_list
from vmgui.formats.step_list import Format, Listed
from vmgui.texts import mark as _
from vmgui.ui import context, export_handout, export_pictures
from vmgui.ui.export_handout import Sheets
from vmgui.ui.export_pictures import MOST_FRAMES, whole
from vmgui.ui.files import Progress, ask_to_write, file_name
from vmgui.ui.player import DWELL
from vmgui.ui.theme import LIGHT
from vmgui.ui.words import tr

if TYPE_CHECKING:
    from vmgui.timeline.session import Session
    from vmgui.ui.desk import Desk

Kind = Literal["png", "svg", "gif", "pdf", "text", "json", "csv", "statistics"]
#: What each kind is called, and how its files end.
KINDS: dict[Kind, tuple[str, str]] = {
    "png": (_("Picture (PNG)"), ".png"),
    "svg": (_("Picture of lines and texts (SVG)"), ".svg"),
    "gif": (_("Animated picture (GIF)"), ".gif"),
    "pdf": (_("Handout (PDF)"), ".pdf"),
    "text": (_("List of steps as text"), ".txt"),
    "json": (_("List of steps as JSON"), ".json"),
    "csv": (_("List of steps as CSV"), ".csv"),
    "statistics": (_("Statistics over time as CSV"), ".csv"),
}
OF_A_PANE: tuple[Kind, ...] = ("png", "svg", "gif", "pdf")
OF_A_RANGE: tuple[Kind, ...] = ("gif", "pdf", "text", "json", "csv")
#: Kinds that show every step of the range, and how many of them at most.
MOST = {"gif": MOST_FRAMES, "pdf": 600}
Range = Literal["program", "operation", "between", "marks"]


class Cancelled(Exception):  # noqa: N818  # nothing went wrong
    """The user wants no more of it."""


@dataclass(frozen=True)
class Wanted:
    """What is to be exported: of a pane (by its name) or the window, over a range of steps [first, last]."""

    kind: Kind = "png"
    pane: str = "window"
    range: Range = "operation"
    first: int = 0
    last: int = 0
    scale: int = 2
    loop: bool = True
    each: int = 2
    paper: str = "A4"


def handlers(desk: Desk) -> dict[str, Callable[[], object]]:
    """What the actions of exporting do."""
    desk.statistics.copy_wanted.connect(lambda: context.copy(statistics_text(desk)))
    desk.statistics.export_wanted.connect(lambda: ask_where(desk, Wanted("statistics")))
    return {"export": lambda: show(desk)}


def show(desk: Desk) -> None:
    """Ask what to export."""
    from vmgui.ui.export_dialog import ExportDialog

    dialog = ExportDialog(desk)
    dialog.wanted.connect(partial(ask_where, desk))
    dialog.open()


def panes(desk: Desk) -> dict[str, tuple[str, QWidget]]:
    """What can be painted: names, titles and widgets of what is in sight."""
    found: dict[str, tuple[str, QWidget]] = {"window": (tr("The whole window"), desk.window)}
    for name, title, pane in (
        ("stage", tr("Stage"), desk.stage), ("map", tr("Address map"), desk.map),
        ("tree", tr("Page tables"), desk.tree), ("frames", tr("Physical frames"), desk.frames),
        ("allocator", tr("Allocator"), desk.allocator), ("timeline", tr("Timeline"), desk.scrubber),
        ("source", tr("Source"), desk.source), ("stack", tr("Call stack"), desk.stack),
        ("why", tr("Why?"), desk.why), ("statistics", tr("Statistics over time"), desk.statistics),
        ("history", tr("Operations"), desk.operations),
    ):  # fmt: skip
        if pane.isVisible() and pane.width() > 1:
            found[name] = title, pane
    return found


# --- ranges ------------------------------------------------------------------------------------------


def between(desk: Desk) -> tuple[int, int]:
    """The bookmarks on both sides of the play-head; where there are none, the marks; else the ends."""
    at, length = desk.player.at, desk.player.length
    held = sorted({m.step for m in desk.bookmarks.all if m.step is not None}) or list(desk.scene.marks())
    first = max((step for step in held if step <= at), default=0)
    return first, min((step for step in held if step > first and step >= at), default=length)


def bounds(desk: Desk, wanted: Wanted) -> tuple[int, int]:
    """The first and the last position of a range."""
    session, at = desk.workspace.session, desk.player.at
    if wanted.range == "between":
        return wanted.first, wanted.last
    if wanted.range == "operation" and session is not None:
        done = session.operation_at(max(at - 1, 0))
        return (done.first_row, done.last_row) if done else (0, 0)
    return 0, desk.player.length


def places(desk: Desk, wanted: Wanted) -> Iterator[tuple[int, int]]:
    """Where the steps of a range begin and end."""
    first, last = bounds(desk, wanted)
    steps = desk.player.steps
    if steps is None:
        return iter(())
    if wanted.range == "marks":
        marks = sorted({mark for mark in desk.scene.marks() if mark > 0})
        return ((steps.before(mark), mark) for mark in marks)
    return step_list.stops(steps, first, last)


def how_many(desk: Desk, wanted: Wanted) -> int:
    """How many steps a range has; of very many only that they are more than `MOST`."""
    most = MOST.get(wanted.kind, MOST_FRAMES)
    return sum(1 for _place in islice(places(desk, wanted), most + 1))


# --- writing -----------------------------------------------------------------------------------------


def ask_where(desk: Desk, wanted: Wanted) -> None:
    """Ask for a file and write it."""
    text, ending = KINDS[wanted.kind]
    start = (desk.workspace.path or Path.cwd() / "x").with_name(file_name(desk.workspace.title, ending))
    path = ask_to_write(desk.window, tr("Export"), start, f"{tr(text)} (*{ending})", ending)
    if path is not None:
        perform(desk, wanted, path)


def perform(desk: Desk, wanted: Wanted, path: Path) -> bool:
    """Write what is wanted; what is wrong is said in one notice. True when the file is there."""
    desk.player.pause()
    desk.window.notices.hide()  # it would go away by itself while pictures are taken
    QApplication.processEvents()
    progress = Progress(desk, tr("Writing {0}").format(path.name))
    try:
        write(desk, wanted, path, progress)
    except Cancelled:
        desk.window.notices.say(tr("Nothing was exported"))
        return False
    except (OSError, ValueError) as error:
        desk.window.notices.fail(tr("{0} was not exported: {1}").format(path.name, _reason(error)))
        return False
    finally:
        progress.close()
    desk.window.notices.say(tr("Exported as {0}").format(path))
    return True


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


def write(desk: Desk, wanted: Wanted, path: Path, progress: Callable[[int, int], bool]) -> None:
    """Write it: completely or not at all. `progress` ends it by returning False."""
    if wanted.kind == "statistics":
        _write_text(path, statistics_text(desk))
    elif wanted.kind in OF_A_PANE:
        title, widget = panes(desk).get(wanted.pane, (None, None))
        if widget is None or title is None:
            raise ValueError(tr("This pane is not in sight"))
        if wanted.kind == "png":
            export_pictures.save_png(widget, path, wanted.scale)
        elif wanted.kind == "svg":
            export_pictures.save_svg(widget, path, title)
        else:
            _write_shown(desk, wanted, path, widget, progress)
    else:
        _write_list(desk, cast(Format, wanted.kind), wanted, path, progress)


def _write_shown(
    desk: Desk, wanted: Wanted, path: Path, widget: QWidget, progress: Callable[[int, int], bool]
) -> None:
    """A GIF or a handout: the play-head goes through the range and comes back."""
    session, before = _session(desk), desk.player.at
    total = how_many(desk, wanted)
    if total > MOST[wanted.kind]:
        raise ValueError(tr("These are more than {0} steps: choose fewer").format(MOST[wanted.kind]))
    if not total:
        raise ValueError(tr("There is no step to be shown"))
    theme, window = desk.window.theme, desk.window
    shown = _shown(desk, session, wanted, total, progress)
    try:
        if wanted.kind == "gif":
            frames = (export_pictures.image(widget, 1) for _step in shown)
            export_pictures.save_gif(frames, path, DWELL[desk.player.speed], wanted.loop)
        else:
            window.theme = LIGHT
            window.apply_theme()
            sheets = Sheets(desk.workspace.title, wanted.paper, wanted.each)
            export_handout.save(path, sheets, total, ((step, widget) for step in shown))
    finally:
        if window.theme is not theme:
            window.theme = theme
            window.apply_theme()
        desk.player.seek(before)


def _shown(
    desk: Desk, session: Session, wanted: Wanted, total: int, progress: Callable[[int, int], bool]
) -> Iterator[Listed]:
    """Each step of a range when all panes show it."""
    assert desk.player.steps is not None
    from vmgui.ui.shots import settle

    steps = step_list.listed(session, places(desk, wanted), tr)
    for number, step in enumerate(steps):
        if not progress(number, total):
            raise Cancelled
        desk.player.seek(step.step)
        settle(desk)
        QApplication.processEvents()
        yield step


def _session(desk: Desk) -> Session:
    if desk.workspace.session is None or desk.player.steps is None:
        raise ValueError(tr("no machine is running"))
    return desk.workspace.session


def _write_list(
    desk: Desk, form: Format, wanted: Wanted, path: Path, progress: Callable[[int, int], bool]
) -> None:
    session, (first, last) = _session(desk), bounds(desk, wanted)
    assert desk.player.steps is not None
    found = step_list.listed(session, places(desk, wanted), tr)

    def told(steps: Iterable[Listed]) -> Iterator[Listed]:
        for number, step in enumerate(steps):
            if number % 500 == 0 and not progress(step.step - first, max(last - first, 1)):
                raise Cancelled
            yield step

    with whole(path) as place, place.open("w", encoding="utf-8", newline="") as out:
        step_list.write(out, told(found), form)


def statistics_text(desk: Desk) -> str:
    """The statistics over time as CSV."""
    from vmgui.projection.statistics import NAMES, StatisticsReader, rows

    reader = StatisticsReader(_session(desk))
    reader.read()
    out = io.StringIO()
    step_list.write_table(out, ("step", *NAMES), rows(reader))
    return out.getvalue()


def _write_text(path: Path, text: str) -> None:
    with whole(path) as place:
        place.write_text(text, encoding="utf-8", newline="")
