"""Measure all servers in turns, round after round, and tell what was found."""

from __future__ import annotations

import argparse
import dataclasses
import os
import resource
import sys
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from bench import chart, costs, generator, machine, report, results, rounds
from bench.contenders import CEILING, NODE_SERVER, STOCK, Contender, cores, install_node, started
from bench.driver import QUICK, Driver, Outcome, Pace
from bench.generator import GeneratorError
from bench.ours import OURS
from bench.scenarios import SCENARIOS, Scenario

CONTENDERS = {contender.name: contender for contender in (OURS, NODE_SERVER, STOCK, CEILING)}


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    known = ", ".join(scenario.key for scenario in SCENARIOS)
    parser.add_argument(
        "--quick", action="store_true", default=bool(os.environ.get("QUICK")), help="one short round"
    )
    parser.add_argument("--pairs", type=int, help="rounds; 5 unless told, 1 with --quick")
    parser.add_argument("--only", help=f"scenarios, of {known}, costs")
    parser.add_argument("--against", default="ours,node,stock,ceiling", help="servers that take part")
    parser.add_argument("--publish", action="store_true", help="write docs/performance.md and its picture")
    parser.add_argument("--from", dest="source", type=Path, help="tell of these results instead of measuring")
    return parser.parse_args(words)


def _takes_part(scenario: Scenario, contender: Contender, turn: int) -> bool:
    return contender.name not in scenario.left_out and (turn == 0 or contender.name not in scenario.once)


def _measure(scenario: Scenario, contender: Contender, pace: Pace, found: Sequence[Outcome]) -> Outcome:
    server_core, generator_core = cores()
    hint = found[-1].figures.get("load", 0.0) if found else 0.0
    with started(contender, server_core) as server:
        before = machine.busy(server.pid)
        outcome = scenario.measure(Driver(server, generator_core, pace, hint))
        others = before.others_share(machine.busy(server.pid))
        return dataclasses.replace(outcome, others_share=others)


def _run_scenario(
    scenario: Scenario, contenders: Sequence[Contender], pace: Pace, found: results.Results
) -> None:
    outcomes = found.outcomes.setdefault(scenario.key, {})

    def one_round(turn: int) -> dict[str, Outcome]:
        measured = {}
        for contender in contenders:
            if _takes_part(scenario, contender, turn):
                begun = time.monotonic()
                outcome = _measure(scenario, contender, pace, outcomes.get(contender.name, ()))
                measured[contender.name] = outcome
                told = ", ".join(f"{key} {report.number(value)}" for key, value in outcome.figures.items())
                took = f"{time.monotonic() - begun:.0f} s, other work {outcome.others_share:.0%}"
                print(f"  {turn + 1}/{pace.pairs} {contender.name}: {told} ({took})", flush=True)
        return measured

    for turn in range(pace.pairs):
        measured, thrown_away = rounds.undisturbed(partial(one_round, turn))
        found.thrown_away += thrown_away
        for name, outcome in measured.items():
            outcomes.setdefault(name, []).append(outcome)


def _run_costs(contenders: Sequence[Contender], pace: Pace, found: results.Results) -> None:
    server_core, generator_core = cores()
    for point in costs.points():
        for contender in contenders:
            if contender.name not in ("ours", "node"):
                continue
            try:
                with started(contender, server_core) as server:
                    cpu_us = costs.cpu_us_per_delivery(Driver(server, generator_core, pace), point)
            except GeneratorError as error:
                print(f"  {contender.name}, {point.curve} = {point.at}: {error}", flush=True)
                continue
            found.costs.append(results.Cost(contender.name, point.curve, point.at, cpu_us))
            print(f"  {contender.name}, {point.curve} = {point.at}: {cpu_us:.2f} us per delivery", flush=True)


def allow_many_connections() -> None:
    """Raise this process's limit of open files, and that of those it starts, to what the machine grants."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def measure(arguments: argparse.Namespace) -> results.Results:
    """Run what was asked for, saving after each scenario."""
    pace = QUICK if arguments.quick else Pace()
    if arguments.pairs:
        pace = dataclasses.replace(pace, pairs=arguments.pairs)
    contenders = [CONTENDERS[name] for name in arguments.against.split(",")]
    asked = arguments.only.split(",") if arguments.only else None
    generator.build()
    if NODE_SERVER in contenders:
        install_node()
    allow_many_connections()
    found = results.Results(
        started=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        machine=machine.describe(),
        pace=dataclasses.asdict(pace),
        limits=dict(OURS.limits),
    )
    for scenario in SCENARIOS:
        if scenario.key in asked if asked else not scenario.extra:
            print(f"{scenario.key}: {scenario.figures[0].title}", flush=True)
            _run_scenario(scenario, contenders, pace, found)
            found.save()
    if asked is None or "costs" in asked:
        print("costs", flush=True)
        _run_costs(contenders, pace, found)
    print(f"saved as {found.save()}")
    return found


def main(words: Sequence[str] | None = None) -> int:
    """Measure or read results, and tell of them."""
    arguments = _arguments(words)
    if arguments.source is None and os.cpu_count() == 1:
        print("one core: server and generator share it, and no figure here means much", file=sys.stderr)
    found = results.load(arguments.source) if arguments.source else measure(arguments)
    print(f"\n{report.whole(found)}")
    if arguments.publish:
        report.publish(found)
        chart.draw(found)
    return 0
