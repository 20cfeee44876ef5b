"""Occlusion sensitivity on models whose map is known by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from dfgui.core.analysis.occlusion import (
    OcclusionMap,
    PatchGrid,
    exact_map,
    faithfulness,
    refine,
    region_drop,
)
from dfgui.core.analysis.occlusion_plan import BlockHints
from dfgui.core.analysis_results import OcclusionSettings
from dfgui.core.errors import AnalysisError
from dfgui.core.geometry import Box
from tests.support.plain import foreign


class Network:
    """score = bias + sum of weights x red channel / 255; counts the pictures it scores."""

    def __init__(self, weights: NDArray[np.float64], bias: float = 0.0) -> None:
        self.weights, self.bias = weights, bias
        self.seen = 0
        self.largest_batch = 0

    def __call__(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        assert pictures.dtype == np.uint8
        assert pictures.shape[1:] == (*self.weights.shape, 3)
        self.seen += len(pictures)
        self.largest_batch = max(self.largest_batch, len(pictures))
        return (self.bias + np.einsum("nhw,hw->n", pictures[..., 0] / 255.0, self.weights)).astype(
            np.float32
        )


def _white(height: int, width: int) -> NDArray[np.uint8]:
    return np.full((height, width, 3), 255, np.uint8)


def _spot(at: tuple[slice, slice], drop: float, side: int = 200) -> Network:
    """A network that looks at one region only: hiding all of it costs `drop`."""
    weights = np.zeros((side, side))
    weights[at] = drop / weights[at].size
    return Network(weights, bias=0.1)


def _run(*args: Any, **options: Any) -> list[OcclusionMap]:
    return list(refine(*args, **options))


def test_the_drop_of_a_linear_network_by_hand() -> None:
    # White, 4 x 6, patch 2: a patch's drop is the sum of its four weights.
    weights = (
        np.array([[1, 2, 0, 0, 5, 0], [3, 4, 0, 0, 0, 0], [0, 0, 1, 1, 0, 0], [0, 0, 1, -9, 0, 2]])
        / 100
    )
    network = Network(weights, bias=0.5)
    heat = exact_map(network, _white(4, 6), OcclusionSettings(patch=2, stride=2))
    np.testing.assert_allclose(heat.patch_values, [[0.10, 0, 0.05], [0, -0.06, 0.02]], atol=1e-6)
    np.testing.assert_allclose(heat.values[2:, 2:4], -0.06, atol=1e-6)
    assert heat.values.shape == (4, 6)
    assert heat.values.dtype == np.float32
    assert heat.base == pytest.approx(0.61)  # .5 + (1 + 2 + 5 + 3 + 4 + 1 + 1 + 1 - 9 + 2) / 100
    assert (heat.evaluations, heat.evaluated, heat.total, heat.complete, heat.error) == (
        7,
        6,
        6,
        True,
        0,
    )


def test_the_printed_mode_is_255_times_the_score() -> None:
    network = Network(np.array([[0.25, 0.25, 0.5]]))
    heat = exact_map(network, _white(1, 3), OcclusionSettings(patch=1, stride=1, mode="printed"))
    np.testing.assert_allclose(heat.values, [[191.25, 191.25, 127.5]], rtol=1e-6)


def test_overlaps_are_averaged_and_the_last_patch_ends_at_the_border() -> None:
    # Width 5, patch 3, stride 1 -> patches at 0, 1, 2 with drops .3, .2, .6.
    network = Network(np.array([[0.2, 0.1, 0.0, 0.1, 0.5]]))
    heat = exact_map(network, _white(1, 5), OcclusionSettings(patch=3, stride=1))
    np.testing.assert_allclose(heat.patch_values, [[0.3, 0.2, 0.6]], atol=1e-6)
    np.testing.assert_allclose(heat.values, [[0.3, 0.25, 1.1 / 3, 0.4, 0.6]], atol=1e-6)
    # Width 5, patch 2, stride 2: the third patch is moved from 4 to 3 and shares pixel 3 with the
    # second.
    heat = exact_map(network, _white(1, 5), OcclusionSettings(patch=2, stride=2))
    np.testing.assert_allclose(heat.patch_values, [[0.3, 0.1, 0.6]], atol=1e-6)
    np.testing.assert_allclose(heat.values, [[0.3, 0.3, 0.1, 0.35, 0.6]], atol=1e-6)


@given(
    height=st.integers(1, 60), width=st.integers(1, 60), patch=st.integers(1, 70), data=st.data()
)
def test_the_grid_covers_every_pixel_and_stays_inside(
    height: int, width: int, patch: int, data: st.DataObject
) -> None:
    settings = OcclusionSettings(patch=patch, stride=data.draw(st.integers(1, patch)))
    grid = PatchGrid.over(height, width, settings)
    times = np.zeros((height, width), int)
    total = np.zeros((height, width))
    rows, columns = grid.shape
    values = np.arange(rows * columns, dtype=float).reshape(rows, columns)
    for row in range(rows):
        for column in range(columns):
            x, y, w, h = grid.box(slice(row, row + 1), slice(column, column + 1))
            assert x >= 0
            assert y >= 0
            assert x + w <= width
            assert y + h <= height
            assert (w, h) == (min(patch, width), min(patch, height))
            times[y : y + h, x : x + w] += 1
            total[y : y + h, x : x + w] += values[row, column]
    assert times.min() >= 1
    np.testing.assert_allclose(grid.spread(values, height, width), total / times, rtol=1e-5)
    assert len(set(grid.tops)) == rows
    assert len(set(grid.lefts)) == columns


@pytest.mark.parametrize(("fill", "shown"), [("black", 0), ("mean", 51)])
def test_what_shows_in_the_hidden_place(fill: Any, shown: int) -> None:
    crop = np.zeros((1, 5, 3), np.uint8)
    crop[0, 4] = 255  # mean 255 / 5 = 51
    network = Network(np.array([[0, 0, 0, 0, 1.0]]))
    heat = exact_map(network, crop, OcclusionSettings(patch=1, stride=1, fill=fill))
    assert heat.values[0, 4] == pytest.approx((255 - shown) / 255, abs=1e-6)


def test_a_blurred_fill_keeps_a_flat_picture_as_it_is() -> None:
    network = Network(np.full((8, 8), 1 / 64))
    flat = exact_map(network, _white(8, 8), OcclusionSettings(patch=4, stride=4, fill="blur"))
    assert not flat.values.any()
    chequered = np.indices((8, 8)).sum(0) % 2 * 255
    crop = np.repeat(chequered[..., None], 3, axis=2).astype(np.uint8)
    # Under the blur both colours are about 127.5: a white pixel loses half of what it is worth.
    seen = Network(np.where(chequered > 0, 1 / 32, 0))
    assert region_drop(
        seen, crop, Box(0, 0, 8, 8), OcclusionSettings(patch=4, stride=4, fill="blur")
    ) == pytest.approx(0.5, abs=0.02)


def test_batches_are_bounded_and_complete() -> None:
    network = Network(np.full((7, 9), 0.01))
    heat = exact_map(network, _white(7, 9), OcclusionSettings(patch=2, stride=2), batch=6)
    assert heat.total == 4 * 5
    assert (network.seen, network.largest_batch) == (21, 6)
    assert heat.evaluations == 21


def test_a_stopped_exact_map_keeps_what_it_has() -> None:
    answers = iter([False, False, True])
    network = Network(np.full((4, 4), 0.05))
    heat = exact_map(
        network,
        _white(4, 4),
        OcclusionSettings(patch=1, stride=1),
        batch=5,
        should_stop=lambda: next(answers),
    )
    assert not heat.complete
    assert heat.evaluated == 10
    np.testing.assert_allclose(heat.values.ravel()[:10], 0.05, atol=1e-6)
    assert np.isnan(heat.values.ravel()[10:]).all()


@pytest.mark.parametrize(
    ("at", "drop"),
    [
        ((slice(40, 60), slice(120, 140)), 0.6),  # one patch
        ((slice(80, 120), slice(60, 100)), 0.8),  # four patches
        ((slice(180, 200), slice(180, 200)), 0.5),  # the last one
        ((slice(100, 120), slice(100, 120)), -0.1),  # hiding raises the score
        ((slice(0, 200), slice(0, 200)), 0.0),  # nothing at all
    ],
)
def test_coarse_to_fine_finds_a_localised_map_with_half_the_work(
    at: tuple[slice, slice], drop: float
) -> None:
    network, crop, settings = _spot(at, drop), _white(200, 200), OcclusionSettings()
    maps = _run(network, crop, settings)
    assert network.seen == maps[-1].evaluations <= 50
    # Of 101, 8 % are 8: the picture itself and, an even number, six blocks.
    assert maps[0].evaluations == 7
    assert np.isfinite(maps[0].values).all()
    assert [heat.complete for heat in maps] == [False] * (len(maps) - 1) + [True]
    # The spot lies on the grid: by hand, its patches share the drop and all others have none.
    expected = np.zeros((200, 200))
    expected[at] = drop / (expected[at].size / 400)
    assert np.abs(maps[-1].values - expected).max() <= 0.02
    assert maps[-1].error <= 0.02


@given(row=st.integers(0, 9), column=st.integers(0, 9), drop=st.floats(0.1, 0.9))
def test_a_single_patch_that_matters_is_never_missed(row: int, column: int, drop: float) -> None:
    network = _spot((slice(20 * row, 20 * row + 20), slice(20 * column, 20 * column + 20)), drop)
    last = _run(network, _white(200, 200), OcclusionSettings())[-1]
    expected = np.zeros((10, 10))
    expected[row, column] = drop
    assert last.exact[row, column]
    assert np.abs(last.patch_values - expected).max() <= 0.02
    # First map and lattice, the other 21 patches of a block of 5 x 5 in rounds of 4, and two rounds
    # without a surprise.
    assert last.evaluations <= 7 + 16 + 6 * 4 + 2 * 4


class Redundant:
    """score = .5 while any pixel in the square at the bottom right is white, 0 without."""

    def __init__(self, side: int) -> None:
        self.side = side

    def __call__(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        return np.where(
            pictures[:, -self.side :, -self.side :, 0].max(axis=(1, 2)) == 255, 0.5, 0
        ).astype(np.float32)


@pytest.mark.parametrize("mode", ["drop", "printed"])
def test_what_a_block_showed_and_no_patch_accounts_for_is_the_error(mode: Any) -> None:
    # 5 x 5 patches, a block: hidden together they cost .5, each alone nothing. 4 of them lie on the
    # lattice; the other 21 are guessed at .5 / 21 = .024 at most, so the misses alone would make
    # the error that much at most.
    maps = _run(Redundant(100), _white(200, 200), OcclusionSettings(mode=mode))
    known = [heat.error for heat in maps if np.isfinite(heat.error)]
    assert 0.024 < known[0] <= 0.5
    assert maps[-1].exact[5:, 5:].all()  # until then the rest of the block stays
    assert foreign(maps) == []


@given(
    seed=st.integers(0, 2**32 - 1),
    height=st.integers(1, 120),
    width=st.integers(1, 120),
    patch=st.integers(4, 30),
    stop=st.integers(0, 9),
)
def test_results_hold_python_numbers(
    seed: int, height: int, width: int, patch: int, stop: int
) -> None:
    chance = np.random.default_rng(seed)
    crop = chance.integers(0, 256, (height, width, 3), np.uint8)
    network = Network(chance.normal(0, 1, (height, width)) / (height * width), bias=0.5)
    settings, asked = OcclusionSettings(patch, patch), iter(range(1000))
    maps = _run(network, crop, settings, should_stop=lambda: next(asked) == stop)
    heat = exact_map(network, crop, settings)
    drop = region_drop(network, crop, Box(0, 0, patch, patch), settings)
    assert foreign([*maps, heat, faithfulness(network, crop, heat), drop]) == []


def test_blocks_of_about_one_size() -> None:
    # 8 % of 101 pictures are 8, less the whole one 7, so six blocks: four quarters, two of them
    # halved.
    sizes = [
        (rows.stop - rows.start) * (columns.stop - columns.start)
        for rows, columns in BlockHints(10, 10).blocks
    ]
    assert sorted(sizes) == [10, 10, 15, 15, 25, 25]
    assert len(BlockHints(1, 62).blocks) == 4  # 8 % of 63 are 5
    assert BlockHints(1, 61).blocks == []


@given(rows=st.integers(1, 80), columns=st.integers(1, 80))
def test_blocks_cover_the_grid_once(rows: int, columns: int) -> None:
    times = np.zeros((rows, columns), int)
    for block in BlockHints(rows, columns).blocks:
        assert times[block].size
        times[block] += 1
    assert (times == (1 if rows * columns >= 62 else 0)).all()


def test_a_small_grid_is_measured_whole() -> None:
    network = _spot((slice(80, 120), slice(40, 80)), 0.3)
    last = _run(network, _white(200, 200), OcclusionSettings(patch=40, stride=40))[-1]
    assert (last.evaluated, last.total, last.evaluations, last.error) == (25, 25, 26, 0)
    assert last.patch_values[2, 1] == pytest.approx(0.3, abs=1e-6)


def test_measured_patches_equal_the_exact_map_and_zero_tolerance_measures_all() -> None:
    weights = np.random.default_rng(4).normal(0, 1, (90, 130)) / 2000
    crop = np.random.default_rng(5).integers(0, 256, (90, 130, 3), np.uint8)
    settings = OcclusionSettings(patch=10, stride=7)
    exact = exact_map(Network(weights, 0.5), crop, settings)
    for heat in refine(Network(weights, 0.5), crop, settings, tolerance=0.004):
        np.testing.assert_allclose(
            heat.patch_values[heat.exact], exact.patch_values[heat.exact], atol=1e-6
        )
    assert heat.evaluated < heat.total
    last = _run(Network(weights, 0.5), crop, settings, tolerance=0)[-1]
    assert last.exact.all()
    assert last.error == 0
    np.testing.assert_allclose(last.values, exact.values, atol=1e-6)


def test_the_first_coarse_map_shares_a_blocks_drop() -> None:
    # Everything matters equally: each patch of the white picture is worth .01 of the score, and
    # every block's share shows it.
    network = Network(np.full((200, 200), 1 / 40_000))
    first = next(refine(network, _white(200, 200), OcclusionSettings()))
    assert first.evaluated == 0
    np.testing.assert_allclose(first.values, 0.01, atol=1e-6)


def test_printed_estimates_are_in_printed_units() -> None:
    network = Network(np.full((200, 200), 1 / 40_000))
    first = next(refine(network, _white(200, 200), OcclusionSettings(mode="printed")))
    np.testing.assert_allclose(first.values, 255 * 0.99, rtol=1e-5)


def test_a_stopped_refinement_keeps_the_last_map() -> None:
    answers = iter([False, False, True])
    network = _spot((slice(80, 120), slice(60, 100)), 0.8)
    maps = _run(network, _white(200, 200), OcclusionSettings(), should_stop=lambda: next(answers))
    assert len(maps) == 3
    assert maps[-1].evaluated == 16
    assert not maps[-1].complete
    np.testing.assert_array_equal(maps[-1].values, maps[-2].values)
    at_once = _run(network, _white(200, 200), OcclusionSettings(), should_stop=lambda: True)
    assert len(at_once) == 1
    assert at_once[0].evaluations == 1
    assert np.isnan(at_once[0].values).all()
    assert not at_once[0].complete


@given(
    height=st.integers(1, 40),
    width=st.integers(1, 40),
    patch=st.integers(1, 45),
    batch=st.integers(1, 30),
    data=st.data(),
)
def test_refinement_ends_whole_for_any_shape(
    height: int, width: int, patch: int, batch: int, data: st.DataObject
) -> None:
    patch = max(patch, 3)
    settings = OcclusionSettings(
        patch=patch, stride=data.draw(st.integers(max(1, patch // 2), patch))
    )
    network = Network(np.full((height, width), 0.5 / (height * width)))
    maps = _run(network, _white(height, width), settings, batch=batch)
    assert maps[-1].complete
    assert np.isfinite(maps[-1].values).all()
    assert network.largest_batch <= batch
    # 8 % of 63 are 5: the picture itself and the four blocks, the minimum.
    if maps[-1].total >= 62 and batch >= 25:
        assert 5 <= maps[0].evaluations <= 0.08 * (maps[-1].total + 1)


def test_a_region_by_hand() -> None:
    network = Network(np.full((10, 20), 1 / 200))
    settings = OcclusionSettings()
    # 20 of 200 pixels.
    assert region_drop(network, _white(10, 20), Box(2, 3, 4, 5), settings) == pytest.approx(0.1)
    # 5 x 2 of its pixels lie inside.
    assert region_drop(network, _white(10, 20), Box(-5, 8, 10, 10), settings) == pytest.approx(0.05)
    with pytest.raises(AnalysisError, match="outside"):
        region_drop(network, _white(10, 20), Box(20, 0, 5, 5), settings)


def test_faithfulness_by_hand() -> None:
    # Patches worth .4 and .6, the most important first: deletion 1 -> .4 -> 0, insertion 0 -> .6 ->
    # 1.
    network = Network(np.array([[0.4, 0.6]]))
    settings = OcclusionSettings(patch=1, stride=1)
    heat = exact_map(network, _white(1, 2), settings)
    found = faithfulness(network, _white(1, 2), heat)
    assert found is not None
    assert found.deletion_curve == pytest.approx((1, 0.4, 0), abs=1e-6)
    assert found.insertion_curve == pytest.approx((0, 0.6, 1), abs=1e-6)
    assert found.deletion == pytest.approx((0.7 + 0.2) / 2)
    assert found.insertion == pytest.approx((0.3 + 0.8) / 2)
    assert found.gain == pytest.approx(found.deletion_random - 0.45 + 0.55 - found.insertion_random)


@pytest.mark.parametrize("mode", ["drop", "printed"])
def test_the_right_map_beats_chance_and_the_reversed_one_loses(mode: Any) -> None:
    weights = np.zeros((100, 100))
    weights[20:40, 50:80] = 1 / 600
    network, crop = Network(weights), _white(100, 100)
    right = exact_map(network, crop, OcclusionSettings(patch=10, stride=10, mode=mode))
    reversed_map = OcclusionMap(
        values=-right.values,
        patch_values=-right.patch_values,
        exact=right.exact,
        base=right.base,
        settings=right.settings,
        evaluations=right.evaluations,
        error=right.error,
        complete=True,
    )
    good, bad = faithfulness(network, crop, right), faithfulness(network, crop, reversed_map)
    assert good is not None
    assert bad is not None
    assert good.gain > 0.5
    assert bad.gain < -0.5
    assert good == faithfulness(network, crop, right)  # seeded
    # 6 of 100 patches carry the score, 5 go at a step: after one step a sixth is left, after two
    # nothing.
    assert good.deletion == pytest.approx((1 / 2 + 1 / 6) / 20, abs=1e-6)


def test_a_stopped_faithfulness_has_no_result() -> None:
    network = Network(np.full((4, 4), 1 / 16))
    heat = exact_map(network, _white(4, 4), OcclusionSettings(patch=2, stride=2))
    assert faithfulness(network, _white(4, 4), heat, should_stop=lambda: True) is None


def test_a_map_with_gaps_has_no_faithfulness() -> None:
    network = Network(np.full((4, 4), 1 / 16))
    heat = exact_map(
        network, _white(4, 4), OcclusionSettings(patch=2, stride=2), should_stop=lambda: True
    )
    with pytest.raises(ValueError, match="gaps"):
        faithfulness(network, _white(4, 4), heat)


@pytest.mark.parametrize(
    "wrong",
    [{"patch": 0}, {"stride": 0}, {"patch": 5, "stride": 6}, {"fill": "pink"}, {"mode": "up"}],
)
def test_wrong_settings_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(reversed(wrong))):
        OcclusionSettings(**wrong)


def test_wrong_input_and_a_wrong_network_are_refused() -> None:
    settings = OcclusionSettings(patch=2, stride=2)
    with pytest.raises(ValueError, match="crop"):
        exact_map(Network(np.zeros((4, 4))), np.zeros((4, 4), np.uint8), settings)
    with pytest.raises(ValueError, match="predict"):
        exact_map(
            lambda pictures: np.full(len(pictures), np.nan, np.float32), _white(4, 4), settings
        )
    with pytest.raises(ValueError, match="predict"):
        exact_map(lambda pictures: np.zeros((len(pictures), 1), np.float32), _white(4, 4), settings)
    with pytest.raises(ValueError, match="batch"):
        exact_map(Network(np.zeros((4, 4))), _white(4, 4), settings, batch=0)
    with pytest.raises(ValueError, match="tolerance"):
        next(refine(Network(np.zeros((4, 4))), _white(4, 4), settings, tolerance=-1))
