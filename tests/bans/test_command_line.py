"""`python -m gameserver.bans` as an operator types it."""

from __future__ import annotations

from pathlib import Path

import pytest

from gameserver.bans.command_line import main

NOW = 1_700_000_000.0


def run(file: Path, *words: str) -> int:
    return main(["--file", str(file), *words], lambda: NOW)


def test_bans_are_added_shown_and_lifted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "bans.json"
    assert run(file, "add", "--subject", "anna", "--reason", "insults", "--for", "7d") == 0
    assert run(file, "add", "--address", "203.0.113.0/24") == 0
    capsys.readouterr()

    assert run(file, "list") == 0
    anna, network = capsys.readouterr().out.splitlines()
    assert "subject  anna  since 2023-11-14T22:13Z until 2023-11-21T22:13Z  insults" in anna
    assert "network  203.0.113.0/24  since 2023-11-14T22:13Z for good" in network

    assert run(file, "remove", anna.split()[0]) == 0
    assert run(file, "remove", "--address", "203.0.113.0/24") == 0
    capsys.readouterr()
    assert run(file, "list") == 0
    assert capsys.readouterr().out == ""


def test_lifting_what_is_no_ban_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path / "bans.json", "remove", "abcd") == 1
    assert "no such ban" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words",
    [
        ["add", "--address", "everywhere"],
        ["add", "--address", "0.0.0.0/0"],
        ["add", "--subject", "anna", "--reason", "\x1b[31m"],
    ],
)
def test_what_is_wrong_is_said_and_changes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    assert run(tmp_path / "bans.json", *words) == 2
    assert capsys.readouterr().err
    assert not (tmp_path / "bans.json").exists()


@pytest.mark.parametrize("length", ["7", "0.5d", "-1d", "forever"])
def test_a_time_that_is_none_is_refused(tmp_path: Path, length: str) -> None:
    with pytest.raises(SystemExit):
        run(tmp_path / "bans.json", "add", "--subject", "anna", "--for", length)


def test_without_a_file_it_is_the_servers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "server.toml"
    config.write_text(f'bans = "{tmp_path}/kept-out.json"\n')
    monkeypatch.setenv("GAMESERVER_CONFIG", str(config))

    assert main(["add", "--subject", "anna"], lambda: NOW) == 0

    assert "anna" in (tmp_path / "kept-out.json").read_text()


def test_a_subject_cannot_colour_the_operators_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path / "bans.json", "add", "--subject", "\x1b[31mred") == 0
    assert "\x1b" not in capsys.readouterr().out
