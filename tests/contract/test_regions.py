"""What is made stands between its marks, and what is written by hand stays."""

from __future__ import annotations

import pytest

from gameserver.contract.regions import by_hand, filled

PAGE = "By hand.\n<!-- made: codes -->\nold\n<!-- made until here -->\nBy hand, too.\n"


def test_only_what_stands_between_the_marks_is_made_anew() -> None:
    made = filled(PAGE, {"codes": "| new |"})

    assert "| new |" in made
    assert "old" not in made
    assert by_hand(made) == by_hand(PAGE) == "By hand.\n\nBy hand, too.\n"
    assert filled(made, {"codes": "| new |"}) == made


@pytest.mark.parametrize("tables", [{}, {"codes": "", "events": ""}, {"events": ""}])
def test_a_region_without_a_table_or_a_table_without_a_region_is_refused(tables: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="the regions are"):
        filled(PAGE, tables)
