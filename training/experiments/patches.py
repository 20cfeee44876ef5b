"""`patches`: a random patch of the face against a random patch of the background.

It is the paper's second idea for future work.

"This may be helpful to compare pixel distribution in an area susceptible to deep fakes such as a
face with an area less susceptible": so distances between the two patches' distributions are
measured in originals and in fakes, at the same places, and boosted trees try to tell the two from
the distances alone.

    python -m training run patches --data DIR --out RUN

DIR holds `ffpp/` in the official layout. Figure: each distance in originals and in fakes; ROC-AUC
of each and of all together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dfgui.core.analysis.pixels import wasserstein
from dfgui.core.geometry import Box
from training.evaluation.pixel_statistics import dct, noise
from training.execution import Experiment
from training.experiments.shared.tabular import Board, Samples, gather, held_out
from training.results import Figure, Findings, Level, Series, Table
from training.runs import Run

TITLES = {
    "colour": "colour distances",
    "noise": "noise distances",
    "dct": "DCT distance",
    "all": "all distances",
}
KINDS = ("colour", "noise", "dct")
DISTANCES = {
    "colour": ("red", "green", "blue", "luma"),
    "noise": ("noise of Y, log ratio", "noise of Cb, log ratio", "noise of Cr, log ratio"),
    "dct": ("DCT spectrum",),
}
BACKGROUND_TRIES = 200


@dataclass(frozen=True)
class Config:
    """Everything that decides the result.

    The paper gives neither the size nor the number of patches.
    """

    frames: int = 16  # of each clip
    patches: int = 8  # pairs of patches in a frame
    side: int = 32  # pixels of the frame
    trees: int = 100
    learning_rate: float = 0.06
    seeds: tuple[int, ...] = (0, 1, 2)

    def smoke(self) -> Config:
        """Every stage in two minutes."""
        return replace(self, frames=3, patches=2, trees=10, seeds=(0,))


def run(run: Run, config: Config) -> Findings:
    """Measure, compare originals with fakes, fit over folds.

    Raises:
        AnalysisError: the clips do not exist, or one cannot be read.
    """
    run.started(
        tuple(TITLES),
        fits=len(TITLES) * len(config.seeds),
        backbone="no network: distances and boosted trees",
    )
    samples = gather(
        run,
        config.frames,
        lambda frame, box, rng: measured(frame, box, rng, config),
        KINDS,
        share=0.9,
    )
    found = {}
    for number, arm in enumerate(TITLES):
        run.progress(0.9 + 0.1 * number / len(TITLES), f"fitting: {TITLES[arm]}")
        kinds = KINDS if arm == "all" else (arm,)
        found[arm] = held_out(
            run,
            samples,
            kinds,
            config.seeds,
            arm=arm,
            trees=config.trees,
            rate=config.learning_rate,
        )
    board = Board(
        found, TITLES, {arm: {"distances": title} for arm, title in TITLES.items()}, config.seeds
    )
    each = compared(samples)
    return Findings(
        arms=board.arms(),
        figures=(
            board.bars("patches", "Distances between patches and boosted trees"),
            _figure(each),
        ),
        tables=(board.table("Face patch against background patch"), _table(each)),
        sentences=(*board.sentences(), _sentence(each)),
    )


def measured(
    frame: NDArray[np.uint8], box: Box, rng: np.random.Generator, config: Config
) -> Mapping[str, NDArray[np.float32]]:
    """Distances between patches of the face and patches of the background.

    Each is the mean over the pairs of a frame.

    Args:
        frame: (H, W, 3) uint8 RGB.
        box: of the face.
        rng: chooses the places.
        config: how many patches, and their side.

    Returns:
        kind -> (distances,) float32; NaN if the frame has no background of a patch's size.
    """
    rows = [
        _distances(*both)
        for both in (_patches(frame, box, rng, config.side) for _ in range(config.patches))
        if both is not None
    ]
    if not rows:
        return {kind: np.full(len(names), np.nan, np.float32) for kind, names in DISTANCES.items()}
    return {kind: np.mean([row[kind] for row in rows], axis=0).astype(np.float32) for kind in KINDS}


def _patches(
    frame: NDArray[np.uint8], box: Box, rng: np.random.Generator, side: int
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]] | None:
    """One patch of the face, and one of the background.

    The first has its middle in the inner half of the face box, the other does not touch the box.
    """
    height, width = frame.shape[:2]
    inner = box.scaled(0.5)
    x = int(np.clip(inner.x + rng.integers(max(1, inner.w)) - side // 2, 0, width - side))
    y = int(np.clip(inner.y + rng.integers(max(1, inner.h)) - side // 2, 0, height - side))
    for _ in range(BACKGROUND_TRIES):
        left, top = int(rng.integers(width - side + 1)), int(rng.integers(height - side + 1))
        apart = (
            left + side <= box.x
            or left >= box.x + box.w
            or top + side <= box.y
            or top >= box.y + box.h
        )
        if apart:
            return frame[y : y + side, x : x + side], frame[top : top + side, left : left + side]
    return None


def _distances(
    face: NDArray[np.uint8], background: NDArray[np.uint8]
) -> dict[str, NDArray[np.float32]]:

    def shares(values: NDArray[np.uint8]) -> NDArray[np.float64]:
        return np.bincount(values.ravel(), minlength=256) / values.size

    def planes(patch: NDArray[np.uint8]) -> list[NDArray[np.uint8]]:
        luma = np.rint(patch @ np.array([0.299, 0.587, 0.114])).astype(np.uint8)
        return [*np.moveaxis(patch, 2, 0), luma]

    colour = [
        wasserstein(shares(a), shares(b))
        for a, b in zip(planes(face), planes(background), strict=True)
    ]
    deviations = (noise(face)[::5] + 0.1) / (noise(background)[::5] + 0.1)
    spectrum = np.sqrt(np.mean((dct(face) - dct(background)) ** 2))
    return {
        "colour": np.array(colour, np.float32),
        "noise": np.log(deviations).astype(np.float32),
        "dct": np.array([spectrum], np.float32),
    }


@dataclass(frozen=True)
class Compared:
    """One distance: medians over clips of originals and fakes, and the spread of the originals.

    Also a fake's difference from its original.
    """

    name: str
    original: float
    fake: float
    spread: float
    difference: float
    low: float
    high: float
    n: int


def compared(samples: Samples) -> list[Compared]:
    """Every distance in originals and in fakes, and the difference within a family.

    The difference has a 95 % interval from drawing pairs of people again.
    """
    result = []
    for kind in KINDS:
        for column, name in enumerate(DISTANCES[kind]):
            values = samples.vectors[kind][:, column]
            clips, first = np.unique(samples.clips, return_index=True)
            means = np.array([np.nanmean(values[samples.clips == clip]) for clip in clips])
            labels, pairs = samples.labels[first], samples.pairs[first]
            target = np.array([clip.split("/")[1][:3] for clip in clips])
            own = np.array([means[(target == one) & (labels == 0)][0] for one in target])
            change, place = (means - own)[labels == 1], pairs[labels == 1]
            low, high = _interval(change, place)
            result.append(
                Compared(
                    name,
                    *_medians(means, labels),
                    float(means[labels == 0].std()),
                    float(change.mean()),
                    low,
                    high,
                    len(change),
                )
            )
    return result


def _medians(means: NDArray[np.float64], labels: NDArray[np.int64]) -> tuple[float, float]:
    return float(np.median(means[labels == 0])), float(np.median(means[labels == 1]))


def _interval(
    values: NDArray[np.float64], groups: NDArray[np.str_], *, draws: int = 1000
) -> tuple[float, float]:
    names = np.unique(groups)
    rng = np.random.default_rng(0)
    members = [values[groups == name] for name in names]
    means = [
        np.concatenate([members[i] for i in rng.integers(len(names), size=len(names))]).mean()
        for _ in range(draws)
    ]
    low, high = np.quantile(means, [0.025, 0.975])
    return float(low), float(high)


def _figure(each: list[Compared]) -> Figure:
    x: list[float | str] = [one.name for one in each]
    y, low, high = (
        [getattr(one, end) / max(one.spread, 1e-9) for one in each]
        for end in ("difference", "low", "high")
    )
    caption = (
        "How far a fake's distance lies from its own original's, in standard deviations between"
        f" originals; {each[0].n} fakes, 95 % intervals from resampling pairs of people."
    )
    series = (Series("fakes less their originals", x, y, low, high),)
    return Figure(
        "distances",
        "What a replaced face changes",
        "",
        "change, standard deviations",
        "points",
        series,
        caption,
        (Level("none", 0.0),),
    )


def _table(each: list[Compared]) -> Table:
    rows = tuple(
        (
            one.name,
            round(one.original, 3),
            round(one.fake, 3),
            f"{one.difference:+.3f} [{one.low:+.3f}, {one.high:+.3f}]",
        )
        for one in each
    )
    caption = (
        "Medians over clips; colour in grey levels (Wasserstein), noise as the log of the ratio"
        " face : background, DCT in log units."
    )
    return Table(
        "Distances of face and background patches",
        ("distance", "originals", "fakes", "fake less its original"),
        rows,
        caption,
    )


def _sentence(each: list[Compared]) -> str:
    moved = [one.name for one in each if one.low > 0 or one.high < 0]
    if not moved:
        return "No distance changes beyond chance when the face is replaced."
    return (
        "When the face is replaced these distances change beyond chance (interval off 0):"
        f" {', '.join(moved)}."
    )


EXPERIMENT = Experiment(
    name="patches",
    title="Face patch against background patch",
    reproduces="future work 2",
    summary=(
        "Distances between the distributions of a random face patch and a random background patch,"
        " in originals and in fakes, and boosted trees on the distances."
    ),
    needs="FaceForensics++ clips",
    arms=tuple(TITLES),
    config=Config,
    run=run,
)
