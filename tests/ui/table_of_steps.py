"""A small program for each kind of step that the window must explain, and the step that shows it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from typing import Any, Literal

from vmgui.engine.kernel import Kernel
from vmgui.engine.machine import PC_MTRRS, Machine, MtrrRange
from vmgui.formats.oplang import parse_operation
from vmgui.projection import catalogue, tree
from vmgui.projection.because import Reasons
from vmgui.projection.moment import Moment, moment
from vmgui.projection.refusal import refine
from vmgui.projection.stage import Stage
from vmgui.projection.trouble import Trouble, TroubleReader
from vmgui.projection.views import ViewReader, Views
from vmgui.projection.why import WhyCard, why
from vmgui.timeline import spans
from vmgui.timeline.replay import Replayer
from vmgui.timeline.session import Session
from vmgui.timeline.why import explain

When = Literal["enter", "exit", "store"]
SMALL = Machine(ram=64 << 20, possible_cpus=1, online_cpus=1)


@dataclass(frozen=True)
class Row:
    """A kind of step: the `nth` call of `function` in the program, at its entry, exit or last store."""

    lines: tuple[str, ...]
    function: str
    when: When = "exit"
    nth: int = -1
    machine: Machine = field(default=SMALL)


def _on(**changed: Any) -> Machine:
    return replace(SMALL, **changed)


MIXED = (*PC_MTRRS, MtrrRange(0x100100000, 0x100180000, 0))
HOLED = ("a = vmalloc 16K", "b = vmalloc 64K", "c = vmalloc 16K", "vfree b", "purge", "d = vmalloc 128K")
OLD = ("f = ioremap 0x100101000 4M", "iounmap f", "purge")
TABLE: dict[str, Row] = {
    "enter": Row(("a = vmalloc 16K",), "vmap_pages_pmd_range", "enter"),
    "area-tried": Row(HOLED, "is_within_this_va"),
    "area-found": Row(HOLED, "find_vmap_lowest_match"),
    "area-reserved": Row(HOLED, "alloc_vmap_area"),
    "table": Row(("a = vmalloc 16K",), "__pte_alloc_kernel"),
    "tried": Row(("f = ioremap 0x100000000 4M",), "vmap_try_huge_pmd", "enter", 0),
    "refused-1-boot": Row(("f = ioremap 0x100000000 4M",), "vmap_try_huge_pmd", "exit", 0,
                          _on(nohugeiomap=True)),
    "refused-1-caller": Row(("h = vmalloc_huge 4M",), "vmap_try_huge_pud", "exit", 0),
    "refused-2": Row(("f = ioremap 0x100000000 4M",), "vmap_try_huge_pmd", "exit", 0, _on(pse=False)),
    "refused-3": Row(("f = ioremap 0x100000000 1M",), "vmap_try_huge_pmd", "exit", 0),
    "refused-5": Row(("f = ioremap 0x100101000 4M",), "vmap_try_huge_pmd", "exit", 0),
    "refused-6": Row(("f = ioremap 0x140200000 1G", "iounmap f", "purge", "fail page nth=1 times=9",
                      "g = ioremap 0x140000000 1G"), "vmap_try_huge_pud"),
    "refused-mtrr": Row(("f = ioremap 0x100000000 4M",), "vmap_try_huge_pmd", "exit", 0, _on(mtrrs=MIXED)),
    "refused-busy": Row((*OLD, "ptdump on", "g = ioremap 0x100000000 4M"), "vmap_try_huge_pmd", "exit", -2),
    "installed": Row(("f = ioremap 0x100000000 4M",), "vmap_try_huge_pmd", "exit", 0),
    "ptes": Row(("f = ioremap 0x100101000 4M",), "vmap_pte_range", "store", 0),
    "cleared": Row(("a = vmalloc 64K", "vfree a"), "vunmap_pte_range", "store"),
    "freed-table": Row((*OLD, "g = ioremap 0x100000000 4M"), "pmd_free_pte_page"),
    "flush": Row(("a = vmalloc 64K", "vfree a", "purge"), "flush_tlb_kernel_range"),
    "lazy": Row(("a = vmalloc 64K", "vfree a"), "free_vmap_area_noflush"),
    "purge": Row(("a = vmalloc 64K", "b = vmalloc 64K", "c = vmalloc 4K", "vfree b", "vfree a", "purge"),
                 "__purge_vmap_area_lazy"),
    "enomem": Row(("fail page nth=1 times=99", "a = vmalloc 64K"), "__vmalloc_node_range"),
    "enomem-table": Row(("fail table nth=1 times=9", "f = ioremap 0x100101000 4M"), "vmap_pmd_range"),
    "bad-free": Row(("a = vmalloc 64K", "vfree_addr @a+128K"), "vfree"),
    "bug": Row(("f = ioremap 0x100000000 16K", "vmap_page_range va=@f size=4K phys=0x100000000"),
               "vmap_pte_range"),
    "warn": Row(("p = pages 4", "a = vmap p", "map_pages va=@a pages=p"), "vmap_pages_pte_range"),
    "small": Row(("a = vmalloc 4M",), "vmap_small_pages_range_noflush", "enter"),
    "small-boot": Row(("a = vmalloc_huge 4M",), "__vmap_pages_range_noflush", "enter", -1,
                      _on(nohugevmalloc=True)),
    "percpu": Row(("p = percpu size=16K n=3",), "__alloc_percpu"),
    "sparse": Row(("s = get_area 64K vmflags=sparse", "g = pages 4", "sparse_map s at=16K g"),
                  "vm_area_map_pages"),
}  # fmt: skip


def position(session: Session, row: Row) -> int:
    """The step, as the play-head counts: how many rows have happened."""
    columns = session.columns
    found = spans.spans_of(columns, frozenset([row.function]), 0, len(columns.spans))
    call = spans.call(columns, found[row.nth])
    if row.when == "enter":
        return call.first + 1
    if row.when == "exit":
        return call.last + 1
    stores = [at for at in range(call.first, call.last) if columns.rows.word[at]]
    mine = [at for at in stores if spans.innermost(columns, at) == call.span]
    return mine[-1] + 1


class Shown:
    """What the panes are given at the step of a row: read off a replica, as the window does."""

    def __init__(self, row: Row) -> None:
        self.session = Session(row.machine)
        self.session.apply_all(map(parse_operation, row.lines))
        self.at = position(self.session, row)
        self.cursor = self.session.cursor()
        self.k = Kernel(row.machine, self.cursor)
        self.reader = ViewReader(self.session, self.cursor, self.k)
        self.cursor.seek(self.at)

    @cached_property
    def step(self) -> Moment:
        """The last row."""
        found = moment(self.session.columns, self.at - 1)
        assert found is not None
        return found

    @cached_property
    def views(self) -> Views:
        """Map and frames."""
        return self.reader.read(self.step.failed)

    @cached_property
    def stage(self) -> Stage:
        """The stage, with the reason of a refusal."""
        explanation = explain(self.session, Replayer(self.session), self.at - 1)
        stage = self.views.stage
        assert stage is not None
        return refine(stage, explanation) if explanation is not None else stage

    @cached_property
    def card(self) -> WhyCard:
        """The Why? card."""
        explanation = explain(self.session, Replayer(self.session), self.at - 1)
        assert explanation is not None
        reasons = Reasons(self.session.columns, self.k, self.reader.shape)
        because = reasons.of(self.step, self.views.scope, explanation.decided)
        return why(explanation, self.step, catalogue.sentences("en", self.reader.shape), because)

    @property
    def notes(self) -> str:
        """What the card says beside its checks."""
        return "; ".join(self.card.notes)

    def block(self, name: str) -> Any:
        """The block of an area on the map."""
        return next(block for block in self.views.map.blocks if block.name == name)

    def rows(self, level: str) -> list[tree.Row]:
        """The rows of the table of `level` in the walk of the stage, as the tree shows them."""
        column = next(c for c in self.stage.columns if c.level == level)
        assert column.table is not None
        marks = tree.marks_of(self.stage, self.step)
        shape = self.reader.shape
        table = column.table << shape.page_shift
        return tree.rows(self.cursor, shape, column.level, table, column.base, marks)

    @property
    def trouble(self) -> Trouble | None:
        """What the panic pane shows."""
        return TroubleReader(self.session.columns, self.k).read(self.views.scope.done, self.at)


@cache
def shown(name: str) -> Shown:
    """The step of a row of the table."""
    return Shown(TABLE[name])
