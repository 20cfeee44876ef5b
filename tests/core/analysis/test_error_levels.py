"""Error levels worked out by hand, and a known implant in a JPEG and in a video frame."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from skimage import data

from dfgui.core.analysis import error_levels as ela
from dfgui.core.errors import AnalysisError
from dfgui.core.media.video import open_media
from tests.support.real_data import needs_ffpp, original


def _grey(value: int, height: int = 32, width: int = 48) -> NDArray[np.uint8]:
    return np.full((height, width, 3), value, np.uint8)


@pytest.fixture
def saves_as(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Replaces the save, so that the change of every pixel is known."""

    def fix(saved: NDArray[np.uint8]) -> None:
        monkeypatch.setattr(ela, "jpeg_roundtrip", lambda rgb, *, quality: saved)

    return fix


@pytest.mark.parametrize("value", [0, 128, 255])
def test_a_flat_grey_picture_has_no_error_level(value: int) -> None:
    # A flat block has one coefficient, 8 x (value - 128). Its step at quality 90 is 3 (16 x .2,
    # rounded), so the save is off by at most 1.5 / 8 of a grey level, which rounds to the same
    # grey.
    levels = ela.error_level_map(_grey(value), quality=90)
    assert levels.shape == (32, 48)
    assert levels.dtype == np.float32
    assert not levels.any()


@pytest.mark.parametrize(("before", "after"), [(10, 13), (13, 10), (0, 255), (255, 0)])
def test_a_darkened_pixel_counts_like_a_brightened_one(
    saves_as: Any, before: int, after: int
) -> None:
    saves_as(_grey(after))
    expected = abs(after - before)
    for channel in ("mean", "luminance", "red", "green", "blue"):
        np.testing.assert_allclose(
            ela.error_level_map(_grey(before), channel=channel), expected, rtol=1e-6
        )


def test_channels_by_hand(saves_as: Any) -> None:
    saved = _grey(100)
    saved[..., 0], saved[..., 2] = 106, 88  # red +6, blue -12
    saves_as(saved)
    rgb = _grey(100)
    levels = ela.error_levels(rgb)
    assert levels.dtype == np.float32
    np.testing.assert_array_equal(levels[5, 7], [6, 0, 12])
    # (6 + 0 + 12) / 3.
    np.testing.assert_allclose(ela.error_level_map(rgb, channel="mean"), 6, rtol=1e-6)
    # .299 x 6 - .114 x 12.
    np.testing.assert_allclose(ela.error_level_map(rgb, channel="luminance"), 0.426, rtol=1e-5)
    assert (ela.error_level_map(rgb, channel="red") == 6).all()
    assert (ela.error_level_map(rgb, channel="green") == 0).all()
    assert (ela.error_level_map(rgb, channel="blue") == 12).all()


def test_every_row_is_measured(saves_as: Any) -> None:
    rows = np.arange(101, dtype=np.uint8)
    rgb = np.broadcast_to(rows[:, None, None], (101, 5, 3)).copy()
    saves_as(np.zeros_like(rgb))
    np.testing.assert_allclose(
        ela.error_level_map(rgb), np.broadcast_to(rows[:, None], (101, 5)), rtol=1e-6
    )


def test_red_stays_red_through_the_save() -> None:
    red = np.zeros((16, 16, 3), np.uint8)
    red[..., 0] = 200
    saved = ela.jpeg_roundtrip(red, quality=95)
    assert np.abs(saved.astype(int) - [200, 0, 0]).max() <= 3


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (7, 3)])
def test_tiny_and_odd_pictures(shape: tuple[int, int]) -> None:
    assert ela.error_level_map(np.zeros((*shape, 3), np.uint8)).shape == shape


def test_the_picture_has_a_fixed_scale() -> None:
    levels = np.array([[0, 1, 2.52, 12.75, 13, 200]], np.float32)
    np.testing.assert_array_equal(ela.error_level_picture(levels), [[0, 20, 50, 255, 255, 255]])
    np.testing.assert_array_equal(
        ela.error_level_picture(levels, scale=1), [[0, 1, 3, 13, 13, 200]]
    )
    with pytest.raises(ValueError, match="scale"):
        ela.error_level_picture(levels, scale=0)


@pytest.mark.parametrize(
    "bad",
    [
        np.zeros((4, 4), np.uint8),
        np.zeros((4, 4, 4), np.uint8),
        np.zeros((4, 4, 3)),
        np.zeros((0, 4, 3), np.uint8),
    ],
)
def test_a_wrong_array_is_refused(bad: Any) -> None:
    with pytest.raises(ValueError, match="rgb"):
        ela.error_level_map(bad)


def test_wrong_options_are_refused() -> None:
    with pytest.raises(ValueError, match="quality"):
        ela.error_level_map(_grey(1), quality=0)
    with pytest.raises(ValueError, match="channel"):
        ela.error_level_map(_grey(1), channel="hue")  # type: ignore[arg-type]
    with pytest.raises(AnalysisError, match="too large"):
        ela.error_level_map(np.zeros((1, 65_501, 3), np.uint8))


def test_a_pasted_patch_stands_out_in_a_jpeg_still() -> None:
    # The picture was saved at the probe's quality before and hardly changes; the patch was not.
    scene = data.astronaut()
    still = ela.jpeg_roundtrip(scene, quality=90)
    pasted = still.copy()
    pasted[192:256, 320:384] = scene[192:256, 320:384]

    def contrast(rgb: NDArray[np.uint8]) -> float:
        levels = ela.error_level_map(rgb)
        inside = levels[192:256, 320:384].mean()
        return float(inside / levels[:160].mean())

    assert contrast(pasted) > 4 * contrast(still)


@pytest.mark.parametrize("sampling", ["4:2:0", "4:2:2", "4:4:4"])
@pytest.mark.parametrize("quality", [60, 75, 90, 95])
def test_the_last_save_is_recognised(quality: int, sampling: str) -> None:
    buffer = io.BytesIO()
    Image.fromarray(data.astronaut()).save(buffer, "JPEG", quality=quality, subsampling=sampling)
    rgb = np.array(Image.open(buffer))
    assert ela.last_jpeg_save(rgb) == (quality, sampling)


@pytest.mark.parametrize("width", [320, 1280])  # beyond 1280 columns BT.709 would be assumed
def test_the_simulated_frame_is_read_as_a_video_of_it_would_be(width: int, tmp_path: Path) -> None:
    blocks = np.random.default_rng(1).integers(0, 256, (8, width // 8, 3), dtype=np.uint8)
    rgb = blocks.repeat(8, axis=0).repeat(8, axis=1)
    coded = ela._encode_h264(rgb, 0)
    (tmp_path / "one.h264").write_bytes(coded)
    with open_media(tmp_path / "one.h264") as video:
        assert np.array_equal(ela._decode_h264(coded), video.frame(0).rgb)
        assert (video.info.matrix, video.info.matrix_declared) == ("BT.601", True)
    # Luma is coded without loss; halved colour changes single pixels, the matrix would change all.
    assert abs(ela._decode_h264(coded).astype(int).mean() - rgb.mean()) < 1


def test_a_still_shows_an_implant_and_a_video_hardly() -> None:
    scene = data.astronaut()
    still = ela.informativeness(ela.jpeg_roundtrip(scene, quality=90), saved_as="jpeg")
    assert still.strength == 90
    assert still.visibility > 1.4
    assert still.ratio == pytest.approx(np.median(still.ratios))
    video = ela.informativeness(scene, saved_as="h264", strength=28)
    assert video.visibility < 1.1
    assert video.ratio_uncompressed < 0.5  # before compression the patch stands out clearly
    fine = ela.informativeness(scene, saved_as="h264", strength=10)
    assert video.visibility < fine.visibility < still.visibility


def test_an_implant_with_no_other_history_leaves_no_trace() -> None:
    # Saved again at the same quality on the same grid, the blocks hardly change: the pictures
    # with and without the patch are the same.
    still = ela.jpeg_roundtrip(data.astronaut(), quality=50)
    found = ela.informativeness(still, saved_as="lossless", patch_quality=50)
    assert found.strength is None
    assert found.visibility == pytest.approx(1, abs=0.02)
    flat = ela.informativeness(_grey(128, 128, 128), saved_as="jpeg", strength=80)
    assert (flat.contrast_implanted, flat.contrast_pristine, flat.ratio) == pytest.approx((1, 1, 1))


def test_the_crf_follows_from_the_bits() -> None:
    scene = np.ascontiguousarray(data.astronaut()[:256, :256])
    encoded = [ela._picture_bits(ela._encode_h264(scene, crf)) / 256**2 for crf in (18, 30)]
    assert encoded[0] > encoded[1]
    found = [
        ela.informativeness(scene, saved_as="h264", bits_per_pixel=bits).strength
        for bits in encoded
    ]
    assert found == [18, 30]
    assert ela.informativeness(scene, saved_as="h264", bits_per_pixel=1e-9).strength == 51


def test_the_same_seed_gives_the_same_figure_and_odd_sizes_work() -> None:
    odd = np.ascontiguousarray(data.astronaut()[:131, :177])
    first = ela.informativeness(odd, saved_as="h264", strength=23, patches=5)
    assert first == ela.informativeness(odd, saved_as="h264", strength=23, patches=5)
    assert len(first.ratios) == 5


def test_informativeness_refuses_what_it_cannot_measure() -> None:
    with pytest.raises(AnalysisError, match="too small"):
        ela.informativeness(_grey(0, 63, 200), saved_as="lossless")
    with pytest.raises(ValueError, match="bits_per_pixel"):
        ela.informativeness(_grey(0, 64, 64), saved_as="h264")
    with pytest.raises(ValueError, match="strength"):
        ela.informativeness(_grey(0, 64, 64), saved_as="jpeg", strength=0)
    with pytest.raises(ValueError, match="saved_as"):
        ela.informativeness(_grey(0, 64, 64), saved_as="gif")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="patches"):
        ela.informativeness(_grey(0, 64, 64), saved_as="lossless", patches=0)


@needs_ffpp
def test_a_real_clip_hides_most_of_an_implant() -> None:
    with av.open(str(original("210"))) as container:
        frame = next(container.decode(video=0)).to_ndarray(format="rgb24")
        container.seek(0)
        sizes = [
            packet.size for packet in container.demux(video=0) if packet.is_keyframe and packet.size
        ]
    bits = 8 * float(np.median(sizes)) / (frame.shape[0] * frame.shape[1])
    found = ela.informativeness(frame, saved_as="h264", bits_per_pixel=bits)
    # The whole clip, implanted in 60 frames and coded by x264 at its own bit rate, showed .90-.93
    # in key frames.
    assert found.ratio == pytest.approx(0.91, abs=0.04)
    assert found.ratio_uncompressed < 0.5
