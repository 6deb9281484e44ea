"""The limit of open files follows the limit of connections."""

from __future__ import annotations

import resource
from collections.abc import Iterator

import pytest

from gameserver.files import OTHER_FILES, allow_connections


@pytest.fixture(autouse=True)
def former_limit() -> Iterator[None]:
    former = resource.getrlimit(resource.RLIMIT_NOFILE)
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, former)


def test_the_soft_limit_is_raised_for_the_connections_there_may_be() -> None:
    """At the usual 1,024 files every further connection is an error of the accepting socket."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (600, hard))

    assert allow_connections(400) == 400 + OTHER_FILES
    assert resource.getrlimit(resource.RLIMIT_NOFILE) == (400 + OTHER_FILES, hard)


def test_it_is_never_lowered_nor_raised_beyond_the_hard_one() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)

    assert allow_connections(0) == soft
    if hard != resource.RLIM_INFINITY:
        assert allow_connections(hard) == hard
