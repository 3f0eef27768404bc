"""Loading a module, as far as memory goes: a part of it gets memory and permissions (kernel/module, v6.12).

Differs: one part at a time, without anything in it, and no list of modules.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum

from vmgui.engine.arch.set_memory import set_memory_nx, set_memory_ro, set_memory_rox
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.bits import ALIGN
from vmgui.engine.mm.execmem import (
    EXECMEM_BPF,
    EXECMEM_FTRACE,
    EXECMEM_KPROBES,
    EXECMEM_MODULE_DATA,
    EXECMEM_MODULE_TEXT,
    execmem_alloc,
)
from vmgui.engine.mm.string import memset
from vmgui.engine.mm.vm_struct import VM_FLUSH_RESET_PERMS, find_vm_area
from vmgui.engine.trace import kernel_function


class Part(IntEnum):
    """What memory is for: a part of a module, or code that the kernel makes while it runs."""

    TEXT = 0
    DATA = 1
    RODATA = 2
    BPF = 3
    FTRACE = 4
    KPROBES = 5


#: The execmem type of each part, and what is done to its permissions when it is complete.
PARTS: dict[Part, tuple[int, Callable[[Kernel, int, int], int]]] = {
    Part.TEXT: (EXECMEM_MODULE_TEXT, set_memory_rox),
    Part.DATA: (EXECMEM_MODULE_DATA, set_memory_nx),
    Part.RODATA: (EXECMEM_MODULE_DATA, set_memory_ro),
    Part.BPF: (EXECMEM_BPF, set_memory_rox),
    Part.FTRACE: (EXECMEM_FTRACE, set_memory_rox),
    Part.KPROBES: (EXECMEM_KPROBES, set_memory_rox),
}


@kernel_function
def load_module(k: Kernel, type: int, size: int) -> int:
    """Make one part of a module ready: memory first, its permissions when it is filled.  Address, or 0.

    kernel/module/main.c:load_module, v6.12.
    """
    ptr = module_memory_alloc(k, type, size)
    if ptr:
        module_set_memory(k, type, ptr, ALIGN(size, k.PAGE_SIZE) >> k.PAGE_SHIFT)
    return ptr


@kernel_function
def module_memory_alloc(k: Kernel, type: int, size: int) -> int:
    """Allocate the memory of one part, full of zeros; the address, or 0.

    That of probes stays as it is: it may be read-only already, and a probe writes it by other ways.
    kernel/module/main.c:module_memory_alloc and kernel/kprobes.c:alloc_insn_page, v6.12.
    """
    size = ALIGN(size, k.PAGE_SIZE)
    execmem_type, _ = PARTS[Part(type)]
    ptr = execmem_alloc(k, execmem_type, size)
    if ptr and execmem_type != EXECMEM_KPROBES:
        memset(k, ptr, 0, size)
    return ptr


@kernel_function
def module_set_memory(k: Kernel, type: int, base: int, numpages: int) -> int:
    """Give a part the permissions it needs, and no more; freeing it takes them back.  0 or an errno.

    kernel/module/strict_rwx.c:module_set_memory, v6.12.
    """
    set_vm_flush_reset_perms(k, base)
    _, set_memory = PARTS[Part(type)]
    return set_memory(k, base, numpages)


@kernel_function
def set_vm_flush_reset_perms(k: Kernel, addr: int) -> None:
    """Have whoever frees the area take back its permissions.  include/linux/vmalloc.h, v6.12."""
    vm = find_vm_area(k, addr)
    if vm:
        vm.flags = vm.flags | VM_FLUSH_RESET_PERMS
