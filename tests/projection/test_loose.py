"""Claims about ranges that are mapped although no area owns them: the map shows them all the same."""

from __future__ import annotations

from vmgui.engine.kernel import Kernel
from vmgui.engine.machine import Machine
from vmgui.formats.oplang import parse_operation
from vmgui.projection.address_map import Block
from vmgui.projection.views import ViewReader
from vmgui.timeline.session import Session

BASE = 0xFFFFD00000000000
MAP = f"vmap_page_range va={BASE:#x} size=4M phys=0x8000000000"
UNMAP = f"vunmap_range va={BASE:#x} size=4M"


class Shown:
    """A program, and the blocks of the map at any row."""

    def __init__(self, *program: str) -> None:
        self.session = Session(Machine())
        self.session.apply_all(map(parse_operation, program))
        self.cursor = self.session.cursor()
        self.reader = ViewReader(self.session, self.cursor, Kernel(self.session.machine, self.cursor))

    def blocks(self, at: int) -> dict[int, Block]:
        """Blocks by their address when `at` rows have happened."""
        self.cursor.seek(at)
        return {block.id: block for block in self.reader.read().map.blocks}


def test_a_range_without_an_area_is_shown_while_it_is_mapped() -> None:
    shown = Shown(MAP, UNMAP)
    mapped, unmapped = (done.last_row for done in shown.session.operations)
    assert BASE not in shown.blocks(0)
    block = shown.blocks(mapped)[BASE]
    assert (block.kind, block.caller, block.leaves, block.guard) == ("mapped", "vmap_page_range", 2, 0)
    assert BASE not in shown.blocks(unmapped)
    assert shown.blocks(mapped)[BASE] == block


def test_it_is_shown_from_the_call_on_that_will_map_it() -> None:
    shown = Shown(MAP)
    assert shown.blocks(1)[BASE].kind == "pending"


def test_what_an_area_owns_is_not_shown_twice() -> None:
    shown = Shown("f = ioremap 0x8000000000 4M", "a = vmalloc 64K")
    blocks = shown.blocks(len(shown.session))
    names = {done.outcome.value: done.operation.target for done in shown.session.operations}
    assert {id: block.name for id, block in blocks.items() if id in names} == names
    assert not [block for block in blocks.values() if block.caller in ("vmap_page_range",)]


def test_ranges_that_overlap_are_one() -> None:
    shown = Shown(MAP, f"vmap_page_range va={BASE + (4 << 20):#x} size=2M phys=0x8000400000",
                  f"vunmap_range va={BASE + (4 << 20):#x} size=2M",
                  f"vmap_page_range va={BASE + (2 << 20):#x} size=4M phys=0x8000800000")  # fmt: skip
    blocks = shown.blocks(len(shown.session))
    assert blocks[BASE].end - blocks[BASE].first == 6 << 20 >> 12


def test_after_an_undo_the_range_is_gone() -> None:
    shown = Shown(MAP)
    assert BASE in shown.blocks(len(shown.session))
    shown.session.undo()
    shown.reader.changed()
    assert BASE not in shown.blocks(0)
