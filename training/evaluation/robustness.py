"""How well a network withstands what happens to pictures and videos on their way.

That is re-compression, scaling, blur, noise and brightness.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial
from itertools import islice
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from dfgui.core.display.wording import ROBUSTNESS
from dfgui.core.network.engine import Detector
from dfgui.core.network.package import Metric, ModelPackage
from dfgui.core.network.score import calibrated
from training.data.held_clips import crops_of
from training.data.lookup import HELD_CLIPS
from training.data.table import LABELS, FaceTable
from training.data.videos import VideoRow
from training.evaluation.answering import clips_to_test
from training.evaluation.looks import look_at_clips, look_at_crops
from training.evaluation.measures import answers_of, metrics_of
from training.evaluation.package import TEST_CROPS
from training.fitting.augment import down_up, jpeg, noisy
from training.metrics import Labels, Scores, auc, evaluate
from training.metrics import Metric as Measure

Picture = NDArray[np.uint8]
CROPS = f"{TEST_CROPS}, changed {ROBUSTNESS}"
CLIPS = {
    source: f"{clips.test_words}, first ten seconds, changed {ROBUSTNESS}"
    for source, clips in HELD_CLIPS.items()
}
SECONDS = 10
UNCHANGED = "as they are"


def blurred(crop: Picture, sigma: float) -> Picture:
    """Gaussian blur; sigma in pixels."""
    return np.asarray(cv2.GaussianBlur(crop, (0, 0), sigma), dtype=np.uint8)


def brighter(crop: Picture, by: int) -> Picture:
    """Add grey levels, cut off at 0 and 255."""
    return np.asarray(np.clip(crop.astype(np.int16) + by, 0, 255), dtype=np.uint8)


ON_CROPS: Mapping[str, Callable[[Picture], Picture]] = {
    UNCHANGED: np.array,
    **{f"JPEG quality {quality}": partial(jpeg, quality=quality) for quality in (90, 70, 50, 30)},
    **{f"scaled to 1/{times} and back": partial(down_up, share=1 / times) for times in (2, 4)},
    **{f"blur, sigma {sigma} px": partial(blurred, sigma=sigma) for sigma in (1, 2, 3)},
    **{f"noise, sigma {sigma}": partial(noisy, strength=sigma, seed=0) for sigma in (5, 10)},
    **{f"brightness {by:+d}": partial(brighter, by=by) for by in (-60, -30, 30, 60)},
}
"""On a stored crop of 224 px, before the network's input is cut from it; grey levels of 255."""

ON_CLIPS: Mapping[str, tuple[int, int]] = {
    **{f"H.264 4:2:0, CRF {crf}": (crf, 1) for crf in (18, 23, 28, 34, 40)},
    **{f"scaled to 1/{times}, H.264 4:2:0, CRF 18": (18, times) for times in (2, 4)},
}
"""CRF, and what the sides are divided by."""

MEASURES: Mapping[str, Measure] = {
    "auc": auc,
    "mean_score_real": lambda labels, scores: float(scores[labels == 0].mean()),
    "mean_score_fake": lambda labels, scores: float(scores[labels == 1].mean()),
}


def measure(
    package: ModelPackage,
    data: Path,
    *,
    gathered: Path | None = None,
    told: Callable[[str], None] = lambda text: None,
) -> list[Metric]:
    """Measure the test part under every change: AUC and the mean score of each class.

    Each call is one look at the test part: count them in HISTORY.md.

    Args:
        package: calibrated.
        data: folder with `dfdc_faces.csv` and `ffpp`.
        gathered: folder with `pairs` and `real_clips`; None for FaceForensics++ alone.
        told: is told each condition as it begins.

    Raises:
        AnalysisError: the data is not there.
    """
    sets = {
        source: clips
        for source, clips in clips_to_test(data, gathered).items()
        if {clip.label for clip in clips} == set(LABELS)
    }
    found = [*_crops(package, crops_of(data, "test"), told)]
    for source, clips in sets.items():
        found += _clips(package, CLIPS[source], clips, told)
    return found


def _crops(
    package: ModelPackage, table: FaceTable, told: Callable[[str], None]
) -> Iterator[Metric]:
    detector = Detector(package, threads=2)
    for condition, change in ON_CROPS.items():
        told(f"{CROPS}: {condition}")
        looks = look_at_crops(detector, table, change=change)
        scores = np.array(
            [calibrated(float(logit), package.card.calibration.face) for logit in looks.logits]
        )
        yield from _measured(CROPS, condition, looks.labels, scores, looks.groups)


def _clips(
    package: ModelPackage, name: str, clips: Sequence[VideoRow], told: Callable[[str], None]
) -> Iterator[Metric]:
    detector = Detector(package, threads=2)
    with tempfile.TemporaryDirectory() as work:
        for condition, (crf, times) in ON_CLIPS.items():
            told(f"{name}: {condition}")
            changed = {
                path: Path(work, f"{number}.mp4")
                for number, path in enumerate(dict.fromkeys(clip.path for clip in clips))
            }
            for path, to in changed.items():
                transcode(Path(path), to, crf=crf, times=times)
            seen = look_at_clips(
                detector, [replace(clip, path=str(changed[clip.path])) for clip in clips]
            )
            for one in seen.left_out:
                told(f"{one.what} is left out: {one.why}")
            labels, groups, answers = answers_of(seen.looks, [package.card] * len(seen.looks))
            yield from _measured(
                name, condition, labels, np.array([answer.score for answer in answers]), groups
            )


def _measured(
    name: str, condition: str, labels: Labels, scores: Scores, groups: Sequence[str]
) -> list[Metric]:
    found = evaluate(labels, scores, groups, metrics=MEASURES)
    return metrics_of(
        name, {f"{metric}: {condition}": interval for metric, interval in found.items()}
    )


def transcode(source: Path, to: Path, *, crf: int, times: int = 1, seconds: int = SECONDS) -> None:
    """Encode the beginning of a video as H.264 4:2:0 (x264, preset fast).

    Args:
        source: a video.
        to: MP4 file to write.
        crf: 0-51.
        times: what its sides are divided by.
        seconds: how much of it.
    """
    with av.open(str(source)) as given, av.open(str(to), "w", format="mp4") as made:
        video = given.streams.video[0]
        video.thread_type = "AUTO"
        rate = Fraction(video.average_rate or 25)
        stream = made.add_stream("libx264", rate=rate, options={"crf": str(crf), "preset": "fast"})
        stream.width, stream.height, stream.pix_fmt = (
            video.width // times & ~1,
            video.height // times & ~1,
            "yuv420p",
        )
        for number, frame in enumerate(islice(given.decode(video), round(seconds * rate))):
            smaller = frame.reformat(
                stream.width,
                stream.height,
                "yuv420p",
                interpolation="AREA" if times > 1 else "BICUBIC",
            )
            smaller.pts, smaller.time_base = number, 1 / rate
            made.mux(stream.encode(smaller))
        made.mux(stream.encode(None))


def table(measured: Sequence[Metric]) -> Iterator[tuple[str, ...]]:
    """The rows of a robustness table.

    They hold set, condition, AUC with its interval, mean score of real and of fake.
    """
    found: dict[tuple[str, str], dict[str, Metric]] = {}
    for metric in measured:
        name, _, condition = metric.name.partition(": ")
        found.setdefault((metric.set, condition), {})[name] = metric
    for (name, condition), one in found.items():
        area = one["auc"]
        scores = (f"{one[key].value:.2f}" for key in ("mean_score_real", "mean_score_fake"))
        yield (
            name.replace(ROBUSTNESS, "").strip(),
            condition,
            f"{area.value:.3f} [{area.low:.3f}, {area.high:.3f}]",
            *scores,
        )
