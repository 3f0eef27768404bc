"""Claims about the place in the kernel's source that a function of the engine stands for."""

from __future__ import annotations

import ast
import gc
import importlib
import tarfile
from pathlib import Path

import pytest

from vmgui.engine.trace import FUNCTIONS
from vmgui.projection.kernel_place import (
    KernelPlace,
    NoSource,
    installed,
    kernel_place,
    line_of,
    named_files,
    read,
    unpack,
)
from vmgui.projection.text import ENGINE, part, parts, statement

importlib.import_module("vmgui.timeline.session")  # with it comes every function that is recorded

TEXT = """#include <linux/mm.h>
static int helper(void);

static int vfree_part(const void *addr);
/* vfree(addr) frees. */
#define PART(x) vfree(x)
void vfree(const void *addr)
{
	helper();
}

static int __always_inline
two_lines(int a,
	int b)
{
	return vfree(a);
}
"""


def place_of(name: str) -> KernelPlace | None:
    """The kernel's place of a recorded function."""
    code = next(f.code for f in FUNCTIONS if f.name == name)
    return kernel_place(code.co_filename, code.co_firstlineno + 1)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A kernel of two files."""
    for name in ("mm/vmalloc.c", "arch/x86/mm/pgtable.c", "mm/nobody.c"):
        (tmp_path / "linux" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "linux" / name).write_text(TEXT)
    return tmp_path / "linux"


@pytest.fixture
def archive(tree: Path) -> Path:
    """The same, packed."""
    packed = tree.with_name("linux-source.tar.xz")
    with tarfile.open(packed, "w:xz") as file:
        file.add(tree, "linux-source")
    return packed


@pytest.mark.parametrize(
    ("name", "place"),
    [("vmap_pmd_range", "mm/vmalloc.c:vmap_pmd_range"),
     ("__pmd_alloc", "mm/memory.c:__pmd_alloc"),
     ("vfree", "mm/vmalloc.c:vfree"), ("classify_va_fit_type", "mm/vmalloc.c:classify_va_fit_type")],
)  # fmt: skip
def test_a_function_names_its_place_in_the_kernel(name, place):
    assert str(place_of(name)) == place


def test_what_is_no_text_of_the_kernel_has_no_place_in_it():
    assert place_of("touch") is None
    assert kernel_place(__file__, 10) is None


def test_nearly_every_recorded_function_has_a_place():
    codes = [f.code for f in FUNCTIONS if str(ENGINE) in f.code.co_filename]  # other tests record theirs too
    places = [kernel_place(code.co_filename, code.co_firstlineno + 1) for code in codes]
    assert sum(place is None for place in places) < len(places) / 40


def test_the_definition_is_found_and_no_use_or_declaration():
    assert line_of(TEXT, "vfree") == 7
    assert line_of(TEXT, "two_lines") in (12, 13)
    assert line_of(TEXT, "PART") == 6
    assert line_of(TEXT, "nobody") is None


def test_a_tracepoint_is_found_under_the_name_it_is_declared_with():
    assert line_of("\nTRACE_EVENT(alloc_vmap_area,\n\n\tTP_PROTO()\n", "trace_alloc_vmap_area") == 2


def test_a_folder_or_an_archive_is_a_source_and_nothing_else(tree, archive, tmp_path):
    assert installed(str(tree)) == tree
    assert installed(str(archive)) == archive
    assert installed(str(tmp_path)) is None
    assert installed(str(tmp_path / "nobody")) is None


def test_a_file_is_read_or_its_absence_is_said(tree):
    assert read(tree, "mm/vmalloc.c") == TEXT
    with pytest.raises(NoSource, match=r"mm/vmap\.c"):
        read(tree, "mm/vmap.c")


def test_an_archive_gives_the_files_that_the_engine_names(archive, tmp_path):
    unpack(archive, tmp_path / "kept")
    assert read(tmp_path / "kept", "mm/vmalloc.c") == TEXT
    assert not (tmp_path / "kept" / "mm/nobody.c").exists()
    assert {"mm/vmalloc.c", "arch/x86/mm/pgtable.c"} <= named_files()


def test_unpacking_that_is_stopped_leaves_nothing(archive, tmp_path):
    with pytest.raises(NoSource):
        unpack(archive, tmp_path / "kept", lambda: False)
    assert not (tmp_path / "kept").exists()
    assert not list(tmp_path.glob("*.part"))


def test_a_broken_archive_is_said_to_be_one(tmp_path):
    broken = tmp_path / "linux.tar.xz"
    broken.write_bytes(b"no archive")
    with pytest.raises(NoSource):
        unpack(broken, tmp_path / "kept")


def test_texts_that_were_read_leave_no_syntax_trees_behind():
    def trees() -> int:
        gc.collect()
        return sum(isinstance(each, ast.stmt) for each in gc.get_objects())

    part.cache_clear()
    before, files = trees(), [str(path) for path in ENGINE.rglob("mm/*.py")]
    for file in files:
        for line in parts(file):
            kernel_place(file, line)
            statement(file, line + 1)
    assert part.cache_info().currsize > len(files)
    assert trees() <= before
