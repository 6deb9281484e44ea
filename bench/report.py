"""The results as tables, on the terminal and in docs/performance.md."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from pathlib import Path

from bench.figures import ratios, reaches, spread
from bench.results import Results
from bench.rounds import QUIET_SHARE
from bench.scenarios import SCENARIOS, Figure, Scenario

PAGE = Path(__file__).parent.parent / "docs" / "performance.md"
BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"


def number(value: float) -> str:
    """Write a figure with three significant digits, and thousands apart."""
    if value >= 1000:
        return f"{float(f'{value:.3g}'):,.0f}"
    return f"{value:.3g}"


def _quartiles(values: Sequence[float], unit: str = "") -> str:
    if not values:
        return "-"
    quartiles = spread(values)
    middle = number(quartiles.median) + unit
    if len(values) == 1:
        return middle
    return f"{middle} ({number(quartiles.low)} to {number(quartiles.high)})"


def _target(value: float | None) -> str:
    return "-" if value is None else f"{value:g} x"


def _row(results: Results, scenario: Scenario, figure: Figure) -> list[str]:
    ours = results.values(scenario.key, "ours", figure.key)
    theirs = results.values(scenario.key, figure.against, figure.key)
    if figure.beside is not None:
        theirs = results.values(scenario.key, "ours", figure.beside)
    pairs = ratios(ours, theirs)
    verdict = "-"
    if figure.at_least is not None and pairs:
        verdict = "yes" if reaches(pairs, figure.at_least, figure.better) else "no"
    return [
        f"{figure.title}, {figure.unit}",
        _quartiles(ours),
        _quartiles(theirs),
        _quartiles(pairs, " x"),
        _target(figure.at_least),
        verdict,
        _target(figure.aim),
    ]


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    lines = ["| " + " | ".join(row) + " |" for row in (head, ["---"] * len(head), *rows)]
    return "\n".join(lines)


def ratio_table(results: Results) -> str:
    """Ours beside Node and the stock stack: median and quartiles, and whether each target holds."""
    rows = [
        _row(results, scenario, figure)
        for scenario in SCENARIOS
        if scenario.key in results.outcomes
        for figure in scenario.figures
    ]
    return table(["", "ours", "the other", "ratio", "at least", "holds", "aim"], rows)


def limits_table(results: Results) -> str:
    """How each server stood at its highest load, and how far the generator was from its own."""
    rows = []
    for scenario in SCENARIOS:
        for contender, outcomes in results.outcomes.get(scenario.key, {}).items():
            if not outcomes or "server_share" not in outcomes[-1].figures:
                continue
            row = [f"{scenario.key}: {contender}"]
            for key in ("load", "cpu", "p50", "p99", "p999", "server_share", "generator_share"):
                values = results.values(scenario.key, contender, key)
                row.append(number(spread(values).median) if values else "-")
            rows.append([*row, str(sum(outcome.generator_late for outcome in outcomes))])
    head = ["medians at the highest load", "load", "server us per delivery", "p50 ms", "p99 ms", "p99.9 ms"]
    return table([*head, "server CPU", "generator CPU", "failed while the generator was late"], rows)


def quiet(results: Results) -> str:
    """How much else the machine had to do."""
    shares = [
        outcome.others_share
        for contenders in results.outcomes.values()
        for outcomes in contenders.values()
        for outcome in outcomes
    ]
    if not shares:
        return "Nothing was measured."
    told = f"Other work took {statistics.median(shares):.0%} of the machine, {max(shares):.0%} at most."
    if results.thrown_away:
        told += f" It disturbed {rounds(results.thrown_away)} more, thrown away and measured again."
    if max(shares) > QUIET_SHARE:
        told += " **That is too much: these figures are no basis for anything.**"
    return told


def rounds(count: float) -> str:
    """Say how often something was measured."""
    return "one round" if count == 1 else f"{count:.0f} rounds"


def whole(results: Results) -> str:
    """Everything a reader needs, in Markdown."""
    described = "\n".join(f"- {value}" for key, value in results.machine.items() if key != "commit")
    limits = ", ".join(f"`{name}` {value}" for name, value in results.limits.items()) or "none"
    often = rounds(results.pace["pairs"])
    return "\n\n".join(
        [
            f"Measured {results.started} at commit {results.machine['commit']}, {often}.",
            described,
            quiet(results),
            ratio_table(results),
            limits_table(results),
            f"Our limits, all active and counted, set above the offered load: {limits}.",
        ]
    )


def publish(results: Results, page: Path = PAGE) -> None:
    """Put the results between the page's markers; raise ValueError if it has none."""
    between_markers(page, BEGIN, END, whole(results))


def between_markers(page: Path, begin: str, end: str, told: str) -> None:
    """Replace what stands between two markers of a page; raise ValueError if it has none."""
    text = page.read_text()
    before, found_begin, rest = text.partition(begin)
    _, found_end, after = rest.partition(end)
    if not (found_begin and found_end):
        raise ValueError(f"{page} lacks the markers {begin} and {end}")
    page.write_text(f"{before}{begin}\n\n{told}\n\n{end}{after}")
