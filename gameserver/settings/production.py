"""What must be said of a server in public: `environment = production` refuses to start without."""

from __future__ import annotations

from ipaddress import ip_network
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from gameserver.settings.model import Settings

WHOLE_WORLD = 7  # bits; the widest private network, 10.0.0.0/8, has one more
OWN_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})  # the origin of pages inside apps


def missing(settings: Settings) -> list[str]:
    """Return what production still needs, one sentence each with what to set; nothing in development."""
    if settings.environment != "production":
        return []
    found = []
    if not settings.origins:
        found.append("production needs origins: the web origins that may connect")
    plain = [origin for origin in settings.origins if _is_plain(origin)]
    if plain:
        found.append(f"production needs origins over https: {', '.join(plain)} can be changed on the way")
    if settings.tls_cert is None and not settings.trusted_proxies:
        found.append(
            "production needs TLS: tls_cert and tls_key, or trusted_proxies, of the proxy that speaks it"
        )
    wide = [proxy for proxy in settings.trusted_proxies if ip_network(proxy).prefixlen <= WHOLE_WORLD]
    if wide:
        found.append(
            f"production needs trusted_proxies that are proxies: of {', '.join(wide)} anybody may be, "
            "and invent an address"
        )
    if "tokens" not in settings.model_fields_set:
        found.append(
            'production needs tokens said: "required", with token_keys, or "optional": names prove nothing'
        )
    if settings.storage == "memory":
        found.append("production needs storage that outlives the process: sqlite")
    return found


def _is_plain(origin: str) -> bool:
    parts = urlsplit(origin)
    return parts.scheme == "http" and parts.hostname not in OWN_MACHINE
