"""What the tests of connections share."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest


@pytest.fixture
def no_collector() -> Iterator[None]:
    """Nothing is collected during the test: what it lets go of must be gone without that."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()
