"""Which kind of reason refused a huge leaf: from the guard that decided, for the stage to draw."""

from __future__ import annotations

from dataclasses import replace

from vmgui.projection.stage import Refusal, Stage
from vmgui.timeline.why import Explanation, Guard

#: A piece of a condition's text, and the picture that belongs to it; the engine's text stays the only rule.
PICTURES: tuple[tuple[str, Refusal], ...] = (
    ("max_page_shift <", "shift-cap"),
    ("_supported(", "arch-unsupported"),
    ("end - addr !=", "partial-entry"),
    ("IS_ALIGNED(addr", "virt-misaligned"),
    ("IS_ALIGNED(phys_addr", "phys-misaligned"),
    ("mmap_read_trylock", "ptdump-busy"),
    ("_free_", "cannot-free-table"),
    ("p4d_present", "cannot-free-table"),
)


def refusal_of(guard: Guard) -> Refusal:
    """The picture of a guard; what has none is the setter's own refusal."""
    return next((refusal for text, refusal in PICTURES if text in guard.condition), "arch-setter-refused")


def refine(stage: Stage, explanation: Explanation) -> Stage:
    """The stage with the reason of its refused leaf, which only a replay knows."""
    if stage.leaf is None or stage.leaf.state != "refused" or explanation.decided is None:
        return stage
    refusal = refusal_of(explanation.decided)
    bits: tuple[int, ...] = ()
    if refusal == "virt-misaligned":
        below = range(stage.page_shift, stage.leaf.size.bit_length() - 1)
        bits = tuple(bit for bit in below if stage.address >> bit & 1)
    return replace(stage, leaf=replace(stage.leaf, refusal=refusal), ringed_bits=bits)
