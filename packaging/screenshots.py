"""Paints the pictures of screenshots/: both themes, two sizes, the states worth seeing.

python3 packaging/screenshots.py [--out DIR] [--recording FILE]
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

ROOT = Path(__file__).resolve().parents[1]
SIZES = ((1600, 1000), (1280, 720))
THEMES = ("dark", "light")
#: A recording of a real kernel, where the checkout has its reference material beside it.
RECORDING = ROOT.parent / "shared" / "kernel" / "golden" / "x86-4l" / "22_mixed_levels.jsonl.gz"

#: Programs worth a picture: the machine, the operations, and the function whose last return it shows.
STATES = {
    "arm64": ("arm64", ("a = vmalloc 64K", "f = ioremap 0x200101000 4M", "h = vmalloc_huge 4M"),
              "vmap_pages_range_noflush"),
    "arm64-64k": ("arm64-64k", ("a = vmalloc 256K", "f = ioremap 0x800000000 1G"), "vmap_try_huge_pmd"),
    "riscv-sv39": ("riscv-sv39", ("a = vmalloc 64K", "f = ioremap 0x200000000 2G"), "vmap_try_huge_pud"),
    "blocks": ("x86-4l", ("a = vmalloc 64K", "b = vm_map_ram 8p", "c = vm_map_ram 4p", "vm_unmap_ram b"), ""),
    "split": ("x86-4l", ("h = vmalloc_huge 4M", "setmem h do=ro n=1"), ""),
}  # fmt: skip


def paint_states(out: Path, kind: str, size: tuple[int, int], theme: str) -> Iterator[Path]:
    """Write the pictures of programs on other machines."""
    from vmgui.engine.machine import PRESETS
    from vmgui.formats.document import Document
    from vmgui.timeline import spans
    from vmgui.ui.shots import snap, studio

    for name, (preset, lines, function) in STATES.items():
        with studio(Document(PRESETS[preset], lines, name), size, theme) as desk:
            session = desk.workspace.session
            assert session is not None
            columns = session.columns
            found = spans.spans_of(columns, frozenset([function]), 0, len(columns.spans))
            step = spans.call(columns, found[-1]).last + 1 if found else len(columns)
            snap(desk, step, out / f"{name}-{kind}")
            yield out / f"{name}-{kind}"


def paint_dialogs(out: Path, kind: str, size: tuple[int, int], theme: str) -> Iterator[Path]:
    """Write the pictures of dialogs, each no larger than the window."""
    from vmgui.ui.dialogs.about import AboutDialog
    from vmgui.ui.dialogs.help import VERIFIED, HelpWindow
    from vmgui.ui.dialogs.machine import MachineDialog
    from vmgui.ui.shots import grab, studio

    with studio(None, size, theme) as desk:
        dialogs: dict[str, Callable[[], QWidget]] = {
            "machine": lambda: MachineDialog(desk.workspace.machine, desk.window),
            "verified": lambda: HelpWindow.show_for(desk.window, VERIFIED),
            "about": lambda: AboutDialog(desk.window),
        }
        for name, made in dialogs.items():
            dialog = made()
            dialog.show()
            dialog.resize(dialog.size().boundedTo(desk.window.size()))
            grab(dialog, out / f"{name}-{kind}")
            dialog.close()
            yield out / f"{name}-{kind}"


def paint(out: Path, recording: Path | None) -> list[Path]:
    """Write all pictures; returns their paths."""
    from vmgui.projection.landmarks import first_decision
    from vmgui.ui.shots import landmarks, snap, studio

    written = []
    for theme in THEMES:
        for width, height in SIZES:
            kind = f"{theme}-{width}x{height}.png"
            with studio(None, (width, height), theme) as desk:
                for name, step in landmarks(desk).items():
                    written.append(out / f"{name}-{kind}")
                    snap(desk, step, written[-1])
            if recording is not None:
                with studio(recording, (width, height), theme) as desk:
                    session = desk.workspace.session
                    decided = first_decision(session.columns, installed=True) if session else 0
                    written.append(out / f"recording-{kind}")
                    snap(desk, decided or 0, written[-1])
            written += paint_states(out, kind, (width, height), theme)
            written += paint_dialogs(out, kind, (width, height), theme)
    return written


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Paint the pictures of screenshots/.")
    parser.add_argument("--out", type=Path, default=ROOT / "screenshots")
    parser.add_argument("--recording", type=Path, help="a recording to show with its verdict")
    arguments = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    recording = arguments.recording or (RECORDING if RECORDING.exists() else None)
    for path in paint(arguments.out, recording):
        print(path)
    if recording is None:
        print("no recording here: pass one with --recording to paint it with its verdict")
    return 0


if __name__ == "__main__":
    sys.exit(main())
