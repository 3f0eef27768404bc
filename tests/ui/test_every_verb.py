"""Claims about the form: it can write every operation, and what it offers can be run."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent

from vmgui.engine.machine import M, Machine
from vmgui.formats.oplang import parse_operation
from vmgui.timeline.session import Session
from vmgui.timeline.verbs import VERBS
from vmgui.ui.panes.form import Form, speakable

MACHINE = Machine(ram=64 * M, possible_cpus=2, online_cpus=2)
#: Operations on a debug service need a machine that was booted with it.
SERVICES = replace(MACHINE, kmemleak=True, debug_objects=True)
NEED_SERVICES = ("leaks", "debug_object")
#: The kernel's whole test takes minutes, and has tests of its own.
QUICK = [name for name in VERBS if name != "test_vmalloc"]
#: What has to be there before an operation makes sense.
AREA = ("a = vmalloc 16K",)
BEFORE = {
    "vm_unmap_ram": ("a = vm_map_ram 4p",), "iounmap": ("a = ioremap 0x100101000 4M",),
    "vunmap": ("a = vmap 4p",), "remap": ("a = vmalloc_user 16K",),
    "ioremap_page_range": ("a = get_area 4M vmflags=ioremap",), "remove_area": ("a = get_area 16K",),
    "free_area": ("a = get_area 16K",), "sparse_map": ("a = get_area 64K vmflags=sparse",),
    "sparse_unmap": ("a = get_area 64K vmflags=sparse", "sparse_map a 16p"),
    "free_pages": ("q = pages 16",),
}  # fmt: skip


@pytest.fixture
def form(qapp):
    """A form of its own, gone with its fields when the test ends."""
    form = Form()
    yield form
    form.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def offered(form: Form, session: Session, name: str) -> str:
    """The line of the form as it is opened, for a program that has run."""
    names = session.names
    live, has_window = speakable(VERBS[name], names), session.machine.window is not None
    form.show_verb(VERBS[name], live, names, has_window=has_window)
    return form.text()


@pytest.mark.parametrize("name", QUICK)
def test_what_the_form_of_an_operation_offers_can_be_run(form, name):
    session = Session(SERVICES if name in NEED_SERVICES else MACHINE)
    for line in BEFORE.get(name, AREA):
        session.apply(parse_operation(line))
    line = offered(form, session, name)
    done = session.apply(parse_operation(line))
    assert done.bug is None, line
    assert parse_operation(str(done.operation)) == done.operation


@pytest.mark.parametrize("name", VERBS)
def test_every_field_says_what_it_is_for(form, name):
    offered(form, Session(MACHINE), name)
    assert VERBS[name].help.endswith(".")
    for field in form._fields.values():
        assert field.toolTip()
        assert field.accessibleName()
