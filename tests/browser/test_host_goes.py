"""The host's tab is closed, frozen, put away or loaded anew, and the game goes on for the others."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import served
from tests.browser.players import Player
from tests.support.browser import Windows, launched, renderers
from tests.support.server_process import ServerProcess

SPARKS = 1
"""What everybody collects before the host goes, so that there is something to lose."""


def play_until_all_scored(*players: Player) -> None:
    for player in players:
        player.steers_by_pilot(True)
    for player in players:
        players[0].sees_score(player.name, SPARKS)


RECORD = """() => {
  const arena = document.querySelector("#arena");
  window.told = [];
  const changes = new MutationObserver(() => window.told.push(Number(arena.dataset.tick)));
  changes.observe(arena, { attributeFilter: ["data-tick"] });
}"""
"""Notes the number of each state of the game that this tab shows, in order."""

WATCHFUL = (
    *("--latency-interval-host-s=1", "--latency-app-every-host=2"),
    *("--latency-dead-s=6", "--host-grace-seconds=1"),
)

MOST_STEPS = 15
"""Of the game in one state: what its host makes up for at once after a pause, a quarter of a second."""


def in_order(told: list[int]) -> bool:
    """Whether the game never went back, and never on without its players."""
    return all(0 <= later - earlier <= MOST_STEPS for earlier, later in pairwise(told))


def kept(before: dict[str, int], after: dict[str, int]) -> bool:
    """Whether nobody lost a spark. A round is long: none ends within a test."""
    return all(after.get(name, -1) >= score for name, score in before.items())


@pytest.fixture
def anna(windows: Windows, server: ServerProcess) -> Player:
    return Player.comes(windows, server.url, "Anna")


@pytest.fixture
def bo(windows: Windows, server: ServerProcess) -> Player:
    return Player.comes(windows, server.url, "Bo")


@pytest.fixture
def cleo(windows: Windows, server: ServerProcess) -> Player:
    return Player.comes(windows, server.url, "Cleo")


@pytest.fixture
def elsewhere(windows: Windows) -> Iterator[Windows]:
    """A browser of one's own: its renderers can be frozen without freezing anybody else's."""
    with launched(beside=windows.browser) as browser:
        there = Windows(browser)
        yield there
        there.close()


def test_the_host_s_tab_is_closed_and_the_page_says_who_follows_and_why(
    anna: Player, bo: Player, cleo: Player
) -> None:
    anna.creates("Reeds")
    bo.joins("Reeds")
    cleo.joins("Reeds")
    play_until_all_scored(anna, bo, cleo)
    bo.sees_as_host("Anna")
    bo.steers_by_pilot(False)
    cleo.page.evaluate(RECORD)
    cleo.page.wait_for_function("() => window.told.length > 3")
    before = bo.scores()

    anna.page.close()

    for player in (bo, cleo):
        player.sees_reign(2)
    host, other = (bo, cleo) if "You took over" in bo.reign.inner_text() else (cleo, bo)
    expect(host.reign).to_contain_text("You took over: your tab runs the game now.")
    expect(other.reign).to_contain_text(f"{host.name} took over.")
    for player in (bo, cleo):
        expect(player.reign).to_contain_text("Anna is gone")
        expect(player.reign).to_contain_text("the lowest ping wins")
        expect(player.reign.locator(".candidates li")).to_have_count(2)
        expect(player.reign.locator(".candidates .chosen .name")).to_have_text(host.name)
        expect(player.reign.locator(".candidates .chosen .ping")).to_contain_text("ms")
        player.sees_as_host(host.name)
    assert kept(before, bo.scores())

    goal = bo.scores()[cleo.name] + 1  # Cleo still steers, and it still counts
    bo.sees_score(cleo.name, goal)
    expect(other.reign).to_contain_text("The game stood still for")
    told = cleo.page.evaluate("() => window.told")
    assert in_order(told), told
    print(other.reign.inner_text())


@pytest.fixture
def watchful(tmp_path: Path) -> Iterator[ServerProcess]:
    """A server that asks hosts for a sign of life each second, and gives a silent one little grace."""
    yield from served(tmp_path, *WATCHFUL)


def test_a_frozen_host_is_followed_and_is_a_guest_when_it_thaws(
    watchful: ServerProcess, elsewhere: Windows, windows: Windows
) -> None:
    bo, cleo = [Player.comes(windows, watchful.url, name) for name in ("Bo", "Cleo")]
    anna = Player.comes(elsewhere, watchful.url, "Anna")
    anna.creates("Ice")
    bo.joins("Ice")
    cleo.joins("Ice")
    play_until_all_scored(anna, bo, cleo)
    before = bo.scores()
    frozen = renderers(elsewhere.browser)

    for process in frozen:
        os.kill(process, signal.SIGSTOP)
    try:
        for player in (bo, cleo):
            player.sees_reign(2)
        expect(bo.reign).to_contain_text("Anna")
        assert kept(before, bo.scores())
        host = bo if "You took over" in bo.reign.inner_text() else cleo
        bo.sees_score("Cleo", bo.scores()["Cleo"] + 1)
        print(bo.reign.inner_text())
    finally:
        for process in frozen:
            os.kill(process, signal.SIGCONT)

    anna.sees_as_host(host.name)
    expect(bo.row("Anna").locator(".chip", has_text="away")).to_have_count(0)
    anna.sees_score("Cleo", bo.scores()["Cleo"])
    bo.sees_score("Anna", bo.scores()["Anna"] + 1)  # her pilot steers again, as a guest


def test_a_reload_keeps_the_seat_and_the_score(anna: Player, bo: Player) -> None:
    anna.creates("Tide")
    bo.joins("Tide")
    play_until_all_scored(anna, bo)
    bo.steers_by_pilot(False)
    before = anna.scores()

    bo.page.reload()

    bo.plays()
    assert kept(before, bo.scores())
    expect(bo.page.locator("#members li")).to_have_count(2)
    bo.sees_as_host("Anna")
    bo.steers_by_pilot(True)
    anna.sees_score("Bo", anna.scores()["Bo"] + 1)  # what a page that was loaded anew sends still counts


def test_a_host_that_reloads_its_page_is_followed_and_comes_back_as_a_guest(anna: Player, bo: Player) -> None:
    anna.creates("Ebb")
    bo.joins("Ebb")
    play_until_all_scored(anna, bo)
    before = bo.scores()

    anna.page.reload()

    bo.sees_as_host("Bo")
    anna.plays()
    anna.sees_as_host("Bo")
    expect(anna.page.locator("#members li")).to_have_count(2)
    assert kept(before, anna.scores())


def test_the_host_hands_the_game_over_by_name(anna: Player, bo: Player) -> None:
    anna.creates("Ferry")
    bo.joins("Ferry")
    play_until_all_scored(anna, bo)

    anna.page.get_by_role("button", name="Make Bo the host").click()

    for player in (anna, bo):
        player.sees_as_host("Bo")
        expect(player.reign).to_contain_text("Anna handed the game over.")
    anna.sees_score("Bo", anna.scores()["Bo"] + 1)
