"""The demo clips are what their provenance says, and their script makes them."""

import hashlib
import subprocess
import sys
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from dfgui.resources import resource

NAMES = ("portrait.mp4", "portrait-altered.mp4")
Clip = NDArray[np.uint8]


def _decode(path: Path) -> Clip:
    with av.open(str(path)) as container:
        return np.stack([frame.to_ndarray(format="gray8") for frame in container.decode(video=0)])


def _faces(frame: NDArray[np.uint8]) -> list[tuple[int, int, int, int]]:
    cascade = cv2.CascadeClassifier(cv2.data.haarcascades + "haarcascade_frontalface_alt2.xml")
    return [
        (int(x), int(y), int(w), int(h)) for x, y, w, h in cascade.detectMultiScale(frame, 1.1, 3)
    ]


@pytest.fixture(scope="module")
def clips() -> dict[str, Clip]:
    return {name: _decode(resource("demo", name)) for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_shape_rate_and_size(clips: dict[str, Clip], name: str) -> None:
    path = resource("demo", name)
    assert clips[name].shape == (100, 480, 640)  # 4 s
    assert path.stat().st_size < 1_000_000
    with av.open(str(path)) as container:
        video = container.streams.video[0]
        assert (video.codec_context.name, video.codec_context.pix_fmt, video.average_rate) == (
            "h264",
            "yuv420p",
            25,
        )
        assert len(container.streams) == 1


@pytest.mark.parametrize("name", NAMES)
def test_provenance_states_the_hash(name: str) -> None:
    line = f"| `{name}` | `{hashlib.sha256(resource('demo', name).read_bytes()).hexdigest()}` |"
    assert line in resource("demo", "PROVENANCE.md").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("name", NAMES)
def test_the_face_is_found(clips: dict[str, Clip], name: str) -> None:
    frames = clips[name][::5]
    assert len(frames) == 20
    assert sum(bool(_faces(frame)) for frame in frames) >= 19  # 95 %


def test_the_camera_moves(clips: dict[str, Clip]) -> None:
    first, quarter = _faces(clips["portrait.mp4"][0])[0], _faces(clips["portrait.mp4"][40])[0]
    assert (first[0], first[1]) != (quarter[0], quarter[1])


@pytest.mark.parametrize("index", [0, 25, 50, 75, 99])
def test_only_the_face_differs(clips: dict[str, Clip], index: int) -> None:
    plain, other = (clips[name][index] for name in NAMES)
    x, y, w, h = _faces(plain)[0]
    change = np.abs(plain.astype(np.int16) - other)
    face = change[y : y + h, x : x + w]
    outside = np.ones(change.shape, bool)
    outside[max(0, y - h // 4) : y + 5 * h // 4, max(0, x - w // 4) : x + 5 * w // 4] = False
    assert face.mean() > 4
    assert change[outside].mean() < 1.5  # grey levels: the encoder's own differences


def test_the_script_makes_the_clips(clips: dict[str, Clip], tmp_path: Path) -> None:
    script = Path(__file__).resolve().parents[2] / "resources" / "demo" / "make_demo.py"
    subprocess.run([sys.executable, str(script), str(tmp_path)], check=True)
    for name in NAMES:
        made = _decode(tmp_path / name)
        assert made.shape == clips[name].shape
        # Another build of the encoder may round differently; a different picture differs by more.
        assert np.abs(made.astype(np.int16) - clips[name]).mean() < 0.5
