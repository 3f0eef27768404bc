"""/proc/vmallocinfo and /proc/meminfo against the files of a real boot, byte for byte.

What cannot follow from a recorded state is given as data: callers, physical addresses.  It was taken a
little later, so only areas that both know are compared, and of an area whose page array is vmalloc memory
nobody recorded which.
"""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from vmgui.engine.boot import boot, fresh_memory
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.seq_file import seq_file
from vmgui.engine.machine import Machine, preset
from vmgui.engine.mm.meminfo import meminfo_proc_show
from vmgui.engine.mm.vm_struct import find_vm_area
from vmgui.engine.mm.vmalloc_info import vmalloc_info_show
from vmgui.engine.restore import StartState, restore

LINE = re.compile(r"0x(\w{16})-0x\w{16} +\d+(?: (\S+(?: \[\w+\])?\+0x\S+))?(?: phys=0x(\w{16}))?")
BOOTS = ("x86-4l", "x86-5l", "x86-4l-nohuge", "x86-4l-smp1")


def numbers(value: object) -> object:
    """Plain JSON with the hexadecimal texts as numbers."""
    if isinstance(value, list):
        return [numbers(item) for item in value]
    return int(value, 16) if isinstance(value, str) and value.startswith("0x") else value


def sample(shared: Path, name: str) -> Path:
    return shared / "kernel" / "samples" / name


def lines(shared: Path, name: str) -> list[str]:
    return (sample(shared, name) / "boot.vmallocinfo").read_text().splitlines()


def starts(texts: list[str]) -> dict[int, re.Match[str]]:
    """The lines of areas in use, taken apart, by start."""
    found = (LINE.match(text) for text in texts if not text.endswith("unpurged vm_area"))
    return {int(match[1], 16): match for match in found if match}


def restored(shared: Path, name: str) -> Kernel:
    """A kernel in the state of a boot, with the callers and devices that its vmallocinfo names."""
    records = (sample(shared, name) / "boot.state.jsonl").read_text().splitlines()
    constants, state = (json.loads(record) for record in records[:2])
    machine = preset("x86-5l" if constants["levels"] == 5 else "x86-4l")
    changes = {key: constants[key] for key in ("possible_cpus", "online_cpus", "phys_bits")}
    k = booted(machine, **changes)
    named = starts(lines(shared, name))
    restore(k, StartState(
        tree=[node[:4] for node in numbers(state["tree"])],
        busy=[area[:6] for area in numbers(state["busy"])],
        lazy=numbers(state["lazy"]), pool=numbers(state["pool"]),
        nr_vmalloc_pages=constants["nr_vmalloc_pages"], totalram_pages=constants["totalram_pages"],
        callers={start: match[2] or "" for start, match in named.items()},
    ))  # fmt: skip
    for start, match in named.items():
        vm = find_vm_area(k, start)
        if vm is not None and match[3]:
            vm.phys_addr = int(match[3], 16)
    return k


def booted(machine: Machine, **changes: int) -> Kernel:
    machine = replace(machine, **changes)
    return boot(machine, fresh_memory(machine))


@pytest.mark.parametrize("name", BOOTS)
def test_the_list_of_areas_is_that_of_the_real_boot(shared: Path, name: str):
    k, m = restored(shared, name), seq_file()
    vmalloc_info_show(k, m)
    mine, theirs = m.text.splitlines(), lines(shared, name)
    assert m.text.endswith("\n")
    both = starts(mine).keys() & starts(theirs).keys()
    uncertain = {start for start, match in starts(theirs).items() if " vpages" in match.string}
    both -= uncertain
    assert len(uncertain) <= 1
    assert len(both) >= 65
    wanted = [match.string for start, match in starts(theirs).items() if start in both]
    assert [match.string for start, match in starts(mine).items() if start in both] == wanted
    for word in (" phys=", " pages=", " N0=", " vmalloc", " vmap", " ioremap"):
        assert any(word in text for text in wanted)


@pytest.mark.parametrize("name", BOOTS)
def test_the_vmalloc_lines_of_meminfo_are_those_of_the_real_boot(shared: Path, name: str):
    k, m = restored(shared, name), seq_file()
    theirs = (sample(shared, name) / "boot.meminfo").read_text()
    k.nr_vmalloc_pages = int(theirs.split()[4]) // 4  # the state was taken when a module was loaded, too
    meminfo_proc_show(k, m)
    assert m.text == theirs
