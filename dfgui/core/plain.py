"""Numbers as they leave the program: NumPy's become Python's own, with the same value.

NumPy's float64 is a subclass of Python's float, so no type checker finds one among results, and
most code works with it; but msgspec refuses to encode it. Functions of the core convert what they
return. This is the safety net below them: every message between processes and every file of results
is encoded through `python_number` or `plain_value`, so a single function or value cannot make a
result unwritable. A check in each result class would be one more line in each, and would be
forgotten in the next. The hook costs nothing otherwise: msgspec calls it only for types that it
does not know.
"""

from __future__ import annotations

import msgspec
import numpy as np

from dfgui.core.sentences import Sentence


def python_number(value: object) -> bool | int | float:
    """A NumPy scalar as Python's number of the same value.

    Hooks of msgspec (`enc_hook`) call it: `plain_value` for files, and one in
    `dfgui.worker.protocol` for messages.

    Raises:
        TypeError: it is not a NumPy number, or one that Python's float cannot hold exactly
            (longdouble).
    """
    if isinstance(value, np.generic) and value.dtype.kind in "biuf":
        plain = value.item()
        if isinstance(plain, bool | int | float):  # a longdouble stays one
            return plain
    raise TypeError(
        f"expected a number, received {type(value).__module__}.{type(value).__qualname__}"
    )


def plain_value(value: object) -> bool | int | float | str:
    """A sentence as its English text, else as `python_number`: the `enc_hook` for files."""
    return str(value) if isinstance(value, Sentence) else python_number(value)


def json_of(value: object) -> bytes:
    """The value as compact JSON, UTF-8; NaN and infinity become null, sentences English.

    Raises TypeError as `python_number` does.
    """
    return msgspec.json.encode(value, enc_hook=plain_value)
