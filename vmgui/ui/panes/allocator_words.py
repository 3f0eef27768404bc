"""The words of the allocator pane: searches step by step, nodes with their areas, blocks, TLBs, as rows."""

from __future__ import annotations

from collections.abc import Iterator

from vmgui.engine.mm.vmap_area import fit_type
from vmgui.projection.allocator import AllocatorReader
from vmgui.projection.allocator_nodes import NodeUse, Range, Waiting
from vmgui.projection.allocator_search import Reason, Search, Visit
from vmgui.projection.allocator_tlb import CpuTlb, Remembered
from vmgui.projection.allocator_tree import AreaTree, TreeArea
from vmgui.projection.numbers import address, count, physical, size, tail
from vmgui.ui.panes.allocator_rows import ROW, SECOND, Many, Row
from vmgui.ui.selection import Place
from vmgui.ui.words import tr

Items = list[Row | Many]


def bounds(start: int, end: int) -> str:
    """A range in full."""
    return f"{address(start)} – {address(end)}"


def place_of(area: Range, owned: bool) -> Place:
    """The place of a range; one that the program has is an area, a free one is only addresses."""
    return Place(va=area, area=area[0] if owned else None)


def note(text: str, *shorter: str) -> Row:
    """A quiet row: nothing is there, or a hint."""
    return Row(text, (text, *shorter), look="quiet")


def pages_of(n: int) -> str:
    """A number of pages."""
    return tr("1 page") if n == 1 else tr("{0} pages").format(count(n))


def areas_of(n: int) -> str:
    """A number of areas."""
    return tr("1 area") if n == 1 else tr("{0} areas").format(count(n))


# --- the free tree -----------------------------------------------------------------------------------


def tree_summary(tree: AreaTree) -> tuple[str, ...]:
    """The free tree in a line, longest first."""
    if not len(tree):
        return (tr("no free addresses"),)
    most = size(int(tree.most[tree.root]))
    levels = int(tree.depth.max()) + 1
    deep = tr("1 level") if levels == 1 else tr("{0} levels").format(levels)
    free, largest = tr("free: {0}").format(areas_of(len(tree))), tr("largest {0}").format(most)
    return (f"{free} · {deep} · {largest}", f"{free} · {largest}", free)


def colour_of(area: TreeArea) -> str:
    """The colour of a node in words."""
    return tr("black") if area.black else tr("red")


def area_tip(area: TreeArea) -> str:
    """A free area in full."""
    below = (
        tr("no areas below it") if area.count == 1 else tr("{0} below it").format(areas_of(area.count - 1))
    )
    return "\n".join((
        tr("free {0} · {1}").format(bounds(area.start, area.end), size(area.end - area.start)),
        tr("{0} node · subtree_max_size {1} · {2}").format(colour_of(area), size(area.most), below),
    ))  # fmt: skip


def folded_tip(tree: AreaTree, area: TreeArea) -> str:
    """A subtree that is drawn as one box, in full."""
    first, end = tree.below(area.rank)
    return "\n".join((
        tr("collapsed subtree: {0}, max {1}").format(areas_of(area.count), size(area.most)),
        bounds(int(tree.start[first]), int(tree.end[end - 1])),
        tr("double-click or Enter zooms in"),
    ))  # fmt: skip


# --- the search --------------------------------------------------------------------------------------


def ways() -> dict[str, str]:
    """Where a search goes on."""
    return {
        "": tr("looks here"), "left": tr("goes left"), "right": tr("goes right"),
        "up": tr("climbs"), "found": tr("found"), "end": tr("nothing fits"),
    }  # fmt: skip


ARROWS = {"": "•", "left": "↙", "right": "↘", "up": "↑", "found": "✓", "end": "✗"}


def reason_of(reason: Reason, visit: Visit, search: Search) -> tuple[str, str]:
    """One answer of the search, as a sentence and in short."""
    need, left, right = size(search.length), size(visit.left), size(visit.right)
    empty_left = (tr("nothing is left of it"),) * 2
    empty_right = (tr("nothing is right of it"),) * 2
    said = {
        "left_room": (tr("left there is {0}, {1} is needed").format(left, need),
                      tr("left {0} ≥ {1}").format(left, need)),
        "left_small": (tr("left there is only {0}, {1} is needed").format(left, need),
                       tr("left {0} < {1}").format(left, need)) if visit.left else empty_left,
        "left_low": (tr("left of here all lies below vstart"), tr("left is below vstart")),
        "fits": (tr("{0} fits here").format(size(search.size)), tr("fits")),
        "short": (tr("it is only {0} long").format(size(visit.end - visit.start)), tr("too short")),
        "low": (tr("too little of it lies above vstart"), tr("below vstart")),
        "unaligned": (tr("aligned to {0} it does not fit").format(size(search.align)), tr("not aligned")),
        "right_room": (tr("right there is {0}").format(right), tr("right {0} ≥ {1}").format(right, need)),
        "right_small": (tr("right there is only {0}").format(right),
                        tr("right {0} < {1}").format(right, need)) if visit.right else empty_right,
        "right_done": (tr("its right side has been looked at"), tr("right is done")),
    }  # fmt: skip
    return said[reason]


def why_of(visit: Visit, search: Search) -> tuple[str, ...]:
    """Why a search goes on as it does, longest first."""
    reasons = [reason_of(reason, visit, search) for reason in visit.reasons]
    if not reasons:
        return (tr("the search begins here"),) if len(search.visits) == 1 else (tr("does it fit here?"),)
    long, short = "; ".join(r[0] for r in reasons), "; ".join(r[1] for r in reasons)
    return long, short, reasons[-1][0], reasons[-1][1]


def search_rows(search: Search) -> Items:
    """A search, an area a row, and what comes of it."""
    last = len(search.visits) - 1

    def make(i: int) -> Row:
        return _visit_row(i + 1, search.visits[i], search, i == last and not search.ended)

    rows: Items = [Many(len(search.visits), make, height=ROW + SECOND)]
    if search.fit is not None:
        rows += _fit_rows(search)
    elif search.ended:
        found = search.here is not None and search.here.way == "found"
        text = tr("the lowest match lies too high: no room") if found else tr("nothing fits: no room")
        rows.append(Row("fit", (text,), look="bad"))
    return rows


def search_summary(search: Search) -> tuple[str, ...]:
    """What is searched for, longest first."""
    needed = tr("{0}, aligned to {1}").format(size(search.size), size(search.align))
    return (f"find_vmap_lowest_match · {needed}", tr("search for {0}").format(needed), needed)


def search_tip(search: Search) -> str:
    """What is searched for, in full."""
    return "\n".join((
        tr("size {0}, align {1}").format(size(search.size), size(search.align)),
        tr("in {0}").format(bounds(search.vstart, search.vend)),
        tr("a side of the tree is entered if it holds {0} ({1})").format(
            size(search.length), f"{search.length:#x}"),
    ))  # fmt: skip


def _visit_row(number: int, visit: Visit, search: Search, here: bool) -> Row:
    length, way = size(visit.end - visit.start), ways()[visit.way]
    where = tr("back at {0}").format(tail(visit.start)) if visit.climbed else tail(visit.start)
    text = f"{number} {ARROWS[visit.way]} {where} · {length}"
    said = why_of(visit, search)
    tip = f"{bounds(visit.start, visit.end)} · {length}\n{way}: {said[0]}"
    look = "good" if visit.way == "found" else "now" if here else "plain"
    return Row(
        ("visit", number), (text, f"{number} {ARROWS[visit.way]} {tail(visit.start)}"), (way,), said,
        look=look, place=place_of((visit.start, visit.end), False), tip=tip, mono=True,
    )  # fmt: skip


def fit_words(kind: fit_type) -> tuple[str, str]:
    """A fit in words, and what `va_clip` does about it."""
    return {
        fit_type.NOTHING_FIT: (tr("it does not lie inside"), tr("va_clip refuses")),
        fit_type.FL_FIT_TYPE: (tr("all of it"), tr("va_clip takes the node out of the tree")),
        fit_type.LE_FIT_TYPE: (tr("at its left edge"), tr("va_clip lets the node begin later")),
        fit_type.RE_FIT_TYPE: (tr("at its right edge"), tr("va_clip lets the node end earlier")),
        fit_type.NE_FIT_TYPE: (tr("at no edge"), tr("va_clip cuts in two: the left rest is a new node")),
    }[kind]


def _fit_rows(search: Search) -> Items:
    fit = search.fit
    assert fit is not None
    where, does = fit_words(fit.kind)
    left, right = fit.start - fit.low, fit.high - fit.start - fit.size
    parts = [tr("{0} before").format(size(left))] if left else []
    parts += [tr("{0} behind").format(size(right))] if right else []
    remains = tr("nothing of it stays free")
    if parts:
        remains = tr("free afterwards: {0}").format(", ".join(parts))
    taken = fit.start, fit.start + fit.size
    return [
        Row("fit", (f"{fit.kind.name}: {where}", fit.kind.name), more=(does,), look="good",
            place=place_of(taken, False),
            tip=f"classify_va_fit_type: {fit.kind.name}\n{bounds(*taken)}\n{does}"),
        Row("rest", (tr("takes {0} at {1}").format(size(fit.size), tail(fit.start)),
                     tr("takes {0}").format(size(fit.size))), more=(remains,),
            place=place_of(taken, False), tip=f"{bounds(*taken)}\n{remains}"),
    ]  # fmt: skip


# --- nodes -------------------------------------------------------------------------------------------


def node_summary(nodes: tuple[NodeUse, ...], wait: Waiting) -> tuple[str, ...]:
    """All nodes in a line."""
    busy, lazy = sum(len(n.busy) for n in nodes), sum(len(n.lazy) + len(n.purging) for n in nodes)
    pooled = sum(n.pooled for n in nodes)
    counts = tr("{0} busy · {1} lazy · {2} pooled").format(count(busy), count(lazy), count(pooled))
    pages = tr("{0} of {1} lazy pages").format(count(wait.lazy), count(wait.lazy_max))
    return f"{counts} · {pages}", counts


def node_rows(reader: AllocatorReader, opened: set[object]) -> Items:
    """Nodes with what they have, then what waits for a worker."""
    rows: Items = []
    for node in reader.nodes():
        rows += _node(reader, node, opened)
    return rows + list(waiting_rows(reader.waiting(), reader))


def _node(reader: AllocatorReader, node: NodeUse, opened: set[object]) -> Items:
    lazy = len(node.lazy) + len(node.purging)
    brief = tr("{0} busy, {1} lazy, {2} pooled").format(len(node.busy), lazy, node.pooled)
    if not len(node.busy) and not lazy and not node.pools:
        name = tr("Node {0}").format(node.number)
        return [Row(("node", node.number), (name,), (tr("empty"),), look="head")]
    shut = ("shut", node.number) in opened
    rows: Items = [
        Row(("shut", node.number), (tr("Node {0}").format(node.number),), (brief,), look="head", opens=True,
            opened=not shut, tip=f"vmap_nodes[{node.number}]: {brief}")
    ]  # fmt: skip
    if shut:
        return rows
    shift = reader.page_shift
    rows += _group(reader, tr("busy"), ("busy", node.number), node.busy, opened, True)
    rows += _group(reader, tr("lazily freed"), ("lazy", node.number), node.lazy, opened, True)
    if node.purging:
        rows.append(Row(("purging", node.number), (tr("being purged"),), (areas_of(len(node.purging)),),
                        depth=1, opens=True, opened=("purging", node.number) in opened))  # fmt: skip
        if ("purging", node.number) in opened:
            rows.append(_many(reader, node.purging, ("purging", node.number), True))
    if not node.pools:
        rows.append(Row(("pools", node.number), (tr("no areas in its pools"),), depth=1, look="quiet"))
    for pool in node.pools:
        key = ("pool", node.number, pool.pages)
        text = tr("pool of {0}").format(pages_of(pool.pages))
        brief = f"{areas_of(pool.areas)} · {size(pool.areas * pool.pages << shift)}"
        rows.append(Row(key, (text,), (brief, areas_of(pool.areas), count(pool.areas)), depth=1, opens=True,
                        opened=key in opened))  # fmt: skip
        if key in opened:
            rows.append(_many(reader, reader.pool_areas(node.number, pool.pages), key, False))
    return rows


def _group(
    reader: AllocatorReader, name: str, key: tuple, tree: AreaTree, opened: set[object], owned: bool
) -> Items:
    if not len(tree):
        none = {"busy": tr("no busy areas"), "lazy": tr("no lazily freed areas")}[key[0]]
        return [Row(key, (none,), depth=1, look="quiet")]
    brief = f"{areas_of(len(tree))} · {size(tree.total)}"
    rows: Items = [Row(key, (name,), (brief, areas_of(len(tree)), count(len(tree))), depth=1, opens=True,
                       opened=key in opened)]  # fmt: skip
    if key in opened:

        def make(i: int) -> Row:
            return _area(reader, (int(tree.start[i]), int(tree.end[i])), (*key, i), owned)

        def find(place: Place) -> int | None:
            rank = tree.rank_at(place.va[0]) if place.va is not None else -1
            return rank if rank >= 0 else None

        rows.append(Many(len(tree), make, find))
    return rows


def _many(reader: AllocatorReader, areas: tuple[Range, ...], key: tuple, owned: bool) -> Many:
    def find(place: Place) -> int | None:
        return next((i for i, area in enumerate(areas) if place.va and area[0] == place.va[0]), None)

    return Many(len(areas), lambda i: _area(reader, areas[i], (*key, i), owned), find)


def _area(reader: AllocatorReader, area: Range, key: tuple, owned: bool) -> Row:
    start, end = area
    made = reader.name_of(start) if owned else None
    length = size(end - start)
    name = f"{made.name} · {made.verb}" if made else ""
    text = (f"{tail(start)}  {name}", f"{tail(start)}  {made.name}", tail(start)) if made else (tail(start),)
    what = {"busy": tr("busy"), "lazy": tr("lazily freed"), "purging": tr("being purged"),
            "pool": tr("in a pool")}[key[0]]  # fmt: skip
    tip = f"{bounds(start, end)} · {length}\n{what}" + (f" · {name}" if name else "")
    return Row(key, text, (length,), depth=2, mono=True, place=place_of(area, owned), tip=tip)


# --- what waits --------------------------------------------------------------------------------------


def waiting_rows(wait: Waiting, reader: AllocatorReader) -> Iterator[Row]:
    """Queued work and deferred frees."""
    yield Row("work", (tr("Pending work"),), look="head", detail=(count(len(wait.jobs)),))
    if not wait.jobs:
        yield Row("no work", (tr("no work is queued"),), depth=1, look="quiet")
    for i, job in enumerate(wait.jobs):
        yield Row(("job", i), (job.function,), (tr("on CPU {0}").format(job.cpu),), depth=1, mono=True)
    yield Row("deferred", (tr("Deferred frees"),), look="head",
              detail=(count(sum(len(d.addresses) for d in wait.deferred)),))  # fmt: skip
    if not wait.deferred:
        yield Row("no frees", (tr("no frees are deferred"),), depth=1, look="quiet")
    for deferred in wait.deferred:
        for i, va in enumerate(deferred.addresses):
            made = reader.name_of(va)
            text = f"{i + 1}. {tail(va)}"
            linked = tr("its first word links to the next") if i + 1 < len(deferred.addresses) else ""
            yield Row(
                ("deferred", deferred.cpu, i), (f"{text}  {made.name}", text) if made else (text,),
                (tr("on CPU {0}").format(deferred.cpu),), (linked,) if linked else (), depth=1, mono=True,
                place=Place(va=(va, va + 8), area=va), tip=tr("vfree of {0} waits").format(address(va)),
            )  # fmt: skip


# --- TLBs --------------------------------------------------------------------------------------------


def tlb_summary(tlbs: tuple[CpuTlb, ...]) -> tuple[str, ...]:
    """All TLBs in a line."""
    held, stale = sum(len(t.entries) for t in tlbs), sum(t.stale for t in tlbs)
    return (tr("{0} translations · {1} stale").format(held, stale), tr("{0} stale").format(stale))


def tlb_rows(reader: AllocatorReader, opened: set[object]) -> Items:
    """What waits for a flush, then every CPU with what it remembers."""
    rows: Items = list(pending_rows(reader))
    for tlb in reader.tlbs():
        shut = ("cpu", tlb.cpu) in opened
        brief = tr("{0} of 64 · {1} stale").format(len(tlb.entries), tlb.stale)
        tip = tr("the TLB of CPU {0}: slot {1} is filled next").format(tlb.cpu, tlb.next)
        rows.append(Row(("cpu", tlb.cpu), (tr("CPU {0}").format(tlb.cpu),), (brief,), look="head", opens=True,
                        opened=not shut, tip=tip))  # fmt: skip
        if not shut:
            rows += [_entry(reader, entry) for entry in tlb.entries]
        if not shut and not tlb.entries:
            texts = tr("remembers nothing: touch an address"), tr("remembers nothing")
            rows.append(Row(("none", tlb.cpu), texts, depth=1, look="quiet"))
    return rows


def pending_rows(reader: AllocatorReader) -> Iterator[Row]:
    """What has been unmapped and not flushed."""
    wait = reader.waiting()
    dirty = [block for block in reader.blocks() if block.to_flush]
    yield Row("pending", (tr("Waits for a flush"),), look="head")
    if wait.lazy:
        lazy = pages_of(wait.lazy)
        yield Row("lazy", (tr("lazily freed areas: until the purge"), tr("lazily freed")), (lazy,), depth=1)
    for block in dirty:
        first = block.start + (block.dirty_min << reader.page_shift)
        end = block.start + (block.dirty_max << reader.page_shift)
        name = tail(block.start)
        text = tr("pieces of block {0}: until vm_unmap_aliases").format(name)
        back = tr("has come back to its block, and is flushed by vm_unmap_aliases")
        yield Row(
            ("dirty", block.start), (text, tr("pieces of block {0}").format(name)),
            (pages_of(block.dirty_max - block.dirty_min),), depth=1, place=Place(va=(first, end)),
            tip=f"{bounds(first, end)}\n{back}",
        )  # fmt: skip
    if not wait.lazy and not dirty:
        yield Row("nothing", (tr("nothing waits for a flush"),), depth=1, look="quiet")


def _entry(reader: AllocatorReader, entry: Remembered) -> Row:
    text = f"{tail(entry.va)} → {physical(entry.phys)}"
    area = entry.area[0] if entry.area else None
    place = Place(va=(entry.va, entry.va + entry.size), area=area, phys=(entry.phys, entry.phys + entry.size))
    goes = f"{address(entry.va)} → {physical(entry.phys)} · {size(entry.size)}"
    tip = "\n".join((goes, tr("slot {0}").format(entry.slot)))
    key = ("entry", entry.cpu, entry.slot)
    if entry.because is None:
        return Row(key, (text, tail(entry.va)), (size(entry.size),), depth=1, mono=True, place=place, tip=tip)
    why = because_words(reader, entry)
    return Row(
        key, (text, tail(entry.va)), (tr("✗ stale"), "✗"), why, depth=1, mono=True, look="bad",
        place=place, tip=f"{tip}\n{why[0]}",
    )  # fmt: skip


def because_words(reader: AllocatorReader, entry: Remembered) -> tuple[str, ...]:
    """Why an entry is stale and until when, and in short."""
    by = reader.operation_at(entry.cleared) if entry.cleared is not None else ""
    made = reader.name_of(entry.area[0]) if entry.area else None
    name = made.name if made else tr("its area")
    said = {
        "lazy": (tr("{0} is lazily freed: until the purge").format(name), tr("until the purge")),
        "purging": (tr("{0} is being purged").format(name), tr("being purged")),
        "block": (tr("its piece came back: until vm_unmap_aliases"), tr("until vm_unmap_aliases")),
        "gone": (tr("nothing is mapped here: until a flush"), tr("until a flush")),
        "changed": (tr("the tables say otherwise: until a flush"), tr("until a flush")),
    }  # fmt: skip
    assert entry.because is not None
    long, short = said[entry.because]
    return (f"{by} · {long}", long, short) if by else (long, short)
