"""The first scenario as pictures and text, for a machine without a display."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from vmgui.formats.errors import FormatError
from vmgui.projection.narration import sentence
from vmgui.ui.desk import Desk
from vmgui.ui.shots import landmarks, say, snap, studio

SIZE = (1600, 1000)


def tour(out: Path) -> None:
    """Write a picture of each landmark and every step as a line of text; tell what was written."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        with studio(None, SIZE, "dark") as desk:
            for number, (name, step) in enumerate(landmarks(desk).items(), 1):
                picture = out / f"{number}-{name}.png"
                snap(desk, step, picture)
                say(str(picture))
            text = out / "steps.txt"
            text.write_text("\n".join(lines(desk)) + "\n", encoding="utf-8")
            say(str(text))
    except OSError as error:
        raise FormatError(error.strerror or str(error), file=str(out)) from error


def lines(desk: Desk) -> Iterator[str]:
    """Every step as a line: operations as headings, then the step's number and what it did."""
    session, steps = desk.workspace.session, desk.player.steps
    if session is None or steps is None:
        return
    for done in session.operations:
        yield f"\n{done.index + 1}. {done.operation}"
        at = done.first_row
        while at < done.last_row:
            at = min(steps.after(at), done.last_row)
            yield f"{at:8} {sentence(session.columns, at - 1).text}"
