"""The recipe of `learn`: what decides its network. Its values are in `training.experiments.learn`.

It lies below everything that trains, exports and judges, and loads no library to train with.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

HEAD, MAIN, LARGE = "head", "main", "large"
Engine = Literal["auto", "keras", "torch"]
PairKind = Literal["pairs", "unrelated", "blends", "swaps"]
PAIR_KINDS: tuple[PairKind, ...] = get_args(PairKind)
# Of a stage in progress, by the library that trains it.
CHECKPOINTS: Mapping[Literal["keras", "torch"], str] = {"keras": "last.keras", "torch": "last.pt"}


@dataclass(frozen=True)
class FitSettings:
    """What a fit needs to be repeated. Written to `settings.json` of the run."""

    steps: int
    learning_rate: float = 1e-3
    warm_up: int = 200
    hold: int = 0  # steps at the peak rate between the warm-up and the cosine
    weight_decay: float = 0.02
    average_decay: float = 0.998  # moving average of the weights, per step
    # Batches that measure the normalisation statistics of the averaged weights.
    refreshing: int = 30
    clip_norm: float = 1.0
    judge_every: int = 500
    save_every: int = 250
    log_every: int = 20
    readers: int = 1  # threads that make batches ahead
    # The dense layers alone, those and the normalisation, or every weight.
    trained: Literal["head", "norms", "all"] = "all"


@dataclass(frozen=True)
class Augmentation:
    """Ranges and chances; the defaults are those of the second stage of the bundled network."""

    scale: tuple[float, float] = (0.84, 1.0)  # side of the cut over the nominal cut
    shift: float = 0.05  # of the box, each way
    brightness: float = 25.0  # grey levels
    contrast: float = 0.25
    gamma: float = 0.25
    saturation: float = 0.3
    tint: float = 15.0  # grey levels, of each channel separately
    grey_chance: float = 0.1
    # Brightness across the picture falls or rises by up to this share of its middle, each way.
    light: float = 0.3
    warp_chance: float = 0.5
    turn: float = 10.0  # degrees
    stretch: float = 0.12  # of the ratio of height to width, and as much shear
    bend: float = 0.03  # of the side: the largest shift of a smooth field
    # Side at which blur, noise and coding are done, over that of the network's input.
    detail: tuple[float, float] = (1.0, 2.0)
    jpeg: tuple[int, int] = (30, 95)
    jpeg_chance: float = 0.4
    h264: tuple[int, int] = (18, 36)  # CRF, one frame, 4:2:0
    h264_chance: float = 0.3
    down: tuple[float, float] = (0.4, 0.9)  # reduced to this share and enlarged again
    down_chance: float = 0.25
    blur_chance: float = 0.15
    noise_chance: float = 0.2
    erased: tuple[float, float] = (0.15, 0.45)  # sides of the painted rectangle, over the cut's
    erase_chance: float = 0.3
    # Chance that colour and quality are drawn separately for each picture of a pair, so that
    # neither tells real from fake.
    apart_chance: float = 0.0


@dataclass(frozen=True)
class Share:
    """The share of one kind of pair in a batch.

    Attributes:
        data: name of a data set.
        kind: `pairs` of a real face and the fake made from it, `unrelated` real and fake ones,
            `blends` of a real face with itself, or `swaps` of a real face with the inner face of
            another.
        pairs: how many.
    """

    data: str
    kind: PairKind
    pairs: int


@dataclass(frozen=True)
class Stage:
    """What a batch holds, how large its pictures are, and how long it lasts."""

    batch: tuple[Share, ...]
    input_size: int = 128
    early_size: int = 112  # side of the pictures in the early part
    # 1 for all of it: random cuts enlarge faces, so the network answers better on larger pictures
    # than it was trained on (FixRes).
    early_share: float = 1.0
    # Some halves of the side-by-side clips also differ in colour away from the face: in part of the
    # pairs each side gets its own colour change.
    augmentation: Augmentation = field(default_factory=lambda: Augmentation(apart_chance=0.25))
    fit: FitSettings = field(default_factory=lambda: FitSettings(steps=2400))

    def smoke(self) -> Stage:
        """A few steps of small batches."""
        fit = replace(
            self.fit, steps=4, warm_up=2, judge_every=2, save_every=2, log_every=1, refreshing=2
        )
        small = tuple(replace(share, pairs=min(share.pairs, 1)) for share in self.batch)
        return replace(self, batch=small, input_size=72, early_size=71, fit=fit)


@dataclass(frozen=True)
class Recipe:
    """Everything that decides the result of `learn`. Written to `config.json` of the run.

    Its last stage makes the network.
    """

    head: Stage
    main: Stage
    large: Stage
    without: tuple[str, ...] = ()  # data sets that are left out of training, and judged on
    haar_factor: float = 1.0  # side of the cut over the side of a Haar box
    judged: int = 600  # pictures of each data set at each judging
    # `imagenet`, `random`, a file of weights, the folder of a model package or of a run.
    init: str = "imagenet"
    engine: Engine = "auto"  # which library trains
    seed: int = 0

    @property
    def stages(self) -> dict[str, Stage]:
        """Those with steps, in their order."""
        every = {HEAD: self.head, MAIN: self.main, LARGE: self.large}
        return {name: stage for name, stage in every.items() if stage.fit.steps}

    @property
    def last(self) -> Stage:
        """The stage whose network is the result."""
        return [*self.stages.values()][-1]

    @property
    def sets(self) -> list[str]:
        """The data sets that are trained on."""
        named = {
            share.data for stage in self.stages.values() for share in stage.batch if share.pairs
        }
        return sorted(named - set(self.without))

    def used(self, stage: Stage) -> list[Share]:
        """The shares of a stage's batch whose data set is trained on."""
        return [share for share in stage.batch if share.pairs and share.data not in self.without]

    def smoke(self) -> Recipe:
        """Every stage in about two minutes; the network learns nothing."""
        return replace(
            self,
            head=self.head.smoke(),
            main=self.main.smoke(),
            large=self.large.smoke(),
            judged=24,
            init="random",
        )
