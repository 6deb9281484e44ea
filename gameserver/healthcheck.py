"""Ask a running server for its health, as a container's supervisor does."""

from __future__ import annotations

import ssl
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from ipaddress import ip_address
from typing import Literal

from gameserver.settings import Settings

TIMEOUT_SECONDS = 3.0
Question = Literal["healthz", "readyz"]


def ask(settings: Settings, question: Question = "healthz") -> tuple[bool, str]:
    """Return whether the server of these settings answers well, and its answer or why there is none.

    `healthz` asks whether it lives, `readyz` whether it takes players. Bounded by TIMEOUT_SECONDS for each
    step of the conversation.
    """
    connection = _connection(settings)
    try:
        connection.request("GET", f"/{question}")
        answer = connection.getresponse()
        return answer.status == 200, answer.read(4096).decode(errors="replace").strip()
    except (OSError, HTTPException) as error:
        return False, f"no answer: {error or type(error).__name__}"
    finally:
        connection.close()


def _connection(settings: Settings) -> HTTPConnection:
    host = _reachable(settings.host)
    if settings.tls_cert is None:
        return HTTPConnection(host, settings.port, timeout=TIMEOUT_SECONDS)
    # The certificate names the public host, and this is the same machine.
    unverified = ssl._create_unverified_context()
    return HTTPSConnection(host, settings.port, timeout=TIMEOUT_SECONDS, context=unverified)


def _reachable(host: str) -> str:
    """Return where a server that listens on `host` can be asked: all addresses include the loopback's."""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if not address.is_unspecified:
        return host
    return "::1" if address.version == 6 else "127.0.0.1"
