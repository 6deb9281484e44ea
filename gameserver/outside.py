"""What an operator writes of the outside world: web origins, and networks of proxies."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Final
from urllib.parse import urlsplit

_USUAL_PORTS: Final = {"http": 80, "https": 443}  # a browser leaves them out


def web_origin(text: str) -> str:
    """Return the origin as a browser sends it in `Origin` (RFC 6454, section 6.2). Raises ValueError.

    Apps in a web view have schemes of their own: `capacitor://localhost`.
    """
    try:
        parts = urlsplit(text.removesuffix("/"))
        port = parts.port
    except ValueError as error:
        raise ValueError(f"{text!r} is no web origin: {error}") from None
    host = parts.hostname
    if not parts.scheme or not host or "@" in parts.netloc or any((parts.path, parts.query, parts.fragment)):
        raise ValueError(f"{text!r} is no web origin: write scheme://host or scheme://host:port")
    if any(character.isspace() or character in "*," for character in host):
        raise ValueError(f"{text!r} is no web origin: each host is named by itself, without wildcards")
    shown = f"[{host}]" if ":" in host else host
    usual = port is None or port == _USUAL_PORTS.get(parts.scheme)
    return f"{parts.scheme}://{shown}" + ("" if usual else f":{port}")


def network(text: str) -> str:
    """Return the address or network as it is written. Raises ValueError."""
    ip_network(text)
    return text
