"""The tables of `bench.micro_relay`, in Markdown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypedDict

from bench.relay_apart import ALL, FRAME, OF_THE_RATES, PARTS
from bench.relay_trials import (
    ASKED,
    CONTROLS,
    MESSAGES,
    OUTBOX,
    PING_ANSWERED,
    TAKEN_APART,
    TO_NOBODY,
    UNMASKING,
    Message,
)
from bench.report import table

CHECKS: Final = tuple(part.title for part in PARTS)
BUILDING: Final = (FRAME.title, OUTBOX)
STEPS: Final = (UNMASKING, *CHECKS, *BUILDING)


class Figure(TypedDict):
    """One message's cost with a part missing, or with none: nanoseconds, or instructions."""

    message: str
    lacks: str
    best: float
    quartile: float  # the lower one: parts are told by it, since what disturbs only adds
    median: float


class Figures:
    """What was measured of the compiled server, or of its sources."""

    def __init__(self, found: Sequence[Figure]) -> None:
        self._found = {(each["message"], each["lacks"]): each for each in found}

    def of(self, message: Message, lacks: str = "") -> Figure:
        """Return what this message costs. Raises KeyError if that was not measured."""
        return self._found[message.title, lacks]

    def whole(self, message: Message) -> float:
        """Return what it costs with all parts."""
        return self.of(message)["quartile"]

    def part(self, message: Message, part: str) -> float | None:
        """Return what this part of it costs, None if that was not measured."""
        if (message.title, part) not in self._found:
            return None
        return self.whole(message) - self.of(message, part)["quartile"]

    def sum(self, message: Message, parts: Sequence[str]) -> float:
        """Return what these parts cost, added up."""
        return sum(self.part(message, part) or 0.0 for part in parts)


def whole(by_form: Mapping[str, Figures]) -> str:
    """Return what messages cost from the bytes to the outbox's `send`."""
    head = ["ns"]
    for form in by_form:
        head += [f"{form}: best", "median", "per delivery"]
    rows = []
    for message in MESSAGES:
        row = [message.title]
        for figures in by_form.values():
            cost = figures.of(message)
            row += [
                f"{cost['best']:,.0f}",
                f"{cost['median']:,.0f}",
                f"{cost['median'] / message.deliveries:,.0f}",
            ]
        rows.append(row)
    return table(head, rows)


def parts(figures: Figures, unit: str) -> str:
    """Return what each part of the busiest messages' way takes, and its share."""

    def row(title: str, cost: Callable[[Message], float | None]) -> list[str]:
        return [title, *(_share(cost(message), figures.whole(message)) for message in TAKEN_APART)]

    def step(part: str) -> list[str]:
        return row(part, lambda message: figures.part(message, part))

    rows = [
        ["the whole", *(f"{figures.whole(message):,.0f}" for message in TAKEN_APART)],
        row(
            "from the read to the message",
            lambda message: figures.whole(message) - (figures.part(message, TO_NOBODY) or 0.0),
        ),
        *(step(part) for part in (UNMASKING, *CHECKS, *(part.title for part in OF_THE_RATES), *BUILDING)),
        row("what is left", lambda message: figures.whole(message) - figures.sum(message, STEPS)),
        step(ALL.title),
        row(f"{ALL.title}, added up", lambda message: figures.sum(message, CHECKS)),
    ]
    return table([unit, *(message.title for message in TAKEN_APART)], rows)


def _share(cost: float | None, whole: float) -> str:
    return "-" if cost is None else f"{cost:,.0f} ({cost / whole:.0%})"


def asked_for(by_form: Mapping[str, Figures]) -> str:
    """Return what is done for those alone who ask for it."""
    rows = [
        [asked.title, *(f"{each.whole(asked) - each.whole(beside):,.0f}" for each in by_form.values())]
        for asked, beside in ASKED
    ]
    controls = [f"{each.part(PING_ANSWERED, CONTROLS) or 0.0:,.0f}" for each in by_form.values()]
    return table(["more than without it", *by_form], [*rows, [CONTROLS, *controls]])
