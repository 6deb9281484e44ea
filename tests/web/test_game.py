"""The game of the page, played by Node's own test runner: it needs no page."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

DIRECTORY = Path(__file__).parent / "game"


@pytest.mark.parametrize("story", sorted(DIRECTORY.glob("*.test.mjs")), ids=lambda path: path.name)
def test_the_game_keeps_its_rules(story: Path) -> None:
    if shutil.which("node") is None:
        pytest.skip("Node is not installed")

    run = subprocess.run(
        ["node", "--test", "--test-reporter=spec", str(story)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert run.returncode == 0, run.stdout + run.stderr
