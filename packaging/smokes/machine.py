"""Where an artefact is tried: a fresh Debian in a folder, or this computer with a home of its own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from smokes.report import Failed

HERE = Path("/")
ROOT, STUDENT = "root", "student"
#: Seconds that a program may take.
PATIENCE = 600
PLAIN = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}


@dataclass
class Machine:
    """This computer: programs run as whoever runs this, with nothing of their environment but a home.

    `root` is the folder that is / inside; `home` and all other paths are those inside.
    """

    root: Path = HERE
    home: str = "/nowhere"
    settings: dict[str, str] = field(default_factory=dict)

    def path(self, inside: str) -> Path:
        """A path inside, as it is called from here."""
        return self.root / inside.lstrip("/") if self.root != HERE else Path(inside)

    def command(self, words: tuple[str, ...], user: str) -> list[str]:
        """What to type here to run it inside."""
        return list(words)

    def environment(self, user: str, more: Mapping[str, str]) -> dict[str, str]:
        """The whole environment of a program."""
        return {**PLAIN, "HOME": self.home, **self.settings, **more}

    def start(
        self, *words: str, user: str = STUDENT, more: Mapping[str, str] | None = None
    ) -> subprocess.Popen[str]:
        """Start a program in a session of its own; what it says goes into a pipe."""
        return subprocess.Popen(
            self.command(words, user), env=self.environment(user, more or {}), text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            start_new_session=True,
        )  # fmt: skip

    def run(
        self, *words: str, user: str = STUDENT, more: Mapping[str, str] | None = None, status: int = 0
    ) -> str:
        """Run a program and give what it said; Failed when it ends with another status, or never."""
        running = self.start(*words, user=user, more=more)
        try:
            said, _ = running.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            stop(running)
            raise Failed(f"{' '.join(words)}: not done after {PATIENCE} s") from None
        if running.returncode != status:
            raise Failed(f"{' '.join(words)}: exit status {running.returncode}, not {status}\n{said}")
        return said


def stop(running: subprocess.Popen[str]) -> None:
    """End a program and whatever it has started in its session."""
    if sys.platform == "win32":
        running.kill()
        running.communicate()
        return
    for how in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(running.pid, how)
            running.wait(10)
        except ProcessLookupError:
            break
        except subprocess.TimeoutExpired:
            continue
    running.communicate()


class Chroot(Machine):
    """A Debian in a folder: root of its own administers it, a student uses it."""

    def __init__(self, root: Path) -> None:
        super().__init__(root, f"/home/{STUDENT}")

    def command(self, words: tuple[str, ...], user: str) -> list[str]:
        """Enter the folder as that user."""
        return [shutil.which("chroot") or "chroot", f"--userspec={user}:{user}", str(self.root), *words]

    def environment(self, user: str, more: Mapping[str, str]) -> dict[str, str]:
        """As after a login."""
        if user == STUDENT:
            return {**super().environment(user, more), "USER": STUDENT, "LOGNAME": STUDENT}
        path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        administrator = {**PLAIN, "PATH": path, "HOME": "/root", "DEBIAN_FRONTEND": "noninteractive"}
        return {**administrator, **more}

    def apt(self, *words: str) -> str:
        """Let apt do something without a question."""
        return self.run("apt-get", "--yes", "--quiet", "-o", "Dpkg::Use-Pty=0", *words, user=ROOT)

    def install(self, *packages: str) -> str:
        """Install packages with what they depend on and nothing else."""
        return self.apt("install", "--no-install-recommends", *packages)

    def home_of(self, name: str) -> str:
        """Another home of the student's, empty."""
        home = f"/home/{name}"
        self.run("install", "-d", "-o", STUDENT, "-g", STUDENT, home, user=ROOT)
        return home

    def packages(self) -> set[str]:
        """The names of the packages that are installed."""
        shown = self.run("dpkg-query", "-W", "-f", "${db:Status-Abbrev} ${Package}\n", user=ROOT)
        return {line.split()[-1] for line in shown.splitlines() if line.startswith("ii")}

    def files(self) -> set[str]:
        """Every path that an installation may leave behind; logs, caches and lists are kept for good."""
        kept = ("proc", "sys", "dev", "tmp", "run", "home", "root", "var/log", "var/cache", "var/lib/apt",
                "var/lib/dpkg", "var/tmp")  # fmt: skip
        passed = [str(self.root / each) for each in kept]
        found = set()
        for folder, folders, names in os.walk(self.root):
            folders[:] = [each for each in folders if os.path.join(folder, each) not in passed]
            found |= {os.path.relpath(os.path.join(folder, each), self.root) for each in (*folders, *names)}
        info = (self.root / "var/lib/dpkg/info").iterdir()
        return found | {f"var/lib/dpkg/info/{each.name}" for each in info}
