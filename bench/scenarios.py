"""What is measured: each scenario drives one server and yields figures with their targets."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bench import search
from bench.contenders import Server
from bench.figures import Better
from bench.generator import GeneratorError, Measurement, begin, finish

P99_LIMIT_US = 50_000.0
STATES_LEFT_OUT = 0.01  # share of newest-wins messages that may be left out in a step that passes
LATE_GENERATOR_US = 5_000.0
PLAYER_HZ = 20
CROWD_SECONDS = 6.0
ROOM_SIZE = 8
TICK_US = 500  # in searches the generator acts twice a millisecond: it is cheap, and far below the p99 limit


@dataclass(frozen=True, slots=True)
class Pace:
    """How long things take: the full form, and a quick one for trying things out."""

    pairs: int = 5
    warm: float = 0.5
    seconds: float = 2.0
    light_seconds: float = 10.0
    storm_rooms: int = 400
    idle_connections: int = 5_000
    precision: float = 1.05


QUICK = Pace(
    pairs=1, warm=0.3, seconds=1.0, light_seconds=3.0, storm_rooms=60, idle_connections=1_000, precision=1.2
)


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of the table. Targets are ratios of ours to `against`, or to our own figure `beside`."""

    key: str
    title: str
    unit: str
    better: Better
    at_least: float | None = None
    aim: float | None = None
    against: str = "node"
    beside: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one measurement of one server yielded, by the keys of its scenario's figures."""

    figures: Mapping[str, float]
    steps: int = 1
    generator_late: int = 0  # steps that failed while the generator itself was late


@dataclass(frozen=True, slots=True)
class Driver:
    """A server to drive, from this core, at this pace; `hint` is what the former pair has found."""

    server: Server
    core: int | None
    pace: Pace
    hint: float = 0.0

    def run(self, scenario: str, **options: float) -> Measurement:
        """Run the generator once against the server."""
        pace = {"warm": self.pace.warm, "seconds": self.pace.seconds}
        return finish(self.begin(scenario, **{**pace, **options}))

    def begin(self, scenario: str, **options: float) -> subprocess.Popen[bytes]:
        """Start the generator against the server."""
        return begin(scenario, options, port=self.server.port, pid=self.server.pid, core=self.core)


@dataclass(frozen=True, slots=True)
class Scenario:
    """Something a server is asked to do, and the figures that come of it; the first one is the main one."""

    key: str
    figures: tuple[Figure, ...]
    measure: Callable[[Driver], Outcome]
    once: tuple[str, ...] = ("stock", "ceiling")  # contenders that take part in the first round only
    left_out: tuple[str, ...] = ()
    extra: bool = False  # only when asked for by name


def passes(measurement: Measurement) -> bool:
    """Say whether a step counts: nothing lost, repeated or refused, and 99 % within 50 ms."""
    return (
        measurement.faults == 0
        and measurement.kept_up
        and measurement.left_out <= STATES_LEFT_OUT * measurement.newest_expected
        and measurement.latency.p99_us < P99_LIMIT_US
    )


def _search(
    driver: Driver, start: float, step: Callable[[float], Measurement]
) -> tuple[Outcome, Measurement | None]:
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
        figures |= _costs(best)
    return Outcome(figures, found.steps, late), best


def _costs(measurement: Measurement) -> dict[str, float]:
    return {
        "p50": measurement.latency.p50_us / 1000,
        "p99": measurement.latency.p99_us / 1000,
        "p999": measurement.latency.p999_us / 1000,
        "cpu": measurement.server_us_per_work,
        "server_share": measurement.server_cpu_share,
        "generator_share": measurement.generator_cpu_share,
    }


def _fanout(rooms: int, payload: int) -> Callable[[Driver], Outcome]:
    def measure(driver: Driver) -> Outcome:
        def step(deliveries: float) -> Measurement:
            rate = deliveries / (ROOM_SIZE - 1)
            return driver.run(
                "fanout", rooms=rooms, room_size=ROOM_SIZE, payload=payload, rate=rate, tick_us=TICK_US
            )

        return _search(driver, 20_000, step)[0]

    return measure


def _star(payload: int) -> Callable[[Driver], Outcome]:
    def measure(driver: Driver) -> Outcome:
        def step(load: float) -> Measurement:
            rooms = round(load)
            rate = rooms * ROOM_SIZE * PLAYER_HZ
            return driver.run(
                "star", rooms=rooms, room_size=ROOM_SIZE, payload=payload, rate=rate, tick_us=TICK_US
            )

        outcome, _ = _search(driver, 32, step)
        return Outcome(
            {**outcome.figures, "load": round(outcome.figures["load"])}, outcome.steps, outcome.generator_late
        )

    return measure


def _light(driver: Driver) -> Outcome:
    seconds = driver.pace.light_seconds
    rate = 3_500 / (ROOM_SIZE - 1)
    return Outcome(_costs(faultless(driver.run("fanout", rooms=250, rate=rate, warm=2, seconds=seconds))))


def _cost(driver: Driver) -> Outcome:
    rate = 20_000 / (ROOM_SIZE - 1)
    return Outcome(_costs(faultless(driver.run("fanout", rooms=50, rate=rate))))


def _echo(driver: Driver) -> Outcome:
    measurement = faultless(driver.run("echo", idle=64))
    return Outcome({"load": measurement.work_per_s, **_costs(measurement)})


def _storm(driver: Driver) -> Outcome:
    measurement = faultless(driver.run("storm", rooms=driver.pace.storm_rooms, in_flight=100))
    return Outcome({"load": measurement.work_per_s, **_costs(measurement)})


def _idle(driver: Driver) -> Outcome:
    collect = float(driver.server.contender.collects)
    driver.run("idle", idle=500, collect=collect)  # what the first connections load stays out of the figure
    measurement = faultless(driver.run("idle", idle=driver.pace.idle_connections, collect=collect))
    return Outcome({"load": measurement.kib_per_connection})


def _stalled(driver: Driver) -> Outcome:
    """Five rooms at 60 messages of 1 KiB a second each, without and with a member who reads nothing."""
    options = {"rooms": 5, "rate": 5 * 60, "payload": 1024, "seconds": driver.pace.light_seconds}
    alone = faultless(driver.run("fanout", **options))
    beside = faultless(driver.run("fanout", stalled=5, **options))
    return Outcome({"p99_alone": alone.latency.p99_us / 1000, **_costs(beside)})


def _crowd(driver: Driver) -> Outcome:
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
    return Outcome({"p99_alone": alone.latency.p99_us / 1000, **_costs(beside)})


def faultless(measurement: Measurement) -> Measurement:
    """Return the measurement; raise GeneratorError if anything went wrong in it."""
    if measurement.faults or not measurement.kept_up:
        raise GeneratorError(
            f"{measurement.scenario} had {measurement.faults} faults ({measurement.last_code})"
        )
    return measurement


UP, DOWN = Better.HIGHER, Better.LOWER

SCENARIOS: tuple[Scenario, ...] = (
    Scenario(
        "star",
        (
            Figure("load", "mixed star, rooms of 8 at 20 Hz", "rooms", UP, 1.7, 3.0),
            Figure("load", "the same beside stock python-socketio", "rooms", UP, 18.0, 30.0, against="stock"),
        ),
        _star(64),
        once=("ceiling",),
    ),
    Scenario(
        "fanout-64",
        (Figure("load", "fan-out, 64 B, 400 connections", "deliveries/s", UP, 1.5, 4.0),),
        _fanout(50, 64),
    ),
    Scenario(
        "fanout-1k",
        (Figure("load", "fan-out, 1 KiB, 400 connections", "deliveries/s", UP, 1.3, 3.0),),
        _fanout(50, 1024),
    ),
    Scenario(
        "fanout-2000",
        (Figure("load", "fan-out, 64 B, 2,000 connections", "deliveries/s", UP, 2.4, 4.0),),
        _fanout(250, 64),
    ),
    Scenario(
        "light",
        (
            Figure("p50", "p50 at 3,500 deliveries/s, 2,000 connections", "ms", DOWN, 1.0, 0.5),
            Figure("p99", "p99, the same load", "ms", DOWN, 1.0, 0.5),
            Figure("p999", "p99.9, the same load", "ms", DOWN),
        ),
        _light,
    ),
    Scenario(
        "cost",
        (Figure("cpu", "server CPU per delivery, 64 B, 400 connections, 20,000/s", "us", DOWN),),
        _cost,
        left_out=("stock",),
    ),
    Scenario(
        "echo",
        (
            Figure("load", "echo: `clock` with ack, 64 asking without pause", "round trips/s", UP),
            Figure("p50", "echo, p50", "ms", DOWN),
            Figure("p99", "echo, p99", "ms", DOWN),
        ),
        _echo,
    ),
    Scenario(
        "storm",
        (Figure("load", "connections per second, with CONNECT and join", "connections/s", UP, 2.0, 4.0),),
        _storm,
    ),
    Scenario(
        "idle",
        (Figure("load", "memory per idle connection", "KiB", DOWN, 0.5, 0.2),),
        _idle,
        left_out=("ceiling",),
    ),
    Scenario(
        "stalled",
        (
            Figure(
                "p99",
                "p99 beside a member who reads nothing, and without",
                "ms",
                DOWN,
                1.5,
                beside="p99_alone",
            ),
        ),
        _stalled,
        left_out=("node", "stock", "ceiling"),
    ),
    Scenario(
        "crowd",
        (
            Figure("p99", "p99 while a thousand come in and leave at once", "ms", DOWN),
            Figure("p99", "the same, and without them", "ms", DOWN, beside="p99_alone"),
        ),
        _crowd,
        left_out=("stock", "ceiling"),
    ),
    Scenario(
        "star-objects",
        (Figure("load", "mixed star, payloads of eight objects", "rooms", UP),),
        _star(0),
        extra=True,
    ),
)
