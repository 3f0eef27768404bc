"""Claims about the texts that an operation asks for."""

import pytest

from vmgui.ui.dialogs.answer import AnswerWindow

#: A window of its own is more than the platform without a display can do in full.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints")


def shown(desk) -> AnswerWindow:
    return desk.window.findChild(AnswerWindow)


def test_an_operation_that_asks_for_a_text_shows_it(desk):
    desk.run_line("b = vmalloc 8K")
    assert shown(desk) is None
    desk.run_line("vmallocinfo")
    answer = shown(desk)
    assert answer.isVisible()
    assert answer.windowTitle() == "vmallocinfo"
    text = answer.text.toPlainText()
    assert text == desk.workspace.session.operations[-1].outcome.text
    assert "pages=2 vmalloc N0=2" in text
    assert answer.text.isReadOnly()


def test_the_history_shows_an_answer_again(desk):
    desk.run_line("meminfo")
    desk.run_line("vmallocinfo")
    history = desk.operations.history
    first = history.model.entries[-2]
    read = history.menu_of(first).actions()[0]
    read.trigger()
    assert shown(desk).windowTitle() == "meminfo"
    assert "VmallocTotal" in shown(desk).text.toPlainText()


def test_what_asked_for_nothing_has_nothing_to_read(desk):
    history = desk.operations.history
    texts = [action.text() for action in history.menu_of(history.model.entries[0]).actions()]
    assert "Read its answer" not in texts
