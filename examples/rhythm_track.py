"""Tap along: opens a room with a melody, shows each note at its moment, and counts who was in time.

pip install ./clients/python
python examples/rhythm_track.py http://localhost:8000 --track 1 --tacts 16

Press Enter with every note. The same notes sound at the same moment for everybody in the room, however far
away: each is announced ahead, by the server's clock. --offset-ms shifts them for a device that is late.
"""

import argparse
import asyncio
import sys

from gameroom_client import Client, TrackPlayer
from gameroom_client.contract import Tact

IN_TIME_MS = 120.0


async def play(url: str, track: int, tacts: int, offset_ms: float) -> None:
    async with Client(url, name="Tapper") as client:
        room = await client.create(title="Tap along", track_id=track, private=True)
        notes: list[float] = []
        taps: list[float] = []
        over = asyncio.Event()

        def sounds(tact: Tact) -> None:
            notes.append(client.clock.now())
            late = client.clock.now() - tact["at"]
            print(f"{tact['tact']:4} {'#' * (tact['value'] // 4):32} {late:+6.1f} ms", flush=True)
            if len(notes) == tacts:
                over.set()

        def tapped() -> None:
            sys.stdin.readline()
            taps.append(client.clock.now())

        TrackPlayer(room, offset_ms=offset_ms).on("tact", sounds)
        if sys.stdin.isatty():
            asyncio.get_running_loop().add_reader(sys.stdin, tapped)
        await room.play()
        await over.wait()
        hits = sum(any(abs(tap - note) < IN_TIME_MS for tap in taps) for note in notes)
        print(f"{hits} of {len(notes)} in time")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("url", nargs="?", default="http://localhost:8000")
    parser.add_argument("--track", type=int, default=1)
    parser.add_argument("--tacts", type=int, default=16)
    parser.add_argument("--offset-ms", type=float, default=0.0)
    asked = parser.parse_args()
    asyncio.run(play(asked.url, asked.track, asked.tacts, asked.offset_ms))
