"""The example that plays a melody to three players, in a short form."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_three_players_strike_the_same_notes_and_the_report_says_how_far_apart() -> None:
    korobeiniki = json.loads((ROOT / "tracks_collection.json").read_text(encoding="utf-8"))[4]
    run = subprocess.run(
        [sys.executable, "examples/melody.py", "--track", "5", "--tacts", "6", "--delays", "0,15,45"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert run.returncode == 0, run.stderr
    assert run.stdout.startswith(korobeiniki["title"])
    rows = re.findall(r"^ +(\d+)  (\S+) +[\d.]+ ms +[\d.]+ ms$", run.stdout, re.MULTILINE)
    assert rows == [("0", "E5"), ("1", "-"), ("2", "B4"), ("3", "C5"), ("4", "D5"), ("5", "-")]
    assert "6 tacts, 3 players" in run.stdout
