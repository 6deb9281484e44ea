"""The sizing table plans below what was carried, and tells a player's needs from the process's own."""

from __future__ import annotations

import pytest

from bench.driver import Pace
from bench.sizing import BEGIN, END, GAMES, PAGE, Carried, Game, Held, games_table, needs_table, told

ACTION = Game("action", 20, 64)


def cells(table: str, row: int) -> list[str]:
    return [cell.strip() for cell in table.splitlines()[2 + row].strip("|").split("|")]


def test_it_plans_with_seven_tenths_of_the_median() -> None:
    row = cells(games_table([Carried(ACTION, (300, 310, 250))]), 0)

    assert row == ["action", "20 a second, 64 B", "300 (250 to 310)", "2,400", "1,700"]


def test_what_a_player_adds_is_apart_from_the_process_itself() -> None:
    table = needs_table(Held(200, 60_000, 220), Held(1200, 80_000, 1220))

    assert cells(table, 0) == ["memory", "54.7 MiB", "20 KiB"]
    assert cells(table, 1) == ["file descriptors", "20", "1"]


def test_one_round_has_no_range() -> None:
    assert cells(games_table([Carried(ACTION, (300,))]), 0)[2] == "300"


@pytest.mark.parametrize(("rounds", "said"), [(1, ", in one round, "), (3, ", in 3 rounds (range), ")])
def test_the_whole_says_how_it_was_measured(rounds: int, said: str) -> None:
    found = [Carried(ACTION, (300,) * rounds)]
    text = told(found, Held(200, 60_000, 220), Held(1200, 80_000, 1220), Pace(pairs=rounds))

    assert said in text
    assert "With 200 and with 1,200 players" in text


def test_the_page_has_the_place_and_a_row_for_each_game() -> None:
    page = PAGE.read_text()
    between = page.partition(BEGIN)[2].partition(END)[0]

    assert [game.title for game in GAMES if f"| {game.title} |" not in between] == []
