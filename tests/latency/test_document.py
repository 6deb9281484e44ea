"""The document says what the code does: every setting with its default and bounds, every link in place."""

from __future__ import annotations

import re
from pathlib import Path

from latency.settings import described

DOCUMENT = Path(__file__).parents[2] / "docs" / "latency.md"


def test_the_document_lists_every_setting_as_it_is() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    for name, default, unit, low, high, why in described():
        assert f"| `{name}` | {default:g} | {unit} | {low:g} to {high:g} | {why} |" in text


def test_everything_the_document_points_to_is_there() -> None:
    targets = re.findall(r"\]\(([^)#]+)\)", DOCUMENT.read_text(encoding="utf-8"))
    assert len(targets) >= 5
    assert [target for target in targets if not (DOCUMENT.parent / target).exists()] == []
