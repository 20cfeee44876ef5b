"""The experiments on statistics of pixels and on patches.

Places and differences by hand, the whole way on small clips.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from dfgui.core import training_events as events
from dfgui.core.geometry import Box
from tests.training.faces import write_pair
from training.execution import Experiment, carry_out
from training.experiments import patches, pixels
from training.experiments.patches import compared
from training.experiments.shared.tabular import Samples
from training.results import Result, read_result


def test_a_face_is_described_by_itself_and_by_its_difference_from_the_frame() -> None:
    """A frame of 100 in red with a face of 200.

    Means 200, and 200 less the frame's 100 + 100 x (40 x 40) / (120 x 160).
    """
    frame = np.full((120, 160, 3), (100, 50, 50), np.uint8)
    frame[40:80, 60:100, 0] = 200
    found = pixels.measured(frame, Box(60, 40, 40, 40), side=40)
    assert {kind: values.shape for kind, values in found.items()} == {
        "colour": (54,),
        "noise": (30,),
        "dct": (126,),
    }
    assert found["colour"][0] == pytest.approx(200)
    assert found["colour"][27] == pytest.approx(200 - (100 + 100 * 1600 / 19200), abs=0.01)


def test_patches_lie_in_the_face_and_beside_it() -> None:
    frame = np.zeros((200, 300, 3), np.uint8)
    frame[60:140, 100:180] = 255
    box = Box(100, 60, 80, 80)
    for seed in range(20):
        both = patches._patches(frame, box, np.random.default_rng(seed), 16)
        assert both is not None
        face, background = both
        assert (face.shape, background.shape) == ((16, 16, 3), (16, 16, 3))
        assert (int(face.min()), int(background.max())) == (255, 0)


def test_where_the_face_fills_the_frame_there_is_no_background() -> None:
    frame = np.zeros((64, 64, 3), np.uint8)
    found = patches.measured(
        frame, Box(0, 0, 64, 64), np.random.default_rng(0), patches.Config(patches=2, side=16)
    )
    assert all(np.isnan(values).all() for values in found.values())


def test_distances_of_flat_patches() -> None:
    """Red is 30 apart, so the luma is .299 x 30 = 9 apart after rounding.

    Neither has noise: the log of the ratio is 0, and so is the DCT distance.
    """
    face, background = (
        np.full((16, 16, 3), (130, 80, 80), np.uint8),
        np.full((16, 16, 3), (100, 80, 80), np.uint8),
    )
    found = patches._distances(face, background)
    np.testing.assert_allclose(found["colour"], [30, 0, 0, 9])
    np.testing.assert_allclose(found["noise"], 0)
    np.testing.assert_allclose(found["dct"], 0, atol=0.05)


def test_a_fake_is_compared_with_its_own_original() -> None:
    """Two families whose originals differ by 100 and whose fakes are 3 above their own.

    The difference is 3, and its interval is 3 to 3.
    """
    clips = np.array(["original/001", "Deepfakes/001_002", "original/003", "Deepfakes/003_004"])
    values = np.repeat([[10.0], [13.0], [110.0], [113.0]], 4, axis=1).astype(np.float32)
    vectors = {"colour": values, "noise": values[:, :3], "dct": values[:, :1]}
    labels, pairs = np.array([0, 1, 0, 1]), np.array(["001-002", "001-002", "003-004", "003-004"])
    found = compared(Samples(vectors, labels, pairs, clips, np.array(["o", "d", "o", "d"])))
    assert len(found) == 8
    first = found[0]
    assert (
        first.original,
        first.fake,
        first.spread,
        first.difference,
        first.low,
        first.high,
        first.n,
    ) == (60, 63, 50, 3, 3, 3, 2)


@pytest.mark.parametrize(
    ("experiment", "tables"), [(pixels.EXPERIMENT, 1), (patches.EXPERIMENT, 2)]
)
def test_the_whole_way(tmp_path: Path, experiment: Experiment, tables: int) -> None:
    for person, donor in (("001", "002"), ("002", "001"), ("003", "004"), ("004", "003")):
        write_pair(tmp_path / "data" / "ffpp", person, donor, frames=6)
    said: list[events.Event] = []
    config = experiment.config().smoke()
    out = tmp_path / "run"
    assert (
        carry_out(
            experiment, config, tmp_path / "data", out, smoke=True, command="c", watch=said.append
        )
        == 0
    ), said[-1]
    result = read_result(out)
    _as_expected(result, experiment, tables)
    kept = {path.name for path in (out / "parts").iterdir()}
    assert {"family-001.npz", "all-seed0.json"} <= kept
    assert (
        carry_out(
            experiment, config, tmp_path / "data", out, smoke=True, command="c", watch=said.append
        )
        == 0
    )
    assert read_result(out).arms == result.arms


def _as_expected(result: Result, experiment: Experiment, tables: int) -> None:
    assert tuple(arm.name for arm in result.arms) == experiment.arms
    assert all((arm.n, arm.prior) == (8, pytest.approx(np.log(2))) for arm in result.arms)
    assert all(metric.groups == 2 for arm in result.arms for metric in arm.metrics)
    assert len(result.tables) == tables
    assert len(result.data) == 8
