"""Values and bytes for Hypothesis to draw."""

from __future__ import annotations

from typing import Any

import msgpack
from hypothesis import strategies as st

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**63), 2**64 - 1), st.floats(), TEXT, st.binary(max_size=40)
)
JSON_SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**53), 2**53),
    st.floats(allow_nan=False, allow_infinity=False),
    TEXT,
)
EXTENSIONS = st.one_of(
    st.builds(lambda data: msgpack.ExtType(0, data), st.binary(max_size=9)),
    st.builds(lambda data: msgpack.ExtType(0, data), st.binary(min_size=8, max_size=8)),
    st.builds(msgpack.ExtType, st.integers(0, 127), st.binary(max_size=16)),
    st.builds(msgpack.Timestamp, st.integers(-(2**34), 2**40), st.integers(0, 999_999_999)),
)


def nested(leaves: st.SearchStrategy[Any], keys: st.SearchStrategy[Any] = TEXT) -> st.SearchStrategy[Any]:
    """Containers of these leaves."""
    return st.recursive(
        leaves,
        lambda inner: st.one_of(st.lists(inner, max_size=5), st.dictionaries(keys, inner, max_size=5)),
        max_leaves=20,
    )


VALUES = nested(SCALARS, st.one_of(TEXT, st.integers(-100, 100)))
JSON_VALUES = nested(JSON_SCALARS)
MSGPACK = nested(
    st.one_of(SCALARS, EXTENSIONS), st.one_of(TEXT, st.integers(-(2**63), 2**64 - 1), st.binary(max_size=5))
).map(msgpack.packb)


@st.composite
def damaged(draw: st.DrawFn, whole: st.SearchStrategy[bytes] = MSGPACK) -> bytes:
    """Bytes that were right before some of them were changed, cut off or added."""
    data = bytearray(draw(whole))
    for _ in range(draw(st.integers(0, 3))):
        if data:
            at = draw(st.integers(0, len(data) - 1))
            match draw(st.sampled_from(("change", "remove", "insert"))):
                case "change":
                    data[at] = draw(st.integers(0, 255))
                case "remove":
                    del data[at]
                case "insert":
                    data.insert(at, draw(st.integers(0, 255)))
    return bytes(data)
