"""HTTP for supervisors and monitoring: `/healthz`, `/readyz`, `/version`, `/metrics`."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from typing import Literal

from tornado.httputil import HTTPServerRequest
from tornado.routing import URLSpec
from tornado.web import HTTPError, RequestHandler

from gameserver.web.pages import HEADERS

FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-IP")


@dataclass(frozen=True, slots=True)
class Health:
    """What is shown, and to whom."""

    reasons: Callable[[], list[str]]  # why not ready
    version: Mapping[str, str | int]
    render: Callable[[str], tuple[bytes, str]]  # from an Accept header to the metrics and their type
    metrics: Literal["off", "local", "open"]
    remote_ip: Callable[[HTTPServerRequest], str]  # trusted proxies passed over


def routes(health: Health) -> list[URLSpec]:
    """Return the handlers; where metrics are off, there are none."""
    paths: list[tuple[str, type[_Answer]]] = [
        (r"/healthz", Healthz),
        (r"/readyz", Readyz),
        (r"/version", Version),
    ]
    if health.metrics != "off":
        paths.append((r"/metrics", Metrics))
    return [URLSpec(path, handler, {"health": health}) for path, handler in paths]


class _Answer(RequestHandler):
    """One plain answer that nobody keeps."""

    def initialize(self, health: Health) -> None:
        self._health = health

    def set_default_headers(self) -> None:
        self.clear_header("Server")
        for name, value in HEADERS.items():
            self.set_header(name, value)
        self.set_header("Cache-Control", "no-store")

    def compute_etag(self) -> None:
        """No answer comes twice."""

    def write_error(self, status_code: int, **_: object) -> None:
        """Answer an error in one plain line."""
        self.answer(f"{status_code} {self._reason}\n")

    def answer(self, body: bytes | str, content_type: str = "text/plain; charset=utf-8") -> None:
        """Finish with this body."""
        self.set_header("Content-Type", content_type)
        self.finish(body)

    def answer_json(self, body: object) -> None:
        """Finish with this as JSON."""
        self.answer(json.dumps(body) + "\n", "application/json")


class Healthz(_Answer):
    """Alive: the loop turns, nothing else is asked."""

    def get(self) -> None:
        self.answer("ok\n")


class Readyz(_Answer):
    """Ready for more players, or why not (503)."""

    def get(self) -> None:
        reasons = self._health.reasons()
        self.set_status(503 if reasons else 200)
        self.answer_json({"ready": not reasons, "reasons": reasons})


class Version(_Answer):
    """What runs here."""

    def get(self) -> None:
        self.answer_json(dict(self._health.version))


class Metrics(_Answer):
    """The metrics, in the form that the Accept header asks for; 403 to who may not see them."""

    def get(self) -> None:
        health = self._health
        if health.metrics == "local" and not is_local(self.request, health.remote_ip):
            raise HTTPError(403)
        self.answer(*health.render(self.request.headers.get("Accept", "")))


def is_local(request: HTTPServerRequest, remote_ip: Callable[[HTTPServerRequest], str]) -> bool:
    """Whether the request was made on this machine, and not by way of a proxy on it.

    A proxy that is trusted names the client; one that is not, but says that it forwards, is no local client.
    """
    address = remote_ip(request)
    if address == request.remote_ip and any(header in request.headers for header in FORWARDED):
        return False
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    mapped = parsed.ipv4_mapped if isinstance(parsed, IPv6Address) else None
    return (mapped or parsed).is_loopback
