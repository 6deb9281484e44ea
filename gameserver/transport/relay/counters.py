"""What the relay lane counts; read by metrics, written by the lane alone."""

from __future__ import annotations

from collections import Counter


class Counters:
    """Messages and bytes since the start."""

    __slots__ = (
        "bytes_in",
        "deliveries",
        "dropped",
        "inputs_dropped",
        "limited",
        "messages",
        "parked",
        "refused",
    )

    def __init__(self) -> None:
        self.messages: Counter[str] = Counter()  # relay messages read, by event
        self.bytes_in: Counter[str] = Counter()  # their bytes, attachments included
        self.deliveries = 0  # packets posted to recipients
        self.dropped = 0  # newest-wins messages left out because their sender was over its rate
        self.limited: Counter[str] = Counter()  # times a sender's reading was stopped, by what it had used up
        self.parked = 0  # inputs that were kept for a host to come
        self.inputs_dropped: Counter[str] = Counter()  # inputs that no host will get, by why
        self.refused: Counter[str] = Counter()  # refusals by code
