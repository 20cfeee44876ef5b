"""Small face clips with known content, and DFDC-like tables of crops.

The clips have the official FaceForensics++ layout.
"""

import csv
import zipfile
from collections.abc import Sequence
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray
from skimage.data import astronaut

from training.data.sets.ffpp import Clip

SIDE = 240
FACE = (120, 97)  # middle of the face, pixels of the frame
AXES = (36, 47)  # half axes of the face

Picture = NDArray[np.uint8]


def frame(number: int) -> Picture:
    """(240, 240, 3) uint8: the portrait, 3 grey levels brighter with each frame."""
    portrait = astronaut()[20 : 20 + SIDE, 106 : 106 + SIDE]
    return np.asarray(np.clip(portrait * 0.8 + 3 * number, 0, 255), np.uint8)


def replaced(picture: Picture) -> Picture:
    """The same with another face: 30 grey levels off inside the ellipse."""
    mask = np.zeros((SIDE, SIDE), np.uint8)
    cv2.ellipse(mask, FACE, AXES, 0, 0, 360, 1, thickness=-1)
    other = np.clip(picture.astype(np.int16) + np.array([30, -30, 30]), 0, 255).astype(np.uint8)
    return np.where(mask[..., None] == 1, other, picture)


def write_clip(path: Path, pictures: Sequence[Picture]) -> Path:
    """Write H.264 4:2:0 at CRF 12, 25 frames a second."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w") as container:
        stream = container.add_stream(
            "libx264", rate=25, options={"crf": "12", "preset": "ultrafast"}
        )
        stream.height, stream.width = pictures[0].shape[:2]
        for picture in pictures:
            container.mux(
                stream.encode(
                    av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(format="yuv420p")
                )
            )
        container.mux(stream.encode())
    return path


def real_path(root: Path, person: str) -> Path:
    return root / "original_sequences" / "youtube" / "c23" / "videos" / f"{person}.mp4"


def fake_path(root: Path, person: str, donor: str, method: str = "Deepfakes") -> Path:
    return root / "manipulated_sequences" / method / "c23" / "videos" / f"{person}_{donor}.mp4"


def write_pair(
    root: Path, person: str, donor: str, *, frames: int = 8, method: str = "Deepfakes"
) -> None:
    """A real clip of `person` and the fake made from it."""
    pictures = [frame(number) for number in range(frames)]
    write_clip(real_path(root, person), pictures)
    write_clip(fake_path(root, person, donor, method), [replaced(picture) for picture in pictures])


def clip(name: str, method: str = "original") -> Clip:
    """A clip without a file."""
    return Clip(Path(f"{name}.mp4"), name[:3], name[4:], method)


def write_crops(folder: Path, splits: dict[str, int], *, side: int = 90) -> Path:
    """A DFDC-like table with this many pairs of real and fake crops for each split.

    The crops have names of their own and are zipped as PNG.
    """
    rows = []
    with zipfile.ZipFile(folder / "crops.zip", "w") as archive:
        for split, pairs in splits.items():
            for number in range(pairs):
                for label, change in (("REAL", lambda picture: picture), ("FAKE", replaced)):
                    face = change(frame(number % 8))[50:150, 70:170]
                    name = f"{split}-{number}-{label}.png"
                    archive.writestr(
                        name,
                        cv2.imencode(".png", cv2.resize(face, (side, side))[:, :, ::-1])[
                            1
                        ].tobytes(),
                    )
                    rows.append((name, "crops.zip", label, f"{split}-{number}.mp4", split, side))
    with (folder / "dfdc_faces.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(
            [("file", "archive", "label", "original", "split", "box_width"), *rows]
        )
    return folder / "dfdc_faces.csv"
