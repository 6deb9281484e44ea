"""Web origins and networks, as an operator writes them."""

from __future__ import annotations

import pytest

from gameserver.outside import network, web_origin


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("https://Game.Example/", "https://game.example"),
        ("https://game.example:443", "https://game.example"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("http://[::1]:8080", "http://[::1]:8080"),
        ("capacitor://localhost", "capacitor://localhost"),
    ],
)
def test_an_origin_is_kept_as_browsers_send_it(written: str, sent: str) -> None:
    assert web_origin(written) == sent


@pytest.mark.parametrize(
    "written",
    [
        "*",
        "null",
        "game.example",
        "https://",
        "https://*.example",
        "https://a b",
        "https://game.example/lobby",
        "https://game.example?a",
        "https://me@game.example",
        "https://game.example:port",
    ],
)
def test_what_no_browser_would_send_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="is no web origin"):
        web_origin(written)


def test_a_network_is_an_address_or_a_prefix() -> None:
    assert [network(each) for each in ("10.0.0.1", "10.0.0.0/8", "::1")] == ["10.0.0.1", "10.0.0.0/8", "::1"]
    with pytest.raises(ValueError, match="nearby"):
        network("nearby")
