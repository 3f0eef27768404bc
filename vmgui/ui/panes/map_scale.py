"""From page numbers to pixels and back, linear or compact; ticks, overview ranges, the first view."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import log2

from vmgui.projection.address_map import AddressMap
from vmgui.projection.density import Ints, Stretch, edges

LEAST = 1
BREAK = 16.0
#: Blocks that are narrower are for the lens.
NARROW = 20.0


@dataclass(frozen=True, slots=True)
class View:
    """The pages [first, end) that are shown; fractions while panning."""

    first: float
    end: float

    @property
    def pages(self) -> float:
        """How many pages are shown."""
        return self.end - self.first

    def clamped(self, total: int) -> View:
        """The nearest view inside [0, total) of at least one page."""
        pages = min(max(self.pages, LEAST), total)
        first = min(max(self.first, 0), total - pages)
        return View(first, first + pages)

    def zoomed(self, factor: float, about: float) -> View:
        """Smaller by `factor` about a page that stays where it is."""
        return View(about - (about - self.first) / factor, about + (self.end - about) / factor)

    def panned(self, pages: float) -> View:
        """Moved by a number of pages."""
        return View(self.first + pages, self.end + pages)

    def shows(self, first: float, end: float) -> bool:
        """Whether all of [first, end), or as much of it as can be, is visible."""
        return self.first <= first and end <= self.end


@dataclass(frozen=True, slots=True)
class Linear:
    """Width in proportion to pages."""

    view: View
    left: float
    width: float

    def x(self, page: float) -> float:
        """The pixel of a page."""
        view = self.view
        return self.left + (page - view.first) * self.width / (view.end - view.first)

    def xs(self, pages: Iterable[float]) -> list[float]:
        """The pixels of many pages."""
        left, width, view = self.left, self.width, self.view
        first, span = view.first, view.end - view.first
        return [left + (page - first) * width / span for page in pages]

    def page(self, x: float) -> float:
        """The page under a pixel."""
        return self.view.first + (x - self.left) * self.view.pages / self.width


@dataclass(slots=True)
class Compact:
    """Width in proportion to the logarithm of a block's size; gaps are breaks of equal width."""

    view: View
    left: float
    width: float
    blocks: Stretch
    pages: list[float] = field(default_factory=list)
    edges: list[float] = field(default_factory=list)
    breaks: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Lay the pieces out, then stretch them to the width."""
        pieces: list[tuple[float, float, float]] = []
        at = self.view.first
        for low, high in zip(self.blocks.first, self.blocks.end, strict=True):
            first, end = max(low, self.view.first), min(high, self.view.end)
            if first > at:
                pieces.append((at, first, 0))
            pieces.append((first, end, 2 + log2(max(end - first, 1))))
            at = end
        if at < self.view.end:
            pieces.append((at, self.view.end, 0))
        fixed = BREAK * sum(weight == 0 for *_range, weight in pieces)
        stretch = max(self.width - fixed, 1) / max(sum(weight for *_range, weight in pieces), 1)
        self.pages, self.edges, x = [self.view.first], [self.left], self.left
        for first, end, weight in pieces:
            if not weight:
                self.breaks.append(x + BREAK / 2)
            x += weight * stretch or BREAK
            self.pages.append(max(end, first))
            self.edges.append(x)

    def x(self, page: float) -> float:
        """The pixel of a page."""
        return self._between(self.pages, self.edges, page)

    def xs(self, pages: Iterable[float]) -> list[float]:
        """The pixels of many pages."""
        return [self.x(page) for page in pages]

    def page(self, x: float) -> float:
        """The page under a pixel."""
        return self._between(self.edges, self.pages, x)

    @staticmethod
    def _between(keys: list[float], values: list[float], key: float) -> float:
        i = min(max(bisect_right(keys, key) - 1, 0), len(keys) - 2)
        span = keys[i + 1] - keys[i] or 1
        part = min(max((key - keys[i]) / span, 0.0), 1.0)
        return values[i] + (values[i + 1] - values[i]) * part


Scale = Linear | Compact


def tick_step(pages: float, width: float, least: float = 150) -> int:
    """Pages from one labelled tick to the next: a power of two, at least `least` pixels."""
    step, pages = 1, max(pages, 1e-9)
    while step * width / pages < least:
        step *= 2
    return step


def ticks(view: View, step: int) -> list[int]:
    """The multiples of `step` in a view."""
    first = -int(-view.first // step) * step
    return list(range(first, int(view.end) + 1, step))


def overview(view: View, shown: AddressMap) -> View:
    """What the second tier shows around a view: 4 GiB, or the next power of four that holds it."""
    gib, total = shown.gib, shown.pages
    span, end = 4 * gib, min(view.end, total)
    while True:
        first = int(view.first) // span * span
        if first + span < end:  # across a multiple of the span: begin at a finer one
            grain = span // 4
            first = int(view.first) // grain * grain
        if first + span >= end or span >= total:
            return View(first, first + span).clamped(total)
        span *= 4


def first_view(shown: AddressMap) -> View:
    """A view of what is going on: the focus or the last block, and its neighbours up to 128 MiB."""
    near = shown.gib // 8
    if not shown.blocks:
        return View(0, min(near // 2, shown.pages))
    wanted = shown.attention
    middle = len(shown.blocks) - 1 if wanted is None else max(shown.number_at(wanted[0]), 0)
    firsts, ends = edges(shown.blocks)
    low, high = near_ones(firsts, ends, middle, near)
    first, end = int(firsts[low]), int(ends[high])
    wanted = wanted or (first, end)
    if max(end, wanted[1]) - min(first, wanted[0]) <= near:
        first, end = min(first, wanted[0]), max(end, wanted[1])
    pad = max((end - first) // 24, 2)
    grain = max(1 << max(int(log2(max(end - first, 1))) - 5, 0), 1)
    first, end = (first - pad) // grain * grain, -(-(end + pad) // grain) * grain
    return View(first, end).clamped(shown.pages)


def near_ones(first: Ints, end: Ints, middle: int, near: int) -> tuple[int, int]:
    """The first and the last block around one: in turn one more before and behind it, up to `near` pages."""
    most = min(middle, len(first) - 1 - middle)
    both = bisect_right(range(1, most + 1), near, key=lambda n: end[middle + n] - first[middle - n])
    low, high = middle - both, middle + both
    further = int(first.searchsorted(end[high] - near))
    if further < low:
        return further, high
    return low, max(high, int(end.searchsorted(first[low] + near, "right")) - 1)


def lens(shown: AddressMap, visible: Stretch, scale: Scale, wanted: int | None) -> View | None:
    """What the lens enlarges: the group of blocks too narrow to read nearest to the wanted area."""
    first, end = visible.first, visible.end
    groups = _narrow_groups(visible, scale)
    asked = visible.at(shown.page(wanted)) if wanted is not None else None
    chosen = next((g for g in groups if asked in g), None) if asked is not None else None
    if chosen is None and asked is not None and visible.guard[asked]:
        return _guard_lens(shown, visible, asked)
    chosen = chosen or max(groups, key=len, default=None)
    if chosen is None:
        guarded = [i for i, guard in enumerate(visible.guard) if guard]
        return _guard_lens(shown, visible, guarded[-1]) if guarded else None
    chosen = chosen[chosen.index(asked) :] if asked is not None and asked in chosen else chosen
    low, most = first[chosen[0]], max(scale.view.pages / 24, 48)
    high = max([end[i] for i in chosen if end[i] - low <= most], default=end[chosen[0]])
    pad = max((high - low) * 0.28, 2)
    return View(low - pad, high + pad / 2).clamped(shown.pages)


def _narrow_groups(visible: Stretch, scale: Scale) -> list[list[int]]:
    """The blocks that are too narrow to read, those together that lie near each other."""
    first, end = visible.first, visible.end
    lefts, rights = scale.xs(first), scale.xs(end)
    groups: list[list[int]] = []
    for i, left in enumerate(lefts):
        if rights[i] - left >= NARROW:
            continue
        if groups and first[i] - end[groups[-1][-1]] <= max(64, end[i] - first[groups[-1][0]]):
            groups[-1].append(i)
        else:
            groups.append([i])
    return groups


def _guard_lens(shown: AddressMap, visible: Stretch, i: int) -> View:
    """The end of a block and its guard."""
    return View(visible.end[i] - visible.guard[i] - 12, visible.end[i] + 4).clamped(shown.pages)
