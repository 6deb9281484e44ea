"""Every limit is a setting that is announced in `welcome`, counted when it is hit, and told of in docs/."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gameserver.metrics.catalogue import CATALOGUE, LIMITS
from gameserver.settings.announced import ANNOUNCED

DOCS = Path(__file__).parents[2] / "docs"
NEVER_HIT = {"lobby_interval_seconds"}  # a pace
NO_SETTING = {"files"}  # the process's own limit


def _cells(text: str, columns: int) -> list[list[str]]:
    """Return the rows of a page's tables that have so many columns, without their heads."""
    rows = [line.strip("|").split(" | ") for line in text.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in row] for row in rows if len(row) == columns]


def _names(cell: str) -> list[str]:
    return re.findall(r"`(\w+)`", cell)


PAGE = (DOCS / "metrics.md").read_text().partition("## The limits")[2].partition("## Good to know")[0]
OWN_NAME = {limit.strip("`"): _names(settings) for limit, _, settings in _cells(PAGE, 3)}
AS_WHAT_IT_IS = {
    setting: metric.strip("`") for settings, metric in _cells(PAGE, 2) for setting in _names(settings)
}
COUNTED_BY = {
    setting: [limit for limit, named in OWN_NAME.items() if setting in named]
    for setting in ANNOUNCED.values()
}


@pytest.mark.parametrize("wire", ANNOUNCED)
def test_each_limit_that_is_announced_is_counted_and_told_of(wire: str) -> None:
    setting = ANNOUNCED[wire]
    counted = [*COUNTED_BY[setting], *([AS_WHAT_IT_IS[setting]] if setting in AS_WHAT_IT_IS else [])]

    assert bool(counted) != (setting in NEVER_HIT)
    assert re.search(
        rf"^\| `{wire}` \| [\d.,e+]+ \| .+ \|$", (DOCS / "protocol.md").read_text(), re.MULTILINE
    )


def test_each_count_of_a_limit_names_the_settings_it_is_about() -> None:
    assert tuple(OWN_NAME) == LIMITS
    settings = set(ANNOUNCED.values())
    assert {limit for limit, named in OWN_NAME.items() if not named} == NO_SETTING
    assert {name for named in OWN_NAME.values() for name in named} <= settings
    assert AS_WHAT_IT_IS.keys() <= settings


@pytest.mark.parametrize("counted", sorted(set(AS_WHAT_IT_IS.values())))
def test_what_is_counted_as_what_it_is_is_in_the_catalogue(counted: str) -> None:
    found = re.fullmatch(r"(\w+)\{(\w+)=\"(\w+)\"\}", counted)
    assert found is not None
    metric, label, value = found.groups()

    assert value in CATALOGUE[metric].labels[label]
