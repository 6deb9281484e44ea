"""Quartiles and ratios, by hand."""

import pytest

from bench.figures import Better, Spread, ratios, reaches, spread


def test_the_quartiles_of_five_are_the_second_third_and_fourth() -> None:
    assert spread([5.0, 1.0, 4.0, 2.0, 3.0]) == Spread(2.0, 3.0, 4.0)


def test_the_quartiles_of_four_lie_between_their_neighbours() -> None:
    # Places 0.75, 1.5 and 2.25 of 0 to 3.
    assert spread([10.0, 20.0, 30.0, 40.0]) == Spread(17.5, 25.0, 32.5)


def test_one_value_is_its_own_quartiles() -> None:
    assert spread([7.0]) == Spread(7.0, 7.0, 7.0)


def test_ratios_are_taken_within_each_pair() -> None:
    assert ratios([300.0, 100.0], [100.0, 200.0]) == [3.0, 0.5]


def test_a_round_without_its_other_half_has_no_ratio() -> None:
    assert ratios([300.0, 100.0], [100.0]) == [3.0]
    assert ratios([300.0, 100.0], [0.0, 50.0]) == [2.0]


@pytest.mark.parametrize(
    ("pairs", "holds"), [([1.0, 1.7, 9.0, 9.0, 9.0], True), ([1.6, 1.6, 9.0, 9.0, 9.0], False)]
)
def test_at_least_is_decided_by_the_lower_quartile(pairs: list[float], holds: bool) -> None:
    assert reaches(pairs, 1.7, Better.HIGHER) is holds


@pytest.mark.parametrize(
    ("pairs", "holds"), [([0.1, 0.1, 0.1, 0.5, 9.0], True), ([0.1, 0.1, 0.1, 0.6, 9.0], False)]
)
def test_what_should_be_small_is_decided_by_the_upper_quartile(pairs: list[float], holds: bool) -> None:
    assert reaches(pairs, 0.5, Better.LOWER) is holds
