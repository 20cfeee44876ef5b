"""Finds what is not Python's own in a result: a NumPy number passes for it until it is encoded."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from fractions import Fraction

import msgspec
import numpy as np

from dfgui.core.sentences import Sentence

PLAIN = (bool, int, float, str, bytes, type(None), Fraction, Sentence)


def foreign(value: object, name: str = "") -> list[str]:
    """Name and type of each number, text or byte string that is not exactly one of Python's.

    Arrays may be NumPy's.
    """
    inner = list(_inner(value))
    if inner:
        return [found for key, one in inner for found in foreign(one, f"{name}.{key}")]
    ours = (
        isinstance(value, np.ndarray | tuple | list | dict)
        or dataclasses.is_dataclass(value)
        or isinstance(value, msgspec.Struct)
    )
    return (
        []
        if ours or type(value) in PLAIN
        else [f"{name or 'it'}: {type(value).__module__}.{type(value).__name__}"]
    )


def _inner(value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, msgspec.Struct):
        yield from ((name, getattr(value, name)) for name in value.__struct_fields__)
    elif dataclasses.is_dataclass(value):
        yield from ((field.name, getattr(value, field.name)) for field in dataclasses.fields(value))
    elif isinstance(value, Sentence):
        yield from value.values.items()
    elif isinstance(value, dict):
        yield from ((str(key), one) for key, one in value.items())
        yield from (("key", key) for key in value)
    elif isinstance(value, tuple | list):
        yield from ((str(place), one) for place, one in enumerate(value))
