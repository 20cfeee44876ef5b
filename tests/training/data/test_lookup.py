"""Data sets by the name of their kind."""

from __future__ import annotations

import pytest

from dfgui.core.errors import AnalysisError
from training.data.lookup import BY_NAME, data_set_named


def test_each_kind_says_what_is_taken() -> None:
    assert (
        BY_NAME["crops"].settings.faces,
        BY_NAME["crops"].settings.scale,
        BY_NAME["crops"].settings.face_size,
    ) == ("whole", 1.0, 224)
    for name in ("ffpp", "side_by_side"):
        settings = BY_NAME[name].settings
        assert (
            settings.frames,
            settings.face_size,
            settings.face_scale,
            settings.pairs,
            settings.landmarks,
        ) == (40, 288, 1.6, True, True)
    with pytest.raises(AnalysisError, match="no kind of data set named 'mnist'"):
        data_set_named("mnist")
