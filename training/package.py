"""From a run of `learn` to a model package: export, check, calibration on held-out data, domain, metrics, card."""

from __future__ import annotations

import math
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest, gmean, trim_mean

from dfgui.core.card import Calibration, Calibrations, Card, CropRule, Domain, Metric, ModelPackage, Training, load_package
from dfgui.core.check_card import load_face_check
from dfgui.core.crop import cut, whole
from dfgui.core.detector import Detector
from dfgui.core.errors import AnalysisError
from dfgui.core.face_check import FaceCheck
from dfgui.core.results import ScanSettings
from dfgui.core.scan import bits_per_pixel, look, sharpness
from dfgui.core.score import Scored, SeenFace, calibrated, file_score, track_scores
from dfgui.core.video import Video
from dfgui.core.wording import CALIBRATED_ON
from dfgui.resources import FACE_CHECK, resource
from training.calibrate import calibrate
from training.data import ffpp
from training.data.table import FaceTable, read_table
from training.evaluate import Interval, auc, evaluate
from training.evaluate import Metric as Measure
from training.experiments.learn import Config, Fit, fits
from training.export import UNCALIBRATED, export_differences, write_card, write_ir
from training.results import read_result
from training.runs import read_record
from training.seen import UNKNOWN, seen_by_package

Picture = NDArray[np.uint8]

TRACK_FRAMES = ScanSettings().frames // 4, ScanSettings().frames // 2  # that a verdict needs, at least and at most
NEVER_MET = "FaceForensics++ train pairs, never trained on"
TEST_CROPS, TEST_CLIPS = "DFDC test crops", "FaceForensics++ test pairs"
SIDES = {"faces under 100 px": (0, 100), "faces of 100 to 199 px": (100, 200), "faces of 200 px and more": (200, math.inf)}
POOLINGS: Mapping[str, Callable[[NDArray[np.float64]], np.floating]] = {
    "mean of logits": np.mean,
    "mean without the outer tenths": partial(trim_mean, proportiontocut=0.1),
    "median of logits": np.median,
    "mean of the highest quarter": lambda logits: np.mean(np.sort(logits)[-max(1, len(logits) // 4) :]),
}
FEWEST_CLIPS = 10  # of each class, for a calibration with a third number
LEAST_SHARP = 1.0  # squared grey levels: a flat face has no logarithm
FEWEST = 20  # of each class, for a figure about a part of a set
CHECKED_CROPS = 200
NOT_FOR = (
    "proof: a likelihood ratio is one piece of evidence beside others",
    "faces made from nothing (GAN or diffusion portraits), and manipulations other than replaced or re-enacted faces",
    "faces that are smaller, more blurred or harder compressed than `domain` says",
    "people, cameras and methods unlike those of the data sets: no figure here says how it does there",
)
TERMS = (
    "For research and evaluation only: trained on the DeepFake Detection Challenge data set and FaceForensics++, whose terms apply to "
    "these weights. Train a replacement from data you hold a licence for with the same commands."
)


@dataclass(frozen=True)
class ClipLook:
    """What a scan sees of one clip."""

    clip: ffpp.Clip
    faces: tuple[SeenFace, ...]
    bits_per_pixel: float

    @property
    def main_track(self) -> tuple[SeenFace, ...]:
        """The faces of the person who is seen most often."""
        numbers = [face.track for face in self.faces]
        longest = max(sorted(set(numbers)), key=numbers.count)
        return tuple(face for face in self.faces if face.track == longest)


@dataclass(frozen=True)
class CropLook:
    """What the network says of every row of a face-crop table."""

    logits: NDArray[np.float32]
    sharpness: NDArray[np.float64]
    cut_side: NDArray[np.float64]
    labels: NDArray[np.int64]
    groups: list[str]


def look_at_crops(detector: Detector, table: FaceTable, *, change: Callable[[Picture], Picture] = lambda crop: crop) -> CropLook:
    """Ask the network about ready crops, each taken whole, as `scan --faces whole` does.

    Args:
        detector: of the package.
        table: of crops.
        change: what is done to each stored crop before.
    """
    pictures = [change(table.picture(row)) for row in table.rows]
    crops = [cut(picture, whole(picture), size=detector.input_size, factor=detector.card.crop.whole_factor) for picture in pictures]
    sharp, sides = np.array([sharpness(crop) for crop in crops]), np.array([row.box_width for row in table.rows])
    return CropLook(detector.logits(np.stack(crops)), sharp, sides, table.labels(), table.groups())


def look_at_clips(detector: Detector, clips: Sequence[ffpp.Clip]) -> list[ClipLook]:
    """Ask the network about clips, as `scan` does with its defaults; a clip without any face is left out."""
    result = []
    check = FaceCheck(load_face_check(resource("models", FACE_CHECK)))
    for clip in clips:
        with Video(clip.path) as video:
            faces = tuple(face for one in look(video, detector, ScanSettings(), check=check) for face in one.seen)
            if not faces:
                print(f"{clip.path}: no face was found; the clip is left out", file=sys.stderr)
            else:
                result.append(ClipLook(clip, faces, bits_per_pixel(video) or 0.0))
    return result


def make_package(run: Path, data: Path, to: Path, *, version: str = "1") -> ModelPackage:
    """Export the network of a run and calibrate it on the validation part.

    Args:
        run: folder of a finished `learn` run.
        data: the data it was trained on.
        to: folder for the package; its name becomes the package's.
        version: of the package, for its card.

    Raises:
        AnalysisError: the run has not finished, the name does not suit, or a class is missing in the held-out data.
    """
    if not (run / "final.keras").exists():
        raise AnalysisError(f"{run} holds no finished run of `learn`; start it again with --out {run} and it goes on where it stopped.")
    to.parent.mkdir(parents=True, exist_ok=True)
    # Made beside and moved at the end: half a package, not calibrated yet, must not be there to be used.
    with tempfile.TemporaryDirectory(dir=to.parent, prefix=f".{to.name}-") as part:
        made = _made(run, data, Path(part), to.resolve().name, version)
        to.mkdir(exist_ok=True)
        for file in made.folder.iterdir():
            file.replace(to / file.name)
    return load_package(to)


def _made(run: Path, data: Path, to: Path, name: str, version: str) -> ModelPackage:
    record = read_record(run)
    if record.experiment != "learn":
        raise AnalysisError(f"{run.name} is a run of {record.experiment}, which makes no package; export a run of learn.")
    config = msgspec.convert(record.config, type=Config)
    trained = run / "final.keras"
    write_ir(trained, to)
    dfdc, clips = read_table(data / "dfdc_faces.csv"), read_table(run / "ffpp" / "faces.csv")
    init = "random" if config.init == "random" else read_result(run).backbone
    raw = write_card(to, _card(name, version, config, init, dfdc, clips))
    detector = Detector(raw, threads=2)
    validation = dfdc.where(lambda row: row.split == "validation")
    crops = look_at_crops(detector, validation)
    looks, whose = _unseen_clips(run, data, config, raw)
    checked = validation.rows[:CHECKED_CROPS]
    pictures = [cut(picture, whole(picture), size=config.last.input_size) for picture in map(validation.picture, checked)]
    card = _calibrated(raw, crops, looks, whose)
    return write_card(to, msgspec.structs.replace(card, export_difference=export_differences(trained, raw, np.stack(pictures))))


def calibrate_again(package: ModelPackage, data: Path, *, version: str) -> Card:
    """Calibration, domain and the metrics on the calibration sets anew, for a network that has met none of the people in them.

    Args:
        package: a model package; nothing is written.
        data: folder with both data sets.
        version: of the new card, which holds no other metrics, since they belong to the old calibration.

    Raises:
        AnalysisError: the network has met them, or the card does not tell; or the data is not there.
    """
    clips = _train_clips(data)
    met = seen_by_package(package.card) & {UNKNOWN, "dfdc:validation", *(f"ffpp:{clip.target}" for clip in clips)}
    if met:
        raise AnalysisError(f"{package.card.name} may have met whom it would be calibrated on; only `export` of its run can calibrate it.")
    detector = Detector(package, threads=2)
    validation = read_table(data / "dfdc_faces.csv").where(lambda row: row.split == "validation")
    card = _calibrated(package, look_at_crops(detector, validation), look_at_clips(detector, clips), NEVER_MET)
    return msgspec.structs.replace(card, version=version)


def _calibrated(package: ModelPackage, crops: CropLook, looks: Sequence[ClipLook], whose: str) -> Card:
    """The card with calibration, domain, and the metrics on the sets that gave them."""
    card = msgspec.structs.replace(
        package.card,
        calibration=Calibrations(calibrate(crops.logits, crops.labels, name="DFDC validation crops"), _track_calibration(looks, whose)),
        domain=_domain(crops, looks),
    )
    metrics = crop_metrics(f"DFDC validation crops {CALIBRATED_ON}", crops, card)
    cards = cards_by_folds(looks, card)
    name = f"{whose}{', by folds' if cards else ''} {CALIBRATED_ON}"
    metrics += [*clip_metrics(name, looks, cards or [card] * len(looks)), *pooling_metrics(name, looks)]
    return msgspec.structs.replace(card, metrics=tuple(metrics))


def cards_by_folds(looks: Sequence[ClipLook], card: Card) -> list[Card]:
    """For each clip the card with tracks calibrated without its pair of people; none where a class would then be missing.

    Args:
        looks: of the clips that `card` was calibrated on.
        card: calibrated; what is calibrated with, as the sharpness, stays.
    """
    pairs, track = _pairs(looks), card.calibration.track
    found = {}
    for pair in sorted(set(pairs)):
        others = [one for one, own in zip(looks, pairs, strict=True) if own != pair]
        if len(set(_labels(others))) < 2:
            return []
        fitted = _fitted(others, track.set, with_sharpness=track.sharpness_slope != 0)
        found[pair] = msgspec.structs.replace(card, calibration=Calibrations(card.calibration.face, fitted))
    return [found[pair] for pair in pairs]


def _train_clips(data: Path) -> list[ffpp.Clip]:
    return [clip for clip in ffpp.clips(data / "ffpp") if clip.target not in ffpp.TEST_PEOPLE]


def _unseen_clips(run: Path, data: Path, config: Config, raw: ModelPackage) -> tuple[list[ClipLook], str]:
    """What is said of the clips to train on by networks that have not met their people, and these clips in words."""
    clips = _train_clips(data)
    folds = [one for one in fits(data, config) if one.held_out]
    if not folds:
        return look_at_clips(Detector(raw, threads=2), clips), NEVER_MET
    looks = []
    for one in folds:
        looks += _look_of_fold(run, one, raw, [clip for clip in clips if clip.target in one.held_out])
    return looks, f"FaceForensics++ train pairs, each by a network that has not met them ({len(folds)} folds)"


def _look_of_fold(run: Path, one: Fit, raw: ModelPackage, clips: Sequence[ffpp.Clip]) -> list[ClipLook]:
    """What the network of a fold says of clips; for that moment it is a package as well."""
    with tempfile.TemporaryDirectory() as work:
        write_ir(one.kept(run), Path(work))
        return look_at_clips(Detector(write_card(Path(work), raw.card), threads=2), clips)


def measure_test(package: ModelPackage, data: Path) -> list[Metric]:
    """All metrics of the test part. Each call is one look at it: count them in HISTORY.md."""
    detector, (crops, clips) = Detector(package, threads=2), read_test(data)
    found, looks = crop_metrics(TEST_CROPS, look_at_crops(detector, crops), package.card), look_at_clips(detector, clips)
    return found + clip_metrics(TEST_CLIPS, looks, [package.card] * len(looks))


def read_test(data: Path) -> tuple[FaceTable, list[ffpp.Clip]]:
    """The crops and the clips of the test part. Raises AnalysisError where the data is not there."""
    crops = read_table(data / "dfdc_faces.csv").where(lambda row: row.split == "test")
    return crops, [clip for clip in ffpp.clips(data / "ffpp") if clip.target in ffpp.TEST_PEOPLE]


def with_metrics(package: ModelPackage, measured: Sequence[Metric]) -> ModelPackage:
    """Write metrics into the card of a package, in the place of those of the same sets."""
    sets = {metric.set for metric in measured}
    kept = [metric for metric in package.card.metrics if metric.set not in sets]
    return write_card(package.folder, msgspec.structs.replace(package.card, metrics=(*kept, *measured)))


def crop_metrics(name: str, crops: CropLook, card: Card) -> list[Metric]:
    """All metrics of single faces, with intervals over originals, and the AUC by size of the face in its video."""
    scores = np.array([calibrated(float(logit), card.calibration.face) for logit in crops.logits])
    result = metrics_of(name, evaluate(crops.labels, scores, crops.groups))
    for words, (low, high) in SIDES.items():
        part = np.flatnonzero((crops.cut_side >= low) & (crops.cut_side < high))
        if min(np.bincount(crops.labels[part], minlength=2)) >= FEWEST:
            only: dict[str, Measure] = {f"auc: {words}": auc}
            result += metrics_of(name, evaluate(crops.labels[part], scores[part], [crops.groups[i] for i in part], metrics=only))
    return result


def answers_of(looks: Sequence[ClipLook], cards: Sequence[Card]) -> tuple[NDArray[np.int64], list[str], list[Scored]]:
    """Of each clip its label (1 fake, 0 real), its pair of people and the answer that a scan with its card gives."""
    return _labels(looks), _pairs(looks), [_answer(one, card) for one, card in zip(looks, cards, strict=True)]


def clip_metrics(name: str, looks: Sequence[ClipLook], cards: Sequence[Card]) -> list[Metric]:
    """All metrics of whole clips with intervals over pairs of people, the AUC of each manipulation, and what the verdicts are."""
    labels, groups, answers = answers_of(looks, cards)
    scores = np.array([answer.score for answer in answers])
    concluded = np.array([answer.verdict != "inconclusive" for answer in answers], dtype=np.float64)
    accused = np.array([answer.verdict == "supports_fake" for answer in answers], dtype=np.float64)
    result = metrics_of(name, evaluate(labels, scores, groups))
    for method in sorted({one.clip.method for one in looks} - {"original"}):
        part = [i for i, one in enumerate(looks) if one.clip.method in (method, "original")]
        only: dict[str, Measure] = {f"auc_{method}": auc}
        result += metrics_of(name, evaluate(labels[part], scores[part], [groups[i] for i in part], metrics=only))
    shares: dict[str, Measure] = {"share_with_verdict": lambda _, values: float(values.mean())}
    result += metrics_of(name, evaluate(labels, concluded, groups, metrics=shares))
    real = np.flatnonzero(labels == 0)
    return [*result, _share("real_called_fake", name, accused[real], [groups[i] for i in real])]


def pooling_metrics(name: str, looks: Sequence[ClipLook]) -> list[Metric]:
    """The AUC of clips by several ways from the logits of a track's faces to one number; the application takes the mean."""
    labels, groups = _labels(looks), _pairs(looks)
    result = []
    for words, pooled in POOLINGS.items():
        values = np.array([float(pooled(np.array([face.logit for face in one.main_track]))) for one in looks])
        only: dict[str, Measure] = {f"auc: {words}": auc}
        result += metrics_of(name, evaluate(labels, values, groups, metrics=only))
    return result


def _share(metric: str, name: str, happened: NDArray[np.float64], groups: Sequence[str]) -> Metric:
    """A share of few clips with its exact 95 % interval (Clopper and Pearson, 1934): resampling none of ten gives no interval at all."""
    found = binomtest(int(happened.sum()), len(happened))
    low, high = found.proportion_ci(0.95, method="exact")
    return Metric(
        metric, name, round(float(happened.mean()), 4), round(float(low), 4), round(float(high), 4), len(happened), len(set(groups))
    )


def _answer(one: ClipLook, card: Card) -> Scored:
    tracks = track_scores(one.faces, card.calibration.track)
    answer = file_score(tracks, card.domain, still=False, bits_per_pixel=one.bits_per_pixel)
    if not isinstance(answer, Scored):
        raise ValueError(f"{one.clip.path}: expected a clip with faces, received one without")
    return answer


def _labels(looks: Sequence[ClipLook]) -> NDArray[np.int64]:
    return np.array([one.clip.is_fake for one in looks], dtype=np.int64)


def _pairs(looks: Sequence[ClipLook]) -> list[str]:
    return ffpp.pairs([one.clip for one in looks])


def metrics_of(name: str, measured: Mapping[str, Interval]) -> list[Metric]:
    """Measured values as a card holds them; `name` is that of the set."""
    return [Metric(metric, name, round(i.value, 4), round(i.low, 4), round(i.high, 4), i.n, i.groups) for metric, i in measured.items()]


def _track_calibration(looks: Sequence[ClipLook], whose: str) -> Calibration:
    """From main tracks; with a term for their sharpness where there are enough clips to bear it."""
    enough = min(np.bincount(_labels(looks), minlength=2)) >= FEWEST_CLIPS
    return _fitted(looks, f"{whose}, main tracks", with_sharpness=bool(enough))


def _fitted(looks: Sequence[ClipLook], name: str, *, with_sharpness: bool) -> Calibration:
    logits = np.array([np.mean([face.logit for face in one.main_track]) for one in looks])
    sharp = np.array([gmean([max(face.sharpness, LEAST_SHARP) for face in one.main_track]) for one in looks])
    return calibrate(logits, _labels(looks), name=name, sharpness=sharp if with_sharpness else None)


def _domain(crops: CropLook, looks: Sequence[ClipLook]) -> Domain:
    """Where the network was tested and can tell: size and sharpness of faces, the hardest compression of a clip, and faces of a track.

    Size and sharpness begin where the calibration data does, less its outermost 2 %, and not before the network tells crops apart.
    """
    faces = [face for one in looks for face in one.main_track]
    sharp = np.concatenate([crops.sharpness, [face.sharpness for face in faces]])
    sides = np.concatenate([crops.cut_side, [face.cut_side for face in faces]])
    return Domain(
        cut_side=float(np.floor(max(np.nanquantile(sides, 0.02), _told_apart_from(crops, crops.cut_side)))),
        sharpness=round(max(float(np.quantile(sharp, 0.02)), _told_apart_from(crops, crops.sharpness)), 1),
        bits_per_pixel=round(min(one.bits_per_pixel for one in looks), 3),
        track_frames=_track_frames(looks),
    )


def _track_frames(looks: Sequence[ClipLook]) -> int:
    """More faces than 98 % of the tracks have that are not a clip's main one: patterns taken for a face, which no network learned."""
    stray = [count for one in looks for count in sorted(Counter(face.track for face in one.faces).values())[:-1]]
    return int(np.clip(np.quantile(stray, 0.98) + 1 if stray else 0, *TRACK_FRAMES))


def _told_apart_from(crops: CropLook, values: NDArray[np.float64]) -> float:
    """The least value from which on each tenth of the crops, up to the middle, has an AUC whose interval lies above .5; 0 for all.

    Values that are not known and tenths without enough of both classes say nothing.
    """
    known = np.flatnonzero(np.isfinite(values))
    start = 0.0
    for tenth in np.array_split(known[np.argsort(values[known], kind="stable")], 10)[4::-1]:
        if min(np.bincount(crops.labels[tenth], minlength=2)) < FEWEST:
            continue
        found = evaluate(
            crops.labels[tenth], crops.logits[tenth].astype(np.float64), [crops.groups[i] for i in tenth], metrics={"auc": auc}
        )
        if found["auc"].low <= 0.5:
            start = max(start, float(values[tenth].max()))
    return start


def _card(name: str, version: str, config: Config, init: str, dfdc: FaceTable, clips: FaceTable) -> Card:
    """The card before calibration."""
    stages = [stage for stage in (config.first, config.second) if stage.fit.steps]
    sees_clips, blends = any(stage.sees_clips for stage in stages), any(stage.dfdc_blends or stage.ffpp_blends for stage in stages)
    swaps = any(stage.dfdc_swaps or stage.ffpp_swaps for stage in stages)
    rows = [row for row in (*dfdc.rows, *(clips.rows if sees_clips else ())) if row.split == "train"]
    fake = sum(row.is_fake for row in rows)
    data = {
        "DFDC face crops, split train": True,
        "FaceForensics++ clips of the train people, c23 and 4:2:0 re-encodings": sees_clips,
        "self-blended images of the real faces": blends,
        "swaps of the real faces": swaps,
    }
    return Card(
        schema="dfgui.card/1",
        name=name,
        version=version,
        architecture="Xception, average pooling, dense 256, 64, 1",
        input_size=config.last.input_size,
        colour_order="RGB",
        value_range=(0, 255),
        output="logit",
        crop=CropRule(config.haar_factor, 1.0),
        training=Training(
            data=tuple(entry for entry, used in data.items() if used),
            real=len(rows) - fake,
            fake=fake,
            split="by original video (DFDC: whole parts); FaceForensics++ by pair of people",
            steps=sum(stage.fit.steps for stage in stages),
            backbone_init=init,
            seed=config.seed,
        ),
        metrics=(),
        calibration=Calibrations(UNCALIBRATED, UNCALIBRATED),
        domain=Domain(1.0, 0.0, None, TRACK_FRAMES[0]),
        export_difference={},
        not_for=NOT_FOR,
        terms=TERMS,
        files={},
    )
