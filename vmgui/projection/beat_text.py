"""What is said at a beat, by language: ``resources/i18n/beats.*.toml``, keyed by function and guard."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from vmgui import assets
from vmgui.projection.beats import Beat
from vmgui.projection.narration import Mood
from vmgui.projection.stage import Stage
from vmgui.timeline.why import Explanation


@dataclass(frozen=True, slots=True)
class BeatText:
    """`head` is the question above the picture, `title` the beat in a few words, `says` its sentence.

    What stands between two ** in the sentence is bold. `mood` outranks that of the beat where there is one.
    """

    head: str
    title: str
    says: str
    mood: Mood | None = None

    @property
    def plain(self) -> str:
        """The sentence without its marks."""
        return self.says.replace("**", "")


@cache
def texts(language: str) -> Mapping[str, BeatText]:
    """Texts by `Beat.key`; those of a guard by its function and condition, as `Guard.key`."""
    found: dict[str, BeatText] = {}
    catalogue = assets.path(f"i18n/beats.{language}.toml").read_text("utf-8")
    for function, said in tomllib.loads(catalogue).items():
        guards = said.pop("guards", {})
        for what, text in said.items():
            key = f"{function}: {what}"
            found[key] = BeatText(text["head"], text["title"], text["says"], text.get("mood"))
        for condition, says in guards.items():
            refused = found[f"{function}: refused"]
            found[f"{function}: {condition}"] = BeatText(refused.head, refused.title, says)
    return found


def text_of(
    beat: Beat, language: str, explanation: Explanation | None = None, stage: Stage | None = None
) -> BeatText:
    """The texts of a beat, filled in.

    Why a huge page was refused is known once the step was replayed, what a TLB remembered from the stage.
    """
    known = texts(language)
    text = known[_key(beat, known, explanation, stage)]
    values = dict(beat.values)
    head, title, says = (part.format_map(values) for part in (text.head, text.title, text.says))
    return BeatText(head, title, says, text.mood)


def _key(
    beat: Beat, known: Mapping[str, BeatText], explanation: Explanation | None, stage: Stage | None
) -> str:
    if beat.kind == "refused" and explanation is not None and explanation.decided is not None:
        decided = explanation.decided.key
        return decided if decided in known else beat.key
    access = stage.access if stage is not None and beat.kind == "access" else None
    if access is not None and "stale" in (access.outcome, access.reason):
        return "access: stale"
    if access is not None and access.reason == "guard":
        return "access: guard"
    return beat.key
