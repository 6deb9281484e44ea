"""Server CPU per delivery at one steady load, against rooms, room size and connections."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bench.driver import Driver, faultless

DELIVERIES_PER_SECOND = 20_000


@dataclass(frozen=True, slots=True)
class Point:
    """One place on a curve; `at` is the value of what the curve varies."""

    curve: str
    at: int
    rooms: int
    room_size: int
    idle: int = 0


def points() -> Iterator[Point]:
    """Yield all points of the three curves."""
    for rooms in (10, 50, 250, 500):
        yield Point("rooms of 8", rooms, rooms, 8)
    for size in (2, 4, 8, 16, 32, 64):
        yield Point("room size, 400 connections", size, 400 // size, size)
    for idle in (0, 1_000, 4_000):
        yield Point("idle connections beside 50 rooms of 8", idle, 50, 8, idle)


def cpu_us_per_delivery(driver: Driver, point: Point) -> float:
    """Measure one point, in microseconds of the server's CPU.

    Raise GeneratorError if the server falls behind.
    """
    rate = DELIVERIES_PER_SECOND / (point.room_size - 1)
    measurement = driver.run(
        "fanout", rooms=point.rooms, room_size=point.room_size, idle=point.idle, rate=rate
    )
    return faultless(measurement).server_us_per_work
