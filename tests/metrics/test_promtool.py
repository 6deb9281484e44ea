"""What Prometheus' own tool says of the metrics and the alert rules; each alert is fired, and left alone.

The histories are written as promtool reads them: `0+5x20` is 0, 5, 10, ... in twenty further minutes.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.metrics.test_noisy_session import running

RULES = Path(__file__).parents[2] / "deploy" / "prometheus-rules.yml"
PROMTOOL = shutil.which("promtool") or shutil.which("promtool", path=str(Path(sys.prefix) / "bin"))
pytestmark = pytest.mark.skipif(
    PROMTOOL is None, reason="promtool is not installed (as root, make test installs it)"
)

History = Mapping[str, str]


def counted(name: str, per_minute: int, **labels: str) -> History:
    return {f"{name}{{{_labels(labels)}}}": f"0+{per_minute}x150"}


def measured(name: str, value: float, **labels: str) -> History:
    return {f"{name}{{{_labels(labels)}}}": f"{value}x150"}


def timed(name: str, below: str, share: int) -> History:
    """Of a hundred a minute so many took no longer than this bound, all at most four times it."""
    return {
        f"{name}_bucket{{{_labels({'le': below})}}}": f"0+{share}x150",
        f"{name}_bucket{{{_labels({'le': str(4 * float(below))})}}}": "0+100x150",
        f"{name}_bucket{{{_labels({'le': '+Inf'})}}}": "0+100x150",
    }


def _labels(labels: Mapping[str, str]) -> str:
    return ", ".join(f'{key}="{value}"' for key, value in {"instance": "one", **labels}.items())


LIMITS = "gameserver_limits_hit_total"
CASES: Mapping[str, tuple[History, History, Mapping[str, str]]] = {
    # alert: a history in which it fires, one in which it does not, and the labels it then has
    "GameserverDown": (
        measured("up", 0, job="gameserver"),
        measured("up", 1, job="gameserver"),
        {"job": "gameserver"},
    ),
    "GameserverNotReady": (measured("gameserver_ready", 0), measured("gameserver_ready", 1), {}),
    "GameserverStorageDegraded": (
        measured("gameserver_storage_degraded", 1),
        measured("gameserver_storage_degraded", 0),
        {},
    ),
    "GameserverCommitsSlow": (
        timed("gameserver_storage_commit_seconds", "0.25", 95),
        timed("gameserver_storage_commit_seconds", "0.25", 100),
        {},
    ),
    "GameserverLoopLate": (
        timed("gameserver_loop_lag_seconds", "0.1", 98),
        timed("gameserver_loop_lag_seconds", "0.1", 100),
        {},
    ),
    "GameserverRelaySlow": (
        timed("gameserver_relay_seconds", "0.025", 98),
        timed("gameserver_relay_seconds", "0.025", 100),
        {},
    ),
    "GameserverMistakes": (
        counted("gameserver_command_failures_total", 1, command="join"),
        counted("gameserver_command_failures_total", 0, command="join"),
        {"command": "join"},
    ),
    "GameserverFull": (
        counted(LIMITS, 1, limit="rooms"),
        counted(LIMITS, 1, limit="news_rate"),
        {"limit": "rooms"},
    ),
    "GameserverGuessing": (
        counted(LIMITS, 120, limit="guesses"),
        counted(LIMITS, 30, limit="guesses"),
        {"limit": "guesses"},
    ),
    "GameserverInputsLost": (
        counted("gameserver_inputs_dropped_total", 1, reason="tail"),
        counted("gameserver_inputs_dropped_total", 0, reason="tail"),
        {"reason": "tail"},
    ),
    "GameserverMigrationsSlow": (
        timed("gameserver_migration_seconds", "5", 80),
        timed("gameserver_migration_seconds", "5", 95),
        {},
    ),
    "GameserverHostsFlap": (
        {**counted("latency_flaps_total", 1), **counted("latency_switches_total", 2)},
        {**counted("latency_flaps_total", 1), **counted("latency_switches_total", 10)},
        {},
    ),
    "GameserverOutOfDescriptors": (
        {**measured("process_open_fds", 950), **measured("process_max_fds", 1000)},
        {**measured("process_open_fds", 850), **measured("process_max_fds", 1000)},
        {},
    ),
}


def promtool(*words: str | Path, given: str = "") -> subprocess.CompletedProcess[str]:
    assert PROMTOOL is not None
    return subprocess.run(
        [PROMTOOL, *map(str, words)], input=given, capture_output=True, text=True, timeout=60, check=False
    )


def rules() -> dict[str, dict[str, Any]]:
    groups = yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"]
    return {rule["alert"]: rule for group in groups for rule in group["rules"]}


def filled(text: str, labels: Mapping[str, str]) -> str:
    """Put the labels into an annotation, as Prometheus does."""
    return re.sub(r"\{\{ \$labels\.(\w+) \}\}", lambda match: labels[match[1]], text)


def stories(directory: Path, *, swapped: bool = False) -> Path:
    """Write down all cases as promtool's unit tests; `swapped`, each expects what must not be."""
    tests = []
    for name, (firing, quiet, labels) in CASES.items():
        rule = rules()[name]
        seen = {"instance": "one", **labels}
        fired = {
            "exp_labels": {**seen, **rule["labels"]},
            "exp_annotations": {key: filled(text, seen) for key, text in rule["annotations"].items()},
        }
        for history, fires in ((firing, not swapped), (quiet, swapped)):
            tests.append(
                {
                    "name": name,
                    "interval": "1m",
                    "input_series": [{"series": series, "values": text} for series, text in history.items()],
                    "alert_rule_test": [
                        {"eval_time": "120m", "alertname": name, "exp_alerts": [fired] if fires else []}
                    ],
                }
            )
    file = directory / "stories.yml"
    document = {"rule_files": [str(RULES)], "evaluation_interval": "1m", "tests": tests}
    file.write_text(json.dumps(document))  # JSON is YAML
    return file


def test_the_rules_are_valid() -> None:
    checked = promtool("check", "rules", RULES)

    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert f"{len(rules())} rules found" in checked.stdout


def test_there_is_a_case_for_every_alert() -> None:
    assert list(CASES) == list(rules())


def test_each_alert_fires_when_it_should_and_only_then(tmp_path: Path) -> None:
    tested = promtool("test", "rules", stories(tmp_path))

    assert tested.returncode == 0, tested.stdout + tested.stderr


def test_a_wrong_expectation_of_any_alert_is_noticed(tmp_path: Path) -> None:
    tested = promtool("test", "rules", stories(tmp_path, swapped=True))

    assert tested.returncode != 0
    for name in CASES:
        assert tested.stdout.count(f"name: {name},") + tested.stderr.count(f"name: {name},") >= 1, name


@pytest.mark.gen_test
async def test_the_metrics_of_a_running_server_keep_to_prometheus_customs() -> None:
    async with running() as stage:
        await stage.connect()
        text, _ = await stage.scrape()

    checked = promtool("check", "metrics", given=text)

    assert checked.stdout + checked.stderr == ""
    assert checked.returncode == 0


def test_a_metric_against_customs_is_noticed() -> None:
    checked = promtool("check", "metrics", given="# TYPE rooms counter\nrooms 1\n")

    assert checked.returncode != 0
    assert "_total" in checked.stdout + checked.stderr
