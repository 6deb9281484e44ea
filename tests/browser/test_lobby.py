"""The lobby, as a person meets it: rooms with their pings, the ways in, two languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import served
from tests.browser.players import Player
from tests.support.browser import Windows
from tests.support.server_process import ServerProcess

KEY = re.compile(r"^[A-HJ-NP-Z2-9]{6}$")


@pytest.fixture
def short(tmp_path: Path) -> Iterator[ServerProcess]:
    """A server whose lists end early."""
    yield from served(tmp_path, "--lobby-page", "2")


def test_a_room_shows_what_its_ping_is_made_of(windows: Windows, server: ServerProcess) -> None:
    Player.comes(windows, server.url, "Anna").creates("Rushes")
    bo = Player.comes(windows, server.url, "Bo")

    expect(bo.page.locator("#own-ping")).to_contain_text("your ping")
    room = bo.page.locator("#rooms li").filter(has_text="Rushes")
    expect(room.locator(".chips")).to_contain_text("1/8")
    expect(room.locator(".chips")).to_contain_text("Host: Anna")
    expect(room.locator(".sounding")).to_have_attribute("data-band", "good")
    expect(room.locator(".sounding")).to_have_text(re.compile(r"[\d.]+ ms.*host [\d.]+ ms \+ you [\d.]+ ms"))


def test_everybody_s_ping_is_seen_in_the_room_also_of_who_came_before_it_was_measured(
    windows: Windows, server: ServerProcess
) -> None:
    anna = Player.comes(windows, server.url, "Anna")
    anna.creates("Marsh", "session")
    bo = Player.comes(windows, str(anna.page.locator("#qr").get_attribute("data-address")), "Bo")
    bo.plays()

    for player in (anna, bo):
        for name in ("Anna", "Bo"):
            expect(player.row(name).locator(".ping.good")).to_be_visible()


def test_a_search_finds_what_is_beyond_the_end_of_the_list(short: ServerProcess, windows: Windows) -> None:
    for title in ("Alder", "Birch", "Cedar"):
        Player.comes(windows, short.url, "Anna").creates(title)
    bo = Player.comes(windows, short.url, "Bo")
    expect(bo.page.locator("#rooms li")).to_have_count(2)
    expect(bo.page.locator("#count")).to_contain_text("2 of 3 rooms")

    for title in ("alder", "birch", "cedar"):
        bo.page.fill("#search", title)
        expect(bo.page.locator("#rooms h3")).to_have_text([title.capitalize()])
    bo.page.fill("#search", "")
    expect(bo.page.locator("#rooms li")).to_have_count(2)


def test_what_a_player_writes_stays_text(windows: Windows, server: ServerProcess) -> None:
    title = "<img src=x onerror=alert(1)>"
    Player.comes(windows, server.url, "<b>Eve</b>").creates(title)
    bo = Player.comes(windows, server.url, "Bo")

    room = bo.page.locator("#rooms li").filter(has_text=title)
    expect(room.locator("h3")).to_have_text(title)
    expect(room.locator("img, b")).to_have_count(0)
    bo.joins(title)
    expect(bo.row("<b>Eve</b>").locator(".name")).to_have_text("<b>Eve</b>")


def test_a_password_opens_a_room_and_a_wrong_one_does_not(windows: Windows, server: ServerProcess) -> None:
    Player.comes(windows, server.url, "Anna").creates("Lock", "password")
    bo = Player.comes(windows, server.url, "Bo")
    server.expected.append("wrong_password")

    for password in ("moor", "reed"):
        bo.page.get_by_role("button", name="Join Lock").click()
        bo.page.fill("#password", password)
        bo.page.keyboard.press("Enter")
        if password == "moor":
            expect(bo.page.locator("#toast")).to_be_visible()

    bo.plays()


def test_a_session_is_joined_by_its_key_and_by_the_address_in_its_code(
    windows: Windows, server: ServerProcess
) -> None:
    anna = Player.comes(windows, server.url, "Anna")
    anna.creates("Party", "session")
    key = anna.page.locator("#invite-key").inner_text()
    assert KEY.match(key)
    address = anna.page.locator("#qr").get_attribute("data-address")
    assert address == f"{server.url}/#key={key}"
    expect(anna.page.locator("#qr svg")).to_have_attribute("aria-label", f"QR code of {address}")

    bo = Player.comes(windows, server.url, "Bo")
    expect(bo.page.locator("#rooms li").filter(has_text="Party")).to_have_count(0)
    bo.page.fill("#key", key.lower())
    bo.page.keyboard.press("Enter")
    bo.plays()
    cleo = Player.comes(windows, address, "Cleo")
    cleo.plays()

    expect(cleo.page.locator("#members li")).to_have_count(3)
    for player in (bo, cleo):
        expect(player.page.locator("#invite-key")).to_have_text(key)
    assert "#" not in cleo.page.url  # the key is not left behind in the address bar
    anna.page.click("#start")
    expect(cleo.page.locator("#room-facts")).to_contain_text("started")
    assert key not in server.log.read_text()


def test_a_wrong_key_is_refused_in_words(windows: Windows, server: ServerProcess) -> None:
    bo = Player.comes(windows, server.url, "Bo", locale="ru-RU")
    server.expected.append("room_not_found")

    bo.page.fill("#key", "AAAAAA")
    bo.page.keyboard.press("Enter")

    expect(bo.page.locator("#toast")).to_have_text("Такой комнаты нет.")


def test_the_page_speaks_the_browser_s_language_and_the_one_that_is_chosen(
    windows: Windows, server: ServerProcess
) -> None:
    bo = Player.comes(windows, server.url, "Bo", locale="ru-RU")
    expect(bo.page.locator("html")).to_have_attribute("lang", "ru")
    expect(bo.page.locator("h1")).to_have_text("Игровые комнаты")

    bo.page.select_option("#language", "en")
    expect(bo.page.locator("h1")).to_have_text("Game rooms")
    bo.creates("Words")
    bo.page.select_option("#language", "ru")
    expect(bo.reign).to_have_text("Хост — вы: игру ведёт ваша вкладка.")
    expect(bo.row("Bo").locator(".chip.host")).to_have_text("хост")
    bo.page.reload()
    expect(bo.page.locator("html")).to_have_attribute("lang", "ru")  # the choice is kept


def test_play_now_leads_into_a_room_and_the_next_one_into_the_same(
    windows: Windows, server: ServerProcess
) -> None:
    anna = Player.comes(windows, server.url, "Anna")
    anna.page.click("#quick")
    anna.plays()
    bo = Player.comes(windows, server.url, "Bo")
    bo.page.click("#quick")
    bo.plays()

    expect(bo.page.locator("#melody")).to_be_visible()
    expect(bo.page.locator("#room-title")).to_have_text("Anna's pond")
    assert bo.page.locator("#qr").get_attribute("data-address")
    bo.page.click("#leave")
    expect(bo.page.locator("#lobby")).to_be_visible()
    bo.page.get_by_role("button", name="Play now").click()
    bo.plays()
