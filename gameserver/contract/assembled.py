"""The contract put together."""

from __future__ import annotations

from gameserver.contract.events import all_events
from gameserver.contract.model import Contract
from gameserver.contract.records import CODES, all_records, named_shapes
from gameserver.contract.requests import all_requests


def contract() -> Contract:
    """Return the contract as the running code has it."""
    return Contract(named_shapes(), all_records(), all_requests(), all_events(), dict(sorted(CODES.items())))
