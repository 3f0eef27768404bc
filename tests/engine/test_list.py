"""Circular lists, against Python's own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vmgui.engine.lib.list import (
    INIT_LIST_HEAD,
    list_add,
    list_add_tail,
    list_del,
    list_del_init,
    list_empty,
    list_first_entry,
    list_for_each_entry,
    list_last_entry,
    list_move_tail,
    list_replace_init,
)
from vmgui.engine.structs import list_head
from vmgui.engine.words import Memory, Struct, embedded, ulong


class thing(Struct):
    number = ulong()
    link = embedded[list_head]("list_head")


MEM_BYTES = 4096


def fresh() -> tuple[list_head, list_head, thing]:
    mem = Memory(0, MEM_BYTES)
    head, other, things = list_head(mem, 8), list_head(mem, 24), thing(mem, 64)
    INIT_LIST_HEAD(head)
    INIT_LIST_HEAD(other)
    for i in range(20):
        things[i].number = i
        INIT_LIST_HEAD(things[i].link)
    return head, other, things


def numbers(head: list_head) -> list[int]:
    forward = [t.number for t in list_for_each_entry(head, thing, "link")]
    backward, pos = [], head.prev
    while pos != head:
        backward.append(pos.mem.load(pos.addr - 8))
        pos = pos.prev
    assert backward == forward[::-1]
    return forward


@given(st.lists(st.tuples(st.sampled_from(["front", "back", "out", "tail"]), st.integers(0, 19))))
def test_a_list_in_words_does_what_a_list_does(steps: list[tuple[str, int]]) -> None:
    head, _, things = fresh()
    model: list[int] = []
    for what, i in steps:
        if what == "front" and i not in model:
            list_add(things[i].link, head)
            model.insert(0, i)
        elif what == "back" and i not in model:
            list_add_tail(things[i].link, head)
            model.append(i)
        elif what == "out" and i in model:
            list_del_init(things[i].link)
            model.remove(i)
            assert list_empty(things[i].link)
        elif what == "tail" and i in model:
            list_move_tail(things[i].link, head)
            model.remove(i)
            model.append(i)
        assert numbers(head) == model
        assert list_empty(head) == (not model)
        if model:
            assert list_first_entry(head, thing, "link").number == model[0]
            assert list_last_entry(head, thing, "link").number == model[-1]


@pytest.mark.parametrize("count", [0, 1, 3])
def test_replacing_a_head_moves_all_and_leaves_it_empty(count: int) -> None:
    head, other, things = fresh()
    for i in range(count):
        list_add_tail(things[i].link, head)
    list_replace_init(head, other)
    assert numbers(other) == list(range(count))
    assert list_empty(head)


def test_an_entry_may_leave_while_the_list_is_walked() -> None:
    head, other, things = fresh()
    for i in range(5):
        list_add_tail(things[i].link, head)
    for t in list_for_each_entry(head, thing, "link"):
        list_del(t.link)
        list_add(t.link, other)
    assert list_empty(head)
    assert numbers(other) == [4, 3, 2, 1, 0]
