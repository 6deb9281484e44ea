"""What an operator can set: defaults, then a TOML file, then the environment, then flags.

Each setting carries its unit in its name, its bounds and one sentence. `flags()` makes the command line
from the same fields, so that nothing is said twice.
"""

from __future__ import annotations

import argparse
import dataclasses
import types
import typing
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, ValidationError, create_model, model_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from gameserver.core.limits import Limits
from gameserver.outside import network, web_origin
from latency.settings import Settings as LatencySettings

PREFIX = "GAMESERVER_"
SHIPPED_TRACKS = Path(__file__).parents[1] / "tracks_collection.json"  # wherever the server is started

GROUPS = {
    "network": "Network",
    "logs": "Logs",
    "rooms": "Rooms and players",
    "storage": "Storage and stopping",
    "lobby": "Lobby",
    "hosts": "Hosts and recovery",
    "messages": "Messages and connections",
    "patience": "Slow and wrong clients",
    "kept": "What a room keeps",
    "tries": "Guessing",
    "latency": "Latency (read again on HUP)",
}


class WrongSettings(ValueError):
    """Settings that cannot be; the text names each one, one per line."""


def _setting(group: str, default: Any, text: str, **bounds: Any) -> Any:
    return Field(default, description=text, json_schema_extra={"group": group}, **bounds)


class Settings(BaseSettings):
    """Everything that can be set."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    # network
    host: str = _setting("network", "127.0.0.1", "address to listen on; 0.0.0.0 for all")
    port: int = _setting("network", 8000, "port to listen on; 0 takes a free one", ge=0, le=65535)
    environment: Literal["development", "production"] = _setting(
        "network", "development", "production refuses to start without a list of origins"
    )
    origins: Annotated[tuple[Annotated[str, AfterValidator(web_origin)], ...], NoDecode] = _setting(
        "network", (), "web origins that may connect, separated by commas; empty: any, in development only"
    )
    trusted_proxies: Annotated[tuple[Annotated[str, AfterValidator(network)], ...], NoDecode] = _setting(
        "network", (), "addresses or networks whose X-Forwarded-For is believed, separated by commas"
    )
    token_keys: Path | None = _setting(
        "network", None, "JSON Web Key Set that signed logins are checked against; read again on HUP"
    )
    tokens: Literal["optional", "required"] = _setting(
        "network", "optional", "whether every connection needs a signed login"
    )
    token_audience: str | None = _setting("network", None, "the aud that a token must carry")
    tls_cert: Path | None = _setting(
        "network", None, "certificate chain (PEM); with tls_key the server speaks TLS"
    )
    tls_key: Path | None = _setting("network", None, "private key (PEM)")
    metrics: Literal["off", "local", "open"] = _setting(
        "network", "local", "who may read /metrics: nobody, this machine, or everybody"
    )
    tracks: Path = _setting("network", SHIPPED_TRACKS, "file of the tracks")

    # logs
    log_level: Literal["debug", "info", "warning", "error"] = _setting(
        "logs", "info", "least level that is written"
    )
    log_format: Literal["auto", "console", "json"] = _setting(
        "logs", "auto", "auto: console on a terminal, JSON lines otherwise"
    )

    # rooms
    max_rooms: int = _setting("rooms", 10_000, "rooms on this server", ge=1, le=1_000_000)
    max_players: int = _setting("rooms", 8, "seats of a room that does not say", ge=1, le=64)
    title_chars: int = _setting("rooms", 64, "longest title", ge=1, le=1024)
    description_chars: int = _setting("rooms", 512, "longest description", ge=0, le=8192)
    name_chars: int = _setting("rooms", 32, "longest login name", ge=1, le=256)
    password_chars: int = _setting("rooms", 64, "longest room password", ge=1, le=256)
    metadata_bytes: int = _setting("rooms", 2048, "largest room metadata, as compact JSON", ge=2, le=65536)

    # storage
    storage: Literal["sqlite", "memory"] = _setting(
        "storage", "sqlite", "where rooms are kept; memory forgets them with the process"
    )
    database: Path = _setting("storage", Path("gameserver.db"), "file of the sqlite storage")
    synchronous: Literal["normal", "full"] = _setting(
        "storage", "normal", "full survives a power cut, normal any end of the process"
    )
    drain_seconds: float = _setting(
        "storage", 2.0, "how long a planned stop waits for the hosts' last snapshots", ge=0, le=25
    )

    # lobby
    lobby_interval_seconds: float = _setting(
        "lobby", 2.0, "how often lists go to those who watch the lobby", ge=0.1, le=60
    )
    lobby_page: int = _setting("lobby", 100, "most rooms in one list", ge=1, le=1000)

    # hosts
    host_grace_seconds: float = _setting(
        "hosts", 3.0, "how long a lost host that can come back keeps its role", ge=0, le=60
    )
    host_ready_timeout_seconds: float = _setting(
        "hosts", 5.0, "how long a new host may take to restore the game", ge=0.1, le=60
    )
    reconnect_window_seconds: float = _setting(
        "hosts",
        60.0,
        "how long an empty seat is kept; a phone changing network needs about ten",
        ge=0,
        le=3600,
    )
    track_lead_seconds: float = _setting(
        "hosts", 0.25, "the least that a tact is announced ahead of its sound", ge=0.01, le=5
    )

    # messages and connections
    message_bytes: int = _setting("messages", 65_536, "largest message", ge=1024, le=16_777_216)
    snapshot_max_bytes: int = _setting("messages", 1_048_576, "largest snapshot", ge=1024, le=67_108_864)
    requests_per_second: float = _setting(
        "messages", 5.0, "requests per player and second", gt=0, le=1_000_000
    )
    requests_burst: int = _setting("messages", 20, "requests at once", ge=1, le=1_000_000)
    relay_per_second: float = _setting(
        "messages", 120.0, "relay messages per player and second", gt=0, le=10_000_000
    )
    relay_burst: int = _setting("messages", 240, "relay messages at once", ge=1, le=10_000_000)
    relay_bytes_per_second: int = _setting(
        "messages", 262_144, "relay bytes per player and second", ge=1024, le=1_000_000_000
    )
    backlog_bytes: int = _setting(
        "messages",
        524_288,
        "reliable bytes a slow reader may owe before it is closed",
        ge=4096,
        le=67_108_864,
    )
    send_buffer_bytes: int = _setting(
        "messages",
        49_152,
        "the kernel's send buffer: what a stalled reader hides",
        ge=4096,
        le=16_777_216,
    )
    backlog_seconds: float = _setting("messages", 3.0, "how old the oldest of them may be", ge=0.1, le=60)
    ping_interval_seconds: float = _setting(
        "messages", 5.0, "between two Engine.IO heartbeats", ge=0.1, le=60
    )
    ping_timeout_seconds: float = _setting(
        "messages", 5.0, "wait for any sign of life after a heartbeat", ge=0.1, le=60
    )
    connections: int = _setting("messages", 20_000, "connections in all", ge=1, le=1_000_000)
    connections_per_address: int = _setting("messages", 200, "connections per address", ge=1, le=1_000_000)
    connects_per_second_per_address: float = _setting(
        "messages", 50.0, "new connections per address and second", gt=0, le=1_000_000
    )
    connects_per_second: float = _setting(
        "messages", 1000.0, "new connections per second in all", gt=0, le=1_000_000
    )
    polling: bool = _setting("messages", True, "serve HTTP long-polling beside WebSocket")
    compression: bool = _setting(
        "messages", False, "compress WebSocket messages (permessage-deflate): costs processor time"
    )

    # slow and wrong clients
    header_seconds: float = _setting("patience", 10.0, "for the header of a first request", ge=0.1, le=600)
    header_bytes: int = _setting("patience", 16_384, "largest header of a request", ge=1024, le=1_048_576)
    body_seconds: float = _setting("patience", 10.0, "for the body of a request", ge=0.1, le=600)
    idle_seconds: float = _setting("patience", 60.0, "between two requests of a connection", ge=1, le=3600)
    connect_seconds: float = _setting(
        "patience", 5.0, "from a connection to its Socket.IO CONNECT", ge=0.1, le=60
    )
    upgrade_seconds: float = _setting(
        "patience", 10.0, "from a polling client's WebSocket to its upgrade", ge=0.1, le=60
    )
    close_seconds: float = _setting("patience", 2.0, "for the answer to a close frame", ge=0.1, le=60)
    retry_after_seconds: int = _setting(
        "patience", 5, "told to who is turned away by the limits of connections", ge=1, le=3600
    )
    newest_bytes: int = _setting(
        "patience",
        1_048_576,
        "newest-wins bytes held for a slow reader before the oldest go",
        ge=65_536,
        le=67_108_864,
    )
    stall_seconds: float = _setting(
        "patience",
        10.0,
        "how long a reader may take no byte of a snapshot, or of a poll's answer",
        ge=1,
        le=60,
    )
    rate_limited_seconds: float = _setting(
        "patience", 10.0, "over its rate for so long, a player is closed", ge=1, le=600
    )
    controls_per_second: int = _setting(
        "patience", 100, "pings, pongs and the like per connection and second", ge=10, le=100_000
    )
    strikes: int = _setting("patience", 20, "requests without sense that close a connection", ge=1, le=10_000)
    strike_seconds: float = _setting("patience", 10.0, "within this time", ge=0.1, le=600)

    # what a room keeps
    parked_inputs: int = _setting("kept", 1024, "inputs that wait for a host", ge=0, le=1_000_000)
    parked_bytes: int = _setting("kept", 262_144, "their bytes", ge=0, le=67_108_864)
    tail_inputs: int = _setting(
        "kept", 1024, "inputs since the last snapshot, for the next host", ge=0, le=1_000_000
    )
    tail_bytes: int = _setting("kept", 262_144, "their bytes", ge=0, le=67_108_864)
    ring_messages: int = _setting("kept", 2048, "messages for members that come back", ge=0, le=1_000_000)
    ring_bytes: int = _setting("kept", 262_144, "their bytes", ge=0, le=67_108_864)
    ring_bytes_in_all: int = _setting(
        "kept",
        67_108_864,
        "bytes for them in all rooms; the idlest rooms give first",
        ge=0,
        le=68_719_476_736,
    )
    update_keys: int = _setting("kept", 16, "keys a member may use for `update`", ge=1, le=1024)

    latency_record: Path | None = _setting(
        "latency",
        None,
        "write down samples and elections, without names or addresses, for `python -m latency`",
    )
    latency_record_one_in: int = _setting("latency", 1, "one room in so many is recorded", ge=1, le=1_000_000)

    # guessing
    password_tries: int = _setting(
        "tries", 5, "wrong room passwords in a row per player before a pause", ge=1, le=1000
    )
    password_pause_seconds: float = _setting("tries", 60.0, "that pause", ge=1, le=86_400)
    address_password_tries: int = _setting(
        "tries", 10, "wrong room passwords per address before a pause", ge=1, le=10_000
    )
    address_password_pause_seconds: float = _setting("tries", 600.0, "that pause", ge=1, le=86_400)
    key_tries: int = _setting("tries", 10, "wrong session keys per address before a pause", ge=1, le=10_000)
    key_pause_seconds: float = _setting("tries", 60.0, "that pause", ge=1, le=86_400)
    key_tries_in_all_per_second: float = _setting(
        "tries", 100.0, "session keys tried per second in all", gt=0, le=1_000_000
    )

    @model_validator(mode="before")
    @classmethod
    def _split_lists(cls, values: dict[str, Any]) -> dict[str, Any]:
        for name in ("origins", "trusted_proxies"):
            if isinstance(values.get(name), str):
                values[name] = tuple(part.strip() for part in values[name].split(",") if part.strip())
        return values

    @model_validator(mode="after")
    def _fit_together(self) -> Settings:
        if self.host_grace_seconds > self.reconnect_window_seconds:
            raise ValueError("host_grace_seconds must not be longer than reconnect_window_seconds")
        if self.environment == "production" and not self.origins:
            raise ValueError("production needs origins: the web origins that may connect")
        if self.tokens == "required" and self.token_keys is None:
            raise ValueError("tokens = required needs token_keys")
        if (self.tls_cert is None) != (self.tls_key is None):
            raise ValueError("tls_cert and tls_key go together")
        self.latency()
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        file = settings_cls.model_config.get("toml_file")
        toml = (TomlConfigSettingsSource(settings_cls, Path(str(file))),) if file else ()
        return (init_settings, env_settings, *toml)

    def limits(self) -> Limits:
        """Return the bounds that the core goes by."""
        names = {name for name in Limits.__dataclass_fields__ if name in type(self).model_fields}
        return Limits(**{name: getattr(self, name) for name in names})

    def latency(self) -> LatencySettings:
        """Return what the latency package goes by. Raises ImpossibleSetting where two contradict."""
        names = (each.name for each in dataclasses.fields(LatencySettings))
        return LatencySettings(
            **{name: value for name in names if (value := getattr(self, f"latency_{name}", None)) is not None}
        )

    def changed_from(self, former: Settings) -> dict[str, tuple[Any, Any]]:
        """Return what differs from former settings: name -> (then, now)."""
        return {
            name: (getattr(former, name), getattr(self, name))
            for name in type(self).model_fields
            if getattr(former, name) != getattr(self, name)
        }

    def announced(self) -> dict[str, float]:
        """Return `welcome.limits`: PROTOCOL's names, in seconds, bytes, characters and counts."""
        return {wire: getattr(self, name) for wire, name in ANNOUNCED.items()}


ANNOUNCED = types.MappingProxyType(
    {
        "max_rooms": "max_rooms",
        "max_players": "max_players",
        "title": "title_chars",
        "description": "description_chars",
        "name": "name_chars",
        "metadata": "metadata_bytes",
        "password": "password_chars",
        "lobby_interval": "lobby_interval_seconds",
        "lobby_page": "lobby_page",
        "host_grace": "host_grace_seconds",
        "host_ready_timeout": "host_ready_timeout_seconds",
        "reconnect_window": "reconnect_window_seconds",
        "snapshot_max": "snapshot_max_bytes",
        "message": "message_bytes",
        "requests_per_second": "requests_per_second",
        "requests_burst": "requests_burst",
        "relay_per_second": "relay_per_second",
        "relay_burst": "relay_burst",
        "relay_bytes_per_second": "relay_bytes_per_second",
        "backlog": "backlog_bytes",
        "backlog_seconds": "backlog_seconds",
        "newest": "newest_bytes",
        "connect_seconds": "connect_seconds",
        "connections_per_address": "connections_per_address",
        "connects_per_second_per_address": "connects_per_second_per_address",
        "rate_limited_seconds": "rate_limited_seconds",
        "controls_per_second": "controls_per_second",
        "strikes": "strikes",
        "strike_seconds": "strike_seconds",
        "parked_inputs": "parked_inputs",
        "parked_bytes": "parked_bytes",
        "update_keys": "update_keys",
        "password_tries": "password_tries",
        "key_tries": "key_tries",
    }
)


def _latency_field(each: dataclasses.Field[Any]) -> tuple[type, Any]:
    facts = each.metadata
    text = f"{facts['why']} ({facts['unit']})"
    return type(each.default), _setting("latency", each.default, text, ge=facts["low"], le=facts["high"])


AllSettings = create_model(  # the latency package's settings stand under its name
    "AllSettings",
    __base__=Settings,
    **{f"latency_{each.name}": _latency_field(each) for each in dataclasses.fields(LatencySettings)},  # type: ignore[call-overload]
)


def load(flags: dict[str, Any], file: Path | None) -> Settings:
    """Return the settings from flags over the environment over the file over the defaults.

    Raises WrongSettings with one readable line per mistake, or if the file cannot be read.
    """

    class FromFile(AllSettings):  # type: ignore[misc, valid-type]
        model_config = SettingsConfigDict(toml_file=file)

    if file is not None and not file.is_file():
        raise WrongSettings(f"{file}: no such file")
    try:
        return FromFile(**flags)
    except ValidationError as error:
        raise WrongSettings("\n".join(_readable(problem) for problem in error.errors())) from None
    except ValueError as error:  # a TOML file that does not parse
        raise WrongSettings(f"{file}: {error}") from None


def misspelt(environment: Mapping[str, str]) -> list[str]:
    """Return the variables with our prefix that name no setting."""
    known = {f"{PREFIX}{name}".upper() for name in (*Settings.model_fields, "config")}
    return sorted(
        name for name in environment if name.upper().startswith(PREFIX) and name.upper() not in known
    )


def _readable(problem: Any) -> str:
    where = ".".join(str(part) for part in problem["loc"])
    what = str(problem["msg"]).removeprefix("Value error, ")
    if problem["type"] == "extra_forbidden":
        what = "there is no such setting"
    return f"{where}: {what}" if where else what


def flags(parser: argparse.ArgumentParser) -> None:
    """Add one flag per setting to the parser, grouped, with default and bounds."""
    groups = {key: parser.add_argument_group(title) for key, title in GROUPS.items()}
    for name, field in AllSettings.model_fields.items():
        extra = typing.cast(dict[str, Any], field.json_schema_extra)
        shown = field.default
        if isinstance(shown, tuple):
            shown = ",".join(shown)
        elif isinstance(shown, Path):
            shown = shown.name
        text = str(field.description) + (f" [{shown}]" if shown not in (None, "") else "")
        choices = (
            typing.get_args(field.annotation) if typing.get_origin(field.annotation) is Literal else None
        )
        groups[extra["group"]].add_argument(
            f"--{name.replace('_', '-')}",
            dest=name,
            default=argparse.SUPPRESS,
            metavar=None if choices else _metavar(name),
            choices=choices,
            help=text.replace("%", "%%"),
        )


def _metavar(name: str) -> str:
    for ending in ("seconds", "bytes", "chars"):
        if name.endswith(ending):
            return ending.upper()
    return "VALUE"
