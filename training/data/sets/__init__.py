"""The registry of data sets: an entry each, in the order in which users see them."""

from __future__ import annotations

from training.data.data_set import DataSet
from training.data.sets import (
    celebdf,
    crops,
    dfdc,
    ffpp,
    folders,
    real_clips,
    side_by_side,
    stills,
)

DATA_SETS: tuple[DataSet, ...] = (
    dfdc.DATA_SET,
    crops.DATA_SET,
    ffpp.DATA_SET,
    celebdf.DATA_SET,
    folders.DATA_SET,
    side_by_side.DATA_SET,
    real_clips.DATA_SET,
    stills.DATA_SET,
)
