"""Claims about the fingerprint: what makes a report stale, and what does not."""

from pathlib import Path

from vmgui.formats.fingerprint import PACKAGE, essence, fingerprint, sources

PLAIN = 'def f(x):\n    """Do."""\n    return x + 1\n'


def test_comments_docstrings_and_empty_lines_change_nothing():
    told = '"""A file."""\n\n# why\ndef f(x):  # what\n    """Do it.\n\n    Really.\n    """\n\n'
    told += "    return x + 1\n"
    assert essence(told) == essence(PLAIN)


def test_any_other_change_does():
    assert essence(PLAIN.replace("+ 1", "+ 2")) != essence(PLAIN)
    assert essence('x = "# a"\n') != essence('x = "# b"\n')


def test_a_name_and_a_grammar_count(tmp_path: Path):
    for room in ("engine", "timeline", "projection", "formats"):
        (tmp_path / room).mkdir()
    (tmp_path / "engine" / "a.py").write_text(PLAIN)
    first = fingerprint(tmp_path)
    (tmp_path / "formats" / "g.lark").write_text("a: b\n")
    second = fingerprint(tmp_path)
    (tmp_path / "engine" / "a.py").rename(tmp_path / "engine" / "b.py")
    assert len({first, second, fingerprint(tmp_path)}) == 3


def test_the_engine_is_in_it_and_the_window_is_not():
    names = {path.relative_to(PACKAGE).parts[0] for path in sources(PACKAGE)}
    assert names == {"engine", "timeline", "projection", "formats"}
