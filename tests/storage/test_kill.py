"""A killed process loses nothing that it acknowledged."""

from __future__ import annotations

from pathlib import Path

from tests.drills.storage_kill import drill


def test_kills_in_the_middle_of_traffic_lose_nothing_acknowledged_and_damage_nothing(tmp_path: Path) -> None:
    toll = drill(tmp_path, kills=5, seed=20)

    assert (toll.lost, toll.in_part, toll.never_asked, toll.damaged) == (0, 0, 0, 0), toll
    assert toll.kills == 5
    assert toll.acknowledged > 100
