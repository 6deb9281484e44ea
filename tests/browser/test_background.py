"""The host's tab is behind another one: the game goes on from there, and goes to somebody else in time."""

from __future__ import annotations

import itertools
import signal
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import served
from tests.browser.players import Player
from tests.support.browser import Windows, launched
from tests.support.browser_tabs import Tab
from tests.support.patience import wait_until
from tests.support.server_process import ServerProcess

AWAKE = [  # what Playwright asks for so that nothing sleeps; here it may
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
]
NUMBERS = itertools.count(1)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """A server that lets a hidden host be, until `impatient` says otherwise."""
    directory = tmp_path_factory.mktemp("server")
    settings = directory / "server.toml"
    settings.write_text("latency_hidden_host_s = 600\n")
    yield from served(directory, "--config", str(settings))


@pytest.fixture
def impatient(server: ServerProcess) -> Iterator[Callable[[], None]]:
    """Makes the server give the game of a hidden host to another soon, until the test's end."""
    settings = server.log.with_name("server.toml")
    former = settings.read_text()

    def read(text: str) -> None:
        before = len(server.lines("settings.changed"))
        settings.write_text(text)
        server.signal(signal.SIGHUP)
        wait_until(lambda: len(server.lines("settings.changed")) > before)

    yield lambda: read("latency_hidden_host_s = 1\n")
    if settings.read_text() != former:
        read(former)


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


def test_the_game_goes_on_from_a_hidden_tab_until_another_takes_it(
    impatient: Callable[[], None], anna: Tab, bo: Player
) -> None:
    anna.hide()
    bo.sees_score("Bo", bo.scores()["Bo"] + 1)
    assert bo.page.locator("#reign").get_attribute("data-epoch") == "1"
    before = bo.scores()

    impatient()

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
