"""Draw a replay: distributions, regret by policy, one player's samples and estimate."""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Mapping
from dataclasses import dataclass

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import ScalarFormatter

from latency.sample import Sample
from latency.settings import Settings
from latency.tools.play import Network
from latency.tools.policies import POLICIES
from latency.tools.replay import Outcomes
from latency.tools.statistics import mean
from latency.tools.traces import Floats
from latency.tools.worlds import Path

matplotlib.use("agg")

_SIZE = (8.0, 4.5)
_DPI = 110
_COLOURS = ("#1b6ca8", "#d1603d", "#3c8d5a", "#8a5fa8", "#777777")


@dataclass(frozen=True)
class Drawing:
    """One picture: its file name without ending, what it shows, the PNG."""

    name: str
    caption: str
    png: bytes


def distributions(rows: Mapping[str, Floats]) -> Drawing:
    """How often a round trip is at most so long, by group."""
    figure, axes = _figure("round trip, ms", "share of round trips")
    for colour, (name, row) in zip(_cycled(len(rows)), sorted(rows.items()), strict=True):
        quantiles = np.linspace(0, 1, 501)
        axes.plot(np.maximum(np.quantile(row, quantiles), 0.1), quantiles, color=colour, label=name)
    axes.set_xscale("log")
    axes.legend()
    return _drawn(figure, "distributions", "Round trips: the share that is at most so long.")


def regrets(outcomes: Outcomes) -> Drawing:
    """The mean regret of each policy with its interval."""
    figure, axes = _figure("", "regret, ms (log)")
    for x, (colour, policy) in enumerate(zip(_cycled(len(POLICIES)), POLICIES, strict=True)):
        interval = mean(outcomes.regret(policy))
        below, above = interval.value - interval.low, interval.high - interval.value
        axes.bar(x, interval.value, color=colour)
        axes.errorbar(x, interval.value, yerr=[[below], [above]], color="black", capsize=4)
    axes.set_xticks(range(len(POLICIES)), list(POLICIES))
    axes.set_yscale("log")
    caption = f"Regret against the best candidate, mean and 95 % interval over {len(outcomes)} elections."
    return _drawn(figure, "regret", caption)


def estimate(path: Path, settings: Settings, seconds: float, seed: int, *, host: bool = False) -> Drawing:
    """One player's truth, its answered probes, and what was published of it."""
    samples: list[Sample] = []
    network = Network(settings, seed, record=samples.append)
    network.join("player", path, 0.0, host=host)
    times, shown, scores = [], [], []
    for tick in range(int(seconds * 2)):
        network.run(tick / 2, (tick + 1) / 2)
        view = network.prober.cache.view("player")
        times.append((tick + 1) / 2)
        shown.append(np.nan if view.ping_ms is None else view.ping_ms)
        score = view.score_at(times[-1])
        scores.append(np.nan if score is None else score)
    figure, axes = _figure("seconds since the connection began", "round trip, ms (log)")
    truth = [path.rtt_ms(at) for at in times]
    axes.plot(times, [np.nan if rtt is None else rtt for rtt in truth], color="#cccccc", label="truth")
    axes.step(times, scores, color=_COLOURS[1], where="post", label="score (elects)")
    axes.step(times, shown, color=_COLOURS[0], where="post", label="ping (shown)")
    answered = [(sample.sent, sample.network_ms) for sample in samples if sample.network_ms is not None]
    if answered:
        axes.plot(*zip(*answered, strict=True), ".", color="black", label="answered probes")
    axes.set_yscale("log")
    axes.yaxis.set_major_formatter(ScalarFormatter())
    axes.yaxis.set_minor_formatter(ScalarFormatter())
    axes.legend()
    return _drawn(figure, "estimate", "One player: its path, its answered probes, what was published.")


def page(title: str, notes: str, drawings: list[Drawing]) -> str:
    """All drawings on one page that needs nothing else."""
    parts = [
        "<!doctype html><html lang=en><meta charset=utf-8>",
        f"<title>{html.escape(title)}</title>",
        "<style>body{font:16px/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}",
        "img{max-width:100%}pre{overflow:auto;background:#f4f4f4;padding:1rem}</style>",
        f"<h1>{html.escape(title)}</h1><pre>{html.escape(notes)}</pre>",
    ]
    for drawing in drawings:
        data = base64.b64encode(drawing.png).decode()
        caption = html.escape(drawing.caption)
        parts.append(
            f'<figure><img alt="{caption}" src="data:image/png;base64,{data}">'
            f"<figcaption>{caption}</figcaption></figure>"
        )
    return "\n".join([*parts, "</html>", ""])


def _figure(x: str, y: str) -> tuple[Figure, matplotlib.axes.Axes]:
    figure = Figure(figsize=_SIZE, dpi=_DPI, layout="constrained")
    axes = figure.subplots()
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.grid(alpha=0.3)
    return figure, axes


def _drawn(figure: Figure, name: str, caption: str) -> Drawing:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", metadata={"Software": None})
    return Drawing(name, caption, buffer.getvalue())


def _cycled(n: int) -> list[str]:
    return [_COLOURS[k % len(_COLOURS)] for k in range(n)]
