"""Tabs as people have them: one behind another is hidden, and one that is hidden long enough is frozen.

Playwright keeps each of its own pages visible and awake. These tabs are opened past it, in windows it does
not know, over its own connection to the browser (Chrome DevTools Protocol: the domains Target and Page).
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Browser

from tests.support.patience import PATIENCE_SECONDS

TURN_MS = 20
TURNS = int(1000 * PATIENCE_SECONDS / TURN_MS)


class Tab:
    """A tab in a window of its own; `pause(ms)` lets Playwright's loop run meanwhile."""

    def __init__(self, browser: Browser, url: str, pause: Callable[[float], None]) -> None:
        self._root = browser.new_browser_cdp_session()
        self._pause = pause
        self._numbers = itertools.count(1)
        self._answers: dict[int, dict[str, Any]] = {}
        self._root.on("Target.receivedMessageFromTarget", self._received)
        self._window = self._root.send("Target.createBrowserContext")["browserContextId"]
        self._target = self._opened(url, window=True)
        attached = self._root.send("Target.attachToTarget", {"targetId": self._target})
        self._session = attached["sessionId"]

    def evaluate(self, expression: str) -> Any:
        """Return what this JavaScript expression is; one that throws is an error."""
        return _value(_result(self._evaluated(expression)))

    def wait_for(self, expression: str) -> None:
        """Wait until this JavaScript expression is true; while a page is coming there is nothing to ask."""
        for _ in range(TURNS):
            answer = self._evaluated(expression)
            if "error" not in answer and _value(answer["result"]):
                return
            self._pause(TURN_MS)
        raise AssertionError(f"never so: {expression}: {answer}")

    def hide(self) -> None:
        """Open another tab in front of it."""
        self._root.send("Target.activateTarget", {"targetId": self._opened("about:blank")})
        self.wait_for("document.visibilityState === 'hidden'")

    def show(self) -> None:
        self._root.send("Target.activateTarget", {"targetId": self._target})
        self.wait_for("document.visibilityState === 'visible'")

    def freeze(self) -> None:
        """Let it run no further, as browsers do with tabs long hidden; it must be hidden."""
        _result(self._send("Page.setWebLifecycleState", state="frozen"))

    def thaw(self) -> None:
        _result(self._send("Page.setWebLifecycleState", state="active"))

    def close(self) -> None:
        self._root.send("Target.disposeBrowserContext", {"browserContextId": self._window})
        self._root.detach()

    def _opened(self, url: str, *, window: bool = False) -> str:
        tab = self._root.send(
            "Target.createTarget", {"url": url, "browserContextId": self._window, "newWindow": window}
        )
        return str(tab["targetId"])

    def _received(self, message: dict[str, Any]) -> None:
        answer = json.loads(message["message"])
        if "id" in answer:
            self._answers[answer["id"]] = answer

    def _evaluated(self, expression: str) -> dict[str, Any]:
        return self._send("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)

    def _send(self, method: str, **params: Any) -> dict[str, Any]:
        number = next(self._numbers)
        said = json.dumps({"id": number, "method": method, "params": params})
        self._root.send("Target.sendMessageToTarget", {"sessionId": self._session, "message": said})
        for _ in range(TURNS):
            if answer := self._answers.pop(number, None):
                return answer
            self._pause(TURN_MS)
        raise AssertionError(f"no answer to {method}")


def _result(answer: dict[str, Any]) -> dict[str, Any]:
    assert "error" not in answer, answer
    result: dict[str, Any] = answer["result"]
    return result


def _value(result: dict[str, Any]) -> Any:
    assert "exceptionDetails" not in result, result
    return result["result"].get("value")
