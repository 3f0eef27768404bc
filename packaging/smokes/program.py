"""What every artefact must do once it is installed, whatever it is."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import translations

from smokes import pictures
from smokes.machine import Machine
from smokes.report import Report, expect

SOURCES = Path(__file__).resolve().parents[2]
SCENARIOS = SOURCES / "resources" / "scenarios"
DOCUMENT = "huge-off-the-grid.vmgui"
RECORDING = SOURCES / "resources" / "samples" / "x86-4l" / "11_huge_fallback.jsonl.gz"
LAB = "01-one-pmd-leaf"
#: Where the doctor of a check writes, inside the home.
SEEN = "seen"
#: How a line of the doctor begins, and which ones tell of the window.
FINDING = re.compile(r"^(ok|note|FAILED) +(\S+)", re.MULTILINE)
WINDOW = {"source", "why", "picture", "Chinese", "course", "display"}


def title_of(document: Path, chinese: bool = False) -> str:
    """What the window calls a document."""
    title: str = json.loads(document.read_text("utf-8"))["title"]
    return translations.translations()[title] if chinese else title


@dataclass
class Program:
    """An installed vmgui: what to type for it, on which machine, and the version that it must be."""

    machine: Machine
    words: tuple[str, ...]
    version: str
    pictures: Path
    settings: Mapping[str, str] = field(default_factory=dict)
    #: What is in the home because somebody put it there.
    put_there: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        home = self.machine.path(self.machine.home)
        self.put_there |= {SEEN, *(path.name for path in home.iterdir())}

    def run(self, *arguments: str, more: Mapping[str, str] | None = None, status: int = 0) -> str:
        """Run it and give what it said."""
        known = {**self.settings, **(more or {})}
        return self.machine.run(*self.words, *arguments, more=known, status=status)

    def put(self, file: Path, name: str = "") -> str:
        """Copy a file into the home; its path inside."""
        there = self.own(name or file.name)
        shutil.copyfile(file, self.machine.path(there))
        self.machine.path(there).chmod(0o644)
        return there

    def own(self, name: str) -> str:
        """The path inside of something that it is told to write into the home, or is given there."""
        self.put_there.add(name)
        return f"{self.machine.home}/{name}"

    # --- without a window ------------------------------------------------------------------------

    def says_its_version(self) -> str:
        """The version is that of the artefact."""
        said = self.run("--version").strip()
        expect(said == f"vmgui {self.version}", f"{said!r}, not vmgui {self.version}")
        return said

    def replays(self) -> str:
        """The recording that comes along, and two at once in processes of their own."""
        said = self.run("replay")
        expect("1 of 1 scenarios identical" in said, said)
        files = [self.put(RECORDING, f"{number}.jsonl.gz") for number in (1, 2)]
        both = self.run("replay", *files, "--jobs", "2")
        expect("2 of 2 scenarios identical" in both, both)
        return said.strip().splitlines()[-1]

    def runs_a_program(self) -> str:
        """A program in a file, with every step."""
        said = self.run("run", self.put(SCENARIOS / DOCUMENT), "--steps")
        expect("refuses a huge page" in said, said)
        return f"{len(said.splitlines())} lines"

    def teaches(self) -> str:
        """A lesson is begun and checked; a lab is begun, looked at half done, and graded."""
        lesson, out = self.own("mine.en.md"), self.own("graded")
        self.run("lesson", "new", lesson)
        checked = self.run("lesson", "check", lesson)
        files = [self.own(f"{who}_{LAB}.vmlab") for who in ("ada", "bob")]
        for file, who in zip(files, ("ada", "bob"), strict=True):
            self.own(f"{who}_{LAB}.md")  # the text of the exercise
            self.run("lab", "start", LAB, "--student", who, "--to", file)
        work = self.machine.path(files[0])
        text = work.read_text("utf-8").replace('"1": []', '"1": ["d = ioremap 0x200000000 2M"]')
        work.write_text(text, "utf-8")
        looked = self.run("lab", "check", files[0], status=1)
        expect("d = ioremap 0x200000000 2M" in looked, looked)
        graded = self.run("grade", LAB, *files, "--out", out, "--jobs", "2")
        expect(self.machine.path(f"{out}/class.csv").exists(), graded)
        return checked.strip().splitlines()[-1]

    # --- the window ------------------------------------------------------------------------------

    def opens(self, name: str, more: Mapping[str, str] | None = None, display: str = "") -> str:
        """The doctor opens a document and finds nothing wrong; the display is of the kind that is meant."""
        document = self.put(SCENARIOS / DOCUMENT)
        said = self.run("doctor", document, "--out", f"{self.machine.home}/{SEEN}", more=more)
        found = FINDING.findall(said)
        expect(not [what for how, what in found if how == "FAILED"], said)
        expect({what for _, what in found} >= WINDOW, said)
        (kind,) = re.findall(r"^ok +display +(\w+),", said, re.MULTILINE)
        expect(display in ("", kind), said)
        self._keep(name)
        return f"{len(found)} findings on {kind}"

    def _keep(self, name: str) -> None:
        """Keep what the doctor wrote for whoever wants to look at it."""
        there = self.pictures / name
        if there.exists():
            shutil.rmtree(there)
        shutil.copytree(self.machine.path(f"{self.machine.home}/{SEEN}"), there)

    def painted(self, name: str) -> str:
        """The pictures that the doctor took are none of an empty window, in both languages."""
        seen = {each: pictures.png(self.pictures / name / f"window-{each}.png") for each in ("en", "zh")}
        told = [pictures.painted(picture) for picture in seen.values()]
        expect(seen["en"].tobytes() != seen["zh"].tobytes(), "the window looks alike in both languages")
        return "; ".join(told)

    def paints_chinese(self, name: str) -> str:
        """Chinese characters are no boxes: no two of them look alike."""
        return pictures.different(pictures.png(self.pictures / name / "chinese.png"))

    def shows_text(self, name: str) -> str:
        """The source pane shows text of the engine as the checkout has it, and Why? tells of the refusal."""
        there = self.pictures / name
        source = (there / "source-en.txt").read_text("utf-8")
        files = (SOURCES / "vmgui" / "engine").rglob("*.py")
        at = [path.name for path in files if source.strip() and source in path.read_text("utf-8")]
        expect(len(at) == 1, f"this is no text of the engine: {source!r}")
        why = {each: (there / f"why-{each}.txt").read_text("utf-8") for each in ("en", "zh")}
        expect(why["en"].startswith("Huge page refused"), why["en"])
        expect("大页被拒" in why["zh"], why["zh"])
        return f"{len(source.splitlines())} lines of {at[0]}; Why? has {len(why['en'].splitlines())}"

    def keeps_to_its_folders(self) -> str:
        """Nothing but what was asked for and the folders of the XDG rules is in the home."""
        there = {path.name for path in self.machine.path(self.machine.home).iterdir()}
        strange = there - self.put_there - {".config", ".local", ".cache"}
        expect(not strange, f"left in the home: {', '.join(sorted(strange))}")
        return "nothing was left in it"

    def without_a_window(self, report: Report) -> None:
        """Check all that needs no window."""
        report.need("--version", self.says_its_version)
        report.check("replay", self.replays)
        report.check("run", self.runs_a_program)
        report.check("lesson, lab", self.teaches)

    def in_a_window(self, report: Report, name: str, more: Mapping[str, str], display: str = "") -> None:
        """Check all that is seen in a window on a kind of display."""
        if report.check(name, lambda: self.opens(name, more, display)):
            report.check("picture", lambda: self.painted(name))
            report.check("Chinese", lambda: self.paints_chinese(name))
            report.check("Source, Why?", lambda: self.shows_text(name))
