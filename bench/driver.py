"""Drive one started server with the generator, at a pace, and judge what came of it."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass

from bench.contenders import Server
from bench.generator import GeneratorError, Measurement, begin, finish

P99_LIMIT_US = 50_000.0
STATES_LEFT_OUT = 0.01  # share of newest-wins messages that may be left out in a step that passes


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
class Outcome:
    """What one measurement of one server yielded, by the keys of its scenario's figures."""

    figures: Mapping[str, float]
    steps: int = 1
    generator_late: int = 0  # steps that failed while the generator itself was late
    others_share: float = 0.0  # of all cores' time, taken by other work meanwhile


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


def passes(measurement: Measurement) -> bool:
    """Say whether a step counts: nothing lost, repeated or refused, and 99 % within 50 ms."""
    return (
        measurement.faults == 0
        and measurement.kept_up
        and measurement.left_out <= STATES_LEFT_OUT * measurement.newest_expected
        and measurement.latency.p99_us < P99_LIMIT_US
    )


def faultless(measurement: Measurement) -> Measurement:
    """Return the measurement; raise GeneratorError if anything went wrong in it."""
    if measurement.faults or not measurement.kept_up:
        raise GeneratorError(
            f"{measurement.scenario} had {measurement.faults} faults ({measurement.last_code})"
        )
    return measurement


def costs(measurement: Measurement) -> dict[str, float]:
    return {
        "p50": measurement.latency.p50_us / 1000,
        "p99": measurement.latency.p99_us / 1000,
        "p999": measurement.latency.p999_us / 1000,
        "cpu": measurement.server_us_per_work,
        "server_share": measurement.server_cpu_share,
        "generator_share": measurement.generator_cpu_share,
    }
