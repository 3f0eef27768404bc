"""Claims about the command line: what it prints, and its exit status."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from vmgui.cli import BAD_INPUT, FAILED, OK, main

PROGRAM = "a = vmalloc 64K\nf = ioremap 0x100101000 4M\nvfree a\n"


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A small program in a file."""
    file = tmp_path / "small.ops"
    file.write_text(PROGRAM)
    return file


def test_run_prints_what_each_operation_returned(program: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", str(program)]) == OK
    out = capsys.readouterr().out
    assert "0xffffc90000000000" in out
    assert "f = ioremap 0x100101000 4M" in out


def test_run_json_is_one_object_an_operation(program: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", str(program), "--json", "--steps"]) == OK
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["op"] for line in lines] == ["a = vmalloc 64K", "f = ioremap 0x100101000 4M", "vfree a"]
    assert lines[0]["value"] == 0xFFFFC90000000000
    assert lines[0]["steps"][-1]["step"] == lines[0]["last_step"] == lines[1]["first_step"]


def test_another_machine_gives_other_addresses(program: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", str(program), "--machine", "x86-5l", "--cpus", "1", "--ram", "64M", "--json"]) == OK
    assert json.loads(capsys.readouterr().out.splitlines()[0])["value"] == 0xFFA0000000000000


def test_steps_tell_of_a_refusal(program: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", str(program), "--steps"]) == OK
    assert "vmap_try_huge_pmd refuses a huge page at 0xffffc90000400000" in capsys.readouterr().out


def test_boot_parameters_reach_the_machine(program: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", str(program), "--boot", "nohugeiomap", "--json"]) == OK
    capsys.readouterr()
    assert main(["run", str(program), "--boot", "quiet"]) == BAD_INPUT
    assert "unknown boot parameter 'quiet'" in capsys.readouterr().err


@pytest.mark.parametrize("words", [("--ram", "²G"), ("--ram", "9" * 5000), ("--page-size", "٣")])
def test_what_is_no_size_is_one_sentence(
    program: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, str]
) -> None:
    assert main(["run", str(program), *words]) == BAD_INPUT
    said = capsys.readouterr().err
    assert "is no size or address: write 1G" in said
    assert len(said) < 200


def test_a_million_million_requests_are_refused_before_they_begin(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "many.ops").write_text("percpu x n=1T size=8 align=8\n")
    assert main(["run", str(tmp_path / "many.ops")]) == BAD_INPUT
    assert "more than 100000 take too long" in capsys.readouterr().err


def test_a_kernel_bug_is_a_failure_not_a_crash(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "bug.ops"
    line = "vmap_page_range va=0xffffd00000000000 size=8K phys=0x8000000000\n"
    file.write_text(line * 2)
    assert main(["run", str(file)]) == FAILED
    assert "mm/vmalloc.c:113" in capsys.readouterr().out


BAD = [
    ("a = vmaloc 4K", "vmaloc"),
    ("a = vmalloc", "size"),
    ("vfree nobody", "nobody"),
    ("touch 0x1234567890abcdef", "canonical"),
    ("touch 0xff10000000000000", "5 levels"),
    ("a = vmalloc 4Q", "4Q"),
]


@pytest.mark.parametrize(("line", "told"), BAD)
def test_a_bad_line_is_one_message_with_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str, told: str
) -> None:
    file = tmp_path / "bad.ops"
    file.write_text("c = vmalloc 4K\n" + line + "\n")
    assert main(["run", str(file)]) == BAD_INPUT
    err = capsys.readouterr().err
    assert f"{file}:2" in err
    assert told in err
    assert "^" in err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--machine", "vax"], "unknown machine 'vax'"),
        (["--cpus", "0"], "possible CPUs must be 1 to 128"),
        (["--ram", "1X"], "'1X' is no size"),
        (["--ram", "1M"], "RAM must be 16M to 16G"),
    ],
)
def test_an_impossible_machine_is_refused_with_what_to_change(
    program: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], told: str
) -> None:
    assert main(["run", str(program), *arguments]) == BAD_INPUT
    assert told in capsys.readouterr().err


@pytest.mark.parametrize("command", ["run", "step", "replay"])
def test_a_file_that_is_not_there_is_bad_input(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, "/nowhere/at/all.ops"]) == BAD_INPUT
    assert "/nowhere/at/all.ops" in capsys.readouterr().err


def test_a_recording_that_is_none_is_bad_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "no.jsonl.gz"
    file.write_bytes(b"not gzip at all")
    assert main(["replay", str(file)]) == BAD_INPUT
    assert "no.jsonl.gz" in capsys.readouterr().err


def test_stepping_in_the_terminal_answers_every_key(
    program: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = ["", "w", "b", "b", "O", "O", "P", "o", "u", "g 300", "s", "w", "what?", "q", ""]
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(keys)))
    assert main(["step", str(program)]) == OK
    out = capsys.readouterr().out
    assert "vmalloc(size=0x10000)" in out
    assert "(the beginning)" in out
    assert "q quit" in out


def test_why_in_the_terminal_names_the_check_that_failed(
    program: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    main(["run", str(program), "--steps", "--json"])
    steps = [s for line in capsys.readouterr().out.splitlines() for s in json.loads(line)["steps"]]
    refused = next(s["step"] for s in steps if s["text"].startswith("vmap_try_huge_pmd refuses"))
    monkeypatch.setattr("sys.stdin", io.StringIO(f"g {refused}\nw\n"))
    assert main(["step", str(program)]) == OK
    out = capsys.readouterr().out
    assert "✗ if not IS_ALIGNED(phys_addr, k.PMD_SIZE)" in out
    assert "– if not pmd_present" in out


@pytest.mark.parametrize("step", ["²", "9" * 5000, "-1", ""])
def test_a_step_that_is_no_number_gets_the_help(
    program: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"g {step}\nq\n"))
    assert main(["step", str(program)]) == OK
    assert capsys.readouterr().out.count("g N go to step N") == 2  # at the beginning, and here


def test_lines_in_the_terminal_are_those_of_the_last_step(
    program: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("l\nn\nn\nl\n"))
    assert main(["step", str(program)]) == OK
    out = capsys.readouterr().out
    assert "Nothing has run yet." in out
    assert "return __vmalloc_node(" in out


@pytest.mark.parametrize("command", ["run", "replay", "step", "shot", "tour", "bench"])
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main([command, "--help"])
    assert left.value.code == 0
    assert f"vmgui {command}" in capsys.readouterr().out
