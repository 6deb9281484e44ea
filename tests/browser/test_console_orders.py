"""What an operator orders on the page is done to the server, and who may not order it is shown the door."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from gameserver.core.commands import CreateRoom, LeaveRoom
from gameserver.core.values import PlayerId
from tests.browser.operators import log_in
from tests.support.browser import Windows
from tests.support.crowded import Crowded, crowded

ROOMS = 3  # as many as the server of these tests opens
ANEW_MS = 3000  # so often each view is asked for


@pytest.fixture
def server() -> Iterator[Crowded]:
    with crowded(ROOMS) as server:
        yield server


@pytest.fixture
def page(windows: Windows, server: Crowded) -> Page:
    """The console after a login; a test may let its time pass."""
    windows.expected.append("401")  # the page asks who it is before the login
    page = windows.open()
    page.clock.install()
    return log_in(page, server.url)


@pytest.fixture
def room(page: Page, server: Crowded) -> Page:
    """The console, at the room of Ada, its host, and three others."""
    page.goto(f"{server.url}/console#/rooms/{server.room}")
    expect(page.get_by_role("row", name=re.compile("^Ada host"))).to_be_visible()
    return page


def opens_a_room(server: Crowded, title: str) -> bool:
    """Let a player try; return whether it has a room then."""

    def work() -> bool:
        player = server.stage.arrive(f"opener of {title}", returns=False)
        server.stage.ask(player, "create", CreateRoom(title))
        return server.stage.server.registry.players[player].room is not None

    return server.do(work)


def audit(page: Page) -> str:
    """Return what the page's own log shows of the newest order."""
    page.get_by_role("link", name="Log", exact=True).click()
    page.get_by_label("Event").fill("console.action")
    line = page.locator(".log li").last
    expect(line).to_contain_text("console.action")
    return line.inner_text()


def test_a_limit_that_is_raised_lets_another_room_open(page: Page, server: Crowded) -> None:
    assert not opens_a_room(server, "One too many")

    page.get_by_role("link", name="Settings").click()
    page.get_by_label("Search settings").fill("max_rooms")
    page.get_by_role("button", name="Change max_rooms", exact=True).click()
    page.get_by_label("New value of max_rooms").fill(str(ROOMS + 1))
    page.keyboard.press("Enter")
    expect(page.locator("#toast")).to_contain_text(f"max_rooms: {ROOMS} → {ROOMS + 1}, at once")

    assert opens_a_room(server, "One more")
    page.get_by_role("link", name="Rooms", exact=True).click()
    expect(page.get_by_role("link", name="One more", exact=True)).to_be_visible()
    assert f"target=max_rooms = {ROOMS + 1} result=ok detail={ROOMS} -> {ROOMS + 1}, at_once" in audit(page)


def test_a_member_is_made_host_after_a_question(room: Page, server: Crowded) -> None:
    row = room.get_by_role("row", name=re.compile("^Linus"))
    row.get_by_role("button", name="Make host…").click()
    room.get_by_role("button", name="Cancel").click()
    assert server.do(lambda: server.stage.server.registry.rooms[server.room].host) == "ada"
    row.get_by_role("button", name="Make host…").click()
    room.get_by_role("button", name="Make host", exact=True).click()

    story = room.get_by_label("Timeline")
    expect(story).to_contain_text("an operator ordered: hand the room to Linus (linus)")
    expect(story).to_contain_text("Linus (linus) became host after Ada (ada)")
    expect(room.get_by_role("row", name=re.compile("^Linus host"))).to_be_visible()
    assert server.do(lambda: server.stage.server.registry.rooms[server.room].host) == "linus"
    assert re.search(rf"by=login \w+ .*action=transfer target=linus in {server.room} result=ok", audit(room))


def test_the_host_is_removed_with_a_reason(room: Page, server: Crowded) -> None:
    room.get_by_role("row", name=re.compile("^Ada host")).get_by_role("button", name="Remove…").click()
    room.get_by_label("Reason, told to the player").fill("rude")
    room.get_by_role("button", name="Remove", exact=True).click()

    expect(room.get_by_label("Timeline")).to_contain_text("Ada (ada) was removed")
    expect(room.get_by_role("row", name=re.compile("^Grace host"))).to_be_visible()
    expect(room.locator(".members").get_by_role("row", name=re.compile("^Ada"))).to_have_count(0)
    assert PlayerId("ada") not in server.do(lambda: server.stage.server.registry.rooms[server.room].members)
    assert f"action=kick target=ada in {server.room} result=ok" in audit(room)


def test_a_closed_room_is_over_and_still_tells_its_story(room: Page, server: Crowded) -> None:
    room.get_by_role("button", name="Close room…").click()
    room.get_by_role("button", name="Close room", exact=True).click()

    expect(room.locator(".badge", has_text="over")).to_be_visible()
    expect(room.get_by_label("Timeline")).to_contain_text("the room is over: an operator ended it")
    expect(room.get_by_role("button", name="Close room…")).to_be_hidden()
    assert server.room not in server.do(lambda: dict(server.stage.server.registry.rooms))
    assert f"action=close target={server.room} result=ok" in audit(room)


def test_what_the_server_refuses_is_said(room: Page, windows: Windows, server: Crowded) -> None:
    windows.expected.append("409")
    room.get_by_role("row", name=re.compile("^Margaret")).get_by_role("button", name="Remove…").click()
    server.do(lambda: server.stage.ask(PlayerId("margaret"), "leave", LeaveRoom()))
    room.get_by_role("button", name="Remove", exact=True).click()

    expect(room.locator("#toast")).to_have_text("that player is not in this room")


def test_an_expired_login_asks_for_the_password_again(room: Page, server: Crowded) -> None:
    def expire() -> None:
        console = server.stage.server.console
        assert console is not None
        logins = console.guard.logins
        logins._logins = {key: replace(login, until=0.0) for key, login in logins._logins.items()}

    server.do(expire)

    expect(room.get_by_label("Password")).to_be_visible()
    expect(room.locator("#toast")).to_have_text("The login has ended.")
    expect(room.get_by_role("navigation")).to_be_hidden()
    assert "Ada" not in room.inner_text("main")


def asks_again(page: Page) -> None:
    """Let the time pass after which an open page asks anew, and wait until it has."""
    overview = re.compile("/api/overview$")
    with page.expect_event("requestfinished", lambda request: overview.search(request.url) is not None):
        page.clock.fast_forward(ANEW_MS)


def test_a_room_that_never_was_is_said_once_and_asked_for_no_more(
    page: Page, windows: Windows, server: Crowded
) -> None:
    windows.expected.append("404")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{server.url}/console#/rooms/nowhere")

    expect(page.locator("main .badge")).to_have_text("not known")
    expect(page.locator("#toast")).to_contain_text("there is no such room")
    expect(page.get_by_role("button", name="Close room…")).to_be_hidden()
    for _ in range(2):
        asks_again(page)
    assert len([url for url in asked if url.endswith("/api/rooms/nowhere")]) == 1


def test_a_list_that_is_hurried_is_still_asked_for_by_one_at_a_time(page: Page, server: Crowded) -> None:
    page.goto(f"{server.url}/console#/rooms")
    expect(page.locator("tbody tr")).to_have_count(ROOMS)
    page.evaluate(
        """() => {
          const button = document.querySelector("th button");
          for (let turn = 0; turn < 12; turn++) button.click();
        }"""
    )
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for _ in range(3):
        asks_again(page)

    assert 1 <= len([url for url in asked if "/api/rooms" in url]) <= 3
