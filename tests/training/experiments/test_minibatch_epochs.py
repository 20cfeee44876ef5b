"""`minibatch_epochs`: its measures of noise by hand, its arms, its sentences."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from tests.training.faces import write_crops
from tests.training.tiny import carried, use_quick_fits, use_tiny_networks
from training.experiments.minibatch_epochs import (
    EXPERIMENT,
    Config,
    arms,
    kept_steps,
    measured,
    noise,
    over_seeds,
    ratio,
    sentences,
)
from training.experiments.shared.bootstrap import Judge
from training.experiments.shared.crops import Fit, Trial, Variant
from training.experiments.shared.outcome import Outcome
from training.results import Curve, read_result


def test_a_saw_has_jumps_and_falls() -> None:
    # Two passes over each of three batches: each falls by .2, each new one begins .4 higher than
    # the last ended.
    found = noise([1.0, 0.8, 1.2, 1.0, 1.4, 1.2], 2)
    assert found["fall"] == pytest.approx(0.2)
    assert found["jump"] == pytest.approx(0.4)
    # Changes -.2 .4 -.2 .4 -.2: mean .04, squares of the distances 3 x .0576 and 2 x .1296, over 5.
    assert found["noise"] == pytest.approx(np.sqrt((3 * 0.0576 + 2 * 0.1296) / 5))


def test_with_one_pass_every_step_is_a_jump_and_nothing_falls_within_a_batch() -> None:
    found = noise([1.0, 0.5, 0.75], 1)
    assert found == {"noise": pytest.approx(0.375), "jump": pytest.approx(0.375), "fall": 0.0}


def test_a_steady_fall_is_no_noise() -> None:
    assert noise([1.0, 0.9, 0.8, 0.7], 1)["noise"] == pytest.approx(0.0)


def test_what_is_kept_of_a_fit() -> None:
    kept = kept_steps({"loss": [1.0, 0.8] * 200}, SimpleNamespace(passes_per_batch=2))  # type: ignore[arg-type]
    assert kept["loss"] == [1.0, 0.8] * 80
    assert kept["fall"] == [pytest.approx(0.2)]
    assert kept["jump"] == [pytest.approx(0.2)]


def test_the_interval_over_seeds_is_students() -> None:
    # 1, 2, 3: mean 2, standard deviation 1; t for 95 % with two degrees of freedom is 4.3027.
    found = over_seeds("noise", [1.0, 2.0, 3.0])
    assert (found.value, found.low, found.high) == pytest.approx(
        (2.0, 2 - 4.3027 / np.sqrt(3), 2 + 4.3027 / np.sqrt(3)), abs=1e-4
    )
    alone = over_seeds("noise", [1.0])
    assert (alone.low, alone.high, alone.groups) == (1.0, 1.0, 1)


def test_every_arm_changes_one_thing() -> None:
    found = {variant.name: variant.changes for variant in arms(Config(), None)}
    assert tuple(found) == EXPERIMENT.arms
    assert [(changes["passes_per_batch"], changes["batch"]) for changes in found.values()] == [
        *((passes, 32) for passes in (1, 2, 4, 8)),
        (1, 8),
        (1, 128),
    ]


def trial(
    name: str, passes: int, noises: list[float], scores: list[float], *, batch: int = 32
) -> Trial:
    variant = Variant(
        name, f"{passes} passes, batch {batch}", {"passes_per_batch": passes, "batch": batch}
    )
    fits = [
        Fit(
            Curve(name, seed, 0, None, {"val_loss": [0.4]}),
            scores,
            {"noise": [value], "jump": [2 * value], "fall": [0.1], "loss": [1.0]},
        )
        for seed, value in enumerate(noises)
    ]
    return Trial(variant, tuple(fits))


RIGHT = [0.9] * 30 + [0.1] * 10


@pytest.mark.parametrize(
    ("noises", "of_passes", "of_size"),
    [
        ([0.4, 0.44, 0.36], "noisier, by larger jumps from batch to batch", "noisier"),
        ([0.1, 0.11, 0.09], "calmer, by smaller jumps from batch to batch", "calmer"),
        (
            [0.1, 0.4, 0.2],
            "no noisier, the jumps from batch to batch are as large as with one pass",
            "neither noisier nor calmer beyond what the seeds vary",
        ),
    ],
)
def test_the_sentence_follows_from_the_measures(
    noises: list[float], of_passes: str, of_size: str
) -> None:
    base = trial("passes1_batch32", 1, [0.2, 0.22, 0.18], RIGHT)
    others = [
        trial("passes8_batch32", 8, noises, RIGHT),
        trial("passes1_batch8", 1, noises, RIGHT, batch=8),
    ]
    judge = Judge(np.array([1] * 30 + [0] * 10), [str(number) for number in range(40)], draws=20)
    first, second = sentences(Outcome(judge, [base, *others]), Config())[:2]
    assert first.startswith(
        "8 passes, batch 32 against 1 passes, batch 32: from step to step the training loss moves"
    )
    assert first.endswith(f"within a batch the loss falls by 0.100: {of_passes}.")
    assert second.endswith(f"the square root of the sizes would give 2.00: {of_size}.")


def test_ratios_are_paired_by_seed() -> None:
    found = ratio("noise", trial("b", 8, [0.4, 0.2], RIGHT), trial("a", 1, [0.2, 0.1], RIGHT))
    assert (found.value, found.low, found.high) == pytest.approx((2.0, 2.0, 2.0))
    assert measured(trial("a", 1, [0.2, 0.4], RIGHT))["jump"].value == pytest.approx(0.6)


def test_the_whole_experiment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    use_tiny_networks(monkeypatch)
    use_quick_fits(monkeypatch)
    write_crops(tmp_path, {"train": 60, "validation": 20, "test": 20})
    status, said = carried(
        EXPERIMENT, tmp_path, "seeds=[0,1]", "passes=[1,3]", "batches=[8,128]", "batch=16"
    )
    assert status == 0, said[-1]
    result = read_result(tmp_path / "run")
    assert [arm.name for arm in result.arms] == [
        "passes1_batch16",
        "passes3_batch16",
        "passes1_batch8",
        "passes1_batch128",
    ]
    assert {"noise", "jump", "fall", "roc_auc"} <= {
        metric.name for metric in result.arms[0].metrics
    }
    steps = {series.name: len(series.x) for series in result.figures[0].series}
    # 60 crops: four batches of 16, eight of 8 or one of 128; three passes over each; one epoch.
    assert steps == {
        "1 pass, batch 16": 4,
        "3 passes, batch 16": 12,
        "1 pass, batch 8": 8,
        "1 pass, batch 128": 1,
    }
    assert [row[1:3] for row in result.tables[0].rows] == [(1, 16), (3, 16), (1, 8), (1, 128)]
    assert result.sentences[0].startswith(
        "3 passes, batch 16 against 1 pass, batch 16: from step to step the training loss moves"
    )
    assert (
        result.sentences[2]
        == "1 pass, batch 128 against 1 pass, batch 16: too few steps to tell which is noisier."
    )
