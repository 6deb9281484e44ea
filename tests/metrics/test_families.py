"""Plain counts become families that hold to the catalogue."""

from __future__ import annotations

import pytest
from prometheus_client.core import Metric

from gameserver.metrics.families import counted, single, timed
from latency.metrics import Histogram


def values(metric: Metric) -> dict[tuple[str, ...], float]:
    return {(*sample.labels.values(),): sample.value for sample in metric.samples}


def test_a_single_label_shows_all_its_values_from_the_start() -> None:
    assert values(counted("gameserver_rooms", {"listed": 3})) == {
        ("listed",): 3,
        ("private",): 0,
        ("session",): 0,
    }


def test_what_is_not_listed_counts_as_other() -> None:
    metric = counted("gameserver_relay_messages_total", {"state": 1, "made up": 2, "another": 3})

    assert values(metric)[("other",)] == 5
    assert values(metric)[("state",)] == 1


def test_of_several_labels_only_what_was_counted_is_shown() -> None:
    metric = counted("gameserver_commands_total", {("join", "ok"): 2, ("x", "ok"): 1, ("y", "ok"): 1})

    assert values(metric) == {("join", "ok"): 2, ("other", "ok"): 2}


def test_a_histogram_is_cumulative_and_ends_in_infinity() -> None:
    histogram = Histogram((0.1, 1.0))
    for seconds in (0.05, 0.5, 5.0):
        histogram.observe(seconds)

    samples = timed("gameserver_command_seconds", [(("join",), histogram)]).samples

    buckets = [(each.labels["le"], each.value) for each in samples if each.name.endswith("_bucket")]
    assert buckets == [("0.1", 1), ("1.0", 2), ("+Inf", 3)]
    totals = {each.name: each.value for each in samples if not each.name.endswith("_bucket")}
    assert totals == {"gameserver_command_seconds_count": 3, "gameserver_command_seconds_sum": 5.55}


def test_a_histogram_of_something_unlisted_is_left_out() -> None:
    assert timed("gameserver_command_seconds", [(("made up",), Histogram())]).samples == []


def test_only_what_is_in_the_catalogue_can_be_shown() -> None:
    with pytest.raises(KeyError):
        single("gameserver_secret", 1)
