"""What a whole run has found, as it is kept in a file."""

from __future__ import annotations

from pathlib import Path

import msgspec

from bench.driver import Outcome

DIRECTORY = Path(__file__).parent / "results"


class Cost(msgspec.Struct):
    """Server CPU per delivery at one point of a curve, in microseconds."""

    contender: str
    curve: str
    at: int
    cpu_us: float


class Results(msgspec.Struct):
    """Outcomes by scenario and contender, one per round; with what they were found on."""

    started: str
    machine: dict[str, str]
    pace: dict[str, float]
    limits: dict[str, object]
    outcomes: dict[str, dict[str, list[Outcome]]] = msgspec.field(default_factory=dict)
    costs: list[Cost] = msgspec.field(default_factory=list)
    thrown_away: int = 0  # rounds that other work disturbed, and that were measured again

    def values(self, scenario: str, contender: str, figure: str) -> list[float]:
        """Return one figure of one contender, round by round."""
        outcomes = self.outcomes.get(scenario, {}).get(contender, [])
        return [outcome.figures[figure] for outcome in outcomes if figure in outcome.figures]

    def save(self) -> Path:
        """Write the results beside those of earlier runs."""
        DIRECTORY.mkdir(exist_ok=True)
        path = DIRECTORY / f"{self.started.replace(':', '')}.json"
        path.write_bytes(msgspec.json.format(msgspec.json.encode(self), indent=1))
        return path


def load(path: Path) -> Results:
    """Read what `save` has written."""
    return msgspec.json.decode(path.read_bytes(), type=Results)
