"""Where the server listens, which origins may connect, and which proxies are believed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, model_validator
from pydantic_settings import BaseSettings, NoDecode

from gameserver.outside import network, web_origin
from gameserver.settings.fields import setting_of

SHIPPED_TRACKS = Path(__file__).parents[2] / "tracks_collection.json"  # wherever the server is started

_setting = setting_of("network")


class NetworkSettings(BaseSettings):
    """Where the server listens, which origins may connect, and which proxies are believed."""

    host: str = _setting("127.0.0.1", "address to listen on; 0.0.0.0 for all")
    port: int = _setting(8000, "port to listen on; 0 takes a free one", ge=0, le=65535)
    environment: Literal["development", "production"] = _setting(
        "development", "production refuses to start with what is fit for development only"
    )
    origins: Annotated[tuple[Annotated[str, AfterValidator(web_origin)], ...], NoDecode] = _setting(
        (), "web origins that may connect, separated by commas; empty: any, in development only"
    )
    trusted_proxies: Annotated[tuple[Annotated[str, AfterValidator(network)], ...], NoDecode] = _setting(
        (), "addresses or networks whose X-Forwarded-For is believed, separated by commas"
    )
    tls_cert: Path | None = _setting(None, "certificate chain (PEM); with tls_key the server speaks TLS")
    tls_key: Path | None = _setting(None, "private key (PEM)")
    metrics: Literal["off", "local", "open"] = _setting(
        "local", "who may read /metrics: nobody, this machine, or everybody"
    )
    tracks: Path = _setting(SHIPPED_TRACKS, "file of the tracks")

    @model_validator(mode="before")
    @classmethod
    def _split_lists(cls, values: dict[str, Any]) -> dict[str, Any]:
        for name in ("origins", "trusted_proxies"):
            if isinstance(values.get(name), str):
                values[name] = tuple(part.strip() for part in values[name].split(",") if part.strip())
        return values

    @model_validator(mode="after")
    def _certificate_and_key(self) -> Self:
        if (self.tls_cert is None) != (self.tls_key is None):
            raise ValueError("tls_cert and tls_key go together")
        return self
