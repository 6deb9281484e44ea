"""The catalogue is bounded, and its page says the same."""

from __future__ import annotations

import re
from pathlib import Path

from gameserver.metrics.catalogue import CATALOGUE, LIMITS, unit
from tests.metrics.names import names

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")


def test_the_page_and_the_catalogue_say_the_same() -> None:
    rows = re.findall(r"^\| `((?:gameserver|latency|clock)_\w+)` \| (.+) \|$", PAGE, re.MULTILINE)
    expected = {
        name: " | ".join(
            (entry.kind, unit(name), ", ".join(f"`{label}`" for label in entry.labels), entry.question)
        )
        for name, entry in CATALOGUE.items()
    }

    assert dict(rows) == expected
    assert [name for name, _ in rows] == list(CATALOGUE)


def test_the_page_explains_every_limit_and_every_figure_of_the_process() -> None:
    rows = re.findall(r"^\| `(\w+)` \| .+ \| .+ \|$", PAGE.partition("## The limits")[2], re.MULTILINE)

    assert tuple(rows) == LIMITS
    for name in names() - CATALOGUE.keys():
        assert f"`{name}`" in PAGE


def test_counters_and_only_they_end_in_total() -> None:
    for name, entry in CATALOGUE.items():
        assert name.endswith("_total") == (entry.kind == "counter"), name


def test_no_metric_can_have_more_than_a_thousand_series() -> None:
    for name, entry in CATALOGUE.items():
        assert entry.series <= 1000, name
        for label, values in entry.labels.items():
            assert len(set(values)) == len(values) > 1 or label == "version", (name, label)
