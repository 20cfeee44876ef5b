"""Makes the two demo clips next to this script.

One is a filmed portrait, the other the same with an altered face.

Run as `python resources/demo/make_demo.py [FOLDER]`; FOLDER is where the clips go, this script's
own by default. The same versions of NumPy, OpenCV and PyAV make the same bytes. Needs scikit-image,
which carries the portrait.
"""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
from numpy.typing import NDArray
from skimage.data import astronaut

FRAMES, FPS = 100, 25
WIDTH, HEIGHT = 640, 480
FACE_CENTRE = (226.0, 117.0)  # portrait pixels
FACE_AXES = (36, 47)  # half axes, portrait pixels
NOISE = 1.5  # standard deviation of the simulated sensor, grey levels
SEED = 1
# libx264 at one quality and on one thread: its output then depends on the pictures only.
ENCODER = {"crf": "21", "preset": "slow", "threads": "1", "x264-params": "keyint=25"}

Picture = NDArray[np.uint8]
Affine = NDArray[np.float64]


def camera(index: int) -> Affine:
    """Return the (2, 3) map from portrait to frame pixels.

    The camera pans, zooms and rolls slowly, one cycle over the clip.
    """
    turn = 2 * np.pi * index / FRAMES
    centre = np.array([244 + 11 * np.sin(turn), 178 + 2 * np.sin(2 * turn)])
    affine = np.asarray(
        cv2.getRotationMatrix2D((0, 0), 1.2 * np.sin(turn + 1), 1.45 + 0.03 * np.cos(turn)),
        np.float64,
    )
    affine[:, 2] = np.array([WIDTH, HEIGHT]) / 2 - affine[:, :2] @ centre
    return affine


def filmed(portrait: Picture) -> Iterator[Picture]:
    """Yield frames of the portrait with the camera's motion and its sensor's noise.

    Each is (HEIGHT, WIDTH, 3) uint8 RGB.
    """
    noise = np.random.default_rng(SEED)
    for index in range(FRAMES):
        still = cv2.warpAffine(
            portrait,
            camera(index),
            (WIDTH, HEIGHT),
            flags=cv2.INTER_CUBIC,
            borderMode=cv2.BORDER_REFLECT,
        )
        yield to_picture(still + noise.normal(0, NOISE, still.shape))


def altered(frames: Iterable[Picture]) -> Iterator[Picture]:
    """Yield the frames with an altered copy of the face blended over it.

    Replaced faces are pasted in the same way.
    """
    noise = np.random.default_rng(SEED + 1)
    mask = face_mask()
    for index, frame in enumerate(frames):
        alpha = cv2.warpAffine(mask, camera(index), (WIDTH, HEIGHT))[..., None]
        yield to_picture(frame + alpha * (other_face(frame, index, noise) - frame))


def face_mask() -> NDArray[np.float32]:
    """Return the share of the altered face at each portrait pixel.

    It is (512, 512) float32, 0-0.95, with a soft border.
    """
    mask = np.zeros((512, 512), np.float32)
    centre = (round(FACE_CENTRE[0]), round(FACE_CENTRE[1]))
    cv2.ellipse(mask, centre, FACE_AXES, 0, 0, 360, 0.95, thickness=-1, lineType=cv2.LINE_AA)
    return np.asarray(cv2.GaussianBlur(mask, (0, 0), 4), np.float32)


def other_face(frame: Picture, index: int, noise: np.random.Generator) -> NDArray[np.float32]:
    """Return the frame softer, in other colours, enlarged and moved a little.

    It has half the resolution, is enlarged by 5 % about the face, and moves unsteadily.
    """
    small = cv2.resize(frame, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    soft = cv2.resize(small, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
    centre = camera(index) @ np.array([*FACE_CENTRE, 1.0])
    move = np.asarray(
        cv2.getRotationMatrix2D((float(centre[0]), float(centre[1])), 0, 1.05), np.float64
    )
    move[:, 2] += noise.normal((1.5, -2.0), 0.3)
    moved = cv2.warpAffine(soft, move, (WIDTH, HEIGHT), flags=cv2.INTER_CUBIC)
    return np.asarray(moved * np.array([1.03, 0.96, 0.90]) + np.array([6.0, 2.0, -2.0]), np.float32)


def to_picture(values: NDArray[Any]) -> Picture:
    """Round to uint8, 0-255."""
    return np.asarray(np.clip(np.rint(values), 0, 255), np.uint8)


def write(path: Path, frames: Iterable[Picture]) -> None:
    """Write H.264, yuv420p, BT.601 limited range.

    The container holds no date and no program's name.
    """
    with av.open(
        str(path), "w", options={"fflags": "+bitexact", "movflags": "+faststart"}
    ) as container:
        stream = container.add_stream("libx264", rate=FPS, options=ENCODER)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        context = stream.codec_context
        context.color_range, context.colorspace, context.color_primaries, context.color_trc = (
            1,
            6,
            6,
            6,
        )
        for frame in frames:
            container.mux(
                stream.encode(
                    av.VideoFrame.from_ndarray(frame, format="rgb24").reformat(format="yuv420p")
                )
            )
        container.mux(stream.encode())


def main(folder: Path) -> None:
    """Write both clips into the folder."""
    portrait = astronaut()
    write(folder / "portrait.mp4", filmed(portrait))
    write(folder / "portrait-altered.mp4", altered(filmed(portrait)))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
