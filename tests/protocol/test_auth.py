"""The auth of a CONNECT packet."""

from __future__ import annotations

from typing import Any

import pytest

from gameserver.core.errors import BadRequest
from gameserver.protocol.auth import Auth, to_auth


def test_everything_may_be_left_out() -> None:
    assert to_auth(None) == to_auth({}) == Auth()


def test_keys_of_other_namespaces_are_passed_over() -> None:
    assert to_auth({"name": "Anna", "theme": "dark"}) == Auth(name="Anna")


@pytest.mark.parametrize("value", ["anna", 5, ["anna"], {"name": 5}, {"can_host": "yes"}, {"pid": {}}])
def test_wrong_types_are_refused(value: Any) -> None:
    with pytest.raises(BadRequest, match="auth"):
        to_auth(value)


def test_secrets_are_not_in_the_text_of_an_auth() -> None:
    assert "hunter2" not in repr(Auth(token="hunter2", pid="hunter2"))
