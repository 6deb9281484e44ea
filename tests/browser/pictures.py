"""Take the pictures of docs/page.md, in play: `python -m tests.browser.pictures`."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from tests.browser.players import Player
from tests.support.browser import Windows, launched
from tests.support.long_ways import LongWays, long_ways
from tests.support.server_process import ServerProcess

IMAGES = Path(__file__).parents[2] / "docs" / "img"
LARGEST = 200_000  # bytes
DESK: dict[str, Any] = {"viewport": {"width": 1200, "height": 830}}
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 1.5,
    "has_touch": True,
    "is_mobile": True,
}
SPARKS = 5
"""What everybody has collected before the host goes."""
AWAY_MS = {"Anna": 0, "Bo": 24, "Cleo": 62, "Dan": 175}
"""How much longer each one's way to the server is than this machine's own, there and back."""


def main() -> None:
    """Write every picture anew."""
    with tempfile.TemporaryDirectory() as directory, launched() as browser:
        server = ServerProcess(Path(directory), "--storage", "memory").start()
        windows = Windows(browser)
        try:
            with long_ways(server.port) as ways:
                _invitation(windows, ways)
                _hosts(windows, ways)
                with _swarm(server.url):
                    _lobby(windows, server.url)
        finally:
            windows.close()
            server.stop()


def _invitation(windows: Windows, ways: LongWays) -> None:
    """A session, as who opened it sees it, with the code by which others come."""
    anna = Player.comes(windows, ways.open(AWAY_MS["Anna"]), "Anna", **DESK)
    anna.creates("Friday's pond", "session")
    address = anna.page.locator("#qr").get_attribute("data-address")
    bo = Player.comes(windows, str(address), "Bo")
    for player in (anna, bo):
        player.steers_by_pilot(True)
    anna.sees_score("Bo", SPARKS)
    expect(anna.row("Bo").locator(".ping.good")).to_be_visible()
    _taken(anna, "page-session")
    for player in (bo, anna):
        player.page.context.close()


def _hosts(windows: Windows, ways: LongWays) -> None:
    """Four play, the host's tab is closed, and each of the others sees who follows and why."""
    anna = Player.comes(windows, ways.open(AWAY_MS["Anna"]), "Anna", **DESK)
    bo = Player.comes(windows, ways.open(AWAY_MS["Bo"]), "Bo", **DESK)
    cleo = Player.comes(
        windows, ways.open(AWAY_MS["Cleo"]), "Cleo", locale="ru-RU", color_scheme="dark", **DESK
    )
    dan = Player.comes(windows, ways.open(AWAY_MS["Dan"]), "Dan", color_scheme="dark", **PHONE)
    anna.page.click("#quick")
    anna.plays()
    for player in (bo, cleo, dan):
        player.page.click("#quick")
        player.plays()
    players = (anna, bo, cleo, dan)
    for player in players:
        player.steers_by_pilot(True)
    for player in players:
        anna.sees_score(player.name, SPARKS)
    _taken(dan, "page-phone", "#room")

    anna.page.context.close()
    for player in players[1:]:
        player.sees_reign(2)
        player.sees_as_host("Bo")
    bo.sees_score("Cleo", bo.scores()["Cleo"] + 1)
    expect(cleo.reign).to_contain_text("Игра стояла")
    bo.page.wait_for_timeout(600)  # the headline has come in
    _taken(bo, "page")
    _taken(cleo, "page-russian")
    _taken(dan, "page-phone-host", ".players")
    for player in players[1:]:
        player.page.context.close()


def _lobby(windows: Windows, url: str) -> None:
    """Rooms of many players, each as far away as its host and its visitor are together."""
    bo = Player.comes(windows, url, "Bo", **DESK)
    for band in ("good", "fair", "poor"):
        expect(bo.page.locator(f"#rooms .sounding[data-band={band}]").first).to_be_visible()
    bo.page.wait_for_timeout(3000)  # the pings settle
    _taken(bo, "page-lobby")
    bo.page.context.close()


def _taken(player: Player, name: str, top: str = "body") -> None:
    """Take a picture of what is to be seen below the top of this element."""
    player.page.evaluate("top => document.querySelector(top).scrollIntoView()", top)
    picture = player.page.screenshot(path=IMAGES / f"{name}.png")
    assert len(picture) < LARGEST, f"{name}.png has {len(picture)} bytes"


@contextmanager
def _swarm(url: str) -> Iterator[None]:
    """Let bots play while the picture is taken."""
    flags = ["--url", url, "--bots", "34", "--far", "0.8", "--minutes", "2", "--hz", "10", "--input-hz", "2"]
    bots = subprocess.Popen([sys.executable, "-m", "gameserver.bots", *flags], stdout=subprocess.DEVNULL)
    try:
        yield
    finally:
        bots.terminate()
        bots.wait()


if __name__ == "__main__":
    main()
