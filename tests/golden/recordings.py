"""Recordings to replay: those of a real kernel beside the checkout, and one that the engine makes itself."""

import gzip
from pathlib import Path

import msgspec

from vmgui.formats import recording
from vmgui.formats.inputs import Inputs
from vmgui.formats.records import Hex, Recording
from vmgui.formats.replay import Replay

W, WE = 0xFFFFD88000000000, 0xFFFFD98000000000
VS = 0xFFFFC90000000000
LAST = (1 << 64) - 1

#: A script that touches as many fields as the engine can fill.
SCRIPT = [
    "settle ms=400",
    "purge",
    "vmalloc_huge h size=2M+4K",
    "range a size=12K",
    "get_area g size=20K vmflags=ioremap",
    "pages p n=8 kind=scatter",
    "map_pages va=W+8M pages=p",
    "map_pages va=W+8M+16K pages=p n=6",
    "vmap_page_range va=W+1G size=2M+4K phys=0x8000000000",
    "walk va=W size=2G",
    "to_page addr=@h+4K",
    "is_vmalloc addr=@a",
    "find addr=@a",
    "area big size=2T",
    "vfree a",
    "vfree h",
    "vunmap_range va=W+1G size=4M",
    "vmap_page_range va=W+1G size=4M phys=0x8000000000",
    "tree",
    "drain",
    "state",
    "watch start=VS end=VE",
    "unmap_aliases",
    "vmap_page_range va=W+8M size=4K phys=0x8000000000",
]


def golden(shared: Path, boot: str, scenario: str) -> Path:
    """The file of a scenario, given the number it begins with."""
    return next((shared / "kernel" / "golden" / boot).glob(f"{scenario}*.jsonl.gz"))


def lines_of(path: Path) -> list[dict]:
    """The records of a file as plain JSON."""
    return [msgspec.json.decode(line) for line in gzip.decompress(path.read_bytes()).splitlines()]


def recording_of(records: list[dict]) -> Recording:
    """A recording from plain JSON."""
    return recording.parse(b"\n".join(map(msgspec.json.encode, records)))


def inputs(lines: list[str] = SCRIPT) -> Inputs:
    """A machine with an empty window and a few areas of others, and a script for it."""
    tree = [
        (0, "B", W, WE),
        (1, "B", VS + 0x5000, W - 0x1000),
        (2, "R", 1, VS),
        (1, "B", WE + 0x1000, LAST),
    ]
    busy = [
        (0, VS, VS + 0x5000, 0x100, 0x2, 4),
        (0, WE, WE + 0x1000, 0, 0x44, 0),
        (1, W - 0x1000, W, 0, 0x44, 0),
    ]
    return Inputs(
        mem_mib=256, cmdline="quiet", lines=lines, w=Hex(W), we=Hex(WE),
        mv=Hex(0xFFFFFFFFC0000000), me=Hex(0xFFFFFFFFFF000000), possible_cpus=2, online_cpus=2,
        online_nodes=1, totalram_pages=60000, gbpages=1, phys_bits=40, bbmap_bits=256,
        page_offset=Hex(0xFFFF888000000000), nr_vmalloc_pages=4, fn_probes=PROBES,
        tree=[(d, c, Hex(s), Hex(e)) for d, c, s, e in tree],
        busy=[(n, Hex(s), Hex(e), Hex(f), Hex(v), p) for n, s, e, f, v, p in busy],
        lazy=[], pool=[], vb=[], vbfree=[], tables={}, others=[], helpers={},
    )  # fmt: skip


PROBES = [
    "flush_tlb_kernel_range", "__purge_vmap_area_lazy", "reclaim_and_purge_vmap_areas",
    "drain_vmap_area_work", "purge_vmap_node", "delayed_vfree_work", "arch_sync_kernel_mappings",
    "pud_free_pmd_page", "pmd_free_pte_page", "free_vmap_block",
]  # fmt: skip


def record(given: Inputs) -> list[dict]:
    """Run a script on the engine and write down what a kernel module would have written."""
    actual = Replay(given).run()
    plain = msgspec.json.decode(msgspec.json.encode(actual, enc_hook=hex))
    run = {"rec": "run", "boot": "made", "scenario": "made", "cmdline": given.cmdline,
           "smp": given.online_cpus, "mem_mib": given.mem_mib}  # fmt: skip
    given_plain = msgspec.json.decode(msgspec.json.encode(given, enc_hook=hex))
    named = {"w": "W", "we": "WE", "mv": "MV", "me": "ME", "vs": "VS", "ve": "VE"}
    boot = {"rec": "boot"} | {
        named.get(k, k): v for k, v in (_constants(given_plain) | plain["boot"]).items()
    }
    records = [run, boot, plain["state"], *(op["record"] for op in plain["ops"])]
    return records + ([plain["end"]] if plain["end"] else [])


def _constants(given: dict) -> dict:
    names = "w we mv me possible_cpus online_cpus online_nodes totalram_pages gbpages phys_bits bbmap_bits"
    return {name: given[name] for name in [*names.split(), "page_offset", "nr_vmalloc_pages", "fn_probes"]}
