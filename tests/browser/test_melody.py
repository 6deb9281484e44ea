"""The room's melody sounds in all tabs together: what each gave its audio clock, on one common clock."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from playwright.sync_api import expect

from tests.browser.players import Player
from tests.support.browser import Windows
from tests.support.server_process import ServerProcess

NOTES = 8
TOGETHER_MS = 10.0
TRIES = 8
"""A machine that stands still moves one tab's clocks; what is reckoned wrongly is so every time."""
LATE_MS = 60

RECORD = """() => {
  window.notes = [];
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (when) {
    if (this.type === "triangle") {  // the melody; what happens in the game chimes in sines
      const { contextTime, performanceTime } = this.context.getOutputTimestamp();
      const heard = performance.timeOrigin + performanceTime + (when - contextTime) * 1000;
      window.notes.push([Math.round(this.frequency.value), heard]);
    }
    return start.call(this, when);
  };
}"""


def listening(windows: Windows, server: ServerProcess, *names: str) -> list[Player]:
    """Return players in one room whose melody plays, each recording what it gives its audio clock."""
    players = []
    for name in names:
        player = Player.comes(windows, server.url, name)
        player.page.evaluate(RECORD)
        player.page.click("#quick")
        player.plays()
        players.append(player)
    expect(players[0].page.locator("#play")).to_have_text("Pause")
    return players


def heard_by(players: list[Player]) -> list[Any]:
    """Return what each gave its audio clock from now on, until all gave some notes."""
    for player in players:
        player.page.evaluate("() => (window.notes.length = 0)")
    for player in players:
        player.page.wait_for_function(f"() => window.notes.length > {NOTES}")
    return [player.page.evaluate("() => window.notes") for player in players]


def test_the_melody_is_given_to_the_audio_clocks_of_all_tabs_for_the_same_moments(
    windows: Windows, server: ServerProcess
) -> None:
    players = listening(windows, server, "Anna", "Bo", "Cleo")

    for _ in range(TRIES):
        apart = spreads(heard_by(players))
        if len(apart) >= NOTES // 2 and max(apart) <= TOGETHER_MS:
            break

    middle = sorted(apart)[len(apart) // 2]
    print(f"{len(apart)} notes in three tabs: {max(apart):.2f} ms apart at most, {middle:.2f} in the middle")
    assert len(apart) >= NOTES // 2
    assert max(apart) <= TOGETHER_MS
    for player in players:
        player.page.click("#leave")


def test_a_device_that_sounds_late_is_given_its_notes_so_much_earlier(
    windows: Windows, server: ServerProcess
) -> None:
    players = listening(windows, server, "Dan", "Eva")
    players[1].page.locator("#late").fill(str(LATE_MS))
    expect(players[1].page.locator("#late-ms")).to_have_text(f"{LATE_MS} ms")

    for _ in range(TRIES):
        apart = spreads(heard_by(players))
        if len(apart) >= NOTES // 2 and all(abs(each - LATE_MS) <= TOGETHER_MS for each in apart):
            break

    assert len(apart) >= NOTES // 2
    assert all(abs(each - LATE_MS) <= TOGETHER_MS for each in apart), apart


def spreads(heard: list[Any]) -> list[float]:
    """Return how far apart (ms) each note that all heard was: the same pitch, the nearest moment."""
    gap = min(later - earlier for (_, earlier), (_, later) in pairwise(heard[0]))
    apart = []
    for pitch, moment in heard[0]:
        same = [[m for p, m in other if p == pitch and abs(m - moment) < gap / 2] for other in heard[1:]]
        if all(len(found) == 1 for found in same):
            moments = [moment, *(found[0] for found in same)]
            apart.append(max(moments) - min(moments))
    return apart
