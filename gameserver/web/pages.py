"""The page at `/` and the files it is made of."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from tornado.routing import URLSpec
from tornado.web import HTTPError, RequestHandler

STATIC = Path(__file__).parent / "static"

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
"""What is served, by its ending; everything else in the directory stays in it."""

HEADERS = {
    # Nothing inline, nothing from elsewhere: a room's title can never become a script.
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


def routes() -> list[URLSpec]:
    """Return the handlers for `/` and `/static/`; the files are read once, here."""
    pages = _pages(STATIC)
    return [
        URLSpec(r"/()", PageHandler, {"pages": {"": pages["index.html"]}}, name="lobby"),
        URLSpec(r"/static/(.*)", PageHandler, {"pages": pages}, name="static"),
    ]


def _pages(directory: Path) -> dict[str, Page]:
    """Return each file that is served, by its path from the directory."""
    pages = {}
    for path in directory.rglob("*"):
        if content_type := TYPES.get(path.suffix):
            body = path.read_bytes()
            etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
            pages[path.relative_to(directory).as_posix()] = Page(body, content_type, etag)
    return pages


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
