"""Whether a stored face is a face, and where its landmarks are, by the landmark network."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dfgui.core.faces.check_card import load_face_check
from dfgui.core.faces.crop import whole
from dfgui.core.faces.landmarks import POINTS, FaceMesh, Landmarks
from dfgui.core.geometry import Box
from dfgui.resources import FACE_CHECK, resource

# Logit from which a box holds a face. It was chosen before the card had its limit of 12.2, and
# shards depend on it.
PRESENCE = 11.0
# A ready crop may be tighter than the box that the network expects. Of 500 DFDC crops it finds 86 %
# at 1.0, 87 % at .9 and 91 % at any of .7, .8, .9, 1.0, 1.15 and 1.3; of 30,846 at any of these
# four 91 % (REAL 93 %, FAKE 89 %).
TRIES = 1.0, 0.9, 1.15, 0.8


def load_mesh() -> FaceMesh:
    """The bundled landmark network on one thread.

    Raises:
        AnalysisError: it cannot be loaded, or is not what its card says.
    """
    return FaceMesh(load_face_check(resource("models", FACE_CHECK)).folder, threads=1)


def look(mesh: FaceMesh, rgb: NDArray[np.uint8], box: Box) -> Landmarks:
    """The network's result for one box of a frame, (H, W, 3) uint8."""
    return mesh.look(rgb, [box])[0]


def look_at_crop(mesh: FaceMesh, rgb: NDArray[np.uint8]) -> Landmarks:
    """The result for a ready crop, (H, W, 3) uint8: the first try with a face, else the best."""
    found = []
    for factor in TRIES:
        found.append(look(mesh, rgb, whole(rgb) if factor == 1.0 else whole(rgb).scaled(factor)))
        if found[-1].presence >= PRESENCE:
            break
    return max(found, key=lambda marks: marks.presence)


def in_face(marks: Landmarks, square: Box, side: int) -> NDArray[np.float16]:
    """Landmarks in pixels of a stored face.

    Args:
        marks: landmarks of the frame.
        square: what was cut out of the frame.
        side: of the stored face, pixels.

    Returns:
        (478, 2) x and y; the finest step is a quarter of a pixel. NaN if there is no face.
    """
    if marks.presence < PRESENCE:
        return np.full((POINTS, 2), np.nan, np.float16)
    scale = side / square.w
    return ((marks.points - np.array([square.x, square.y], np.float32)) * scale).astype(np.float16)
