"""The kernel object: its global variables are words, its constants follow from the machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from vmgui.engine.arch.levels import LevelName, TableLevel
from vmgui.engine.arch.table import arch_of
from vmgui.engine.machine import K, M, Machine, ram_ranges
from vmgui.engine.mm.mmzone import ram_pieces
from vmgui.engine.structs import (
    MAX_NR_NODES,
    MAX_NR_ZONES,
    list_head,
    page,
    rb_root,
    rcu_head,
    vm_struct,
    vmap_node,
    work_struct,
    zone,
)
from vmgui.engine.words import BadAddress, Struct, array, embedded, link, ptr, transparent, ulong

if TYPE_CHECKING:
    from vmgui.engine.words import WordSource

LOG_BYTES = 256 * K
ARENA_BYTES = 192 * M
#: Room for how the scheduler treats helpers of purges: nodes (+ 1), a mark behind each purge, 0 at the end.
PURGE_ORDER = 512
PURGE_ENDS = 1 << 63
#: Room for what other tasks do while works of this operation run.
OTHER_TURNS = 16


class KernelBug(Exception):
    """The kernel stopped: BUG(), an oops, or a panic.  ``place`` is file and function, ``why`` the reason."""

    def __init__(self, kind: str, place: str, why: str) -> None:
        super().__init__(f"{kind} at {place}: {why}")
        self.kind, self.place, self.why = kind, place, why


class Kernel(Struct):
    """A running kernel: global variables as words from ``mem.arena`` on, machine constants as attributes.

    Building it changes nothing: over the words of a running kernel it goes on where that one was.
    ``engine.boot.boot`` makes a fresh one.  Sizes and addresses are bytes, ``_END`` names exclusive.
    """

    # constants of the machine, set by the architecture
    PAGE_SHIFT: int
    PAGE_SIZE: int
    PAGE_MASK: int
    PMD_SHIFT: int
    PMD_SIZE: int
    PUD_SHIFT: int
    PUD_SIZE: int
    P4D_SHIFT: int
    P4D_SIZE: int
    PGDIR_SHIFT: int
    PGDIR_SIZE: int
    PTRS_PER_PTE: int
    PTRS_PER_PMD: int
    PTRS_PER_PUD: int
    PTRS_PER_P4D: int
    PTRS_PER_PGD: int
    mm_p4d_folded: bool  # its tables are entries of the PGD
    mm_pud_folded: bool
    mm_pmd_folded: bool
    tables: tuple[TableLevel, ...]  # the levels that are not folded, top first
    table_levels: tuple[LevelName, ...]  # their names
    pgtable_l4_enabled: bool
    pgtable_l5_enabled: bool
    MAX_PAGE_ORDER: int
    TLB_FLUSH_CEILING: int  # pages; to flush more, all is flushed
    KERNEL_VA_START: int  # from here on addresses are the kernel's
    PAGE_OFFSET: int
    va_pa_offset: int  # what the direct map adds to a physical address
    VMEMMAP_START: int
    VMALLOC_START: int
    VMALLOC_END: int
    VMEMORY_END: int  # VMALLOC_END and what KMSAN keeps behind it; on x86 only
    MODULES_VADDR: int
    MODULES_END: int
    IOREMAP_MAX_ORDER: int
    THREAD_ALIGN: int  # alignment of a kernel stack
    ARCH_PAGE_TABLE_SYNC_MASK: int
    PAGE_KERNEL: int
    PAGE_KERNEL_EXEC: int
    PAGE_KERNEL_RO: int
    PAGE_KERNEL_ROX: int
    PAGE_KERNEL_NOCACHE: int
    PAGE_KERNEL_WC: int
    PAGE_KERNEL_IO: int
    PAGE_KERNEL_IO_NOCACHE: int
    PTE_ADDR_LOW: int  # arm64: where an entry has the frame number
    PTE_ADDR_HIGH: int
    PTE_ADDR_HIGH_SHIFT: int
    PTE_MAYBE_SHARED: int

    # lib and kernel services
    arena_next = ulong()  # first byte of the arena not handed out yet
    jiffies = ulong()
    current_cpu = ulong()
    preempt_count = ulong()  # why nobody else may get this CPU: lib/preempt.py
    dead = ulong()  # 1 after BUG or an oops: nothing may run any more
    log_next = ulong()  # bytes ever written to the log buffer
    log_first = ulong()  # where the oldest record still there begins
    ratelimits = array(3 * 4)  # ratelimit_state[4], one for each limit of lib/printk.py
    once = array(64)  # a word for each *_ONCE place, by number: 1 when it has spoken
    worklist = embedded[list_head]("list_head")  # work that waits for a kernel thread
    random_state = ulong()  # where lib/random.py is in its row of numbers; 0 before the first
    # kernel/rcu
    rcu_gp_seq = ulong()  # grace periods that are over, times 4; +1 while one runs
    rcu_gp_seq_of_cpu = array(128)  # the grace period that each CPU has last reported for
    rcu_read_lock_nesting = array(128)  # how many readers each CPU is in the middle of
    rcu_wait_head = ptr[rcu_head]("rcu_head")  # callbacks that the running grace period is for
    rcu_next_head = ptr[rcu_head]("rcu_head")  # callbacks that came later
    rcu_next_tail = ptr[rcu_head]("rcu_head")
    rcu_synchronize = embedded[rcu_head]("rcu_head")  # of whoever waits in synchronize_rcu()
    krc = ulong()  # address of the first CPU's kfree_rcu_cpu: mm/kvfree_rcu.py
    # page allocator
    nr_free_pages = ulong()
    totalram_pages = ulong()
    node_online_map = ulong()  # a bit for each node of memory
    x86_cpu_to_node_map = array(128)
    node_zones = array(zone.size // 8 * MAX_NR_ZONES * MAX_NR_NODES)  # take one with mm/mmzone.py:zone_at()
    shrinker_list = array(4)  # numbers of mm/shrinker.py:Shrinker, 0 behind the last
    fault_attrs = array(5 * 4)  # fault_attr[5], one for each kind of lib/fault_inject.py:Fault
    fault_forced = ulong()  # 1 after a failure on purpose, until somebody has waited
    # the task that runs
    current_flags = ulong()  # PF_ flags
    mempolicy_mode = ulong()
    il_prev = ulong()  # the node that was last in turn
    # object caches: head of each list of free objects, by size class
    kmalloc_free = array(16)
    kmalloc_next = array(16)  # by size class: first byte of its newest slab that was never handed out
    # init_mm
    init_mm_pgd = ulong()  # address of the top table
    init_mm_mmap_lock = ulong()  # 1 while somebody else holds it for writing
    pgd_list = embedded[list_head]("list_head")  # the page of every process's top table, linked by lru
    # mm/vmalloc.c
    vmap_initialized = ulong()
    vmlist = ptr[vm_struct]("vm_struct")  # areas from before that, by address
    free_vmap_area_root = embedded[rb_root]("rb_root")
    free_vmap_area_list = embedded[list_head]("list_head")
    ne_fit_preload_node = array(128)  # per CPU: a spare vmap_area, or NULL
    vmap_nodes = link[vmap_node]("vmap_node")
    nr_vmap_nodes = ulong()
    vmap_zone_size = ulong()
    vmap_lazy_nr = ulong()  # pages
    drain_vmap_work = embedded[work_struct]("work_struct")
    # local variables of the purge that areas point at
    decay_list = embedded[list_head]("list_head")
    decay_root = embedded[rb_root]("rb_root")
    tmp_list = embedded[list_head]("list_head")
    local_list = embedded[list_head]("list_head")
    purge_list = embedded[list_head]("list_head")
    purge_order = array(PURGE_ORDER)  # in purges with helpers: nodes (+ 1) in the order of their turns
    purge_order_next = ulong()  # index of the next turn
    turns = array(6 * OTHER_TURNS)  # what other tasks do before a work begins: engine/other_task.py
    turns_left = ulong()  # how many of them have not had their turn
    turns_next = ulong()  # index of the next one
    works_begun = ulong()  # how many works have begun since turns were given
    vmap_notify_list = array(4)  # numbers of lib/notifier.py:Notifier, 0 behind the last
    nr_vmalloc_pages = ulong()
    vfree_deferred = ulong()  # address of the first CPU's list of areas to be freed later
    vmap_block_queue = ulong()  # address of the first CPU's queue of vmap blocks
    vmap_allow_huge = ulong()
    ioremap_max_page_shift = ulong()
    # mm/execmem.c
    execmem_info = array(5 * 7)  # execmem_range[EXECMEM_TYPE_MAX]: mm/execmem.py
    # arch/x86/mm/init.c
    pgt_buf_end = ulong()  # the next frame of the kernel's image that may become a table
    direct_pages_count = array(4)  # leaves of the direct map, by level: 1 is 4 KiB, 2 is 2 MiB, 3 is 1 GiB
    # mm/percpu.c
    pcpu_chunk_list = embedded[list_head]("list_head")  # all chunks but the first
    pcpu_first_free = ulong()  # bytes that are left in the first chunk
    pcpu_nr_empty_pop_pages = ulong()  # pages of a unit that are there although nothing is taken in them
    pcpu_pages = ulong()  # address of the array for pages on their way into or out of a chunk, or 0
    pcpu_balance_work = embedded[work_struct]("work_struct")
    pcpu_warn_limit = ulong()  # failures that will still be reported
    # arch/x86/mm/pat
    memtype_list = embedded[list_head]("list_head")  # which physical ranges have which memory type
    # hardware, one array a CPU
    tlb = ulong()  # address of the first CPU's translation buffer
    last_access = array(8)  # what the last touch, read or write met: mm/access.py:access_record
    # debug services: addresses of what they keep, 0 while they are off
    kmsan = ulong()
    kmemleak = ulong()
    debug_objects = ulong()
    # the program that runs here (engine/program.py)
    purge_notifier_mode = ulong()
    mm = ulong()  # address of its mm_struct, 0 before its first area

    def __init__(self, machine: Machine, mem: WordSource) -> None:
        super().__init__(mem, arena_start(machine))
        self.machine = machine
        self.arch = arch_of(machine.arch)
        self.max_pfn = self.addr >> machine.page_shift  # one above the last frame of RAM
        self.ram_pieces = ram_pieces(machine)
        self.low_ram_end = ram_ranges(machine)[0][1]  # up to here there is RAM without a gap
        self.vmemmap = self.addr + self.size
        self.log_buf = self.vmemmap + self.max_pfn * page.size
        self.mte_tags = self.log_buf + LOG_BYTES  # where the hardware keeps the tags of RAM
        self.arena_first = self.mte_tags + mte_tag_bytes(machine)
        self.arena_end = arena_end(machine)
        self.arch.constants(self)

    def fault(self, bad: BadAddress) -> NoReturn:
        """Stop with an oops: the kernel itself used an address where nothing is."""
        # Late, because the report is a kernel function, and those work on this class.
        from vmgui.engine.mm.fault import X86_PF_WRITE, fault_code, page_fault_oops

        page_fault_oops(self, fault_code(self, X86_PF_WRITE if bad.is_write else 0, bad.addr), bad.addr)


def arena_start(machine: Machine) -> int:
    """Byte address where RAM ends and kernel objects begin."""
    return ram_ranges(machine)[-1][1]


def arena_end(machine: Machine) -> int:
    """First byte address past all simulated memory of ``machine``."""
    start = arena_start(machine)
    return start + (start >> machine.page_shift) * page.size + ARENA_BYTES + mte_tag_bytes(machine)


def mte_tag_bytes(machine: Machine) -> int:
    """Bytes for the memory tags of arm64, 4 bits for every 16 bytes; none where they are not used."""
    return arena_start(machine) // 32 if machine.kasan == "hw_tags" else 0


@transparent
def arena_alloc(k: Kernel, nbytes: int) -> int:
    """Take ``nbytes`` zeroed bytes, never to be given back, from the arena; returns their address."""
    addr = k.arena_next or k.arena_first
    k.arena_next = addr + (nbytes + 7 & ~7)
    if k.arena_next > k.arena_end:
        raise KernelBug("panic", "engine/kernel.py:arena_alloc", "out of room for kernel objects")
    return addr
