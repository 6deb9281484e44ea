"""Measure the console with 10,000 rooms, for docs/console.md: `python -m tests.browser.console_figures`."""

from __future__ import annotations

import json
import statistics
import threading
import time
import urllib.request

from playwright.sync_api import expect

from tests.support.browser import launched
from tests.support.crowded import Crowded, crowded
from tests.support.operated import PASSWORD, TOKEN

ASKED = 40  # times each question
POLLED_SECONDS = 10
PAINT = "performance.getEntriesByName('first-contentful-paint')[0].startTime"


def main() -> None:
    """Print a table."""
    with crowded() as server:
        print("| With 10,000 rooms | median | worst |\n|---|---|---|")
        for what, path, pause in (
            ("`GET /api/rooms`, list read anew", "/api/rooms", 1.05),
            ("`GET /api/rooms?search=…`, list read within the second", "/api/rooms?search=lantern", 0.0),
            ("`GET /api/overview`", "/api/overview", 0.0),
            (
                "`GET /api/history?step=1s`, what is new",
                f"/api/history?step=1s&after={int(time.time() * 1000)}",
                0.0,
            ),
            ("`GET /api/logs`, 200 lines", "/api/logs", 0.0),
        ):
            times = [_asked(server, path, pause) for _ in range(ASKED if not pause else 10)]
            print(f"| {what} | {statistics.median(times):.1f} ms | {max(times):.1f} ms |", flush=True)
        _painted(server)
        _polled(server)


def _asked(server: Crowded, path: str, pause: float) -> float:
    time.sleep(pause)
    began = time.perf_counter()
    _get(server, path)
    return (time.perf_counter() - began) * 1000


def _get(server: Crowded, path: str) -> bytes:
    request = urllib.request.Request(server.url + path, headers={"Authorization": f"Bearer {TOKEN}"})
    with urllib.request.urlopen(request, timeout=20) as answer:
        read: bytes = answer.read()
    return read


def _painted(server: Crowded) -> None:
    paints, rows = [], []
    with launched() as browser:
        page = browser.new_page()
        page.goto(f"{server.url}/console")
        page.get_by_label("Password").fill(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Overview")).to_be_visible()
        for _ in range(5):
            page.goto("about:blank")
            page.goto(f"{server.url}/console#/rooms")
            page.wait_for_selector("main tbody tr")
            rows.append(float(page.evaluate("performance.now()")))
            paints.append(float(page.evaluate(PAINT)))
    print(f"| page of all rooms, first paint | {statistics.median(paints):.0f} ms | {max(paints):.0f} ms |")
    print(f"| page of all rooms, rows shown | {statistics.median(rows):.0f} ms | {max(rows):.0f} ms |")


def _polled(server: Crowded) -> None:
    """What a viewer of the overview and one of the rooms cost the server's thread, at the page's pace."""
    idle = _busy(server, polled=False)
    busy = _busy(server, polled=True)
    print(f"\nOne viewer of the overview and one of all rooms: {busy - idle:.1f} % of a core ", end="")
    print(f"({idle:.1f} % without them).")
    history = json.loads(_get(server, "/api/history?step=1s"))
    lags = next(each["values"] for each in history["series"] if each["name"] == "lag_max_ms")
    lag = [each for each in lags[-POLLED_SECONDS:] if each is not None]
    print(
        f"Worst lateness of the loop in a second: below {statistics.median(lag):.0f} ms in half of the ",
        end="",
    )
    print(f"seconds, {max(lag):.0f} ms in the worst.")


def _busy(server: Crowded, *, polled: bool) -> float:
    began = server.do(time.thread_time)
    until = time.perf_counter() + POLLED_SECONDS
    paces = {"/api/overview": 2.0, "/api/history?step=1s&after={now}": 1.0, "/api/rooms": 3.0}
    paces["/api/logs?level=warning&limit=20"] = 3.0

    def poll(path: str, pace: float) -> None:
        while time.perf_counter() < until:
            _get(server, path.format(now=int(time.time() * 1000) - 1000))
            time.sleep(pace)

    threads = [threading.Thread(target=poll, args=each) for each in paces.items()] if polled else []
    for thread in threads:
        thread.start()
    time.sleep(max(0.0, until - time.perf_counter()))
    spent: float = server.do(time.thread_time) - began
    for thread in threads:
        thread.join()
    return 100 * spent / POLLED_SECONDS


if __name__ == "__main__":
    main()
