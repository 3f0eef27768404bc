"""Claims about where a store is said to happen: the line a reader would point at (D8)."""

from __future__ import annotations

import ast
import linecache
from collections.abc import Iterator
from pathlib import Path

import pytest

import vmgui.engine
from vmgui.engine.machine import Machine
from vmgui.engine.words import TRANSPARENT
from vmgui.formats.oplang import parse_operation
from vmgui.timeline import spans
from vmgui.timeline.session import Session

PROGRAM = """a = vmalloc 64K
b = vmalloc_huge 4M
c = vmap 4p
f = ioremap 0x100101000 4M
vfree a
vfree b
vunmap c
iounmap f
purge
a = vmalloc 4K
write @a 5
f = ioremap 0x200000000 4M"""

EXPECTED = """alloc_vmap_area: va.va_start = addr
alloc_vmap_area: va.va_end = addr + size
alloc_vmap_area: va.flags = flags
alloc_vmap_area: va.vm = vm
__get_vm_area_node: area.flags = flags
__get_vm_area_node: area.requested_size = requested_size
__vmalloc_area_node: k.nr_vmalloc_pages = k.nr_vmalloc_pages + area.nr_pages
__link_va: rb_link_node(va.rb_node, parent, link)
__link_va: list_add(va.list, head)
__unlink_va: list_del_init(va.list)
__unlink_va: RB_CLEAR_NODE(va.rb_node)
va_clip: va.va_start += size
va_clip: lva.va_end = nva_start_addr
preload_this_cpu_lock: k.ne_fit_preload_node[k.current_cpu] = va.addr
free_vmap_area_rb_augment_cb_propagate: va.subtree_max_size = max_size
__merge_or_add_vmap_area: sibling.va_start = va.va_start
free_vmap_area_noflush: k.vmap_lazy_nr = nr_lazy
purge_vmap_node: list_del_init(va.list)
purge_vmap_node: vn.nr_purged = vn.nr_purged + 1
__purge_vmap_area_lazy: list_replace_init(vn.lazy.head, vn.purge_list)
vmap_pte_range: set_pte_at(k, addr, pte, pfn_pte(k, pfn, prot))
vmap_pages_pte_range: set_pte_at(k, addr, pte, mk_pte(k, pfn, prot))
vunmap_pte_range: ptent = ptep_get_and_clear(k, addr, pte)
pmd_set_huge: set_pte(k, pmd, huge_entry(k, addr >> k.PAGE_SHIFT, prot))
pmd_clear_huge: pmd_clear(k, pmd)
__pmd_alloc: set_pud(k, pud, table_entry(k, new))
__pte_alloc_kernel: set_pmd(k, pmd, table_entry(k, new))
expand: set_buddy_order(page[1 << high], high)
__free_one_page: add_to_free_list(zone, page, order)
vfree: k.nr_vmalloc_pages = k.nr_vmalloc_pages - nr_pages
__ioremap_caller: area.phys_addr = phys_addr
split_page: set_page_refcounted(page[i])"""


@pytest.fixture(scope="module")
def sites() -> set[tuple[str, str]]:
    """Function and code of every store of the program."""
    session = Session(Machine())
    session.apply_all(map(parse_operation, PROGRAM.splitlines()))
    places = {
        spans.place(session.columns, row)
        for row in range(len(session))
        if spans.kind(session.columns, row) is spans.Step.STORE
    }
    return {(name, linecache.getline(file, line).strip().partition("  #")[0]) for file, name, line in places}


@pytest.mark.parametrize("expected", EXPECTED.splitlines())
def test_a_store_stands_at_the_line_a_reader_would_point_at(
    sites: set[tuple[str, str]], expected: str
) -> None:
    function, _, code = expected.partition(": ")
    # a part of a long function counts as it (D16)
    assert code in {text for name, text in sites if name == function or name.startswith(f"_{function}__")}


def test_no_store_stands_in_a_helper_below_the_algorithm(sites: set[tuple[str, str]]) -> None:
    # what only chooses an architecture's function bears the name of that function
    codes = (code for code in TRANSPARENT.values() if Path(code.co_filename).name != "hooks.py")
    helpers = {code.co_qualname for code in codes}
    assert not {name for name, _ in sites} & helpers


def test_only_helpers_below_the_algorithm_touch_memory_directly() -> None:
    """A store takes its caller's caller for the reader's line, so nobody else may call it."""
    wrong = []
    for file in Path(vmgui.engine.__file__).parent.rglob("*.py"):
        wrong += [f"{file.name}:{line}" for line in direct_stores(ast.parse(file.read_text("utf-8")))]
    assert wrong == []


def direct_stores(node: ast.AST) -> Iterator[int]:
    """The lines below ``node`` that store without being a helper's."""
    if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("mem.store"):
        yield node.lineno
    decorators = node.decorator_list if isinstance(node, ast.FunctionDef) else []
    if not any(isinstance(d, ast.Name) and d.id == "transparent" for d in decorators):
        for child in ast.iter_child_nodes(node):
            yield from direct_stores(child)


def test_a_store_outside_a_helper_is_found() -> None:
    text = "def f(k):\n    k.mem.store(8, 1)\n    @transparent\n    def g():\n        k.mem.store(8, 2)\n"
    assert list(direct_stores(ast.parse(text))) == [2]
