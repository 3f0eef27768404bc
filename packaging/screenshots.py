"""Paints the pictures of screenshots/.

The perspectives in both themes, languages and sizes; what else is worth seeing large in the dark theme, and
small in the light one.

python3 packaging/screenshots.py [--out DIR] [--recording FILE] [--study]
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from vmgui.ui.desk import Desk

ROOT = Path(__file__).resolve().parents[1]
SIZES = ((1600, 1000), (1280, 720))
THEMES = ("dark", "light")
LANGUAGES = ("en", "zh")
#: The two of the four that a state is painted in: between them they show both sizes and both themes.
STATE_KINDS = (("dark", SIZES[0]), ("light", SIZES[1]))
#: A recording of a real kernel, where the checkout has its reference material beside it.
RECORDING = ROOT.parent / "shared" / "kernel" / "golden" / "x86-4l" / "22_mixed_levels.jsonl.gz"

#: The lesson that Study is painted with.
LESSON = "04-when-huge"

#: Programs worth a picture: the machine, the operations, the function whose last return it shows ("" is the
#: end), and the actions done there.
STATES: dict[str, tuple[str, tuple[str, ...], str, tuple[str, ...]]] = {
    "arm64": ("arm64", ("a = vmalloc 64K", "f = ioremap 0x200101000 4M", "h = vmalloc_huge 4M"),
              "vmap_pages_range_noflush", ()),
    "arm64-64k": ("arm64-64k", ("a = vmalloc 256K", "f = ioremap 0x800000000 1G"), "vmap_try_huge_pmd", ()),
    "riscv-sv39": ("riscv-sv39", ("a = vmalloc 64K", "f = ioremap 0x200000000 2G"), "vmap_try_huge_pud", ()),
    "blocks": ("x86-4l", ("a = vmalloc 64K", "b = vm_map_ram 8p", "c = vm_map_ram 4p", "vm_unmap_ram b"), "",
               ("show_allocator",)),
    "split": ("x86-4l", ("h = vmalloc_huge 4M", "setmem h do=ro n=1"), "", ()),
    "search": ("x86-4l", ("a = vmalloc 64K", "b = vmalloc 16K", "c = vmalloc 64K", "d = vmalloc 8K",
                          "vfree a", "vfree c", "purge", "e = vmalloc 48K"),
               "find_vmap_lowest_match", ("show_allocator",)),
    "statistics": ("x86-4l", ("a = vmalloc 4M", "h = vmalloc_huge 8M", "vfree a", "b = vmalloc 64K",
                              "vfree h", "purge"), "", ("show_statistics",)),
    "panic": ("x86-4l", ("a = vmalloc 16K", "vmap_page_range va=@a size=16K phys=0x100000000"), "", ()),
}  # fmt: skip


def name_of(what: str, theme: str, size: tuple[int, int], language: str = "en") -> str:
    """The file name of a picture."""
    spoken = "" if language == "en" else f"-{language}"
    return f"{what}-{theme}-{size[0]}x{size[1]}{spoken}.png"


def paint_program(out: Path, theme: str, size: tuple[int, int], language: str) -> Iterator[Path]:
    """Write the pictures of the first scenario: steps in Explore, and its refused huge page as a lecture."""
    from vmgui.ui.shots import landmarks, snap, studio

    with studio(None, size, theme, language) as desk:
        steps = landmarks(desk)
        for name in steps if language == "en" else ("refused",):
            yield out / name_of(name, theme, size, language)
            snap(desk, steps[name], out / name_of(name, theme, size, language))
        desk.player.seek(steps["refused"])
        yield paint_lecture(desk, out / name_of("present", theme, size, language), size)


def paint_lecture(desk: Desk, path: Path, size: tuple[int, int]) -> Path:
    """Write the picture of a lecture at this step."""
    from vmgui.ui.shots import grab, settle

    desk.window.actions_["present"].trigger()
    view = desk.presenter.view
    assert view is not None
    view.showNormal()
    view.resize(*size)
    settle(desk)
    grab(view, path)
    desk.window.actions_["present"].trigger()
    return path


def paint_recording(
    out: Path, theme: str, size: tuple[int, int], language: str, file: Path
) -> Iterator[Path]:
    """Write the picture of what a real kernel did beside what the engine does."""
    from vmgui.ui.shots import grab, settle, studio

    with studio(file, size, theme, language) as desk:
        desk.window.actions_["real"].trigger()
        settle(desk)
        yield out / name_of("real", theme, size, language)
        grab(desk.window, out / name_of("real", theme, size, language))


def paint_start(out: Path, theme: str, size: tuple[int, int], language: str) -> Iterator[Path]:
    """Write the picture of the start page."""
    from vmgui.ui.shots import grab, settle, studio

    with studio(None, size, theme, language) as desk:
        desk.window.actions_["start"].trigger()
        settle(desk)
        yield out / name_of("start", theme, size, language)
        grab(desk.window, out / name_of("start", theme, size, language))


def paint_study(out: Path, theme: str, size: tuple[int, int], language: str) -> Iterator[Path]:
    """Write the pictures of Study: the course, a question that is open, and its answer shown on the stage."""
    from vmgui.ui.shots import grab, settle, studio

    with studio(None, size, theme, language) as desk:
        study = desk.study
        desk.window.actions_["course"].trigger()
        settle(desk)
        yield out / name_of("course", theme, size, language)
        grab(desk.window, out / name_of("course", theme, size, language))
        study.open(LESSON)
        study.show_page(0)
        settle(desk)
        yield out / name_of("study", theme, size, language)
        grab(desk.window, out / name_of("study", theme, size, language))
        question = study.pane.cards[0].question
        study.learner.answer(0, question.answer)
        desk.go(question.shown)
        settle(desk)
        yield out / name_of("study-right", theme, size, language)
        grab(desk.window, out / name_of("study-right", theme, size, language))
        study.progress.forget(LESSON)


def paint_states(out: Path, theme: str, size: tuple[int, int]) -> Iterator[Path]:
    """Write the pictures of programs on other machines, and of panes that are not in front at first."""
    from vmgui.engine.machine import PRESETS
    from vmgui.formats.document import Document
    from vmgui.timeline import spans
    from vmgui.ui.shots import snap, studio

    for name, (preset, lines, function, actions) in STATES.items():
        with studio(Document(PRESETS[preset], lines, name), size, theme) as desk:
            session = desk.workspace.session
            assert session is not None
            columns = session.columns
            found = spans.spans_of(columns, frozenset([function]), 0, len(columns.spans))
            step = spans.call(columns, found[-1]).last + 1 if found else len(columns)
            for action in actions:
                desk.window.actions_[action].trigger()
            yield out / name_of(name, theme, size)
            snap(desk, step, out / name_of(name, theme, size))


def paint_comparison(out: Path, theme: str, size: tuple[int, int]) -> Iterator[Path]:
    """Write the picture of two steps compared."""
    from vmgui.ui.shots import landmarks, snap, studio

    with studio(None, size, theme) as desk:
        steps = landmarks(desk)
        desk.player.seek(steps["refused"])
        desk.window.actions_["compare_mark"].trigger()
        desk.player.seek(steps["installed"])
        desk.window.actions_["compare"].trigger()
        yield out / name_of("compare", theme, size)
        snap(desk, steps["installed"], out / name_of("compare", theme, size))


def paint_dialogs(out: Path, theme: str, size: tuple[int, int]) -> Iterator[Path]:
    """Write the pictures of dialogs, each no larger than the window."""
    from vmgui.ui.dialogs.help import VERIFIED, HelpWindow
    from vmgui.ui.dialogs.machine import MachineDialog
    from vmgui.ui.shots import grab, studio

    with studio(None, size, theme) as desk:
        dialogs: dict[str, Callable[[], QWidget]] = {
            "machine": lambda: MachineDialog(desk.workspace.machine, desk.window),
            "verified": lambda: HelpWindow.show_for(desk.window, VERIFIED),
        }
        for name, made in dialogs.items():
            dialog = made()
            dialog.show()
            dialog.resize(dialog.size().boundedTo(desk.window.size()))
            grab(dialog, out / name_of(name, theme, size))
            dialog.close()
            yield out / name_of(name, theme, size)


def paint(out: Path, recording: Path | None, only_study: bool = False) -> Iterator[Path]:
    """Write all pictures, or those of Study; gives their paths."""
    out.mkdir(parents=True, exist_ok=True)
    if only_study:
        for theme, size in STATE_KINDS:
            for language in LANGUAGES:
                yield from paint_study(out, theme, size, language)
        return
    for theme in THEMES:
        for size in SIZES:
            for language in LANGUAGES:
                yield from paint_program(out, theme, size, language)
                if recording is not None:
                    yield from paint_recording(out, theme, size, language, recording)
    for theme, size in STATE_KINDS:
        for language in LANGUAGES:
            yield from paint_start(out, theme, size, language)
            yield from paint_study(out, theme, size, language)
        yield from paint_states(out, theme, size)
        yield from paint_comparison(out, theme, size)
        yield from paint_dialogs(out, theme, size)


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Paint the pictures of screenshots/.")
    parser.add_argument("--out", type=Path, default=ROOT / "screenshots")
    parser.add_argument("--recording", type=Path, help="a recording to show with its verdict")
    parser.add_argument("--study", action="store_true", help="only the pictures of Study")
    arguments = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    recording = arguments.recording or (RECORDING if RECORDING.exists() else None)
    for path in paint(arguments.out, recording, arguments.study):
        print(path)
    if recording is None:
        print("no recording here: pass one with --recording to paint it with its verdict")
    return 0


if __name__ == "__main__":
    sys.exit(main())
