"""Claims about the sentences of Why?: none is missing, none speaks of a guard that is gone."""

from __future__ import annotations

import pytest

from vmgui.engine.mm import vmap_range
from vmgui.engine.trace import FUNCTIONS
from vmgui.projection.catalogue import LANGUAGES, words
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


def test_the_functions_that_decide_on_huge_pages_are_catalogued() -> None:
    functions = {key.partition(": ")[0] for key in catalogued("en")}
    asked = {f.name for f in FUNCTIONS if f.name.startswith("vmap_try_huge_")}
    assert vmap_range.vmap_try_huge_pmd.__name__ in asked
    assert asked | {"pmd_set_huge", "pud_set_huge"} <= functions
