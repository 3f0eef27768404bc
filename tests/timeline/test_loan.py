"""A replica that is lent reads like the replica itself, until it is taken back."""

from __future__ import annotations

import pytest

from vmgui.engine.kernel import Kernel
from vmgui.engine.machine import M, Machine
from vmgui.formats.oplang import parse_operation
from vmgui.timeline.loan import Loan
from vmgui.timeline.replay import Cancelled
from vmgui.timeline.session import Session


@pytest.fixture(scope="module")
def session():
    session = Session(Machine(ram=64 * M))
    session.apply(parse_operation("a = vmalloc 4M"))
    return session


def test_a_loan_reads_what_the_replica_holds(session):
    cursor = session.cursor()
    cursor.seek(len(session))
    lent = Kernel(session.machine, Loan(cursor))
    # the array of its 1024 pages has two more
    assert lent.nr_vmalloc_pages == Kernel(session.machine, cursor).nr_vmalloc_pages == 1026
    assert lent.mem.load(lent.init_mm_pgd + 8 * 511) == cursor.load(lent.init_mm_pgd + 8 * 511)
    assert lent.mem.is_zero(8, 8)
    assert not lent.mem.is_zero(lent.addr, lent.size)


def test_who_reads_on_after_it_was_taken_back_is_stopped(session):
    loan = Loan(session.cursor())
    lent = Kernel(session.machine, loan)
    loan.take_back()
    with pytest.raises(Cancelled):
        _ = lent.nr_vmalloc_pages
    with pytest.raises(Cancelled):
        loan.load(8)
