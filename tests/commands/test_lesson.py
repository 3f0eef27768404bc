"""``vmgui lesson``: for those who write lessons."""

from __future__ import annotations

import subprocess
import sys

from vmgui.cli import BAD_INPUT, FAILED, OK, main


def test_a_new_lesson_is_clean_and_is_not_written_over(tmp_path, capsys):
    name = str(tmp_path / "guard")
    assert main(["lesson", "new", name]) == OK
    assert capsys.readouterr().out.strip() == f"{name}.en.md"
    assert main(["lesson", "check", f"{name}.en.md"]) == OK
    assert "lessons checked: 1, errors: 0" in capsys.readouterr().out
    assert main(["lesson", "new", name]) == BAD_INPUT


def test_a_broken_lesson_is_told_and_the_status_says_so(tmp_path, capsys):
    (tmp_path / "a.en.md").write_text('+++\ntitle = "x"\n+++\n\n## 1\n\n```ops\na = vmaloc 4K\n```\n')
    assert main(["lesson", "check", str(tmp_path)]) == FAILED
    said = capsys.readouterr().out
    assert "a.en.md:8:5: unknown operation 'vmaloc'" in said
    assert "lessons checked: 1, errors: 1" in said


def test_a_folder_in_which_no_lesson_is_named_as_one_is_told(tmp_path, capsys):
    (tmp_path / "a.md").write_text("+++\n")
    assert main(["lesson", "check", str(tmp_path)]) == BAD_INPUT
    assert "NAME.en.md" in capsys.readouterr().err


def test_checking_imports_no_qt(tmp_path):
    name = str(tmp_path / "guard")
    main(["lesson", "new", name])
    code = (f"import sys; from vmgui.cli import main; main(['lesson', 'check', {name + '.en.md'!r}]);"
            "sys.exit(any(name.startswith('PySide6') for name in sys.modules))")  # fmt: skip
    assert subprocess.run([sys.executable, "-c", code], capture_output=True).returncode == 0
