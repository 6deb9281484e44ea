"""Type hints as shapes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import pytest

from gameserver.contract.shapes import (
    ANYTHING,
    NULL,
    NUMBER,
    TEXT,
    WHOLE,
    Either,
    Free,
    From,
    Many,
    Named,
    Scalar,
    Shape,
    Values,
    shape_of,
    without_null,
)
from gameserver.core.messages import PlayerView
from gameserver.core.values import PlayerId, Role


@pytest.mark.parametrize(
    ("hint", "shape"),
    [
        (str, TEXT),
        (int | None, Either((WHOLE, NULL))),
        (float | int | None, Either((NUMBER, NULL))),
        (Any, ANYTHING),
        (Annotated[int, From(1, 9)], Scalar("integer", 1, 9)),
        (PlayerId, Named("PlayerId")),
        (Role, Named("Role")),
        (Literal["a", "b"], Values(("a", "b"))),
        (PlayerView | None, Either((Named("PlayerView"), NULL))),
        (tuple[PlayerView, ...], Many(Named("PlayerView"))),
        (Mapping[str, Any], Free()),
    ],
)
def test_a_hint_has_its_shape(hint: Any, shape: Shape) -> None:
    assert shape_of(hint) == shape


def test_what_does_not_travel_is_refused() -> None:
    with pytest.raises(TypeError, match="does not travel"):
        shape_of(set[str])


def test_null_can_be_taken_away() -> None:
    assert without_null(shape_of(int | None)) == WHOLE
    assert without_null(TEXT) == TEXT
