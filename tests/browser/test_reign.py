"""Why somebody hosts, in words that are true of the pings beside them."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.players import Player
from tests.support.browser import Windows
from tests.support.server_process import ServerProcess

TELL = """async ([reason, pings]) => {
  const { Reigns } = await import("/static/room/reign.js");
  const candidates = pings.map((ping_ms, place) => ({ id: `player ${place}`, ping_ms, score: ping_ms }));
  const players = candidates.map(({ id }) => ({ id, name: id }));
  const room = { players, client: { id: "me" }, host: "player 0", epoch: 2 };
  new Reigns(room).changed({ id: "room", host: "player 0", previous: null, epoch: 2, reason, candidates });
}"""
LOWEST = "Of those left, the lowest ping wins:"
STEADIEST = (
    "Of those left, the lowest ping wins if it is steady, well known and its tab in front; "
    "1 ms is no difference:"
)
HANDED = "It was handed over by name. The others' pings:"


def test_the_lowest_ping_is_said_to_win_only_where_it_does(windows: Windows, server: ServerProcess) -> None:
    anna = Player.comes(windows, server.url, "Anna")
    anna.creates("Why")

    for reason, pings, words in (
        ("lost", [12.0, 30.0, None], LOWEST),
        ("lost", [2.0, 1.7], STEADIEST),
        ("left", [8.0, 8.0], LOWEST),
        ("transfer", [90.0, 30.0], HANDED),
    ):
        anna.page.evaluate(TELL, [reason, pings])
        expect(anna.reign).to_contain_text(words)
