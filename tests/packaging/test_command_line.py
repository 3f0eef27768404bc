"""Claims about what is made from the command line itself: the manual page, and completion in three shells."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from artefacts import completion, manual
from artefacts.command_line import Command, described

from vmgui import cli


@pytest.fixture(scope="module")
def top() -> Command:
    return described()


def run(*words: str, given: str = "") -> str:
    if shutil.which(words[0]) is None:
        pytest.skip(f"no {words[0]} here")
    return subprocess.run(words, input=given, capture_output=True, text=True, check=True).stdout


def completed(top: Command, folder, *words: str) -> list[str]:
    """What bash offers for the last of these words."""
    asked = ["vmgui", *words]
    quoted = " ".join(f"'{word}'" for word in asked)
    script = f"{completion.bash(top)}\ncd {folder}\nCOMP_WORDS=({quoted}) COMP_CWORD={len(words)}\n"
    return run("bash", "-c", f'{script} _vmgui 2>/dev/null; printf "%s\\n" "${{COMPREPLY[@]}}"').split()


def test_every_command_and_every_option_is_described(top):
    assert {each.words[0] for each in top.commands} == set(cli.COMMANDS)
    assert all(each.help for each in top.all())
    assert all(argument.help for each in top.all() for argument in each.arguments)


def test_the_manual_page_has_every_command_and_option_and_man_has_nothing_to_say_of_it(top, tmp_path):
    page = tmp_path / "vmgui.1"
    page.write_text(manual.page(top), "utf-8")
    shown = run("man", "--warnings", "--local-file", str(page))
    for each in top.all():
        assert each.commands or f"vmgui {' '.join(each.words)}" in shown
        assert all(flag in shown for argument in each.arguments for flag in argument.flags)
    said = subprocess.run(["man", "--warnings", "-l", str(page)], capture_output=True, text=True).stderr
    assert said == ""


def test_the_manual_page_is_named_in_one_line_for_whatis(top):
    assert "\nvmgui \\- see how Linux builds kernel virtual memory, one step at a time\n" in manual.page(top)


def test_no_text_of_an_option_begins_a_macro_of_the_manual_page():
    assert manual.plain(".SH of a\\b-c") == "\\&.SH of a\\eb\\-c"


@pytest.mark.parametrize(("words", "offered"), [
    (["le"], {"lesson"}), (["lesson", ""], {"check", "new"}), (["lab", "s"], {"start"}),
    (["run", "--kasan", ""], {"off", "generic", "hw_tags"}), (["shot", "--th"], {"--theme"}),
    (["lab", "start", "--language", ""], {"en", "zh"}), (["bench", "w"], {"window"}),
    (["a"], {"a.vmgui"}), (["shot", "--out", "a"], {"a.vmgui"}), (["run", "--cpus", ""], set()),
])  # fmt: skip
def test_bash_offers_what_may_stand_there(top, tmp_path, words, offered):
    (tmp_path / "a.vmgui").write_text("")
    assert set(completed(top, tmp_path, *words)) == offered


def test_fish_offers_what_may_stand_there(top):
    asked = f"{completion.fish(top)}\ncomplete -C 'vmgui lesson '\ncomplete -C 'vmgui run --kasan '"
    offered = [line.partition("\t")[0] for line in run("fish", "--no-config", given=asked).splitlines()]
    assert offered == ["check", "new", "generic", "hw_tags", "off"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_scripts_are_scripts_of_their_shells(top, shell, tmp_path):
    script = tmp_path / shell
    script.write_text(getattr(completion, shell)(top), "utf-8")
    run(shell, "-n", str(script))
    assert "vmallocinfo" in script.read_text("utf-8")
