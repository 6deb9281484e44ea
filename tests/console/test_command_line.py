"""What makes the password's hash and the token."""

from __future__ import annotations

import io

import pytest
from argon2 import PasswordHasher

from gameserver.console.command_line import run_hash_password, run_make_token
from gameserver.console.logins import digest
from gameserver.settings import WrongSettings, load
from tests.support.operated import PASSWORD


def test_a_password_given_on_standard_input_is_hashed_as_the_settings_take_it() -> None:
    out = io.StringIO()

    assert run_hash_password(io.StringIO(PASSWORD + "\n"), out) == 0

    hashed = out.getvalue().strip()
    assert PasswordHasher().verify(hashed, PASSWORD)
    assert load({"console_password_hash": hashed}, None).console_password_hash == hashed


def test_a_short_password_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_hash_password(io.StringIO("short\n"), io.StringIO()) == 2
    assert "12 to 256 characters" in capsys.readouterr().err


def test_a_token_comes_with_what_the_server_keeps_of_it() -> None:
    out = io.StringIO()
    assert run_make_token(out) == 0

    token, kept = [line.rpartition(" ")[2] for line in out.getvalue().splitlines()]
    assert len(token) == 43
    assert digest(token) == kept
    assert load({"console_token_sha256": kept}, None).console_token_sha256 == kept


@pytest.mark.parametrize(
    "given",
    [
        {"console_password_hash": PASSWORD},
        {"console_password_hash": "$2b$12$abcdefghijklmnopqrstuv"},
        {"console_token_sha256": "t" * 43},
        {"console_origin": "ops.example"},
    ],
)
def test_what_is_no_hash_is_refused_without_being_repeated(given: dict[str, str]) -> None:
    with pytest.raises(WrongSettings) as refused:
        load(given, None)

    assert PASSWORD not in str(refused.value)
