"""The architectures there are."""

from __future__ import annotations

from vmgui.engine.arch.arm64_table import ARM64
from vmgui.engine.arch.riscv_table import RISCV64
from vmgui.engine.arch.table import Arch
from vmgui.engine.arch.x86 import X86_64

ARCHITECTURES: dict[str, Arch] = {arch.name: arch for arch in (X86_64, ARM64, RISCV64)}
