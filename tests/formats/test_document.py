"""Documents: everything in them is checked, nothing in them is run, and saving is all or nothing."""

from __future__ import annotations

import json
import os
import stat
import sys
from dataclasses import fields, replace
from pathlib import Path

import pytest

from vmgui.engine.machine import MTRR_WB, PRESETS, Machine, MtrrRange
from vmgui.formats import document as documents
from vmgui.formats.document import Bookmark, Document, dump, load, parse_document, parse_program, save
from vmgui.formats.errors import FormatError
from vmgui.formats.machine_record import MachineRecord
from vmgui.formats.oplang import parse_operation

LINES = ("# the story", "a = vmalloc 4M", "", "vfree a")


def error_in(text: str) -> FormatError:
    with pytest.raises(FormatError) as caught:
        parse_document(text, "x.vmgui")
    return caught.value


def text_of(**fields: object) -> str:
    return json.dumps({"version": 1} | fields, indent=1)


def test_a_document_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    machine = replace(PRESETS["x86-5l"], mtrrs=(MtrrRange(0, 1 << 20, MTRR_WB),), ram=512 << 20,
                      window=(0xFFD0000000000000, 0xFFD0010000000000))  # fmt: skip
    document = Document(machine, LINES, "错位的 BAR", "Why?", (Bookmark(3, "here"),))
    save(tmp_path / "x.vmgui", document)
    assert load(tmp_path / "x.vmgui") == document


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_can_be_written_down(name: str) -> None:
    document = Document(PRESETS[name])
    assert parse_document(dump(document)).machine == PRESETS[name]


def test_the_record_of_a_machine_has_the_fields_and_defaults_of_the_machine() -> None:
    written = [name for name in MachineRecord.__struct_fields__ if name != "levels"]
    assert written == [field.name for field in fields(Machine)]
    assert MachineRecord().machine() == Machine()
    assert MachineRecord.of(Machine()) == MachineRecord()


@pytest.mark.parametrize(("levels", "va_bits"), [(4, 48), (5, 57)])
def test_a_document_from_before_va_bits_says_how_many_levels(levels: int, va_bits: int) -> None:
    machine = parse_document(text_of(machine={"levels": levels})).machine
    assert (machine.va_bits, machine.levels) == (va_bits, levels)
    assert '"levels"' not in dump(Document(machine))


def test_the_lines_keep_comments_and_the_operations_their_line_numbers() -> None:
    document = parse_document(text_of(operations=LINES))
    assert document.lines == LINES
    assert [operation.line for operation in document.operations] == [2, 4]


@pytest.mark.parametrize(
    ("text", "why", "line"),
    [
        ("", "not valid JSON", 1),
        ('{\n "version": 1,\n "title": \n}', "not valid JSON", 4),
        ("[]", "no version number", 0),
        ('{"title": "x"}', "no version number", 0),
        ('{\n"version": 2}', "version 2 is not known here", 2),
        ('{"version": true}', "no version number", 0),
        ('{"version": 0}', "version 0", 1),
        (text_of(color="red"), "unknown field `color`", 1),
        (text_of(title=4), "title: expected `str`", 3),
        (text_of(operations="a = vmalloc 4M"), "operations: expected `array`", 3),
        (text_of(operations=["purge", 7]), "operations[1]: expected `str`", 5),
        (text_of(operations=["purge\npurge"]), "no line breaks", 4),
        (text_of(machine={"levels": 3}), "no 3 levels of page tables", 3),
        (text_of(machine={"levels": "5"}), "machine.levels: expected `int`", 4),
        (text_of(machine={"levels": 4, "va_bits": 57}), "57-bit addresses do not have 4 levels", 3),
        (text_of(machine={"arch": "vax"}), "architecture 'vax'", 3),
        (text_of(machine={"ram": "1 GB"}), "no size or address", 3),
        (text_of(machine={"ram": "64G"}), "RAM must be", 3),
        (text_of(machine={"ram": "99999999999999999999"}), "64 bits", 3),
        (text_of(machine={"cpus": 4}), "unknown field `cpus`", 3),
        (text_of(machine={"mtrrs": [{"start": "0", "end": "1M", "type": "odd"}]}), "no memory type", 3),
        (text_of(bookmarks=[{"step": "one"}]), "bookmarks[0].step", 5),
        ("[" * 100_000, "nested too deeply", 0),
        ('{"version": ' + "1" * 5000 + "}", "a number too long", 0),
    ],
)
def test_a_malformed_document_is_refused_with_place_and_reason(text: str, why: str, line: int) -> None:
    error = error_in(text)
    assert why in str(error)
    assert error.line == line


@pytest.mark.parametrize(
    "machine",
    [
        '{"window": ["0xffffd98000000000", "0xffffd88000000000"]}',
        '{"window": ["0xffffd88000000001", "0xffffd98000000000"]}',
        '{"mtrrs": [{"start": "0x2000", "end": "0x1000", "type": "uncached"}]}',
        '{"ram": "%s"}' % ("9" * 5000),
    ],
)
def test_a_machine_with_ranges_or_sizes_that_cannot_be_is_refused_by_line(machine: str) -> None:
    with pytest.raises(FormatError) as refused:
        parse_document(f'{{"version": 1,\n"machine": {machine}}}', "m.vmgui")
    assert refused.value.line == 2
    assert len(refused.value.why) < 200


def test_an_error_shows_controls_as_marks_and_keeps_the_caret_in_place() -> None:
    with pytest.raises(FormatError) as refused:
        parse_program("vmalloc \x1b[31m", "a.ops")
    *_, shown, caret = str(refused.value).splitlines()[:3]
    assert shown.strip() == "vmalloc \N{REPLACEMENT CHARACTER}[31m"
    assert shown[caret.index("^")] == "\N{REPLACEMENT CHARACTER}"


def test_a_wrong_operation_is_shown_in_its_line_of_the_file() -> None:
    error = error_in(text_of(operations=["purge", "a = vmaloc 4M"]))
    assert error.line == 5
    assert error.text[error.column : error.column + error.width] == "vmaloc"
    assert error.suggestion == "a = vmalloc 4M"


def test_a_wrong_operation_with_escapes_in_its_line_is_shown_as_it_reads() -> None:
    error = error_in('{"version": 1, "operations": ["a = vmaloc\\t4M"]}')
    assert error.text == "a = vmaloc\t4M"
    assert error.text[error.column : error.column + error.width] == "vmaloc"


def test_strange_line_separators_do_not_shift_line_numbers() -> None:
    error = error_in(text_of(operations=["# a\u2028b\x0cc", "vfree x"]))
    assert "no object 'x'" in error.why
    assert error.line == 5


def test_a_plain_program_is_a_document_on_the_default_machine(tmp_path: Path) -> None:
    (tmp_path / "story.ops").write_text("\n".join(LINES))
    document = load(tmp_path / "story.ops")
    assert (document.machine, document.lines, document.title) == (Machine(), LINES, "story")


def test_a_plain_program_may_choose_its_machine() -> None:
    document = parse_program("#@ machine=x86-5l boot=nohugeiomap,nohugevmalloc\npurge\n")
    assert document.machine == replace(PRESETS["x86-5l"], nohugeiomap=True, nohugevmalloc=True)


def test_a_plain_program_may_ask_for_a_kernel_built_with_a_debug_service() -> None:
    assert parse_program("#@ kasan=generic\npurge\n").machine == Machine(kasan="generic")
    assert parse_program("#@ kmsan=on\npurge\n").machine == Machine(kmsan=True)


@pytest.mark.parametrize("meta", ["kasan=hw_tags", "kasan=all", "kmsan=yes", "kmsan=on kasan=generic"])
def test_a_kernel_that_cannot_be_built_is_refused(meta: str) -> None:
    with pytest.raises(FormatError, match=r"KASAN|KMSAN"):
        parse_program(f"#@ {meta}\npurge\n", "x.ops")


@pytest.mark.parametrize("meta", ["machine=pdp11", "boot=quiet"])
def test_a_plain_program_for_an_unknown_machine_is_refused(meta: str) -> None:
    with pytest.raises(FormatError, match="unknown"):
        parse_program(f"#@ {meta}\npurge\n", "x.ops")


@pytest.mark.parametrize("line", ["vunmap_range va=W+4K size=4K", "range a 4K", "watch end=VE"])
def test_a_plain_program_that_speaks_of_the_window_gets_one(line: str) -> None:
    start, end = parse_program(line).machine.window or (0, 0)
    assert end - start == 1 << 40


def test_a_program_with_too_many_lines_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "MAX_LINES", 3)
    with pytest.raises(FormatError, match="at most 3"):
        parse_program("purge\n" * 4)


def test_a_document_with_too_many_operations_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "MAX_OPERATIONS", 3)
    with pytest.raises(FormatError, match="4 operations: at most 3"):
        parse_document(text_of(operations=["purge"] * 4))


def test_a_file_that_is_too_long_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "MAX_BYTES", 10)
    (tmp_path / "x.ops").write_text("purge # a long story")
    with pytest.raises(FormatError, match="this is no document"):
        load(tmp_path / "x.ops")


@pytest.mark.parametrize("data", [b"\x00\xff\xfe", b"purge\n\xc3\x28"])
def test_a_file_that_is_no_text_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x.ops").write_bytes(data)
    with pytest.raises(FormatError, match="no text in UTF-8"):
        load(tmp_path / "x.ops")


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="gone"):
        load(tmp_path / "gone.vmgui")
    with pytest.raises(FormatError):
        load(tmp_path)


def test_saving_over_a_file_keeps_its_permissions_and_leaves_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "x.vmgui"
    path.write_text("old")
    path.chmod(0o640)
    save(path, Document(lines=("purge",)))
    assert load(path).lines == ("purge",)
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(sys.platform == "win32", reason="symbolic links need a privilege there")
def test_saving_through_a_link_keeps_the_link(tmp_path: Path) -> None:
    real, link = tmp_path / "real.vmgui", tmp_path / "link.vmgui"
    link.symlink_to(real)
    save(link, Document())
    assert link.is_symlink()
    assert load(real) == Document()


def test_a_failed_save_leaves_the_old_file_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.vmgui"
    save(path, Document(title="old"))

    def full(_: int) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space"):
        save(path, Document(title="new"))
    assert load(path).title == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_rewritten_document_keeps_comments_above_their_lines_and_marks_what_does_not_run() -> None:
    document = parse_program("# one\na = vmalloc 4K\n\n# two\nvfree a\n# end\n")
    first, second = document.program
    kept = documents.rewritten(document, [(second, False), (parse_operation("purge"), True)])
    assert kept.lines == ("", "# two", "#! vfree a", "purge", "# end")
    again = parse_document(dump(kept))
    assert [str(operation) for operation in again.program] == ["vfree a", "purge"]
    assert [str(operation) for operation in again.operations] == ["purge"]
    assert documents.rewritten(document, [(first, True), (second, True)]).lines == document.lines
