"""What the palette offers: actions, operations, scenarios, lessons, settings, files, an address, a step."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

from vmgui.formats.scenarios import scenarios
from vmgui.projection.numbers import count
from vmgui.timeline.verbs import VERBS
from vmgui.ui import files
from vmgui.ui.actions import specs
from vmgui.ui.course_list import course, titled
from vmgui.ui.dialogs.address import AddressDialog
from vmgui.ui.fuzzy import score
from vmgui.ui.settings import Setting, Settings, Switch
from vmgui.ui.words import plain, tr

if TYPE_CHECKING:
    from vmgui.ui.desk import Desk

#: What is typed before the number of a step or an address, besides the words of the language.
STEP_WORDS, ADDRESS_WORDS = ("step", "s"), ("address", "at")


@dataclass(frozen=True)
class Entry:
    """Something to be found: its name for the settings, its kind, text, a sentence, keys, and what it does.

    `why` says why it does nothing at the moment; empty when it does.  `english` is found in every language.
    """

    name: str
    kind: str
    text: str
    tip: str
    do: Callable[[], object]
    keys: str = ""
    why: str = ""
    english: str = ""


def keys_of(action: QAction) -> str:
    """All keys of an action as they stand on the keyboard."""
    native = QKeySequence.SequenceFormat.NativeText
    return "  ".join(keys.toString(native) for keys in action.shortcuts())


def entries(desk: Desk) -> list[Entry]:
    """Everything that can be found by name, in the order of the menus."""
    return [*_actions(desk), *_operations(desk), *_scenarios(desk), *_lessons(desk), *_settings(desk),
            *_recent(desk)]  # fmt: skip


def _actions(desk: Desk) -> Iterator[Entry]:
    written = {spec.name: plain(spec.text) for spec in specs()}
    for action in desk.window.actions_:
        if action.objectName() != "palette":
            why = "" if action.isEnabled() else action.statusTip()
            text = plain(action.text())
            yield Entry(f"action:{action.objectName()}", tr("action"), text, action.statusTip(),
                        action.trigger, keys_of(action), why, written[action.objectName()])  # fmt: skip
    for menu in desk.window.toolbar.menus:
        yield from _of_menu(desk, menu)


def _of_menu(desk: Desk, menu: QMenu) -> Iterator[Entry]:
    """What stands in a menu besides the actions of the table: panes to show and to float."""
    known = set(desk.window.actions_)
    for action in menu.actions():
        inner = action.menu()
        if isinstance(inner, QMenu):
            yield from _of_menu(desk, inner)
        elif action not in known and not action.isSeparator() and action.isEnabled():
            title = plain(menu.title())
            yield Entry(f"menu:{title}:{action.text()}", tr("action"), f"{title}: {plain(action.text())}",
                        action.statusTip(), action.trigger)  # fmt: skip


def _operations(desk: Desk) -> Iterator[Entry]:
    for name, verb in VERBS.items():
        yield Entry(f"operation:{name}", tr("operation"), name, tr(verb.help), partial(_compose, desk, name))


def _compose(desk: Desk, name: str) -> None:
    """Put an operation into form and command line; Enter runs it."""
    desk.operations.choose(name)
    desk.window.perform("command")
    desk.operations.command.field.selectAll()


def _scenarios(desk: Desk) -> Iterator[Entry]:
    for each in scenarios():
        opening = partial(desk.starter.open_scenario, each.path)
        yield Entry(f"scenario:{each.path.name}", tr("scenario"), tr(each.title), tr(each.says), opening,
                    english=each.title)  # fmt: skip


def _lessons(desk: Desk) -> Iterator[Entry]:
    for each in course():
        part = each.front.part if each.front is not None else ""
        opening = partial(desk.study.open, each.name)
        kind = tr("lab") if each.kind == "lab" else tr("lesson")
        yield Entry(f"{each.kind}:{each.name}", kind, titled(each), part, opening)


def _settings(desk: Desk) -> Iterator[Entry]:
    settings = desk.window.settings
    for each in Settings.shown():
        if isinstance(each, Switch):
            on = getattr(settings, each.name)
            text = tr("{0}: turn off") if on else tr("{0}: turn on")
            yield _setting(desk, each, not on, text.format(tr(each.title)))
        for value, word in zip(each.choices, each.words, strict=True):
            if value != getattr(settings, each.name):
                yield _setting(desk, each, value, tr("{0}: {1}").format(tr(each.title), tr(word)))


def _setting(desk: Desk, setting: Setting, value: object, text: str) -> Entry:
    from vmgui.ui.dialogs.preferences import change

    name = f"setting:{setting.name}:{value}"
    return Entry(name, tr("setting"), text, tr(setting.help), partial(change, desk, setting, value),
                 english=setting.title)  # fmt: skip


def _recent(desk: Desk) -> Iterator[Entry]:
    for path in desk.window.settings.recent:
        if path.exists():
            opening = partial(files.unless_lost, desk, partial(desk.window.open, path))
            yield Entry(f"file:{path}", tr("file"), path.name, str(path), opening)


# --- what is typed -------------------------------------------------------------------------------


def going(desk: Desk, typed: str) -> list[Entry]:
    """The step or address that was typed, if it is one."""
    word, _blank, rest = typed.strip().partition(" ")
    steps, addresses = {*STEP_WORDS, tr("step")}, {*ADDRESS_WORDS, tr("address")}
    number = (rest if word.lower() in steps else typed).strip().replace(",", "").replace("\u2009", "")
    found = []
    if number.isdecimal():
        found.append(_step(desk, int(number)))
    named = rest.strip() if word.lower() in addresses else typed.strip()
    if named.startswith(("0x", "@")) or (word.lower() in addresses and named):
        found.append(_address(desk, named))
    return found


def _step(desk: Desk, step: int) -> Entry:
    last = desk.player.length
    why = "" if step <= last else tr("This program has steps 0 to {0}").format(count(last))
    text = tr("Go to step {0}").format(count(step))
    return Entry("", tr("step"), text, tr("Move the play-head there"), partial(desk.go, step), "", why)


def _address(desk: Desk, text: str) -> Entry:
    said = tr("Look at {0}").format(text)
    tip = tr("Show its walk without moving the play-head")
    dialog = AddressDialog(desk.workspace.session, desk.window)
    try:
        address = dialog.address(text)
    except ValueError as error:
        return Entry("", tr("address"), said, tip, lambda: None, "", tr(str(error)))
    finally:
        dialog.deleteLater()
    return Entry("", tr("address"), said, tip, partial(desk.scene.look_at, address))


def found(desk: Desk, offered: list[Entry], typed: str) -> list[Entry]:
    """What fits, best first: what was used last before what fits as well; nothing typed fits all."""
    used = {name: -number for number, name in enumerate(desk.window.settings.used)}
    ranked = []
    for place, entry in enumerate(offered):
        fits = [score(typed, text) for text in {entry.text, entry.english}]
        points = max((each for each in fits if each is not None), default=None)
        if points is None:  # its sentence has to hold the words as they are
            said = f"{entry.text} {entry.tip} {entry.name.partition(':')[2]}".lower()
            points = 0.0 if all(word in said for word in typed.lower().split()) else None
        if points is not None:
            recent = used.get(entry.name)
            bonus = 0.0 if recent is None else 10 if typed.strip() else 1000 + recent
            ranked.append((-(points + bonus), place, entry))
    return [*going(desk, typed), *(entry for _points, _place, entry in sorted(ranked, key=lambda r: r[:2]))]
