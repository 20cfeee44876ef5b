"""The fills of occlusion: each name has an entry, and each entry makes a picture."""

from typing import get_args

import numpy as np
import pytest

from dfgui.core.analysis_results import OcclusionSettings
from dfgui.core.fills import FILLS, Fill


def test_every_name_has_an_entry_with_words_of_its_own() -> None:
    assert tuple(FILLS) == get_args(Fill)
    assert len({entry.words for entry in FILLS.values()}) == len(FILLS)


@pytest.mark.parametrize("fill", FILLS)
def test_a_fill_has_the_shape_of_the_crop(fill: Fill) -> None:
    crop = np.arange(5 * 7 * 3, dtype=np.uint8).reshape(5, 7, 3)
    made = FILLS[fill].make(crop, 4)
    assert made.shape == crop.shape
    assert made.dtype == np.uint8
    assert not np.shares_memory(made, crop)


def test_black_and_the_mean_colour() -> None:
    crop = np.array([[[0, 10, 255], [2, 20, 255]]], np.uint8)
    assert FILLS["black"].make(crop, 1).tolist() == [[[0, 0, 0]] * 2]
    assert FILLS["mean"].make(crop, 1).tolist() == [[[1, 15, 255]] * 2]


def test_an_unknown_fill_is_refused_with_the_names_of_those_that_are_known() -> None:
    with pytest.raises(ValueError, match=r"fill: expected one of \('black', .*, received 'pink'"):
        OcclusionSettings(fill="pink")  # type: ignore[arg-type]
