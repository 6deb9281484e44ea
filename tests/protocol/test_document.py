"""What is written by hand in docs/protocol.md tells of every event and limit; its tables are made."""

from __future__ import annotations

import re
from pathlib import Path

from gameserver.protocol.inbound import EVENTS, RELAYED, RESERVED
from gameserver.protocol.outbound import EVENT_NAMES
from gameserver.settings import ANNOUNCED

TEXT = (Path(__file__).parent.parent.parent / "docs" / "protocol.md").read_text()
WORDS = set(re.findall(r"[\w-]+", TEXT))


def test_every_event_the_server_reads_or_sends_is_described() -> None:
    assert {*EVENTS, *RELAYED, *RESERVED, *EVENT_NAMES} <= WORDS


def test_every_announced_limit_is_named() -> None:
    assert ANNOUNCED.keys() <= WORDS
