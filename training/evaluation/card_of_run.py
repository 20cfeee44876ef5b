"""The card of a run's network before it is calibrated.

It says what the network was trained on, under which terms, and what it began with.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import msgspec

from dfgui.core.errors import AnalysisError
from dfgui.core.network.package import (
    Calibrations,
    Card,
    CropRule,
    Domain,
    InitWeights,
    Training,
)
from training.data.lookup import TRAINED, source_of, words_of
from training.data.prepared.shards import MANIFEST
from training.data.recipe_tables import COUNTS, counts_in, read_tables
from training.evaluation.calibrations import TRACK_FRAMES
from training.network.export import UNCALIBRATED
from training.network.training_exposure import recipe_of, seen_by_run, sha256_of, started_from
from training.recipe import PairKind, Recipe
from training.results import read_result

NOT_FOR = (
    "proof: a likelihood ratio is one piece of evidence among others",
    (
        "faces made from nothing (GAN or diffusion portraits), and manipulations other than"
        " replaced or re-enacted faces"
    ),
    "faces that are smaller, more blurred or harder compressed than `domain` says",
    (
        "people, cameras and methods unlike those of the data sets: no figure here says how it does"
        " there"
    ),
)
TERMS = (
    "For research and evaluation only: the terms of every data set that `training.sources` names"
    " apply to these weights. Train a replacement from data you hold a licence for with the same"
    " commands."
)
KINDS: Mapping[PairKind, str] = {
    "pairs": "pairs of a real face and the fake made from it",
    "unrelated": "real and fake faces",
    "blends": "self-blended images of the real faces",
    "swaps": "swaps of the real faces",
}


def card_of_run(run: Path, name: str, version: str, *, shards: Path | None = None) -> Card:
    """The card of a finished run of `learn`, without calibration, domain and metrics.

    Args:
        run: its folder.
        name: of the package.
        version: of the package.
        shards: the prepared data sets of the run, to count its faces if the run has not recorded
            them.

    Raises:
        AnalysisError: the run is of another experiment, or nothing says how many faces it was
            trained on.
    """
    recipe = recipe_of(run)
    counts = _counts(run, recipe, shards)
    return Card(
        schema="dfgui.card/2",
        name=name,
        version=version,
        architecture="Xception, average pooling, dense 256, 64, 1",
        input_size=recipe.last.input_size,
        colour_order="RGB",
        value_range=(0, 255),
        output="logit",
        crop=CropRule(recipe.haar_factor, 1.0),
        training=Training(
            data=tuple(_in_words(recipe, name) for name in recipe.sets),
            real=counts["REAL"],
            fake=counts["FAKE"],
            split=_split(),
            steps=_steps(recipe),
            init_weights=_init(run, recipe),
            seed=recipe.seed,
            seen=tuple(sorted(seen_by_run(run))),
            sources=tuple(source_of(name) for name in recipe.sets),
        ),
        metrics=(),
        calibration=Calibrations(UNCALIBRATED, UNCALIBRATED),
        domain=Domain(1.0, 0.0, None, TRACK_FRAMES[0]),
        export_difference={},
        not_for=NOT_FOR,
        terms=TERMS,
        files={},
    )


def _split() -> str:
    """How the data sets that can be trained on are split."""
    how = ", ".join(one.split for one in TRAINED.values() if one.split)
    return f"{how}; no test row was read"


def _steps(recipe: Recipe) -> int:
    """Steps of the run and of the runs that it began with."""
    before = Path(recipe.init)
    earlier = _steps(recipe_of(before)) if (before / "config.json").is_file() else 0
    return earlier + sum(stage.fit.steps for stage in recipe.stages.values())


def _in_words(recipe: Recipe, name: str) -> str:
    """Such as `people speaking (frames of clips): self-blended images of the real faces`."""
    kinds = dict.fromkeys(
        share.kind
        for stage in recipe.stages.values()
        for share in recipe.used(stage)
        if share.data == name
    )
    return f"{words_of(name)}: {', '.join(KINDS[kind] for kind in kinds)}"


def _init(run: Path, recipe: Recipe) -> InitWeights:
    words = "random" if recipe.init == "random" else started_from(run)
    found = re.search(r"SHA-256 ([0-9a-f]{64})", words)
    return InitWeights(words, found[1] if found else None)


def _counts(run: Path, recipe: Recipe, shards: Path | None) -> dict[str, int]:
    recorded = run / "parts" / f"{COUNTS}.json"
    if recorded.is_file():
        return msgspec.json.decode(recorded.read_bytes(), type=dict[str, int])
    if shards is None:
        raise AnalysisError(
            f"{run.name} has not recorded how many faces it was trained on; name its prepared data"
            " sets with --shards."
        )
    _require_same(run, shards)
    return counts_in(read_tables(shards, recipe), recipe)


def _require_same(run: Path, shards: Path) -> None:
    """Require the manifests that the run used.

    Raises:
        AnalysisError: one differs.
    """
    recorded = set(read_result(run).data)
    for path in sorted(shards.glob(f"*/{MANIFEST}")):
        if any(f"{path.parent.name}/{MANIFEST}" in line for line in recorded) and not any(
            sha256_of(path) in line for line in recorded
        ):
            raise AnalysisError(
                f"{shards.name}/{path.parent.name} is not what {run.name} was trained on; name its"
                " own prepared data sets."
            )
