"""Makes the check that tells faces from patterns, and measures how well it does.

The network is converted from MediaPipe's, and its threshold is chosen here.
"""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import msgspec
import numpy as np
import openvino as ov
from scipy.stats import beta

from dfgui.core.analysis.scan import new_tracker
from dfgui.core.errors import AnalysisError
from dfgui.core.faces.check import FaceCheck, faceless_tracks
from dfgui.core.faces.check_card import FaceCheckCard, FaceCheckPackage, load_face_check
from dfgui.core.faces.landmarks import SIDE
from dfgui.core.faces.tracks import Find, FoundBox
from dfgui.core.geometry import Box
from dfgui.core.media.media_files import sample_indices
from dfgui.core.media.video import Video
from dfgui.core.network.package import FILES, Metric

FRAMES = {"ffpp_train": 32, "speaking": 8}
"""The sets of the table, and how many frames of each clip were looked at."""
STATED = frozenset(("035", "036", "055", "147"))
"""People of FaceForensics++ whose clips are in the half that figures are stated on."""
ONE_A_CLIP = "a clip counts once"


@dataclass(frozen=True)
class LabelledBox:
    """A box that Haar found, labelled by eye.

    Attributes:
        set: `ffpp_train` or `speaking`.
        clip: its name in the table.
        frame: its number, from 0.
        box: pixels of the frame.
        label: `face`, `pattern` or `unsure`.
        kinds: of a face, such as `frontal` and `glasses`.
    """

    set: str
    clip: str
    frame: int
    box: Box
    label: str
    kinds: tuple[str, ...] = ()

    @property
    def is_stated_on(self) -> bool:
        """Whether figures are stated on its clip; the threshold is chosen on the others."""
        if self.set == "speaking":
            return int(self.clip.rpartition("_")[2]) % 2 == 1
        return bool(STATED & set(self.clip.rpartition("/")[2].split("_")))


@dataclass(frozen=True)
class Judged:
    """A labelled box, the presence that the check gives it, and its track in a scan."""

    box: LabelledBox
    presence: float
    track: int


@dataclass(frozen=True)
class Outcome:
    """What became of the labelled boxes of one label.

    It holds whether each box is judged right, and whose clip it is in.
    """

    right: Sequence[bool]
    clips: Sequence[str]


def convert(tflite: Path, folder: Path) -> None:
    """Write MediaPipe's landmark network as `model.xml` and `model.bin`.

    It takes a batch of one, has fp16 weights, and gives the same numbers.

    Args:
        tflite: `face_landmarks_detector.tflite` out of MediaPipe's `face_landmarker.task`, which is
            a zip.
        folder: made if missing.

    Raises:
        AnalysisError: OpenVINO cannot read the file.
    """
    try:
        model = ov.Core().read_model(tflite)
        model.reshape([1, SIDE, SIDE, 3])
    except RuntimeError as error:
        raise AnalysisError(
            f"{tflite} is no network that takes pictures of {SIDE} x {SIDE}; name MediaPipe's"
            " .tflite."
        ) from error
    folder.mkdir(parents=True, exist_ok=True)
    ov.save_model(model, folder / "model.xml", compress_to_fp16=True)


def read_boxes(table: Path) -> list[LabelledBox]:
    """The labelled boxes, in the order of the table."""
    with table.open(newline="", encoding="utf-8") as file:
        return [
            LabelledBox(
                row["set"],
                row["clip"],
                int(row["frame"]),
                Box(*(int(row[side]) for side in "xywh")),
                row["label"],
                tuple(filter(None, row["kind"].split(";"))),
            )
            for row in csv.DictReader(file)
        ]


def clip_path(box: LabelledBox, data: Path, clips: Path) -> Path:
    """The path of a box's clip.

    Raises:
        AnalysisError: it is not there.
    """
    if box.set == "speaking":
        path = clips / f"{box.clip}.mp4"
    else:
        method, _, name = box.clip.partition("/")
        kind = (
            Path("original_sequences", "youtube")
            if method == "original"
            else Path("manipulated_sequences", method)
        )
        path = data / "ffpp" / kind / "c23" / "videos" / f"{name}.mp4"
    if not path.is_file():
        raise AnalysisError(
            f"The clip {path} is missing, and figures on part of the boxes would mislead; name the"
            " right folders."
        )
    return path


def judge(
    boxes: Sequence[LabelledBox],
    check: FaceCheck,
    path_of: Callable[[LabelledBox], Path],
    told: Callable[[str], None],
) -> list[Judged]:
    """Ask the check about every box, and follow the boxes of each clip as a scan does.

    Args:
        boxes: sorted by clip and frame.
        check: in the program's own package.
        path_of: gives the path of a box's clip.
        told: is told how far it is.

    Raises:
        AnalysisError: a clip is missing or cannot be read.
    """
    paths = {box.clip: path_of(box) for box in boxes}  # all of them before the first is read
    judged: list[Judged] = []
    for clip, group in groupby(boxes, key=lambda box: box.clip):
        judged += _judged_clip(list(group), check, paths[clip])
        told(f"{len(judged)} of {len(boxes)} boxes: {clip}")
    return judged


def _judged_clip(boxes: Sequence[LabelledBox], check: FaceCheck, path: Path) -> Iterator[Judged]:
    with Video(path) as video:
        tracker = new_tracker(video, FRAMES[boxes[0].set])
        looked_at = sample_indices(video.count, FRAMES[boxes[0].set])
        for frame in video.frames(sorted({*looked_at, *(box.frame for box in boxes)})):
            own = [box for box in boxes if box.frame == frame.index]
            faces = tracker.follow(
                frame.rgb, _giving(check.checked(frame.rgb, [box.box for box in own]))
            )
            for box, face in zip(own, faces, strict=True):
                yield Judged(box, face.presence or 0.0, face.track)


def _giving(found: Sequence[FoundBox]) -> Find:
    """A finder for a tracker whose boxes are known."""
    return lambda _: found


def chosen_threshold(judged: Sequence[Judged]) -> float:
    """The middle of the widest range of thresholds at which most is right, to one digit.

    Most is right if the shares of right faces and of right patterns have the largest sum.
    """
    faces, patterns = (
        np.sort([one.presence for one in judged if one.box.label == label])
        for label in ("face", "pattern")
    )
    edges = np.unique(np.concatenate([faces, patterns]))
    middles = (edges[:-1] + edges[1:]) / 2
    right = [float((faces >= value).mean() + (patterns < value).mean()) for value in middles]
    best = np.flatnonzero(np.array(right) >= max(right) - 1e-12)
    # Between two neighbouring values there is no box, so nothing changes there.
    widest = best[np.argmax(edges[best + 1] - edges[best])]
    return round(float(middles[widest]), 1)


def outcomes(judged: Sequence[Judged], threshold: float) -> dict[str, Outcome]:
    """What becomes of faces and patterns, and of each kind of face.

    Faces and patterns count for each box alone and after the rule for whole tracks.
    """
    alone = [one.presence >= threshold for one in judged]
    faceless = faceless_tracks(
        (_track(one), holds) for one, holds in zip(judged, alone, strict=True)
    )
    scored = [
        holds and _track(one) not in faceless for one, holds in zip(judged, alone, strict=True)
    ]
    found = {
        "patterns left out": _outcome(judged, alone, "pattern"),
        "faces kept": _outcome(judged, alone, "face"),
        "patterns left out, with the rule for tracks": _outcome(judged, scored, "pattern"),
        "faces kept, with the rule for tracks": _outcome(judged, scored, "face"),
    }
    kinds = Counter(kind for one in judged if one.box.label == "face" for kind in one.box.kinds)
    return found | {
        f"faces kept: {kind.replace('_', ' ')}": _outcome(judged, scored, "face", kind)
        for kind in sorted(kinds)
    }


def _track(one: Judged) -> tuple[str, int]:
    return one.box.clip, one.track


def _outcome(
    judged: Sequence[Judged], kept: Sequence[bool], label: str, kind: str | None = None
) -> Outcome:
    own = [
        (stays is (label == "face"), one.box.clip)
        for one, stays in zip(judged, kept, strict=True)
        if one.box.label == label and kind in (None, *one.box.kinds)
    ]
    return Outcome([right for right, _ in own], [clip for _, clip in own])


def metrics(name: str, found: dict[str, Outcome]) -> list[Metric]:
    """Shares with exact 95 % intervals over boxes.

    The first two also come with each clip as one observation. Boxes of one track look alike, so an
    interval over boxes is too narrow and one over clips too wide.
    """
    result = [_metric(words, name, outcome, len(outcome.right)) for words, outcome in found.items()]
    by_clip = [
        (words, outcome)
        for words, outcome in found.items()
        if words in ("patterns left out", "faces kept")
    ]
    return result + [
        _metric(f"{words}, {ONE_A_CLIP}", name, outcome, len(set(outcome.clips)))
        for words, outcome in by_clip
    ]


def _metric(words: str, name: str, outcome: Outcome, n: int) -> Metric:
    value = float(np.mean(outcome.right))
    low, high = exact_interval(value * n, n)
    return Metric(
        words, name, round(value, 4), round(low, 4), round(high, 4), n, len(set(outcome.clips))
    )


def exact_interval(hits: float, n: int) -> tuple[float, float]:
    """95 % interval of a share of `hits` in `n`; `hits` need not be whole.

    Source: C. Clopper and E. Pearson, "The use of confidence or fiducial limits", Biometrika, 1934.
    """
    low = 0.0 if hits <= 0 else float(beta.ppf(0.025, hits, n - hits + 1))
    high = 1.0 if hits >= n else float(beta.ppf(0.975, hits + 1, n - hits))
    return low, high


def lost(judged: Sequence[Judged], threshold: float) -> list[Judged]:
    """Faces below the threshold."""
    return [one for one in judged if one.box.label == "face" and one.presence < threshold]


def write_card(folder: Path, card: FaceCheckCard) -> FaceCheckPackage:
    """Write `card.json` with the hashes of the files next to it, and load the package.

    It is loaded as the application loads it.
    """
    hashes = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in FILES}
    written = msgspec.json.format(
        msgspec.json.encode(msgspec.structs.replace(card, files=hashes)), indent=2
    )
    (folder / "card.json").write_bytes(written + b"\n")
    return load_face_check(folder)
