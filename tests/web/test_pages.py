"""The page at `/`, its files and the headers they come with."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from tornado.httpclient import AsyncHTTPClient, HTTPResponse
from tornado.web import Application

from gameserver.core.tracks import Track
from gameserver.web.pages import CLIENT as PACKAGE
from gameserver.web.pages import CONTRACT, STATIC, MissingHandler, page, routes
from tests.support.js_players import NodeStage

TESTS_JS = Path(__file__).parents[1] / "js"
SCRIPTS = [path for path in STATIC.rglob("*.js") if "vendor" not in path.parts]
TRACKS = {3: Track(track_id=3, title="Ode <to> Joy", interval_ms=250.0, track_values=(64, 0))}
CLIENT = "vendor/socket.io.msgpack.min.js"


@pytest.fixture
def app() -> Application:
    return Application(
        list(routes(lambda: TRACKS)), default_handler_class=MissingHandler, log_function=lambda handler: None
    )


async def fetched(client: AsyncHTTPClient, address: str, **options: object) -> HTTPResponse:
    return await client.fetch(address, raise_error=False, **options)


class Links(HTMLParser):
    """All that a page loads, and all that its policy would refuse."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.inline: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if address := given.get("src") or given.get("href"):
            self.loaded.append(address)
        self.inline += [f"{tag} {name}" for name in given if name.startswith("on") or name == "style"]
        if tag == "style" or (tag == "script" and "src" not in given and given.get("type") != "importmap"):
            self.inline.append(tag)


@pytest.mark.gen_test
async def test_the_lobby_is_at_the_root(http_client: AsyncHTTPClient, base_url: str) -> None:
    response = await fetched(http_client, f"{base_url}/")

    assert response.code == 200
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    assert b"<title>Game rooms</title>" in response.body


@pytest.mark.gen_test
async def test_all_that_the_page_loads_is_served_here(http_client: AsyncHTTPClient, base_url: str) -> None:
    links = Links((STATIC / "index.html").read_text())

    assert "/static/main.js" in links.loaded
    for address in links.loaded:
        assert (await fetched(http_client, f"{base_url}{address}")).code == 200, address


@pytest.mark.gen_test
async def test_every_module_a_script_imports_is_served_here(
    http_client: AsyncHTTPClient, base_url: str
) -> None:
    imports = {
        (script.parent / name).resolve().relative_to(STATIC)
        for script in SCRIPTS
        for name in re.findall(r'from "(\.[^"]+)"', script.read_text(encoding="utf-8"))
    }

    assert imports
    for path in imports:
        name = path.as_posix()
        response = await fetched(http_client, f"{base_url}/static/{name}")
        assert response.headers["Content-Type"] == "text/javascript; charset=utf-8", name


def test_nothing_in_the_page_is_inline() -> None:
    assert Links((STATIC / "index.html").read_text()).inline == []


def test_an_import_map_is_allowed_by_its_hash_and_nothing_else_inline_is() -> None:
    plain = page(b"<script>alert(1)</script>", "text/html")
    mapped = page(b'<script type="importmap">{"imports": {}}</script>', "text/html")

    digest = base64.b64encode(hashlib.sha256(b'{"imports": {}}').digest()).decode()
    assert "script-src 'self';" in plain.policy
    assert f"script-src 'self' 'sha256-{digest}';" in mapped.policy


@pytest.mark.gen_test
async def test_the_client_package_is_served_as_it_stands(http_client: AsyncHTTPClient, base_url: str) -> None:
    modules = sorted(PACKAGE.rglob("*.js"))

    assert modules
    for module in modules:
        response = await fetched(http_client, f"{base_url}/client/{module.relative_to(PACKAGE).as_posix()}")
        assert (response.code, response.body) == (200, module.read_bytes())
    assert (await fetched(http_client, f"{base_url}/client/index.d.ts")).code == 404


def test_every_word_of_the_page_is_spoken_in_both_languages() -> None:
    def words(language: str, indent: str) -> set[str]:
        spoken = (STATIC / "words" / f"{language}.js").read_text(encoding="utf-8")
        return set(re.findall(rf"^{indent}(\w+):", spoken, re.MULTILINE))

    page = (STATIC / "index.html").read_text()
    used = set(re.findall(r'data-(?:words|placeholder|words-label)="(\w+)"', page))
    for script in SCRIPTS:
        used |= set(re.findall(r"(?<!/)\bwords\.(\w+)", script.read_text(encoding="utf-8")))

    assert words("en", "  ") == words("ru", "  ")
    assert words("en", "    ") <= words("ru", "    ")  # reasons; the server's refusals are English already
    assert used
    assert used <= words("en", "  ")


@pytest.mark.gen_test
@pytest.mark.parametrize("path", ["/", "/static/main.js", "/static/nothing.js"])
async def test_every_answer_carries_the_security_headers(
    http_client: AsyncHTTPClient, base_url: str, path: str
) -> None:
    headers = (await fetched(http_client, f"{base_url}{path}")).headers

    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert re.search(r"script-src 'self'( 'sha256-[^']+')?;", policy)
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "Server" not in headers


@pytest.mark.gen_test
async def test_the_melodies_are_listed_by_id_and_title(http_client: AsyncHTTPClient, base_url: str) -> None:
    response = await fetched(http_client, f"{base_url}/tracks.json")

    assert response.headers["Content-Type"] == "application/json; charset=utf-8"
    assert json.loads(response.body) == [{"track_id": 3, "title": "Ode <to> Joy"}]


@pytest.mark.gen_test
async def test_the_contract_is_served_as_it_is_published(http_client: AsyncHTTPClient, base_url: str) -> None:
    response = await fetched(http_client, f"{base_url}/asyncapi.json")

    assert response.headers["Content-Type"] == "application/json"
    assert response.body == CONTRACT.read_bytes()


@pytest.mark.gen_test
async def test_a_browser_that_has_the_page_is_told_so(http_client: AsyncHTTPClient, base_url: str) -> None:
    first = await fetched(http_client, f"{base_url}/")
    again = await fetched(http_client, f"{base_url}/", headers={"If-None-Match": first.headers["Etag"]})
    older = await fetched(http_client, f"{base_url}/", headers={"If-None-Match": '"older"'})

    assert (again.code, again.body) == (304, b"")
    assert (older.code, older.body) == (200, first.body)


@pytest.mark.gen_test
async def test_a_head_request_learns_the_size(http_client: AsyncHTTPClient, base_url: str) -> None:
    response = await fetched(http_client, f"{base_url}/static/{CLIENT}", method="HEAD")

    assert response.code == 200
    assert response.headers["Content-Length"] == str((STATIC / CLIENT).stat().st_size)
    assert response.body == b""


@pytest.mark.gen_test
@pytest.mark.parametrize(
    "path",
    [
        "/static/",
        "/static/nothing.js",
        "/static/../pages.py",
        "/static/%2e%2e/pages.py",
        "/static/vendor/README.md",
    ],
)
async def test_only_the_page_s_files_are_served(
    http_client: AsyncHTTPClient, base_url: str, path: str
) -> None:
    response = await fetched(http_client, f"{base_url}{path}")

    assert response.code == 404
    assert b"<" not in response.body


@pytest.mark.gen_test
async def test_nothing_can_be_posted(http_client: AsyncHTTPClient, base_url: str) -> None:
    assert (await fetched(http_client, f"{base_url}/", method="POST", body=b"x")).code == 405


def test_the_shipped_client_is_the_version_that_is_named_and_locked() -> None:
    locked = json.loads((TESTS_JS / "package-lock.json").read_text())["packages"]
    version = locked["node_modules/socket.io-client"]["version"]

    banner = (STATIC / CLIENT).read_text(encoding="utf-8")[:100]
    assert f"Socket.IO v{version}\n" in banner
    assert f"**socket.io-client {version}**" in (STATIC / "vendor" / "README.md").read_text()
    assert "Released under the MIT License" in banner
    assert (STATIC / "vendor" / "LICENSE").read_text().startswith("The MIT License")


def test_the_shipped_client_is_the_package_s_own_file() -> None:
    if missing := NodeStage.missing():
        pytest.skip(missing)
    original = TESTS_JS / "node_modules" / "socket.io-client" / "dist" / "socket.io.msgpack.min.js"

    assert (STATIC / CLIENT).read_bytes() == original.read_bytes()


def test_the_shipped_qr_encoder_is_the_package_s_own_file_of_the_version_that_is_named() -> None:
    locked = json.loads((TESTS_JS / "package-lock.json").read_text())["packages"][
        "node_modules/qrcode-generator"
    ]
    assert f"**qrcode-generator {locked['version']}**" in (STATIC / "vendor" / "README.md").read_text()
    if missing := NodeStage.missing():
        pytest.skip(missing)
    original = TESTS_JS / "node_modules" / "qrcode-generator" / "dist" / "qrcode.mjs"

    assert (STATIC / "vendor" / "qrcode-generator.js").read_bytes() == original.read_bytes()


@pytest.mark.gen_test
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
async def test_what_is_nowhere_is_answered_with_the_same_headers(
    http_client: AsyncHTTPClient, base_url: str, method: str
) -> None:
    body = b"" if method == "POST" else None
    answer = await fetched(http_client, f"{base_url}/nowhere", method=method, body=body)

    assert answer.code == 404
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Server" not in answer.headers
