"""Tracking what lives in memory, so that nobody frees it while it is active (lib/debugobjects.c, v6.12).

Does nothing unless the machine asks for it.  Differs: trackers are never given back to anybody else, so
there is one free list and no work that shrinks it; nothing lies on a stack.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import IntEnum
from typing import NamedTuple

from vmgui.engine.errno import EINVAL
from vmgui.engine.kernel import Kernel, arena_alloc
from vmgui.engine.lib.printk import WARN
from vmgui.engine.trace import kernel_function
from vmgui.engine.words import MASK64, Struct, array, ptr, transparent, ulong

ODEBUG_HASH_BITS = 14
GOLDEN_RATIO_64 = 0x61C8864680B583EB
POOL_OBJECTS = 64
MOST_WARNINGS = 5


class debug_obj_state(IntEnum):
    """What is known about an object."""

    ODEBUG_STATE_NONE = 0
    ODEBUG_STATE_INIT = 1
    ODEBUG_STATE_INACTIVE = 2
    ODEBUG_STATE_ACTIVE = 3
    ODEBUG_STATE_DESTROYED = 4
    ODEBUG_STATE_NOTAVAILABLE = 5


State = debug_obj_state
STATE_NAMES = ("none", "initialized", "inactive", "active", "destroyed", "not available")


class debug_obj(Struct):
    """The tracker of one object.  ``descr`` is the number of its type in DESCRIPTIONS."""

    next = ptr["debug_obj"]("debug_obj")
    state = ulong()
    astate = ulong()
    object = ulong()
    descr = ulong()


class debug_bucket(Struct):
    """The trackers of what lies in a few of all pages."""

    first = ptr["debug_obj"]("debug_obj")


class debug_objects_state(Struct):
    """The static variables of lib/debugobjects.c."""

    pool = ptr["debug_obj"]("debug_obj")  # trackers that are free
    limit = ulong()  # warnings so far; after five it is quiet
    debug_objects_warnings = ulong()
    debug_objects_fixups = ulong()
    obj_hash = array(1 << ODEBUG_HASH_BITS)


class debug_obj_descr(NamedTuple):
    """A type of objects, and what repairs one that is freed while it is active."""

    name: str
    fixup_free: Callable[[Kernel, int, int], bool]


#: Types by the number that a tracker holds.
DESCRIPTIONS: dict[int, debug_obj_descr] = {}


def state_of(k: Kernel) -> debug_objects_state:
    """Return what is known about all objects."""
    return debug_objects_state(k.mem, k.debug_objects)


def get_bucket(k: Kernel, addr: int) -> debug_bucket:
    """Return the bucket of the page that ``addr`` is in.  lib/debugobjects.c:get_bucket, v6.12."""
    hashed = ((addr >> k.PAGE_SHIFT) * GOLDEN_RATIO_64 & MASK64) >> 64 - ODEBUG_HASH_BITS
    return debug_bucket(k.mem, state_of(k).obj_hash.addr)[hashed]


def trackers(bucket: debug_bucket) -> Iterator[debug_obj]:
    """Walk a bucket; the tracker just handed out may be taken out of it."""
    obj = bucket.first
    while obj is not None:
        following = obj.next
        yield obj
        obj = following


def lookup_object(addr: int, bucket: debug_bucket) -> debug_obj | None:
    """Return the tracker of the object at ``addr``."""
    return next((obj for obj in trackers(bucket) if obj.object == addr), None)


@transparent
def alloc_object(k: Kernel, addr: int, bucket: debug_bucket, descr: int) -> debug_obj:
    """Take a tracker for the object at ``addr`` and put it into its bucket."""
    state = state_of(k)
    if state.pool is None:
        fresh = debug_obj(k.mem, arena_alloc(k, POOL_OBJECTS * debug_obj.size))
        for i in range(POOL_OBJECTS):
            free_object(k, fresh[i])
    obj = debug_obj(k.mem, state.pool.addr if state.pool else 0)
    state.pool = obj.next
    obj.object, obj.descr, obj.state, obj.astate = addr, descr, State.ODEBUG_STATE_NONE, 0
    obj.next, bucket.first = bucket.first, obj
    return obj


@transparent
def free_object(k: Kernel, obj: debug_obj) -> None:
    """Give a tracker back that is in no bucket."""
    obj.next = state_of(k).pool
    state_of(k).pool = obj


@transparent
def hlist_del(bucket: debug_bucket, obj: debug_obj) -> None:
    """Take a tracker out of its bucket."""
    before = next((other for other in trackers(bucket) if other.next == obj), None)
    if before is None:
        bucket.first = obj.next
    else:
        before.next = obj.next


@kernel_function
def debug_print_object(k: Kernel, obj: debug_obj, msg: str) -> None:
    """Warn about an object, at most five times in a boot.  lib/debugobjects.c:debug_print_object, v6.12.

    Differs: a type has no hint that leads to a function.
    """
    state = state_of(k)
    if state.limit < MOST_WARNINGS:
        state.limit = state.limit + 1
        what = f"{STATE_NAMES[obj.state]} (active state {obj.astate}) object: {obj.object:016x}"
        name = DESCRIPTIONS[obj.descr].name
        text = f"ODEBUG: {msg} {what} object type: {name} hint: 0x0"
        WARN(k, True, "lib/debugobjects.c:514 debug_print_object", text)
    state.debug_objects_warnings = state.debug_objects_warnings + 1


# --- what the owner of an object tells ---------------------------------------------------------------


@kernel_function
def debug_object_init(k: Kernel, addr: int, descr: int) -> None:
    """Begin to track the object at ``addr``.  lib/debugobjects.c:debug_object_init, v6.12."""
    if not k.machine.debug_objects:
        return
    bucket = get_bucket(k, addr)
    obj = lookup_object(addr, bucket) or alloc_object(k, addr, bucket, descr)
    if obj.state in (State.ODEBUG_STATE_NONE, State.ODEBUG_STATE_INIT, State.ODEBUG_STATE_INACTIVE):
        obj.state = State.ODEBUG_STATE_INIT
        return
    debug_print_object(k, obj, "init")


@kernel_function
def debug_object_activate(k: Kernel, addr: int, descr: int) -> int:
    """Note that the object at ``addr`` is in use: 0, or -EINVAL if it is already, or is not tracked.

    lib/debugobjects.c:debug_object_activate, v6.12.
    """
    if not k.machine.debug_objects:
        return 0
    obj = lookup_object(addr, get_bucket(k, addr))
    if obj is not None and obj.state in (State.ODEBUG_STATE_INIT, State.ODEBUG_STATE_INACTIVE):
        obj.state = State.ODEBUG_STATE_ACTIVE
        return 0
    _debug_object__complain(k, obj, addr, descr, "activate")
    return -EINVAL


@kernel_function
def debug_object_deactivate(k: Kernel, addr: int, descr: int) -> None:
    """Note that the object at ``addr`` is not in use any more.

    lib/debugobjects.c:debug_object_deactivate, v6.12.
    """
    if not k.machine.debug_objects:
        return
    obj = lookup_object(addr, get_bucket(k, addr))
    if obj is not None and obj.state != State.ODEBUG_STATE_DESTROYED and not obj.astate:
        obj.state = State.ODEBUG_STATE_INACTIVE
        return
    _debug_object__complain(k, obj, addr, descr, "deactivate")


def _debug_object__complain(k: Kernel, obj: debug_obj | None, addr: int, descr: int, msg: str) -> None:
    """Warn about an object that may not be tracked at all.

    Differs: the tracker that the kernel makes up on the stack is taken and given back.
    """
    if obj is not None:
        debug_print_object(k, obj, msg)
        return
    bucket = get_bucket(k, addr)
    unknown = alloc_object(k, addr, bucket, descr)
    unknown.state = State.ODEBUG_STATE_NOTAVAILABLE
    debug_print_object(k, unknown, msg)
    hlist_del(bucket, unknown)
    free_object(k, unknown)


@kernel_function
def debug_object_free(k: Kernel, addr: int, descr: int) -> None:
    """Track the object at ``addr`` no longer, unless it is in use.

    lib/debugobjects.c:debug_object_free, v6.12.
    """
    if not k.machine.debug_objects:
        return
    bucket = get_bucket(k, addr)
    obj = lookup_object(addr, bucket)
    if obj is None:
        return
    if obj.state == State.ODEBUG_STATE_ACTIVE:
        debug_print_object(k, obj, "free")
        debug_object_fixup(k, obj)
        return
    hlist_del(bucket, obj)
    free_object(k, obj)


def debug_object_fixup(k: Kernel, obj: debug_obj) -> None:
    """Let the type of an object repair it."""
    if DESCRIPTIONS[obj.descr].fixup_free(k, obj.object, obj.state):
        state_of(k).debug_objects_fixups = state_of(k).debug_objects_fixups + 1


# --- what is freed -----------------------------------------------------------------------------------


@kernel_function
def __debug_check_no_obj_freed(k: Kernel, address: int, size: int) -> None:
    """Warn about every active object in memory that is being freed, and track none there any more.

    lib/debugobjects.c:__debug_check_no_obj_freed, v6.12.
    """
    for page in range(address & k.PAGE_MASK, address + size, k.PAGE_SIZE):
        bucket = get_bucket(k, page)
        for obj in list(trackers(bucket)):
            if not address <= obj.object < address + size:
                continue
            if obj.state == State.ODEBUG_STATE_ACTIVE:
                debug_print_object(k, obj, "free")
                debug_object_fixup(k, obj)
            else:
                hlist_del(bucket, obj)
                free_object(k, obj)


def debug_check_no_obj_freed(k: Kernel, address: int, size: int) -> None:
    """Look for active objects in memory that is being freed, if this kernel tracks them."""
    if k.machine.debug_objects:
        __debug_check_no_obj_freed(k, address, size)


def debug_objects_mem_init(k: Kernel) -> None:
    """Make room for the trackers, at boot."""
    k.debug_objects = arena_alloc(k, debug_objects_state.size)
