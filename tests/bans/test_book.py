"""The file of bans: what is written comes back, what is wrong is refused, nobody overwrites anybody."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gameserver.bans import book as books
from gameserver.bans.book import BanBook, BansError, Wanted, by_id, by_target

NOW = 1_700_000_000.0


@pytest.fixture
def book(tmp_path: Path) -> BanBook:
    return BanBook(tmp_path / "bans.json", lambda: NOW)


def test_without_a_file_nobody_is_banned(book: BanBook) -> None:
    assert book.read() == ()
    assert book.signature() is None


def test_bans_come_back_as_they_were_written(book: BanBook) -> None:
    subject = book.add(Wanted("subject", "anna", "insults", NOW + 3600))
    network = book.add(Wanted("network", "203.0.113.7"))

    assert BanBook(book.file).read() == (subject, network)
    assert (subject.by, subject.target, subject.reason, subject.until) == (
        "subject",
        "anna",
        "insults",
        NOW + 3600,
    )
    assert (network.target, network.until) == ("203.0.113.7/32", None)


def test_nobody_else_can_read_who_is_banned(book: BanBook) -> None:
    book.add(Wanted("subject", "anna"))

    assert stat.S_IMODE(book.file.stat().st_mode) == 0o600


def test_what_root_writes_belongs_to_the_server_whose_directory_it_is(book: BanBook) -> None:
    """Anybody else writes in directories of its own."""
    directory = book.file.parent
    if os.geteuid() == 0:
        os.chown(directory, 12345, 23456)

    book.add(Wanted("subject", "anna"))

    for made in (book.file, directory / "bans.json.lock"):
        found, owner = made.stat(), directory.stat()
        assert (found.st_uid, found.st_gid) == (owner.st_uid, owner.st_gid)


def test_each_change_changes_the_signature(book: BanBook) -> None:
    signatures = {book.signature()}
    for name in ("anna", "bo", "cleo"):
        book.add(Wanted("subject", name))
        signatures.add(book.signature())

    assert len(signatures) == 4


def test_a_second_ban_of_the_same_takes_the_place_of_the_first(book: BanBook) -> None:
    book.add(Wanted("network", "2001:db8::1", "first"))
    second = book.add(Wanted("network", "2001:db8::2", "second"))  # the same /64

    assert book.read() == (second,)


def test_bans_are_lifted_by_id_or_by_target(book: BanBook) -> None:
    anna, bo = book.add(Wanted("subject", "anna")), book.add(Wanted("network", "192.0.2.1"))

    assert book.remove(by_id(anna.id)) == (anna,)
    assert book.remove(by_target("network", "192.0.2.1")) == (bo,)
    assert book.remove(by_id(anna.id)) == ()
    assert book.read() == ()


def test_what_is_over_goes_with_the_next_change(tmp_path: Path) -> None:
    moment = NOW
    book = BanBook(tmp_path / "bans.json", lambda: moment)
    book.add(Wanted("subject", "anna", until=NOW + 60))
    moment = NOW + 60

    bo = book.add(Wanted("subject", "bo"))

    assert book.read() == (bo,)


@pytest.mark.parametrize(
    ("wanted", "why"),
    [
        (Wanted("subject", ""), "1 to 256"),
        (Wanted("subject", "x" * 257), "1 to 256"),
        (Wanted("network", "0.0.0.0/0"), "too wide"),
        (Wanted("subject", "anna", "two\nlines"), "one line"),
        (Wanted("subject", "anna", "x" * 201), "at most 200"),
        (Wanted("subject", "anna", until=NOW), "over already"),
    ],
)
def test_a_ban_without_sense_is_refused_and_nothing_is_written(
    book: BanBook, wanted: Wanted, why: str
) -> None:
    with pytest.raises(BansError, match=why):
        book.add(wanted)
    assert book.read() == ()


def test_there_is_a_bound(book: BanBook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(books, "MAX_BANS", 2)
    book.add(Wanted("subject", "anna"))
    book.add(Wanted("subject", "bo"))

    with pytest.raises(BansError, match="2 bans already"):
        book.add(Wanted("subject", "cleo"))


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("{", "truncated"),
        ("[]", "Expected"),
        ('{"bans": [{"id": "1", "added": "2026-01-01T00:00:00Z"}]}', "either a subject or a network"),
        ('{"bans": [{"id": "1", "added": "2026-01-01T00:00:00Z", "name": "anna"}]}', "unknown field"),
        ('{"bans": [{"id": "1", "added": "2026-01-01T00:00:00", "subject": "a"}]}', "timezone"),
        ('{"bans": [{"id": "1", "added": "2026-01-01T00:00:00Z", "network": "::/0"}]}', "too wide"),
    ],
)
def test_a_file_that_is_wrong_is_refused_with_its_name(book: BanBook, content: str, why: str) -> None:
    book.file.write_text(content)

    with pytest.raises(BansError, match=rf"bans\.json: .*{why}"):
        book.read()


def test_writers_at_the_same_time_lose_nothing(book: BanBook) -> None:
    def add(name: str) -> None:
        BanBook(book.file, lambda: NOW).add(Wanted("subject", name))

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(add, [f"player{number}" for number in range(40)]))

    assert {ban.target for ban in book.read()} == {f"player{number}" for number in range(40)}
