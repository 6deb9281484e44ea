"""The results as one picture: ratios to Node with their quartiles, and the cost curves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib as mpl

from bench.figures import Better, ratios, spread
from bench.results import Results
from bench.scenarios import SCENARIOS

PICTURE = Path(__file__).parent.parent / "docs" / "img" / "performance.svg"
COLOURS = {"ours": "#1b6ca8", "node": "#5a8f29", "stock": "#b05c2a", "ceiling": "#888888"}


def _ratios(axes: Any, results: Results) -> None:
    rows = []
    for scenario in SCENARIOS:
        for figure in scenario.figures:
            theirs = results.values(scenario.key, figure.against, figure.key)
            pairs = ratios(results.values(scenario.key, "ours", figure.key), theirs)
            if pairs and figure.against == "node" and figure.beside is None:
                # Drawn so that further right is better for every row.
                better = [1 / value for value in pairs] if figure.better is Better.LOWER else pairs
                rows.append((figure, spread(better)))
    for place, (figure, quartiles) in enumerate(reversed(rows)):
        axes.barh(place, quartiles.median, color=COLOURS["ours"], height=0.6)
        axes.plot([quartiles.low, quartiles.high], [place, place], color="black", linewidth=1.5)
        if figure.at_least is not None:
            target = 1 / figure.at_least if figure.better is Better.LOWER else figure.at_least
            axes.plot([target, target], [place - 0.38, place + 0.38], color="#c0392b", linewidth=2)
    axes.set_yticks(range(len(rows)), [figure.title for figure, _ in reversed(rows)], fontsize=8)
    axes.axvline(1, color=COLOURS["node"], linewidth=1.5)
    axes.set_title("times better than Node socket.io (line: quartiles; red: at least)", fontsize=9)


def _curve(axes: Any, results: Results, curve: str) -> None:
    for contender in ("ours", "node"):
        points = [
            (cost.at, cost.cpu_us)
            for cost in results.costs
            if (cost.contender, cost.curve) == (contender, curve)
        ]
        if points:
            axes.plot(*zip(*points, strict=True), marker="o", color=COLOURS[contender], label=contender)
    axes.set_title(curve, fontsize=9)
    axes.set_ylabel("server CPU us per delivery", fontsize=8)
    axes.set_ylim(bottom=0)
    axes.legend(fontsize=8)


def draw(results: Results, picture: Path = PICTURE) -> None:
    """Write the picture as SVG; the same results give the same bytes."""
    mpl.use("svg")
    from matplotlib import pyplot

    curves = list(dict.fromkeys(cost.curve for cost in results.costs))
    with mpl.rc_context({"svg.hashsalt": "bench", "svg.fonttype": "none"}):
        figure, axes = pyplot.subplots(1 + len(curves), 1, figsize=(9, 4 + 2.6 * len(curves)), squeeze=False)
        _ratios(axes[0][0], results)
        for place, curve in enumerate(curves, start=1):
            _curve(axes[place][0], results, curve)
        figure.tight_layout()
        picture.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(picture, format="svg", metadata={"Date": None})
        pyplot.close(figure)
