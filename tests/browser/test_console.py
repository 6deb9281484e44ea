"""The console, as an operator uses it at night: real Chromium, ten thousand rooms."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from gameserver.core.commands import CreateRoom
from gameserver.core.values import PlayerId
from tests.browser.operators import operator
from tests.support.browser import Windows
from tests.support.crowded import SEARCHED, Crowded, crowded


@pytest.fixture(scope="module")
def server() -> Iterator[Crowded]:
    with crowded() as server:
        yield server


@pytest.fixture
def page(windows: Windows, server: Crowded) -> Page:
    """The console after a login."""
    return operator(windows, server.url)


def test_a_wrong_password_shows_nothing_but_why(windows: Windows, server: Crowded) -> None:
    windows.expected = ["401"]
    page = windows.open(f"{server.url}/console")
    page.get_by_label("Password").fill("wrong horse")
    page.get_by_role("button", name="Log in").click()

    expect(page.get_by_role("alert")).to_have_text("this password is not the console's")
    expect(page.get_by_role("navigation")).to_be_hidden()


def test_the_overview_draws_what_the_server_does(page: Page) -> None:
    expect(page.locator(".tile", has_text="rooms of 10,000").locator("b")).to_have_text("10,000")
    expect(page.locator(".plot canvas")).to_have_count(8)
    expect(page.locator(".plot .empty").first).to_be_hidden()


def test_a_room_is_found_among_ten_thousand_and_tells_why_its_host_changed(
    page: Page, server: Crowded
) -> None:
    page.get_by_role("link", name="Rooms", exact=True).click()
    expect(page.get_by_text("of 10,000")).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type("lantern margaret")
    expect(page.get_by_text("1–1 of 1 ")).to_be_visible()
    page.get_by_role("link", name=SEARCHED).click()
    expect(page.get_by_role("row", name=re.compile("Ada host here"))).to_be_visible()

    server.lose_the_host()

    story = page.get_by_label("Timeline")
    expect(story).to_contain_text(
        "Grace (grace) became host after Ada (ada) (epoch 2), because the former host lost its connection"
    )
    expect(story).to_contain_text("the lowest score: 35.0 ms against 68.0 ms")
    ranking = story.locator(".elected table tbody tr")
    expect(ranking).to_have_count(3)
    expect(ranking.first).to_contain_text("Grace (grace) – host")
    expect(story).to_contain_text("Grace (grace) took over")
    expect(page.locator(".plot[data-marks='1']")).to_be_visible()  # among the pings, where it happened
    expect(page.locator(".plot canvas")).to_have_count(1)


def test_a_players_round_trips_are_drawn_by_source(page: Page, server: Crowded) -> None:
    page.goto(f"{server.url}/console#/players/linus")

    expect(page.get_by_role("heading", name="Linus (linus)")).to_be_visible()
    expect(page.locator(".plot")).to_have_attribute(
        "aria-label", re.compile("probe, network alone [67][0-9] ms")
    )


def test_a_setting_is_changed_by_keyboard_and_shows_old_and_new(
    windows: Windows, page: Page, server: Crowded
) -> None:
    windows.expected.append("400")
    page.get_by_role("link", name="Settings").click()
    page.get_by_label("Search settings").fill("latency_tie")
    page.get_by_role("button", name="Change latency_tie_ms").focus()
    page.keyboard.press("Enter")
    field = page.get_by_label("New value of latency_tie_ms")
    field.fill("-1")
    field.press("Enter")
    expect(page.locator("#toast")).to_contain_text("greater than or equal to 0")
    field.fill("2.5")
    field.press("Enter")

    expect(page.locator("#toast")).to_contain_text("latency_tie_ms: 1.0 → 2.5, at once")
    assert server.do(lambda: server.stage.server.registry._world.measuring.tie_ms) == 2.5
    page.get_by_label("Search settings").fill("database")
    expect(page.get_by_role("row", name=re.compile("^database"))).to_contain_text("at the next start")


def test_the_log_is_followed_and_filtered(page: Page, server: Crowded) -> None:
    page.goto(f"{server.url}/console#/logs?event=console.*")
    lines = page.locator(".log li")
    expect(lines.last).to_contain_text("console.")

    server.do(lambda: server.stage.server.console.audit.logout("login test", "192.0.2.7"))  # type: ignore[union-attr]

    expect(lines.last).to_contain_text("console.logout by=login test address=192.0.2.7")
    assert all("console." in text for text in lines.all_inner_texts())


def test_the_console_fits_a_phone_light_and_dark(windows: Windows, server: Crowded, page: Page) -> None:
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": 390, "height": 844})
        for view in ("overview", "rooms", f"rooms/{server.room}", "players/linus", "logs", "settings"):
            page.goto(f"{server.url}/console#/{view}")
            expect(page.locator("main > *").first).to_be_visible()
            wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert wider <= 0, f"{view} is {wider} px too wide"
            assert "[object" not in page.inner_text("main")


def test_no_other_page_may_frame_or_read_the_console(windows: Windows, server: Crowded) -> None:
    windows.expected = ["blocked", "CORS", "Failed", "frame", "Content Security", "401", "403", "ERR"]
    page = windows.open("about:blank")

    read = page.evaluate(
        "url => fetch(url, {credentials: 'include'}).then(() => 'read', () => 'refused')",
        f"{server.url}/api/overview",
    )

    assert read == "refused"


def test_a_logout_ends_the_login(page: Page, server: Crowded) -> None:
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_label("Password")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Password")).to_be_visible()


@pytest.fixture(scope="module")
def doomed() -> Iterator[Crowded]:
    with crowded(3) as server:
        yield server


def test_drain_asks_first_and_then_says_that_it_drains(windows: Windows, doomed: Crowded) -> None:
    page = operator(windows, doomed.url)
    page.get_by_role("button", name="Drain…").click()
    page.get_by_role("button", name="Cancel").click()
    assert not doomed.do(lambda: doomed.stage.server.registry.draining)

    page.get_by_role("button", name="Drain…").click()
    page.get_by_role("button", name="Drain", exact=True).click()

    expect(page.locator("#health")).to_have_text("draining")
    expect(page.get_by_role("button", name="Drain…")).to_be_disabled()
    assert doomed.do(lambda: doomed.stage.server.registry.draining)
    ready = page.request.get(f"{doomed.url}/readyz")
    assert (ready.status, ready.json()["reasons"]) == (503, ["draining"])
    doomed.do(lambda: doomed.stage.ask(doomed.stage.arrive("late"), "create", CreateRoom("Too late")))
    assert doomed.do(lambda: doomed.stage.server.registry.players[PlayerId("late")].room) is None
