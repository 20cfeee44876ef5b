"""Evidence that the tests of the command line share."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.support.clips import make_clip
from tests.support.program import (
    Y_RED_85,
    Y_RED_170,
)


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder: fake.mkv (red 170), real.mkv (red 85), still.png (red 170)."""
    folder = tmp_path_factory.mktemp("evidence")
    for name, luma in (("fake.mkv", Y_RED_170), ("real.mkv", Y_RED_85)):
        make_clip(folder / name, codec="ffv1", flat=(luma, 128, 128), colour=(5, 1), frames=10)
    Image.fromarray(np.full((40, 60, 3), 170, np.uint8)).save(folder / "still.png")
    return folder
