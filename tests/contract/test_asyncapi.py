"""The AsyncAPI document, read by the official parser."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest

from gameserver.contract.assembled import contract
from gameserver.contract.asyncapi import document
from tests.support.js_players import DIRECTORY, NodeStage


def amiss(given: dict[str, Any]) -> list[str]:
    """Return the errors and warnings that the parser tells."""
    if missing := NodeStage.missing():
        pytest.skip(missing)
    read = subprocess.run(
        ["node", "asyncapi.mjs"],
        cwd=DIRECTORY,
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return read.stdout.splitlines()


def test_the_official_parser_has_nothing_to_complain_of() -> None:
    assert amiss(document(contract())) == []


def test_the_official_parser_finds_what_is_amiss() -> None:
    broken = document(contract())
    broken["operations"]["connect"]["action"] = "shout"

    assert any(line.startswith("error operations/connect/action") for line in amiss(broken))


def test_every_request_is_received_and_replied_to_and_every_event_is_sent() -> None:
    made, whole = document(contract()), contract()
    by_action = {
        action: [name for name, each in made["operations"].items() if each["action"] == action]
        for action in ("receive", "send")
    }

    assert by_action["receive"] == ["connect", *(f"{name}.request" for name in whole.requests)]
    assert by_action["send"] == [f"{name}.event" for name in whole.events]
    assert all(
        each["reply"]["messages"] for each in made["operations"].values() if each["action"] == "receive"
    )
