"""Circular doubly linked lists: a head that is a link like every other (include/linux/list.h, v6.12).

The functions that store are transparent: a store belongs to the line that changed the list.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from vmgui.engine.structs import list_head
from vmgui.engine.words import Struct, container_of, transparent

T = TypeVar("T", bound=Struct)


@transparent
def INIT_LIST_HEAD(head: list_head) -> None:
    """Make ``head`` an empty list: it points at itself both ways."""
    head.next = head
    head.prev = head


def list_empty(head: list_head) -> bool:
    """Tell whether nothing hangs on ``head``."""
    return head.next == head


@transparent
def __list_add(new: list_head, prev: list_head, next: list_head) -> None:
    next.prev = new
    new.next = next
    new.prev = prev
    prev.next = new


@transparent
def list_add(new: list_head, head: list_head) -> None:
    """Insert ``new`` right behind ``head``: what was added last is found first."""
    __list_add(new, head, head.next)


@transparent
def list_add_tail(new: list_head, head: list_head) -> None:
    """Insert ``new`` right before ``head``, at the end of the list: a queue."""
    __list_add(new, head.prev, head)


@transparent
def __list_del(prev: list_head, next: list_head) -> None:
    next.prev = prev
    prev.next = next


@transparent
def list_del(entry: list_head) -> None:
    """Take ``entry`` out; its own links are left as they were.

    Differs: the kernel fills them with poison, to crash whoever follows them later.
    """
    __list_del(entry.prev, entry.next)


@transparent
def list_del_init(entry: list_head) -> None:
    """Take ``entry`` out and make it an empty list, so that list_empty() tells it is nowhere."""
    __list_del(entry.prev, entry.next)
    INIT_LIST_HEAD(entry)


@transparent
def list_move_tail(entry: list_head, head: list_head) -> None:
    """Take ``entry`` out of its list and put it at the end of ``head``."""
    __list_del(entry.prev, entry.next)
    list_add_tail(entry, head)


@transparent
def list_replace_init(old: list_head, new: list_head) -> None:
    """Hang everything that is on ``old`` on ``new`` instead; ``old`` becomes empty.

    It works for an empty ``old`` too: the last line but one then undoes the first four.
    """
    new.next = old.next
    new.next.prev = new
    new.prev = old.prev
    new.prev.next = new
    INIT_LIST_HEAD(old)


def list_first_entry(head: list_head, cls: type[T], member: str) -> T:
    """Return the first struct on the list, which must not be empty."""
    return container_of(head.next, cls, member)


def list_last_entry(head: list_head, cls: type[T], member: str) -> T:
    """Return the last struct on the list, which must not be empty."""
    return container_of(head.prev, cls, member)


def list_for_each_entry(head: list_head, cls: type[T], member: str) -> Iterator[T]:
    """Walk the list; the struct just handed out may be taken out of it meanwhile.

    Differs: one walk for list_for_each_entry and list_for_each_entry_safe, as it looks ahead by one.
    """
    pos = head.next
    while pos != head:
        following = pos.next
        yield container_of(pos, cls, member)
        pos = following
