"""The lock files of JavaScript: without known holes, and from no registry in particular."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
LOCKS = ("tests/js", "clients/js")
FLOORS = {"socket.io-parser": (4, 2, 7), "ws": (8, 21, 0)}  # known holes below


def locked(where: str) -> dict[str, dict[str, Any]]:
    """Return every package that is installed there, by its place."""
    lock = ROOT / where / "package-lock.json"
    packages: dict[str, dict[str, Any]] = json.loads(lock.read_text())["packages"]
    return {place: package for place, package in packages.items() if place}


@pytest.mark.parametrize("where", LOCKS)
@pytest.mark.parametrize("name", FLOORS)
def test_no_client_carries_a_part_with_known_holes(name: str, where: str) -> None:
    versions = [
        tuple(int(part) for part in package["version"].split("."))
        for place, package in locked(where).items()
        if place.endswith(f"node_modules/{name}")
    ]

    assert versions
    assert min(versions) >= FLOORS[name]


@pytest.mark.parametrize("where", LOCKS)
def test_the_lock_pins_every_package_by_its_hash_and_names_no_registry(where: str) -> None:
    for place, package in locked(where).items():
        assert package["integrity"].startswith("sha512-"), place
        assert "resolved" not in package, place
