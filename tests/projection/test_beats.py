"""Claims about beats: the few steps a lecturer shows, and the one sentence said at each."""

from __future__ import annotations

import string

import pytest

from vmgui import assets
from vmgui.engine.machine import M, Machine
from vmgui.engine.trace import FUNCTIONS
from vmgui.formats.document import load
from vmgui.formats.oplang import parse_operation
from vmgui.projection.beat_text import BeatText, text_of, texts
from vmgui.projection.beats import KEPT, READERS, Beat, BeatReader
from vmgui.projection.catalogue import LANGUAGES
from vmgui.projection.entries import Geometry
from vmgui.timeline.replay import Replayer
from vmgui.timeline.session import Session
from vmgui.timeline.why import explain, guards_of

SMALL = Machine(ram=64 * M, possible_cpus=1, online_cpus=1)
LONGEST = {"en": 110, "zh": 50}
#: The longest value that each placeholder can have: sizes, counts and names at their largest.
WIDEST = {
    "LINE": "x" * 40, "VERB": "debug_object_activate", "PLACE": "x" * 24, "ERROR": "-EOPNOTSUPP",
    "HUGE": "512 GiB", "PAGE": "64 KiB", "ONE": "512 MiB", "SIZE": "1023.9 GiB", "LEVEL": "PMD",
    "COUNT": "134 217 728", "ASKED": "134 217 728", "MAX": "1 048 576", "ENTRIES": "8 192",
}  # fmt: skip


def ran(*lines: str, machine: Machine = SMALL) -> tuple[Session, BeatReader]:
    """A session after these operations, and a reader of its beats."""
    session = Session(machine)
    for line in lines:
        session.apply(parse_operation(line))
    return session, BeatReader(session.columns, session.operations, Geometry(session.kernel))


def kinds(beats: tuple[Beat, ...]) -> list[str]:
    return [beat.kind for beat in beats]


def test_a_refused_huge_page_is_told_in_nine_beats() -> None:
    _session, reader = ran("f = ioremap 0x100101000 4M")
    assert kinds(reader.of(0)) == [
        "begin", "area", "table", "refused", "table", "written", "refused", "table", "written",
    ]  # fmt: skip
    steps = [beat.step for beat in reader.of(0)]
    assert steps == sorted(set(steps))


def test_the_table_after_a_refusal_is_told_as_the_fallback() -> None:
    _session, reader = ran("f = ioremap 0x100101000 4M")
    titles = [text_of(beat, "en").title for beat in reader.of(0)]
    assert titles[2:5] == ["PMD table allocated", "2 MiB refused", "Fall back to a PTE table"]


def test_an_installed_huge_page_needs_no_table_below() -> None:
    _session, reader = ran("g = ioremap 0x200000000 2M")
    assert kinds(reader.of(0)) == ["begin", "area", "table", "huge"]
    assert reader.of(0)[-1].mood == "huge"


def test_what_happens_often_is_shown_twice_and_at_its_end() -> None:
    _session, reader = ran("f = ioremap 0x100101000 16M")
    refused = [beat for beat in reader.of(0) if beat.kind == "refused"]
    assert [beat.alike for beat in refused] == [*[0] * KEPT, 5]


def test_a_free_is_told_from_the_cleared_entries_to_the_waiting_addresses() -> None:
    _session, reader = ran("a = vmalloc 16K", "vfree a", "purge")
    assert kinds(reader.of(1)) == ["begin", "cleared", "lazy"]
    assert dict(reader.of(1)[1].values)["COUNT"] == "4"
    assert kinds(reader.of(2)) == ["begin", "flush", "purge"]


def test_a_table_in_the_way_is_freed_after_a_flush() -> None:
    _session, reader = ran(
        "f = ioremap 0x100101000 2M", "iounmap f", "purge", "h = ioremap 0x300000000 2M"
    )  # fmt: skip
    assert kinds(reader.of(3)) == ["begin", "area", "flush", "table freed", "huge"]
    assert "where the table was" in text_of(reader.of(3)[2], "en").plain


def test_an_operation_that_fails_ends_in_an_error() -> None:
    _session, reader = ran("a = vmalloc 512M")
    last = reader.of(0)[-1]
    assert (last.kind, last.mood) == ("error", "error")
    assert "NULL" in text_of(last, "en").says


def test_a_kernel_that_stops_ends_in_a_panic() -> None:
    session, reader = ran("fill 0xffffc90000000000 n=8")
    assert session.operations[0].bug is not None
    last = reader.of(0)[-1]
    assert (last.kind, last.mood, last.step) == ("panic", "error", len(session))
    assert "The kernel stops" in text_of(last, "en").says


def test_a_fault_is_told_once() -> None:
    _session, reader = ran("touch 0xffffc90000000000")
    assert kinds(reader.of(0)) == ["begin", "access"]
    assert reader.of(0)[-1].mood == "error"


def test_beats_are_found_from_any_step_in_both_directions() -> None:
    session, reader = ran("a = vmalloc 16K", "vfree a")
    every = [beat for index in range(2) for beat in reader.of(index)]
    walked, step = [], 0
    while (found := reader.after(step)) is not None:
        walked.append(found)
        step = found.step
    assert walked == every
    back = [found := reader.before(len(session) + 1)]
    while found is not None and (found := reader.before(found.step)) is not None:
        back.append(found)
    assert back == every[::-1]
    assert [reader.at(beat.step) for beat in every] == every
    assert reader.at(0) is None


def test_an_edited_program_has_the_beats_of_what_runs() -> None:
    session, reader = ran("a = vmalloc 16K", "vfree a")
    reader.of(1)
    session.undo()
    session.apply(parse_operation("f = ioremap 0x100101000 2M"))
    assert "refused" in kinds(reader.of(1))


def test_the_reason_of_a_refusal_comes_from_the_engines_own_guard() -> None:
    session, reader = ran("f = ioremap 0x100101000 2M")
    refused = next(beat for beat in reader.of(0) if beat.kind == "refused")
    why = explain(session, Replayer(session), refused.step - 1)
    assert "physical address" in text_of(refused, "en", why).plain
    assert "物理地址" in text_of(refused, "zh", why).plain


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_beat_of_every_scenario_has_its_texts(language: str) -> None:
    for path in sorted(assets.path("scenarios").glob("*.vmgui")):
        document = load(path)
        session = Session(document.machine)
        session.apply_all(document.operations)
        reader = BeatReader(session.columns, session.operations, Geometry(session.kernel))
        for done in session.operations:
            for beat in reader.of(done.index):
                said = text_of(beat, language)
                assert said.head
                assert said.title
                assert 0 < len(said.plain) <= LONGEST[language]


# --- the catalogue -----------------------------------------------------------------------------------


def every(language: str) -> list[tuple[str, BeatText]]:
    return sorted(texts(language).items())


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_is_too_long_for_a_lecture_whatever_its_values(language: str) -> None:
    lengths = {key: len(text.plain.format_map(WIDEST)) for key, text in every(language)}
    assert {key: n for key, n in lengths.items() if n > LONGEST[language]} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_bold_marks_come_in_pairs(language: str) -> None:
    assert [key for key, text in every(language) if text.says.count("**") % 2] == []


def test_all_languages_speak_of_the_same_beats_with_the_same_values() -> None:
    fields = {language: {key: used(text) for key, text in texts(language).items()} for language in LANGUAGES}
    assert fields["en"].keys() == fields["zh"].keys()
    known = set(WIDEST)
    assert all(names <= known for said in fields.values() for names in said.values())


def used(text: BeatText) -> set[str]:
    parts = f"{text.head}{text.title}{text.says}"
    return {name for _text, name, _spec, _conversion in string.Formatter().parse(parts) if name}


def test_every_function_of_the_catalogue_is_watched_and_every_watched_one_has_a_text() -> None:
    functions = {key.partition(": ")[0] for key, _text in every("en")} - {"begin", "end"}
    assert functions == set(READERS)
    assert functions <= {function.name for function in FUNCTIONS}


def test_every_guard_of_a_huge_page_has_its_sentence_and_none_is_stale() -> None:
    tries = {f.name: f.code for f in FUNCTIONS if f.name.startswith("vmap_try_huge_")}
    asked = {guard.key for code in tries.values() for guard, _ in guards_of(code).guards}
    said = {
        key
        for key, _text in every("en")
        if key.partition(": ")[0] in tries and key.partition(": ")[2] not in ("huge", "refused", "setter")
    }
    assert said == asked
