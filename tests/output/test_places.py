"""Names of files."""

from __future__ import annotations

import pytest

from dfgui.output.places import file_name


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a clip", "a clip"),
        ('a:b*c?"<>|\\d', "a_b_c______d"),
        ("line\nbreak", "line_break"),
        ("\udcff", "_"),
        ("像" * 40, "像" * 33),
    ],
)
def test_names_that_every_file_system_bears(name: str, expected: str) -> None:
    assert file_name(name) == expected
