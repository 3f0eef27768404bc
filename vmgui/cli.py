"""The command line: what vmgui can be asked to do, and where that is done.

Nothing here imports Qt, NumPy or the engine until a command needs it: ``--help`` answers at once.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from vmgui import __version__

#: What FILE is when it is left out.
DEFAULT = "default: the scenario of the first start"
OK, FAILED, BAD_INPUT = 0, 1, 2
#: What a shell says of a program that Ctrl+C ended.
INTERRUPTED = 130
#: Languages of the window; zh is Simplified Chinese.
LANGUAGES = ("en", "zh")
COMMANDS = (
    "run", "replay", "step", "shot", "tour", "bench", "lesson", "lab", "grade", "progress", "vmallocinfo",
    "doctor",
)  # fmt: skip


def size(text: str) -> tuple[int, int]:
    """Read ``1600x1000``."""
    width, mark, height = text.partition("x")
    numbers = mark and width.isdigit() and height.isdigit()
    if not numbers or not (0 < int(width) <= 7680 and 0 < int(height) <= 4320):
        raise argparse.ArgumentTypeError(f"{text!r} is not WIDTHxHEIGHT, such as 1600x1000")
    return int(width), int(height)


def step(text: str) -> int:
    """Read the number of a step."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is no step: give a number from 0 on")
    return int(text)


def parser() -> argparse.ArgumentParser:
    """The parser of the whole command line."""
    top = argparse.ArgumentParser(
        prog="vmgui",
        description="See how Linux builds kernel virtual memory, one step at a time.",
        epilog="vmgui [FILE] [--step N] [--language zh] opens the window; FILE is a .vmgui document, "
        "an .ops script or a recording of a real kernel.",
    )
    top.add_argument("--version", action="version", version=f"vmgui {__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    _add_run(commands)
    _add_replay(commands)
    _add_step(commands)
    _add_shot(commands)
    _add_lesson(commands)
    _add_lab(commands)
    _add_grade(commands)
    _add_progress(commands)
    info = commands.add_parser("vmallocinfo", help="print the areas of a kernel's /proc/vmallocinfo")
    info.add_argument("file", type=Path, nargs="?", metavar="FILE", help="default: that of this machine")
    _add_doctor(commands)
    tour = commands.add_parser("tour", help="paint the default scenario into files, without a display")
    tour.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder for pictures and text")
    bench = commands.add_parser("bench", help="measure speed, as ratios in one run")
    parts = ("all", "engine", "timeline", "window", "ui")
    bench.add_argument("part", choices=parts, nargs="?", default="all", metavar="PART", help=", ".join(parts))
    bench.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    bench.add_argument("--quick", action="store_true", help="smaller workloads, for a first look")
    return top


def _machine(command: argparse.ArgumentParser) -> None:
    command.add_argument("--machine", metavar="NAME", help="x86-4l, x86-5l or another preset")
    command.add_argument("--arch", metavar="NAME", help="x86_64, arm64 or riscv64")
    command.add_argument("--page-size", metavar="SIZE", help="4K; on arm64 also 16K or 64K")
    command.add_argument("--va-bits", type=int, metavar="N", help="width of an address, such as 48")
    command.add_argument("--cpus", type=int, metavar="N", help="number of CPUs")
    command.add_argument("--ram", metavar="SIZE", help="RAM, such as 1G")
    command.add_argument("--boot", default="", metavar="WORDS", help='such as "nohugevmalloc nohugeiomap"')
    command.add_argument("--kasan", choices=("off", "generic", "hw_tags"), help="catch stray uses (KASAN)")
    command.add_argument("--kmsan", action="store_true", help="catch uses of unwritten memory (KMSAN)")
    command.add_argument("--kmemleak", action="store_true", help="find memory that nobody points at")
    command.add_argument("--debug-objects", action="store_true", help="catch frees of objects in use")
    command.add_argument("--debug-pagealloc", action="store_true", help="flush TLBs at every unmap")


def _language(command: argparse.ArgumentParser, default: str) -> None:
    command.add_argument("--language", choices=LANGUAGES, default=default, help="language of the window")


def _add_run(commands: Any) -> None:
    run = commands.add_parser("run", help="run a program and print what came of it")
    run.add_argument("file", type=Path, metavar="FILE", help="a .vmgui document or an .ops script")
    _machine(run)
    run.add_argument("--steps", action="store_true", help="print every step")
    run.add_argument("--json", action="store_true", help="one JSON object a line")
    run.add_argument("--format", choices=("text", "json", "csv"), help="only the list of all steps, as this")


def _add_replay(commands: Any) -> None:
    replay = commands.add_parser("replay", help="compare the engine with recordings of a real kernel")
    replay.add_argument("paths", type=Path, nargs="*", metavar="PATH",
                        help="*.jsonl.gz files or folders; default: a sample of vmgui's own")  # fmt: skip
    replay.add_argument("--json", action="store_true",
                        help="one JSON object a line and scenario, a summary in the last")  # fmt: skip
    replay.add_argument("--report", type=Path, metavar="FILE", help="write the totals to FILE, as JSON")
    replay.add_argument("--jobs", type=int, default=0, metavar="N", help="default: as many as cores")


def _add_step(commands: Any) -> None:
    stepping = commands.add_parser("step", help="step through a program in the terminal")
    stepping.add_argument("file", type=Path, metavar="FILE", nargs="?", help=DEFAULT)
    _machine(stepping)


def _add_shot(commands: Any) -> None:
    shot = commands.add_parser("shot", help="paint the window into a file, without a display")
    shot.add_argument("file", type=Path, metavar="FILE", nargs="?", help=DEFAULT)
    shot.add_argument("--step", type=step, default=0, metavar="N", help="step to show")
    shot.add_argument("--size", type=size, default=(1600, 1000), metavar="WxH", help="default 1600x1000")
    shot.add_argument("--theme", choices=("dark", "light"), default="dark", help="default dark")
    _language(shot, "en")
    shot.add_argument("--out", type=Path, required=True, metavar="FILE.png", help="the picture")


def _add_lesson(commands: Any) -> None:
    lesson = commands.add_parser("lesson", help="check lessons and labs, or begin one")
    actions = lesson.add_subparsers(dest="action", metavar="ACTION", required=True)
    checking = actions.add_parser("check", help="run lessons and say what is wrong, with file and line")
    checking.add_argument("files", type=Path, nargs="*", metavar="FILE",
                          help="files or folders; default: those that vmgui comes with")  # fmt: skip
    beginning = actions.add_parser("new", help="write a first lesson that runs, to be changed")
    beginning.add_argument("name", metavar="NAME", help="NAME.en.md is written")


def _add_lab(commands: Any) -> None:
    lab = commands.add_parser("lab", help="begin a lab, or see what it is worth so far")
    actions = lab.add_subparsers(dest="action", metavar="ACTION", required=True)
    starting = actions.add_parser("start", help="write the exercise text and an empty hand-in")
    starting.add_argument("lab", metavar="LAB", help="the name of a lab, or its file")
    starting.add_argument("--student", required=True, metavar="ID", help="whose values are drawn")
    starting.add_argument("--to", type=Path, metavar="FILE", help="default: ID_LAB.vmlab")
    starting.add_argument("--language", choices=LANGUAGES, default="en", help="language of the text")
    checking = actions.add_parser("check", help="grade a hand-in as the teacher's command does")
    checking.add_argument("file", type=Path, metavar="FILE", help="a .vmlab file")
    checking.add_argument("--lab", metavar="LAB", help="the file of the lab; default: what FILE names")


def _add_grade(commands: Any) -> None:
    grading = commands.add_parser("grade", help="grade what a class handed in")
    grading.add_argument("lab", metavar="LAB", help="the name of a lab, or its file")
    grading.add_argument("files", type=Path, nargs="+", metavar="FILE", help=".vmlab files or folders")
    grading.add_argument("--roster", type=Path, metavar="CSV", help="the class list")
    grading.add_argument("--out", type=Path, metavar="DIR",
                         help="write class.csv, feedback and Gradescope's results.json here")  # fmt: skip
    grading.add_argument("--jobs", type=int, default=0, metavar="N", help="default: as many as cores")


def _add_progress(commands: Any) -> None:
    progress = commands.add_parser("progress", help="what was answered in lessons on this computer")
    actions = progress.add_subparsers(dest="action", metavar="ACTION", required=True)
    exporting = actions.add_parser("export", help="write it as JSON lines, without names")
    exporting.add_argument("file", type=Path, nargs="?", metavar="FILE", help="default: standard output")


def _add_doctor(commands: Any) -> None:
    doctor = commands.add_parser("doctor", help="say whether vmgui works on this computer")
    doctor.add_argument("file", type=Path, metavar="FILE", nargs="?", help=DEFAULT)
    doctor.add_argument("--out", type=Path, metavar="DIR",
                        help="write pictures of the window and the text of its panes here")  # fmt: skip


def window_parser() -> argparse.ArgumentParser:
    """The parser of ``vmgui [FILE] [--step N] [--language L]``."""
    window = argparse.ArgumentParser(prog="vmgui", add_help=False)
    opened = "a .vmgui document, an .ops script, a lesson or a recording"
    window.add_argument("file", type=Path, nargs="?", metavar="FILE", help=opened)
    window.add_argument("--step", type=step, metavar="N", help="open at this step")
    _language(window, "")
    return window


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status: 0 well, 1 a failure found, 2 bad input."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments and arguments[0] in COMMANDS:
        return _command(parser().parse_args(arguments))
    if asked := [word for word in arguments if word in ("-h", "--help", "--version")]:
        parser().parse_args(asked)  # answers and leaves
    wanted = window_parser().parse_args(arguments)
    from vmgui.ui.app import main as window

    return window(wanted.file, wanted.step, wanted.language)


def _command(arguments: argparse.Namespace) -> int:
    from vmgui.engine.machine import MachineError
    from vmgui.formats.errors import FormatError

    command: Callable[[argparse.Namespace], int] = import_module(f"vmgui.commands.{arguments.command}").main
    try:
        return command(arguments)
    except (FormatError, MachineError) as error:
        sys.stderr.write(f"vmgui: {error}\n")
        return BAD_INPUT
    except BrokenPipeError:  # the reader of our output went away: nothing is wrong
        return OK
