"""Which lines of a kernel log are compared, and what of them."""

import pytest

from vmgui.formats.messages import frame_in, is_decoration, meaning


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("WARNING: CPU: 1 PID: 145 at mm/vmalloc.c:552 vmap_small_pages_range_noflush+0x4d3/0x5c0",
         ("WARN", "mm/vmalloc.c:552")),
        ("kernel BUG at mm/vmalloc.c:113!", ("BUG", "mm/vmalloc.c:113")),
        ("BUG: unable to handle page fault for address: ffff890000000008", ("fault", "ffff890000000008")),
        ("Unable to handle kernel paging request at virtual address ffff007fc0000008",
         ("fault", "paging request at virtual address ffff007fc0000008")),
        ("Internal error: Oops: 0000000096000005 [#1] SMP", ("fault", "Oops: 0000000096000005")),
        ("init: vmalloc error: size 4096, vm_struct allocation failed, mode:0xcc0(GFP_KERNEL), "
         "nodemask=(null),cpuset=/,mems_allowed=0",
         ("text", "vmalloc error: size 4096, vm_struct allocation failed, mode:0xcc0(GFP_KERNEL)")),
        ("iounmap: bad address ffffd8800000a000", ("text", "iounmap: bad address ffffd8800000a000")),
    ],
)  # fmt: skip
def test_a_listed_line_keeps_its_meaning_without_task_and_offsets(line: str, said: tuple):
    assert meaning(line) == said


def test_the_task_that_failed_makes_no_difference():
    first, second = (f"{task}: vmalloc error: size 1, exceeds total pages, mode:0x1(A), x" for task in "ab")
    assert meaning(first) == meaning(second)


@pytest.mark.parametrize("line", ["------------[ cut here ]------------", "RIP: 0010:f+0x1/0x2", "raw: 00"])
def test_registers_and_marks_say_nothing(line: str):
    assert meaning(line) is None
    assert is_decoration(line)


def test_a_line_of_somebody_else_is_not_on_the_list():
    line = "random: crng init done"
    assert meaning(line) is None
    assert not is_decoration(line)


def test_a_frame_at_the_end_of_a_text_is_found():
    text = "CPA detected W^X violation: 1 -> 2 range: 3 - 4 PFN 4e0f"
    assert frame_in(text) == ("CPA detected W^X violation: 1 -> 2 range: 3 - 4 PFN ", 0x4E0F)
    assert frame_in("iounmap: bad address 0") is None
