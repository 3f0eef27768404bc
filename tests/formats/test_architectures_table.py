"""The table of architectures in the documentation says what the engine does."""

from __future__ import annotations

from pathlib import Path

import pytest

from vmgui.engine.boot import fresh_memory
from vmgui.engine.kernel import Kernel
from vmgui.engine.machine import VA_BITS, G, Machine

BUILDS = [(arch, size, bits) for arch, sizes in VA_BITS.items() for size in sizes for bits in sizes[size]]


def size_text(size: int) -> str:
    """Write a power of two bytes."""
    return next(f"{size >> shift} {unit}" for shift, unit in ((30, "GiB"), (20, "MiB")) if size >> shift)


def row(arch: str, page_size: int, va_bits: int) -> str:
    """The line of one build."""
    machine = Machine(arch, page_size, va_bits, ram=G)
    k = Kernel(machine, fresh_memory(machine))
    sizes = [k.PMD_SIZE] if k.arch.arch_vmap_pmd_supported(k, 0) else []
    sizes += [k.PUD_SIZE] if not k.mm_pmd_folded and k.arch.arch_vmap_pud_supported(k, 0) else []
    huge = ", ".join(map(size_text, sizes))
    checked = "recordings" if "recordings" in k.arch.proven(k) else "sources"
    pages = f"{page_size >> 10} KiB"
    return f"| {k.arch.title} | {pages} | {va_bits} | {machine.levels} | {huge} | {checked} |"


@pytest.mark.parametrize("build", BUILDS)
def test_every_build_is_in_the_table(build: tuple[str, int, int], root: Path) -> None:
    assert row(*build) in (root / "resources" / "docs" / "using.md").read_text("utf-8").splitlines()
