"""Turns against Pillow's, there and back."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from dfgui.core.media.turns import Turn

# Pillow's turns are counter-clockwise; TRANSVERSE is a turn by 90 degrees, mirrored after it by
# exchanging top and bottom, which is a turn by 270 degrees mirrored left-right.
TURNS = {
    (0, True): Image.Transpose.FLIP_LEFT_RIGHT,
    (90, False): Image.Transpose.ROTATE_270,
    (180, False): Image.Transpose.ROTATE_180,
    (270, False): Image.Transpose.ROTATE_90,
    (90, True): Image.Transpose.TRANSPOSE,
    (180, True): Image.Transpose.FLIP_TOP_BOTTOM,
    (270, True): Image.Transpose.TRANSVERSE,
}


@pytest.mark.parametrize(("degrees", "mirrored"), TURNS)
def test_a_turn_is_pillow_s_and_can_be_undone(degrees: int, mirrored: bool) -> None:
    stored = np.random.default_rng(1).integers(0, 256, (5, 3, 3), np.uint8)
    upright = np.asarray(Image.fromarray(stored).transpose(TURNS[degrees, mirrored]))
    turn = Turn.of(degrees, mirrored)
    assert (turn.degrees, turn.mirrored) == (degrees, mirrored)
    assert np.array_equal(turn.apply(stored), upright)
    assert np.array_equal(turn.undo(upright), stored)
    grey = stored[..., 0].astype(np.float32)
    assert np.array_equal(turn.undo(turn.apply(grey)), grey)
