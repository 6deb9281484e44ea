"""Records: values come back as they went in, and what cannot be read says why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NewType

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gameserver.storage.records import Codec, RecordError

PlayerId = NewType("PlayerId", str)


@dataclass(frozen=True, slots=True)
class Seat:
    player: PlayerId
    away_until: float | None = None


@dataclass(frozen=True, slots=True)
class Table:
    seats: Mapping[PlayerId, Seat]
    password: bytes | None
    kicked: tuple[PlayerId, ...] = ()
    metadata: Any = None


PLAYERS = st.builds(PlayerId, st.text())
TABLES = st.builds(
    Table,
    seats=st.dictionaries(
        PLAYERS, st.builds(Seat, PLAYERS, st.none() | st.floats(allow_nan=False)), max_size=4
    ),
    password=st.none() | st.binary(),
    kicked=st.lists(PLAYERS).map(tuple),
    metadata=st.recursive(
        st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=5,
    ),
)
CODEC = Codec("table", Table)


@given(TABLES)
def test_a_value_comes_back_as_it_went_in(table: Table) -> None:
    assert CODEC.decode(CODEC.encode(table)) == table


@given(st.binary(max_size=64))
def test_bytes_that_are_no_value_raise_nothing_but_a_record_error(stored: bytes) -> None:
    try:
        CODEC.decode(stored)
    except RecordError as error:
        assert "table" in str(error)


@given(TABLES, st.data())
def test_a_value_cut_short_is_refused(table: Table, data: st.DataObject) -> None:
    stored = CODEC.encode(table)
    with pytest.raises(RecordError):
        CODEC.decode(stored[: data.draw(st.integers(0, len(stored) - 1))])


def test_a_version_that_is_not_known_is_named() -> None:
    newer = Codec("table", Table, version=3).encode(Table({}, None))
    with pytest.raises(RecordError, match="a stored table has version 3; this server reads 1 to 1"):
        CODEC.decode(newer)


@dataclass(frozen=True, slots=True)
class Renamed:
    places: Mapping[str, Seat]
    secret: bytes | None
    open: bool


def rename(fields: dict[str, Any]) -> dict[str, Any]:
    return {"places": fields["seats"], "secret": fields["password"]}


def open_all(fields: dict[str, Any]) -> dict[str, Any]:
    return {**fields, "open": True}


def test_an_older_version_is_upgraded_step_by_step() -> None:
    old = CODEC.encode(Table({PlayerId("anna"): Seat(PlayerId("anna"), 1.5)}, b"\xff"))
    codec = Codec("table", Renamed, version=3, upgrades={1: rename, 2: open_all})
    assert codec.decode(old) == Renamed({"anna": Seat(PlayerId("anna"), 1.5)}, b"\xff", open=True)


def test_a_version_before_the_oldest_upgrade_is_refused() -> None:
    codec = Codec("table", Renamed, version=3, upgrades={2: open_all})
    with pytest.raises(RecordError, match="version 1; this server reads 2 to 3"):
        codec.decode(CODEC.encode(Table({}, None)))


def test_a_field_with_a_default_may_be_missing_and_one_dropped_may_be_there() -> None:
    stored = b"\x01" + msgspec.msgpack.encode({"seats": {}, "password": None, "colour": "red"})
    assert CODEC.decode(stored) == Table({}, None)


@pytest.mark.parametrize("version", [0, 256])
def test_a_version_fits_in_a_byte(version: int) -> None:
    with pytest.raises(ValueError, match="1 to 255"):
        Codec("table", Table, version=version)
