"""`pixels`: colour, noise and DCT statistics with gradient-boosted trees.

It is the paper's sixth idea for future work.

"Forged pixels distributions may not match the distribution of pixels throughout the image": so each
face is described by its own statistics, and by how they differ from those of the whole frame.

    python -m training run pixels --data DIR --out RUN

DIR holds `ffpp/` in the official layout. Figure: ROC-AUC of each kind of statistics on clips of
people not seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from dfgui.core.faces.crop import cut
from dfgui.core.geometry import Box
from training.evaluation.pixel_statistics import KINDS
from training.execution import Experiment
from training.experiments.shared.tabular import Board, gather, held_out
from training.results import Findings
from training.runs import Run

TITLES = {"colour": "colour", "noise": "noise", "dct": "DCT", "all": "all three"}
PLACES = ("face", "face and its difference from the frame")


@dataclass(frozen=True)
class Config:
    """Everything that decides the result."""

    frames: int = 8  # of each clip
    # The face is brought to this size first: statistics must not show how large it was.
    side: int = 96
    trees: int = 150
    learning_rate: float = 0.06
    seeds: tuple[int, ...] = (0, 1, 2)

    def smoke(self) -> Config:
        """Every stage in two minutes."""
        return replace(self, frames=3, trees=10, seeds=(0,))


def run(run: Run, config: Config) -> Findings:
    """Measure, fit over folds, compare.

    Raises:
        AnalysisError: the clips do not exist, or one cannot be read.
    """
    run.started(
        tuple(TITLES),
        fits=len(TITLES) * len(config.seeds),
        backbone="no network: statistics and boosted trees",
    )
    samples = gather(
        run,
        config.frames,
        lambda frame, box, _: measured(frame, box, config.side),
        tuple(TITLES)[:3],
        share=0.9,
    )
    found = {}
    for number, arm in enumerate(TITLES):
        run.progress(0.9 + 0.1 * number / len(TITLES), f"fitting: {TITLES[arm]}")
        kinds = tuple(TITLES)[:3] if arm == "all" else (arm,)
        found[arm] = held_out(
            run,
            samples,
            kinds,
            config.seeds,
            arm=arm,
            trees=config.trees,
            rate=config.learning_rate,
        )
    settings = {arm: {"statistics": title, "of": PLACES[1]} for arm, title in TITLES.items()}
    board = Board(found, TITLES, settings, config.seeds)
    return Findings(
        arms=board.arms(),
        figures=(board.bars("statistics", "Statistics of pixels and boosted trees"),),
        tables=(board.table("Statistics of pixels"),),
        sentences=board.sentences(),
    )


def measured(frame: NDArray[np.uint8], box: Box, side: int) -> Mapping[str, NDArray[np.float32]]:
    """Each kind of statistics of the face, and of the face less the whole frame.

    Args:
        frame: (H, W, 3) uint8 RGB.
        box: of the face.
        side: the face, and the frame at the same scale, are brought to this many pixels.

    Returns:
        kind -> (2 d,) float32.
    """
    face = cut(frame, box, size=side, factor=1.0)
    scale = side / box.w
    size = max(side, round(frame.shape[1] * scale)), max(side, round(frame.shape[0] * scale))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    whole = np.asarray(cv2.resize(frame, size, interpolation=way), np.uint8)
    own = {kind: statistics(face) for kind, statistics in KINDS.items()}
    return {kind: np.concatenate([own[kind], own[kind] - KINDS[kind](whole)]) for kind in KINDS}


EXPERIMENT = Experiment(
    name="pixels",
    title="Statistics of pixels",
    reproduces="future work 6",
    summary=(
        "Colour, noise and DCT statistics of the face, and how they differ from the whole frame's,"
        " with gradient-boosted trees."
    ),
    needs="FaceForensics++ clips",
    arms=tuple(TITLES),
    config=Config,
    run=run,
)
