"""Make a release: `python3 packaging/release.py` checks what belongs to one, builds, tries and sums it up.

--check only checks.  --seen NAME... notes that these go with what they tell of: pictures were painted anew,
documents read again; without a NAME it is all of them.  --sums only writes SHA256SUMS and NOTES.md beside
what is in out/dist.  Each check is a line: ok, or FAILED with what to do.
Exit status: 0 all is well, 1 a check failed, 2 this machine lacks something or a build failed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import dev
from artefacts import common

DOCS = common.ROOT / "resources" / "docs"
CHANGELOG = DOCS / "changelog.md"
#: Who was looked at when: for each of TOLD the digest of what it tells of.
SEEN = common.ROOT / "packaging" / "release.json"
#: What pictures and documents tell of: when that has changed, they may have to.
TOLD = {
    "screenshots": ("vmgui/ui", "vmgui/projection", "resources/themes", "resources/icons", "resources/i18n"),
    "README.md": ("vmgui/cli.py", "packaging/dev.py", "packaging/build.py"),
    "resources/docs/using.md": ("vmgui/ui/actions.py", "vmgui/ui/settings.py"),
    "resources/docs/language.md": ("vmgui/formats/grammar.lark", "vmgui/timeline/verbs"),
    "resources/docs/lessons.md": ("vmgui/lessons/records.py", "vmgui/lessons/conditions.lark"),
    "resources/docs/teaching.md": ("vmgui/commands/grade.py", "vmgui/commands/lab.py"),
    "resources/docs/installing.md": ("packaging/debian", "packaging/windows", "packaging/artefacts/dmg.py"),
}
SUMS, NOTES = "SHA256SUMS", "NOTES.md"
DESCRIPTION = __doc__


class Wanting(Exception):
    """What a release does not have yet, and what to do about it."""


# --- checks --------------------------------------------------------------------------------------


def changelog_has_the_version() -> str:
    """The changelog has a section with the version, and nothing above it that is in no release."""
    text = CHANGELOG.read_text("utf-8")
    found = re.findall(r"^## \[(.+?)\]", text, re.MULTILINE)
    if found[:2] != ["Unreleased", common.version()]:
        raise Wanting(f"changelog.md has no section [{common.version()}] after [Unreleased]")
    if section(text, "Unreleased").strip():
        raise Wanting("changelog.md has entries under [Unreleased]: move them into the version, or raise it")
    return f"changelog.md has {common.version()}"


def section(text: str, version: str) -> str:
    """The entries of a version."""
    after = text.partition(f"## [{version}]")[2].partition("\n")[2]
    return re.split(r"^## \[", after, maxsplit=1, flags=re.MULTILINE)[0]


def everything_is_committed() -> str:
    """What is built is what is committed."""
    changed = git("status", "--porcelain")
    if changed:
        raise Wanting(f"not committed: {', '.join(line[3:] for line in changed.splitlines())}")
    return git("log", "-1", "--format=%h %s")


def all_was_looked_at() -> str:
    """Pictures and documents were made, or read again, since what they tell of has changed."""
    seen = looked_at()
    stale = [name for name, told in TOLD.items() if seen.get(name) != digest(*told)]
    if stale:
        lines = [f"{name} tells of {', '.join(TOLD[name])}" for name in stale]
        remedy = f"which changed since.  Mend it, then: python3 packaging/release.py --seen {' '.join(stale)}"
        raise Wanting("\n".join([*lines, remedy]))
    return f"{len(TOLD)} were looked at since what they tell of has changed"


def looked_at() -> dict[str, str]:
    """What was told of when each was looked at."""
    seen: dict[str, str] = json.loads(SEEN.read_text("utf-8")) if SEEN.exists() else {}
    return seen


def look_at(names: list[str]) -> None:
    """Note that these go with what they tell of as it is."""
    now = looked_at() | {name: digest(*TOLD[name]) for name in names}
    SEEN.write_text(json.dumps(now, indent=1, sort_keys=True) + "\n", "utf-8")


def digest(*paths: str) -> str:
    """What files and folders hold."""
    found = hashlib.sha256()
    for path in (common.ROOT / each for each in paths):
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in (each for each in files if each.is_file() and each.suffix != ".pyc"):
            found.update(file.relative_to(common.ROOT).as_posix().encode() + b"\0" + file.read_bytes())
    return found.hexdigest()[:16]


def git(*words: str) -> str:
    """What git says; Wanting where there is none."""
    try:
        done = subprocess.run(["git", "-C", str(common.ROOT), *words], capture_output=True, text=True)
    except FileNotFoundError:
        raise Wanting("git is missing") from None
    if done.returncode:
        raise Wanting(done.stderr.strip())
    return done.stdout.rstrip()


def script(*words: str) -> Callable[[], str]:
    """A check that another script of this folder does."""

    def do() -> str:
        done = subprocess.run(
            [dev.PYTHON, common.ROOT / "packaging" / words[0], *words[1:]],
            cwd=common.ROOT, env=dev.offscreen(), capture_output=True, text=True,
        )  # fmt: skip
        said = (done.stdout + done.stderr).strip()
        if done.returncode:
            raise Wanting(said)
        return said.splitlines()[-1] if said else "as it should be"

    return do


CHECKS: dict[str, Callable[[], str]] = {
    "changelog": changelog_has_the_version,
    "committed": everything_is_committed,
    "looked at": all_was_looked_at,
    "translations": script("translations.py", "--list"),
    "conformance": script("conformance.py", "--check"),
    "fidelity": script("fidelity.py", "--check"),
}


def check() -> bool:
    """Do all checks, each a line; True when all came out."""
    dev.environment("run")
    well = True
    for name, do in CHECKS.items():
        try:
            how, seen = "ok", do()
        except Wanting as wanting:
            how, seen, well = "FAILED", str(wanting), False
        print(f"{how:<6}  {name:<12}  " + seen.replace("\n", f"\n{'':22}"), flush=True)
    return well


# --- what is handed out --------------------------------------------------------------------------


def artefacts() -> list[Path]:
    """What was built of this version."""
    ours = re.compile(rf"vmgui[-_]{re.escape(common.version())}[-_.]")
    return sorted(path for path in common.DIST.glob("vmgui*") if ours.match(path.name))


def write_sums() -> None:
    """Write the sums, as sha256sum reads them, and the section of the changelog beside them."""
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in artefacts()]
    if not lines:
        dev.stop(f"nothing of vmgui {common.version()} is in {common.DIST}")
    (common.DIST / SUMS).write_text("".join(lines), "utf-8")
    notes = section(CHANGELOG.read_text("utf-8"), common.version()).strip()
    (common.DIST / NOTES).write_text(f"{notes}\n", "utf-8")
    print("".join(lines), end="", flush=True)


def run(name: str, *words: str | Path) -> None:
    """Run another script of this folder; its end is this one's when it fails."""
    done = subprocess.run([sys.executable, common.ROOT / "packaging" / name, *words])
    if done.returncode:
        raise SystemExit(done.returncode)


def main() -> int:
    """Read the command line and make a release, as far as it was asked for."""
    parser = argparse.ArgumentParser(
        description=DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="only check what belongs to a release")
    parser.add_argument("--sums", action="store_true", help="only write SHA256SUMS and NOTES.md")
    parser.add_argument("--seen", nargs="*", metavar="NAME", choices=list(TOLD),
                        help="these go with what they tell of: " + ", ".join(TOLD))  # fmt: skip
    chosen = parser.parse_args()
    if chosen.seen is not None:
        look_at(chosen.seen or list(TOLD))
        return 0
    if not chosen.sums:
        if not check():
            return 1
        if chosen.check:
            return 0
        run("build.py", "all")
        run("smoke.py", *artefacts())
    write_sums()
    return 0


if __name__ == "__main__":
    sys.exit(main())
