"""Lists of functions to be called when something happens (kernel/notifier.c, v6.12).

A function in a word is its number in ``Notifier``.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import TypeVar

from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.out import Out
from vmgui.engine.trace import kernel_function
from vmgui.engine.words import WordArray

NotifierCall = Callable[[Kernel, int, Out], None]

F = TypeVar("F", bound=NotifierCall)


class Notifier(IntEnum):
    """Every function that can be on a chain; 0 is an empty place."""

    PURGE_NOTIFIER = 1


#: The functions by number, filled in where they are defined: called with ``k``, the action and a count.
NOTIFIERS: dict[int, NotifierCall] = {}


def notifier_block(number: Notifier) -> Callable[[F], F]:
    """Register the decorated function as what ``number`` stands for."""

    def register(fn: F) -> F:
        NOTIFIERS[number] = fn
        return fn

    return register


def blocking_notifier_chain_register(k: Kernel, chain: WordArray, nb: Notifier) -> None:
    """Add ``nb`` behind the others of ``chain``, whose end is a word of 0."""
    chain[_length(chain)] = nb


def blocking_notifier_chain_unregister(k: Kernel, chain: WordArray, nb: Notifier) -> None:
    """Take ``nb`` off ``chain``; the others keep their order."""
    rest = [chain[i] for i in range(_length(chain)) if chain[i] != nb]
    for i in range(_length(chain)):
        chain[i] = rest[i] if i < len(rest) else 0


@kernel_function
def blocking_notifier_call_chain(k: Kernel, chain: WordArray, val: int, v: Out) -> None:
    """Call every function of ``chain``, in the order they were registered, with action ``val`` and ``v``."""
    for i in range(_length(chain)):
        NOTIFIERS[chain[i]](k, val, v)


def _length(chain: WordArray) -> int:
    n = 0
    while chain[n]:
        n += 1
    return n
