"""Who is let into the console, and who is not."""

from __future__ import annotations

from http.cookies import SimpleCookie

import pytest

from tests.support.operated import PASSWORD, TOKEN, Answer, Operated, operated

pytestmark = pytest.mark.gen_test


def cookie_of(answer: Answer) -> str:
    """Return the cookie as a browser sends it back."""
    (morsel,) = SimpleCookie(answer.headers["Set-Cookie"]).values()
    return f"{morsel.key}={morsel.value}"


async def logged_in(stage: Operated) -> tuple[str, str]:
    """Log in by password; return the cookie and what must go beside it."""
    answer = await stage.fetch("POST", "/api/login", {"password": PASSWORD})
    assert answer.status == 200
    return cookie_of(answer), answer.body["csrf"]


async def test_without_a_password_or_token_there_is_no_console() -> None:
    async with operated(console_password_hash=None, console_token_sha256=None) as stage:
        for path in ("/console", "/api/overview", "/api/openapi.json", "/api/login"):
            assert (await stage.fetch("GET", path)).status == 404


async def test_who_shows_nothing_is_refused() -> None:
    async with operated() as stage:
        answer = await stage.fetch("GET", "/api/overview")

    assert (answer.status, answer.body["error"]["code"]) == (401, "not_logged_in")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


async def test_the_token_opens_everything_without_a_login() -> None:
    async with operated() as stage:
        assert (await stage.get("/api/session"))["operator"] == "token"


async def test_wrong_tokens_are_refused_and_soon_told_to_pause() -> None:
    async with operated(console_tries=3) as stage:
        wrong = [await stage.fetch("GET", "/api/overview", Authorization="Bearer wrong") for _ in range(5)]
        right = await stage.fetch("GET", "/api/overview", Authorization=f"Bearer {TOKEN}")

    assert [answer.status for answer in wrong] == [401, 401, 401, 429, 429]
    assert wrong[-1].headers["Retry-After"] == "60"
    assert right.status == 200


async def test_a_wrong_password_is_refused_and_soon_not_even_heard() -> None:
    async with operated(console_tries=2) as stage:
        codes = [(await stage.fetch("POST", "/api/login", {"password": "wrong"})).status for _ in range(3)]
        right = await stage.fetch("POST", "/api/login", {"password": PASSWORD})

    assert codes == [401, 401, 429]
    assert right.status == 429


async def test_a_login_lasts_until_the_operator_ends_it() -> None:
    async with operated() as stage:
        cookie, csrf = await logged_in(stage)
        before = await stage.fetch("GET", "/api/overview", Cookie=cookie)
        out = await stage.fetch("POST", "/api/logout", {}, Cookie=cookie, X_CSRF_Token=csrf)
        after = await stage.fetch("GET", "/api/overview", Cookie=cookie)

    assert (before.status, out.status, after.status) == (200, 200, 401)


async def test_an_expired_login_is_refused() -> None:
    async with operated() as stage:
        assert stage.server.console is not None
        stage.server.console.guard.logins.seconds = -1
        cookie, _ = await logged_in(stage)
        answer = await stage.fetch("GET", "/api/overview", Cookie=cookie)

    assert (answer.status, answer.body["error"]["message"]) == (401, "the login has ended")


async def test_the_cookie_is_kept_from_scripts_and_other_sites_and_behind_tls_from_plain_http() -> None:
    async with operated() as stage:
        plain = (await stage.fetch("POST", "/api/login", {"password": PASSWORD})).headers["Set-Cookie"]
    async with operated(trusted_proxies="127.0.0.1") as stage:
        answer = await stage.fetch("POST", "/api/login", {"password": PASSWORD}, X_Forwarded_Proto="https")
        secure = answer.headers["Set-Cookie"]

    assert plain.startswith("gameserver-console=")
    assert all(part in plain for part in ("HttpOnly", "SameSite=Strict", "Path=/"))
    assert "Secure" not in plain
    assert secure.startswith("__Host-gameserver-console=")
    assert "Secure" in secure


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec_Fetch_Site": "cross-site"}],
    ids=["other", "null", "fetched"],
)
async def test_another_origin_is_refused_whatever_it_shows(headers: dict[str, str]) -> None:
    async with operated() as stage:
        cookie, csrf = await logged_in(stage)
        shown = {"Cookie": cookie, "X_CSRF_Token": csrf, **headers}
        codes = [
            (await stage.fetch("GET", "/api/overview", **shown)).status,
            (await stage.fetch("POST", "/api/drain", {}, **shown)).status,
            (await stage.fetch("POST", "/api/login", {"password": PASSWORD}, **headers)).status,
        ]
        draining = stage.server.registry.draining

    assert codes == [403, 403, 403]
    assert not draining


async def test_the_own_origin_is_welcome_as_the_host_says_or_as_it_is_set() -> None:
    async with operated() as stage:
        own = await stage.fetch("POST", "/api/login", {"password": PASSWORD}, Origin=stage.url)
    async with operated(console_origin="https://ops.example") as stage:
        named = await stage.fetch("POST", "/api/login", {"password": PASSWORD}, Origin="https://ops.example")
        by_host = await stage.fetch("POST", "/api/login", {"password": PASSWORD}, Origin=stage.url)

    assert (own.status, named.status, by_host.status) == (200, 200, 403)


@pytest.mark.parametrize("token", [None, "wrong"])
async def test_a_change_by_cookie_needs_the_secret_of_its_login(token: str | None) -> None:
    async with operated() as stage:
        cookie, _ = await logged_in(stage)
        headers = {} if token is None else {"X_CSRF_Token": token}
        answer = await stage.fetch("POST", "/api/drain", {}, Cookie=cookie, **headers)

        assert (answer.status, stage.server.registry.draining) == (403, False)


@pytest.mark.parametrize("path", ["/console", "/api/overview", "/api/openapi.json"])
async def test_nothing_inline_or_foreign_can_run_in_what_is_answered(path: str) -> None:
    async with operated() as stage:
        headers = (await stage.fetch("GET", path)).headers

    assert "script-src 'self'" in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/api/nothing", None, 404),
        ("PATCH", "/api/overview", {}, 405),
        ("DELETE", "/api/overview", None, 405),
        ("GET", "/api/rooms?limit=many", None, 400),
        ("GET", "/api/rooms?colour=red", None, 400),
        ("GET", "/api/rooms?search=" + "%20".join("abcdefghi"), None, 400),
        ("GET", "/api/players?search=" + 201 * "a", None, 400),
        ("POST", "/api/rooms/nowhere/kick", {"player_id": 7}, 400),
        ("POST", "/api/rooms/nowhere/kick", "no json", 400),
        ("POST", "/api/rooms/nowhere/close", {}, 404),
    ],
)
async def test_what_makes_no_sense_is_refused_in_one_shape(
    method: str, path: str, body: object, status: int
) -> None:
    async with operated() as stage:
        answer = await stage.fetch(method, path, body, Authorization=f"Bearer {TOKEN}")

    assert answer.status == status
    assert set(answer.body["error"]) == {"code", "message"}
