"""Fakes made from real faces: self-blended images and swaps.

The masks of self-blended images come from landmarks or are drawn.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from dfgui.core.faces.crop import resize
from training.fitting.augment import down_up, saturated

Picture = NDArray[np.uint8]
STRENGTHS = (0.25, 0.5, 0.75, 1.0, 1.0)
# Points of MediaPipe's mesh whose hulls are the parts of a face that are replaced or re-enacted.
BROWS = (70, 63, 105, 66, 107, 336, 296, 334, 293, 300)
EYES = (
    33,
    246,
    161,
    160,
    159,
    158,
    157,
    173,
    133,
    155,
    154,
    153,
    145,
    144,
    163,
    7,
    263,
    466,
    388,
    387,
    386,
    385,
    384,
    398,
    362,
    382,
    381,
    380,
)
NOSE = (168, 6, 197, 195, 5, 4, 1, 98, 327, 129, 358)
LIPS = (61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291, 375, 321, 405, 314, 17, 84, 181, 91, 146)
CHIN = (148, 176, 149, 150, 152, 377, 400, 378, 379, 172, 397)
PARTS: tuple[tuple[int, ...] | None, ...] = (
    None,
    (*BROWS, *EYES, *NOSE, *LIPS),
    (*LIPS, *CHIN),
    (*BROWS, *EYES),
    LIPS,
)
# The whole face, the inner face, mouth and chin, eyes and brows, the mouth.
PART_CHANCES = (0.5, 0.25, 0.1, 0.1, 0.05)


def self_blend(
    face: Picture, rng: np.random.Generator, *, points: NDArray[np.float32] | None = None
) -> Picture:
    """Blend an altered, slightly moved copy of a face into itself.

    Args:
        face: (H, W, 3) uint8, the face filling most of the picture.
        rng: source of every choice.
        points: (478, 2) landmarks in pixels of the picture, for a mask of the face's own shape;
            None draws one.

    Returns:
        (H, W, 3) uint8. Around the mask it is the unchanged face or, as often, the altered copy; in
        that case the mask shows the unchanged face.

    Source: Shiohara and Yamasaki, "Detecting Deepfakes with Self-Blended Images", CVPR 2022.
    Without landmarks the mask is a superellipse over the inner face.
    """
    height, width = face.shape[:2]
    drawn = (
        face_mask(height, width, rng)
        if points is None
        else landmark_mask(height, width, points, rng)
    )
    mask = drawn[:, :, None] * rng.choice(STRENGTHS)
    altered, kept = (
        (_altered(face, rng), face) if rng.random() < 0.5 else (face, _altered(face, rng))
    )
    moved = _moved(
        altered, rng, min(height, width) if points is None else float(np.ptp(points, axis=0).max())
    )
    return np.asarray(np.clip(moved * mask + kept * (1 - mask) + 0.5, 0, 255), dtype=np.uint8)


def swap(face: Picture, donor: Picture, rng: np.random.Generator) -> Picture:
    """Blend the inner face of another person, brought to the colours of this one, into a face.

    Args:
        face: (H, W, 3) uint8, the face filling most of the picture.
        donor: (h, w, 3) uint8, cut the same way, ideally in the same pose.
        rng: source of every choice.

    Returns:
        (H, W, 3) uint8: around the mask it is `face`.

    Source: Li et al., "Face X-ray for More General Face Forgery Detection", CVPR 2020; their faces
    are aligned by landmarks, ours by being cut the same way.
    """
    height, width = face.shape[:2]
    mask = face_mask(height, width, rng)[:, :, None]
    other = _moved(resize(donor, (height, width)), rng, min(height, width))
    coloured = np.asarray(np.clip(_in_colours_of(other, face, mask) + 0.5, 0, 255), dtype=np.uint8)
    blended = _other_sharpness(coloured, rng) * mask + face * (1 - mask)
    return np.asarray(np.clip(blended + 0.5, 0, 255), dtype=np.uint8)


def _in_colours_of(
    picture: Picture, model: Picture, mask: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Give each channel inside the mask the mean and spread of the model's."""
    inside = np.asarray(mask > 0.5, dtype=np.uint8)
    (own, own_spread), (wanted, wanted_spread) = (
        cv2.meanStdDev(of, mask=inside) for of in (picture, model)
    )
    factor = (wanted_spread + 1) / (own_spread + 1)
    return np.asarray(picture * factor.ravel() + (wanted - own * factor).ravel(), dtype=np.float32)


def face_mask(height: int, width: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """A soft superellipse with random centre, axes, angle and exponent, elastically deformed.

    Returns:
        (height, width) float32, 0-1; 0 near the picture's border, so that the seam lies inside.
    """
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    bend_x, bend_y = (_waves(height, width, rng) * width * 0.06 for _ in range(2))
    x, y = (
        x + bend_x - width * rng.uniform(0.45, 0.55),
        y + bend_y - height * rng.uniform(0.45, 0.6),
    )
    angle = rng.uniform(-0.35, 0.35)
    across = (x * np.cos(angle) + y * np.sin(angle)) / (width * rng.uniform(0.22, 0.4))
    down = (y * np.cos(angle) - x * np.sin(angle)) / (height * rng.uniform(0.22, 0.42))
    power = rng.uniform(2.0, 4.0)
    mask = (np.abs(across) ** power + np.abs(down) ** power < 1).astype(np.float32)
    soft = cv2.GaussianBlur(mask, (0, 0), width * rng.uniform(0.008, 0.05))
    return np.asarray(soft * _inside(height, width), dtype=np.float32)


def landmark_mask(
    height: int, width: int, points: NDArray[np.float32], rng: np.random.Generator
) -> NDArray[np.float32]:
    """The hull of the face, or of a part of it, elastically deformed, grown or shrunk, and soft.

    Args:
        height: of the picture, pixels.
        width: of the picture, pixels.
        points: (478, 2) landmarks in its pixels, x and y.
        rng: source of every choice.

    Returns:
        (height, width) float32, 0-1; 0 near the picture's border.

    Source: Shiohara and Yamasaki, 2022; Li et al., "Face X-ray", 2020, whose hulls are deformed as
    well.
    """
    part = PARTS[int(rng.choice(len(PARTS), p=PART_CHANCES))]
    chosen = points if part is None else points[list(part)]
    extent = float(np.ptp(points, axis=0).max())
    mask = np.zeros((height, width), dtype=np.float32)
    cv2.fillConvexPoly(mask, cv2.convexHull(np.round(chosen).astype(np.int32)), 1.0)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    bend_x, bend_y = (_waves(height, width, rng) * extent * 0.06 for _ in range(2))
    bent = cv2.remap(mask, x + bend_x, y + bend_y, cv2.INTER_LINEAR)
    # Blurred and cut again at another level, the hull grows or shrinks; a second blur makes it
    # soft.
    grown = cv2.GaussianBlur(bent, (0, 0), extent * rng.uniform(0.01, 0.06)) > rng.uniform(0.2, 0.8)
    soft = cv2.GaussianBlur(grown.astype(np.float32), (0, 0), extent * rng.uniform(0.008, 0.06))
    return np.asarray(soft * _inside(height, width), dtype=np.float32)


def _inside(height: int, width: int) -> NDArray[np.float32]:
    """1 in the picture, falling to 0 over the outer 4 %."""
    rise_y = np.clip(np.minimum(np.arange(height), np.arange(height)[::-1]) / (0.04 * height), 0, 1)
    rise_x = np.clip(np.minimum(np.arange(width), np.arange(width)[::-1]) / (0.04 * width), 0, 1)
    return np.asarray(rise_y[:, None] * rise_x[None, :], dtype=np.float32)


def _waves(height: int, width: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """Smooth random field, about -1 to 1."""
    coarse = rng.uniform(-1, 1, (5, 5)).astype(np.float32)
    return np.asarray(
        cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC), dtype=np.float32
    )


def _altered(face: Picture, rng: np.random.Generator) -> Picture:
    """A copy with a slightly different colour and another sharpness."""
    # The paper's 20 instead of 12 paints noses red and cheeks green.
    shifted = face + rng.uniform(-12, 12, 3) * (rng.random() < 0.7)
    scaled = (shifted - 128) * (1 + rng.uniform(-0.12, 0.12)) + 128 + rng.uniform(-12, 12)
    coloured = saturated(
        np.asarray(np.clip(scaled, 0, 255), dtype=np.uint8), 1 + rng.uniform(-0.2, 0.2)
    )
    return _other_sharpness(coloured, rng)


def _other_sharpness(face: Picture, rng: np.random.Generator) -> Picture:
    kind = rng.random()
    if kind < 0.5:
        return down_up(face, 1 / rng.uniform(1.5, 4))
    if kind < 0.8:
        soft = cv2.GaussianBlur(face, (0, 0), 1.5)
        return np.asarray(cv2.addWeighted(face, 1.6, soft, -0.6, 0), dtype=np.uint8)
    return face


def _moved(face: Picture, rng: np.random.Generator, side: float) -> Picture:
    """Shift by up to 3 % of the face's side in pixels and scale by up to 5 %, about the middle."""
    height, width = face.shape[:2]
    scale = 1 + rng.uniform(-0.05, 0.05)
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), 0.0, scale)
    matrix[:, 2] += rng.uniform(-0.03, 0.03, 2) * np.array([side, side])
    return np.asarray(
        cv2.warpAffine(
            face, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        ),
        dtype=np.uint8,
    )
