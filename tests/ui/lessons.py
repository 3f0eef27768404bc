"""A small lesson for the tests of Study, and how to open it."""

from __future__ import annotations

from vmgui.lessons.course import Entry
from vmgui.lessons.reader import read
from vmgui.ui.panes.lesson_cards import PredictionCard

LESSON = """+++
title = "Huge?"
part = "Levels"
machine = "x86-4l"
[draw]
phys = ["0x100200000", "0x140800000"]
+++

## First

A PMD entry covers {PMD_SIZE}.

```ops
f = ioremap {phys} 4M
```

```predict
kind = "level"
about = "f"
at = "f huge pmd"
ask = "At which level?"
hints = ["Compare the sizes."]
```

```break
[[chip]]
label = "size 3M"
set = { phys = "0x100301000" }
```

## Second

```predict
kind = "number"
answer = "leaves(f, pmd)"
ask = "How many leaves?"
```

## Third

```task
ask = "Map 64 KiB."
goal = "leaves.pte - before.leaves.pte == 16"
verbs = ["vmalloc"]
solution = "a = vmalloc 64K"
```
"""
EXAM = LESSON.replace("[draw]", "exam = true\n[draw]", 1)


def opened(study, folder, text: str = LESSON, name: str = "huge"):
    path = folder / f"{name}.en.md"
    path.write_text(text, encoding="utf-8")
    study.begin(Entry("lesson", name, {"en": path}), read(path), "1")
    return study


def card(study) -> PredictionCard:
    return study.pane.cards[0]
