"""Random changes of face pictures: drawn once, the same each time, within what was asked."""

import numpy as np
import pytest

from dfgui.core.faces.crop import cut
from dfgui.core.geometry import Box
from tests.training.faces import frame
from training.fitting.augment import down_up, draw, jpeg, lit, noisy, saturated, warped
from training.recipe import Augmentation

BOX = Box(60, 40, 120, 120)
STILL = Augmentation(
    scale=(1.0, 1.0), shift=0, brightness=0, contrast=0, gamma=0, saturation=0, detail=(1.0, 1.0),
    jpeg_chance=0, h264_chance=0, down_chance=0, blur_chance=0, noise_chance=0, erase_chance=0,
    tint=0, grey_chance=0, light=0, warp_chance=0,
)  # fmt: skip


def test_without_any_change_it_is_the_cut_or_its_mirror_image() -> None:
    plain = cut(frame(0), BOX, size=64).astype(int)
    mirrored = 0
    for seed in range(20):
        result = draw(STILL, np.random.default_rng(seed))[0](frame(0), BOX, 64).astype(int)
        # the colour curve truncates
        flips = [np.abs(result - expected).max() <= 1 for expected in (plain, plain[:, ::-1])]
        assert sum(flips) == 1
        mirrored += flips[1]
    assert 3 <= mirrored <= 17  # even chances: outside once in 2,500 draws of 20


def test_one_draw_changes_every_picture_the_same_way() -> None:
    for seed in range(20):
        change = draw(Augmentation(), np.random.default_rng(seed))[0]
        first = change(frame(0), BOX, 64)
        change(frame(5), BOX, 64)
        np.testing.assert_array_equal(change(frame(0), BOX, 64), first)


def test_a_pair_is_changed_alike_or_apart_in_colour_and_quality() -> None:
    for seed in range(10):
        real, fake = (
            change(frame(0), BOX, 64)
            for change in draw(Augmentation(), np.random.default_rng(seed))
        )
        np.testing.assert_array_equal(real, fake)
    bright = Augmentation(
        **{
            **STILL.__dict__,
            "scale": (0.5, 1.0),
            "shift": 0.2,
            "brightness": 60,
            "apart_chance": 1.0,
        }
    )
    brighter = 0
    for seed in range(10):
        real, fake = (
            change(frame(0), BOX, 64).astype(int)
            for change in draw(bright, np.random.default_rng(seed))
        )
        inside = (real > 0) & (real < 255) & (fake > 0) & (fake < 255)
        offsets = (fake - real)[inside]
        assert np.ptp(offsets) <= 2  # the same cut
        brighter += abs(offsets.mean()) > 1
    assert brighter >= 8


def test_half_of_the_pairs_may_be_apart() -> None:
    half = Augmentation(apart_chance=0.5)
    differ = 0
    for seed in range(40):
        real, fake = (
            change(frame(0), BOX, 32) for change in draw(half, np.random.default_rng(seed))
        )
        differ += not np.array_equal(real, fake)
    assert 8 <= differ <= 32  # even chances: outside once in 10,000 draws of 40


def test_a_seed_decides_and_seeds_differ() -> None:
    first, again, other = (
        draw(Augmentation(), np.random.default_rng(seed))[0](frame(0), BOX, 64)
        for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first, again)
    assert np.abs(first.astype(int) - other).mean() > 1


@pytest.mark.parametrize("size", [64, 150])
def test_shape_and_type(size: int) -> None:
    for seed in range(10):
        result = draw(Augmentation(), np.random.default_rng(seed))[0](frame(0), BOX, size)
        assert (result.shape, result.dtype) == ((size, size, 3), np.uint8)
        assert result.flags.c_contiguous


def test_detail_is_where_coding_is_done() -> None:
    """At twice the side, a hard JPEG's blocks are half as large to the network: it loses less."""
    plain = draw(STILL, np.random.default_rng(0))[0](frame(0), BOX, 64).astype(int)
    losses = []
    for detail in (1.0, 2.0):
        hard = Augmentation(
            **{**STILL.__dict__, "detail": (detail, detail), "jpeg": (20, 20), "jpeg_chance": 1.0}
        )
        result = draw(hard, np.random.default_rng(0))[0](frame(0), BOX, 64)
        assert result.shape == (64, 64, 3)
        losses.append(np.abs(result.astype(int) - plain).mean())
    assert losses[1] < losses[0]


def test_h264_loses_more_at_a_high_crf() -> None:
    plain = draw(STILL, np.random.default_rng(0))[0](frame(0), BOX, 64).astype(int)
    losses = []
    for crf in (18, 40):
        coded = draw(
            Augmentation(**{**STILL.__dict__, "h264": (crf, crf), "h264_chance": 1.0}),
            np.random.default_rng(0),
        )[0](frame(0), BOX, 64)
        losses.append(np.abs(coded.astype(int) - plain).mean())
    assert 0 < losses[0] < losses[1]


def test_erasing_paints_one_rectangle_of_one_colour_over() -> None:
    painting = Augmentation(**{**STILL.__dict__, "erase_chance": 1.0, "erased": (0.25, 0.5)})
    flat = np.full((100, 100, 3), 100, np.uint8)
    for seed in range(10):
        result = draw(painting, np.random.default_rng(seed))[0](flat, Box(0, 0, 100, 100), 100)
        rows, columns = np.nonzero((result != 100).any(axis=2))
        height, width = np.ptp(rows) + 1, np.ptp(columns) + 1
        assert len(rows) == height * width
        assert 25 <= min(height, width) <= max(height, width) <= 51  # to whole pixels


def test_brightness_stays_in_its_range() -> None:
    bright = Augmentation(**{**STILL.__dict__, "brightness": 25.0})
    flat = np.full((50, 50, 3), 100, np.uint8)
    values = [
        int(draw(bright, np.random.default_rng(seed))[0](flat, Box(0, 0, 50, 50), 32)[0, 0, 0])
        for seed in range(60)
    ]
    assert 74 <= min(values) < 85
    assert 115 < max(values) <= 125


def test_scale_and_shift_move_the_cut() -> None:
    ramp = np.repeat(np.arange(200, dtype=np.uint8)[None, :, None], 200, axis=0).repeat(3, axis=2)
    halved = draw(
        Augmentation(**{**STILL.__dict__, "scale": (0.5, 0.5)}), np.random.default_rng(0)
    )[0](ramp, Box(50, 50, 100, 100), 50)
    # the middle half of the columns 50 to 149, give or take truncation
    assert (int(halved.min()), int(halved.max())) == (75, 124)


STAYS, NO_FIELD = np.eye(2), np.zeros((4, 4, 2), np.float32)


def test_a_warp_of_nothing_is_the_picture() -> None:
    np.testing.assert_array_equal(warped(frame(0), STAYS, NO_FIELD), frame(0))


def test_a_quarter_turn_turns_the_picture() -> None:
    square = np.ascontiguousarray(frame(0)[:100, :100])
    # (x, y) comes from (-y, x)
    turned = warped(square, np.array([[0.0, -1.0], [1.0, 0.0]]), NO_FIELD)
    np.testing.assert_array_equal(turned, np.rot90(square))


def test_a_field_shifts_by_shares_of_the_sides() -> None:
    everywhere = np.broadcast_to(np.array([0.1, -0.2], np.float32), (4, 4, 2)).copy()
    moved = warped(np.ascontiguousarray(frame(0)[:100, :200]), STAYS, everywhere)
    # 20 columns further right, 20 rows further up
    np.testing.assert_array_equal(moved[30:, :170], frame(0)[10:80, 20:190])


def test_light_falls_across_and_leaves_the_middle() -> None:
    flat = np.full((101, 101, 3), 100, np.uint8)
    shown = lit(flat, np.array([0.3, -0.2]))
    assert shown[[50, 50, 50, 0, 100], [50, 0, 100, 50, 50], 0].tolist() == [100, 70, 130, 120, 80]


def test_tint_moves_channels_apart_and_grey_takes_them_together() -> None:
    grey = np.full((50, 50, 3), 128, np.uint8)
    tinted = Augmentation(**{**STILL.__dict__, "tint": 15.0})
    spread = [
        np.ptp(
            draw(tinted, np.random.default_rng(seed))[0](grey, Box(0, 0, 50, 50), 32)[0, 0].astype(
                int
            )
        )
        for seed in range(30)
    ]
    assert 10 < max(spread) <= 30
    colourless = draw(
        Augmentation(**{**STILL.__dict__, "grey_chance": 1.0}), np.random.default_rng(0)
    )[0](frame(0), BOX, 64)
    assert np.ptp(colourless, axis=2).max() == 0


def test_saturation_moves_colours_towards_their_grey() -> None:
    red = np.full((2, 2, 3), (200, 100, 100), np.uint8)
    # The grey of (200, 100, 100) is .299 x 200 + .701 x 100 = 129.9.
    assert saturated(red, 0.0)[0, 0].tolist() == [130, 130, 130]
    assert saturated(red, 0.5)[0, 0].tolist() == pytest.approx([165, 115, 115], abs=1)
    np.testing.assert_array_equal(saturated(red, 1.0), red)


def test_down_and_up_removes_what_is_finer() -> None:
    stripes = np.tile(np.array([[0], [200]], np.uint8), (16, 32))[..., None].repeat(3, axis=2)
    assert np.unique(down_up(stripes, 0.5)).tolist() == [100]  # each pair of rows averages to 100


def test_noise_has_the_strength_asked_for() -> None:
    grey = np.full((100, 100, 3), 128, np.uint8)
    assert (noisy(grey, 5.0, seed=3).astype(float) - 127.5).std() == pytest.approx(5.0, abs=0.1)
    np.testing.assert_array_equal(noisy(grey, 5.0, seed=3), noisy(grey, 5.0, seed=3))


def test_jpeg_keeps_the_order_of_colours_and_loses_more_at_low_quality() -> None:
    flat = np.full((16, 16, 3), (200, 120, 40), np.uint8)
    assert np.abs(jpeg(flat, 90).astype(int) - flat).max() <= 3
    losses = [
        np.abs(jpeg(frame(0), quality).astype(int) - frame(0)).mean() for quality in (35, 65, 95)
    ]
    assert losses[0] > losses[1] > losses[2] > 0
