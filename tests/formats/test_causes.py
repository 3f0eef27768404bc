"""Claims about causes: what a task asked for, as opposed to what followed from it."""

from vmgui.formats.causes import helper_orders, next_work, root_causes, work_begins
from vmgui.formats.records import AllocEvent, Event, FnEvent, FreeEvent, Hex, PurgeEvent

END = 1 << 44


def request(addr: int, by: str = "cur", size: int = 0x2000) -> Event:
    failed = int(addr == END)
    return AllocEvent(
        addr=Hex(addr), size=size, align=1, vstart=Hex(0), vend=Hex(END), failed=failed, cpu=0, by=by
    )


def free(va: int, by: str = "cur") -> Event:
    return FreeEvent(va=Hex(va), lazy=1, max=2, cpu=1, by=by)


def purge(by: str) -> Event:
    return PurgeEvent(start=Hex(0), end=Hex(1), n=1, cpu=0, by=by)


def fn(name: str, by: str, *a: int) -> Event:
    return FnEvent(name=name, a=[Hex(value) for value in a], cpu=0, by=by)


def test_requests_and_frees_are_causes_of_their_task():
    causes = list(root_causes([request(0x1000), free(0x1000), request(0x3000, "kthreadd/2")]))
    assert [(cause.task, cause.cpu) for cause in causes] == [(0, 0), (0, 1), (1, 0)]
    assert [cause.alloc is not None for cause in causes] == [True, False, True]


def test_the_second_attempt_after_a_purge_is_no_cause():
    assert len(list(root_causes([request(END), purge("cur"), request(0x1000)]))) == 1
    assert len(list(root_causes([request(END), purge("cur"), request(END), request(0x1000)]))) == 2


def test_another_size_after_a_purge_is_a_cause():
    assert len(list(root_causes([request(END), purge("cur"), request(0x1000, size=0x9000)]))) == 2


def test_others_between_the_attempts_change_nothing():
    events = [request(END), free(0x5000, "a/1"), purge("cur"), request(0x7000, "a/1"), request(0x1000)]
    assert len(list(root_causes(events))) == 3


def test_the_purge_of_a_worker_is_a_cause_and_that_of_a_failing_task_is_none():
    causes = list(root_causes([purge("kworker/0:1/9"), request(END, "a/1"), purge("a/1")]))
    assert [(cause.task, cause.alloc is None and cause.free is None) for cause in causes] == [
        (1, True),
        (2, False),
    ]


def test_the_order_of_nodes_is_told_only_of_purges_that_two_tasks_shared():
    shared = [fn("purge_vmap_node", "a", 3), fn("purge_vmap_node", "b", 0), purge("a")]
    alone = [fn("purge_vmap_node", "a", 0), fn("purge_vmap_node", "a", 1), purge("a")]
    assert list(helper_orders([*alone, *shared, *alone])) == [[3, 0]]


def test_a_work_begins_with_its_function_and_a_helper_with_its_node():
    events = [fn("drain_vmap_area_work", "w"), fn("__purge_vmap_area_lazy", "w"),
              fn("purge_vmap_node", "w", 1), request(0, "kthreadd/2"), fn("purge_vmap_node", "h", 0),
              purge("w")]  # fmt: skip
    assert work_begins(events) == [0, 4]
    assert next_work([0, 4], 3, 0, 0) == 2
    assert next_work([0, 4], 5, 0, 0) == 3
    assert next_work([2, 4], 1, 0, 0) == 0


def test_what_comes_before_or_among_the_events_of_the_runner_belongs_to_no_work():
    assert next_work([2, 4], 3, 0, 1) == 0
    assert next_work([2, 4], 1, 1, 1) == 1
    assert next_work([], 1, 1, 1) == 0
