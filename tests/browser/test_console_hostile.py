"""What players write cannot harm who looks at it: names, titles and log lines as attackers choose them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from gameserver.console.guard import Operator
from gameserver.core.commands import Connected, CreateRoom
from gameserver.core.values import PlayerId, RoomId
from gameserver.logs import get_log
from tests.browser.operators import operator
from tests.support.browser import Windows
from tests.support.crowded import Crowded, crowded

MARKUP = "<img src=x onerror=hacked=1>"  # fits into a name
TITLE = MARKUP + "<script>hacked=1</script>"
ANSI = "\x1b[31mred\x1b]0;title\x07"
LONG = "x" * 65_536
VIEWS = ("overview", "rooms", "rooms/{room}", "players", "players/evil", "players/evil2", "logs", "settings")
WILD = ("rooms/%3Cimg%20src=x%20onerror=hacked=1%3E", "players/../../api/drain", "%E0%A4%A", "rooms/%")


@pytest.fixture(scope="module")
def server() -> Iterator[Crowded]:
    with crowded(3) as server:
        yield server


@pytest.fixture(scope="module")
def room(server: Crowded) -> RoomId:
    """Let every text that reaches the console be hostile, as far as the core lets it in."""
    stage = server.stage

    def work() -> RoomId:
        registry, console = stage.server.registry, stage.server.console
        assert console is not None
        console.actions.change(Operator("test", "192.0.2.9"), "max_rooms", "9")
        for name, said in (("evil", MARKUP), ("evil2", "W" * 32)):
            player = PlayerId(name)
            effects = stage.server.runtime.admit(player, Connected(said, address="192.0.2.3", pid=None))
            stage.server.runtime.welcome(player, effects, lambda: None)
        stage.ask(PlayerId("evil"), "create", CreateRoom(TITLE, description=MARKUP + "W" * 480))
        for said in (MARKUP, ANSI, LONG, "one\ntwo\u2028three", "%s%n{0}"):
            get_log().warning("connection.malformed", player=said, reason=said)
        room = registry.players[PlayerId("evil")].room
        assert room is not None
        return room

    return server.do(work)


def test_what_players_write_is_shown_as_text_in_every_view(
    windows: Windows, server: Crowded, room: RoomId
) -> None:
    page = operator(windows, server.url)
    page.set_viewport_size({"width": 390, "height": 844})

    for view in VIEWS:
        page.goto(f"{server.url}/console#/{view.format(room=room)}")
        page.reload()
        expect(page.locator("main > *").first).to_be_visible()
        if view in ("rooms", "rooms/{room}", "players", "players/evil", "logs"):
            expect(page.locator("main")).to_contain_text("<img src=x onerror")
        assert page.locator("main img, main script").count() == 0, view
        assert page.evaluate("window.hacked") is None, view
        wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wider <= 0, f"{view} is {wider} px too wide"


def test_an_address_made_up_by_a_stranger_leads_to_nothing(windows: Windows, server: Crowded) -> None:
    windows.expected += ["404", "400"]
    page = operator(windows, server.url)

    for path in WILD:
        page.goto(f"{server.url}/console#/{path}")
        page.reload()
        expect(page.locator("main > *").first).to_be_visible()
        assert page.locator("main img, main script").count() == 0, path
        assert page.evaluate("window.hacked") is None, path
    assert not server.do(lambda: server.stage.server.registry.draining)


def test_a_hostile_log_line_is_one_line_and_bounded(windows: Windows, server: Crowded, room: RoomId) -> None:
    page = operator(windows, server.url)
    page.goto(f"{server.url}/console#/logs?event=connection.malformed")

    lines = page.locator(".log li")
    expect(lines.last).to_contain_text("%s%n{0}")
    texts = lines.all_inner_texts()
    assert all("\x1b" not in text and "\n" not in text for text in texts)
    assert max(map(len, texts)) < 10_000
