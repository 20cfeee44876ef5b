"""NumPy numbers converted to Python numbers of the same value."""

from __future__ import annotations

import struct

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfgui.core.plain import json_of, python_number

SIGNED, UNSIGNED = (
    (np.int8, np.int16, np.int32, np.int64),
    (
        np.uint8,
        np.uint16,
        np.uint32,
        np.uint64,
    ),
)


@pytest.mark.parametrize("kind", SIGNED)
def test_whole_numbers_keep_both_ends(kind: type[np.signedinteger]) -> None:
    bits = 8 * kind().itemsize
    for value in (-(2 ** (bits - 1)), -1, 0, 2 ** (bits - 1) - 1):
        found = python_number(kind(value))
        assert (type(found), found) == (int, value)


@pytest.mark.parametrize("kind", UNSIGNED)
def test_numbers_without_a_sign_keep_their_largest(kind: type[np.unsignedinteger]) -> None:
    largest = 2 ** (8 * kind().itemsize) - 1
    found = python_number(kind(largest))
    assert (type(found), found) == (int, largest)


@given(value=st.floats(allow_nan=False))
def test_a_float64_keeps_every_bit(value: float) -> None:
    found = python_number(np.float64(value))
    assert type(found) is float
    assert struct.pack("<d", found) == struct.pack("<d", value)


@given(value=st.floats(width=32, allow_nan=False))
def test_a_float32_is_the_double_of_the_same_value(value: float) -> None:
    found = python_number(np.float32(value))
    assert (type(found), found) == (float, value)


@pytest.mark.parametrize("value", [True, False])
def test_a_truth_value_stays_one(value: bool) -> None:
    assert python_number(np.bool_(value)) is value


@pytest.mark.parametrize(
    "value",
    [
        np.longdouble(1) / 3,  # holds more than Python's float
        np.timedelta64(5, "ns"),  # NumPy treats it as an integer type
        np.datetime64("2020-01-01"),
        np.complex128(1j),
        np.str_("a"),
        np.zeros(2),
        object(),
    ],
)
def test_what_is_no_number_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="expected a number, received"):
        python_number(value)
    with pytest.raises(TypeError, match="expected a number, received"):
        json_of({"deep": [value]})


def test_json_holds_them_anywhere() -> None:
    values = {
        "a": np.float64(0.1),
        "b": (np.int64(7), [np.bool_(True), np.float32(0.5)]),
        "c": np.float64("nan"),
        "d": None,
    }
    assert json_of(values) == b'{"a":0.1,"b":[7,[true,0.5]],"c":null,"d":null}'
    assert msgspec.json.decode(json_of(np.uint64(2**64 - 1))) == 2**64 - 1
