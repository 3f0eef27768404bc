"""Break ten lines of the engine, one at a time: `python packaging/mutate.py` shows that tests catch each.

Every mutant lives in a temporary copy of what is committed; the checkout is never touched.  Exit status:
0 when all were caught, 1 when one survived, 2 when a line to be broken is not there any more, or when the
tests fail without a mutant, too.
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent


class Mutant(NamedTuple):
    """One line of the engine, what becomes of it, and where to look for tests that notice."""

    what: str
    file: str
    old: str
    new: str
    tests: str  # a file of tests/engine; if it notices nothing all others are tried, then random programs


MUTANTS = (
    Mutant("the search passes by a hole of exactly the right size", "mm/vmap_area.py",
           "return nva_start_addr + size <= va.va_end",
           "return nva_start_addr + size < va.va_end",
           "test_vmap_area.py"),
    Mutant("a freed area is not merged with the free one before it", "mm/vmap_tree.py",
           "if sibling.va_end == va.va_start:",
           "if sibling.va_end > va.va_start:",
           "test_vmap_tree.py"),
    Mutant("the purge flushes from its highest node on, not from its lowest", "mm/purge.py",
           "start = min(start, list_first_entry(vn.purge_list",
           "start = max(start, list_first_entry(vn.purge_list",
           "test_purge.py"),
    Mutant("purged pages still count as lazy", "mm/purge.py",
           "k.vmap_lazy_nr = k.vmap_lazy_nr - nr_purged_pages",
           "k.vmap_lazy_nr = k.vmap_lazy_nr - 0",
           "test_purge.py"),
    Mutant("a block forgets the end of what has come back", "mm/vmap_ram.py",
           "vb.dirty_max = max(vb.dirty_max, offset + (1 << order))",
           "vb.dirty_max = max(vb.dirty_max, offset)",
           "test_vmap_ram.py"),
    Mutant("a 2 MiB leaf is taken for memory that is only page aligned", "mm/vmap_range.py",
           "if not IS_ALIGNED(phys_addr, k.PMD_SIZE):",
           "if not IS_ALIGNED(phys_addr, k.PAGE_SIZE):",
           "test_vmap_range.py"),
    Mutant("a failure below a PMD table is no failure above it", "mm/vmap_pages.py",
           "if vmap_pages_pte_range(k, pmd, addr, next, prot, pages, nr, mask):",
           "if vmap_pages_pte_range(k, pmd, addr, next, prot, pages, nr, mask) == 1:",
           "test_vmap_pages.py"),
    Mutant("vmalloc takes bytes for pages when it is asked for too much", "mm/vmalloc.py",
           "if size >> k.PAGE_SHIFT > k.totalram_pages:",
           "if size > k.totalram_pages:",
           "test_vmalloc.py"),
    Mutant("vfree frees at once where nobody may wait", "mm/vfree.py",
           "    if in_interrupt(k):\n",
           "    if in_interrupt(k) and not addr:\n",
           "test_vmalloc.py"),
    Mutant("a large leaf has its PAT bit where small ones have it", "arch/x86_entry.py",
           "(pgprot & _PAGE_PAT) << 5",
           "(pgprot & _PAGE_PAT)",
           "test_entries.py"),
)  # fmt: skip


def copy_of_the_tree(where: Path) -> Path:
    """Copy what is committed: somebody may be in the middle of a change."""
    archive = subprocess.run(["git", "archive", "HEAD"], cwd=ROOT, check=True, capture_output=True).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        files.extractall(where, filter="data")
    return where


def caught_by(tree: Path, mutant: Mutant) -> str:
    """Name the first test that fails with this mutant; empty if none does."""
    file = tree / "vmgui" / "engine" / mutant.file
    text = file.read_text(encoding="utf-8")
    if text.count(mutant.old) != 1:
        print(f"{mutant.file}: this is not there once: {mutant.old!r}", file=sys.stderr)
        raise SystemExit(2)
    file.write_text(text.replace(mutant.old, mutant.new), encoding="utf-8")
    try:
        tries = (first_failure(tree, [tests]) for tests in (place(mutant), "tests/engine", "tests/property"))
        return next(filter(None, tries), "")
    finally:
        file.write_text(text, encoding="utf-8")


def place(mutant: Mutant) -> str:
    """Where the tests are that ought to notice a mutant."""
    return f"tests/engine/{mutant.tests}"


def first_failure(tree: Path, tests: list[str]) -> str:
    """Run tests in the tree until one fails, and name it; a run that cannot even begin counts, too."""
    options = ["-x", "-q", "-p", "no:randomly", "-p", "no:xdist", "-p", "no:cacheprovider"]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "HYPOTHESIS_PROFILE": "ci"}
    run = subprocess.run(
        [sys.executable, "-m", "pytest", *options, *tests],
        cwd=tree, capture_output=True, text=True, env=environment,
    )  # fmt: skip
    if run.returncode == 0:
        return ""
    found = re.search(r"^(?:FAILED|ERROR) (\S+)", run.stdout, re.MULTILINE)
    return found.group(1) if found else f"pytest ended with status {run.returncode}"


def main() -> int:
    """Try every mutant, and print a line for each."""
    survived = 0
    with tempfile.TemporaryDirectory() as where:
        tree = copy_of_the_tree(Path(where))
        broken = first_failure(tree, sorted({place(mutant) for mutant in MUTANTS}))
        if broken:
            print(f"the tests fail without a mutant, too: {broken}", file=sys.stderr)
            return 2
        for mutant in MUTANTS:
            begun = time.monotonic()
            test = caught_by(tree, mutant)
            survived += not test
            print(f"{'caught  ' if test else 'SURVIVED'} {mutant.what} ({mutant.file})", flush=True)
            print(f"         {test or 'no test noticed'}, {time.monotonic() - begun:.0f} s", flush=True)
    print(f"{len(MUTANTS) - survived} of {len(MUTANTS)} caught")
    return 1 if survived else 0


if __name__ == "__main__":
    sys.exit(main())
