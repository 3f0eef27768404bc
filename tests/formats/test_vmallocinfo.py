"""Copies of /proc/vmallocinfo: of real kernels, of the engine, and of anybody."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vmgui.engine.machine import preset
from vmgui.formats.errors import FormatError
from vmgui.formats.oplang import parse_operation
from vmgui.formats.vmallocinfo import Area, Unread, parse, read, recognises, recognises_file
from vmgui.timeline.session import Session

STACK = "0xffffc90000020000-0xffffc90000025000   20480 kernel_clone+0xc2/0x430 pages=4 vmalloc N0=4"
DEVICE = (
    "0xffffc90000005000-0xffffc90000007000    8192 acpi_os_map_iomem+0x1a9/0x1e0"
    " phys=0x000000003ffe1000 ioremap"
)


def texts(shared: Path) -> list[Path]:
    return sorted((shared / "kernel" / "samples").glob("*/*.vmallocinfo"))


def test_every_line_of_real_kernels_reads_back_as_it_stands(shared: Path):
    assert len(texts(shared)) >= 7
    for path in texts(shared):
        listing = read(path)
        assert not listing.unread
        assert listing.located
        assert "".join(f"{area.text}\n" for area in listing.areas) == path.read_text()
        starts = [area.start for area in listing.sorted]
        assert starts == sorted(starts)
        assert listing.warnings() == ()


def test_what_the_engine_prints_reads_back_as_it_stands():
    session = Session(preset("x86-4l"))
    lines = ("a = vmalloc 8K", "d = ioremap 0x100001000 4K", "u = vmalloc_user 12K", "h = vmalloc_huge 4M",
             "p = pages 70", "r = vm_map_ram p", "m = module 8K", "s = get_area 16K vmflags=sparse",
             "v = vmap p n=3 vmflags=map", "f = vmalloc 4K", "vfree f", "vmallocinfo")  # fmt: skip
    for line in lines:
        session.apply(parse_operation(line))
    text = session.operations[-1].outcome.text
    listing = parse(text)
    assert not listing.unread
    assert "".join(f"{area.text}\n" for area in listing.areas) == text
    words = {word for area in listing.areas for word in area.flags}
    assert words >= {"vmalloc", "user", "ioremap", "sparse", "vmap", "vpages"}
    assert words >= {"vm_map_ram", "unpurged vm_area"}


def test_a_line_is_an_area_with_its_number():
    assert parse(f"{STACK}\n{DEVICE}\n").sorted == (
        Area(0xFFFFC90000005000, 0xFFFFC90000007000, 8192, "acpi_os_map_iomem+0x1a9/0x1e0",
             phys=0x3FFE1000, flags=("ioremap",), line=2),
        Area(0xFFFFC90000020000, 0xFFFFC90000025000, 20480, "kernel_clone+0xc2/0x430", 4,
             flags=("vmalloc",), nodes=((0, 4),), line=1),
    )  # fmt: skip


def test_a_caller_in_a_module_keeps_the_name_of_the_module():
    line = "0xffffffffc0400000-0xffffffffc0402000    8192 init_it+0x1f/0x80 [vmrec] pages=1 vmalloc N0=1"
    (area,) = parse(line).areas
    assert area.caller == "init_it+0x1f/0x80 [vmrec]"
    assert area.text == line


def test_totals_count_areas_bytes_and_pages_of_each_kind():
    other = STACK.replace("90000020", "90000060").replace("90000025", "90000065")
    listing = parse(f"{STACK}\n{DEVICE}\n{other}")
    assert listing.kinds() == {"vmalloc": (2, 40960), "ioremap": (1, 8192)}
    assert listing.total() == "3 areas, 48 KiB of addresses, 8 pages"


def test_hidden_addresses_are_told_and_the_order_of_the_file_stays():
    zeros = re.sub(r"0x\w{16}-0x\w{16}", "0x0000000000000000-0x0000000000000000", f"{STACK}\n{DEVICE}")
    listing = parse(zeros)
    assert [area.size for area in listing.sorted] == [20480, 8192]
    assert not any(area.located for area in listing.areas)
    assert "hidden" in listing.warnings()[0]
    early = re.sub(r"0x\w{16}-0x\w{16}", "0x(____ptrval____)-0x(____ptrval____)", STACK)
    assert "hidden" in parse(early).warnings()[0]


def test_hashed_addresses_are_told_and_not_sorted_by():
    hashed = STACK.replace("0xffffc90000020000-0xffffc90000025000", "0x00000000f1a2b3c4-0x000000001f2e3d4c")
    listing = parse(f"{hashed}\n{hashed.replace('f1a2', '01a2')}")
    assert [area.line for area in listing.sorted] == [1, 2]
    assert "hashes" in listing.warnings()[0]


def test_a_line_that_is_not_understood_is_kept_with_its_number():
    listing = parse(f"{STACK}\n\nwhat is this\n{DEVICE} and more\n")
    assert listing.unread == (Unread(3, "what is this"), Unread(4, f"{DEVICE} and more"))
    assert listing.warnings() == ("Lines not understood, shown with “?”: 2",)


def test_a_text_of_something_else_is_refused_with_its_line():
    with pytest.raises(FormatError, match="no line of this") as caught:
        parse("\na = vmalloc 4K\n", "x.ops")
    assert (caught.value.file, caught.value.line) == ("x.ops", 2)


def test_a_file_is_recognised_by_its_first_line(tmp_path: Path):
    assert recognises(f"{STACK}\n".encode())
    assert not recognises(b'{"version": 1}')
    assert not recognises(b"a = vmalloc 4K\n")
    assert not recognises(b"")
    assert not recognises_file(tmp_path)


def test_files_that_cannot_be_read_say_why(tmp_path: Path):
    with pytest.raises(FormatError, match="No such file"):
        read(tmp_path / "none")
    with pytest.raises(FormatError, match="directory"):
        read(tmp_path)


PIECES = st.sampled_from([
    "0x", "-", " ", "ffffc90000000000", "0xffffc90000000000-0xffffc90000002000    8192", "8192", "\n", "\r",
    " f+0x1/0x2", " [m]", " pages=", "1", " phys=0x1000", " vmalloc", " vmap", " N0=1", " vm_map_ram",
    " unpurged vm_area", "(____ptrval____)", "\0", "٣", "\u2028", "9" * 40,
])  # fmt: skip


def check_any(text: str) -> None:
    try:
        listing = parse(text)
    except FormatError:
        return
    assert [*listing.warnings(), listing.total(), listing.kinds()]
    lines = [line for line in text.split("\n") if line.strip()]
    assert len(listing.areas) + len(listing.unread) == len(lines)
    again = parse("\n".join(area.text for area in listing.areas))
    assert [area.text for area in again.areas] == [area.text for area in listing.areas]


@given(st.lists(PIECES, max_size=30).map("".join))
def test_pieces_of_lines_in_any_order_are_read_or_refused(text: str):
    check_any(text)


@given(st.text())
def test_any_text_is_read_or_refused(text: str):
    check_any(text)


@given(st.binary())
def test_any_bytes_are_recognised_or_not(data: bytes):
    assert recognises(data) in (True, False)
