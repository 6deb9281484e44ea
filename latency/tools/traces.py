"""Load the traces that are shipped: 5G round trips, and base delays between PlanetLab nodes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

GRID_S = 0.05  # the traces' own step
OUTAGES = "south_n8_v10"

Floats: TypeAlias = NDArray[np.float64]
Scenario: TypeAlias = Literal["same-city", "regional", "global"]
SCENARIOS: tuple[Scenario, ...] = ("same-city", "regional", "global")
_REACH_MS = {"same-city": 0, "regional": 60, "global": 400}
_NEIGHBOURS = 20  # a server needs so many nodes within reach, or its rooms would all be alike


@dataclass(frozen=True)
class Trace:
    """One run: round trips in ms, one per `GRID_S`."""

    name: str
    rtt_ms: Floats

    @cached_property
    def values(self) -> list[float]:
        """The same as plain numbers, which are quicker one by one."""
        return [float(value) for value in self.rtt_ms]

    @property
    def outage(self) -> bool:
        """Whether this is one of the runs with outages of up to 34 s."""
        return self.name.startswith(OUTAGES)


def load_traces(*, outages: bool = True) -> list[Trace]:
    """Every 5G run, by name."""
    with resources.as_file(resources.files("latency.traces") / "cicv5g.npz") as path, np.load(path) as data:
        ends = np.cumsum(data["lengths"])[:-1]
        rows = np.split(data["rtt_ms"].astype(np.float64), ends)
        names: Iterable[str] = data["names"].tolist()
    traces = [Trace(name, row) for name, row in zip(names, rows, strict=True)]
    return [trace for trace in traces if outages or not trace.outage]


def load_bases(scenario: Scenario) -> list[Floats]:
    """For each node that can be a server: the base delays in ms of the players within reach."""
    reach = _REACH_MS[scenario]
    if reach == 0:
        return [np.zeros(1)]
    with (
        resources.as_file(resources.files("latency.traces") / "planetlab.npz") as path,
        np.load(path) as data,
    ):
        rows = data["rtt_ms"].astype(np.float64)
    near = [row[(row > 0) & (row < reach)] for row in rows]
    return [row for row in near if len(row) >= _NEIGHBOURS]
