"""The search for the highest load, against servers of known capacity."""

from hypothesis import given
from hypothesis import strategies as st

from bench.search import MOST_STEPS, highest


def test_it_climbs_by_the_factor_and_bisects_what_is_left() -> None:
    tried: list[float] = []

    def passes(load: float) -> bool:
        tried.append(load)
        return load <= 100

    found = highest(10, passes, precision=1.2)

    assert [round(load) for load in tried] == [10, 20, 40, 80, 160, 113, 95]
    assert (round(found.load), found.steps) == (95, 7)


def test_it_comes_down_to_a_server_that_carries_less_than_the_start() -> None:
    found = highest(64, lambda load: load <= 9, precision=1.01)

    assert 8.9 < found.load <= 9


def test_a_server_that_carries_nothing_ends_the_search_at_the_lowest_load() -> None:
    assert highest(8, lambda load: False).load == 0
    assert highest(8, lambda load: False).steps == 4  # 8, 4, 2, 1


def test_a_server_without_limit_ends_the_search_after_its_most_steps() -> None:
    assert highest(1, lambda load: True).steps == MOST_STEPS


@given(capacity=st.floats(1, 1e7), start=st.floats(1, 1e7))
def test_what_is_found_passes_and_is_within_the_precision(capacity: float, start: float) -> None:
    found = highest(start, lambda load: load <= capacity, factor=4.0, precision=1.05)

    assert found.load <= capacity
    assert found.steps == MOST_STEPS or capacity <= found.load * 1.05 or capacity < 4
