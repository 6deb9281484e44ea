"""What the documents point to is there."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TRACKED = subprocess.run(
    ["git", "ls-files", "*.md"], cwd=ROOT, capture_output=True, text=True, check=False
).stdout.split()
DOCUMENTS = [ROOT / name for name in TRACKED] or [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_relative_link_leads_somewhere(document: Path) -> None:
    links = re.findall(r"\]\((?!https?://|#)([^)#\s]+)", document.read_text())

    assert [link for link in links if not (document.parent / link).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_is_made_can_be_made(document: Path) -> None:
    targets = re.findall(r"^([a-z-]+):(?!=)", (ROOT / "Makefile").read_text(), re.MULTILINE)
    asked = re.findall(r"(?:^    |`|\$ )make ([a-z-]+)", document.read_text(), re.MULTILINE)

    if document.name != "CHANGELOG.md":  # which may tell of what has gone again
        assert [target for target in asked if target not in targets] == []


def test_the_map_names_every_room_of_the_house() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text()
    house, transport = ROOT / "gameserver", ROOT / "gameserver" / "transport"
    rooms = [path.name for path in house.iterdir() if (path / "__init__.py").exists()]
    modules = [path.name for path in (*house.glob("*.py"), *transport.glob("*.py")) if path.stem[0] != "_"]

    assert [room for room in rooms if f"gameserver/{room}/" not in text] == []
    assert [module for module in modules if module not in text] == []
