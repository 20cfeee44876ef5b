"""Texts that are shortened in the middle."""

from __future__ import annotations

import pytest

from dfgui.ui.widgets.elided import shortened


@pytest.mark.parametrize(
    ("most", "short"), [(9, "abcdefghi"), (8, "abcd…ghi"), (7, "abc…ghi"), (3, "a…i")]
)
def test_both_ends_of_a_name_are_kept(most: int, short: str) -> None:
    assert shortened("abcdefghi", most) == short
    assert len(short) == most
