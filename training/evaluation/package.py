"""Makes a model package from a run of `learn`.

The steps are export, check, calibration on held-out data, domain, metrics and card.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import numpy as np

from dfgui.core.display.wording import CALIBRATED_ON
from dfgui.core.errors import AnalysisError
from dfgui.core.faces.crop import cut, whole
from dfgui.core.network.engine import Detector
from dfgui.core.network.package import Card, CropRule, Metric, ModelPackage, load_package
from training.data.held_clips import clips_of, crops_of, is_prepared
from training.data.lookup import HELD_CLIPS, clips_in_words, people_in_clip
from training.data.videos import VideoRow
from training.evaluation.answering import MET, Answerer, answered, clips_to_test
from training.evaluation.calibration_files import CalibrationFiles, calibration_files
from training.evaluation.calibrations import calibrations_of, cards_by_folds
from training.evaluation.card_of_run import card_of_run
from training.evaluation.known_ratios import CROPS
from training.evaluation.looks import ClipLook, Clips, CropLook, look_at_clips, look_at_crops
from training.evaluation.measures import clip_metrics, crop_metrics, face_metrics, pooling_metrics
from training.evaluation.validation import validations_of
from training.network.export import export_differences, write_card, write_ir
from training.network.training_exposure import (
    UNKNOWN,
    recipe_of,
    seen_by_package,
    seen_by_run,
)

Told = Callable[[str], None]
TEST_CROPS = "DFDC test crops"
ALL_TEST_CLIPS = "test clips of all sets"
CHECKED_CROPS = 200
VALIDATION = "validation"


def _quiet(_: str) -> None:
    pass


@dataclass(frozen=True, eq=False)
class Calibrated:
    """A calibrated card, the files with its calibration data, and the clips that were left out."""

    card: Card
    files: CalibrationFiles
    clips: Clips

    def write(self, folder: Path) -> ModelPackage:
        """Write files and card into the package's folder."""
        self.files.write(folder)
        return write_card(folder, self.card)


def make_package(
    run: Path,
    data: Path,
    to: Path,
    *,
    gathered: Path | None = None,
    folds: Sequence[Path] = (),
    shards: Path | None = None,
    version: str = "1",
    told: Told = _quiet,
) -> ModelPackage:
    """Export the network of a run and calibrate it.

    The calibration data is what it, or the network of a fold, has not met.

    Args:
        run: folder of a finished `learn` run.
        data: folder with `dfdc_faces.csv` and `ffpp`, or with the prepared data sets of the run.
        to: folder for the package; its name becomes the package's.
        gathered: folder with `pairs` and `real_clips`.
        folds: folders of runs of the same recipe without a data set, which answer for the people of
            that set.
        shards: the prepared data sets of the run, if it has not recorded how many faces it was
            trained on.
        version: of the package, for its card.
        told: is told what is done, and what is left out and why.

    Raises:
        AnalysisError: a run has not finished, the name does not suit, or a class is missing in the
            held-out data.
    """
    for one in (run, *folds):
        if not (one / "final.keras").exists():
            raise AnalysisError(
                f"{one} holds no finished run of `learn`; start it again with --out {one} and it"
                " continues where it stopped."
            )
    to.parent.mkdir(parents=True, exist_ok=True)
    # Make it in another folder and move it at the end, so that nobody uses half a package that is
    # not calibrated yet.
    with tempfile.TemporaryDirectory(dir=to.parent, prefix=f".{to.name}-") as part:
        card = card_of_run(
            run, to.resolve().name, version, shards=shards or (data if is_prepared(data) else None)
        )
        raw = _exported(run, card, Path(part))
        with ExitStack() as stack:
            others = [_fold(stack, one, card) for one in folds]
            found = _calibrate(raw, data, gathered, [Answerer(raw), *others], told)
        differences = export_differences(run / "final.keras", raw, _checked(data, raw))
        made = Calibrated(
            msgspec.structs.replace(found.card, export_difference=differences),
            found.files,
            found.clips,
        ).write(Path(part))
        to.mkdir(exist_ok=True)
        for file in made.folder.iterdir():
            file.replace(to / file.name)
    return load_package(to)


def _exported(run: Path, card: Card, to: Path) -> ModelPackage:
    write_ir(run / "final.keras", to)
    return write_card(to, card)


def _fold(stack: ExitStack, run: Path, card: Card) -> Answerer:
    """The network of another run, exported to a temporary package."""
    folder, recipe = Path(stack.enter_context(tempfile.TemporaryDirectory())), recipe_of(run)
    met = msgspec.structs.replace(card.training, seen=tuple(sorted(seen_by_run(run))))
    own = msgspec.structs.replace(
        card,
        input_size=recipe.last.input_size,
        crop=CropRule(recipe.haar_factor, 1.0),
        training=met,
    )
    return Answerer(
        _exported(run, own, folder), f"without {', '.join(recipe.without) or 'nothing'}"
    )


def _checked(data: Path, raw: ModelPackage) -> np.ndarray:
    """Crops on which Keras and the package are compared."""
    table = crops_of(data, VALIDATION)
    pictures = (table.picture(row) for row in table.rows[:CHECKED_CROPS])
    return np.stack(
        [cut(picture, whole(picture), size=raw.card.input_size) for picture in pictures]
    )


def calibrate_again(
    package: ModelPackage,
    data: Path,
    *,
    gathered: Path | None = None,
    version: str,
    told: Told = _quiet,
) -> Calibrated:
    """Calibrate again a network that has met none of the people in the calibration sets.

    This makes the calibration, the domain and the metrics on those sets.

    Args:
        package: a model package; nothing is written.
        data: folder with `dfdc_faces.csv` and `ffpp`.
        gathered: folder with `pairs` and `real_clips`.
        version: of the new card, which holds no other metrics, since they belong to the old
            calibration.
        told: is told what is done, and what is left out and why.

    Raises:
        AnalysisError: the network has met them, or the card does not tell; or the data is not
            there.
    """
    clips = _calibration_clips(data, gathered)
    met = seen_by_package(package.card) & {
        UNKNOWN,
        "dfdc:validation",
        *(name for clip in clips for name in people_in_clip(clip)),
    }
    if met:
        raise AnalysisError(
            f"{package.card.name} may have met whom it would be calibrated on; only `export` of its"
            " run can calibrate it."
        )
    found = _calibrate(package, data, gathered, [Answerer(package)], told)
    return Calibrated(
        msgspec.structs.replace(found.card, version=version), found.files, found.clips
    )


def _calibration_clips(data: Path, gathered: Path | None) -> list[VideoRow]:
    return [clip for clip in clips_of(data, gathered) if clip.split != "test"]


def _calibrate(
    package: ModelPackage,
    data: Path,
    gathered: Path | None,
    answerers: Sequence[Answerer],
    told: Told,
) -> Calibrated:
    """The card with calibration, domain, and the metrics on the sets that gave them."""
    crops = look_at_crops(Detector(package, threads=2), crops_of(data, VALIDATION))
    if is_prepared(data):  # prepared sets do not say how large a face was in its video
        crops = replace(crops, cut_side=np.full(len(crops.logits), np.nan))
    clips = answered(answerers, _calibration_clips(data, gathered), told=told)
    for sentence in left_out_sentences(clips):
        told(sentence)
    if {one.is_fake for one in clips.looks} != {False, True}:
        raise AnalysisError(
            "Calibration needs real and fake clips of people whom a network has not met, and there"
            " are none of both; add a run without their data set with --fold, or more clips with"
            " --clips."
        )
    whose = _in_words(clips)
    calibrations, tested = calibrations_of(crops, clips.looks, whose)
    card = msgspec.structs.replace(package.card, calibration=calibrations, domain=tested)
    metrics = tuple(_calibration_metrics(card, crops, clips.looks))
    return Calibrated(
        msgspec.structs.replace(
            card, metrics=metrics, validation=validations_of(card, crops, clips.looks)
        ),
        calibration_files(crops, clips.looks),
        clips,
    )


def left_out_sentences(clips: Clips) -> Iterator[str]:
    """Which clips are left out, a sentence for each reason."""
    reasons: dict[str, list[str]] = {}
    for one in clips.left_out:
        reasons.setdefault(one.why, []).append(one.what)
    for why, names in reasons.items():
        yield (
            f"{len(names)} {'clip is' if len(names) == 1 else 'clips are'} left out, {why}:"
            f" {', '.join(names)}"
        )


def _in_words(clips: Clips) -> str:
    """Which clips these are, and which are left out.

    Such as `52 clips (FaceForensics++, people speaking), each by a network that has not met the
    people, without 14 that every network has met`.
    """
    sources = [
        clips_in_words(source) for source in dict.fromkeys(one.clip.source for one in clips.looks)
    ]
    met = sum(one.why == MET for one in clips.left_out)
    other = len(clips.left_out) - met
    missing = [f"{met} that every network has met"] * bool(met) + [
        f"{other} that cannot be judged"
    ] * bool(other)
    without = f", without {' and '.join(missing)}" if missing else ""
    return (
        f"{len(clips.looks)} clips ({', '.join(sources)}), each by a network that has not met the"
        f" people{without}"
    )


def _calibration_metrics(
    card: Card, crops: CropLook, looks: Sequence[ClipLook]
) -> Iterator[Metric]:
    yield from crop_metrics(f"{CROPS} {CALIBRATED_ON}", crops, card)
    folds = cards_by_folds(looks, card)
    cards = folds or [card] * len(looks)
    how = f"{', by folds' if folds else ''} {CALIBRATED_ON}"
    yield from clip_metrics(f"calibration clips{how}", looks, cards)
    yield from face_metrics(f"frames of calibration clips {CALIBRATED_ON}", looks, card)
    yield from pooling_metrics(f"calibration clips{how}", looks)
    for source, count in Counter(one.clip.source for one in looks).items():
        part = [i for i, one in enumerate(looks) if one.clip.source == source]
        if count < len(looks):
            yield from clip_metrics(
                f"calibration clips of {clips_in_words(source)}{how}",
                [looks[i] for i in part],
                [cards[i] for i in part],
            )


def measure_test(
    package: ModelPackage, data: Path, *, gathered: Path | None = None, told: Told = _quiet
) -> list[Metric]:
    """All metrics of the test part. Each call is one look at it: count them in HISTORY.md."""
    detector = Detector(package, threads=2)
    found = crop_metrics(TEST_CROPS, look_at_crops(detector, crops_of(data, "test")), package.card)
    looks: list[ClipLook] = []
    for source, clips in clips_to_test(data, gathered).items():
        seen = look_at_clips(detector, clips, told=told)
        for sentence in left_out_sentences(seen):
            told(sentence)
        found += clip_metrics(
            HELD_CLIPS[source].test_words, seen.looks, [package.card] * len(seen.looks)
        )
        looks += seen.looks
    if gathered is not None:
        found += clip_metrics(ALL_TEST_CLIPS, looks, [package.card] * len(looks))
    return found


def with_metrics(package: ModelPackage, measured: Sequence[Metric]) -> ModelPackage:
    """Write metrics into the card of a package, replacing those of the same sets."""
    sets = {metric.set for metric in measured}
    kept = [metric for metric in package.card.metrics if metric.set not in sets]
    return write_card(
        package.folder, msgspec.structs.replace(package.card, metrics=(*kept, *measured))
    )
