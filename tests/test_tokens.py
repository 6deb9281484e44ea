"""Signed logins."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from gameserver.core.errors import Unauthorized
from gameserver.tokens import Identity, KeysError, Tokens, load_keys

SECRET = b"a secret of sixty-four bytes, as the longer hash wants it to be.."
NOW = 1_800_000_000.0


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def shared(kid: str = "one", secret: bytes = SECRET, **more: Any) -> dict[str, Any]:
    return {"kty": "oct", "kid": kid, "alg": "HS256", "k": encoded(secret), **more}


@pytest.fixture
def tokens(tmp_path: Path) -> Tokens:
    return Tokens(load_keys(written(tmp_path, shared())), required=False, audience=None, now=lambda: NOW)


def written(directory: Path, *keys: object) -> Path:
    file = directory / "keys.json"
    file.write_text(json.dumps({"keys": keys}))
    return file


def token(kid: str = "one", secret: bytes = SECRET, algorithm: str = "HS256", **claims: Any) -> str:
    return jwt.encode(
        {"sub": "anna", "exp": NOW + 60, **claims}, secret, algorithm=algorithm, headers={"kid": kid}
    )


def test_a_token_names_its_subject_and_perhaps_a_name(tokens: Tokens) -> None:
    assert tokens.identify(token()) == Identity("anna", None)
    assert tokens.identify(token(name="Anna")) == Identity("anna", "Anna")


def test_without_a_token_nobody_is_named_unless_one_is_wanted(tokens: Tokens) -> None:
    assert tokens.identify(None) is None
    tokens.required = True
    with pytest.raises(Unauthorized, match="wants a signed login"):
        tokens.identify(None)


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "not a token",
        "a.b.c",
        "x" * 5000,
        token(secret=b"another secret than the one that the server was given by its operator"),
        token(kid="two"),
        token(exp=NOW - 6),
        token(nbf=NOW + 6),
        token(exp="soon"),
        token(sub=""),
        token(sub="x" * 300),
        token(name=5),
        jwt.encode({"sub": "anna"}, SECRET, headers={"kid": "one"}),
        jwt.encode({"sub": "anna", "exp": NOW + 60}, "", algorithm="none", headers={"kid": "one"}),
        jwt.encode({"sub": "anna", "exp": NOW + 60}, SECRET, algorithm="HS512", headers={"kid": "one"}),
        jwt.encode({"sub": "anna", "exp": NOW + 60}, SECRET),
    ],
)
def test_any_other_token_is_refused_without_being_quoted(tokens: Tokens, wrong: str) -> None:
    with pytest.raises(Unauthorized) as refusal:
        tokens.identify(wrong)
    assert not wrong or wrong not in str(refusal.value)


@given(st.text(max_size=200))
def test_nothing_but_a_refusal_comes_out(text: str) -> None:
    tokens = Tokens({}, required=False, audience=None, now=lambda: NOW)
    with pytest.raises(Unauthorized):
        tokens.identify(text)


def test_a_public_key_cannot_be_used_as_a_shared_secret(tmp_path: Path) -> None:
    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    entry = {"kty": "OKP", "crv": "Ed25519", "kid": "ed", "alg": "EdDSA", "x": encoded(public)}
    tokens = Tokens(load_keys(written(tmp_path, entry)), required=False, audience=None, now=lambda: NOW)
    good = jwt.encode({"sub": "anna", "exp": NOW + 60}, private, algorithm="EdDSA", headers={"kid": "ed"})

    assert tokens.identify(good) == Identity("anna", None)
    with pytest.raises(Unauthorized):
        tokens.identify(token(kid="ed", secret=public))


def test_keys_change_one_by_one(tmp_path: Path) -> None:
    later = b"the secret that comes after that one"
    keys = load_keys(written(tmp_path, shared(), shared("two", later)))
    tokens = Tokens(keys, required=True, audience=None, now=lambda: NOW)

    assert tokens.identify(token()) == tokens.identify(token("two", later))


def test_an_audience_is_checked_where_one_is_set(tmp_path: Path) -> None:
    tokens = Tokens(load_keys(written(tmp_path, shared())), required=True, audience="game", now=lambda: NOW)

    assert tokens.identify(token(aud="game")) == Identity("anna", None)
    for wrong in (token(), token(aud="shop")):
        with pytest.raises(Unauthorized):
            tokens.identify(wrong)


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ([], "has no key"),
        ([shared(), shared()], "same kid"),
        ([shared(kid="")], "needs a kid"),
        ([shared(alg="none")], "needs alg"),
        ([shared(secret=b"short")], "shorter than 32 bytes"),
        ([{"kty": "oct", "kid": "one", "alg": "HS256"}], "is no key set"),
        (["key"], "is no key set"),
    ],
)
def test_a_wrong_key_file_is_refused_by_name(tmp_path: Path, keys: list[object], message: str) -> None:
    with pytest.raises(KeysError, match=rf"keys\.json: .*{message}"):
        load_keys(written(tmp_path, *keys))


def test_a_key_file_that_is_not_there_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(KeysError, match=r"nowhere\.json: cannot be read"):
        load_keys(tmp_path / "nowhere.json")
