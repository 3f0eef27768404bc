"""What the palette offers: every action, operations, scenarios, settings, files, an address, a step."""

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
from vmgui.ui.dialogs.address import AddressDialog
from vmgui.ui.fuzzy import score
from vmgui.ui.settings import Setting, Settings, Switch
from vmgui.ui.words import plain, tr

if TYPE_CHECKING:
    from vmgui.ui.desk import Desk

#: What is typed before the number of a step or an address.
STEP_WORDS, ADDRESS_WORDS = ("step", "s"), ("address", "at")


@dataclass(frozen=True)
class Entry:
    """Something to be found: its name for the settings, its kind, text, a sentence, keys, and what it does.

    `why` says why it does nothing at the moment; empty when it does.
    """

    name: str
    kind: str
    text: str
    tip: str
    do: Callable[[], object]
    keys: str = ""
    why: str = ""


def keys_of(action: QAction) -> str:
    """All keys of an action as they stand on the keyboard."""
    native = QKeySequence.SequenceFormat.NativeText
    return "  ".join(keys.toString(native) for keys in action.shortcuts())


def entries(desk: Desk) -> list[Entry]:
    """Everything that can be found by name, in the order of the menus."""
    return [*_actions(desk), *_operations(desk), *_scenarios(desk), *_settings(desk), *_recent(desk)]


def _actions(desk: Desk) -> Iterator[Entry]:
    for action in desk.window.actions_:
        if action.objectName() != "palette":
            why = "" if action.isEnabled() else action.statusTip()
            text = plain(action.text())
            yield Entry(f"action:{action.objectName()}", tr("action"), text, action.statusTip(),
                        action.trigger, keys_of(action), why)  # fmt: skip
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
        yield Entry(f"scenario:{each.path.name}", tr("scenario"), tr(each.title), tr(each.says), opening)


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
    return Entry(name, tr("setting"), text, tr(setting.help), partial(change, desk, setting, value))


def _recent(desk: Desk) -> Iterator[Entry]:
    for path in desk.window.settings.recent:
        if path.exists():
            opening = partial(files.unless_lost, desk, partial(desk.window.open, path))
            yield Entry(f"file:{path}", tr("file"), path.name, str(path), opening)


# --- what is typed -------------------------------------------------------------------------------


def going(desk: Desk, typed: str) -> list[Entry]:
    """The step or address that was typed, if it is one."""
    word, _blank, rest = typed.strip().partition(" ")
    number = (rest if word.lower() in STEP_WORDS else typed).strip().replace(",", "").replace("\u2009", "")
    found = []
    if number.isdecimal():
        found.append(_step(desk, int(number)))
    named = rest.strip() if word.lower() in ADDRESS_WORDS else typed.strip()
    if named.startswith(("0x", "@")) or (word.lower() in ADDRESS_WORDS and named):
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
        points = score(typed, entry.text)
        if points is None:  # its sentence has to hold the words as they are
            said = f"{entry.text} {entry.tip} {entry.name.partition(':')[2]}".lower()
            points = 0.0 if all(word in said for word in typed.lower().split()) else None
        if points is not None:
            recent = used.get(entry.name)
            bonus = 0.0 if recent is None else 10 if typed.strip() else 1000 + recent
            ranked.append((-(points + bonus), place, entry))
    return [*going(desk, typed), *(entry for _points, _place, entry in sorted(ranked, key=lambda r: r[:2]))]
