"""Which web pages may talk to the server: CORS (the Fetch standard), and the Origin of WebSockets."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any

from tornado.httputil import HTTPServerRequest

Environ = Callable[[], dict[str, Any]]


class Origins:
    """The policy, in python-engineio's words: None is the page's own origin, `"*"` any, `[]` no check at all.

    A callable judges `(origin)` or `(origin, environ)`.
    """

    def __init__(
        self, allowed: str | Sequence[str] | Callable[..., bool] | None, *, credentials: bool
    ) -> None:
        self._credentials = credentials
        self._judge: Callable[..., bool] | None = None
        self._named: frozenset[str] = frozenset()
        self._same = allowed is None
        self.wants_environ = False  # whether the judge does
        if callable(allowed):
            self._judge = allowed
            self.wants_environ = len(inspect.signature(allowed).parameters) > 1
        elif isinstance(allowed, str):
            self._named = frozenset((allowed,))
        else:
            self._named = frozenset(allowed or ())
        self.checked = not (isinstance(allowed, Sequence) and len(allowed) == 0)

    def allows(self, origin: str, request: HTTPServerRequest, scheme: str, environ: Environ) -> bool:
        """Whether a page of this origin may have the answer."""
        if not self.checked or "*" in self._named:
            return True
        if self._judge is not None:
            return bool(self._judge(origin, environ()) if self.wants_environ else self._judge(origin))
        if self._same:
            return origin.lower() == f"{scheme}://{request.host}".lower()
        return origin in self._named

    def headers(self, origin: str | None, request: HTTPServerRequest) -> list[tuple[str, str]]:
        """Return the headers that let a page of this allowed origin read the answer."""
        if not self.checked:
            return []
        headers = [("Vary", "Origin")]
        if origin is not None:
            headers.append(("Access-Control-Allow-Origin", origin))
        if request.method == "OPTIONS":
            headers.append(("Access-Control-Allow-Methods", "GET, POST, OPTIONS"))
            asked = request.headers.get("Access-Control-Request-Headers")
            if asked:
                headers.append(("Access-Control-Allow-Headers", asked))
        if self._credentials:
            headers.append(("Access-Control-Allow-Credentials", "true"))
        return headers
