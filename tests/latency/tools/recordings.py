"""Make recordings for tests: rooms on shipped traces, measured every second, with elections."""

from __future__ import annotations

import random
from pathlib import Path

from latency.election import Election, Ranked, Tier
from latency.recorder import Recorder
from latency.sample import Player, Result, Sample, Source
from latency.settings import Settings
from latency.tools.worlds import TraceWorld


def write(file: Path, *, rooms: int, elections: int, seed: int = 1, held: bool = False) -> None:
    """`held` repeats each value ten times, as data does that was sampled and held."""
    chance = random.Random(seed)
    lines: list[str] = []
    recorder = Recorder(lines.append, Settings(), salt=b"salt")
    world = TraceWorld("regional", outages=False)
    for number, case in enumerate(world.cases(rooms, seed)):
        room, begin = f"room {number}", 1000.0 * number
        players = [f"{room} {entrant.player}" for entrant in case.entrants]
        for player in players:
            recorder.seated(room, player, begin)
        for second in range(60 + 60 * elections):
            for player, entrant in zip(players, case.entrants, strict=True):
                rtt_ms = entrant.path.rtt_ms(second - second % 10 if held else second)
                assert rtt_ms is not None
                noise = 0.0 if held else chance.random()
                at = begin + second + (0.0 if held else chance.random() / 2)
                recorder.sample(_sample(at, player, rtt_ms + noise))
        for k in range(elections):
            recorder.elected(room, _election(begin + 30 + 60 * k, players))
        for player in players:
            recorder.unseated(player, begin + 60 + 60 * elections)
    file.write_text("".join(lines))


def _sample(at: float, player: Player, rtt_ms: float) -> Sample:
    return Sample(at, player, Source.CONTROL, Result.OK, rtt_ms, None, 0.0, False, False, False)


def _election(at: float, players: list[Player]) -> Election[Player]:
    ranking = tuple(Ranked(player, Tier.READY, 1.0, 1.0, 9, "") for player in players)
    return Election(at, "lost", ranking, players[0], "")
