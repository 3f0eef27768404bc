"""Claims about the sentences of Why?: none is missing, none speaks of a guard that is gone."""

from __future__ import annotations

import re

import pytest

from vmgui.engine.machine import K, Machine
from vmgui.engine.mm import vmap_range
from vmgui.engine.trace import FUNCTIONS
from vmgui.projection.catalogue import LANGUAGES, sentences, words
from vmgui.projection.entries import Geometry
from vmgui.timeline.session import Session
from vmgui.timeline.why import guards_of


def keys_of_the_text(functions: set[str]) -> set[str]:
    """Keys of all guards in the text of ``functions``."""
    codes = [f.code for f in FUNCTIONS if f.name in functions]
    return {guard.key for code in codes for guard, _ in guards_of(code).guards}


def catalogued(language: str) -> set[str]:
    """Keys that a language has sentences for."""
    return {key for key in words(language) if not key.endswith((" ✗", " ?"))}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_guard_of_a_catalogued_function_has_its_sentences(language: str) -> None:
    functions = {key.partition(": ")[0] for key in catalogued(language)}
    assert catalogued(language) == keys_of_the_text(functions)


def test_all_languages_speak_of_the_same_guards() -> None:
    assert words("en").keys() == words("zh").keys()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("machine", "pmd", "pud"),
    [(Machine(), "2 MiB", "1 GiB"), (Machine("arm64", 64 * K), "512 MiB", "4 TiB"),
     (Machine("riscv64"), "2 MiB", "1 GiB")],
)  # fmt: skip
def test_sentences_tell_the_sizes_of_the_machine(language: str, machine: Machine, pmd: str, pud: str) -> None:
    said = sentences(language, Geometry(Session(machine).kernel))
    assert pmd in said["vmap_try_huge_pmd: not IS_ALIGNED(addr, k.PMD_SIZE) ✗"]
    assert pud in said["vmap_try_huge_pud: not IS_ALIGNED(addr, k.PUD_SIZE) ✗"]
    supported = said["vmap_try_huge_pmd: not arch_vmap_pmd_supported(k, prot) ✗"]
    assert ("PSE" in supported) == (machine.arch == "x86_64")
    assert not [text for text in said.values() if "{" in text]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_takes_a_size_for_granted(language: str) -> None:
    assert [text for text in words(language).values() if re.search(r"\d+ ?[KMGT]i?B|\b512\b", text)] == []


def test_the_functions_that_decide_on_huge_pages_are_catalogued() -> None:
    functions = {key.partition(": ")[0] for key in catalogued("en")}
    asked = {f.name for f in FUNCTIONS if f.name.startswith("vmap_try_huge_")}
    assert vmap_range.vmap_try_huge_pmd.__name__ in asked
    assert asked | {"pmd_set_huge", "pud_set_huge"} <= functions
