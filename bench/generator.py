"""Build the load generator, run it once, and read what it reports."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import msgspec

DIRECTORY = Path(__file__).parent / "generator"
GENERATOR = DIRECTORY / "build" / "generator"
RELAY = DIRECTORY / "build" / "relay"

LONGEST_RUN_SECONDS = 240  # setting up 120, phases 60, draining; a run that takes longer hangs


class GeneratorError(Exception):
    """The run ended without figures; the message is what the generator said."""


class Durations(msgspec.Struct, frozen=True):
    """Quantiles of what took how long, in microseconds."""

    count: int
    p50_us: float
    p99_us: float
    p999_us: float
    max_us: float


class Measurement(msgspec.Struct, frozen=True):
    """One run. What its scenario doesn't report stays at its default."""

    scenario: str
    connections: int
    closed: int
    stalled_closed: int
    errors: int
    last_code: str
    latency: Durations = Durations(0, 0, 0, 0, 0)
    wall_s: float = 0
    work_per_s: float = 0  # deliveries, round trips or connections
    generator_cpu_share: float = 0
    server_cpu_share: float = 0
    server_us_per_work: float = 0
    # fanout and star
    offered_per_s: float = 0
    expected: int = 0
    delivered: int = 0
    measured: int = 0
    lost: int = 0
    left_out: int = 0
    newest_expected: int = 0
    gaps: int = 0
    repeats: int = 0
    strangers: int = 0
    kept_up: bool = True
    lag: Durations = Durations(0, 0, 0, 0, 0)
    # storm
    seated: int = 0
    # idle
    rss_before_kib: int = 0
    rss_after_kib: int = 0
    kib_per_connection: float = 0

    @property
    def faults(self) -> int:
        """Deliveries that went wrong, and connections and requests that the server ended or refused."""
        return self.lost + self.gaps + self.repeats + self.strangers + self.closed + self.errors


def can_build() -> bool:
    """Say whether this machine has a C compiler and make."""
    return shutil.which("make") is not None and shutil.which("cc") is not None


def build() -> None:
    """Compile what has changed; raise CalledProcessError with the compiler's words on stderr."""
    subprocess.run(["make", "--silent", "-C", str(DIRECTORY)], check=True)


def begin(
    scenario: str, options: Mapping[str, float], *, port: int, pid: int = 0, core: int | None = None
) -> subprocess.Popen[bytes]:
    """Start one scenario against a port of this machine; `options` are the generator's own."""
    command = [] if core is None else ["taskset", "-c", str(core)]
    command += [str(GENERATOR), "--port", str(port), "--server-pid", str(pid)]
    for name, value in options.items():
        command += [f"--{name.replace('_', '-')}", f"{value:.10g}"]
    command.append(scenario)
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def finish(process: subprocess.Popen[bytes], longest_seconds: float = LONGEST_RUN_SECONDS) -> Measurement:
    """Wait for its end and read its figures.

    Raise GeneratorError if there are none, for example because a connection was refused.
    """
    try:
        output, said = process.communicate(timeout=longest_seconds)
    except subprocess.TimeoutExpired as expired:
        process.kill()
        process.communicate()
        raise GeneratorError(f"no end within {longest_seconds:.0f} s") from expired
    if process.returncode != 0:
        raise GeneratorError(said.decode(errors="replace").strip())
    return msgspec.json.decode(output, type=Measurement)


def run(
    scenario: str, options: Mapping[str, float], *, port: int, pid: int = 0, core: int | None = None
) -> Measurement:
    """Begin and finish."""
    return finish(begin(scenario, options, port=port, pid=pid, core=core))
