"""The estimators, against figures worked by hand and against plain definitions."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from latency.estimators import ClientLag, LogDecay, Rto, Window
from latency.settings import Settings

SETTINGS = Settings()
rtts = st.floats(0, 60_000)
steps = st.floats(0.001, 300)


def close(a: float, b: float) -> bool:
    return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-9)


def test_the_shown_ping_is_the_geometric_mean_of_what_is_offset() -> None:
    estimate = LogDecay()
    estimate.add(0.0, 20.0, SETTINGS)
    estimate.add(0.0, 95.0, SETTINGS)
    assert close(estimate.ping_ms(SETTINGS), math.sqrt(25 * 100) - 5)  # 45 ms


def test_a_sample_of_one_half_life_counts_half() -> None:
    estimate = LogDecay()
    estimate.add(0.0, 20.0, SETTINGS)
    estimate.add(120.0, 95.0, SETTINGS)
    wanted = math.exp((0.5 * math.log(25) + math.log(100)) / 1.5) - 5
    assert close(estimate.ping_ms(SETTINGS), wanted)


def test_one_lucky_ping_is_charged_the_prior_spread() -> None:
    estimate = LogDecay()
    estimate.add(0.0, 20.0, SETTINGS)
    sigma = math.sqrt(3 * 0.3**2 / 4)
    assert close(estimate.sigma(SETTINGS), sigma)
    assert close(estimate.score_ms(SETTINGS), 25 * math.exp(0.5 * sigma) - 5)


def test_spread_and_prior_are_weighed_by_the_effective_number_of_samples() -> None:
    estimate = LogDecay()
    for rtt in (20.0, 95.0, 20.0, 95.0):
        estimate.add(0.0, rtt, SETTINGS)
    variance = (math.log(4) / 2) ** 2  # of ln 25 and ln 100 in equal parts
    assert close(estimate.sigma(SETTINGS), math.sqrt((4 * variance + 3 * 0.09) / 7))


def test_without_prior_and_samples_there_is_no_spread() -> None:
    assert LogDecay().sigma(SETTINGS.changed({"prior_n": 0})) == 0.0
    assert not LogDecay().known


def test_a_faded_estimate_gives_way_to_new_samples_faster() -> None:
    kept, faded = LogDecay(), LogDecay()
    for estimate in (kept, faded):
        for n in range(10):
            estimate.add(float(n), 20.0, SETTINGS)
    faded.fade(0.5)
    assert close(kept.ping_ms(SETTINGS), faded.ping_ms(SETTINGS))
    for estimate in (kept, faded):
        estimate.add(10.0, 200.0, SETTINGS)
    assert faded.ping_ms(SETTINGS) > kept.ping_ms(SETTINGS)


@given(st.lists(st.tuples(steps, rtts), min_size=1, max_size=60))
def test_the_running_moments_agree_with_their_definition(samples: list[tuple[float, float]]) -> None:
    estimate, now = LogDecay(), 0.0
    times: list[float] = []
    for step, rtt in samples:
        now += step
        times.append(now)
        estimate.add(now, rtt, SETTINGS)
    weights = [0.5 ** ((now - at) / SETTINGS.half_life_s) for at in times]
    logs = [math.log(rtt + 5) for _, rtt in samples]
    total = sum(weights)
    mean = sum(w * y for w, y in zip(weights, logs, strict=True)) / total
    variance = sum(w * (y - mean) ** 2 for w, y in zip(weights, logs, strict=True)) / total
    n = total**2 / sum(w * w for w in weights)
    sigma = math.sqrt((n * variance + 3 * 0.09) / (n + 3))
    assert math.isclose(estimate.ping_ms(SETTINGS), math.exp(mean) - 5, rel_tol=1e-6, abs_tol=1e-6)
    assert math.isclose(estimate.sigma(SETTINGS), sigma, rel_tol=1e-6)


@given(st.lists(st.tuples(steps, rtts), min_size=1, max_size=30))
def test_estimates_stay_within_what_was_seen_and_scores_never_fall_below_them(
    samples: list[tuple[float, float]],
) -> None:
    estimate, now = LogDecay(), 0.0
    for step, rtt in samples:
        now += step
        estimate.add(now, rtt, SETTINGS)
    seen = [rtt for _, rtt in samples]
    assert min(seen) - 1e-6 <= estimate.ping_ms(SETTINGS) <= max(seen) + 1e-6
    assert estimate.score_ms(SETTINGS) >= estimate.ping_ms(SETTINGS)


def test_jitter_follows_the_formula_of_rfc_3550() -> None:
    window = Window(8)
    for rtt in (20.0, 36.0, 20.0):
        window.add(rtt)
    first = 16 / 16
    assert close(window.jitter_ms, first + (16 - first) / 16)


@given(st.lists(rtts, min_size=1, max_size=40), st.integers(1, 12), st.floats(0.01, 1.0))
def test_window_quantiles_are_exact_over_the_last_samples(seen: list[float], span: int, q: float) -> None:
    window = Window(span)
    for rtt in seen:
        window.add(rtt)
    kept = sorted(seen[-span:])
    wanted = min(value for value in kept if sum(v <= value for v in kept) >= q * len(kept) - 1e-9)
    assert window.quantile(q) == wanted
    assert len(window) == len(kept)


@given(st.lists(st.booleans(), min_size=1, max_size=40))
def test_loss_is_the_share_of_timed_out_probes_in_the_window(lost: list[bool]) -> None:
    window = Window(10)
    for gone in lost:
        if gone:
            window.lose()
        else:
            window.add(20.0)
    assert close(window.loss, sum(lost[-10:]) / len(lost[-10:]))


def test_an_empty_window_knows_nothing() -> None:
    window = Window(8)
    assert (window.quantile(0.5), window.loss, window.jitter_ms) == (None, 0.0, 0.0)


def test_the_time_out_follows_rfc_6298_within_its_bounds() -> None:
    rto = Rto()
    assert rto.timeout_s(SETTINGS) == SETTINGS.timeout_max_s  # nothing is known yet
    rto.add(800.0)  # SRTT 800, RTTVAR 400
    assert close(rto.timeout_s(SETTINGS), 2.4)
    rto.add(1600.0)  # RTTVAR 400 + (800 - 400) / 4 = 500, SRTT 900
    assert close(rto.timeout_s(SETTINGS), 2.9)
    for _ in range(50):
        rto.add(20.0)
    assert rto.timeout_s(SETTINGS) == SETTINGS.timeout_min_s
    for _ in range(50):
        rto.add(50_000.0)
    assert rto.timeout_s(SETTINGS) == SETTINGS.timeout_max_s


def test_client_lag_is_what_heartbeats_exceed_the_network_by_once_three_agree() -> None:
    lag = ClientLag()
    lag.add(70.0, 40.0)
    lag.add(72.0, 40.0)
    assert lag.ms == 0.0
    lag.add(71.0, 40.0)
    assert lag.ms == 31.0


def test_a_single_late_heartbeat_is_no_lag() -> None:
    lag = ClientLag()
    for heartbeat in (40.0, 39.0, 900.0, 40.0, 41.0):
        lag.add(heartbeat, 40.0)
    assert lag.ms == 0.0


def test_a_client_that_became_quick_again_is_forgiven_after_three_heartbeats() -> None:
    lag = ClientLag()
    for heartbeat in (140.0, 140.0, 140.0, 140.0, 140.0, 40.0, 40.0):
        lag.add(heartbeat, 40.0)
    assert lag.ms == 100.0
    lag.add(40.0, 40.0)
    assert lag.ms == 0.0


@given(st.lists(st.tuples(rtts, rtts), max_size=20))
def test_no_heartbeat_however_early_makes_the_lag_negative(pairs: list[tuple[float, float]]) -> None:
    lag = ClientLag()
    for heartbeat, network in pairs:
        lag.add(heartbeat, network)
    assert lag.ms >= 0.0
