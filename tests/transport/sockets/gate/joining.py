"""How a client gets to a gate."""

from __future__ import annotations

from collections.abc import Callable

from tests.transport.engine.wire import Wire
from tests.transport.sockets.speakers import (
    Speaker,
)

Client = Callable[[], Wire]
Kind = type[Speaker]


async def joined(wire: Wire, speaker: Kind) -> Speaker:
    me = await speaker.join(wire)
    assert (await me.receive()).data[0] == "welcome"
    return me
