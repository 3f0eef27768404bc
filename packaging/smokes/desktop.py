"""A display that nobody looks at, in a Debian of its own, and what a desktop does with a program."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from smokes import pictures
from smokes.machine import ROOT, Chroot, stop
from smokes.report import Failed, expect

#: The X server, what asks it for windows, and what opens files and menu entries as GNOME does.
PACKAGES = ("xvfb", "x11-utils", "xdg-utils", "libglib2.0-bin", "shared-mime-info", "desktop-file-utils")
SCREEN = "1280x800x24"
FRAMES = "/tmp/frames"
#: Seconds until a window must be there and painted.
SOON = 90
TITLE = re.compile(r'^ +0x[0-9a-f]+ "(.*?)": \("', re.MULTILINE)


@dataclass
class Display:
    """A running X server: what programs must know of it."""

    machine: Chroot
    settings: dict[str, str]

    def titles(self) -> list[str]:
        """The titles of all windows."""
        return TITLE.findall(self.machine.run("xwininfo", "-root", "-tree", more=self.settings))

    def painted(self) -> str:
        """What is on the screen, in figures."""
        return pictures.painted(pictures.xwd(self.machine.path(f"{FRAMES}/Xvfb_screen0")))

    def shows(self, title: str, opener: subprocess.Popen[str]) -> str:
        """Wait until a window has such a title and something is on the screen."""
        end = time.monotonic() + SOON
        seen: list[str] = []
        while time.monotonic() < end:
            seen = self.titles()
            if any(each.startswith(title) and each.endswith("vmgui") for each in seen):
                return f"“{title}”, {self._settled()}"
            if opener.poll():
                raise Failed(f"exit status {opener.returncode}\n{opener.communicate()[0]}")
            time.sleep(0.3)
        raise Failed(f"no window “{title}…” after {SOON} s; windows: {seen}")

    def _settled(self) -> str:
        """What is on the screen when it is painted: a title is there before."""
        end = time.monotonic() + SOON
        while True:
            try:
                return self.painted()
            except Failed:
                if time.monotonic() > end:
                    raise
                time.sleep(0.3)


def installed(machine: Chroot) -> str:
    """The display and what opens files are installed; they prove nothing of vmgui."""
    machine.install(*PACKAGES)
    return f"{len(PACKAGES)} packages to try it with"


@contextmanager
def display(machine: Chroot) -> Iterator[Display]:
    """An X server in the machine, on a number that is free."""
    frames = machine.path(FRAMES)
    frames.mkdir(exist_ok=True)
    frames.chmod(0o777)
    machine.path("/tmp/.X11-unix").mkdir(mode=0o1777, exist_ok=True)
    command = ["Xvfb", "-displayfd", "1", "-screen", "0", SCREEN, "-fbdir", FRAMES, "-nolisten", "tcp"]
    server = machine.start(*command, user=ROOT)
    try:
        assert server.stdout is not None
        number = next((line.strip() for line in server.stdout if line.strip().isdigit()), "")
        expect(bool(number), "the X server did not start")
        # A name of a desktop, for xdg-open goes by it.
        yield Display(machine, {"DISPLAY": f":{number}", "XDG_CURRENT_DESKTOP": "GNOME"})
    finally:
        stop(server)


@contextmanager
def window(shown: Display, opener: tuple[str, ...], title: str, **more: str) -> Iterator[str]:
    """A window that a command opens, until it has been looked at; gives what is on the screen."""
    running = shown.machine.start(*opener, more={**shown.settings, **more})
    try:
        yield shown.shows(title, running)
    finally:
        stop(running)


def opened_by_mime(shown: Display, file: str, title: str) -> str:
    """The type of a file is known, vmgui is what opens it, and xdg-open does so."""
    machine = shown.machine
    kind = machine.run("xdg-mime", "query", "filetype", file, more=shown.settings).strip()
    opener = machine.run("xdg-mime", "query", "default", kind, more=shown.settings).strip()
    expect(opener.endswith("vmgui.desktop"), f"{kind} is opened by {opener or 'nothing'}")
    with window(shown, ("xdg-open", file), title) as seen:
        return f"{kind}: {seen}"


def opened_from_menu(shown: Display, entry: str) -> str:
    """The entry of the menu is valid and starts the window."""
    said = shown.machine.run("desktop-file-validate", entry)
    expect(not said.strip(), said)
    with window(shown, ("gio", "launch", entry), "") as seen:
        return seen
