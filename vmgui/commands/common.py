"""What several commands share: opening a program on a machine, and writing lines out."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from rich.console import Console

from vmgui.assets import path as asset
from vmgui.engine.machine import Machine, MachineError, preset, rebuilt, with_boot_parameters
from vmgui.formats.document import Document, load, with_window
from vmgui.formats.machine_record import quantity
from vmgui.timeline.session import Session

DEFAULT_SCENARIO = "scenarios/first-steps.vmgui"


#: Fields of a machine that the flags of the same names switch on.
DEBUG_SERVICES = ("kasan", "kmsan", "kmemleak", "debug_objects", "debug_pagealloc")


def console() -> Console:
    """Where results are printed; wide enough for a pipe."""
    wide = None if sys.stdout.isatty() else 160
    return Console(file=sys.stdout, width=wide, highlight=False, soft_wrap=True)


def opened(file: Path | None) -> Document:
    """Load the program ``file``, or the scenario of the first start."""
    return load(file if file is not None else Path(asset(DEFAULT_SCENARIO)))


def machine_of(document: Document, arguments: argparse.Namespace) -> Machine:
    """The machine of the document, changed by the flags of the command line."""
    machine = preset(arguments.machine) if arguments.machine else document.machine
    if arguments.arch or arguments.page_size or arguments.va_bits:
        size = _bytes(arguments.page_size) if arguments.page_size else None
        machine = replace(rebuilt(machine, arguments.arch, size, arguments.va_bits), window=None)
    if document.machine.window is not None:
        machine = with_window(machine)  # the program speaks of it, so the other machine needs one, too
    if arguments.cpus is not None:
        machine = replace(machine, possible_cpus=arguments.cpus, online_cpus=arguments.cpus)
    if arguments.ram is not None:
        machine = replace(machine, ram=_bytes(arguments.ram))
    services = {name: value for name in DEBUG_SERVICES if (value := getattr(arguments, name))}
    machine = replace(machine, **services)
    return with_boot_parameters(machine, arguments.boot)


def _bytes(text: str) -> int:
    try:
        return quantity(text.upper())
    except ValueError as error:
        raise MachineError(str(error)) from error


def begin(arguments: argparse.Namespace) -> tuple[Document, Session]:
    """Open the program of the command line and boot its machine."""
    document = opened(arguments.file)
    return document, Session(machine_of(document, arguments))


def describe(value: Any) -> str:
    """Write an operation's value the way the kernel's users read it."""
    return "" if value is None else hex(value) if isinstance(value, int) and value > 4095 else str(value)
