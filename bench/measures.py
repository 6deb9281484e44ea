"""How each scenario is carried out: one started server goes in, its figures come out."""

from __future__ import annotations

import dataclasses
import sys
import time
from collections.abc import Callable

from bench import search
from bench.driver import Driver, Outcome, costs, faultless, passes
from bench.generator import GeneratorError, Measurement, finish
from bench.memory import forget_peak, peak_kib

LATE_GENERATOR_US = 5_000.0
PLAYER_HZ = 20
CROWD_SECONDS = 6.0
STALLED_ROOMS = 5
STALLED_SECONDS = 8.0  # longer than any such member may stay
ROOM_SIZE = 8
FRESH_ROOMS = 60
TICK_US = 500  # in searches the generator acts twice a millisecond: it is cheap, and far below the p99 limit


def _search(driver: Driver, start: float, step: Callable[[float], Measurement]) -> Outcome:
    """Search the highest load. A step that fails is tried once more before it counts as failed.

    The first round searches by factors of 2, later ones by 1.25 around what the round before has found.
    """
    passed: dict[float, Measurement] = {}
    late = 0

    def attempt(load: float) -> bool:
        nonlocal late
        for _ in range(2):
            try:
                measurement = step(load)
            except GeneratorError as error:
                print(f"    at {load:.0f}: {error}", file=sys.stderr)
                continue
            if passes(measurement):
                passed[load] = measurement
                return True
            late += measurement.lag.p99_us > LATE_GENERATOR_US
        return False

    found = search.highest(
        driver.hint or start,
        attempt,
        factor=1.25 if driver.hint else 2.0,
        precision=driver.pace.precision,
    )
    best = passed.get(found.load)
    figures = {"load": found.load}
    if best is not None:
        figures |= costs(best)
    return Outcome(figures, found.steps, late)


def fanout(rooms: int, payload: int) -> Callable[[Driver], Outcome]:
    """Search the most deliveries per second in as many rooms, with payloads of this many bytes."""

    def measure(driver: Driver) -> Outcome:
        def step(deliveries: float) -> Measurement:
            rate = deliveries / (ROOM_SIZE - 1)
            return driver.run(
                "fanout", rooms=rooms, room_size=ROOM_SIZE, payload=payload, rate=rate, tick_us=TICK_US
            )

        return _search(driver, 20_000, step)

    return measure


def star(payload: int) -> Callable[[Driver], Outcome]:
    """Search the most rooms that a host and seven others play in at 20 Hz; 0 bytes are eight objects."""

    def measure(driver: Driver) -> Outcome:
        def step(load: float) -> Measurement:
            rooms = round(load)
            rate = rooms * ROOM_SIZE * PLAYER_HZ
            return driver.run(
                "star", rooms=rooms, room_size=ROOM_SIZE, payload=payload, rate=rate, tick_us=TICK_US
            )

        found = _search(driver, 32, step)
        return dataclasses.replace(found, figures={**found.figures, "load": round(found.figures["load"])})

    return measure


def light(driver: Driver) -> Outcome:
    """Deliver 3,500 messages per second to 2,000 connections, and see how long each takes."""
    seconds = driver.pace.light_seconds
    rate = 3_500 / (ROOM_SIZE - 1)
    return Outcome(costs(faultless(driver.run("fanout", rooms=250, rate=rate, warm=2, seconds=seconds))))


def cost(driver: Driver) -> Outcome:
    """Deliver 20,000 messages per second to 400 connections, and see what each costs."""
    rate = 20_000 / (ROOM_SIZE - 1)
    return Outcome(costs(faultless(driver.run("fanout", rooms=50, rate=rate))))


def echo(driver: Driver) -> Outcome:
    """Answer 64 connections that ask without pause."""
    measurement = faultless(driver.run("echo", idle=64))
    return Outcome({"load": measurement.work_per_s, **costs(measurement)})


def storm(driver: Driver) -> Outcome:
    """Seat seven newcomers in each room, a hundred of them on their way at once."""
    return _storm(driver, driver.pace.storm_rooms)


def storm_fresh(driver: Driver) -> Outcome:
    """Do the same with few: who comes back after a restart meets a server that has run nothing yet."""
    return _storm(driver, FRESH_ROOMS)


def _storm(driver: Driver, rooms: int) -> Outcome:
    measurement = faultless(driver.run("storm", rooms=rooms, in_flight=100))
    return Outcome({"load": measurement.work_per_s, **costs(measurement)})


def idle(driver: Driver) -> Outcome:
    """Hold connections that only exist."""
    collect = float(driver.server.contender.collects)
    driver.run("idle", idle=500, collect=collect)  # what the first connections load stays out of the figure
    measurement = faultless(driver.run("idle", idle=driver.pace.idle_connections, collect=collect))
    return Outcome({"load": measurement.kib_per_connection})


def stalled(driver: Driver) -> Outcome:
    """Five rooms at 60 messages of 1 KiB a second each, without and with a member who reads nothing.

    First broadcasts, for which that member is closed, then states, for which it is not.
    """
    rooms, hertz = STALLED_ROOMS, 60
    options = {"rooms": rooms, "payload": 1024, "seconds": STALLED_SECONDS}
    figures: dict[str, float] = {}
    for scenario, rate in (("fanout", rooms * hertz), ("star", rooms * hertz * (ROOM_SIZE - 1))):
        driver.run(scenario, **{**options, "rate": rate, "seconds": 1.0})  # what the first messages load
        alone, alone_kib = _with_peak(driver, scenario, rate=rate, **options)
        beside, beside_kib = _with_peak(driver, scenario, rate=rate, stalled=rooms, **options)
        figures |= {
            f"{scenario}_p99_alone": alone.latency.p99_us / 1000,
            f"{scenario}_p99": beside.latency.p99_us / 1000,
            f"{scenario}_memory": (beside_kib - alone_kib) / rooms / 1024,
        }
    return Outcome(figures)


def _with_peak(driver: Driver, scenario: str, **options: float) -> tuple[Measurement, int]:
    """Return what was measured, and the most memory in KiB that the server took for it."""
    forget_peak(driver.server.pid)
    measurement = faultless(driver.run(scenario, **options))
    return measurement, peak_kib(driver.server.pid)


def crowd(driver: Driver) -> Outcome:
    """Ten rooms play; then the same while a thousand others come in, and leave all at once."""
    options = {
        "rooms": 10,
        "rate": 10 * ROOM_SIZE * PLAYER_HZ,
        "warm": driver.pace.warm,
        "seconds": CROWD_SECONDS,
    }
    alone = faultless(driver.run("star", **options))
    playing = driver.begin("star", **options)
    time.sleep(driver.pace.warm + CROWD_SECONDS / 4)
    faultless(driver.run("storm", rooms=125, in_flight=100))
    beside = faultless(finish(playing))
    return Outcome({"p99_alone": alone.latency.p99_us / 1000, **costs(beside)})
