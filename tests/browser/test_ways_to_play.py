"""By keyboard alone, by touch on a narrow screen, at night."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page, expect

from tests.browser.players import Player
from tests.browser.pond import EYES, collects_a_spark
from tests.support.browser import Windows
from tests.support.server_process import ServerProcess

HEBREW = "שלום"
PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
SIDEWAYS: dict[str, Any] = {**PHONE, "viewport": {"width": 740, "height": 360}}
NARROWEST: dict[str, Any] = {**PHONE, "viewport": {"width": 320, "height": 568}}  # WCAG 1.4.10


def focused(page: Page) -> str:
    return str(page.evaluate("() => document.activeElement.id"))


def outlined(page: Page) -> bool:
    return bool(page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle !== 'none'"))


def tab_to(page: Page, wanted: str) -> None:
    """Press Tab until this element has the focus; each on the way must show that it has it."""
    for _ in range(30):
        page.keyboard.press("Tab")
        assert outlined(page), focused(page)
        if focused(page) == wanted:
            return
    raise AssertionError(f"{wanted} cannot be reached by Tab")


def test_all_of_it_by_keyboard(windows: Windows, server: ServerProcess) -> None:
    anna = Player.comes(windows, server.url, "Anna", EYES)
    page = anna.page

    tab_to(page, "create")
    page.keyboard.press("Enter")
    expect(page.locator("#create-dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#create-dialog")).to_be_hidden()
    page.keyboard.press("Enter")
    page.fill("#new-title", "Keys")
    page.keyboard.press("Enter")
    anna.plays()
    assert focused(page) == "arena"

    page.keyboard.press("m")
    expect(page.locator("#mute")).to_have_text("Sound is off")
    page.keyboard.press("p")
    expect(page.locator("#pilot")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("p")
    arrows = ["ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"]
    collects_a_spark(
        anna, lambda way: page.keyboard.down(arrows[way]), lambda way: page.keyboard.up(arrows[way])
    )

    page.keyboard.press("Shift+Tab")
    assert focused(page) == "leave"
    page.keyboard.press("Enter")
    expect(page.locator("#lobby")).to_be_visible()


def test_by_touch_on_a_narrow_screen_at_night(windows: Windows, server: ServerProcess) -> None:
    anna = Player.comes(windows, server.url, "Anna", EYES, color_scheme="dark", **PHONE)
    page = anna.page
    assert (
        page.evaluate("() => getComputedStyle(document.documentElement).backgroundColor") == "rgb(10, 20, 17)"
    )
    fits(page)
    page.locator("#quick").tap()
    anna.plays()
    fits(page)

    box = page.locator("#arena").bounding_box()
    assert box is not None
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    session = page.context.new_cdp_session(page)
    touch(session, "touchStart", middle)
    ways = [(70, 0), (0, 70), (-70, 0), (0, -70)]
    collects_a_spark(
        anna,
        lambda way: touch(session, "touchMove", (middle[0] + ways[way][0], middle[1] + ways[way][1])),
        lambda way: touch(session, "touchMove", middle),
    )
    touch(session, "touchEnd", None)
    page.locator("#dash").tap()


def touch(session: CDPSession, kind: str, at: tuple[float, float] | None) -> None:
    points = [] if at is None else [{"x": at[0], "y": at[1]}]
    session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def fits(page: Page) -> None:
    """Nothing is wider than the screen, and what is touched is large enough (WCAG 2.5.8)."""
    assert page.viewport_size is not None  # not innerWidth, which on a phone grows with what is too wide
    assert page.evaluate("() => document.documentElement.scrollWidth") <= page.viewport_size["width"]
    small = page.evaluate(
        "() => [...document.querySelectorAll('button')].filter(button => button.offsetParent !== null)"
        ".filter(button => Math.min(button.offsetWidth, button.offsetHeight) < 24).map(button => button.id)"
    )
    assert small == []


@pytest.mark.parametrize("locale", ["en-US", "ru-RU"])
def test_it_fits_the_narrowest_screens_in_each_language(
    windows: Windows, server: ServerProcess, locale: str
) -> None:
    anna = Player.comes(windows, server.url, "Anna", locale=locale, **NARROWEST)
    anna.page.click("#create")
    fits(anna.page)
    anna.page.keyboard.press("Escape")
    fits(anna.page)
    anna.page.click("#quick")
    anna.plays()
    fits(anna.page)


def test_a_phone_held_sideways_shows_the_whole_pond(windows: Windows, server: ServerProcess) -> None:
    anna = Player.comes(windows, server.url, "Anna", **SIDEWAYS)
    anna.creates("Side")
    fits(anna.page)

    expect(anna.page.locator("#arena")).to_be_in_viewport(ratio=1)


def test_long_names_and_such_from_right_to_left_stay_in_their_place(
    windows: Windows, server: ServerProcess
) -> None:
    long = "W" * 32
    anna = Player.comes(windows, server.url, long, **PHONE)
    anna.creates("M" * 64)
    fits(anna.page)
    eve = Player.comes(windows, server.url, HEBREW, **PHONE)
    fits(eve.page)
    eve.joins("M" * 64)
    fits(anna.page)

    anna.page.get_by_role("button", name=f"Make {HEBREW} the host").click()

    eve.sees_reign(2)
    expect(anna.reign.locator(".headline")).to_have_text(f"\u2068{HEBREW}\u2069 took over.")
    for player in (anna, eve):
        fits(player.page)


def test_what_is_read_aloud_is_only_what_is_new(windows: Windows, server: ServerProcess) -> None:
    anna = Player.comes(windows, server.url, "Anna")
    anna.creates("Hush")
    page = anna.page
    live = page.evaluate("() => [...document.querySelectorAll('[role=status]')].map(({ id }) => id)")
    assert live == ["status-text", "banner", "reign-now", "toast"]
    page.evaluate(
        "() => { window.said = []; for (const live of document.querySelectorAll('[role=status]'))"
        " new MutationObserver(() => window.said.push(live.textContent))"
        ".observe(live, { childList: true, subtree: true, characterData: true }); }"
    )

    Player.comes(windows, server.url, "Bo").joins("Hush")  # the list of members and all pings change
    page.select_option("#language", "en")

    assert page.evaluate("() => window.said") == []
    unnamed = page.evaluate(
        "() => [...document.querySelectorAll('button, input, select, canvas')]"
        ".filter(({ offsetParent }) => offsetParent !== null)"
        ".filter((each) => !each.textContent.trim() && !each.getAttribute('aria-label'))"
        ".filter(({ labels }) => !labels?.length)"
        ".map(({ id }) => id)"
    )
    assert unnamed == []
