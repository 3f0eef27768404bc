"""Whether vmgui works on this computer: its window is opened and looked into, and each look gives a finding.

Nothing is read from the user's settings and nothing is kept: what was there before is there afterwards.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter, QTextDocumentFragment, QTextLayout

from vmgui import assets
from vmgui.formats.errors import FormatError
from vmgui.lessons import course
from vmgui.projection.text import text_of
from vmgui.ui import keeping, language
from vmgui.ui import theme as themes
from vmgui.ui.dialogs.about import versions

if TYPE_CHECKING:
    from vmgui.ui.desk import Desk

SIZE = (1280, 720)
#: A picture of the window has hundreds of colours; one where nothing was painted has a few.
FEWEST_COLOURS = 16
#: Characters that a window in Chinese shows, painted one by one: none looks like another.
CHARACTERS = "内核页表映射地址大小为什么"
CELL = 40
#: From here on characters are Chinese: CJK Unified Ideographs.
IDEOGRAPHS = range(0x4E00, 0xA000)
#: Of a document with steps, where to look: the first one there is.
LANDMARKS = ("refused", "installed", "end")


@dataclass(frozen=True)
class Finding:
    """What was looked at, how it is, and what was seen; a note says what works in another way here."""

    what: str
    how: Literal["ok", "note", "FAILED"]
    seen: str

    def __str__(self) -> str:
        return f"{self.how:<6}  {self.what:<9}  {self.seen}"


def judged(what: str, well: bool, seen: str) -> Finding:
    """A finding that is ok or not."""
    return Finding(what, "ok" if well else "FAILED", seen)


def examine(file: Path | None, out: Path | None) -> Iterator[Finding]:
    """Look at everything, one after the other; pictures and texts are written into `out`.

    FormatError when `file` cannot be read, OSError when `out` cannot be written.
    """
    from vmgui.ui.app import application

    if not has_display():
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    application(["vmgui"])
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
    yield judged("version", True, ", ".join(" ".join(each) for each in versions()))
    yield screen()
    yield from folders()
    yield from courses()
    for speak, theme in ((language.ENGLISH, "dark"), (language.CHINESE, "light")):
        yield from look(file, speak, theme, out)
    yield glyphs(out)


def has_display() -> bool:
    """Whether a window can be seen by somebody; a choice of the user's is kept."""
    if os.environ.get("QT_QPA_PLATFORM") or not sys.platform.startswith("linux"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


# --- around the window ---------------------------------------------------------------------------


def screen() -> Finding:
    """What Qt paints on."""
    there = QGuiApplication.primaryScreen()
    size = f"{there.size().width()} x {there.size().height()}, scale {there.devicePixelRatio():g}"
    return judged("display", True, f"{QGuiApplication.platformName()}, {size}")


def folders() -> Iterator[Finding]:
    """Whether settings, progress and copies can be kept.  A folder that is not there yet is not made."""
    for place in keeping.places():
        nearest = next(each for each in (place, *place.parents) if each.exists())
        kept = os.access(nearest, os.W_OK | os.X_OK)
        seen = str(place) if kept else f"nothing can be kept in {place}; vmgui works without"
        yield Finding("folder", "ok" if kept else "note", seen)


def courses() -> Iterator[Finding]:
    """How many lessons and labs are offered, and whether each can be read."""
    for kind in course.FOLDERS:
        found = course.entries(kind)
        wrong = [f"{each.name}: {each.error}" for each in found if each.error is not None]
        there = [str(place) for place in course.folders()[1:] if (place / course.FOLDERS[kind]).is_dir()]
        seen = f"{len(found)} {course.FOLDERS[kind]}" + "".join(f", with {place}" for place in there)
        yield judged("course", bool(found) and not wrong, "; ".join([seen, *wrong]))


# --- the window ----------------------------------------------------------------------------------


def look(file: Path | None, speak: str, theme: str, out: Path | None) -> Iterator[Finding]:
    """Open the window in a language, go where a decision is made, and look at its panes and its picture."""
    from vmgui.ui.shots import landmarks, settle, studio

    with studio(file, SIZE, theme, speak) as desk:
        notice = desk.window.notices.text
        seen = f"{desk.workspace.title}, {desk.player.length} steps"
        yield judged(f"open {speak}", not notice, notice or seen)
        steps = landmarks(desk)
        desk.player.seek(next(steps[name] for name in LANDMARKS if name in steps))
        settle(desk)
        for name, text in (("source", source_text(desk)), ("why", why_text(desk))):
            if out is not None:
                (out / f"{name}-{speak}.txt").write_text(text, "utf-8")
            first = next((line.strip() for line in text.splitlines() if line.strip()), "nothing")
            yield judged(name, bool(text.strip()), f"{len(text.splitlines())} lines: {first}")
        yield picture(desk.window.grab().toImage(), out and out / f"window-{speak}.png")


def source_text(desk: Desk) -> str:
    """The function that the source pane shows, up to the running statement."""
    source = desk.source.view.source
    return "" if source is None else text_of(source.file, source.top, source.last)


def why_text(desk: Desk) -> str:
    """What the Why? pane says."""
    if desk.why.card is None:
        return ""
    banner = QTextDocumentFragment.fromHtml(desk.why.banner.text()).toPlainText()
    rows = [desk.why.model.index(row).data() for row in range(desk.why.model.rowCount())]
    return "\n".join([banner, *rows])


def picture(image: QImage, path: Path | None) -> Finding:
    """Whether anything was painted."""
    small = image.scaled(160, 90)
    seen = {small.pixel(x, y) for x in range(small.width()) for y in range(small.height())}
    save(image, path)
    told = f"{image.width()} x {image.height()}, {len(seen)} colours"
    return judged("picture", len(seen) >= FEWEST_COLOURS, told)


def save(image: QImage, path: Path | None) -> None:
    """Write a picture; FormatError when that is not possible."""
    if path is not None and not image.save(str(path)):
        raise FormatError("this picture cannot be written", file=str(path))


# --- Chinese -------------------------------------------------------------------------------------


def ideographs() -> str:
    """Every Chinese character of the manual, the lessons and the labs."""
    pages = [*assets.path("docs").rglob("zh/*.md"), *assets.path("lessons").glob("*.zh.md"),
             *assets.path("labs").glob("*.zh.md")]  # fmt: skip
    used = {letter for page in pages for letter in page.read_text("utf-8")}
    return "".join(sorted(letter for letter in used if ord(letter) in IDEOGRAPHS))


def glyphs(out: Path | None) -> Finding:
    """Whether every Chinese character has a glyph in the fonts of the window; boxes have number 0."""
    text = ideographs()
    missing, families = 0, set()
    for run in laid_out(text).glyphRuns():
        families.add(run.rawFont().familyName())
        missing += run.glyphIndexes().count(0)
    save(painted(CHARACTERS), out and out / "chinese.png")
    told = f"{len(text)} characters in {', '.join(sorted(families))}, {missing} without a glyph"
    return judged("Chinese", bool(text) and not missing, told)


def laid_out(text: str) -> QTextLayout:
    """A line of text in the window's own font."""
    layout = QTextLayout(text, themes.font(CELL // 2))
    layout.beginLayout()
    layout.createLine()
    layout.endLayout()
    return layout


def painted(text: str) -> QImage:
    """A row of square cells, one character in each."""
    image = QImage(CELL * len(text), CELL, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    painter.setFont(themes.font(CELL // 2))
    for number, letter in enumerate(text):
        painter.drawText(QRect(number * CELL, 0, CELL, CELL), Qt.AlignmentFlag.AlignCenter, letter)
    painter.end()
    return image
