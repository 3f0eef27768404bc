"""Claims about the figures of lessons: the panes of the window, at a step of the lesson's own program."""

from __future__ import annotations

import pytest

from vmgui.lessons.reader import parse
from vmgui.lessons.run import LessonRun
from vmgui.ui.panes.allocator import AllocatorPane
from vmgui.ui.panes.lesson_figure import FigureView
from vmgui.ui.selection import Selection

LESSON = """+++
title = "Shelves"
machine = "x86-4l"
+++

## One

```ops
a = vmalloc 4K
```

```figure
pane = "{0}"
at = "a"
```
"""


@pytest.mark.parametrize(
    ("pane", "section"), [("allocator", "tree"), ("nodes", "nodes"), ("blocks", "blocks"), ("tlb", "tlb")]
)
def test_a_figure_shows_the_section_of_the_allocator_that_it_names(qtbot, pane, section):
    page = LessonRun(parse(LESSON.replace("{0}", pane), "figure.en.md")).page(0)
    view = FigureView(page, page.figures[0], Selection(), "1.1")
    qtbot.addWidget(view)
    assert isinstance(view.pane, AllocatorPane)
    assert view.pane.section == section
