"""RFC 6455 as a server has to keep it, case by case, without a network."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gameserver.transport.websocket.board import LinkSettings
from tests.transport.websocket.cases import CASES, Case
from tests.transport.websocket.fakes import Echo, Wired
from tests.transport.websocket.wire import CLOSE, Heard

RAISED = LinkSettings(max_message_bytes=16 << 20)
SMALL = [case for case in CASES if case.section != "9" and len(case.sent) < 2000]


def answered(frames: list[Heard]) -> tuple[tuple[int, bytes | int], ...]:
    """What came back, of close frames the code alone."""
    return tuple((f.opcode, f.code if f.opcode == CLOSE else f.payload) for f in frames)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_case_of_the_list_is_answered_as_it_must(case: Case) -> None:
    wired = Wired(Echo(), RAISED)

    wired.read(*case.pieces())

    assert answered(wired.transport.heard) == case.answers
    assert wired.transport.closing or wired.transport.shut_down


@given(case=st.sampled_from(SMALL), cuts=st.lists(st.integers(0, 2000), max_size=12))
def test_it_does_not_matter_how_the_bytes_are_split(case: Case, cuts: list[int]) -> None:
    edges = sorted({0, len(case.sent), *(min(cut, len(case.sent)) for cut in cuts)})
    wired = Wired(Echo(), RAISED)

    wired.read(*(case.sent[start:end] for start, end in pairwise(edges)))

    assert answered(wired.transport.heard) == case.answers
