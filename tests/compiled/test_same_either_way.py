"""Compiled or not, a server says the same: every byte to its clients, every line to its log."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from gameserver import compiled
from gameserver.compiled import VARIABLE
from tests.support.patience import PATIENCE_SECONDS


def told(seed: int, **environment: str) -> list[str]:
    """Return what a process of its own tells of this seed."""
    ran = subprocess.run(
        [sys.executable, "-m", "tests.compiled.told", str(seed)],
        env={name: value for name, value in os.environ.items() if name != VARIABLE}
        | {"PYTHONHASHSEED": "0"}
        | environment,
        cwd=compiled.ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.splitlines()


@pytest.mark.parametrize("seed", [1, 2])
def test_compiled_modules_say_what_their_sources_say(seed: int) -> None:
    if not compiled.in_use():
        pytest.skip("there are no compiled modules, or GAMESERVER_COMPILED=no")

    by_machine, by_source = told(seed), told(seed, **{VARIABLE: "no"})

    assert len(by_source) > 10_000
    different = [pair for pair in zip(by_machine, by_source, strict=False) if pair[0] != pair[1]]
    assert different[:3] == []
    assert len(by_machine) == len(by_source)
