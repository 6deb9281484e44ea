"""A document written by hand with regions that are made: each between two comments that Markdown hides."""

from __future__ import annotations

import re
from collections.abc import Mapping

BEGIN, END = "<!-- made: {} -->", "<!-- made until here -->"
_REGION = re.compile(r"<!-- made: ([^>]+?) -->\n.*?<!-- made until here -->", re.DOTALL)


def filled(text: str, tables: Mapping[str, str]) -> str:
    """Return the text with each region holding its table.

    Raises ValueError unless every table has exactly one region, and every region a table.
    """
    regions = [match[1] for match in _REGION.finditer(text)]
    if sorted(regions) != sorted(tables):
        raise ValueError(f"the regions are {sorted(regions)}, the tables {sorted(tables)}")
    return _REGION.sub(lambda match: f"{BEGIN.format(match[1])}\n\n{tables[match[1]]}\n\n{END}", text)


def by_hand(text: str) -> str:
    """Return the text without what is made."""
    return _REGION.sub("", text)
