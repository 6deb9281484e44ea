"""Growth is told from noise, by hand-made samples."""

import msgspec
import pytest

from bench.growth import Sample, grown

STEADY = Sample(rss_kib=50_000, files=40, threads=3, tasks=5, rooms=3, players=24, objects=100_000)


def cycles(**last_five: int) -> list[Sample]:
    return [STEADY] * 7 + [msgspec.structs.replace(STEADY, **last_five)] * 5


def test_a_steady_server_has_not_grown() -> None:
    assert grown(cycles()) == []


@pytest.mark.parametrize("name", ["files", "threads", "tasks", "rooms", "players"])
def test_one_more_of_anything_counted_is_growth(name: str) -> None:
    before = getattr(STEADY, name)

    assert grown(cycles(**{name: before + 1})) == [f"{name} grew from {before} to {before + 1}"]


def test_memory_and_objects_may_waver_a_little() -> None:
    assert grown(cycles(rss_kib=52_048, objects=101_000)) == []
    assert grown(cycles(rss_kib=52_049)) == ["rss_kib grew from 50000 to 52049"]
    assert grown(cycles(objects=101_001)) == ["objects grew from 100000 to 101001"]


def test_the_first_cycles_do_not_count() -> None:
    small = msgspec.structs.replace(STEADY, rss_kib=20_000, files=10)

    assert grown([small] * 3 + [STEADY] * 7) == []


def test_one_cycle_that_is_not_settled_is_no_growth() -> None:
    unsettled = msgspec.structs.replace(STEADY, players=30)

    assert grown([*cycles(), unsettled]) == []


def test_too_few_cycles_tell_nothing() -> None:
    with pytest.raises(ValueError, match="too few"):
        grown([STEADY] * 5)
