from hypothesis import given
from hypothesis import strategies as st

from strongroom.model.outcome import Relation
from strongroom.web.frontier import Frontier, host_of
from strongroom.web.seen import Queued


def queued(number: int, url: str, *, hop: int = 0, is_page: bool = True) -> Queued:
    return Queued(number, url, Relation.HYPERLINK if is_page else Relation.EMBED, is_page, hop, 0, "", 0)


def frontier(*items: Queued, connections: int = 4, delay: float = 0.5) -> Frontier:
    made = Frontier(connections_per_host=connections, delay=delay)
    for item in items:
        made.add(item)
    return made


def take(source: Frontier, now: float) -> int | None:
    item = source.take(now)
    if item is None:
        return None
    source.asked(item, now)
    return item.id


def test_pages_of_one_host_begin_at_least_the_delay_apart():
    source = frontier(queued(1, "http://a/1"), queued(2, "http://a/2"))
    assert (take(source, 10.0), take(source, 10.4), source.next_time(), take(source, 10.5)) == (1, None, 10.5, 2)


def test_another_host_does_not_wait():
    source = frontier(queued(1, "http://a/1"), queued(2, "http://a/2"), queued(3, "http://b/1"))
    assert (take(source, 0.0), take(source, 0.0), take(source, 0.0)) == (1, 3, None)


def test_the_port_does_not_make_another_host():
    source = frontier(queued(1, "http://a:8001/1"), queued(2, "http://a:8002/2"))
    assert (take(source, 0.0), take(source, 0.0)) == (1, None)


def test_parts_of_pages_need_no_pause():
    source = frontier(*(queued(n, f"http://a/{n}", is_page=False) for n in (1, 2, 3)))
    assert [take(source, 0.0) for _ in range(4)] == [1, 2, 3, None]


def test_parts_found_while_a_page_waits_go_first():
    source = frontier(queued(1, "http://a/1"), queued(2, "http://a/2"))
    taken = [take(source, 0.0), take(source, 0.0)]
    source.add(queued(3, "http://a/3", is_page=False))
    assert [*taken, take(source, 0.1), take(source, 0.1), take(source, 0.5)] == [1, None, 3, None, 2]


def test_no_more_connections_to_a_host_than_allowed():
    items = [queued(n, f"http://a/{n}", is_page=False) for n in range(1, 4)]
    source = frontier(*items, connections=2)
    taken = [take(source, 0.0) for _ in range(3)]
    source.done(items[0])
    assert [*taken, take(source, 0.0)] == [1, 2, None, 3]


def test_a_crawl_delay_binds_parts_too():
    source = frontier(*(queued(n, f"http://a/{n}", is_page=False) for n in (1, 2)))
    source.slow_down("http://a/", 3.0)
    assert (take(source, 0.0), take(source, 2.9), source.next_time(), take(source, 3.0)) == (1, None, 3.0, 2)


def test_a_host_that_asked_for_rest_gets_it():
    source = frontier(queued(1, "http://a/1", is_page=False))
    source.rest("http://a/", 7.0)
    assert (take(source, 6.9), source.next_time(), take(source, 7.0)) == (None, 7.0, 1)


def test_nothing_is_asked_of_an_origin_that_is_shut():
    source = frontier()
    source.shut("http://a")
    source.add(queued(1, "http://a/1"))
    before = take(source, 0.0)
    source.open("http://a")
    assert (before, take(source, 0.0)) == (None, 1)


def test_another_origin_of_the_same_host_goes_on_while_one_is_shut():
    source = frontier()
    source.shut("https://a")
    source.add(queued(1, "https://a/1"))
    source.add(queued(2, "http://a/2"))
    assert (take(source, 0.0), take(source, 9.0)) == (2, None)


def test_a_deeper_page_waits_until_all_nearer_ones_are_done():
    near, deep = queued(1, "http://a/1", hop=0), queued(2, "http://b/2", hop=1)
    source = frontier(near, deep)
    taken = [take(source, 0.0), take(source, 9.0)]
    source.done(near)
    assert [*taken, take(source, 9.0)] == [1, None, 2]


def test_a_page_that_is_to_be_asked_for_again_holds_back_the_deeper_ones():
    near, deep = queued(1, "http://a/1", hop=0), queued(2, "http://b/2", hop=1)
    source = frontier(near, deep)
    assert take(source, 0.0) == 1
    source.again(near, 5.0)
    assert (take(source, 4.0), source.next_time(), take(source, 5.0)) == (None, 5.0, 1)


def test_draining_gives_back_all_that_waits_in_the_order_it_was_seen():
    items = [queued(n, f"http://{'ab'[n % 2]}/{n}", is_page=n % 3 == 0) for n in range(1, 9)]
    source = frontier(*items)
    assert ([item.id for item in source.drain()], source.queued, source.is_done) == ([1, 2, 3, 4, 5, 6, 7, 8], 0, True)


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 2), st.booleans()), max_size=40),
    st.sampled_from([0.0, 0.5, 2.0]),
)
def test_everything_queued_is_taken_once_and_never_faster_than_allowed(
    wanted: list[tuple[str, int, bool]], delay: float
):
    items = [queued(n, f"http://{host}/{n}", hop=hop, is_page=page) for n, (host, hop, page) in enumerate(wanted)]
    source = frontier(*items, connections=2, delay=delay)
    now, taken, under_way, last_page = 0.0, [], [], {}
    while not source.is_done:
        item = source.take(now)
        if item is not None:
            source.asked(item, now)
            host = host_of(item.url)
            if item.is_page:
                assert now - last_page.get(host, -9.0) >= delay
                last_page[host] = now
            taken.append(item.id)
            under_way.append(item)
            assert sum(host_of(one.url) == host for one in under_way) <= 2
        elif under_way:
            source.done(under_way.pop(0))
        else:
            time = source.next_time()
            assert time is not None
            assert time > now
            now = time
    assert sorted(taken) == list(range(len(items)))
