"""The page at `/` and the files it is made of."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tornado.routing import URLSpec
from tornado.web import HTTPError, RequestHandler

from gameserver.core.tracks import Collection

STATIC = Path(__file__).parent / "static"
CLIENT = Path(__file__).parents[2] / "clients" / "js" / "src"
CONTRACT = Path(__file__).parents[2] / "docs" / "asyncapi.json"
IMPORT_MAP = re.compile(rb'<script type="importmap">(.*?)</script>', re.DOTALL)

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
"""What is served, by its ending; everything else in the directory stays in it."""

HEADERS = {
    # Nothing inline but the page's own import map, nothing from elsewhere: a title can never become a script.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


@dataclass(frozen=True, slots=True)
class Page:
    """A file as it is served."""

    body: bytes
    content_type: str
    etag: str
    policy: str  # its Content-Security-Policy


def routes(tracks: Callable[[], Collection]) -> list[URLSpec]:
    """Return the handlers for `/`, `/static/`, `/client/` (the package `gameroom-client`), `/tracks.json` and
    `/asyncapi.json`.

    The files are read once, here; without `clients/js` beside the server there is nothing at `/client/`, and
    without `docs` nothing at `/asyncapi.json`.
    `tracks` returns the collection as it stands whenever it is asked for.
    """
    pages = read_pages(STATIC)
    contract = {CONTRACT.name: page(CONTRACT.read_bytes(), "application/json")} if CONTRACT.exists() else {}
    return [
        URLSpec(r"/()", PageHandler, {"pages": {"": pages["index.html"]}}, name="lobby"),
        URLSpec(r"/static/(.*)", PageHandler, {"pages": pages}, name="static"),
        URLSpec(r"/client/(.*)", PageHandler, {"pages": read_pages(CLIENT)}, name="client"),
        URLSpec(r"/(asyncapi\.json)", PageHandler, {"pages": contract}, name="asyncapi"),
        URLSpec(r"/(tracks\.json)", TracksHandler, {"tracks": tracks}, name="tracks"),
    ]


def read_pages(directory: Path) -> dict[str, Page]:
    """Return each file that is served, by its path from the directory."""
    pages = {}
    for path in directory.rglob("*"):
        if content_type := TYPES.get(path.suffix):
            pages[path.relative_to(directory).as_posix()] = page(path.read_bytes(), content_type)
    return pages


def page(body: bytes, content_type: str) -> Page:
    """Return this file as it is served."""
    return Page(body, content_type, f'"{hashlib.sha256(body).hexdigest()[:32]}"', _policy(body))


def _policy(body: bytes) -> str:
    """Return this page's policy: an import map cannot be a file, so it is allowed by its hash (CSP3)."""
    hashes = [base64.b64encode(hashlib.sha256(each).digest()).decode() for each in IMPORT_MAP.findall(body)]
    allowed = "".join(f" 'sha256-{each}'" for each in hashes)
    return HEADERS["Content-Security-Policy"].replace("script-src 'self'", f"script-src 'self'{allowed}")


class PageHandler(RequestHandler):
    """Serves pages from memory; a browser that has one already is told so (304)."""

    def initialize(self, pages: dict[str, Page]) -> None:
        """Take the pages that there are, by name."""
        self._pages = pages
        self._page: Page | None = None

    def set_default_headers(self) -> None:
        """Send the security headers with everything, errors included."""
        self.clear_header("Server")
        for name, value in HEADERS.items():
            self.set_header(name, value)

    def get(self, name: str) -> None:
        """Answer one page, or 404."""
        self._page = self._pages.get(name)
        if self._page is None:
            raise HTTPError(404)
        self.set_header("Content-Type", self._page.content_type)
        self.set_header("Content-Security-Policy", self._page.policy)
        self.set_header("Cache-Control", "no-cache")  # kept, and asked for again: an update shows at once
        self.set_etag_header()
        if self.check_etag_header():
            self.set_status(304)
        elif self.request.method != "HEAD":
            self.write(self._page.body)

    def head(self, name: str) -> None:
        """Answer what GET would, without the body."""
        self.get(name)
        if self._page is not None and self.get_status() == 200:
            self.set_header("Content-Length", str(len(self._page.body)))

    def compute_etag(self) -> str | None:
        """Return the page's own tag, which was computed once."""
        return self._page.etag if self._page else None

    def write_error(self, status_code: int, **_: object) -> None:
        """Answer an error in one plain line."""
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(f"{status_code} {self._reason}\n")


class MissingHandler(PageHandler):
    """Answers what is nowhere, with the same headers as everything else."""

    def initialize(self, pages: dict[str, Page] | None = None) -> None:
        """There is no page here."""
        super().initialize({})

    def prepare(self) -> None:
        """Answer before any method is looked for."""
        raise HTTPError(404)


class TracksHandler(PageHandler):
    """Serves what a page needs to offer the melodies: their ids and titles."""

    def initialize(self, tracks: Callable[[], Collection]) -> None:  # type: ignore[override]
        """Take what returns the collection."""
        self._tracks = tracks
        super().initialize({})

    def prepare(self) -> None:
        """List the collection as it stands now."""
        listed = [{"track_id": track.track_id, "title": track.title} for track in self._tracks().values()]
        self._pages = {"tracks.json": page(json.dumps(listed).encode(), "application/json; charset=utf-8")}
