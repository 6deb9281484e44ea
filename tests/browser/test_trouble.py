"""What goes wrong for one player, or for all: the page says so, and the game goes on where it can."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.players import Player
from tests.support.browser import Windows
from tests.support.long_ways import LongWays, long_ways
from tests.support.server_process import ServerProcess

NO_WEBSOCKET = """
window.WebSocket = class {
  // As behind a proxy that lets none through.
  constructor() { setTimeout(() => this.onerror(new Event("error"))); }
  close() {}
};
"""
NOTHING_ALLOWED = """
for (const storage of ["localStorage", "sessionStorage"]) {
  Object.defineProperty(window, storage, { get() { throw new DOMException("forbidden", "SecurityError"); } });
}
window.AudioContext = class { constructor() { throw new DOMException("no device", "NotSupportedError"); } };
"""
FAR_MS = 250


@pytest.fixture
def ways(server: ServerProcess) -> Iterator[LongWays]:
    with long_ways(server.port) as ways:
        yield ways


def together(anna: Player, bo: Player, title: str) -> None:
    """Let both play until both have scored; Anna hosts."""
    anna.creates(title)
    bo.joins(title)
    for player in (anna, bo):
        player.steers_by_pilot(True)
    for player in (anna, bo):
        anna.sees_score(player.name, 1)


def test_without_websockets_it_is_played_by_polling(windows: Windows, server: ServerProcess) -> None:
    page = windows.open()
    page.add_init_script(NO_WEBSOCKET)
    page.add_init_script("sessionStorage.setItem('name', 'Anna')")
    page.goto(server.url)
    anna = Player(page, "Anna")
    anna.is_connected()
    bo = Player.comes(windows, server.url, "Bo")

    together(anna, bo, "Poll")

    bo.sees_as_host("Anna")


def test_where_nothing_may_be_stored_or_sound_it_is_played_without(
    windows: Windows, server: ServerProcess
) -> None:
    page = windows.open()
    page.add_init_script(NOTHING_ALLOWED)
    page.goto(server.url)
    anna = Player(page, page.locator("#name").input_value())
    anna.is_connected()
    bo = Player.comes(windows, server.url, "Bo")

    together(anna, bo, "Bare")

    page.select_option("#language", "ru")
    expect(page.locator("#leave")).to_have_text("Выйти")


def test_a_far_player_sees_how_far_and_its_steering_counts(
    server: ServerProcess, ways: LongWays, windows: Windows
) -> None:
    anna = Player.comes(windows, server.url, "Anna")
    anna.creates("Far")
    dan = Player.comes(windows, ways.open(FAR_MS), "Dan")
    room = dan.page.locator("#rooms li").filter(has_text="Far")
    expect(room.locator(".sounding")).to_have_attribute("data-band", "poor")

    dan.joins("Far")
    dan.steers_by_pilot(True)

    anna.sees_score("Dan", 1)
    dan.sees_score("Dan", 1)


def test_a_player_whose_connection_breaks_comes_back_to_its_seat_and_score(
    server: ServerProcess, ways: LongWays, windows: Windows
) -> None:
    way = ways.open(0)
    anna = Player.comes(windows, server.url, "Anna")
    bo = Player.comes(windows, way, "Bo")
    together(anna, bo, "Cable")
    before = bo.scores()

    ways.cut(way)

    expect(bo.page.locator("#status")).to_have_attribute("data-state", "lost")
    bo.is_connected()
    bo.sees_score("Bo", before["Bo"] + 1)
    expect(anna.page.locator("#members li")).to_have_count(2)
    bo.sees_as_host("Anna")


def test_a_full_room_cannot_be_joined_from_the_list_and_its_link_is_refused_in_words(
    windows: Windows, server: ServerProcess
) -> None:
    anna = Player.comes(windows, server.url, "Anna")
    anna.page.click("#create")
    anna.page.fill("#new-title", "Single")
    anna.page.fill("#new-seats", "1")
    anna.page.keyboard.press("Enter")
    anna.plays()
    address = anna.page.locator("#qr").get_attribute("data-address")
    server.expected.append("room_full")

    bo = Player.comes(windows, str(address), "Bo", locale="ru-RU")

    expect(bo.page.locator("#toast")).to_have_text("Мест нет.")
    expect(bo.page.get_by_role("button", name="Войти: Single")).to_be_disabled()


def test_two_of_one_name_are_two_players(windows: Windows, server: ServerProcess) -> None:
    first = Player.comes(windows, server.url, "Anna")
    second = Player.comes(windows, server.url, "Anna")

    together(first, second, "Twins")

    for player in (first, second):
        expect(player.page.locator("#members li")).to_have_count(2)
        expect(player.page.locator("#members .chip.own")).to_have_count(1)
    expect(second.page.locator("#members .chip.own + .chip.host")).to_have_count(0)


def test_a_restart_of_the_server_is_announced_and_played_through(windows: Windows, tmp_path: Path) -> None:
    windows.expected += ["ERR_CONNECTION_REFUSED", "WebSocket"]  # while it goes and is away
    file = ("--database", str(tmp_path / "rooms.db"), "--drain-seconds=25")
    server = ServerProcess(tmp_path, *file).start()
    anna = Player.comes(windows, server.url, "Anna")
    bo = Player.comes(windows, server.url, "Bo")
    together(anna, bo, "Storm")
    before = bo.scores()
    (life := tmp_path / "again").mkdir()

    server.stop()
    expect(bo.page.locator("#toast")).to_have_text(
        "The server is about to restart. This page comes back by itself."
    )
    expect(bo.page.locator("#status")).to_have_attribute("data-state", "lost")
    again = ServerProcess(life, *file, "--port", str(server.port)).start()
    try:
        for player in (anna, bo):
            player.is_connected()
        for name in ("Anna", "Bo"):
            bo.sees_score(name, before[name] + 1)
        expect(bo.page.locator("#members li")).to_have_count(2)
    finally:
        again.stop()


def test_a_kept_name_that_the_server_refuses_is_replaced(windows: Windows, server: ServerProcess) -> None:
    server.expected.append("name_invalid")
    page = windows.open()
    page.add_init_script("sessionStorage.setItem('name', '\\u202e')")
    page.goto(server.url)

    page.get_by_role("button", name="Connect again").click()

    Player(page, "").is_connected()
    assert page.locator("#name").input_value().isalpha()
