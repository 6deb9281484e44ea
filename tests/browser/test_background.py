"""The host's tab is behind another one: the game goes on from there, and goes to somebody else in time."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import served
from tests.browser.players import Player
from tests.support.browser import Windows, launched
from tests.support.browser_tabs import Tab
from tests.support.server_process import ServerProcess

AWAKE = [  # what Playwright asks for so that nothing sleeps; here it may
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
]
NUMBERS = itertools.count(1)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """A server that gives the game of a hidden host to another soon."""
    yield from served(tmp_path_factory.mktemp("server"), "--latency-hidden-host-s", "1")


@pytest.fixture(scope="module")
def desk(browser: Browser) -> Iterator[Browser]:
    """A browser in which a hidden tab sleeps as it does for everybody."""
    with launched(beside=browser, ignore_default_args=AWAKE) as desk:
        yield desk


@pytest.fixture
def bo(windows: Windows, server: ServerProcess) -> Player:
    return Player.comes(windows, server.url, "Bo")


@pytest.fixture
def anna(desk: Browser, server: ServerProcess, bo: Player) -> Iterator[Tab]:
    """The host, in a tab that can be hidden; Bo plays in her room."""
    tab = Tab(desk, server.url, bo.page.wait_for_timeout)
    tab.wait_for("document.querySelector('#status')?.dataset.state === 'connected'")
    title = f"Room {next(NUMBERS)}"
    tab.evaluate("document.querySelector('#create').click()")
    tab.evaluate(f"document.querySelector('#new-title').value = '{title}'")
    tab.evaluate("document.querySelector('#create-form .primary').click()")
    tab.wait_for("document.querySelector('#members li')?.dataset.seat === '0'")
    tab.evaluate("document.querySelector('#pilot').click()")
    bo.joins(title)
    bo.steers_by_pilot(True)
    bo.sees_score("Bo", 1)
    yield tab
    tab.close()


def test_the_game_goes_on_from_a_hidden_tab_until_another_takes_it(anna: Tab, bo: Player) -> None:
    anna.hide()
    bo.sees_score("Bo", bo.scores()["Bo"] + 1)
    assert bo.page.locator("#reign").get_attribute("data-epoch") == "1"
    before = bo.scores()

    bo.sees_reign(2)
    expect(bo.reign).to_contain_text("You took over")
    expect(bo.reign).to_contain_text("in the background")
    bo.sees_score("Bo", before["Bo"] + 1)
    anna.show()
    anna.wait_for("document.querySelector('#reign').dataset.epoch === '2'")


def test_a_tab_that_is_about_to_be_frozen_hands_the_game_over(anna: Tab, bo: Player) -> None:
    before = bo.scores()
    anna.hide()
    anna.freeze()

    bo.sees_reign(2)
    expect(bo.reign).to_contain_text("handed the game over.")
    bo.sees_score("Bo", before["Bo"] + 1)

    anna.thaw()
    anna.show()
    anna.wait_for("document.querySelector('#reign').dataset.epoch === '2'")
    anna.wait_for(f"Number(document.querySelector('#members li').dataset.score) >= {before['Bo']}")
