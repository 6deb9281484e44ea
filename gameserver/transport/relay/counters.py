"""What the relay lane counts; read by metrics, written by the lane alone."""

from __future__ import annotations

from collections import Counter


class Counters:
    """Messages and bytes since the start."""

    __slots__ = ("bytes_in", "deliveries", "dropped", "limited", "messages", "refused")

    def __init__(self) -> None:
        self.messages: Counter[str] = Counter()  # relay messages read, by event
        self.bytes_in: Counter[str] = Counter()  # their bytes, attachments included
        self.deliveries = 0  # packets posted to recipients
        self.dropped = 0  # newest-wins messages left out because their sender was over its rate
        self.limited = 0  # times a sender's reading was stopped
        self.refused: Counter[str] = Counter()  # refusals by code
