"""The page-table tree: a Qt model that a step never resets."""

from __future__ import annotations

import random

import pytest
from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication

from tests.ui.conftest import SMALL
from vmgui.formats.document import Document
from vmgui.projection.tree import TreeReader, root
from vmgui.timeline import spans
from vmgui.ui.models.page_tables import ROW_ROLE
from vmgui.ui.selection import Place


def rows_below(model, parent: QModelIndex) -> list:
    """The rows that the model has below an index."""
    return [model.row_at(model.index(i, 0, parent)) for i in range(model.rowCount(parent))]


def assert_nothing_stale(desk, parent: QModelIndex) -> None:
    """Every table that has been looked at has the rows it has at the step."""
    model, below = desk.tree.model, desk.scene.shape.below
    for i, row in enumerate(rows_below(model, parent)):
        index = model.index(i, 0, parent)
        if row.kind == "table" and not model.canFetchMore(index):
            assert rows_below(model, index) == list(model.rows_of(below(row.level), row.table, row.va))
            assert_nothing_stale(desk, index)


@pytest.fixture
def model(desk):
    return desk.tree.model


def names(model, parent=None) -> list[str]:
    """The rows below an index."""
    parent = parent or QModelIndex()
    return [model.index(i, 0, parent).data(ROW_ROLE).name for i in range(model.rowCount(parent))]


def test_the_model_keeps_the_rules_of_qt_at_every_step(desk, model):
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    tester.setUseFetchMore(False)  # the view fetches, as it does for a user
    desk.player.last()
    while desk.player.at:
        desk.player.seek(desk.player.at - min(97, desk.player.at))
    desk.player.last()
    assert tester.model() is model


def test_a_step_never_resets_the_model(qtbot, desk, model):
    with qtbot.assertNotEmitted(model.modelReset):
        desk.player.last()
        desk.player.first()
        desk.player.seek(desk.player.length // 2)


def test_what_was_expanded_stays_expanded(desk, model):
    desk.player.last()
    done = desk.workspace.session.operations[1]
    desk.player.seek(done.last_row)
    index = model.find(desk.tree.path(done.outcome.value))
    assert index.data(ROW_ROLE).level == "pte"
    above = index.parent()
    desk.tree.view.expand(above)
    desk.player.step()
    desk.player.back()
    assert desk.tree.view.isExpanded(model.find(desk.tree.path(done.outcome.value)).parent())


def test_the_key_of_the_tree_chooses_nothing_and_its_arrows_start_where_the_step_works(qtbot, desk):
    desk.player.seek(desk.workspace.session.operations[1].last_row)
    desk.window.actions_["show_tree"].trigger()
    view = desk.tree.view
    assert view.hasFocus()
    assert desk.selection.place is None
    qtbot.keyClick(view, Qt.Key.Key_Up)
    va = desk.workspace.session.operations[1].outcome.value
    assert desk.selection.place.va[0] <= va < desk.selection.place.va[1]


def test_a_click_chooses_the_row_that_the_arrows_would_start_at(qtbot, desk):
    desk.player.seek(desk.workspace.session.operations[1].last_row)
    view = desk.tree.view
    for reason in (Qt.FocusReason.ShortcutFocusReason, Qt.FocusReason.MouseFocusReason):
        desk.window.rest()
        desk.selection.clear()
        view.setFocus(reason)
        middle = view.visualRect(view.home).center()
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=middle)
        assert desk.selection.place.level == "pte"


def test_a_selection_folds_nothing_that_a_step_has_opened(desk, model):
    done = desk.workspace.session.operations[1]
    desk.player.seek(done.last_row)
    opened, index = [], model.find(desk.tree.path(done.outcome.value)).parent()
    while index.isValid():
        opened.append(index)
        index = index.parent()
    assert all(map(desk.tree.view.isExpanded, opened))
    top = opened[-1].data(ROW_ROLE)
    size = desk.scene.shape.covers("pgd")
    empty = Place(va=(top.va + size, top.va + 2 * size), level="pgd", index=top.first + 1)
    for place in (empty, Place(va=(top.va, top.va + size), level="pgd", index=top.first)):
        desk.selection.select(place)
        assert all(map(desk.tree.view.isExpanded, opened))


def test_every_open_table_is_right_wherever_a_seek_leads(desk):
    for at in (*range(desk.player.length, 0, -61), *range(3, desk.player.length, 83)):
        desk.player.seek(at)
        assert_nothing_stale(desk, QModelIndex())


def open_tables(view, parent: QModelIndex) -> list[QModelIndex]:
    """The entries below an index that are open in the view."""
    found, model = [], view.model()
    for index in (model.index(i, 0, parent) for i in range(model.rowCount(parent))):
        if view.isExpanded(index):
            found += [index, *open_tables(view, index)]
    return found


@pytest.mark.parametrize("seed", range(3))
def test_open_tables_are_as_a_fresh_reader_tells_them_whatever_was_done_before(desk, model, seed):
    pick, view, player, below = random.Random(seed), desk.tree.view, desk.player, desk.scene.shape.below
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    tester.setUseFetchMore(False)
    done = (
        lambda: player.seek(pick.randrange(player.length)), player.step, player.back,
        lambda: view.expand(pick.choice([index for index in shown() if model.row_at(index).opens])),
        lambda: view.collapse(pick.choice(shown())),
        lambda: view.setCurrentIndex(pick.choice(shown())),
        desk.selection.clear,
    )  # fmt: skip

    def shown() -> list[QModelIndex]:
        tables = [QModelIndex(), *open_tables(view, QModelIndex())]
        return [model.index(i, 0, table) for table in tables for i in range(model.rowCount(table))]

    for _ in range(120):
        pick.choice(done)()
        player.seek(player.at + pick.choice((0, 1)))
        view.executeDelayedItemsLayout()
        fresh = TreeReader(desk.scene.cursor, desk.scene.shape)
        fresh.update(model.rows_of.__self__.marks, None)
        assert rows_below(model, QModelIndex()) == list(fresh.rows(*root(desk.scene.shape)))
        for index in open_tables(view, QModelIndex()):
            row = model.row_at(index)
            rows = list(fresh.rows(below(row.level), row.table, row.va))
            assert rows_below(model, index) == rows
            for i, each in enumerate(rows):
                some = each.opens and fresh.rows(below(each.level), each.table, each.va).size
                assert model.hasChildren(model.index(i, 0, index)) == bool(some)
    assert tester.model() is model


def test_a_step_does_not_paint_the_names_of_the_columns_again(qtbot, desk):
    painted, names = [], desk.tree.view.header().viewport()

    class Watch(QObject):
        def eventFilter(self, watched, event):
            if event.type() == QEvent.Type.Paint:
                painted.append(watched)
            return False

    watch = Watch()
    first, second = (done.last_row for done in desk.workspace.session.operations[:2])
    for at in (first, second):
        desk.player.seek(at)
        QApplication.processEvents()
    for each in (names, desk.tree.view.viewport()):
        each.installEventFilter(watch)
    desk.player.seek(first)
    qtbot.waitUntil(lambda: desk.tree.view.viewport() in painted)
    assert names not in painted


def test_a_table_that_is_folded_away_is_not_read(desk, model):
    desk.player.last()
    done = desk.workspace.session.operations[1]
    desk.player.seek(done.last_row)
    table = model.find(desk.tree.path(done.outcome.value)).parent()
    assert not model.canFetchMore(table)
    desk.tree.view.collapse(table)
    assert model.canFetchMore(table)
    assert model.rowCount(table) == 1
    desk.tree.view.expand(table)
    assert rows_below(model, table)[0].level == "pte"


def test_a_run_of_equal_leaves_is_one_row(desk, model):
    done = desk.workspace.session.operations[1]
    desk.player.seek(done.last_row)
    row = model.find(desk.tree.path(done.outcome.value)).data(ROW_ROLE)
    assert (row.first, row.last, row.badge) == (0, 511, "512×4K")


def test_a_refused_entry_is_a_row_of_its_own(desk, model):
    from vmgui.projection.landmarks import decisions

    desk.player.seek(decisions(desk.workspace.session.columns, "pmd", installed=False)[0])
    address = desk.scene.moment.call.arguments["addr"]
    assert model.find(desk.tree.path(address)).data(ROW_ROLE).kind == "refused"


def test_an_entry_that_has_lost_its_table_is_told_without_colours(desk):
    lines = ("f = ioremap 0x100101000 4M", "iounmap f", "purge", "g = ioremap 0x100000000 4M")
    desk.workspace.show(Document(SMALL, lines), None)
    columns = desk.workspace.session.columns
    calls = (spans.call(columns, number) for number in range(len(columns.spans)))
    freed = next(call for call in calls if call.function.name == "pmd_free_pte_page")
    desk.player.seek(freed.last)
    stage = desk.stage.canvas.stage
    entry = desk.tree.model.find(desk.tree.path(stage.address))
    assert entry.data(ROW_ROLE).kind == "freed"
    frame = f"{stage.column('pte').was:x}"
    told = entry.data(Qt.ItemDataRole.AccessibleTextRole)
    assert told.endswith(f"empty: the table in frame {frame} was taken off")
    desk.player.last()
    assert desk.tree.model.find(desk.tree.path(stage.address)).data(ROW_ROLE).kind == "leaf"


def test_tables_nobody_looked_at_have_no_rows_yet(desk, model):
    asked = []
    rows_of = model.rows_of
    model.rows_of = lambda *table: asked.append(table) or rows_of(*table)
    desk.tree.view.collapseAll()
    desk.following = False
    model.refresh()
    assert len(asked) < 10


def test_stepping_back_gives_the_same_rows(desk, model):
    desk.player.seek(desk.player.length // 2)
    half = names(model)
    desk.player.last()
    desk.player.seek(desk.player.length // 2)
    assert names(model) == half
