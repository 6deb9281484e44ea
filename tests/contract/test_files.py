"""The files made from the contract are what the code says now."""

from __future__ import annotations

from pathlib import Path

from gameserver.contract.assembled import contract
from gameserver.contract.files import ROOT, outdated, texts, write


def test_no_file_is_out_of_date() -> None:
    stale = [str(path) for path in outdated(contract())]

    assert stale == [], "run python -m gameserver.contract"


def test_what_is_changed_by_hand_is_found_and_written_anew(tmp_path: Path) -> None:
    for path in texts(contract()):
        copy = tmp_path / path
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text((ROOT / path).read_text())
    edited = tmp_path / next(iter(texts(contract())))
    edited.write_text(edited.read_text().replace("room_full", "room_crowded"))

    assert write(contract(), tmp_path) == [edited.relative_to(tmp_path)]
    assert outdated(contract(), tmp_path) == {}
