"""Words and views over them: what cannot be laid out, and what a pointer looks like."""

from __future__ import annotations

import mmap

import pytest

from vmgui.engine.structs import list_head
from vmgui.engine.words import Field, Memory, Struct, anonymous, ulong


def test_a_view_is_shown_as_a_debugger_shows_a_pointer() -> None:
    assert repr(list_head(Memory(4096, 8192), 0x1230)) == "(list_head *)0x1230"


def test_a_member_cannot_have_the_name_of_what_every_view_has() -> None:
    with pytest.raises(TypeError, match=r"odd\.addr: every view has an attribute of this name"):
        type("odd", (Struct,), {"addr": ulong()})


def test_a_member_of_no_kind_cannot_be_read() -> None:
    with pytest.raises(NotImplementedError):
        type("vague", (Struct,), {"something": Field()})


def test_zeros_are_had_where_the_system_has_no_private_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(mmap, "MAP_PRIVATE")
    with anonymous(8192) as memory:
        assert bytes(memory) == bytes(8192)
        memory[100] = 7
        assert memory[100] == 7
