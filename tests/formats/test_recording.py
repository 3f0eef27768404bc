"""Reading recordings: what is accepted, and what is said about the rest."""

import gzip
import json
from pathlib import Path

import pytest

from vmgui.formats import recording
from vmgui.formats.errors import FormatError
from vmgui.formats.inputs import Unusable, check_state, split

HEX = dict.fromkeys(
    ["page_kernel", "page_kernel_exec", "page_kernel_ro", "page_kernel_rox", "page_kernel_nocache"]
    + ["page_kernel_io", "page_kernel_io_nocache", "wc", "pgd_pa"],
    "0x163",
)
RUN = {"rec": "run", "boot": "x86-4l", "scenario": "00", "cmdline": "quiet", "smp": 2, "mem_mib": 1024}
BOOT = HEX | {
    "rec": "boot", "levels": 4, "VS": "0xffffc90000000000", "VE": "0xffffe8ffffffffff",
    "MV": "0xffffffffc0000000", "ME": "0xffffffffff000000", "W": "0xffffd88000000000",
    "WE": "0xffffd98000000000", "online_cpus": 2, "possible_cpus": 2, "nr_vmap_nodes": 2,
    "vmap_zone_size": 65536, "lazy_nr": 0, "nr_vmalloc_pages": 0, "totalram_pages": 200000,
    "vmap_allow_huge": 1, "ioremap_max_page_shift": 63, "bbmap_bits": 256, "online_nodes": 1, "gbpages": 1,
    "phys_bits": 40, "page_offset": "0xffff888000000000", "fn_probes": ["flush_tlb_kernel_range"],
}  # fmt: skip
LISTS = {"free": [["0x1", "0xffffffffffffffff"]], "busy": [], "lazy": [], "pool": [], "vb": [], "vbfree": []}
TREE = [[0, "B", "0x1", "0xffffffffffffffff", "0xfffffffffffffffe"]]
STATE = {"rec": "state", **LISTS, "tree": TREE}
END = {"rec": "end", **LISTS, "tree": TREE, "ops": 1, "lazy_nr": 0, "nr_vmalloc_pages": 0}
OP = {"rec": "op", "i": 0, "line": "settle", "op": "settle", "pre": [], "ev": [], "cpu": 0, "ret": None}


def text(*records: dict) -> bytes:
    return "".join(json.dumps(record) + "\n" for record in records).encode()


def error_of(data: bytes) -> str:
    with pytest.raises(FormatError) as caught:
        recording.parse(data, "x.jsonl")
    return str(caught.value)


def test_a_whole_recording_is_read_with_addresses_as_numbers():
    read = recording.parse(text(RUN, BOOT, STATE, OP, END))
    assert read.boot.w == 0xFFFFD88000000000
    assert read.ops[0].line == "settle"
    assert read.end.ops == 1


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "x.jsonl:1: ends too early"),
        (text(BOOT), "x.jsonl:1: expected the run record here"),
        (text(RUN, BOOT, OP), "x.jsonl:3: expected the state record here"),
        (text(RUN, BOOT, STATE), "x.jsonl:4: ends too early: no end record"),
        (text(RUN, BOOT, STATE, OP, OP, END), "x.jsonl:5: operation 0 where 1 is due"),
        (text(RUN, BOOT, STATE, END | {"ops": 7}), "x.jsonl:4: says 7 operations, but there are 0"),
        (text(RUN, BOOT, STATE, OP | {"crashed": True}, OP | {"i": 1}), "x.jsonl:5: an operation after"),
        (text(RUN, BOOT, STATE, RUN, END), "x.jsonl:4: expected an op record here"),
        (text(RUN, BOOT | {"W": "here"}), "x.jsonl:2: expected hexadecimal"),
        (text(RUN, BOOT, STATE, OP | {"lazy_nr": "many"}, END), "x.jsonl:4: Expected `array`"),
        (text(RUN, BOOT, STATE, OP | {"surprise": 1}, END), "x.jsonl:4: Object contains unknown field"),
        (text(RUN) + b"\n" + text(BOOT), "x.jsonl:2: an empty line"),
        (text(RUN)[:-9], "x.jsonl:1: Input data was truncated"),
        (b"\xff\xfe\x00\n", "x.jsonl:1: "),
        (b"[" * 100000, "x.jsonl:1: "),
    ],
)
def test_a_malformed_recording_is_refused_with_its_line(data: bytes, said: str):
    assert error_of(data).startswith(said)


def test_a_cut_or_damaged_gzip_file_is_one_message(tmp_path: Path):
    whole = gzip.compress(text(RUN, BOOT, STATE, OP, END))
    for name, data in (("cut", whole[: len(whole) // 2]), ("bent", whole[:30] + b"\0\0\0\0" + whole[34:])):
        path = tmp_path / f"{name}.jsonl.gz"
        path.write_bytes(data)
        with pytest.raises(FormatError, match="damaged gzip data"):
            recording.read(path)


def test_a_file_that_is_no_gzip_or_cannot_be_opened_is_one_message(tmp_path: Path):
    path = tmp_path / "plain.jsonl.gz"
    path.write_bytes(text(RUN))
    with pytest.raises(FormatError, match="not a gzip file"):
        recording.read(path)
    with pytest.raises(FormatError, match=r"gone\.jsonl"):
        recording.read(tmp_path / "gone.jsonl")


def test_a_file_that_unpacks_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(recording, "MAX_BYTES", 1 << 20)
    path = tmp_path / "bomb.jsonl.gz"
    path.write_bytes(gzip.compress(b"0" * (2 << 20)))
    with pytest.raises(FormatError, match="unpacks to more than 1 MiB"):
        recording.read(path)


def test_a_file_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(recording, "MAX_BYTES", 1 << 20)
    (tmp_path / "long.jsonl").write_bytes(b"x" * ((1 << 20) + 1))
    with pytest.raises(FormatError, match="longer than 1 MiB"):
        recording.read(tmp_path / "long.jsonl")


@pytest.mark.parametrize("name", ["nowhere", "x" * 5000, "a.jsonl/b"])
def test_a_place_where_nothing_can_be_is_one_message(tmp_path: Path, name: str):
    (tmp_path / "a.jsonl").write_bytes(b"")
    with pytest.raises(FormatError) as refused:
        recording.find([tmp_path / name])
    assert refused.value.file == str(tmp_path / name)


def test_a_folder_is_searched_for_recordings_only(tmp_path: Path):
    for name in ("x86/01.jsonl.gz", "x86/calls/01.jsonl.gz", "x86/01.dmesg.gz"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    assert recording.find([tmp_path]) == [tmp_path / "x86/01.jsonl.gz"]
    with pytest.raises(FormatError, match="no recordings"):
        recording.find([tmp_path / "x86" / "calls"])
    with pytest.raises(FormatError, match="no such file"):
        recording.find([tmp_path / "nowhere"])


def test_text_in_a_recording_is_never_run(tmp_path: Path):
    line = f"settle __import__('os').mkdir({str(tmp_path / 'made')!r})"
    recording.parse(text(RUN, BOOT, STATE, OP | {"line": line}, END))
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"tree": [[0, "B", "0x1", "0x1000", "0xfff"]]}, "it ends at 0x1000"),
        ({"tree": [[0, "B", "0x2", "0xffffffffffffffff", "0x0"]]}, "a gap at 0x1"),
        ({"lazy": [[0, "0x1000", "0x2000", "0x0"]]}, "an overlap at"),
        ({"tree": [[1, "B", "0x1", "0xffffffffffffffff", "0x0"]]}, "not in preorder"),
        ({"tree": [TREE[0], [1, "R", "0x1", "0x2", "0x1"]]}, "not a search tree"),
        ({"overflow": True}, "cut short"),
    ],
)
def test_a_state_that_does_not_tile_is_unusable(change: dict, why: str):
    read = recording.parse(text(RUN, BOOT, STATE | change, OP, END))
    with pytest.raises(Unusable, match=why):
        split(read)


def test_a_state_without_a_tree_is_unusable():
    state = {key: value for key, value in STATE.items() if key != "tree"}
    with pytest.raises(Unusable, match="no free tree"):
        check_state(recording.parse(text(RUN, BOOT, state, OP, END)).state)


def test_all_reference_recordings_can_be_read_and_split(shared: Path):
    files = recording.find([shared / "kernel" / "golden"])
    assert len(files) > 200
    for path in files:
        assert split(recording.read(path)).lines
