"""docs/protocol.md and the code name the same events, codes and limits."""

from __future__ import annotations

import re
from pathlib import Path

from gameserver.core.errors import Refusal
from gameserver.protocol.inbound import EVENTS, RELAYED, RESERVED
from gameserver.protocol.outbound import EVENT_NAMES
from gameserver.settings import ANNOUNCED

TEXT = (Path(__file__).parent.parent.parent / "docs" / "protocol.md").read_text()
WORDS = set(re.findall(r"[\w-]+", TEXT))


def test_every_event_the_server_reads_or_sends_is_described() -> None:
    assert {*EVENTS, *RELAYED, *RESERVED, *EVENT_NAMES} <= WORDS


def test_every_request_in_a_table_exists() -> None:
    rows = re.findall(r"^\| (`[^|]+) \| `?[^|]* \| [^|]*\|$", TEXT, re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"`([\w-]+)`", row)}

    assert {"create", "join_session", "update_room"} <= named
    codes = {refusal.code for refusal in Refusal.__subclasses__()}
    assert named - codes - ANNOUNCED.keys() <= EVENTS.keys()


def test_the_table_of_codes_is_the_tree_of_refusals() -> None:
    table = re.findall(r"^\| `(\w+)` \| ([^|]+) \|$", TEXT, re.MULTILINE)

    assert dict(table) == {refusal.code: refusal.__doc__ for refusal in Refusal.__subclasses__()}


def test_every_announced_limit_is_named() -> None:
    assert ANNOUNCED.keys() <= WORDS
