"""The file of bans: readable by people, changed whole, by one writer at a time."""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import msgspec

from gameserver.core.bans import Ban, By, network_of

MAX_BANS = 10_000  # in force; a file of them has 1.5 MB
MAX_REASON_CHARS = 200
MAX_SUBJECT_CHARS = 256  # as in a token
MAX_FILE_BYTES = 16 * 1024 * 1024

Signature = tuple[int, int, int]


class BansError(ValueError):
    """The file of bans, or a ban, is wrong; the text says which and why."""


_Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class _Entry(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    id: str
    added: _Moment
    subject: str | None = None
    network: str | None = None
    reason: str = ""
    until: _Moment | None = None


class _File(msgspec.Struct, forbid_unknown_fields=True):
    bans: list[_Entry]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A ban to be made."""

    by: By
    target: str
    reason: str = ""
    until: float | None = None  # Unix seconds; None: for good


class BanBook:
    """Bans in a JSON file. No file: no bans. Another process may change it at any time."""

    def __init__(self, file: Path, now: Callable[[], float] = time.time) -> None:
        self.file = file
        self._now = now

    def signature(self) -> Signature | None:
        """Return what differs once the file was changed; None without a file. Raises BansError."""
        try:
            found = self.file.stat()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise BansError(f"{self.file}: cannot be read: {error.strerror}") from error
        return found.st_ino, found.st_mtime_ns, found.st_size

    def read(self) -> tuple[Ban, ...]:
        """Return all bans, those that are over too. Raises BansError."""
        try:
            with self.file.open("rb") as file:
                content = file.read(MAX_FILE_BYTES + 1)
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise BansError(f"{self.file}: cannot be read: {error.strerror}") from error
        if len(content) > MAX_FILE_BYTES:
            raise BansError(f"{self.file}: is larger than {MAX_FILE_BYTES} bytes")
        try:
            bans = tuple(_ban(entry) for entry in msgspec.json.decode(content, type=_File).bans)
        except (msgspec.MsgspecError, ValueError) as error:
            raise BansError(f"{self.file}: {error}") from None
        if len({ban.id for ban in bans}) < len(bans):
            raise BansError(f"{self.file}: two bans have the same id")
        if len(bans) > MAX_BANS:
            raise BansError(f"{self.file}: has more than {MAX_BANS} bans")
        return bans

    def add(self, wanted: Wanted) -> Ban:
        """Write a ban down, in place of one of the same target, and return it. Raises BansError."""
        now = self._now()
        by, target = wanted.by, _target(wanted.by, wanted.target)
        reason = _reason(wanted.reason)
        if wanted.until is not None and wanted.until <= now:
            raise BansError("this ban would be over already")
        with self._locked():
            kept = [ban for ban in self._in_force() if (ban.by, ban.target) != (by, target)]
            if len(kept) >= MAX_BANS:
                raise BansError(f"there are {MAX_BANS} bans already: ban a network, or remove some")
            taken = {ban.id for ban in kept}
            id = next(id for id in iter(lambda: secrets.token_hex(4), "") if id not in taken)
            ban = Ban(id, by, target, reason, now, wanted.until)
            self._write([*kept, ban])
        return ban

    def remove(self, matches: Callable[[Ban], bool]) -> tuple[Ban, ...]:
        """Strike out the bans of which this is true, and return them. Raises BansError."""
        with self._locked():
            bans = self._in_force()
            removed = tuple(ban for ban in bans if matches(ban))
            if removed:
                self._write([ban for ban in bans if ban not in removed])
        return removed

    def _in_force(self) -> list[Ban]:
        now = self._now()
        return [ban for ban in self.read() if ban.holds(now)]

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        """Hold off other writers; the lock's file stays, for it is what they agree on."""
        try:
            handle = os.open(f"{self.file}.lock", os.O_CREAT | os.O_RDWR, 0o600)
        except OSError as error:
            raise BansError(f"{self.file}.lock: cannot be made: {error.strerror}") from error
        try:
            self._hand_over(handle)
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def _hand_over(self, handle: int) -> None:
        """Where root makes the file, give it to its directory's owner: the server, which must read it."""
        if os.geteuid() == 0:
            owner = self.file.parent.stat()
            os.fchown(handle, owner.st_uid, owner.st_gid)

    def _write(self, bans: list[Ban]) -> None:
        content = msgspec.json.format(msgspec.json.encode(_File([_entry(ban) for ban in bans])), indent=1)
        beside = self.file.with_name(f"{self.file.name}.new")
        try:
            beside.unlink(missing_ok=True)
            handle = os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            with os.fdopen(handle, "wb") as file:
                self._hand_over(handle)
                file.write(content + b"\n")
                file.flush()
                os.fsync(handle)
            beside.replace(self.file)
        except OSError as error:
            raise BansError(f"{self.file}: cannot be written: {error.strerror}") from error


def by_id(id: str) -> Callable[[Ban], bool]:
    """Return what is true of the ban with this id."""
    return lambda ban: ban.id == id


def by_target(by: By, target: str) -> Callable[[Ban], bool]:
    """Return what is true of the ban of this subject or network. Raises BansError where it is neither."""
    wanted = _target(by, target)
    return lambda ban: (ban.by, ban.target) == (by, wanted)


def _target(by: By, text: str) -> str:
    if by == "network":
        try:
            return network_of(text)
        except ValueError as error:
            raise BansError(str(error)) from None
    if not 0 < len(text) <= MAX_SUBJECT_CHARS:
        raise BansError(f"a subject has 1 to {MAX_SUBJECT_CHARS} characters")
    return text


def _reason(text: str) -> str:
    if len(text) > MAX_REASON_CHARS or not text.isprintable():
        raise BansError(f"a reason is one line of at most {MAX_REASON_CHARS} characters")
    return text


def _ban(entry: _Entry) -> Ban:
    if (entry.subject is None) == (entry.network is None):
        raise BansError(f"ban {entry.id}: either a subject or a network")
    by: By = "network" if entry.subject is None else "subject"
    target = _target(by, entry.subject or entry.network or "")
    until = None if entry.until is None else entry.until.timestamp()
    return Ban(entry.id, by, target, _reason(entry.reason), entry.added.timestamp(), until)


def _entry(ban: Ban) -> _Entry:
    return _Entry(
        ban.id,
        datetime.fromtimestamp(ban.added, UTC),
        ban.target if ban.by == "subject" else None,
        ban.target if ban.by == "network" else None,
        ban.reason,
        None if ban.until is None else datetime.fromtimestamp(ban.until, UTC),
    )
