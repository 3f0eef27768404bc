"""The debug services as flags of the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from vmgui.cli import BAD_INPUT, OK, main

PROGRAM = "a = vmalloc 100\nb = vmalloc 8K\ntouch @a\nread @a\nvfree a\ntouch @a\n"


def values(program: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], *flags: str) -> list[int | None]:
    """What each operation of a program returned on a small machine with these flags."""
    file = tmp_path / "program.ops"
    file.write_text(program)
    assert main(["run", str(file), "--ram", "64M", "--json", *flags]) == OK
    return [json.loads(line)["value"] for line in capsys.readouterr().out.splitlines()]


def test_kasan_hw_tags_puts_a_tag_into_the_pointer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arm = ("--machine", "arm64")
    tagged = values(PROGRAM, tmp_path, capsys, *arm, "--kasan", "hw_tags")
    plain = values(PROGRAM, tmp_path, capsys, *arm, "--kasan", "off")
    assert tagged[0] is not None
    assert plain[0] is not None
    assert tagged[0] >> 56 <= 0xFD
    assert plain[0] >> 56 == 0xFF
    assert tagged[0] % (1 << 56) == plain[0] % (1 << 56)


def test_kasan_generic_takes_pages_for_its_shadow(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    program = PROGRAM + "vmalloc_to_page @b\n"
    plain = values(program, tmp_path, capsys)
    watched = values(program, tmp_path, capsys, "--kasan", "generic")
    assert plain[:2] == watched[:2]
    assert plain[-1] != watched[-1]


def test_kmsan_leaves_a_quarter_of_the_range(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert values("touch 0xffffd80000000000\na = vmalloc 4K\n", tmp_path, capsys, "--kmsan")[1]


def test_debug_pagealloc_makes_a_use_after_free_fault(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert values(PROGRAM, tmp_path, capsys)[-1] == 0
    assert values(PROGRAM, tmp_path, capsys, "--debug-pagealloc")[-1] == -14


def test_leaks_and_debug_object_are_there_with_their_flags(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert values("leaks\n", tmp_path, capsys, "--kmemleak") == [None]
    program = "a = vmalloc 4K\ndebug_object @a on\n"
    assert values(program, tmp_path, capsys, "--debug-objects")[-1] == 0


@pytest.mark.parametrize(
    ("flags", "why"),
    [
        (["--kasan", "hw_tags"], "KASAN with hw_tags needs arm64"),
        (["--kasan", "generic", "--kmsan"], "a kernel has KASAN or KMSAN, not both"),
        (["--machine", "arm64", "--kmsan"], "KMSAN needs x86_64"),
    ],
)
def test_services_that_no_kernel_can_have_are_refused_in_one_line(
    flags: list[str], why: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "program.ops"
    file.write_text(PROGRAM)
    assert main(["run", str(file), *flags]) == BAD_INPUT
    err = capsys.readouterr().err
    assert why in err
    assert err.count("\n") == 1
