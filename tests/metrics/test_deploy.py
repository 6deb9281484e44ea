"""The alert rules and the dashboard that ship: whole, and about metrics that there are."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.metrics.names import check

DEPLOY = Path(__file__).parents[2] / "deploy"
DURATION = re.compile(r"\d+[smh]")


def alerts() -> list[dict[str, Any]]:
    document = yaml.safe_load((DEPLOY / "prometheus-rules.yml").read_text(encoding="utf-8"))
    return [rule for group in document["groups"] for rule in group["rules"]]


def panels() -> list[dict[str, Any]]:
    board = json.loads((DEPLOY / "grafana-dashboard.json").read_text(encoding="utf-8"))
    return [panel for panel in board["panels"] if panel["type"] != "row"]


def test_a_query_that_is_wrong_is_found() -> None:
    with pytest.raises(ValueError, match="parenthesis"):
        check("rate(gameserver_relay_bytes_total[5m]")
    for wrong in (
        "gameserver_nothing",
        'gameserver_rooms{kind="nothing"}',
        'gameserver_limits_hit_total{limit=~"rooms|nothing"}',
        "rate(gameserver_relay_seconds[5m])",
        "rate(gameserver_rooms_bucket[5m])",
    ):
        with pytest.raises(AssertionError):
            check(wrong)


@pytest.mark.parametrize("alert", alerts(), ids=lambda alert: alert["alert"])
def test_an_alert_is_about_metrics_that_there_are_and_says_what_to_do(alert: dict[str, Any]) -> None:
    check(alert["expr"])
    assert set(alert) == {"alert", "expr", "for", "labels", "annotations"}
    assert DURATION.fullmatch(alert["for"])
    assert alert["labels"]["severity"] in ("warning", "critical")
    assert alert["annotations"]["summary"]
    assert alert["annotations"]["description"]


def test_every_alert_has_a_name_of_its_own() -> None:
    found = [alert["alert"] for alert in alerts()]

    assert len(found) == len(set(found)) >= 10


@pytest.mark.parametrize("panel", panels(), ids=lambda panel: panel["title"])
def test_a_panel_shows_metrics_that_there_are_in_their_unit(panel: dict[str, Any]) -> None:
    for target in panel["targets"]:
        check(target["expr"].replace("$__rate_interval", "5m"))
    assert panel["fieldConfig"]["defaults"]["unit"] in ("none", "ops", "s", "bytes", "Bps", "percentunit")


def test_no_panel_lies_over_another() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in panels():
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken, panel["title"]
        assert place["x"] + place["w"] <= 24
        taken |= cells
    assert len({panel["id"] for panel in panels()}) == len(panels())
