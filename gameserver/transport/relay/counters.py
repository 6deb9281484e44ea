"""What the relay lane counts; read by metrics, written by the lane alone."""

from __future__ import annotations

from collections import Counter


class Relayed:
    """Messages of one event; to count in its slots is faster than in two dictionaries."""

    __slots__ = ("bytes", "messages")

    def __init__(self) -> None:
        self.messages = 0
        self.bytes = 0  # attachments included


class Counters:
    """Messages and bytes since the start."""

    __slots__ = (
        "_relayed",
        "deliveries",
        "dropped",
        "inputs_dropped",
        "keys_refused",
        "limited",
        "parked",
        "refused",
        "snapshots_refused",
    )

    def __init__(self) -> None:
        self._relayed: dict[str, Relayed] = {}
        self.deliveries = 0  # packets posted to recipients
        self.dropped = 0  # newest-wins messages left out because their sender was over its rate
        self.limited: Counter[str] = Counter()  # times a sender's reading was stopped, by what it had used up
        self.parked = 0  # inputs that were kept for a host to come
        self.inputs_dropped: Counter[str] = Counter()  # inputs that no host will get, by why
        self.refused: Counter[str] = Counter()  # refusals by code
        self.snapshots_refused: Counter[str] = Counter()  # those too many, by the bound: `address` or `all`
        self.keys_refused = 0  # updates under one key more than a member may have

    def relayed(self, name: str) -> Relayed:
        """Return what is counted of this event."""
        found = self._relayed.get(name)
        if found is None:
            found = self._relayed[name] = Relayed()
        return found

    @property
    def messages(self) -> Counter[str]:
        """Relay messages read, by event."""
        return Counter({name: each.messages for name, each in self._relayed.items() if each.messages})

    @property
    def bytes_in(self) -> Counter[str]:
        """Their bytes, attachments included."""
        return Counter({name: each.bytes for name, each in self._relayed.items() if each.messages})
