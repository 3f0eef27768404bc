"""Two machines run the same operations; where they first differ is found."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.property.programs import SMALL
from vmgui.engine.machine import M, Machine
from vmgui.formats.oplang import parse_operation
from vmgui.formats.variants import variants
from vmgui.projection.lockstep import FACTS, lockstep

PROGRAM = [
    parse_operation(line)
    for line in ("a = vmalloc 16K", "f = ioremap 0x100200000 4M", "h = vmalloc_huge 4M", "vfree a", "purge")
]
MACHINE = Machine(ram=128 * M)


def test_a_machine_does_not_differ_from_itself() -> None:
    found = lockstep(SMALL, SMALL, PROGRAM)
    assert found is not None
    assert found.first is None
    assert [pair.differs for pair in found.pairs] == [()] * len(PROGRAM)


def test_without_huge_pages_the_first_difference_is_the_first_huge_page() -> None:
    found = lockstep(MACHINE, replace(MACHINE, nohugevmalloc=True, nohugeiomap=True), PROGRAM)
    assert found is not None
    assert found.first == 1
    left, right = found.pairs[1].left, found.pairs[1].right
    assert (left.leaves, right.leaves) == ("2 × 2M", "1024 × 4K")
    assert right.tables > left.tables
    assert left.returned == right.returned
    assert left.returned.startswith("VS + 0x")
    assert "leaves" in found.pairs[2].differs


def test_operations_are_aligned_where_one_machine_cannot_run_them() -> None:
    program = [parse_operation("touch 0xff11000000000000"), *PROGRAM[:1]]
    found = lockstep(MACHINE, variants(MACHINE)["levels 5 bits 57"], program)
    assert found is not None
    assert "5 levels" in found.pairs[0].left.error
    assert found.left.end(0) == 0
    assert found.left.end(1) == len(found.left.session)
    assert found.pairs[1].differs == () or "error" not in found.pairs[1].differs


def test_flushes_and_purges_are_counted_where_they_happen() -> None:
    found = lockstep(SMALL, SMALL, PROGRAM)
    assert found is not None
    assert found.pairs[4].left.purged >= 1
    assert found.pairs[4].left.flushes >= 1
    assert found.pairs[0].left.purged == 0


def test_a_table_that_could_not_be_had_is_not_counted() -> None:
    lines = ("a = vmalloc 4K", "fail table nth=1 times=99", "b = vmalloc 4M")
    found = lockstep(SMALL, SMALL, list(map(parse_operation, lines)))
    assert found is not None
    assert found.pairs[2].left.error
    assert (found.pairs[0].left.tables > 0, found.pairs[2].left.tables) == (True, 0)


def test_the_number_of_steps_is_told_and_not_compared() -> None:
    assert "steps" not in FACTS


def test_it_can_be_stopped() -> None:
    assert lockstep(SMALL, SMALL, PROGRAM, lambda done, of: done < 1) is None


@pytest.mark.parametrize(
    "machine", [Machine(), replace(Machine(), nohugeiomap=True), Machine("arm64", phys_bits=48)]
)
def test_every_variant_is_another_machine_that_can_be(machine: Machine) -> None:
    found = variants(machine)
    assert machine not in found.values()
    assert next(iter(found)).startswith("huge")
    assert any(name.startswith("levels") for name in found)
    assert {"cpus 1", "cpus 4"} <= set(found)
