"""Print the figures of docs/console.md: `python -m tests.browser.console_figures`.

The server has ten thousand rooms and a thread of its own; who asks it over HTTP is another process, and the
page is in Chromium. Costs are what the thread of the server used of the processor, and how late its loop was.
"""

from __future__ import annotations

import asyncio
import http.client
import multiprocessing
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Generic, TypeVar
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from gameserver.collecting import settle
from tests.browser.operators import log_in
from tests.support.browser import launched
from tests.support.crowded import Crowded, crowded
from tests.support.operated import TOKEN

T = TypeVar("T")
ASKED = 200  # times
WATCHED_SECONDS = 8.0
SEARCHES = 10
CALLS = {
    "rooms, sorted by title": "/api/rooms?sort=title",
    "rooms, two words searched": "/api/rooms?search=lantern%20margaret",
    "rooms, eight words that most rooms have": "/api/rooms?search=t%20a%20b%20l%20e%20h%20o%20s",
    "players, sorted by ping": "/api/players?sort=ping",
    "overview": "/api/overview",
    "history, two hours": "/api/history?step=10s",
    "log lines, the newest 200": "/api/logs",
    "overview without a token: refused": "/api/overview",
}
SEARCH = """word => new Promise(done => {
  const field = document.querySelector("input[type=search]"), table = document.querySelector("tbody");
  const from = performance.now();
  const seen = new MutationObserver(() => {
    if (table.rows.length === 1 && table.rows[0].innerText.includes(word)) {
      seen.disconnect();
      requestAnimationFrame(() => setTimeout(() => done(performance.now() - from)));
    }
  });
  seen.observe(table, {childList: true});
  field.value = word;
  field.dispatchEvent(new Event("input"));
})"""
"""Types a word into the list's search; milliseconds until the one row that has it is painted."""


@dataclass
class Lateness:
    """How late the server's loop was for a look at every millisecond, in ms."""

    looks: list[float] = field(default_factory=list)
    watching: bool = True

    def start(self) -> None:
        """Begin; on the loop."""
        self._look(asyncio.get_running_loop(), 0.0)

    def _look(self, loop: asyncio.AbstractEventLoop, due: float) -> None:
        if due:
            self.looks.append(max(0.0, loop.time() - due) * 1000)
        if self.watching:
            due = loop.time() + 0.001
            loop.call_at(due, self._look, loop, due)


@dataclass
class Cost(Generic[T]):
    """What a piece of work returned, how long it took, and what the server had of it."""

    answer: T
    seconds: float
    used_seconds: float  # of the processor, by the server's thread
    looks: list[float]  # how late its loop was, in ms


def measured(server: Crowded, work: Callable[[], T]) -> Cost[T]:
    """Do this, and measure the server meanwhile."""
    lateness = Lateness()
    server.do(lateness.start)
    before, began = server.do(time.thread_time), time.perf_counter()
    answer = work()
    took, used = time.perf_counter() - began, server.do(time.thread_time) - before
    lateness.watching = False
    return Cost(answer, took, used, lateness.looks)


def ask(url: str, path: str, times: int = 1, status: int = 200) -> tuple[list[float], int]:
    """Ask this over one connection; return the milliseconds of each answer, and the last one's bytes.

    Who shows no token is answered 401.
    """
    headers = {"Authorization": f"Bearer {TOKEN}"} if status == 200 else {}
    place = urlsplit(url)
    connection = http.client.HTTPConnection(place.hostname or "", place.port)
    took, size = [], 0
    for _ in range(times):
        began = time.perf_counter()
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        size = len(answer.read())
        took.append((time.perf_counter() - began) * 1000)
        assert answer.status == status, answer.status
    connection.close()
    return took, size


def print_calls(server: Crowded) -> None:
    """Print what each question costs when it is asked without a pause, all fresh."""
    print(f"asked {ASKED} times, one after the other:")
    print("| question | median ms | 95 % within ms | answer, kB | server's ms each | loop late at most, ms |")
    print("| --- | --- | --- | --- | --- | --- |")
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        pool.apply(ask, (server.url, "/api/overview", ASKED))
        for name, path in CALLS.items():
            status = 401 if name.endswith("refused") else 200
            cost = measured(server, partial(pool.apply, ask, (server.url, path, ASKED, status)))
            took, size = cost.answer
            each = cost.used_seconds / ASKED * 1000
            print(
                f"| {name} | {statistics.median(took):.1f} | {quantile(took, 95):.1f} | {size / 1000:.1f} "
                f"| {each:.2f} | {max(cost.looks):.0f} |"
            )


def print_anew(server: Crowded) -> None:
    """Print what it takes to read all rooms anew, sort and search them."""
    took: list[float] = []
    late: list[float] = []
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        pool.apply(ask, (server.url, "/api/overview"))
        for _ in range(5):
            time.sleep(1.1)  # what was read is fresh for a second
            cost = measured(server, partial(pool.apply, ask, (server.url, CALLS["rooms, sorted by title"])))
            late.append(max(cost.looks))
            took.extend(cost.answer[0])
    print(
        f"rooms read anew and sorted: {statistics.median(took):.0f} ms (the median of five), "
        f"the loop late by at most {max(late):.0f} ms"
    )


def print_page(server: Crowded, page: Page) -> None:
    """Print how long the page's list takes, and what an open page costs the server."""
    page.goto(f"{server.url}/console#/rooms")
    expect(page.get_by_text("of 10,000")).to_be_visible()
    took = [page.evaluate(SEARCH, f"Table {number * 977:05}") for number in range(1, SEARCHES + 1)]
    print(
        f"a word typed into the search until its row is on the screen: {statistics.median(took):.0f} ms "
        f"(the median of {SEARCHES}; {max(took):.0f} ms at most), 200 ms of it waited for more letters"
    )
    print("| open page | share of a core | loop late: 99 % within ms | at most, ms |")
    print("| --- | --- | --- | --- |")
    for view in ("", "overview", "rooms", f"rooms/{server.room}", "players/linus", "logs"):
        page.goto(f"{server.url}/console#/{view}" if view else "about:blank")
        time.sleep(1.0)
        cost = measured(server, lambda: time.sleep(WATCHED_SECONDS))
        kind, one, _ = view.partition("/")
        shown = f"one {kind[:-1]}" if one else kind or "none"
        share = cost.used_seconds / cost.seconds
        print(f"| {shown} | {share:.1%} | {quantile(cost.looks, 99):.1f} | {max(cost.looks):.0f} |")


def quantile(values: list[float], percent: int) -> float:
    """Return this percentile."""
    return statistics.quantiles(values, n=100)[percent - 1]


def main() -> None:
    """Print everything."""
    settle()  # as a server does that listens
    with crowded() as server:
        server.measure()
        time.sleep(2.0)
        print_calls(server)
        print_anew(server)
        with launched() as browser:
            print_page(server, log_in(browser.new_page(), server.url))


if __name__ == "__main__":
    main()
