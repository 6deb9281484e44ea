"""The same cases over real sockets: on each kind of loop, with TLS and without."""

from __future__ import annotations

import pytest

from gameserver.transport.websocket.board import LinkSettings
from gameserver.transport.websocket.outbox import OutboxLimits
from tests.transport.websocket.cases import CASES, SECTIONS
from tests.transport.websocket.fakes import Echo
from tests.transport.websocket.network import KINDS, run, serving
from tests.transport.websocket.test_conformance import answered

RAISED = LinkSettings(
    max_message_bytes=16 << 20, outbox=OutboxLimits(backlog_bytes=64 << 20, backlog_seconds=60.0)
)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("section", SECTIONS)
def test_each_case_is_answered_and_its_connection_closed(section: str, kind: str) -> None:
    async def story() -> list[str]:
        wrong = []
        async with serving(kind, Echo, RAISED) as server:
            for case in (case for case in CASES if case.section == section):
                async with await server.connect() as client:
                    frames = await client.converse(case.pieces())
                    if answered(frames) != case.answers:
                        wrong.append(f"{case.name}: {frames}")
        return wrong

    assert run(kind, story()) == []
