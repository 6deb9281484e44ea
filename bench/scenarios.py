"""What is measured, and which ratios it should reach."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bench import measures
from bench.driver import Driver, Outcome
from bench.figures import Better


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
class Scenario:
    """Something a server is asked to do, and the figures that come of it; the first one is the main one."""

    key: str
    figures: tuple[Figure, ...]
    measure: Callable[[Driver], Outcome]
    once: tuple[str, ...] = ("stock", "ceiling")  # contenders that take part in the first round only
    left_out: tuple[str, ...] = ()
    extra: bool = False  # only when asked for by name


UP, DOWN = Better.HIGHER, Better.LOWER


def _beside_stalled(scenario: str, messages: str) -> tuple[Figure, ...]:
    """What a member who reads nothing of such messages means to its room and to the server."""
    whose = f"member who reads no {messages}"
    return (
        Figure(
            f"{scenario}_p99",
            f"p99 beside a {whose}, and without",
            "ms",
            DOWN,
            1.5,
            beside=f"{scenario}_p99_alone",
        ),
        Figure(f"{scenario}_memory", f"memory at most for a {whose}", "MiB", DOWN),
    )


SCENARIOS: tuple[Scenario, ...] = (
    Scenario(
        "star",
        (
            Figure("load", "mixed star, rooms of 8 at 20 Hz", "rooms", UP, 1.7, 3.0),
            Figure("load", "the same beside stock python-socketio", "rooms", UP, 18.0, 30.0, against="stock"),
        ),
        measures.star(64),
        once=("ceiling",),
    ),
    Scenario(
        "fanout-64",
        (Figure("load", "fan-out, 64 B, 400 connections", "deliveries/s", UP, 1.5, 4.0),),
        measures.fanout(50, 64),
    ),
    Scenario(
        "fanout-1k",
        (Figure("load", "fan-out, 1 KiB, 400 connections", "deliveries/s", UP, 1.3, 3.0),),
        measures.fanout(50, 1024),
    ),
    Scenario(
        "fanout-2000",
        (Figure("load", "fan-out, 64 B, 2,000 connections", "deliveries/s", UP, 2.4, 4.0),),
        measures.fanout(250, 64),
    ),
    Scenario(
        "light",
        (
            Figure("p50", "p50 at 3,500 deliveries/s, 2,000 connections", "ms", DOWN, 1.0, 0.5),
            Figure("p99", "p99, the same load", "ms", DOWN, 1.0, 0.5),
            Figure("p999", "p99.9, the same load", "ms", DOWN),
        ),
        measures.light,
    ),
    Scenario(
        "cost",
        (Figure("cpu", "server CPU per delivery, 64 B, 400 connections, 20,000/s", "us", DOWN),),
        measures.cost,
        left_out=("stock",),
    ),
    Scenario(
        "echo",
        (
            Figure("load", "echo: `clock` with ack, 64 asking without pause", "round trips/s", UP),
            Figure("p50", "echo, p50", "ms", DOWN),
            Figure("p99", "echo, p99", "ms", DOWN),
        ),
        measures.echo,
    ),
    Scenario(
        "storm",
        (Figure("load", "connections per second, with CONNECT and join", "connections/s", UP, 2.0, 4.0),),
        measures.storm,
    ),
    Scenario(
        "storm-fresh",
        (Figure("load", "the same, the first 420 after a start", "connections/s", UP, 2.0, 4.0),),
        measures.storm_fresh,
    ),
    Scenario(
        "idle",
        (Figure("load", "memory per idle connection", "KiB", DOWN, 0.5, 0.2),),
        measures.idle,
        left_out=("ceiling",),
    ),
    Scenario(
        "stalled",
        (
            *_beside_stalled("fanout", "broadcasts"),
            *_beside_stalled("star", "states"),
        ),
        measures.stalled,
        left_out=("node", "stock", "ceiling"),
    ),
    Scenario(
        "crowd",
        (
            Figure("p99", "p99 while a thousand come in and leave at once", "ms", DOWN),
            Figure("p99", "the same, and without them", "ms", DOWN, beside="p99_alone"),
        ),
        measures.crowd,
        left_out=("stock", "ceiling"),
    ),
    Scenario(
        "star-objects",
        (Figure("load", "mixed star, payloads of eight objects", "rooms", UP),),
        measures.star(0),
        extra=True,
    ),
)
