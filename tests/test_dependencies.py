"""What is installed is at or above the floors below which there are known faults."""

from __future__ import annotations

from importlib.metadata import version

import pytest

FLOORS = {
    "tornado": (6, 6, 1),
    "python-socketio": (5, 18, 1),
    "python-engineio": (4, 15, 1),
    "msgpack": (1, 2, 1),
}


@pytest.mark.parametrize("package", FLOORS)
def test_the_package_is_not_older_than_its_floor(package: str) -> None:
    assert tuple(int(part) for part in version(package).split(".")[:3]) >= FLOORS[package]
