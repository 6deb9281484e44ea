"""What lobby and registry read: values with an age, bands, sums and leads."""

from __future__ import annotations

import pytest

from latency.settings import Settings
from latency.view import UNKNOWN, Cache, LatencyView, Shown, band, lead_ms

SETTINGS = Settings()


def test_an_unknown_player_has_no_ping_no_score_no_age_and_shows_nothing() -> None:
    assert (UNKNOWN.ping_ms, UNKNOWN.score_at(5.0), UNKNOWN.age_s(5.0)) == (None, None, None)
    assert UNKNOWN.shown(5.0, SETTINGS) is None
    assert UNKNOWN.stale(5.0, SETTINGS)
    assert UNKNOWN.unanswered_s(5.0) == 0.0


def test_shown_figures_are_rounded_and_carry_their_age() -> None:
    view = LatencyView(ping_ms=61.26, score_ms=70, jitter_ms=3.14159, samples=4, last_answered=10.0)
    assert view.shown(12.3456, SETTINGS) == Shown(61.3, 3.1, 2346, "fair")


@pytest.mark.parametrize(
    ("ping", "word"), [(0.0, "good"), (60.0, "good"), (60.1, "fair"), (150.0, "fair"), (150.1, "poor")]
)
def test_bands_end_at_their_settings(ping: float, word: str) -> None:
    assert band(ping, SETTINGS) == word


def test_the_score_is_at_least_the_age_of_the_unanswered_probe() -> None:
    view = LatencyView(ping_ms=30, score_ms=40, last_answered=10.0, oldest_unanswered=11.0)
    assert view.score_at(11.03) == 40
    assert view.score_at(11.5) == 500.0
    assert view.score_at(10.5) == 40  # before it was sent


def test_an_estimate_is_stale_after_three_of_its_own_intervals() -> None:
    view = LatencyView(ping_ms=30, last_answered=100.0, interval_s=5.0)
    assert not view.stale(115.0, SETTINGS)
    assert view.stale(115.1, SETTINGS)


def test_a_track_leads_by_half_the_slowest_round_trip_and_a_margin_but_never_by_too_little() -> None:
    views = {"anna": LatencyView(p95_ms=80.0), "bo": LatencyView(p95_ms=640.0), "cleo": UNKNOWN}
    assert lead_ms(views, SETTINGS) == 320.0 + 150.0
    assert lead_ms({"anna": views["anna"]}, SETTINGS) == 250.0
    assert lead_ms({}, SETTINGS) == 250.0


def test_the_cache_is_a_mapping_that_answers_unknown_for_strangers() -> None:
    cache = Cache()
    view = LatencyView(ping_ms=1.0)
    cache.publish("anna", view)

    assert dict(cache) == {"anna": view}
    assert (cache.view("anna"), cache.view("bo"), len(cache)) == (view, UNKNOWN, 1)
    cache.drop("anna")
    cache.drop("anna")
    assert "anna" not in cache


def test_a_view_is_made_when_it_is_first_read_and_once() -> None:
    made: list[float] = []

    def make(ping_ms: float) -> LatencyView:
        made.append(ping_ms)
        return LatencyView(ping_ms=ping_ms)

    cache = Cache()
    cache.publish_later("anna", lambda: make(1.0))
    cache.publish_later("anna", lambda: make(2.0))
    cache.publish_later("bo", lambda: make(3.0))
    cache.publish_later("cleo", lambda: make(4.0))
    cache.drop("cleo")

    assert (len(cache), list(cache), made) == (2, ["anna", "bo"], [])
    assert cache.view("anna").ping_ms == cache["anna"].ping_ms == 2.0
    assert [view.ping_ms for view in cache.values()] == [2.0, 3.0]
    assert made == [2.0, 3.0]

    cache.publish_later("anna", lambda: make(5.0))
    cache.publish("anna", LatencyView(ping_ms=6.0))
    assert cache["anna"].ping_ms == 6.0
    assert cache.view("cleo") is UNKNOWN
