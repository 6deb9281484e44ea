"""Settings: where they come from, and what is refused."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from gameserver.core.limits import Limits
from gameserver.settings import ANNOUNCED, GROUPS, Settings, WrongSettings, flags, load, misspelt


def test_flags_win_over_the_environment_and_the_environment_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "server.toml"
    file.write_text("port = 1\nmax_rooms = 2\nmax_players = 3\n")
    monkeypatch.setenv("GAMESERVER_PORT", "10")
    monkeypatch.setenv("GAMESERVER_MAX_ROOMS", "20")

    settings = load({"port": "100"}, file)

    assert (settings.port, settings.max_rooms, settings.max_players) == (100, 20, 3)


def test_without_anything_the_defaults_hold_and_agree_with_the_core() -> None:
    assert load({}, None).limits() == Limits()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"port": "70000"}, "port: .*less than or equal to 65535"),
        ({"port": "eighty"}, "port: .*valid integer"),
        ({"host_grace_seconds": "20", "reconnect_window_seconds": "10"}, "host_grace_seconds must not"),
        ({"environment": "production"}, "production needs origins"),
        ({"tls_cert": "cert.pem"}, "go together"),
        ({"environment": "production"}, "production needs TLS: tls_cert and tls_key, or trusted_proxies"),
        ({"environment": "production"}, 'production needs tokens said: "required"'),
        ({"environment": "production", "storage": "memory"}, "storage that outlives"),
        ({"environment": "production", "origins": "http://a.example"}, "over https: http://a.example"),
        ({"tokens": "required"}, "needs token_keys"),
        ({"room_idle_seconds": "60"}, "room_idle_seconds must be longer"),
        ({"environment": "production", "origins": "*"}, r"origins.0: '\*' is no web origin"),
        ({"snapshot_max_bytes": "40000000"}, "snapshot_bytes_per_address must be between"),
        ({"snapshot_bytes_in_all": "2000000"}, "snapshot_bytes_per_address must be between"),
        ({"origins": "game.example"}, "is no web origin"),
        ({"trusted_proxies": "nearby"}, "trusted_proxies.0: .*does not appear to be"),
        ({"colour": "red"}, "colour: there is no such setting"),
    ],
)
def test_what_cannot_be_is_refused_by_name(given: dict[str, str], message: str) -> None:
    with pytest.raises(WrongSettings, match=message):
        load(given, None)


def test_a_file_that_is_not_there_or_not_toml_is_refused_by_name(tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text("port = = 1")

    with pytest.raises(WrongSettings, match=r"nowhere\.toml: no such file"):
        load({}, tmp_path / "nowhere.toml")
    with pytest.raises(WrongSettings, match=r"broken\.toml"):
        load({}, broken)


def test_a_misspelt_setting_in_the_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "server.toml"
    file.write_text("prot = 1\n")

    with pytest.raises(WrongSettings, match="prot: there is no such setting"):
        load({}, file)


def test_lists_are_written_with_commas() -> None:
    assert load({"origins": "https://a.example, https://b.example"}, None).origins == (
        "https://a.example",
        "https://b.example",
    )


def test_a_misspelt_variable_is_found() -> None:
    environment = {"GAMESERVER_PORT": "1", "gameserver_config": "x", "GAMESERVER_PROT": "1", "PATH": "/bin"}
    environment |= {"GAMESERVER_LATENCY_WINDOW": "64", "GAMESERVER_COMPILED": "no"}

    assert misspelt(environment) == ["GAMESERVER_PROT"]


def test_the_shipped_tracks_are_found_from_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    assert load({}, None).tracks.is_file()


def test_every_setting_has_a_group_a_sentence_and_a_flag() -> None:
    parser = argparse.ArgumentParser()
    flags(parser)
    text = parser.format_help()

    for name, field in Settings.model_fields.items():
        assert field.description
        assert isinstance(field.json_schema_extra, dict)
        assert field.json_schema_extra["group"] in GROUPS
        assert f"--{name.replace('_', '-')}" in text


def test_what_is_announced_are_numbers() -> None:
    announced = load({}, None).announced()

    assert announced.keys() == ANNOUNCED.keys()
    assert all(isinstance(value, (int, float)) for value in announced.values())


LIMITING = {"messages", "patience", "kept", "tries", "rooms", "lobby", "hosts"}
NOT_ANNOUNCED = {
    "send_buffer_bytes": "the kernel's",
    "turn_seconds": "how the server's own time is shared out",
    "polling": "the handshake says it",
    "compression": "the handshake says it",
    "ping_interval_seconds": "the handshake says it",
    "ping_timeout_seconds": "the handshake says it",
    "retry_after_seconds": "the refusal says it",
    "room_idle_warning_seconds": "the warning says it",
    "track_lead_seconds": "no bound of a client's",
}


def test_every_limit_is_announced() -> None:
    fields = Settings.model_fields.items()
    groups = {
        name: facts["group"] for name, field in fields if isinstance(facts := field.json_schema_extra, dict)
    }
    limits = {name for name, group in groups.items() if group in LIMITING}

    assert limits - set(ANNOUNCED.values()) == NOT_ANNOUNCED.keys()


IN_PUBLIC = {
    "environment": "production",
    "origins": "https://game.example,capacitor://localhost,http://localhost",
    "trusted_proxies": "127.0.0.1",
    "tokens": "optional",
}


def test_production_starts_once_everything_is_said() -> None:
    assert load(IN_PUBLIC, None).environment == "production"


@pytest.mark.parametrize("name", ["origins", "trusted_proxies", "tokens"])
def test_production_starts_with_none_of_it_left_out(name: str) -> None:
    with pytest.raises(WrongSettings, match=r"^production needs [^\n]*$"):
        load({key: value for key, value in IN_PUBLIC.items() if key != name}, None)


def test_production_names_all_that_is_missing_at_once() -> None:
    with pytest.raises(WrongSettings) as refused:
        load({"environment": "production"}, None)

    lines = str(refused.value).splitlines()
    assert len(lines) == 3
    assert all(line.startswith("production needs ") for line in lines)


@pytest.mark.parametrize("proxies", ["0.0.0.0/0", "::/0", "127.0.0.1,128.0.0.0/1"])
def test_production_believes_no_whole_world(proxies: str) -> None:
    with pytest.raises(WrongSettings, match=r"^production needs trusted_proxies that are proxies[^\n]*$"):
        load({**IN_PUBLIC, "trusted_proxies": proxies}, None)


@pytest.mark.parametrize("proxies", ["10.0.0.0/8", "fd00::/8", "127.0.0.1,::1"])
def test_production_believes_the_networks_that_proxies_stand_in(proxies: str) -> None:
    assert load({**IN_PUBLIC, "trusted_proxies": proxies}, None).environment == "production"


def test_a_default_that_is_said_aloud_is_good_enough_from_wherever_it_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rest = {key: value for key, value in IN_PUBLIC.items() if key != "tokens"}
    file = tmp_path / "server.toml"
    file.write_text('tokens = "optional"\n')
    assert load(rest, file).tokens == "optional"

    monkeypatch.setenv("GAMESERVER_TOKENS", "optional")
    assert load(rest, None).tokens == "optional"


def test_the_settings_that_ship_for_production_are_complete() -> None:
    shipped = Path(__file__).parents[1] / "deploy" / "gameserver.toml"

    assert load({}, shipped).environment == "production"
