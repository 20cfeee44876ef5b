"""The experiment on occlusion: what is said of maps, by hand; the whole way on flat crops.

A small network is in place of Xception.
"""

from __future__ import annotations

import numpy as np
import pytest

from dfgui.core.analysis_results import OcclusionSettings
from training.experiments import occlusion
from training.experiments.occlusion import Config, Looked
from training.results import Arm, Metric


def looked(printed: list[float], gain: float, score: float = 0.9) -> Looked:
    return Looked(score, [printed], [[(255 * score - value) / 255 for value in printed]], gain)


def test_a_map_is_the_score_and_the_drop_of_each_hidden_patch() -> None:
    """A network that says .9 if the left patch is white and .1 if it is hidden.

    Printed 25.5 and 229.5, drop .8 and 0.
    """

    def network(batch: np.ndarray) -> np.ndarray:
        return np.where(batch[:, :, :4].mean(axis=(1, 2, 3)) > 128, 0.9, 0.1).astype(np.float32)

    found = occlusion._look(
        network,
        np.full((4, 24, 3), 255, np.uint8),
        OcclusionSettings(patch=4, stride=4),
        Config(steps=6),
    )
    assert found.score == pytest.approx(0.9)
    np.testing.assert_allclose(found.printed, [[25.5] + [229.5] * 5], atol=0.01)
    np.testing.assert_allclose(found.drop, [[0.8] + [0.0] * 5], atol=1e-4)
    assert found.gain > 0


def test_means_have_intervals_over_originals() -> None:
    """Ranges 100 and 50: mean 75; two originals, so the draws are 100, 75 and 50."""
    metrics = occlusion._metrics([looked([0, 100], 0.5), looked([50, 100], -0.1)], ["a", "b"])
    found = {metric.name: metric for metric in metrics}
    assert (
        found["printed_range"].value,
        found["printed_range"].low,
        found["printed_range"].high,
    ) == (75, 50, 100)
    assert found["faithfulness"].value == pytest.approx(0.2)
    assert (found["drop_range"].n, found["drop_range"].groups) == (2, 2)


@pytest.mark.parametrize(
    ("moved", "low", "high", "says"),
    [
        (0.2, 0.001, 0.002, "it is flat"),
        (40.0, 0.1, 0.3, "follows the map better than a random order"),
        (40.0, -0.3, -0.1, "the map misleads"),
        (40.0, -0.1, 0.3, "no better than a random order"),
    ],
)
def test_what_is_said_follows_the_interval(
    moved: float, low: float, high: float, says: str
) -> None:
    metrics = (
        Metric("printed_range", moved, moved, moved, 4, 4),
        Metric("faithfulness", (low + high) / 2, low, high, 4, 4),
    )
    arm = Arm("faces_start", "faces", {}, metrics, 0.69, "", False, 4, (0,))
    assert says in occlusion._sentence(arm)


def test_pictures_hold_maps_with_a_fixed_and_a_symmetric_scale() -> None:
    printed, drop = occlusion._pictures("digits", [looked([0, 255 * 0.5], 0.1)])
    assert (printed.low, printed.high, printed.maps) == (0, 255, [[0, 127.5]])
    assert (drop.low, drop.high) == (pytest.approx(-0.9), pytest.approx(0.9))
