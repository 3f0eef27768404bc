"""Questions to the record: who writes these words, where calls begin and end, what they were given."""

from __future__ import annotations

import numpy as np

from tests.property.programs import SMALL
from vmgui.engine.trace import FUNCTIONS
from vmgui.formats.oplang import parse_operation
from vmgui.timeline import query, spans
from vmgui.timeline.session import Session


def ran(*lines: str) -> Session:
    session = Session(SMALL)
    session.apply_all(map(parse_operation, lines))
    return session


def test_ranges_that_touch_are_one_and_empty_ones_are_none() -> None:
    assert query.bounds([(64, 72), (16, 24), (24, 33), (40, 40)]).tolist() == [2, 5, 8, 9]
    assert query.bounds([(0, 8), (0, 0)]).tolist() == []


def test_the_next_and_the_last_write_are_the_nearest_of_all() -> None:
    session = ran("a = vmalloc 256K", "vfree a", "purge")
    columns, k = session.columns, session.kernel
    lazy = k.addr + type(k).offsets["vmap_lazy_nr"]
    places = query.bounds([(lazy, lazy + 8)])
    rows = query.inside(columns, places, 0, len(columns)).tolist()
    assert len(rows) >= 2
    assert query.next_write(columns, places, 0) == rows[0]
    assert query.next_write(columns, places, rows[0] + 1) == rows[1]
    assert query.next_write(columns, places, rows[-1] + 1) is None
    assert query.last_write(columns, places, len(columns)) == rows[-1]
    assert query.last_write(columns, places, rows[0]) is None


def test_what_is_far_away_is_found_as_well(monkeypatch) -> None:
    session = ran("a = vmalloc 64K")
    monkeypatch.setattr(query, "NEAR", 1)
    columns = session.columns
    stores = np.flatnonzero(columns.rows.word[:] != 0)
    word = int(columns.rows.word[stores[-1]])
    places = query.bounds([(word * 8, word * 8 + 8)])
    found = query.next_write(columns, places, 0)
    assert found is not None
    assert query.last_write(columns, places, len(columns)) >= found
    store = int(stores[0])
    assert query.last_boundary(columns, store + 1) < store < query.next_boundary(columns, store)


def test_boundaries_are_where_calls_begin_and_end() -> None:
    columns = ran("a = vmalloc 64K").columns
    assert query.next_boundary(columns, 0) == 0
    assert query.last_boundary(columns, len(columns)) == len(columns) - 1
    assert query.last_boundary(columns, 0) is None
    assert query.next_boundary(columns, len(columns)) is None


def test_calls_are_found_by_name_with_what_they_were_given() -> None:
    session = ran("a = vmalloc 64K", "b = vmalloc 12K")
    found = query.calls(session.columns, ["vmalloc", "vfree"])
    assert query.argument(session.columns, found, "size").tolist() == [65536, 12288]
    assert query.argument(session.columns, found, "nothing").tolist() == [0, 0]


def test_a_pointer_is_told_from_a_number() -> None:
    columns = ran("a = vmalloc 64K").columns
    names = [FUNCTIONS[n].name for n in columns.spans.function[:].tolist()]
    area, addr = (spans.call(columns, names.index(name)) for name in ("alloc_vmap_area", "vmalloc"))
    assert (area.pointer, addr.pointer) == (True, False)
